"""A municipality's own way since an earlier study: what its own site changed, with the pages of both years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.clean import safe_href, short_url
from reports.context import Context
from study import ChangeKind, ChangeSubject

from .actions import Link

if TYPE_CHECKING:
    from reports.earlier import Development


@dataclass(frozen=True, slots=True)
class WayLine:
    """One change that the site made."""

    service: str
    what: str
    then: Link | None
    now: Link | None


@dataclass(frozen=True, slots=True)
class Way:
    """What the municipality changed: sentences, lines, and what is no development."""

    lead: str
    sentences: tuple[str, ...]
    lines: tuple[WayLine, ...]


def own_way(context: Context, code: str) -> Way | None:
    """The municipality's way; None where no earlier study is named."""
    since = context.data.development
    if since is None:
        return None
    words, year = context.words, str(since.first.year)
    lead = words("development.way.lead", name=context.municipality(code), year=year)
    if not since.is_separated:
        return Way(lead, (words("development.way.mixed"),), ())
    if not any(key[0] == code for key in since.common):
        return Way(lead, (words("development.way.apart_area"),), ())
    lines = _lines(context, since, code)
    told = [*_share(context, code), *([] if lines else [words("development.way.none")])]
    rest = sum(1 for c in since.changes if c.municipality_code == code and c.kind is not ChangeKind.SITE)
    if rest:
        told.append(words("development.way.rest", n=rest))
    return Way(lead, tuple(told), lines)


def _share(context: Context, code: str) -> list[str]:
    """The digital share of the first and the last year."""
    from reports.blocks.development.panel import panel  # pandas is loaded only where studies are compared.

    since, lines = context.data.development, panel(context.data)
    if since is None or lines is None:
        return []
    shares = lines.municipalities[code].shares
    first, last = (context.figure_words(share) for share in (shares[0], shares[-1]))
    year, now = str(since.points[0].year), str(since.points[-1].year)
    return [context.words("development.way.share", year=year, now=now, old=first, new=last)]


def _lines(context: Context, since: Development, code: str) -> tuple[WayLine, ...]:
    from reports.blocks.development.real import LEVELS, what_words

    found = [
        change
        for change in since.real
        if change.municipality_code == code
        and change.subject in (ChangeSubject.STATE, ChangeSubject.CHANNEL, ChangeSubject.PRODUCT, *LEVELS)
    ]
    gone = {change.service_id for change in found if change.subject is ChangeSubject.STATE}
    return tuple(
        WayLine(context.service(c.service_id or ""), what_words(context, c), _link(c.old_url), _link(c.new_url))
        for c in found
        if c.subject is ChangeSubject.STATE or c.service_id not in gone
    )


def _link(url: str | None) -> Link | None:
    return Link(short_url(url, 40), safe_href(url)) if url else None
