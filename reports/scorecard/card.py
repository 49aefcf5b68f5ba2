"""Collects what stands on the scorecard of one municipality, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.blocks.accessibility import best_statement, compliance_words, is_clean
from reports.blocks.barriers import barriers, impact_words
from reports.blocks.own_language import statement_to_read
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.data import StudyData
from reports.measures import DIGITAL, FOUND
from reports.shares import Share
from reports.words import Words
from study import CrawlStatus
from taxonomy import rule_text

from .actions import Action, Link, example_link, first_actions, lacking_services, page_link, problem_words
from .checks import Checks, checks, mending
from .peers import SIZE, Peers, peers_of, quartiles
from .way import Way, own_way

BARRIERS = 5
"""Most faults listed."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A key figure."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme of the municipality beside its peers; numbers from 0 to 1, None where they are not told."""

    name: str
    own: str
    value: float | None
    low: float | None
    middle: float | None
    high: float | None
    quartile_words: tuple[str, str, str]
    judged: int
    picture: str
    """The same in one sentence."""


@dataclass(frozen=True, slots=True)
class LackingLine:
    """What peers offer digitally and this municipality was not found to."""

    service: str
    here: str
    peers: str
    systems: str
    example: Link | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule on the municipality's own pages."""

    title: str
    pages: int
    impact: str
    fix: str
    example: Link


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything on one scorecard."""

    language: str
    code: str
    name: str
    title: str
    study: str
    peers: str
    lead: str
    facts: tuple[Fact, ...]
    actions: tuple[Action, ...]
    themes: tuple[ThemeLine, ...]
    lacking: tuple[LackingLine, ...]
    statement: tuple[str, ...]
    statement_page: Link | None
    audit: str
    faults: tuple[Fault, ...]
    checks: tuple[Checks, ...]
    mending: tuple[Checks, ...]
    """What the service register and the website should say alike; empty where the register was not asked."""
    way: Way | None = None
    """What its site changed since an earlier study."""


def scorecard(data: StudyData, language: str, code: str, choice: str = SIZE) -> Scorecard:
    """The scorecard of a municipality beside its peers."""
    context = Context(data, Words(language), code)
    words = context.words
    peers = peers_of(context, code, choice)
    name = context.municipality(code)
    days = words.days(*data.crawl_days) if data.crawl_days else words("cover.unread")
    statement, page = _statement(context, code)
    audit, faults = _audit(context, code)
    return Scorecard(
        language=language,
        code=code,
        name=name,
        title=words("scorecard.title", name=name),
        study=words("scorecard.study", study=data.title_in(words), days=days),
        peers=f"{words('scorecard.peers.label')}: {peers.text}",
        lead=words("scorecard.lead", name=name),
        facts=_facts(context, code, peers),
        actions=first_actions(context, code, peers.codes),
        themes=tuple(_theme(context, code, peers.codes, theme.id) for theme in data.themes),
        lacking=_lacking(context, code, peers.codes),
        statement=statement,
        statement_page=page,
        audit=audit,
        faults=faults,
        checks=checks(context, code),
        mending=mending(context, code),
        way=own_way(context, code),
    )


def _facts(context: Context, code: str, peers: Peers) -> tuple[Fact, ...]:
    words = context.words
    facts = []
    for measure in (DIGITAL, FOUND):
        mine = context.share(measure, codes=[code])
        theirs = quartiles([context.share(measure, codes=[c]) for c in peers.codes])
        parts = [context.count_words(mine)]
        parts += [words("scorecard.fact.median", share=words.percent(theirs[1]))] if theirs else []
        facts.append(Fact(context.share_words(mine), words(f"scorecard.fact.{measure.id}"), "; ".join(parts)))
    return (*facts, _statement_fact(context, code), _audit_fact(context, code))


def _statement_fact(context: Context, code: str) -> Fact:
    words, statement = context.words, best_statement(context, code)
    if statement is not None and statement.found:
        state, note = "found", compliance_words(context, statement)
    else:
        state, note = ("none" if statement is not None and _is_read(context, code) else "unknown"), ""
    return Fact(words(f"scorecard.fact.statement_{state}"), words("scorecard.fact.statement"), note)


def _audit_fact(context: Context, code: str) -> Fact:
    words = context.words
    pages = [p for p in context.data.audited.get(code, ()) if p.is_own and p.error is None]
    if not pages:
        return Fact(words("scorecard.nothing"), words("scorecard.fact.unaudited"))
    clean = Share(sum(map(is_clean, pages)), len(pages), 0)
    return Fact(words("share.count", count=clean.count, base=clean.base), words("scorecard.fact.clean"))


def _is_read(context: Context, code: str) -> bool:
    return context.data.status[code].status is CrawlStatus.COMPLETE


def _theme(context: Context, code: str, peers: Sequence[str], theme: str) -> ThemeLine:
    words, name = context.words, context.municipality(code)
    mine = context.share(DIGITAL, theme=theme, codes=[code])
    others = [context.share(DIGITAL, theme=theme, codes=[c]) for c in peers]
    own, found = context.share_words(mine), quartiles(others)
    lower, median, upper = (words.percent(v) for v in found) if found else (words("scorecard.nothing"),) * 3
    low, middle, high = found or (None, None, None)
    picture = words("scorecard.themes.picture", name=name, own=own, lower=lower, median=median, upper=upper)
    return ThemeLine(
        context.theme(theme),
        own,
        mine.value,
        low,
        middle,
        high,
        (lower, median, upper),
        sum(1 for other in others if other.value is not None),
        picture if found else f"{name} {own}; {words('scorecard.themes.few')}",
    )


def _lacking(context: Context, code: str, peers: Sequence[str]) -> tuple[LackingLine, ...]:
    words = context.words
    return tuple(
        LackingLine(
            context.service(item.service_id),
            context.state_words(item.finding),
            words("share.count", count=item.count, base=item.base),
            ", ".join(item.systems) or words("scorecard.nothing"),
            example_link(context, item.example, item.service_id) if item.example else None,
        )
        for item in lacking_services(context, code, peers)
    )


def _statement(context: Context, code: str) -> tuple[tuple[str, ...], Link | None]:
    """What is known of the accessibility statement, in short sentences, and its address."""
    words, statement = context.words, best_statement(context, code)
    if statement is None or not statement.found:
        is_none = statement is not None and _is_read(context, code)
        return (words("scorecard.access.none" if is_none else "scorecard.access.unknown"),), None
    day = statement.assessed_on
    assessed = words("scorecard.access.assessed", day=day) if day else words("scorecard.access.undated")
    lacks = words("scorecard.access.lacks", problems=problem_words(context, statement.problems))
    rest = lacks if statement.problems else words("scorecard.access.complete")
    return (compliance_words(context, statement), assessed, rest), page_link(statement_to_read(context, statement))


def _audit(context: Context, code: str) -> tuple[str, tuple[Fault, ...]]:
    """What the audit of the own pages found, in one sentence, and the gravest faults."""
    words, data = context.words, context.data
    pages = [p for p in data.audited.get(code, ()) if p.is_own and p.error is None]
    if not pages:
        return words("scorecard.access.unaudited"), ()
    text = words("scorecard.access.audited", clean=sum(map(is_clean, pages)), audited=len(pages))
    own = {p.url for p in pages}
    rows = [r for r in data.violations if r.municipality_code == code and r.url in own]
    faults = []
    for item in barriers(rows)[:BARRIERS]:
        known, url = rule_text(item.rule, context.language), item.example.url
        title, fix = (known.title, known.fix) if known else (item.rule, words("sign.nothing"))
        example = Link(short_url(url, 40), safe_href(url))
        faults.append(Fault(title, item.pages, impact_words(context, item.impact), fix, example))
    return text, tuple(faults)
