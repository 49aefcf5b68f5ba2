"""The command line: parses, calls one function per command, turns errors into one sentence and an exit status.

Results go to stdout, everything else to stderr. Imports of the stages stand inside the commands, so help is quick.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from . import __version__, cli_compare, cli_doctor, cli_register, cli_review, cli_show, foreign_packages
from .exits import ExitStatus
from .options import (
    BEFORE,
    INPUTS,
    STUDY,
    AsJson,
    Country,
    Formats,
    Languages,
    MaxPages,
    OnCluster,
    Only,
    Quiet,
    StudyDir,
    Verbose,
    listed,
    talk_of,
    usual_country,
    usual_languages,
)

app = typer.Typer(
    name="kuntatutka",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Compares municipalities' digital services: reads their websites politely, keeps the proof and reports.

A study is a folder. [bold]new[/bold] makes it, [bold]run[/bold] does the rest and goes on where it stopped.""",
    epilog="""Try it without the network: kuntatutka demo demo

A study of your own: kuntatutka new my-study --municipalities top30, then kuntatutka run my-study""",
)
taxonomy_app = typer.Typer(no_args_is_help=True, help="What is looked for: services, products, languages, countries.")
app.add_typer(taxonomy_app, name="taxonomy")


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"kuntatutka {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Options that stand before the command; -v and -q mean the same before it and after it."""
    BEFORE.update(verbose=verbose, quiet=int(quiet))


@app.command(rich_help_panel=STUDY)
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the practice study.", show_default=False)],
    year: Annotated[int | None, typer.Option(help="As it was in an earlier year: 2025.", show_default=False)] = None,
    formats: Formats = "html,pdf",
    lang: Languages = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """The whole job on a practice country that ships with the program. Needs no network.

    Serves invented municipalities on this machine and reads them with the ordinary crawler.

    [bold]Examples[/bold]

    kuntatutka demo demo

    kuntatutka demo demo-2025 --year 2025
    """
    from .stages.demo import run_demo

    talk = talk_of(verbose, quiet)
    raise typer.Exit(run_demo(folder, talk, formats=listed(formats), languages=listed(lang), year=year))


@app.command(rich_help_panel=STUDY)
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.", show_default=False)],
    municipalities: Annotated[
        str,
        typer.Option(
            "--municipalities",
            "-m",
            metavar="WHICH",
            help="A list such as top30 or all; codes or names; conditions (region=Uusimaa,largest=10); a CSV file.",
            show_default=False,
        ),
    ],
    title: Annotated[
        str,
        typer.Option(
            help="Title on the report; without one the report names its subject in its own language.",
            show_default=False,
        ),
    ] = "",
    year: Annotated[
        int | None, typer.Option(min=1990, max=2200, help="Year that the study describes; default: this year.")
    ] = None,
    language: Annotated[
        str,
        typer.Option(
            metavar="CODE,CODE",
            callback=usual_languages,
            help="Languages of the report, the main one first; default: those that reports have.",
            show_default=False,
        ),
    ] = "",
    country: Country = "",
    contact: Annotated[
        str, typer.Option(help="Your e-mail or web address; sites see it in the user agent.", show_default=False)
    ] = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """A new study folder: study.toml with every setting explained, municipalities.csv, empty folders.

    A CSV file needs the columns code, name_fi and website; any code will do. An existing study is never overwritten.

    [bold]Examples[/bold]

    kuntatutka new my-study --municipalities top30

    kuntatutka new my-study --municipalities 091,Espoo,Vantaa --title "Capital region" --contact me@example.org

    kuntatutka new my-study --municipalities own-list.csv
    """
    from .stages.new import new_study

    new_study(
        folder,
        talk_of(verbose, quiet),
        municipalities=municipalities,
        title=title,
        year=year,
        languages=listed(language),
        country=country,
        contact=contact,
    )


@app.command(rich_help_panel=STUDY)
def run(
    folder: StudyDir,
    max_pages: MaxPages = None,
    only: Only = None,
    formats: Formats = "html,pdf",
    lang: Languages = "",
    no_audit: Annotated[bool, typer.Option("--no-audit", help="Leave the accessibility audit out.")] = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Crawl, analyze, audit, report and export in order. Stopped at any moment, it goes on where it stopped.

    Ends with status 3 when some municipalities could not be read completely; it names them, and so does the report.

    [bold]Examples[/bold]

    kuntatutka run my-study

    kuntatutka run my-study --max-pages 100 --only 091
    """
    from .stages.run import run_study

    raise typer.Exit(
        run_study(
            folder,
            talk_of(verbose, quiet),
            only=only or (),
            max_pages=max_pages,
            formats=listed(formats),
            languages=listed(lang),
            audit=not no_audit,
        )
    )


@app.command(rich_help_panel=STUDY)
def crawl(
    folder: StudyDir,
    max_pages: MaxPages = None,
    only: Only = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over; the old evidence is moved aside, never deleted.")
    ] = False,
    cluster: OnCluster = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Read the municipalities' websites and keep the evidence. Goes on where it stopped.

    One request at a time per host, robots.txt obeyed, promising pages first.

    [bold]Examples[/bold]

    kuntatutka crawl my-study

    kuntatutka crawl my-study --only Espoo --max-pages 200

    kuntatutka crawl my-study --fresh

    kuntatutka crawl my-study --cluster tcp://node1:8786
    """
    from .stages.crawl import crawl_study

    talk, chosen = talk_of(verbose, quiet), only or ()
    raise typer.Exit(crawl_study(folder, talk, only=chosen, max_pages=max_pages, fresh=fresh, cluster=cluster))


@app.command(rich_help_panel=STUDY)
def analyze(
    folder: StudyDir,
    warc: Annotated[
        list[Path] | None,
        typer.Option("--warc", metavar="FILE", help="WARC or WACZ files of another crawler; may be repeated."),
    ] = None,
    more_warcs: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further files for --warc.")
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="The --warc files hold whole sites: what is not there is not found."),
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes; default: one per core.", show_default=False)
    ] = None,
    cluster: OnCluster = "",
    as_json: AsJson = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Make all findings from the evidence. No network; the same evidence gives the same bytes.

    What was worked out before from the same evidence, taxonomy and decisions is taken over from .state/memory.

    [bold]Examples[/bold]

    kuntatutka analyze my-study

    kuntatutka analyze my-study --warc wget-hel.warc.gz wget-espoo.warc.gz

    kuntatutka analyze my-study --warc browsertrix.wacz --complete

    kuntatutka analyze my-study --cluster tcp://node1:8786
    """
    from .stages.analyze import analyze_study

    if more_warcs and not warc:
        raise typer.BadParameter(f"{more_warcs[0]}: WARC files follow --warc.")
    if complete and not warc:
        raise typer.BadParameter("--complete is said of WARC files of another crawler: give them with --warc.")
    if cluster and warc:
        raise typer.BadParameter(
            "--cluster is for a study's own evidence: files of --warc are analysed on this machine."
        )
    files, talk = (*(warc or ()), *(more_warcs or ())), talk_of(verbose, quiet)
    raise typer.Exit(
        analyze_study(
            folder, talk, warc_files=files, workers=workers, is_whole=complete, as_json=as_json, cluster=cluster
        )
    )


@app.command(rich_help_panel=STUDY)
def audit(
    folder: StudyDir,
    only: Only = None,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", min=1, help="Pages per municipality; beats study.toml.")
    ] = None,
    grid: Annotated[
        str, typer.Option("--grid", metavar="URL", help="Selenium Grid to use instead of a browser on this machine.")
    ] = "",
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="IMPACT",
            help="End with status 1 where a WCAG A or AA rule fails: minor, moderate, serious or critical, or worse.",
        ),
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Visit every page anew.")] = False,
    cluster: OnCluster = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Audit the accessibility of a sample of pages with axe-core in a browser, then bring the tables up to date.

    Front page, contact, statement, services, forms, e-services and a few pages drawn by lot; study.toml says how many.
    What it finds are signs of barriers. It never says that a page conforms.

    [bold]Examples[/bold]

    kuntatutka audit my-study

    kuntatutka audit my-study --only 091 --sample 15 --fail-on serious
    """
    from .stages.audit import AuditWishes, audit_study

    wishes = AuditWishes(tuple(only or ()), sample, grid, fail_on, again, cluster)
    raise typer.Exit(audit_study(folder, talk_of(verbose, quiet), wishes))


cli_review.add_commands(app)
cli_register.add_commands(app)


cli_show.add_commands(app)
cli_compare.add_commands(app)


@app.command(rich_help_panel=STUDY)
def forget(
    folder: StudyDir,
    what: Annotated[
        str,
        typer.Argument(metavar="ADDRESS|CODE", help="A page's address, or a municipality's code.", show_default=False),
    ],
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Take a page or a municipality out of everything the study keeps, for good, and note that it was done.

    Evidence (set aside evidence too), logs, notes, decisions and tables lose it; reports and export are deleted. The
    note, forgotten.csv, names no page: by a digest a crawl tells what not to ask again. Copies elsewhere are yours.

    [bold]Examples[/bold]

    kuntatutka forget my-study https://www.example.org/staff/somebody

    kuntatutka forget my-study 091
    """
    from .stages.forget import forget as forget_it

    raise typer.Exit(forget_it(folder, what, talk_of(verbose, quiet)))


@app.command(rich_help_panel=INPUTS)
def inspect(
    pages: Annotated[
        list[str],
        typer.Argument(
            metavar="PAGE...", help="Web addresses, HTML files, or JSONL files of pages.", show_default=False
        ),
    ],
    url: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address that an HTML file was read from.", show_default=False)
    ] = "",
    private: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-private-host",
            metavar="HOST",
            help="A host of your own network that may be asked, such as 127.0.0.1:8000; may be repeated.",
            show_default=False,
        ),
    ] = None,
    country: Country = "",
    as_json: AsJson = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Everything the analysis says of a page, and why: type, services, channels, products, statement.

    A web address is fetched once and politely, by the rules of a crawl. A JSONL file holds one page a line: url and
    html (or html_file).

    [bold]Examples[/bold]

    kuntatutka inspect https://www.example.org/daycare

    kuntatutka inspect saved.html --url https://www.example.org/daycare

    kuntatutka inspect pages.jsonl --json
    """
    from .inspection import inspect_pages

    talk, hosts = talk_of(verbose, quiet), private or ()
    raise typer.Exit(inspect_pages(pages, talk, url=url, country=country, as_json=as_json, private_hosts=hosts))


@app.command(rich_help_panel=INPUTS)
def evaluate(
    gold: Annotated[
        list[Path],
        typer.Argument(
            metavar="GOLD...", help="JSONL files of labelled pages; with --study a truth table.", show_default=False
        ),
    ],
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Compare this study's cells with a CSV of what is true of them.", show_default=False
        ),
    ] = None,
    folds: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Cross-validate: learn from the other municipalities' pages, in N parts; 0: as shipped.",
        ),
    ] = 0,
    country: Country = "",
    as_json: AsJson = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """Precision, recall and F1 of the analysis against pages that people labelled, and what it confuses.

    [bold]Examples[/bold]

    kuntatutka evaluate labelled.jsonl

    kuntatutka evaluate labelled.jsonl --folds 8

    kuntatutka evaluate labelled.jsonl --json

    kuntatutka evaluate --study my-study truth.csv

    The truth table has the columns municipality_code, service_id, state, channels and products (lists with ;).
    """
    from .evaluation import evaluate_pages
    from .evaluation_study import evaluate_study

    talk = talk_of(verbose, quiet)
    if study:
        raise typer.Exit(evaluate_study(study, gold, talk, as_json=as_json, folds=folds))
    raise typer.Exit(evaluate_pages(gold, talk, country=country, as_json=as_json, folds=folds))


cli_doctor.add_commands(app)


@taxonomy_app.command("check")
def taxonomy_check(
    country: Annotated[str, typer.Option(help="Country folder; default: all of them.", show_default=False)] = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """All rules of the taxonomy's files; names file, key and remedy of each problem.

    [bold]Example[/bold]

    kuntatutka taxonomy check
    """
    from .taxonomy_commands import check

    raise typer.Exit(check(talk_of(verbose, quiet), country=country))


@taxonomy_app.command("new-service")
def taxonomy_new_service(
    service: Annotated[
        str, typer.Argument(metavar="ID", help="Id of the service, such as dog-park.", show_default=False)
    ],
    theme: Annotated[str, typer.Option(metavar="THEME", help="Theme that it belongs to.", show_default=False)],
    country: Country = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """All files of a new service: its words, and two pages to be labelled. Replace every "?" in them.

    Run it in the source code of Kuntatutka, then `taxonomy check`, which says what is still missing.

    [bold]Example[/bold]

    kuntatutka taxonomy new-service dog-park --theme sports-leisure
    """
    from .taxonomy_commands import new_service

    raise typer.Exit(new_service(service, theme, talk_of(verbose, quiet), country=country))


@taxonomy_app.command("new-language")
def taxonomy_new_language(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of the language, ISO 639-1.", show_default=False)],
    country: Country = "",
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """All files of a new language: its words, and where it has to be named. Replace every "?" in them.

    Run it in the source code of Kuntatutka, then `taxonomy check`, which says what is still missing.

    [bold]Example[/bold]

    kuntatutka taxonomy new-language et
    """
    from .taxonomy_commands import new_language

    raise typer.Exit(new_language(code, talk_of(verbose, quiet), country=country))


@taxonomy_app.command("new-product")
def taxonomy_new_product(
    host: Annotated[
        str, typer.Argument(metavar="HOST", help="Host of the system, or an address there.", show_default=False)
    ],
    study: Annotated[
        Path | None,
        typer.Option(help="An analysed study: its links become examples, services and the source.", show_default=False),
    ] = None,
    country: Annotated[
        str,
        typer.Option(callback=usual_country, help="Country folder; with --study, the study's own.", show_default=False),
    ] = "",
    to_stdout: Annotated[bool, typer.Option("--stdout", help="Print the draft and write no file.")] = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> None:
    """A draft of the catalogue file for a product, written to taxonomy/products/: replace every "?" in it.

    Run it in the source code of Kuntatutka, then `taxonomy check`, which refuses a file that still has a "?".

    [bold]Examples[/bold]

    kuntatutka taxonomy new-product booking.example.org --study my-study

    kuntatutka taxonomy new-product booking.example.org --stdout
    """
    from .taxonomy_commands import draft_product

    talk = talk_of(verbose, quiet)
    raise typer.Exit(draft_product(host, talk, study=study, country=country, to_stdout=to_stdout))


def main() -> None:
    """What the command `kuntatutka` calls."""
    os.environ.update(PYTHONSAFEPATH="1", PYTHONNOUSERSITE="1")  # for every Python that a library may start
    strangers = foreign_packages()
    if strangers:
        name, origin = next(iter(strangers.items()))
        _complain(
            f"Python would import {origin} instead of Kuntatutka's own package `{name}`.",
            "Run the command from another folder, or install Kuntatutka into an environment of its own (pipx does).",
        )
        sys.exit(ExitStatus.FAILED)
    from .streams import see_all

    see_all()
    command = typer.main.get_command(app)
    try:
        command(prog_name="kuntatutka")
    except Exception as error:  # noqa: BLE001 - the last stop: every error ends as a sentence and a status
        sys.exit(_explained(error))


def _explained(error: Exception) -> ExitStatus:
    """Say in one sentence what went wrong; gives the exit status."""
    from .failures import explain

    failure = explain(error)
    _complain(failure.message, failure.hint)
    return failure.status


def _complain(message: str, hint: str) -> None:
    from study import without_password

    from .tables import printable

    sys.stderr.write(f"kuntatutka: {printable(without_password(message))}\n")
    if hint:
        sys.stderr.write(f"  {printable(without_password(hint))}\n")
