"""What a municipality's pages say of their customers' say and help: each sign with its pages and one sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from reports import anchors
from reports.clean import plain, safe_href, short_url
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.meanings import Meanings
from reports.model import Block, Cell
from reports.table import Column, table
from study import CODE_LISTS, SNIPPET_LENGTH, CustomerSign

_LIST = "customer-sign"
_PLACES = {place: rank for rank, place in enumerate(CODE_LISTS["customer-place"])}


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign of one municipality with its sentences, those of service pages first."""

    kind: str
    rows: tuple[CustomerSign, ...]

    @property
    def pages(self) -> int:
        return len({row.url for row in self.rows})


def customer_signs(context: Context, code: str) -> list[Block]:
    """The signs that were found; nothing where none was, or where an older study lacks them."""
    words, found = context.words, _signs(context, code)
    if not found:
        return []
    return [
        table(
            anchors.municipality(code, "customer"),
            words("customer.table"),
            found,
            (
                Column(words("customer.sign"), cell=lambda sign: Cell(_name(context, sign.kind))),
                Column(words("label.pages"), "number", cell=lambda sign: context.number_cell(sign.pages)),
                Column(words("customer.sentence"), wide=True, cell=lambda sign: _sentence(sign.rows[0])),
                Column(words("customer.page"), cell=lambda sign: _page(sign.rows[0])),
            ),
            (words("customer.note"),),
            dense=True,
        )
    ]


def _signs(context: Context, code: str) -> list[_Sign]:
    found = _by_municipality(context.data).get(code, {})
    return [_Sign(kind, tuple(found[kind])) for kind in CODE_LISTS[_LIST] if kind in found]


@once_a_study
def _by_municipality(data: StudyData) -> Mapping[str, Mapping[str, list[CustomerSign]]]:
    """Sentences by municipality and sign, those of service pages first."""
    found: dict[str, dict[str, list[CustomerSign]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(data.rows("customer_signs"), key=lambda row: (_PLACES.get(row.place, 9), row.url, row.snippet)):
        found[row.municipality_code][row.kind].append(row)
    return found


def _name(context: Context, kind: str) -> str:
    name = Meanings(context.language, context.data.taxonomy).value(_LIST, kind)
    return name[:1].upper() + name[1:]


def _sentence(row: CustomerSign) -> Cell:
    return Cell(plain(row.snippet, SNIPPET_LENGTH), lang=row.language or "")


def _page(row: CustomerSign) -> Cell:
    return Cell(short_url(row.url), href=safe_href(row.url))
