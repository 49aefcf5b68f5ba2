"""Raw results of accessibility audits in the evidence, as rows: audited pages, and the rules they fail.

Violations, rules for a person to look at, passed and inapplicable rules stay apart. What fails in the same way on
several pages of a host is marked: one mended template mends them all. Nothing here says that a page conforms.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from study import AccessibilityPage, AccessibilityViolation, StoredJson, host_of, read_at

PAGE_EVENT, SAMPLE_EVENT = "axe", "audit-sample"
GOOD_PRACTICE = "good-practice"
_NO_ANSWER = frozenset(
    {"timeout", "unreachable", "connection-lost", "dns", "browser-lost", "tab-lost", "robots-unreachable"}
)
_HTML_LENGTH = 300
_SELECTOR_LENGTH = 500
_HINT_LENGTH = 160
_CRITERION = re.compile(r"wcag(\d)(\d)(\d{1,2})")
_LEVELS = (("AAA", re.compile(r"wcag2\d?aaa")), ("AA", re.compile(r"wcag2\d?aa")), ("A", re.compile(r"wcag2\d?a")))
_OPENING_TAG = re.compile(r"<[^>]*")
_CHANGING = re.compile(
    r"""\d+|:nth-child\([^)]*\)|(?<=href=")[^"]*|(?<=src=")[^"]*|(?<=alt=")[^"]*|(?<=title=")[^"]*"""
)


@dataclass(frozen=True, slots=True)
class AuditPlace:
    """Where the raw result of one page stands, and the sample it belongs to."""

    path: Path
    offset: int
    plan: str
    at: datetime
    error: str = ""


@dataclass
class AuditIndex:
    """The audits that the evidence holds; the newest sample counts, and of each page its newest result."""

    plan: str = ""
    sampled: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    sampled_at: datetime | None = None
    results: dict[str, AuditPlace] = field(default_factory=dict)

    def add(self, event: StoredJson, paths: Mapping[str, Path]) -> None:
        """Take in an event; those that are no audit's are passed over."""
        data = event.data if isinstance(event.data, dict) else {}
        if event.kind == SAMPLE_EVENT:
            self.plan, self.sampled_at = str(data.get("plan", "")), event.at
            pages = data.get("pages")
            told = [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []
            self.sampled = {str(page.get("url", "")): page for page in told}
        elif event.kind == PAGE_EVENT:
            place = AuditPlace(paths[event.warc_file], event.warc_offset, str(data.get("plan", "")), event.at)
            error, known = str(data.get("error") or ""), self.results.get(event.url)
            # A page that did not answer when it was tried again does not lose what was found before.
            is_silent = error.partition(":")[0] in _NO_ANSWER or error.startswith("http-5")
            if error and known is not None and not known.error and (is_silent or known.plan == place.plan):
                self.results[event.url] = replace(known, plan=place.plan)
            else:
                self.results[event.url] = replace(place, error=error)


@dataclass(frozen=True, slots=True)
class Failure:
    """One rule that one page fails, with all its elements."""

    url: str
    rule: Mapping[str, Any]
    elements: tuple[tuple[str, str], ...]
    """Selector and markup of each failing element."""
    is_pictured: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """One mark per element, equal for elements that the same template makes."""
        host, rule = host_of(self.url), str(self.rule.get("id", ""))
        return tuple(_mark(host, rule, selector, html) for selector, html in self.elements)


def accessibility_rows(code: str, index: AuditIndex) -> tuple[list[AccessibilityPage], list[AccessibilityViolation]]:
    """Rows of both tables for one municipality; empty where nothing was audited."""
    pages: list[AccessibilityPage] = []
    failures: list[Failure] = []
    for url, sampled in sorted(index.sampled.items()):
        stored = _read(index.results.get(url), index.plan)
        if stored is None:
            pages.append(_without_result(code, url, sampled, index.sampled_at, _NOT_VISITED))
            continue
        try:
            row, failed = page_row(code, url, stored), failures_of(url, stored.data)
        except (TypeError, ValueError, AttributeError, KeyError):
            pages.append(_without_result(code, url, sampled, stored.at, "no-result: what was noted cannot be read"))
            continue
        pages.append(row)
        failures += failed
    return pages, violation_rows(code, failures)


def _read(place: AuditPlace | None, plan: str) -> StoredJson | None:
    if place is None or place.plan != plan:
        return None
    stored = read_at(place.path, place.offset)
    return stored if isinstance(stored, StoredJson) else None


def page_row(code: str, url: str, stored: StoredJson) -> AccessibilityPage:
    """The row of one page from its raw result."""
    data: Mapping[str, Any] = stored.data
    engine, page = data.get("engine") or {}, data.get("page") or {}
    axe, facts = data.get("axe"), data.get("facts") or {}
    counted = axe or {}
    wcag = [rule for rule in counted.get("violations", ()) if level_of(rule.get("tags", ())) in ("A", "AA")]
    return AccessibilityPage(
        municipality_code=code,
        url=url,
        engine=str(engine.get("name", "")),
        engine_version=str(engine.get("version", "")),
        violations=len(axe["violations"]) if axe else None,
        incomplete=len(axe["incomplete"]) if axe else None,
        passes=len(axe["passes"]) if axe else None,
        audited_at=stored.at,
        error=None if axe else str(data.get("error") or "no-result"),
        wcag_violations=len(wcag) if axe else None,
        inapplicable=len(axe["inapplicable"]) if axe else None,
        engine_sha256=str(engine.get("sha256", "")),
        reason=str(page.get("reason", "")),
        subject=str(page.get("detail", "")),
        final_url=str(data.get("final_url") or url),
        is_own=bool(page.get("is_own", True)),
        overflow_pixels=_overflow(data.get("reflow")),
        weight_bytes=_count(facts.get("bytes")),
        requests=_count(facts.get("requests")),
        third_party_requests=_count(facts.get("third_party_requests")),
        third_party_hosts=tuple(sorted(map(str, facts.get("third_party_hosts", ())))),
        consent_layer=_consent(data.get("consent") or ()),
        warc_file=stored.warc_file,
        warc_offset=stored.warc_offset if stored.warc_file else None,
        engine_tags=tuple(map(str, engine.get("tags") or ())),
        look_here=_look_here(data.get("look_here")) if axe else (),
    )


def _look_here(found: object) -> tuple[str, ...]:
    """Each place that a person should look at: its kind, selector and a little markup."""
    places = []
    for kind in found if isinstance(found, list) else ():
        for node in kind.get("nodes") or ():
            html = " ".join(str(node.get("html", "")).split())[:_HINT_LENGTH]
            places.append(f"{kind.get('id')}: {str(node.get('target', ''))[:_HINT_LENGTH]}: {html}")
    return tuple(sorted(set(places)))


_NOT_VISITED = "not-visited: the audit was stopped before"


def _without_result(
    code: str, url: str, sampled: Mapping[str, Any], at: datetime | None, error: str
) -> AccessibilityPage:
    data = {"page": sampled, "error": error}
    return page_row(code, url, StoredJson(PAGE_EVENT, url, data, at or datetime(1970, 1, 1, tzinfo=UTC), "", 0))


def _count(value: object) -> int | None:
    """A number as a page can have it; evidence can come from anybody."""
    return value if isinstance(value, int) and 0 <= value < 2**53 else None


def _overflow(reflow: Mapping[str, Any] | None) -> int | None:
    """Pixels that stick out; 0 where only things do that may, such as a wide data table."""
    if reflow is None:
        return None
    elements = reflow.get("elements") or ()
    if elements and all(element.get("is_exempt") for element in elements):
        return 0
    return int(reflow.get("overflow") or 0)


def _consent(layers: Sequence[Mapping[str, Any]]) -> str | None:
    return str(layers[0].get("layer", ""))[:120] if layers else None


def failures_of(url: str, data: Mapping[str, Any]) -> list[Failure]:
    """The rules that a raw result says are violated."""
    pictured = {str(picture.get("rule")) for picture in data.get("pictures") or ()}
    rules = (data.get("axe") or {}).get("violations", ())
    return [Failure(url, rule, _elements(rule), rule.get("id") in pictured) for rule in rules]


def picture_of(stored: object, rule_id: str) -> str | None:
    """The picture (JPEG in base64) that a raw result holds of an element which fails the rule; None without one."""
    if not isinstance(stored, StoredJson) or not isinstance(stored.data, dict):
        return None
    found = (p.get("jpeg") for p in stored.data.get("pictures") or () if p.get("rule") == rule_id)
    return next((str(jpeg) for jpeg in found if jpeg), None)


def view_of(stored: object) -> str | None:
    """The picture (JPEG in base64) that a raw result holds of the page's first screen; None without one."""
    if not isinstance(stored, StoredJson) or not isinstance(stored.data, dict):
        return None
    return str(stored.data.get("view") or "") or None


def _elements(rule: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    nodes = rule.get("nodes", ())
    return tuple((selector_of(node.get("target", ())), str(node.get("html", ""))) for node in nodes)


def violation_rows(code: str, failures: Iterable[Failure]) -> list[AccessibilityViolation]:
    """One row per page and rule, the elements of templates counted over all of them."""
    every = list(failures)
    pages: dict[str, set[str]] = defaultdict(set)
    for failure in every:
        for mark in failure.marks:
            pages[mark].add(failure.url)
    return [_violation(code, failure, pages) for failure in every if failure.elements]


def _violation(code: str, failure: Failure, pages: Mapping[str, set[str]]) -> AccessibilityViolation:
    marks, rule = failure.marks, failure.rule
    widest = max(marks, key=lambda mark: (len(pages[mark]), mark))
    selector, html = failure.elements[0]
    return AccessibilityViolation(
        municipality_code=code,
        url=failure.url,
        rule_id=str(rule.get("id", "")),
        impact=str(rule.get("impact") or "minor"),
        wcag=criteria_of(rule.get("tags", ())),
        nodes=len(failure.elements),
        selector=selector[:_SELECTOR_LENGTH],
        html=html[:_HTML_LENGTH],
        level=level_of(rule.get("tags", ())),
        template_nodes=sum(len(pages[mark]) > 1 for mark in marks),
        template_pages=len(pages[widest]),
        group=widest,
        has_picture=failure.is_pictured,
    )


def criteria_of(tags: Iterable[str]) -> tuple[str, ...]:
    """WCAG success criteria of a rule's tags, in their own order: wcag1410 is 1.4.10."""
    found = {tuple(map(int, match.groups())) for tag in tags if (match := _CRITERION.fullmatch(tag))}
    return tuple(".".join(map(str, numbers)) for numbers in sorted(found))


def level_of(tags: Iterable[str]) -> str:
    """The strictest WCAG level that a rule's tags name, or good-practice."""
    every = list(tags)
    for level, pattern in _LEVELS:
        if any(pattern.fullmatch(tag) for tag in every):
            return level
    return GOOD_PRACTICE


def selector_of(target: Any) -> str:
    """A node's target as one text: frames are parted by " >> ", shadow trees by " >>> "."""
    if isinstance(target, str):
        return target
    return " >> ".join(part if isinstance(part, str) else " >>> ".join(map(str, part)) for part in target)


def _mark(host: str, rule: str, selector: str, html: str) -> str:
    """What stays the same where a template repeats an element: rule, place without positions, tag without values."""
    tag = _OPENING_TAG.match(html.lower())
    kept = _CHANGING.sub("", tag.group(0) if tag else "") + "|" + _CHANGING.sub("", selector.lower())
    return hashlib.sha256(f"{host}|{rule}|{kept}".encode()).hexdigest()[:12]
