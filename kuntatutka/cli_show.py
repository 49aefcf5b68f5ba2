"""The commands that show a study: `report` and `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import STUDY, CsvForm, Earlier, Formats, Languages, Only, Quiet, StudyDir, Verbose, listed, talk_of


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line, in their place."""
    app.command(rich_help_panel=STUDY)(report)
    app.command(rich_help_panel=STUDY)(export)


def report(
    folder: StudyDir,
    formats: Formats = "html,pdf",
    lang: Languages = "",
    municipality: Annotated[
        str, typer.Option(metavar="CODE", help="One municipality's scorecard; all: every one's.", show_default=False)
    ] = "",
    peers: Annotated[
        str, typer.Option(metavar="WHO", help="Whom a scorecard compares with: size, region, a list, or CODE,CODE.")
    ] = "size",
    theme: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own brand: logo, colours, fonts, texts, templates.")
    ] = None,
    one_file: Annotated[
        bool, typer.Option("--one-file", help="The HTML report as one file instead of a front page with a folder.")
    ] = False,
    earlier: Earlier = None,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Write the comparative report. Prints where each file is.

    [bold]Examples[/bold]

    kuntatutka report my-study

    kuntatutka report my-study --format pdf --lang sv

    kuntatutka report my-study --municipality 091 --peers region

    kuntatutka report my-study --municipality all

    kuntatutka report my-study --with last-year
    """
    from .stages.report import ReportLook, report_study

    raise typer.Exit(
        report_study(
            folder,
            talk_of(verbose, quiet),
            formats=listed(formats),
            languages=listed(lang),
            municipality=municipality,
            look=ReportLook(theme, one_file),
            peers=peers,
            earlier=earlier or (),
        )
    )


def export(
    folder: StudyDir,
    csv: Annotated[
        CsvForm | None,
        typer.Option(
            "--csv",
            help="excel: also tables for spreadsheets (semicolons, decimal commas), in export/excel.",
            show_default=False,
        ),
    ] = None,
    wacz: Annotated[
        bool, typer.Option("--wacz", help="Also the evidence of each municipality as a web archive, in export/wacz.")
    ] = False,
    only: Only = None,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Write the dataset as a Frictionless data package: CSV, Parquet, codebook, licence, citation.

    With --wacz the evidence goes out too, as it is: pages, what a browser made of them, an index. ReplayWeb.page and
    pywb show the sites as they were. It holds what the pages say of persons.

    [bold]Examples[/bold]

    kuntatutka export my-study

    kuntatutka export my-study --csv excel

    kuntatutka export my-study --wacz --only 091
    """
    from .stages.export import export_study

    if only and not wacz:
        raise typer.BadParameter("--only chooses web archives: it is given with --wacz.")
    form, talk = csv is CsvForm.EXCEL, talk_of(verbose, quiet)
    raise typer.Exit(export_study(folder, talk, for_spreadsheets=form, with_evidence=wacz, only=only or ()))
