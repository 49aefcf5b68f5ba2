"""Folds page findings into the grid municipality x service: evidence in, one state per cell out.

Detectors collect evidence and never decide; the table `RULES` decides, first fitting row first, and is printed in
docs/method-grid.md. Pure: no clock, no network, no files. A gap is never turned into a "no" here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from analysis.linear import marks
from study import (
    LOG_INS,
    CrawlStatus,
    FailureReason,
    MaturityBasis,
    ServiceFinding,
    State,
    StateReason,
    Verification,
    host_of,
)
from taxonomy import eservice_links

STRONG_SCORE = 0.6
"""Calibrated score from which one page alone proves a service, given a fitting page type.

A cell that rests on little more is said, and said to be uncertain (``verification``).
"""
WEAK_SCORE = 0.4
"""Score from which a page counts as a weak piece; two of them on different pages make a finding."""
FAIR_SCORE = 0.5
"""Score from which a page that offers a way to use a service proves it, whatever else it is about."""
CHANNEL_CONFIDENCE = 0.5
"""Confidence from which a channel enters a cell; weaker pieces stay in the evidence table."""

OFFERING_TYPES = ("service", "form", "hub", "contact", "eservice")
"""Page types that offer a service to a reader; news and decisions only report on one."""
REPORTING_TYPES = ("news", "decision")
_TYPE_RANK = {"service": 0, "form": 1, "hub": 3, "contact": 3, "eservice": 4}
_DIGITAL_KINDS = frozenset({"e-form", "booking", "information-system"})


class ChannelPiece(Protocol):
    """What the grid needs of a channel hit."""

    @property
    def channel(self) -> str: ...
    @property
    def subtype(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def target_url(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ServicePage:
    """One page's verdict on one service, as the grid sees it."""

    url: str
    page_type: str
    language: str | None
    score: float
    is_primary: bool
    depth: int | None
    channels: tuple[ChannelPiece, ...]
    authentication: str = "unknown"
    title: str = ""

    @property
    def is_strong(self) -> bool:
        """Whether this page alone proves the service."""
        if self.page_type not in OFFERING_TYPES:
            return self.page_type not in REPORTING_TYPES and self.score >= marks().found
        if self.score < WEAK_SCORE:
            return False
        return self.score >= (STRONG_SCORE if not self._offers else WEAK_SCORE if self.is_primary else FAIR_SCORE)

    @property
    def is_weak(self) -> bool:
        """Whether this page is a piece that needs a second one; a report without a way to use it tells of the past."""
        if self.page_type in REPORTING_TYPES and not self._offers:
            return False
        return not self.is_strong and self.score >= WEAK_SCORE

    @property
    def _offers(self) -> bool:
        return any(c.confidence >= CHANNEL_CONFIDENCE for c in self.channels)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How completely a municipality was read."""

    status: CrawlStatus
    reason: FailureReason | None
    pages_read: int
    languages_covered: bool = True
    whole_gap: StateReason | None = None
    """Why silence about any service means nothing, where so little of the site was read."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Everything known of one municipality and service before the state is set."""

    responsible: str
    coverage: Coverage
    pages: tuple[ServicePage, ...] = ()
    unread: StateReason | None = None
    """Why addresses that speak for this service were not read, where there are such addresses."""

    @property
    def strong(self) -> int:
        """Pages that prove the service alone."""
        return sum(page.is_strong for page in self.pages)

    @property
    def weak(self) -> int:
        """Pages that are a weak piece; two of one title are one, also where their texts are not the same."""
        return len({page.title or page.url for page in self.pages if page.is_weak})

    @property
    def weak_offer(self) -> bool:
        """Whether a weak piece is more than a report of something that happened."""
        return any(page.is_weak and page.page_type not in REPORTING_TYPES for page in self.pages)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table from evidence to state."""

    id: str
    when: str
    state: State
    reason: StateReason | None
    fits: Callable[[Cell], bool]


_CLOSED = (StateReason.ROBOTS, StateReason.BLOCK_PAGE, StateReason.LOGIN_WALL, StateReason.ERRORS)
"""Reasons for which an address was closed or failed; the others leave it unasked."""
_SHUT = (StateReason.ROBOTS, StateReason.BLOCK_PAGE)


def _crawl_gap(cell: Cell) -> bool:
    return cell.coverage.status is CrawlStatus.FAILED or cell.coverage.pages_read == 0


RULES: tuple[Rule, ...] = (
    Rule(
        "other-responsible",
        "another organisation than the municipality is responsible on the study's date",
        State.NOT_EXAMINED,
        StateReason.OTHER_RESPONSIBLE,
        lambda c: c.responsible != "municipality",
    ),
    Rule(
        "strong-page",
        "at least one page of an offering type proves the service alone",
        State.FOUND,
        None,
        lambda c: c.strong >= 1,
    ),
    Rule(
        "two-weak-pages",
        "at least two different pages are weak pieces, and not all of them news or decisions",
        State.FOUND,
        None,
        lambda c: c.weak >= 2 and c.weak_offer,
    ),
    Rule(
        "site-blocked",
        "the site refused the crawler (robots.txt, block page, errors on every address)",
        State.BLOCKED,
        StateReason.BLOCK_PAGE,
        lambda c: c.coverage.status is CrawlStatus.BLOCKED and c.coverage.reason is not FailureReason.ROBOTS,
    ),
    Rule(
        "site-forbids-robots",
        "robots.txt forbids the site",
        State.BLOCKED,
        StateReason.ROBOTS,
        lambda c: c.coverage.status is CrawlStatus.BLOCKED,
    ),
    Rule(
        "site-not-reached",
        "the site gave no page at all (name, connection, time-out, crash)",
        State.NOT_EXAMINED,
        StateReason.CRAWL_FAILED,
        lambda c: _crawl_gap(c) and c.coverage.reason is not FailureReason.NOT_STARTED,
    ),
    Rule(
        "not-crawled",
        "the municipality has not been crawled",
        State.NOT_EXAMINED,
        StateReason.NOT_CRAWLED,
        _crawl_gap,
    ),
    Rule(
        "language-not-covered",
        "the pages are in no language that the taxonomy knows",
        State.NOT_EXAMINED,
        StateReason.LANGUAGE,
        lambda c: not c.coverage.languages_covered,
    ),
    Rule(
        "candidates-unreadable",
        "an address that speaks for the service was closed (robots.txt, block page, log-in) or failed",
        State.BLOCKED,
        StateReason.ERRORS,
        lambda c: c.unread in _CLOSED,
    ),
    Rule(
        "candidates-left",
        "the crawl ended with an address unread that speaks for the service",
        State.NOT_EXAMINED,
        StateReason.BUDGET,
        lambda c: c.unread is not None,
    ),
    Rule(
        "site-mostly-closed",
        "so much of the site was closed that silence about any service means nothing",
        State.BLOCKED,
        StateReason.BLOCK_PAGE,
        lambda c: c.coverage.whole_gap in _SHUT,
    ),
    Rule(
        "search-incomplete",
        "so little of the site was read (budget, time, failures, unknown evidence) that silence means nothing",
        State.NOT_EXAMINED,
        StateReason.BUDGET,
        lambda c: c.coverage.whole_gap is not None,
    ),
    Rule(
        "weak-only",
        "nothing that speaks for the service was left unread, and all there is are weak pieces that do not suffice",
        State.NOT_FOUND,
        StateReason.WEAK_EVIDENCE,
        lambda c: c.weak >= 1,
    ),
    Rule(
        "searched",
        "nothing that speaks for the service was left unread, and nothing was found",
        State.NOT_FOUND,
        StateReason.SEARCHED,
        lambda c: True,
    ),
)
"""From evidence to state; the first row that fits decides."""


def rules_table() -> str:
    """The table as Markdown, for the method page."""
    lines = ["| rule | when | state | reason |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {rule.id} | {rule.when} | {rule.state.value} | {rule.reason.value if rule.reason else ''} |"
        for rule in RULES
    ]
    return "\n".join(lines)


def rule_in_words(name: str) -> str:
    """When a rule applies; empty for a name that is none of them, as where a person decided."""
    return next((rule.when for rule in RULES if rule.id == name), "")


def decide(cell: Cell) -> tuple[Rule, StateReason | None]:
    """The rule that sets this cell's state, and the reason to print with it."""
    rule = next(rule for rule in RULES if rule.fits(cell))
    if rule.id in ("candidates-unreadable", "candidates-left"):
        return rule, cell.unread
    if rule.id in ("site-mostly-closed", "search-incomplete"):
        return rule, cell.coverage.whole_gap
    return rule, rule.reason


def _page_order(page: ServicePage, languages: Sequence[str]) -> tuple[object, ...]:
    offered = sum(c.confidence >= CHANNEL_CONFIDENCE for c in page.channels)
    rank = _TYPE_RANK.get(page.page_type, 9)
    language = languages.index(page.language) if page.language in languages else len(languages)
    depth = 99 if page.depth is None else page.depth
    strength = (not page.is_strong, rank, not page.is_primary)
    return (*strength, language, -round(page.score, 2), -min(offered, 6), depth, page.url)


def best_page(pages: Sequence[ServicePage], languages: Sequence[str] = ()) -> ServicePage | None:
    """The page that serves the service best: offering type, mainly about it, in the first language, best score."""
    return min(pages, key=lambda page: _page_order(page, languages), default=None)


def counting_pages(pages: Sequence[ServicePage]) -> tuple[ServicePage, ...]:
    """Pages whose channels enter the cell: those that offer the service; else the weak ones that made the finding."""
    strong = tuple(page for page in pages if page.is_strong)
    return strong or tuple(page for page in pages if page.is_weak)


def channels_of(pages: Sequence[ServicePage]) -> tuple[str, ...]:
    """Channels with evidence strong enough, sorted."""
    return tuple(sorted({c.channel for page in pages for c in page.channels if c.confidence >= CHANNEL_CONFIDENCE}))


def language_gaps(pages: Sequence[ServicePage]) -> tuple[str, ...]:
    """Channels that one language version has and another lacks, as `language:channel`, where both versions exist."""
    by_language: dict[str, set[str]] = {}
    for page in pages:
        if page.language:
            by_language.setdefault(page.language, set()).update(channels_of([page]))
    everything = set().union(*by_language.values()) if by_language else set()
    return tuple(sorted(f"{code}:{channel}" for code, has in by_language.items() for channel in everything - has))


def path_quality(pages: Sequence[ServicePage], own_hosts: frozenset[str]) -> str | None:
    """Where the digital channel leads at its best: own-page, deep-link or portal-root (the path breaks there)."""
    kinds = {
        arrival(piece.target_url, own_hosts)
        for page in pages
        for piece in page.channels
        if piece.channel == "digital" and piece.confidence >= CHANNEL_CONFIDENCE and piece.target_url
    }
    return next((kind for kind in ("deep-link", "own-page", "portal-root") if kind in kinds), None)


def arrival(url: str, own_hosts: frozenset[str], below: str = "") -> str:
    """Where one address leads: own-page, deep-link or portal-root; `below` is the path of the installation itself."""
    if host_of(url) in own_hosts:
        return "own-page"
    return "portal-root" if eservice_links().is_root(url, below) else "deep-link"


def authentication_of_cell(pages: Sequence[ServicePage], channels: Sequence[str]) -> str | None:
    """The strongest log-in that a counting page names for the digital channel; None without a digital channel.

    What a list of services says of logging in is of any of them, so it is asked only where no page of its own is.
    """
    if "digital" not in channels:
        return None
    digital = [page for page in pages if "digital" in channels_of([page])]
    named = {page.authentication for page in [p for p in digital if p.page_type != "hub"] or digital}
    return next((kind for kind in (*LOG_INS, "none") if kind in named), "unknown")


def maturity(
    channels: Sequence[str], subtypes: frozenset[str], authentication: str | None
) -> tuple[int, MaturityBasis]:
    """Maturity of a found service on the ladder 1 (information only) to 6 (automated), and what it rests on."""
    if "digital" in channels:
        if "automated" in subtypes:
            return 6, MaturityBasis("automated")
        if authentication in LOG_INS:
            return 5, MaturityBasis("log-in", (authentication,))
        if "authenticated" in subtypes:
            return 5, MaturityBasis("authenticated")
        return 4, MaturityBasis("digital", tuple(sorted(subtypes & _DIGITAL_KINDS)))
    if "printable-form" in channels:
        return 3, MaturityBasis("printable-form")
    return (2, MaturityBasis("contact", tuple(channels))) if channels else (1, MaturityBasis("information"))


def confidence_of(cell: Cell, state: State) -> float | None:
    """How sure the state is: found: the chance that not every piece errs; not-found: less where pieces are weak."""
    if state is State.FOUND:
        doubt = 1.0
        for page in sorted(cell.pages, key=lambda p: -p.score)[:5]:
            doubt *= 1.0 - min(page.score, 0.95)
        return round(1.0 - max(doubt, 0.01), 3)
    if state is State.NOT_FOUND:
        return round(0.95 - 0.5 * max((page.score for page in cell.pages), default=0.0), 3)
    return None


def verification_of(state: State, confidence: float | None) -> Verification:
    """Whether a finding may be said without a person's look; gaps say nothing and need none."""
    least = {State.FOUND: marks().found, State.NOT_FOUND: marks().not_found}.get(state, 0.0)
    return Verification.UNCERTAIN if confidence is not None and confidence < least else Verification.AUTOMATIC


@dataclass(frozen=True, slots=True)
class CellKey:
    """Which cell is folded, and in which order its municipality prefers languages."""

    municipality_code: str
    theme_id: str
    service_id: str
    languages: tuple[str, ...]


def fold_cell(key: CellKey, cell: Cell, own_hosts: frozenset[str]) -> ServiceFinding:
    """One cell of the grid from everything known of it."""
    rule, reason = decide(cell)
    found = rule.state is State.FOUND
    pages = counting_pages(cell.pages) if found else ()
    best = best_page(pages if found else cell.pages, key.languages)
    channels = channels_of(pages)
    subtypes = frozenset(c.subtype for p in pages for c in p.channels if c.confidence >= CHANNEL_CONFIDENCE)
    authentication = authentication_of_cell(pages, channels) if found else None
    is_finding = rule.state in (State.FOUND, State.NOT_FOUND)
    level, why = maturity(channels, subtypes, authentication) if found else (0, MaturityBasis("none"))

    def offers(channel: str) -> bool | None:
        return channel in channels if is_finding else None

    return ServiceFinding(
        municipality_code=key.municipality_code,
        theme_id=key.theme_id,
        service_id=key.service_id,
        state=rule.state,
        state_reason=reason,
        pages_read=cell.coverage.pages_read,
        best_url=best.url if best else None,
        confidence=confidence_of(cell, rule.state),
        click_depth=best.depth if best and found else None,
        channels=channels,
        digital=offers("digital"),
        phone=offers("phone"),
        on_site=offers("on-site"),
        printable_form=offers("printable-form"),
        email=offers("email"),
        maturity=level if is_finding else None,
        authentication=authentication,
        verification=verification_of(rule.state, confidence_of(cell, rule.state)),
        rule=rule.id,
        languages=tuple(sorted({p.language for p in pages if p.language})),
        language_gaps=language_gaps(pages) if found else (),
        path_quality=path_quality(pages, own_hosts) if found else None,
        maturity_reason=str(why) if is_finding else "",
    )
