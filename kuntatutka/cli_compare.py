"""The command by which studies of several years are held against each other: `compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import STUDY, AsJson, Quiet, Verbose, talk_of


def add_commands(app: typer.Typer) -> None:
    """Add the command to the command line, in its place."""
    app.command(rich_help_panel=STUDY)(compare)


def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The oldest study folder.", show_default=False)],
    newer: Annotated[
        list[Path], typer.Argument(metavar="NEW [NEWER]...", help="Newer ones, oldest first.", show_default=False)
    ],
    reanalyze: Annotated[
        bool,
        typer.Option(
            "--reanalyze",
            help="Analyze old evidence again with this program, beside the old findings: what the method changed is "
            "then told apart.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where the tables go; default: comparison/ of the newest study.", show_default=False
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Processes of --reanalyze; default: one per core.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """What changed from one study to the next, and why: the site, the method, coverage, a person, or the municipality.

    Only what the sites changed is development. Writes changes.csv, product_moves.csv and what they mean.

    [bold]Examples[/bold]

    kuntatutka compare last-year my-study

    kuntatutka compare last-year my-study --reanalyze

    kuntatutka compare trial last-year my-study --json
    """
    from .stages.compare import CompareWishes, compare_studies

    wishes = CompareWishes(reanalyze, as_json, output, workers)
    raise typer.Exit(compare_studies([old, *newer], talk_of(verbose, quiet), wishes))
