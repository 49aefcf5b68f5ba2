"""The command about the service register: what municipalities declare, beside what their sites show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import STUDY, Only, Quiet, StudyDir, Verbose, talk_of


def add_commands(app: typer.Typer) -> None:
    """Give the command line its command about the register."""
    app.command(rich_help_panel=STUDY)(register)


def register(
    folder: StudyDir,
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="JSON lines as the register gives them; may be repeated."),
    ] = None,
    municipality: Annotated[
        str, typer.Option(metavar="CODE", help="Whose the files are, where they do not say.", show_default=False)
    ] = "",
    only: Only = None,
    again: Annotated[bool, typer.Option("--again", help="Ask the register anew; what was kept stays.")] = False,
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Do not ask declared addresses whether they are alive.")
    ] = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Fetch what the municipalities declare in the service register, and compare it with what their sites show.

    Asked politely, page by page; stopped at any moment, it goes on where it stopped. With --from files are read and the
    register is not asked. Declared addresses that the crawl has not met are asked once whether they are alive. No
    finding is changed: the register is a second witness. Ends with status 3 when some municipality could not be had.

    [bold]Examples[/bold]

    kuntatutka register my-study

    kuntatutka register my-study --from services.jsonl --from channels.jsonl --municipality 091
    """
    from .stages.register import RegisterWishes, register_study

    wishes = RegisterWishes(tuple(files or ()), municipality, tuple(only or ()), again=again, check=not no_check)
    raise typer.Exit(register_study(folder, talk_of(verbose, quiet), wishes))
