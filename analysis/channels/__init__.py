"""By which channels a page offers its services: digital, phone, on-site, printable-form and email.

``ways`` describes everything that may be a way, one detector per channel says what its rules take, ``attribution``
which services are named where, and ``verdict`` decides. Words are in taxonomy/languages; nothing here fetches anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from analysis.findings import ChannelHit, Reason, Told
from analysis.linear import Linear

from .attribution import Subjects
from .pdf_form import fillable_from_pdf
from .sign import Sign
from .verdict import Offer, gather_bags, judge_channels
from .ways import DETECTORS, MOST_SIGNS, find_ways

__all__ = ["Subjects", "channels_by_rule", "detect_channels", "fillable_from_pdf"]

# More proofs than this of one service and channel on one page prove nothing more.
_PROOFS = 5


def detect_channels(
    subjects: Subjects, kind: Mapping[str, float], model: Linear
) -> tuple[tuple[ChannelHit, ...], Sequence[Reason]]:
    """The channels of each service that the page serves with their proofs, best first, and what spoke for each.

    ``kind`` are the shares of page types, ``model`` the weights. Pure.
    """
    if not subjects.any:
        return (), ()
    bags = gather_bags(subjects, find_ways(subjects.view, kind), kind)
    offers = sorted(judge_channels(bags, model), key=lambda offer: (offer.service_id, offer.channel))
    reasons = Told(lambda: [Reason(f"channel:{own.service_id}:{own.channel}", own.why()) for own in offers])
    return tuple(hit for offer in offers for hit in _hits(offer)), reasons


def channels_by_rule(subjects: Subjects) -> tuple[ChannelHit, ...]:
    """What the detectors' rules alone would say, as sure as each rule is: the ground that the learned judge stands on.

    Of every service and channel the surest proofs, without repetition. Used by tests of the rules and by bench/.
    """
    signs = [sign for detector in DETECTORS for sign in islice(detector(subjects.view), MOST_SIGNS)]
    by_offer: dict[tuple[str, str], list[Sign]] = {}
    for sign in sorted(signs, key=lambda sign: (-sign.confidence, sign.subtype, sign.target or "", sign.snippet)):
        for service in subjects.of(sign):
            by_offer.setdefault((service, sign.channel), []).append(sign)
    return tuple(
        hit
        for (service, channel), own in sorted(by_offer.items())
        for hit in _hits(Offer(service, channel, own[0].confidence, tuple(own), str))
    )


def _hits(offer: Offer) -> Iterable[ChannelHit]:
    """An offer's proofs without repetition; each is as sure as the offer."""
    seen: set[tuple[str, str]] = set()
    for sign in offer.signs:
        key = (sign.subtype, sign.target or sign.snippet)
        if key in seen:
            continue
        seen.add(key)
        yield ChannelHit(
            offer.service_id,
            offer.channel,
            sign.subtype,
            sign.snippet,
            sign.target,
            sign.cue,
            round(offer.probability, 3),
            sign.preferred,
        )
        if len(seen) == _PROOFS:
            return
