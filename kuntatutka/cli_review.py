"""The commands by which cells are looked at: `review`, `why` and `ask`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .collector import uncollected
from .options import STUDY, AsJson, Quiet, StudyDir, Verbose, talk_of


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line, in their place."""
    app.command(rich_help_panel=STUDY)(review)
    app.command(rich_help_panel=STUDY)(why)
    app.command(rich_help_panel=STUDY)(ask)


def review(
    folder: StudyDir,
    reviewer: Annotated[
        str, typer.Option(metavar="NAME", help="Who looks; default: your name on this machine.", show_default=False)
    ] = "",
    second: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            min=0.0,
            max=1.0,
            help="Read this share of what others decided again, without seeing their answers.",
            show_default=False,
        ),
    ] = 0.0,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port on this machine; default: a free one.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")] = False,
    merge: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take in a colleague's decisions.csv, then stop.", show_default=False),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE.xlsx", help="Write the cells as a spreadsheet.", show_default=False),
    ] = None,
    take_in: Annotated[
        Path | None,
        typer.Option(
            "--import", metavar="FILE.xlsx", help="What was changed there becomes decisions.", show_default=False
        ),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl", help="Write decided pages as labelled pages for `evaluate`.", show_default=False
        ),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="CODE", help="Language of the spreadsheet; default: the study's.")] = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """A page on this machine where you look at cells beside the archived page, and confirm or correct them.

    Ends with Ctrl-C. Every decision is kept at once in review/decisions.csv; `analyze` brings them into the tables.

    [bold]Examples[/bold]

    kuntatutka review my-study --reviewer "Aino Virta"

    kuntatutka review my-study --second 0.2 --reviewer "Bo Ek"

    kuntatutka review my-study --merge ../colleague/review/decisions.csv

    kuntatutka review my-study --export cells.xlsx

    kuntatutka review my-study --import cells.xlsx --reviewer "Aino Virta"

    kuntatutka review my-study --labels own.jsonl
    """
    with uncollected():
        from .stages.review import ReviewWishes, merge_into, review_study

    talk = talk_of(verbose, quiet)
    if export is not None or take_in is not None:
        from .stages.review_sheet import SheetWishes, export_cells, import_cells

        if export is not None:
            raise typer.Exit(export_cells(folder, export, talk, SheetWishes(lang, reviewer, second)))
        assert take_in is not None
        raise typer.Exit(import_cells(folder, take_in, talk, SheetWishes(lang, reviewer, second)))
    if labels is not None:
        from .stages.review_labels import labels_from

        raise typer.Exit(labels_from(folder, labels, talk))
    if merge is not None:
        raise typer.Exit(merge_into(folder, merge, talk))
    raise typer.Exit(review_study(folder, talk, ReviewWishes(reviewer, port, not no_browser, second)))


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


def ask(
    folder: StudyDir,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Most questions; default: all.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to the cost and time without being asked.")] = False,
    tell: Annotated[bool, typer.Option("--tell", help="Tell cost, time and agreement so far; ask nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Ask about answered cells too.")] = False,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Let a language model read the pages of uncertain cells, if study.toml names one. It decides nothing.

    Where it says the same as the machine, the cell is no longer uncertain; where not, people look at it first. Tells
    cost and time before the first question, keeps every answer in review/, asks nothing twice.

    [bold]Examples[/bold]

    kuntatutka ask my-study --tell

    kuntatutka ask my-study --limit 50
    """
    from .stages.ask import AskWishes, ask_study

    wishes = AskWishes(limit, again, yes, tell, as_json)
    raise typer.Exit(ask_study(folder, talk_of(verbose, quiet), wishes))
