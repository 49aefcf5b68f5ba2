"""What a municipality should mend in the service register, or on its site, so that both say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from reports.blocks.own_language import page_to_read
from reports.blocks.register import Declared, channel_name, declared, targets
from reports.clean import plain, safe_href, short_url
from reports.context import Context
from reports.words import lowered
from study import RegisterCell, RegisterChannel

from .actions import Link, page_link

_REACHED = frozenset({"EChannel", "PrintableForm", "Phone"})
"""Types of channels that nobody can use without an address or number."""
_MOST_PAGES = 3


def to_mend(context: Context, code: str) -> tuple[tuple[str, list[tuple[str, str, tuple[Link, ...]]]], ...]:
    """Kinds of things to mend in the order of their urgency, each with name, what is known, and pages to open."""
    own = declared(context.data).get(code)
    if own is None:
        return ()
    return (
        ("dead", [_dead(context, rows) for rows in _by_channel(own, "dead")]),
        ("declared-only", [_declared_only(context, cell, own) for cell in _cells(own, "declared-only")]),
        ("channel-differs", [_differs(context, cell) for cell in _cells(own, "channel-differs")]),
        ("language-missing", [_language(context, cell) for cell in own.cells if cell.languages_missing]),
        ("no-target", [_without(context, rows) for rows in _by_channel(own, "no-target") if rows[0].type in _REACHED]),
        ("found-only", [_found_only(context, cell) for cell in _cells(own, "found-only")]),
    )


def _cells(own: Declared, agreement: str) -> list[RegisterCell]:
    return [cell for cell in own.cells if cell.agreement == agreement]


def _by_channel(own: Declared, outcome: str) -> list[list[RegisterChannel]]:
    """Targets with an outcome, those of one channel together, channels by name."""
    found: dict[str, list[RegisterChannel]] = defaultdict(list)
    for row in targets(own.channels):
        if row.outcome == outcome:
            found[row.register_id].append(row)
    return sorted(found.values(), key=lambda rows: (rows[0].name, rows[0].register_id))


def _name(row: RegisterChannel) -> str:
    return plain(row.name, 80) or row.register_id


def _dead(context: Context, rows: Sequence[RegisterChannel]) -> tuple[str, str, tuple[Link, ...]]:
    links = tuple(Link(short_url(row.target, 60), safe_href(row.target)) for row in rows)
    return _name(rows[0]), channel_name(context, rows[0].channel), links


def _without(context: Context, rows: Sequence[RegisterChannel]) -> tuple[str, str, tuple[Link, ...]]:
    return _name(rows[0]), channel_name(context, rows[0].channel), ()


def _declared_only(context: Context, cell: RegisterCell, own: Declared) -> tuple[str, str, tuple[Link, ...]]:
    words = context.words
    rows = [row for row in own.channels if row.service_id == cell.service_id and row.alive is not False]
    links = dict.fromkeys(
        Link(short_url(row.target, 60), safe_href(row.target)) for row in rows if safe_href(row.target)
    )
    said = words("register.mend.declared", channels=_listed(context, cell.declared))
    text = said if cell.declared else words("register.mend.nothing")
    return context.service(cell.service_id), text, tuple(links)[:_MOST_PAGES]


def _differs(context: Context, cell: RegisterCell) -> tuple[str, str, tuple[Link, ...]]:
    sides = (("only_declared", cell.only_declared), ("only_found", cell.only_found))
    parts = [
        context.words(f"register.mend.{side}", channels=_listed(context, channels))
        for side, channels in sides
        if channels
    ]
    return context.service(cell.service_id), "; ".join(parts), _page(context, cell)


def _language(context: Context, cell: RegisterCell) -> tuple[str, str, tuple[Link, ...]]:
    text = context.words("register.mend.languages", languages=_languages(context, cell))
    return context.service(cell.service_id), text, _page(context, cell)


def _languages(context: Context, cell: RegisterCell) -> str:
    return context.words.language_listing(map(context.language_name, cell.languages_missing))


def _found_only(context: Context, cell: RegisterCell) -> tuple[str, str, tuple[Link, ...]]:
    return context.service(cell.service_id), _listed(context, cell.found), _page(context, cell)


def _page(context: Context, cell: RegisterCell) -> tuple[Link, ...]:
    finding = context.data.grid.get((cell.municipality_code, cell.service_id))
    return (page_link(page_to_read(context, finding)),) if finding is not None and finding.best_url else ()


def _listed(context: Context, channels: Iterable[str]) -> str:
    return lowered(context.words.sentence_listing(channel_name(context, channel) for channel in channels))
