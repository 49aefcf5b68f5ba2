"""The e-services that a municipality offers in all: distinct forms, bookings and transactions, each with its address.

An address counts once, however many pages lead to it and in whatever dress it is shown. A portal's front page holds as
many e-services as services are linked for it; a form that stands in a page of the municipality is one, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from study import ChannelEvidence, EservicePath, OfferedEservice, address_key
from taxonomy import dresses

from .grid import CHANNEL_CONFIDENCE

_Key = tuple[str, str]
_RANKS = ("transaction", "booking", "information", "form")
"""Where the ways to an e-service say several things of it, the first of these holds."""
_KINDS = {
    "automated": "transaction",
    "authenticated": "transaction",
    "booking": "booking",
    "information-system": "information",
}
_OPEN = frozenset({"none", "unknown"})


@dataclass
class _Seen:
    """What all ways to one e-service say of it."""

    kinds: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    brands: set[bool | None] = field(default_factory=set)
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class _Addresses:
    """What the spellings and dresses of one address have in common."""

    page_at: Callable[[str], str]

    def key(self, url: str) -> str:
        """The key of the page that an address shows, without what only dresses it."""
        return address_key(dresses().undressed(self.page_at(url)))


def offered_eservices(
    code: str,
    paths: Sequence[EservicePath],
    channels: Sequence[ChannelEvidence],
    page_at: Callable[[str], str] = str,
    names_own: Callable[[str], bool | None] = lambda url: None,
) -> list[OfferedEservice]:
    """The list of one municipality in order of the key: what its pages lead to, and the forms in its own pages.

    `page_at` tells which page an address shows, `names_own` whether a page names the municipality (None: not read).
    """
    named = _Addresses(page_at)
    said = _said(channels, named)
    seen: dict[_Key, _Seen] = defaultdict(_Seen)
    for path in paths:
        entry = seen[_key(path, named)]
        entry.pages.add(path.url)
        entry.is_own |= path.is_own_domain
        entry.brands.add(names_own(path.final_url))
        entry.products |= {path.product_id} - {None}  # type: ignore[arg-type]
        entry.services |= {path.service_id} - {None}  # type: ignore[arg-type]
        entry.kinds |= said.get(named.key(path.target_url), set())
        if path.log_in not in _OPEN:
            entry.kinds.add("transaction")
    for row in channels:
        if _is_own_form(row, named):
            entry = seen[named.key(row.url), ""]
            entry.pages.add(row.url)
            entry.services.add(row.service_id)
            entry.is_own = True
            entry.brands.add(True)
    return [_row(code, key, seen[key]) for key in sorted(seen)]


def _said(channels: Sequence[ChannelEvidence], named: _Addresses) -> Mapping[str, set[str]]:
    """What the links to an address say of what is there."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in channels:
        if row.channel == "digital" and row.target_url:
            found[named.key(row.target_url)].add(_KINDS.get(row.subtype, "form"))
    return found


def _is_own_form(row: ChannelEvidence, named: _Addresses) -> bool:
    """Tells whether a form stands in the page itself and is sent to it."""
    is_form = row.channel == "digital" and row.subtype == "e-form" and row.confidence >= CHANNEL_CONFIDENCE
    return is_form and bool(row.target_url) and named.key(row.target_url or "") == named.key(row.url)


def _key(path: EservicePath, named: _Addresses) -> _Key:
    # A log-in wall stands in the way; it is not the e-service.
    goal = path.final_url if path.log_in in _OPEN else path.target_url
    return named.key(goal), (path.service_id or "") if path.path_quality == "portal-root" else ""


def _row(code: str, key: _Key, entry: _Seen) -> OfferedEservice:
    address, service = key
    return OfferedEservice(
        municipality_code=code,
        address=address,
        service_id=service or None,
        kind=next((kind for kind in _RANKS if kind in entry.kinds), "form"),
        owner="own" if entry.is_own else "maker" if entry.products else "other",
        brand="own" if True in entry.brands else "other" if False in entry.brands else "unknown",
        product_id=min(entry.products, default=None),
        services=tuple(sorted(entry.services)),
        url=min(entry.pages),
    )
