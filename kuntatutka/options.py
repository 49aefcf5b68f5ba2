"""Options and arguments that several commands share, and how much a command says."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .progress import Talk

STUDY, INPUTS, MACHINE = "A study, step by step", "Pages and labels", "Tools"

StudyDir = Annotated[Path, typer.Argument(metavar="DIR", help="The study folder.", show_default=False)]
Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Say more; twice for everything.", show_default=False)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but results, warnings and errors.")]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="CODE", help="This municipality only, by code or name; may be repeated."),
]
MaxPages = Annotated[
    int | None, typer.Option("--max-pages", metavar="N", min=1, help="Most pages per municipality; beats study.toml.")
]
Languages = Annotated[
    str, typer.Option("--lang", metavar="CODE,CODE", help="Languages of the report; default: those of study.toml.")
]
Formats = Annotated[str, typer.Option("--format", metavar="html,pdf,xlsx,pptx,json", help="Formats of the report.")]

OnCluster = Annotated[
    str,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="A Dask scheduler whose workers see the study folder, such as tcp://HOST:8786; default: this machine.",
        show_default=False,
    ),
]

Earlier = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="OLD",
        help="An earlier study: a chapter tells what changed; may be repeated, oldest first. Beats study.toml.",
        show_default=False,
    ),
]


class CsvForm(StrEnum):
    """Forms of the tables beside those of the data package."""

    EXCEL = "excel"


def usual_country(given: str) -> str:
    """The country that is meant where none was given."""
    from taxonomy import DEFAULTS

    return given or DEFAULTS.country


def usual_languages(given: str) -> str:
    """The report languages that are meant where none were given."""
    from taxonomy import DEFAULTS

    return given or ",".join(DEFAULTS.report_languages)


Country = Annotated[
    str,
    typer.Option(
        callback=usual_country, help="Country folder of the taxonomy; default: the usual one.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of words.")]


BEFORE = {"verbose": 0, "quiet": 0}
"""What was said of -v and -q before the command."""


def talk_of(verbose: int, quiet: bool) -> Talk:
    """How a command talks: what was said before it and after it counts together."""
    from .progress import Talk

    return Talk(verbose + BEFORE["verbose"], quiet or bool(BEFORE["quiet"]))


def listed(text: str) -> tuple[str, ...]:
    """ "html, pdf" as a tuple without doubles."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
