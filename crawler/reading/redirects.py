"""Answers that lead elsewhere: the address that is read instead, hosts that turn out to be the municipality's own."""

from __future__ import annotations

from study import FailureReason, host_of
from taxonomy import Taxonomy, is_site

from .entries import Entry, Kind
from .frontier import Frontier
from .scoring import EserviceCues
from .site import OwnSite, Place
from .tally import Tally

_ESERVICE_HOPS = 5
_ON_THE_WAY = 0.3
"""What the goal of a redirect gains: its link has been followed already."""


class Redirects:
    """Follows redirects of servers, scripts and markup."""

    def __init__(
        self, frontier: Frontier, tally: Tally, site: OwnSite, eservices: EserviceCues, taxonomy: Taxonomy
    ) -> None:
        self._frontier, self._tally, self._site, self._eservices = frontier, tally, site, eservices
        self._taxonomy = taxonomy

    def take(self, entry: Entry, target: str | None, now: float, *, is_own: bool) -> None:
        """An answer that leads to `target`; None where that is no address."""
        if target == entry.url and self._frontier.retry(entry, now):
            return  # it sets a cookie and wants to be asked again
        self._frontier.settle(entry, counted=False)
        self._tally.redirects += is_own
        if target is None:
            return
        kind = self._kind_behind(entry)
        if kind is Kind.FRONT and self._may_be_site(target):
            self._move_to(entry, target)
        place = self._site.place_of(target)
        if kind is Kind.ESERVICE and entry.hops >= _ESERVICE_HOPS:
            return
        if place is Place.FOREIGN and kind is not Kind.ESERVICE:
            if kind is Kind.FRONT:
                self._tally.moved_to = target
                return
            if kind is not Kind.SITEMAP:
                if not self._eservices.is_eservice(target, "", entry.services):
                    return
                kind = Kind.ESERVICE
        is_sibling = place is Place.SIBLING
        moved = entry.instead(
            target, kind, base=entry.base + _ON_THE_WAY, hops=entry.hops + 1, sibling=is_sibling, cookie=entry.cookie
        )
        if self._frontier.offer(moved, redirected=True):
            return
        if entry.cookie and self._frontier.ask_again(target, kind, now):
            return  # a check for cookies that leads back to where it came from
        if moved.hops > self._frontier.budget.hops and is_own:
            self._tally.failures[FailureReason.REDIRECT_LOOP] += 1
            self._tally.last_trouble = f"{entry.url}: more than {self._frontier.budget.hops} redirects"

    def _kind_behind(self, entry: Entry) -> Kind:
        if entry.kind is not Kind.RENDER:
            return entry.kind
        # A script leads away from an empty page.
        self._tally.shells -= not (entry.landing or entry.challenged or entry.gaps)
        return Kind.ESERVICE if entry.landing else Kind.FRONT if not entry.depth else Kind.PAGE

    def _may_be_site(self, target: str) -> bool:
        """Whether the site may have moved there, as a person would find it: no e-service, no social medium."""
        return self._site.may_adopt(host_of(target)) or is_site(target, self._taxonomy)

    def _move_to(self, entry: Entry, target: str) -> None:
        if not self._site.may_adopt(host_of(target)):
            self._tally.found_at = f"{entry.url} leads to {target}, which is read as the municipality's site"
        self._site.adopt(target)

    def lead_on(self, entry: Entry, target: str) -> None:
        """A front page that sends its readers on by markup instead of a status."""
        if self._may_be_site(target):
            self._move_to(entry, target)
            front = entry.follow(target, Kind.FRONT, depth=entry.depth, hops=entry.hops + 1, dull=0)
            self._frontier.offer(front, redirected=True)
        else:
            self._tally.moved_to = target
