"""The e-services that a municipality offers: what each is, for what, whose address and whose name it bears."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from reports import anchors
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.meanings import Meanings
from reports.model import Block, Cell, Run
from reports.table import Column, table
from study import CODE_LISTS, OfferedEservice

ROWS = 40
"""E-services that a page lists; the dataset has them all."""
_TABLE = "offered_eservices"
_KINDS = {kind: rank for rank, kind in enumerate(("transaction", "booking", "form", "information"))}


def offered(context: Context, code: str) -> list[Block]:
    """The list, what goes furthest first; nothing where no e-service was found."""
    words, meanings = context.words, Meanings(context.language, context.data.taxonomy)
    found = _by_municipality(context.data).get(code, [])
    if not found:
        return []

    def named(column: str, row: OfferedEservice) -> Cell:
        return Cell(meanings.value(f"eservice-{column}", getattr(row, column)))

    def heading(column: str) -> str:
        return meanings.column(_TABLE, column)

    more = [words("offered.more", n=len(found) - ROWS)] if len(found) > ROWS else []
    return [
        table(
            anchors.municipality(code, "eservices"),
            words("offered.table", n=len(found)),
            found[:ROWS],
            (
                Column(heading("address"), wide=True, cell=lambda row: Cell(short_url(row.address, 44))),
                Column(heading("kind"), cell=lambda row: named("kind", row)),
                Column(heading("services"), wide=True, cell=lambda row: _services(context, row)),
                Column(heading("owner"), cell=lambda row: named("owner", row)),
                Column(heading("brand"), cell=lambda row: named("brand", row)),
                Column(heading("url"), wide=True, cell=lambda row: _way(row)),
            ),
            [words("offered.note"), *more],
            dense=True,
        )
    ]


@once_a_study
def _by_municipality(data: StudyData) -> Mapping[str, list[OfferedEservice]]:
    found: dict[str, list[OfferedEservice]] = defaultdict(list)
    known = {kind: _KINDS.get(kind, len(_KINDS)) for kind in CODE_LISTS["eservice-kind"]}
    for row in sorted(data.rows(_TABLE), key=lambda row: (known.get(row.kind, 9), row.address, row.service_id or "")):
        found[row.municipality_code].append(row)
    return found


def _way(row: OfferedEservice) -> Cell:
    """The page that leads there; e-services themselves are not opened from here."""
    return Cell("", links=(Run(short_url(row.url, 44), safe_href(row.url)),))


def _services(context: Context, row: OfferedEservice) -> Cell:
    known = [name for name in row.services if name in context.data.taxonomy.services]
    return Cell(context.words.listing(map(context.service, known))) if known else context.nothing
