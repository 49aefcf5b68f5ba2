"""Where the facts came from, under which licences, and with which versions the report was made."""

from __future__ import annotations

from reports.clean import plain, safe_href
from reports.context import Context
from reports.model import Cell, Column, Definition, Definitions, Row, Section, Table

ORDER = 90
ON_SCORECARD = True


def section(context: Context) -> Section | None:
    """Sources, licences and versions."""
    words, data = context.words, context.data
    country = data.taxonomy.country
    versions = [
        Definition(words("sources.taxonomy"), f"{country.id} {data.taxonomy.version} ({data.taxonomy.digest[:12]})"),
        Definition(words("sources.evidence"), words("sources.evidence_text")),
        Definition(words("sources.licence"), words("sources.licence_text")),
    ]
    if data.version:
        versions.insert(0, Definition(words("sources.program"), f"Kuntatutka {data.version}"))
    if data.contact:
        versions.append(Definition(words("sources.contact"), plain(data.contact, 120)))
    blocks = [Definitions(tuple(versions))]
    if country.sources:
        rows = tuple(
            Row(
                (
                    Cell(plain(s.facts)),
                    Cell(plain(s.name), href=safe_href(s.url)),
                    Cell(plain(s.licence)),
                    Cell(plain(s.dated)),
                )
            )
            for s in country.sources
        )
        columns = (
            Column(words("sources.facts"), wide=True),
            Column(words("sources.source"), wide=True),
            Column(words("sources.licence")),
            Column(words("sources.dated")),
        )
        blocks.append(Table("sources-table", words("sources.table"), columns, rows, dense=True))  # type: ignore[arg-type]
    return Section("sources", words("sources.title"), tuple(blocks), page=False)
