"""Findings about what is offered: how digital the services are, which most, where municipalities differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import quantiles

from reports.blocks.standing import service_order, theme_order
from reports.context import Context
from reports.measures import DIGITAL, FOUND, TWO_CHANNELS, Measure
from reports.shares import Share, is_enough, share
from taxonomy import Service

from .finding import Finding, Source, of_share

GRID = "service_findings"
NAMED = 3
"""Services named in a sentence."""
DIFFERENCE = 0.1
"""Shares that lie nearer to each other than this are called alike."""
INFORMATION = Measure("information-only", lambda f: not f.channels, FOUND.counts)
PAPER = Measure("paper-only", lambda f: bool(f.printable_form) and not f.digital, FOUND.counts)


def digital(context: Context) -> Finding | None:
    """How large a part of the services can be used digitally."""
    whole = context.share(DIGITAL)
    return of_share(context, "digital", whole, 100, "#comparison", (Source(GRID, DIGITAL.id),))


def themes(context: Context) -> Finding | None:
    """The most and the least digital theme, where the gaps cannot overturn that."""
    order = theme_order(context).ranked
    if len(order) < 2:
        return None
    (first, top), (last, bottom) = order[0], order[-1]
    if top.value is None or bottom.value is None or top.bounds[0] <= bottom.bounds[1]:
        return None
    words = context.words
    return Finding(
        id="themes",
        title=words("findings.themes.title"),
        sentence=words(
            "findings.themes.text",
            first=context.name(first.name),
            top=context.figure_words(top),
            last=context.name(last.name),
            bottom=context.figure_words(bottom),
        ),
        number=top.value - bottom.value,
        text=words.percents(bottom.value, top.value),
        weight=92,
        href="#comparison",
        sources=tuple(Source(GRID, DIGITAL.id, (("theme_id", t.id),)) for t in (first, last)),
    )


def common(context: Context) -> Finding | None:
    """The services that most municipalities offer digitally."""
    return _ends(context, "common", 70, is_top=True)


def rare(context: Context) -> Finding | None:
    """The services that fewest offer digitally."""
    return _ends(context, "rare", 84, is_top=False)


def _ends(context: Context, id: str, weight: float, *, is_top: bool) -> Finding | None:
    order = service_order(context).ranked
    if len(order) < 2 * NAMED:
        return None
    if not is_top:
        order = order[::-1]
    # Only half of the values at either end: what stands in the middle is neither.
    groups: dict[float, list[tuple[Service, Share]]] = {}
    for item in order:
        groups.setdefault(item[1].value or 0.0, []).append(item)
    if len(groups) < 2:
        return None
    ends = list(groups.values())[: len(groups) // 2]
    words = context.words

    def told(item: tuple[Service, Share]) -> str:
        return words("findings.named", name=context.name(item[0].name), figure=context.count_words(item[1]))

    names = named(context, [[told(item) for item in group] for group in ends])
    value = ends[0][0][1].value or 0.0
    sources = tuple(Source(GRID, DIGITAL.id, (("service_id", service.id),)) for service, _ in order[: len(names)])
    sentence = words(f"findings.{id}.text", n=len(names), services=words.listing(names))
    title = words(f"findings.{id}.title")
    return Finding(id, title, sentence, value, words.percent(value), weight, href="#services-ranked", sources=sources)


def named(context: Context, groups: Sequence[Sequence[str]]) -> list[str]:
    """The names at the head of an order of equals: whole groups as long as they fit, and how many equals are left."""
    chosen: list[str] = []
    for group in groups:
        if chosen and len(chosen) + len(group) > NAMED:
            break
        chosen += _some(context, group)
    return chosen


def _some(context: Context, names: Sequence[str]) -> list[str]:
    if len(names) <= NAMED + 1:
        return list(names)
    return [*names[:NAMED], context.words("summary.headline.others", n=len(names) - NAMED)]


def spread(context: Context) -> Finding | None:
    """How far municipalities lie apart: the quartiles of their digital shares."""
    data = context.data
    shares = {code: context.share(DIGITAL, codes=[code]) for code in data.codes}
    values = [s.value for s in shares.values() if s.is_ranked and s.value is not None]
    if not is_enough(len(values), sum(1 for s in shares.values() if s.possible)):
        return None
    low, _, high = quantiles(values, n=4, method="inclusive")
    words = context.words
    return Finding(
        id="spread",
        title=words("findings.spread.title"),
        sentence=words(
            "findings.spread.text",
            n=len(values),
            middle=words.percents(low, high),
            whole=words.percents(min(values), max(values)),
        ),
        number=high - low,
        text=words.percents(low, high),
        weight=88 if high - low >= DIFFERENCE else 66,
        href="#comparison",
        sources=(Source(GRID, DIGITAL.id),),
    )


def size(context: Context) -> Finding | None:
    """Whether large municipalities are more digital than small ones; both halves by inhabitants."""
    compared = halves(context)
    if compared is None:
        return None
    kind, more, less = compared
    known = [m.population for m in context.data.municipalities if m.population]
    words = context.words
    return Finding(
        id="size",
        title=words("findings.size.title"),
        sentence=words(
            f"findings.size.{kind}",
            large=context.amount_words(more),
            small=context.amount_words(less),
            limit=known[len(known) // 2 - 1],
        ),
        number=(more.value or 0.0) - (less.value or 0.0),
        text=words.percents(*sorted((less.value or 0.0, more.value or 0.0))),
        weight=60 if kind == "alike" else 82,
        href="#size-classes",
        sources=(Source(GRID, DIGITAL.id),),
    )


def halves(context: Context, theme: str | None = None) -> tuple[str, Share, Share] | None:
    """Digital shares of the larger and the smaller half of municipalities, and whether one of them is ahead.

    "larger" and "smaller" only where the gaps cannot overturn it, else "alike"; None where a half does not carry it.
    """
    codes = [m.code for m in context.data.municipalities if m.population]
    half = len(codes) // 2
    more, less = (context.share(DIGITAL, theme=theme, codes=part) for part in (codes[:half], codes[half:]))
    if not (_carries(context, codes[:half], theme) and _carries(context, codes[half:], theme)):
        return None
    if more.value is None or less.value is None:
        return None
    if more.bounds[0] > less.bounds[1] and more.value - less.value >= DIFFERENCE:
        return "larger", more, less
    if less.bounds[0] > more.bounds[1] and less.value - more.value >= DIFFERENCE:
        return "smaller", more, less
    return "alike", more, less


def _carries(context: Context, codes: Sequence[str], theme: str | None) -> bool:
    """Whether enough of these municipalities can be put in order to speak of them as a group."""
    shares = [context.share(DIGITAL, theme=theme, codes=[code]) for code in codes]
    return is_enough(sum(1 for s in shares if s.is_ranked), sum(1 for s in shares if s.possible))


def information(context: Context) -> Finding | None:
    """Services of which the website tells without a way to use them."""
    part = share(INFORMATION, context.data.compared())
    source = Source(GRID, INFORMATION.id)
    return of_share(context, "information", part, 71, "#grid", (source,)) if part.count else None


def paper(context: Context) -> Finding | None:
    """Services that have a form to print and no digital channel."""
    part = share(PAPER, context.data.compared())
    return of_share(context, "paper", part, 72, "#grid", (Source(GRID, PAPER.id),)) if part.count else None


def channels(context: Context) -> Finding | None:
    """Services that can be used in more than one way."""
    part: Share = context.share(TWO_CHANNELS)
    return of_share(context, "channels", part, 58, "#grid", (Source(GRID, TWO_CHANNELS.id),))


SERVICES: tuple[Callable[[Context], Finding | None], ...] = (
    digital,
    themes,
    common,
    rare,
    spread,
    size,
    information,
    paper,
    channels,
)
