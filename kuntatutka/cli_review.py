"""The commands by which people look at cells: `review` and `why`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import STUDY, AsJson, Quiet, StudyDir, Verbose, talk_of


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line, in their place."""
    app.command(rich_help_panel=STUDY)(review)
    app.command(rich_help_panel=STUDY)(why)


def review(
    folder: StudyDir,
    reviewer: Annotated[
        str, typer.Option(metavar="NAME", help="Who looks; default: your name on this machine.", show_default=False)
    ] = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port on this machine; default: a free one.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")] = False,
    merge: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take in a colleague's decisions.csv, then stop.", show_default=False),
    ] = None,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """A page on this machine where you look at cells beside the archived page, and confirm or correct them.

    Ends with Ctrl-C. Every decision is kept at once in review/decisions.csv; `analyze` brings them into the tables.

    [bold]Examples[/bold]

    kuntatutka review my-study --reviewer "Aino Virta"

    kuntatutka review my-study --merge ../colleague/review/decisions.csv
    """
    from .stages.review import ReviewWishes, merge_into, review_study

    talk = talk_of(verbose, quiet)
    if merge is not None:
        raise typer.Exit(merge_into(folder, merge, talk))
    raise typer.Exit(review_study(folder, talk, ReviewWishes(reviewer, port, not no_browser)))


def why(
    folder: StudyDir,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Municipality, by code or name.", show_default=False)],
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Service id.", show_default=False)],
    as_json: AsJson = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """The chain from evidence to one cell: pages, what was read there, the rule that decided, people's decisions.

    [bold]Example[/bold]

    kuntatutka why my-study 091 building-permit
    """
    from .why import tell_why

    raise typer.Exit(tell_why(folder, code, service, talk_of(verbose, quiet), as_json=as_json))
