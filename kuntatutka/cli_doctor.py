"""The command that looks at machines and evidence: `doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import MACHINE, AsJson, OnCluster, Quiet, Verbose, talk_of


def add_commands(app: typer.Typer) -> None:
    """Add the command to the command line, in its place."""
    app.command(rich_help_panel=MACHINE)(doctor)


def doctor(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A study whose evidence to check.", show_default=False)
    ] = None,
    cluster: OnCluster = "",
    as_json: AsJson = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """What this machine lacks, and the command that mends it; with DIR, whether a study's evidence is whole.

    With --cluster and DIR: whether each worker has the same versions, sees the study folder and has a browser.

    [bold]Examples[/bold]

    kuntatutka doctor

    kuntatutka doctor my-study

    kuntatutka doctor my-study --cluster tcp://node1:8786
    """
    from .doctor import check_cluster, check_evidence, check_machine

    talk = talk_of(verbose, quiet)
    if cluster and folder is None:
        raise typer.BadParameter("--cluster needs a study folder that the workers are to see: name it too.")
    if cluster and folder:
        raise typer.Exit(check_cluster(folder, cluster, as_json=as_json))
    raise typer.Exit(check_evidence(folder, talk, as_json=as_json) if folder else check_machine(as_json=as_json))
