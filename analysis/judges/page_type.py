"""What kind of page this is: service, hub, news, decision, contact, statement, form, document, e-service or other.

A sum of named signals per kind with learned weights (``models/page_type.json``, made by bench/train.py); the score is
the share of the winner. The signals are cues of the taxonomy by place, and the shape of the page. Services are judged
afterwards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from analysis.findings import Reason, Told
from analysis.linear import Linear
from analysis.page.model import Page
from analysis.words.parts import parts_of
from analysis.words.terms import Uses
from analysis.words.view import View
from taxonomy import ACT, BODY, MOVE, Taxonomy, page_markup, plain

from .layout import layout_signals
from .subject import Whole

_PIECES, _ASKED = re.compile(r"[/_.-]+"), re.compile(r"[=&]")
# A word weighs less than a signal that somebody thought of, so that it is held more firmly to nothing.
_NAMED, _ADDRESSED, _WORD = "name:", "path:", 0.6
_SECTION = re.compile(r"(?:^|\s)§\s?\d|\d\s?§", re.M)
_RECORD = re.compile(
    r"\b[A-ZÅÄÖ]{2,12}(?:[Dd][Nn][Oo])?[-:/]\s?\d{2,4}[-/]\d+|\b\d{1,5}/\d{2}\.\d{2}(?:\.\d{2})*/\d{4}\b|\bDno\b"
)
_FULL_DATE = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b")
_CLOCK = re.compile(r"(?:19|20)\d{2}\D{1,8}\d{1,2}[.:]\d{2}\b")
_DATE = re.compile(r"\b\d{1,2}\.\s?\d{1,2}(?:\.|\b(?![.:,]\d))|\b(?:19|20)\d{2}\b")
_MANY = 6
_FEW = 3
_FIELDS = 4
# A field asks about as much as this many letters tell.
_FIELD_TEXT = 80
_LONGEST_STAMP = 90
_SUBSTANCE = 60
_HUB_SERVICES = 4
# What stands below such a piece of path is of that kind too: every page under /uutiset/ is news.
_WHOLE_BRANCH = frozenset(("news", "decision", "document"))
_TABLE_OF_CONTENTS = re.compile(r"(?:\.\s?){2,200}\s{0,40}\d{1,3}\s*$|…\s*\d{1,3}\s*$", re.M)
_DATE_ALONE = 45
_DATED_PATH = re.compile(r"/(?:19|20)\d{2}/\d{1,2}/")
_SIGNS = (
    "decisions-host", "layout-cut", "layout-day-blocks", "layout-heading-links", "layout-more-links", "layout-paged",
    "layout-length", "layout-headings", "record-number", "section-first", "mostly-contacts", "stamp",
)  # fmt: skip
# A share that is as good as none.
_FAINT = 0.007
# A list item this short names a thing; a longer one tells about it.
_SHORT_ITEM = 90


@dataclass(frozen=True, slots=True)
class PageTypeVerdict:
    """The kind of a page, how sure (calibrated 0-1), every kind's share, and what spoke for it."""

    page_type: str
    score: float
    shares: Mapping[str, float]
    reasons: Sequence[Reason]
    signs: Mapping[str, float] = field(default_factory=dict)
    """Signals of the page that tell its judges of services whether it lists, minutes or merely reports."""


def judge_page_type(view: View, uses: Uses, whole: Whole, model: Linear) -> PageTypeVerdict:
    """Decides the kind of a page; "other" for what says nothing. ``whole``: what all its words together say."""
    page = view.page
    if not page.main_text.strip() and not page.forms:
        return _certainly_other("no text")
    if page.language and page.language not in view.taxonomy.languages:
        return _certainly_other(f"in a language that is not read: {page.language}")
    return verdict_of(model, page_type_signals(view, uses), whole)


def verdict_of(model: Linear, signals: Mapping[str, float], whole: Whole) -> PageTypeVerdict:
    """The verdict of a model over the signals of a page."""
    signals = {**signals, **words_signals(whole)}
    shares = model.shares(signals)
    best = max(sorted(shares), key=lambda kind: shares[kind])
    reasons = Told(lambda: [Reason(f"page_type:{best}", model.telling(best, signals))])
    return PageTypeVerdict(best, shares[best], shares, reasons, {k: signals[k] for k in _SIGNS if k in signals})


def _certainly_other(why: str) -> PageTypeVerdict:
    return PageTypeVerdict("other", 1.0, {"other": 1.0}, (Reason("page_type:other", why),))


def words_signals(whole: Whole) -> dict[str, float]:
    """What all the words of a page together say of its kind."""
    return {f"words:{kind}": math.log(share / _FAINT) / 3 for kind, share in whole.kinds.items() if share > _FAINT}


def page_type_signals(view: View, uses: Uses) -> dict[str, float]:
    """The signals of one page by name; absent ones are nought."""
    page = view.page
    signals: dict[str, float] = {}
    _add_cues(signals, uses, page.breadcrumb)
    _add_path(signals, page, view.taxonomy)
    _add_shape(signals, page, uses)
    _add_services(signals, page, uses)
    _add_words(signals, view, uses)
    signals |= layout_signals(view, uses)
    return {name: value for name, value in signals.items() if value}


def _add_cues(signals: dict[str, float], uses: Uses, breadcrumb: Sequence[str]) -> None:
    seen: dict[str, set[str]] = {}
    crumbs = {plain(crumb) for crumb in breadcrumb}
    signals["moved"] = float(uses.moved)
    for use in uses.cues:
        if use.subject == ACT:
            continue
        if use.subject in (MOVE, BODY):
            continue
        kind, _, part = use.subject.partition(":")
        if part == "title":
            place = {"title": "title", "breadcrumb": "crumb"}.get(use.where)
            if place is not None:
                whole = _is_head(use.text, uses.name) if place == "title" else plain(use.text) in crumbs
                full = 1.0 if whole else 0.6
                signals[f"{kind}-{place}"] = max(signals.get(f"{kind}-{place}", 0.0), full)
        elif use.where in ("text", "lead", "heading", "link"):
            seen.setdefault(kind, set()).add(use.term)
    for kind, terms in seen.items():
        signals[f"{kind}-body"] = math.log1p(len(terms))


def _is_head(words: str, name: str) -> bool:
    """Whether the words are what the name is about.

    Nearly all of it, or its end ("asioinnin periaatteet") or start ("Plan för ...").
    """
    bare = plain(name)
    own = plain(words)
    return len(own) > 0.7 * len(bare) or bare.endswith(own) or bare.startswith(own)


def _add_path(signals: dict[str, float], page: Page, taxonomy: Taxonomy) -> None:
    parts = urlsplit(page.url)
    pieces = [piece for piece in unquote(parts.path).lower().split("/") if piece]
    # "tiedotteet.kunta.fi/…": what stands before the site's own name is a first piece of path.
    pieces = parts.netloc.lower().split(":")[0].removeprefix("www.").split(".")[:-2] + pieces
    query = unquote(parts.query).lower()
    cues = _path_cues(taxonomy)
    found: dict[str, float] = {}
    for number, piece in enumerate(pieces):
        for kind in cues.kinds_of(piece):
            value = 1.0 if number == len(pieces) - 1 or kind in _WHOLE_BRANCH else 0.7
            found[kind] = max(found.get(kind, 0.0), value)
    for piece in _ASKED.split(query) if query else ():
        for kind in cues.kinds_asked_for(piece):
            found[kind] = max(found.get(kind, 0.0), 0.7)
    signals.update((f"{kind}-path", found[kind]) for kind in sorted(found, key=cues.order.__getitem__))
    signals.update((f"{category}-host", 1.0) for category in _systems_at(taxonomy, parts.netloc.lower()))
    signals["dated-path"] = float(bool(_DATED_PATH.search(parts.path)))
    signals["front-page"] = float(not pieces and not query)


def _add_words(signals: dict[str, float], view: View, uses: Uses) -> None:
    """The words of the name and the pieces of the address; which of them say something was learned."""
    language = view.page.language
    if language in view.taxonomy.languages:
        signals.update((f"{_NAMED}{part}", _WORD) for part in parts_of(uses.name, language, view.taxonomy))
    path = unquote(urlsplit(view.page.url).path).lower()
    pieces = (piece for piece in _PIECES.split(path) if len(piece) > 2 and not piece.isdigit())
    signals.update((f"{_ADDRESSED}{piece}", _WORD) for piece in pieces)


class _PathCues:
    """Which kinds of page a piece of an address speaks for; pieces are looked at once, for a site repeats them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._cues = []
        for kind, page_type in taxonomy.page_types.items():
            words = {*page_type.url, *(word for part in page_type.cues.values() for word in part.url)}
            exact = frozenset(word.lower() for word in words if "*" not in word)
            self._cues.append((kind, exact, tuple(sorted(word.lower() for word in words if "*" in word))))
        self.order = {kind: number for number, (kind, _, _) in enumerate(self._cues)}
        self.kinds_of = lru_cache(maxsize=8_192)(self._kinds_of)
        self.kinds_asked_for = lru_cache(maxsize=8_192)(self._kinds_asked_for)

    def _kinds_of(self, piece: str) -> tuple[str, ...]:
        bare = piece.rsplit(".", 1)[0] if piece.endswith((".html", ".htm", ".php", ".aspx", ".link")) else piece
        return tuple(
            kind
            for kind, exact, globs in self._cues
            if bare in exact or piece in exact or any(fnmatchcase(piece, glob) for glob in globs)
        )

    def _kinds_asked_for(self, piece: str) -> tuple[str, ...]:
        return tuple(
            kind for kind, exact, globs in self._cues if any(fnmatchcase(piece, glob) for glob in (*exact, *globs))
        )


@lru_cache(maxsize=4)
def _path_cues(taxonomy: Taxonomy) -> _PathCues:
    return _PathCues(taxonomy)


@lru_cache(maxsize=1_024)
def _systems_at(taxonomy: Taxonomy, host: str) -> tuple[str, ...]:
    """The kinds of system that live at a host."""
    return tuple(
        category
        for category, patterns in _hosts(taxonomy).items()
        if any(fnmatchcase(host, pattern) or host.endswith("." + pattern) for pattern in patterns)
    )


@lru_cache(maxsize=4)
def _hosts(taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    hosts: dict[str, list[str]] = {}
    for product in taxonomy.products.values():
        if product.category in ("decisions", "forms", "recruitment"):
            hosts.setdefault(product.category, []).extend(pattern.host for pattern in product.patterns if pattern.host)
    return {category: tuple(sorted(patterns)) for category, patterns in sorted(hosts.items())}


def _add_shape(signals: dict[str, float], page: Page, uses: Uses) -> None:
    blocks = page.main_blocks()
    prose = sum(
        len(block.text) for block in blocks if block.kind in ("paragraph", "item", "cell") and len(block.text) > 40
    )
    first = "\n".join(block.text for block in blocks[:4])
    head = "\n".join((uses.name, *(block.text for block in blocks if block.kind in ("heading", "item"))))
    links = [link for link in page.links if link.in_main and link.kind in ("page", "file")]
    files = sum(link.kind == "file" for link in links)
    fields = max((len(form.fields) for form in page.forms if form.in_main), default=0)
    contacts = sum(contact.in_main for contact in page.contacts)
    signals["sections"] = min(2.0, math.log1p(len(_SECTION.findall(head))))
    signals["record-number"] = float(bool(_RECORD.search(page.main_text[:3000])))
    signals["stamp"] = float(any(_is_stamp(line) for line in first.split("\n")))
    signals["news-data"] = float(any("NewsArticle" in str(item.get("@type")) for item in page.json_ld))
    signals["dated-name"] = float(bool(_DATE.search(uses.name)))
    signals["prose"] = math.log1p(prose / 100)
    signals["little-prose"] = float(prose < 150)
    signals["fields"] = math.log1p(fields)
    signals["mostly-form"] = float(fields >= _FIELDS and fields * _FIELD_TEXT > prose and not files)
    signals["contents"] = float(len(_TABLE_OF_CONTENTS.findall(page.main_text[:4000])) >= 3)
    signals["section-first"] = float(bool(_SECTION.search("\n".join(block.text for block in blocks[1:3]))))
    signals["files"] = math.log1p(files)
    signals["mostly-files"] = float(files > 0 and files * 150 > prose)
    signals["links"] = math.log1p(len(links) - files)
    signals["hardly-links"] = float(len(links) - files < _FEW)
    name = uses.name.casefold()
    signals["names-file"] = float(
        any(link.kind == "file" and name[:40] in link.text.casefold() for link in links if name)
    )
    signals["mostly-links"] = float(len(links) >= _MANY and len(links) * 70 > prose)
    signals["contacts"] = math.log1p(contacts)
    signals["mostly-contacts"] = float(contacts >= 4 and contacts * 80 > prose)
    signals["password"] = float(any(form.purpose == "login" for form in page.forms))
    signals["actions"] = float(
        any(link.kind in ("mail", "tel", "file") for link in page.links if link.in_main) or bool(fields)
    )
    hub_named = bool(signals.get("hub-title"))
    signals["hub-of-links"] = float(hub_named and bool(signals["mostly-links"] or signals["mostly-files"]))
    signals["no-substance"] = float(
        prose < _SUBSTANCE
        and not (links or fields or contacts)
        and not any(name.endswith("-title") for name in signals)
    )
    signals["long-name"] = float(len(uses.name) > 70)


def _is_stamp(line: str) -> bool:
    """Whether a line tells when the text was published; when it was last touched says nothing."""
    date = _FULL_DATE.search(line) if len(line) <= _LONGEST_STAMP else None
    if date is None:
        return False
    words = page_markup().words
    lowered = plain(line)
    if any(word in lowered for word in words["updated"]) and not any(word in lowered for word in words["published"]):
        return bool(_CLOCK.search(line)) and not any(lowered.startswith(word) for word in words["updated"])
    if any(word in lowered for word in words["published"]) or _CLOCK.search(line):
        return True
    return len(line) <= _DATE_ALONE and date.start() == 0


def _add_services(signals: dict[str, float], page: Page, uses: Uses) -> None:
    listed = {block.index for block in page.blocks if block.kind == "item" and len(block.text) < _SHORT_ITEM}
    named: dict[str, float] = {}
    mass: dict[str, float] = {}
    own: set[str] = set()
    for use in uses.terms:
        if use.kind == "term":
            mass[use.subject] = mass.get(use.subject, 0.0) + use.weight
            if use.where == "title":
                named[use.subject] = max(named.get(use.subject, 0.0), use.weight)
            if use.where in ("heading", "link") or use.block in listed:
                own.add(use.subject)
        elif use.where == "title":
            signals["topic-named"] = max(signals.get("topic-named", 0.0), use.weight)
    signals["service-named"] = max(named.values(), default=0.0)
    signals["service-mass"] = math.log1p(max(mass.values(), default=0.0))
    signals["services-apart"] = math.log1p(max(0, len(own) - 1))
    signals["hub-of-services"] = float(bool(signals.get("hub-title")) and len(own) >= _HUB_SERVICES)
    signals["service-path"] = float(bool(uses.path[0]))
