"""Orders of themes and services by digital share: what stands in them, what does not, and the true reason why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from reports.context import Context
from reports.measures import DIGITAL
from reports.shares import Share, is_enough
from taxonomy import Service, Theme

LEAST_SERVICES = 3
"""Judged services below which a theme stands in no order; and never fewer than half of the theme's."""
T = TypeVar("T", Theme, Service)


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """What could be put in an order, the largest share first, and what could not with the reason in words.

    `ranked` is empty where too few can be compared to call one of them the first or the last.
    """

    ranked: list[tuple[T, Share]]
    left_out: list[tuple[T, str]]


def theme_order(context: Context) -> Order[Theme]:
    """The themes by digital share."""
    ranked, left_out = [], []
    for theme in context.data.themes:
        whole = context.share(DIGITAL, theme=theme.id)
        if reason := _why_not(context, theme, whole):
            left_out.append((theme, reason))
        else:
            ranked.append((theme, whole))
    # Three of five, four of seven: a superlative over fewer says nothing of the rest.
    if len(ranked) < max(LEAST_SERVICES, (len(context.data.themes) + 1) // 2):
        return Order([], left_out)
    return Order(sorted(ranked, key=lambda item: -(item[1].value or 0.0)), left_out)


def service_order(context: Context) -> Order[Service]:
    """The services by digital share, those told apart left out."""
    ranked, left_out = [], []
    for service in context.data.services():
        part = context.share(DIGITAL, service=service.id)
        if service.id in context.data.apart or not part.is_ranked:
            left_out.append((service, reason_words(context, part)))
        else:
            ranked.append((service, part))
    possible = sum(1 for s in context.data.services() if context.share(DIGITAL, service=s.id).possible)
    if not is_enough(len(ranked), possible):
        return Order([], left_out)
    return Order(sorted(ranked, key=lambda item: -(item[1].value or 0.0)), left_out)


def reason_words(context: Context, share: Share) -> str:
    """Why a share is in no order: what keeps it from being told, or its gaps; empty where nothing does."""
    words = context.words
    if share.shortfall is not None:
        return words(f"share.reasons.{share.shortfall.value}")
    return "" if share.is_ranked else words("share.reasons.many", gaps=context.not_known(share))


def _why_not(context: Context, theme: Theme, whole: Share) -> str:
    words, data = context.words, context.data
    services = data.services(theme.id)
    common = [s for s in services if s.id not in data.apart and context.share(DIGITAL, service=s.id).possible]
    if len(common) < LEAST_SERVICES or 2 * len(common) < len(services):
        return words("share.reasons.elsewhere", n=len(services) - len(common), all=len(services))
    if reason := reason_words(context, whole):
        return reason
    told = sum(1 for s in common if context.share(DIGITAL, service=s.id).base)
    if told < LEAST_SERVICES or 2 * told < len(common):
        return words("share.reasons.services", n=told, all=len(common))
    return ""
