"""What a municipality should do first: candidates from services, statement, audit, languages, links and clicks.

Each has an address, a reason, a way, and where there is one somebody who does it already. The weightiest come first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.blocks.accessibility import best_statement
from reports.blocks.barriers import WEIGHTS, barriers, impact_words
from reports.blocks.own_language import page_to_read, statement_to_read
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.measures import DIGITAL, typical
from reports.shares import share
from reports.words import lowered
from study import CrawlStatus, ServiceFinding, State
from taxonomy import rule_text

FIRST = 5
SAME_KIND = 3
"""Most actions of one kind among the first."""
COMMON_SYSTEMS = 2
FAR = 4
"""Clicks from which a page is far from the front page."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address with what is written on it."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: where, why, how, and who does it already."""

    kind: str
    weight: float
    title: str
    where: Link
    why: str
    how: str
    who: Link | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """A service that most peers offer digitally and this municipality was not found to."""

    service_id: str
    finding: ServiceFinding
    count: int
    base: int
    systems: tuple[str, ...]
    example: str
    """Code of a peer that offers it, empty where none has a page to show."""


def first_actions(context: Context, code: str, peers: Sequence[str]) -> tuple[Action, ...]:
    """The weightiest actions, at most FIRST."""
    found = (
        *(_service(context, item) for item in lacking_services(context, code, peers)),
        *_statement(context, code, peers),
        *_barriers(context, code, peers),
        *_languages(context, code),
        *_links(context, code, peers),
        *_depth(context, code, peers),
    )
    chosen: list[Action] = []
    kinds: Counter[str] = Counter()
    for action in sorted(found, key=lambda item: (-item.weight, item.title)):
        if kinds[action.kind] < SAME_KIND and len(chosen) < FIRST:
            kinds[action.kind] += 1
            chosen.append(action)
    return tuple(chosen)


def lacking_services(context: Context, code: str, peers: Sequence[str]) -> list[Lacking]:
    """Services that at least half of the judged peers offer digitally, those of most peers first."""
    data = context.data
    found = []
    for service in data.services():
        mine = data.grid.get((code, service.id))
        if mine is None or mine.digital or mine.state not in (State.FOUND, State.NOT_FOUND):
            continue
        theirs = share(DIGITAL, data.compared(service=service.id, codes=peers))
        if theirs.value is None or theirs.value < 0.5 or not theirs.is_ranked:
            continue
        counts = Counter(p for peer in peers for p in data.products_of(peer, service.id))
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:COMMON_SYSTEMS]
        systems = tuple(f"{context.product(p)}\u00a0({context.words.number(n)})" for p, n in top)
        example = _example(context, service.id, peers)
        found.append(Lacking(service.id, mine, theirs.count, theirs.base, systems, example))
    return sorted(found, key=lambda item: (-item.count / item.base, -item.base, item.service_id))


def _example(context: Context, service_id: str, peers: Sequence[str]) -> str:
    """The peer that shows the service best: surest, highest on the ladder, nearest to the front page."""
    cells = context.data.compared(service=service_id, codes=peers)
    offered = [f for f in cells if f.digital and f.best_url and safe_href(f.best_url)]
    best = max(
        offered,
        key=lambda f: (f.verification.is_by_person, f.maturity or 0, f.confidence or 0.0, -(f.click_depth or 99)),
        default=None,
    )
    return best.municipality_code if best else ""


def example_link(context: Context, code: str, service_id: str) -> Link | None:
    """A municipality's page of a service, with its name on it."""
    finding = context.data.grid.get((code, service_id))
    if finding is None or not finding.best_url:
        return None
    return Link(context.municipality(code), safe_href(page_to_read(context, finding)))


def page_link(url: str | None) -> Link:
    """An address that can be read."""
    return Link(short_url(url, 60), safe_href(url))


def problem_words(context: Context, problems: Sequence[str]) -> str:
    """Faults of a statement in words."""
    words = context.words
    return words.listing(words(f"problem.{p}") if words.has(f"problem.{p}") else p.replace("-", " ") for p in problems)


def _home(context: Context, code: str) -> Link:
    return page_link(context.data.status[code].website)


def _service(context: Context, item: Lacking) -> Action:
    words, code = context.words, item.finding.municipality_code
    here = lowered(context.state_words(item.finding))
    how = words(
        f"scorecard.action.service.{'how_system' if item.systems else 'how'}", systems=words.listing(item.systems)
    )
    return Action(
        "service",
        40 + 40 * item.count / item.base,
        words("scorecard.action.service.title", service=context.service(item.service_id)),
        page_link(page_to_read(context, item.finding)) if item.finding.best_url else _home(context, code),
        words("scorecard.action.service.why", count=item.count, base=item.base, here=here),
        how,
        example_link(context, item.example, item.service_id) if item.example else None,
    )


def _statement(context: Context, code: str, peers: Sequence[str]) -> Iterator[Action]:
    words = context.words
    mine = best_statement(context, code)
    if mine is None:
        return
    theirs = ((c, best_statement(context, c)) for c in peers)
    whole = next(((c, s) for c, s in theirs if s and s.found and not s.problems and safe_href(s.url)), None)
    who = Link(context.municipality(whole[0]), safe_href(statement_to_read(context, whole[1]))) if whole else None
    if not mine.found:
        if context.data.status[code].status is CrawlStatus.COMPLETE:
            title, why, how = (words(f"scorecard.action.statement.{part}") for part in ("title", "why", "how"))
            yield Action("statement", 95, title, _home(context, code), why, how, who)
    elif mine.problems:
        key = "scorecard.action.statement-parts"
        why = words(f"{key}.why", problems=problem_words(context, mine.problems))
        weight = 55 + 4 * len(mine.problems)
        yield Action(
            "statement",
            weight,
            words(f"{key}.title"),
            page_link(statement_to_read(context, mine)),
            why,
            words(f"{key}.how"),
            who,
        )


def _barriers(context: Context, code: str, peers: Sequence[str]) -> Iterator[Action]:
    data, words = context.data, context.words
    audited = [p for p in data.audited.get(code, ()) if p.is_own and p.error is None]
    own = {p.url for p in audited}
    rows = [r for r in data.violations if r.municipality_code == code and r.url in own]
    failing = {(r.municipality_code, r.rule_id) for r in data.violations}
    for item in barriers(rows)[:SAME_KIND]:
        text = rule_text(item.rule, context.language)
        free = [c for c in peers if data.audited.get(c) and (c, item.rule) not in failing]
        why = words(
            "scorecard.action.barrier.why",
            why=text.why if text else "",
            pages=item.pages,
            audited=len(audited),
            impact=lowered(impact_words(context, item.impact)),
        )
        title = "title" if item.repeated else "title_one"
        yield Action(
            "barrier",
            30 + 10 * WEIGHTS.get(item.impact, 1) + 20 * item.pages / max(1, len(audited)),
            words(f"scorecard.action.barrier.{title}", rule=lowered(text.title) if text else item.rule),
            page_link(item.example.url),
            why.strip(),
            text.fix if text else words("sign.nothing"),
            Link(context.municipality(free[0]), safe_href(data.status[free[0]].website)) if free else None,
        )


def _languages(context: Context, code: str) -> Iterator[Action]:
    words, found = context.words, [f for f in context.data.findings(codes=[code]) if f.language_gaps]
    if not found:
        return
    worst = max(found, key=lambda f: (len(f.language_gaps), f.service_id))
    pairs = (gap.partition(":") for gap in worst.language_gaps)
    gaps = words.listing(
        f"{lowered(context.channel(channel))} ({context.language_name(language)})" for language, _, channel in pairs
    )
    key, service = "scorecard.action.language", context.service(worst.service_id)
    many = words(f"{key}.title_more", n=len(found))
    title = many if len(found) > 1 else words(f"{key}.title", service=service)
    why = words(f"{key}.why", gaps=f"{service}: {gaps}")
    yield Action(
        "language",
        35 + min(20, 2 * len(found)),
        title,
        page_link(page_to_read(context, worst)),
        why,
        words(f"{key}.how"),
    )


def _named(names: Sequence[str], count: int) -> str:
    """Names of services, which hold commas of their own, and how many more there are."""
    more = count - len(names)
    return "; ".join([*names, f"+{more}"] if more else names)


def _links(context: Context, code: str, peers: Sequence[str]) -> Iterator[Action]:
    words, data = context.words, context.data
    found = [f for f in data.findings(codes=[code]) if f.digital and f.path_quality == "portal-root"]
    if not found:
        return
    first = found[0]
    straight = [f for f in data.compared(service=first.service_id, codes=peers) if f.path_quality == "deep-link"]
    names = [context.service(f.service_id) for f in found[:SAME_KIND]]
    key = "scorecard.action.link"
    title = words(f"{key}.title_more", n=len(found)) if len(found) > 1 else words(f"{key}.title", service=names[0])
    who = example_link(context, straight[0].municipality_code, first.service_id) if straight else None
    why = words(f"{key}.why", services=_named(names, len(found)))
    yield Action(
        "link",
        38 + min(20, 3 * len(found)),
        title,
        page_link(page_to_read(context, first)),
        why,
        words(f"{key}.how"),
        who,
    )


def _depth(context: Context, code: str, peers: Sequence[str]) -> Iterator[Action]:
    words, data = context.words, context.data
    far = [f for f in data.findings(codes=[code]) if f.digital and (f.click_depth or 0) >= FAR]
    if not far:
        return
    worst = max(far, key=lambda f: (f.click_depth or 0, f.service_id))
    theirs = [f for f in data.compared(service=worst.service_id, codes=peers) if f.click_depth is not None]
    middle = typical([f.click_depth for f in theirs])
    if middle is None or middle >= (worst.click_depth or 0):
        return
    near = min(theirs, key=lambda f: (f.click_depth or 0, f.municipality_code))
    key = "scorecard.action.depth"
    yield Action(
        "depth",
        28 + 2 * (worst.click_depth or 0),
        words(f"{key}.title", service=context.service(worst.service_id)),
        page_link(page_to_read(context, worst)),
        words(f"{key}.why", clicks=worst.click_depth or 0, median=middle),
        words(f"{key}.how"),
        example_link(context, near.municipality_code, worst.service_id),
    )
