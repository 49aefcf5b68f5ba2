"""A theme told in words: how digital it is, what is offered how, what differs, on which systems, and what to do.

Sentences are chosen by what the numbers carry; wordings change from theme to theme, so that no chapter reads like the
one before. Nothing is said of what is not told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from reports.blocks.findings.services import PAPER, halves
from reports.blocks.own_language import page_to_read
from reports.blocks.standing import reason_words
from reports.clean import safe_href, short_url
from reports.context import Context, runs
from reports.measures import BY_CHANNEL, DEEP_LINK, DIGITAL, FOUND, Measure
from reports.model import Block, Bullets, Example, Examples, Run, Text
from reports.product_use import unresolved
from reports.shares import Share, is_enough, share
from study import ServiceFinding
from taxonomy import Service, Theme

STEPS = (("nearly_all", 0.8), ("most", 0.5), ("some", 0.2), ("few", 0.0))
"""How common a digital service is called, from which share of municipalities on."""
NO_ONE = "no_one"
"""How it is called where nobody has it."""
NEAR = 0.03
"""Shares that differ by less are called about the same."""
EXAMPLES, TASKS, SYSTEMS, LEADERS = 2, 4, 3, 2
"""How many examples, things to do, systems and forerunners are named."""


def story(context: Context, theme: Theme, number: int) -> list[Block]:
    """The chapter of a theme that has a share; `number` counts the themes, so that wordings vary."""
    told = [
        " ".join(_standing(context, theme, number)),
        " ".join(_services(context, theme, number)),
        " ".join(_differences(context, theme, number)),
        " ".join(_systems(context, theme, number)),
    ]
    blocks: list[Block] = [Text(runs(text), "lead" if not n else "") for n, text in enumerate(told) if text]
    if examples := _examples(context, theme):
        blocks.append(Examples(examples, context.words("story.examples")))
    blocks.append(Bullets(_tasks(context, theme), title=context.words("story.todo")))
    return blocks


def _standing(context: Context, theme: Theme, number: int) -> Iterator[str]:
    words = context.words
    mine, whole = context.share(DIGITAL, theme=theme.id), context.share(DIGITAL)
    if mine.value is None:
        return
    yield words.variant("story.share", number, share=words.percent(mine.value), basis=context.basis_words(mine))
    few, services = _common(context, theme), context.data.services(theme.id)
    if 2 * len(few) < len(services):
        yield words("story.partial", n=len(few), all=len(services))
    elif whole.value is not None and mine.is_ranked:
        gap = mine.value - whole.value
        kind = "above" if gap > NEAR else "below" if gap < -NEAR else "alike"
        yield words.variant(f"story.{kind}", number, whole=words.percent(whole.value))


def _services(context: Context, theme: Theme, number: int) -> Iterator[str]:
    words = context.words
    steps: dict[str, list[tuple[Service, Share]]] = defaultdict(list)
    untold = []
    for service in _common(context, theme):
        part = context.share(DIGITAL, service=service.id)
        if part.value is None:
            reason = reason_words(context, part)
            untold.append(words("story.service", name=context.name(service.name), figure=reason))
        else:
            step = next(name for name, least in STEPS if part.value >= least) if part.count else NO_ONE
            steps[step].append((service, part))
    for name in (*(step for step, _ in STEPS), NO_ONE):
        if found := sorted(steps[name], key=lambda item: -(item[1].value or 0.0)):
            yield words.variant(f"story.{name}", number, services=words.listing(_figure(context, *i) for i in found))
    if untold:
        yield words("story.untold", services=words.listing(untold))
    others = {c: context.share(m, theme=theme.id) for c, m in BY_CHANNEL.items() if c != "digital"}
    channel = max(others, key=lambda c: (others[c].value or 0.0, c))
    if others[channel].value:
        figure = context.figure_words(others[channel])
        yield words.variant("story.channels", number, channel=context.channel(channel).lower(), figure=figure)


def _figure(context: Context, service: Service, part: Share) -> str:
    figure = context.words("share.count", count=part.count, base=part.base)
    return context.words("story.service", name=context.name(service.name), figure=figure)


def _common(context: Context, theme: Theme) -> list[Service]:
    """Services that the compared municipalities arrange themselves, most of them."""
    tasked = [s for s in context.data.services(theme.id) if s.id not in context.data.apart]
    return [s for s in tasked if context.share(DIGITAL, service=s.id).possible]


def _differences(context: Context, theme: Theme, number: int) -> Iterator[str]:
    words, data = context.words, context.data
    if (compared := halves(context, theme.id)) is not None:
        kind, large, small = compared
        values = {"large": words.percent(large.value or 0.0), "small": words.percent(small.value or 0.0)}
        yield words.variant(f"story.size.{kind}", number, **values)
    known = data.taxonomy.municipalities
    bilingual = [c for c in data.codes if c in known and len(known[c].languages) > 1]
    both = Measure(
        "both-languages", lambda f: set(known[f.municipality_code].languages) <= set(f.languages), FOUND.counts
    )
    part = share(both, data.compared(theme=theme.id, codes=bilingual))
    if part.value is not None:
        share_words, basis = words.percent(part.value), context.basis_words(part)
        yield words.variant("story.languages", number, share=share_words, basis=basis)
    shares = {code: context.share(DIGITAL, theme=theme.id, codes=[code]) for code in data.codes}
    ranked = {code: s.value for code, s in shares.items() if s.is_ranked and s.value is not None}
    if not ranked or not is_enough(len(ranked), sum(1 for s in shares.values() if s.possible)):
        return
    top = max(ranked.values())
    leaders = [code for code, value in ranked.items() if value == top]
    if len(leaders) <= LEADERS and 2 * len(leaders) < len(ranked):
        names = words.listing(map(context.municipality, leaders))
        yield words.variant("story.leaders", number, names=names, figure=words.percent(top))


def _systems(context: Context, theme: Theme, number: int) -> Iterator[str]:
    words, data = context.words, context.data
    services = data.services(theme.id)
    places: dict[str, set[str]] = defaultdict(set)
    for finding in data.findings(services):
        for product in data.products_of(finding.municipality_code, finding.service_id):
            places[product].add(finding.municipality_code)
    top = sorted(places, key=lambda p: (-len(places[p]), context.product(p).casefold()))[:SYSTEMS]
    if top:
        named = [
            words("story.system", name=context.product(p), places=words("counted.in_municipalities", n=len(places[p])))
            for p in top
        ]
        left = unresolved(context, theme.id)
        key = "story.systems" if left.count else "story.systems_all"
        yield words.variant(key, number, products=words.listing(named), unknown=context.amount_words(left))


def _examples(context: Context, theme: Theme) -> tuple[Example, ...]:
    """Services that go furthest, each of another municipality and another service, with the page to look at."""
    chosen: list[ServiceFinding] = []
    every = context.data.findings(context.data.services(theme.id))
    able = [f for f in every if f.digital and f.best_url and f.path_quality != "portal-root"]
    order = sorted(
        able,
        key=lambda f: (
            -(f.maturity or 0),
            not context.data.is_viewed(f.municipality_code, page_to_read(context, f)),
            -len(f.languages),
            -len(f.channels),
            -(f.confidence or 0.0),
            f.best_url or "",
        ),
    )
    for finding in order:
        if all(finding.municipality_code != f.municipality_code and finding.service_id != f.service_id for f in chosen):
            chosen.append(finding)
        if len(chosen) == EXAMPLES:
            break
    return tuple(_example(context, finding) for finding in chosen)


def _example(context: Context, finding: ServiceFinding) -> Example:
    words = context.words
    place, service = context.municipality(finding.municipality_code), context.service(finding.service_id)
    said = words("story.example", municipality=place, service=service, how=context.maturity_words(finding).lower())
    url = page_to_read(context, finding)
    picture = context.data.view(finding.municipality_code, url or "")
    alternative = words("story.view", municipality=place, service=service) if picture else ""
    return Example((Run(said), Run(short_url(url, 60), safe_href(url))), picture, alternative)


def _tasks(context: Context, theme: Theme) -> tuple[tuple[Run, ...], ...]:
    words, data = context.words, context.data
    tasks: list[str] = []
    for service in _common(context, theme):
        part = context.share(DIGITAL, service=service.id)
        missing = part.base - part.count
        if part.is_ranked and (part.value or 0.0) >= STEPS[1][1] and missing:
            task = words("story.do.missing", service=context.name(service.name), n=missing)
            used = Counter(p for c in data.codes for p in data.products_of(c, service.id))
            best = min(used, key=lambda p: (-used[p], p), default="")
            if best:
                task += " " + words("story.do.with", product=context.product(best))
            tasks.append(task)
    tasks = tasks[: TASKS - 2]
    paper = share(PAPER, data.compared(theme=theme.id))
    if paper.count:
        tasks.append(words("story.do.paper", n=paper.count))
    direct = context.share(DEEP_LINK, theme=theme.id)
    if direct.value is not None and direct.count < direct.base:
        share_words, basis = words.percent(direct.value), context.basis_words(direct)
        tasks.append(words("story.do.links", share=share_words, basis=basis))
    return tuple(runs(task) for task in tasks or [words("story.do.none")])
