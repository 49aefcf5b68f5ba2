"""By which channels a page offers its services: digital, phone, on-site, printable-form and email.

One detector per channel finds evidence in a ``View`` of the page; here the evidence is tied to the services and
summed up. Rules are in the detectors, words in taxonomy/languages; nothing here fetches anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from analysis.findings import ChannelHit, ServiceHit
from analysis.page.model import Page
from taxonomy import Taxonomy

from .attribution import Subjects, find_places
from .digital import find_digital
from .email import find_email
from .evidence import Evidence, probability
from .on_site import find_on_site
from .phone import find_phone
from .printable_form import fillable_from_pdf, find_printable_form
from .view import View, make_view

__all__ = ["detect_channels", "fillable_from_pdf"]

# More pieces of evidence than this for one service and channel on one page prove nothing more.
_PIECES_PER_CHANNEL = 5
# The longest real pages (form hubs) give some hundred; a page of thousands is bounded here.
_PIECES_READ = 1000
_DETECTORS = (find_digital, find_phone, find_on_site, find_printable_form, find_email)


def detect_channels(
    page: Page,
    services: Sequence[ServiceHit],
    taxonomy: Taxonomy,
    *,
    own_hosts: frozenset[str] = frozenset(),
    view: View | None = None,
    is_hub: bool = False,
) -> tuple[ChannelHit, ...]:
    """Returns the channels of each service that the page serves, surest first within a channel. Pure."""
    if not services:
        return ()
    view = view or make_view(page, taxonomy, own_hosts)
    subjects = Subjects(view, services, find_places(view, services, taxonomy), is_hub=is_hub)
    pieces = [piece for detector in _DETECTORS for piece in islice(detector(view), _PIECES_READ)]
    hits = [_hit(service, piece) for piece in pieces for service in subjects.of(piece)]
    return tuple(_best(hits))


def _hit(service_id: str, piece: Evidence) -> ChannelHit:
    return ChannelHit(
        service_id,
        piece.channel,
        piece.subtype,
        piece.snippet,
        piece.target,
        piece.cue,
        round(probability(piece.confidence), 3),
        piece.preferred,
    )


def _rank(hit: ChannelHit) -> tuple[str, str, float, str, str, str, str]:
    return (hit.service_id, hit.channel, -hit.confidence, hit.subtype, hit.target_url or "", hit.snippet, hit.cue)


def _best(hits: Iterable[ChannelHit]) -> list[ChannelHit]:
    """Sorted, without repetition, at most _PIECES_PER_CHANNEL per service and channel."""
    order = sorted(set(hits), key=_rank)
    kept: list[ChannelHit] = []
    counts: dict[tuple[str, str], int] = {}
    seen: set[tuple[str, str, str, str]] = set()
    for hit in order:
        key = (hit.service_id, hit.channel, hit.subtype, hit.target_url or hit.snippet)
        group = (hit.service_id, hit.channel)
        if key in seen or counts.get(group, 0) >= _PIECES_PER_CHANNEL:
            continue
        seen.add(key)
        counts[group] = counts.get(group, 0) + 1
        kept.append(hit)
    return kept
