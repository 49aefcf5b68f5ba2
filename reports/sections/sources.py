"""Where the facts came from, under which licences, and with which versions the report was made."""

from __future__ import annotations

from reports.clean import plain, safe_href
from reports.context import Context
from reports.metadata import dated
from reports.model import Block, Cell, Definition, Definitions, Section, Table
from reports.table import Column, table
from taxonomy import Text

ORDER = 90
ON_SCORECARD = True


def section(context: Context) -> Section | None:
    """Sources, licences and versions."""
    words, data = context.words, context.data
    country = data.taxonomy.country
    versions = [
        Definition(words("sources.taxonomy"), f"{country.id} {data.taxonomy.version} ({data.taxonomy.digest[:12]})"),
        Definition(words("sources.evidence"), words("sources.evidence_text")),
        Definition(words("sources.licence"), _licence_text(context)),
    ]
    if data.version:
        versions.insert(0, Definition(words("sources.program"), f"Kuntatutka {data.version}"))
    versions.append(Definition(words("sources.cite"), _citation(context)))
    if data.contact:
        versions.append(Definition(words("sources.contact"), plain(data.contact, 120)))
    blocks: list[Block] = [Definitions(tuple(versions))]
    if country.sources:
        blocks.append(_sources(context))
    return Section("sources", words("sources.title"), tuple(blocks), page=False)


def _licence_text(context: Context) -> str:
    licence = context.data.authorship.licence
    return (
        context.words("sources.licence_of", licence=licence.title) if licence else context.words("sources.licence_text")
    )


def _citation(context: Context) -> str:
    """How to name the report in a text: its authors where the study names any, title, year, publisher and address."""
    words, data, made = context.words, context.data, context.data.authorship
    names = words("sources.authors", names=words.listing(map(plain, made.authors))) if made.authors else ""
    days = words.days(*data.crawl_days) if data.crawl_days else words("cover.unread")
    program = f"Kuntatutka {data.version}".strip()
    title = dated(data.title_in(words), data.year)
    text = words("sources.citation", title=title, days=days, program=program)
    ends = [plain(made.publisher), f"https://doi.org/{plain(made.doi)}" if made.doi else ""]
    return " ".join([names + text, *(f"{end}." for end in ends if end)])


def _sources(context: Context) -> Table:
    words = context.words
    return table(
        "sources-table",
        words("sources.table"),
        context.data.taxonomy.country.sources,
        (
            Column(words("sources.facts"), wide=True, cell=lambda s: Cell(plain(_in(context, s.facts_in, s.facts)))),
            Column(
                words("sources.source"),
                wide=True,
                cell=lambda s: Cell(plain(_in(context, s.name_in, s.name)), href=safe_href(s.url)),
            ),
            Column(words("sources.licence"), cell=lambda s: Cell(_licence(context, s.licence))),
            Column(words("sources.dated"), cell=lambda s: Cell(plain(s.dated))),
        ),
        dense=True,
    )


def _in(context: Context, text: Text | None, otherwise: str) -> str:
    """The text in the report's language, or the one that stands for all."""
    return context.name(text) if text else otherwise


def _licence(context: Context, licence: str) -> str:
    key = f"licence.{licence.replace(' ', '-')}"
    return context.words(key) if "." not in licence and context.words.has(key) else plain(licence)
