"""The pages of a unit, read and judged: each stage is kept with what it rests on, and only what does not rest on the
same any more is done again.

Where evidence changed its pages are read again, and only those judged that are not what they were. Of a product's file
that changed only pages that show what changed of it (a pattern, or the product) are judged again, as it was and as it
is; of a landing page that changed only pages that link to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.examine import internal_links
from analysis.page.model import Page
from study import Kept, open_kept, pack, unpack, write_kept
from taxonomy import Taxonomy

from .index import EvidenceIndex, LandingPages, LandingPlace
from .judged import JudgedPage, Judges
from .landing import AskedLanding, changed_answers
from .pages import SHARED, ReadPage, ReadUnit, read_documents
from .product_marks import ProductMarks, product_changes

_PAGES, _ASKED = "pages", "asked"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the stages of one municipality are kept, and what they rest on."""

    folder: Path
    read_key: str
    judge_key: str
    products: Path
    """The catalogue that pages are judged with now; those that they were judged with lie beside it."""


@dataclass(frozen=True, slots=True)
class Worked:
    """The pages of a municipality, and how many of them were read and judged now."""

    unit: ReadUnit
    judged: dict[str, JudgedPage]
    read_now: int
    judged_now: int


@dataclass(frozen=True, slots=True)
class Given:
    """What the pages of a municipality are read and judged from."""

    index: EvidenceIndex
    is_own: Callable[[str], bool]
    own_hosts: frozenset[str]
    landing: Mapping[str, LandingPlace]
    taxonomy: Taxonomy


def work_pages(given: Given, place: Place | None) -> Worked:
    """Read and judge the pages; without a place nothing is kept."""
    landing = AskedLanding(given.landing)
    before = _judged_before(given, place, landing) if place is not None else None
    kept = open_kept(place.folder / "read") if place is not None else None
    # What was judged before is of pages as they were read then.
    earlier = _unit_of(kept, before.read_key) if before is not None else None
    is_read = place is not None and before is not None and before.read_key == place.read_key
    unit = earlier if is_read or place is None else _unit_of(kept, place.read_key)
    read_now = 0
    if unit is None:
        unit = read_documents(given.index, given.is_own, given.taxonomy)
        read_now = len(unit.pages)
        if place is not None:
            data = pack(ReadUnit, unit, shared=SHARED)
            write_kept(place.folder / "read", {_PAGES: data}, {"key": place.read_key})
    known = _still_good(given, before, unit, earlier) if before is not None and earlier is not None else {}
    judges = Judges(given.taxonomy, given.own_hosts, LandingPages(landing))
    judged = {}
    for url, page in unit.pages.items():
        judged[url] = known[url] if url in known else judges.of(page, is_own=given.is_own(url))
    judged_now = len(unit.pages) - len(known)
    if place is not None and (read_now or judged_now or not known):
        _keep(place, judged, landing)
    return Worked(unit, judged, read_now, judged_now)


@dataclass(frozen=True, slots=True)
class _Before:
    """What pages were judged to be, and what of that is known to have changed."""

    read_key: str
    """Of the pages as they were read then."""
    judged: Mapping[str, JudgedPage]
    changed: frozenset[str]
    """Addresses that lead elsewhere now."""
    marks: ProductMarks


def _unit_of(kept: Kept | None, read_key: str) -> ReadUnit | None:
    """The pages that were kept as they were read, where that rests on the same."""
    if kept is None or kept.facts.get("key") != read_key:
        return None
    found: ReadUnit | None = _unpacked(ReadUnit, kept, _PAGES, SHARED)
    return found


def _unpacked(kind: Any, kept: Kept, name: str, shared: tuple[type, ...] = ()) -> Any:
    """A block as values of its type; None where it is damaged or of another form."""
    data = kept.block(name)
    try:
        return unpack(kind, data, shared=shared) if data is not None else None
    except ValueError:
        return None


def _judged_before(given: Given, place: Place, landing: AskedLanding) -> _Before | None:
    """What was kept of the judgement of pages; None where another program or another taxonomy judged."""
    kept = open_kept(place.folder / "judged")
    if kept is None or kept.facts.get("key") != place.judge_key:
        return None
    judged = _unpacked(dict[str, JudgedPage], kept, _PAGES)
    asked = _unpacked(dict[str, str], kept, _ASKED)
    changes = product_changes(place.products.with_name(str(kept.facts.get("products"))), given.taxonomy)
    if judged is None or asked is None or changes is None:
        return None
    changed = changed_answers(landing, asked)
    return _Before(str(kept.facts.get("read")), judged, changed, ProductMarks(changes, given.landing))


def _still_good(given: Given, before: _Before, unit: ReadUnit, earlier: ReadUnit) -> dict[str, JudgedPage]:
    """The pages that are what they were when they were judged, and whose judgement rests on the same."""
    good: dict[str, JudgedPage] = {}
    for url, read in unit.pages.items():
        old, then = before.judged.get(url), earlier.pages.get(url)
        if old is None or then is None or not (then is read or _is_same(then.page, read.page)):
            continue
        if not before.marks.has(read.page) and not any(k.url in before.changed for k in read.page.links):
            good[url] = _with_links(old, read, given.own_hosts)
    return good


def _is_same(one: Page, other: Page) -> bool:
    """Whether two pages say the same to the letter: of what is compared as mappings the order counts too, and that 1
    is not true."""
    told, also = ((page.alternates, page.json_ld) for page in (one, other))
    return one == other and repr(told) == repr(also)


def _keep(place: Place, judged: Mapping[str, JudgedPage], landing: AskedLanding) -> None:
    """Links to own pages stand in the pages themselves."""
    bare = {url: replace(one, findings=replace(one.findings, internal_links=())) for url, one in judged.items()}
    blocks = {_PAGES: pack(dict[str, JudgedPage], bare), _ASKED: pack(dict[str, str], landing.answers())}
    facts = {"key": place.judge_key, "read": place.read_key, "products": place.products.name}
    write_kept(place.folder / "judged", blocks, facts)


def _with_links(judged: JudgedPage, read: ReadPage, own_hosts: frozenset[str]) -> JudgedPage:
    links = internal_links(read.page, own_hosts)
    return replace(judged, findings=replace(judged.findings, internal_links=links))
