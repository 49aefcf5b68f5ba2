"""By which channels a page offers its services: digital, phone, on-site, printable-form and email.

One detector per channel finds signs in a ``View`` of the page; here the signs are tied to the services and
summed up. Rules are in the detectors, words in taxonomy/languages; nothing here fetches anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from analysis.findings import ChannelHit

from .attribution import Subjects
from .digital import find_digital
from .email import find_email
from .on_site import find_on_site
from .phone import find_phone
from .printable_form import fillable_from_pdf, find_printable_form
from .sign import Sign, probability

__all__ = ["Subjects", "detect_channels", "fillable_from_pdf"]

# More signs than this of one service and channel on one page prove nothing more.
_SIGNS_PER_CHANNEL = 5
# The longest real pages (form hubs) give some hundred; a page of thousands is bounded here.
_SIGNS_READ = 1000
_DETECTORS = (find_digital, find_phone, find_on_site, find_printable_form, find_email)


def detect_channels(subjects: Subjects) -> tuple[ChannelHit, ...]:
    """Returns the channels of each service that the page serves, surest first within a channel. Pure."""
    if not subjects.any:
        return ()
    signs = [sign for detector in _DETECTORS for sign in islice(detector(subjects.view), _SIGNS_READ)]
    hits = [_hit(service, sign) for sign in signs for service in subjects.of(sign)]
    return tuple(_best(hits))


def _hit(service_id: str, sign: Sign) -> ChannelHit:
    return ChannelHit(
        service_id,
        sign.channel,
        sign.subtype,
        sign.snippet,
        sign.target,
        sign.cue,
        round(probability(sign.confidence), 3),
        sign.preferred,
    )


def _rank(hit: ChannelHit) -> tuple[str, str, float, str, str, str, str]:
    return (hit.service_id, hit.channel, -hit.confidence, hit.subtype, hit.target_url or "", hit.snippet, hit.cue)


def _best(hits: Iterable[ChannelHit]) -> list[ChannelHit]:
    """Sorted, without repetition, at most _SIGNS_PER_CHANNEL per service and channel."""
    order = sorted(set(hits), key=_rank)
    kept: list[ChannelHit] = []
    counts: dict[tuple[str, str], int] = {}
    seen: set[tuple[str, str, str, str]] = set()
    for hit in order:
        key = (hit.service_id, hit.channel, hit.subtype, hit.target_url or hit.snippet)
        group = (hit.service_id, hit.channel)
        if key in seen or counts.get(group, 0) >= _SIGNS_PER_CHANNEL:
            continue
        seen.add(key)
        counts[group] = counts.get(group, 0) + 1
        kept.append(hit)
    return kept
