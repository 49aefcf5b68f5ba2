"""Pages that show something else in place of what was asked, in words that no list knows.

Three witnesses: what the host answers to an address that cannot exist (the crawl's one probe of each host), several
addresses that promise different services and all show one text that names none of them, and a short page that leads
nowhere and has no word of the links by which it is reached, on a site whose pages lead on.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.page.model import Page
from study import address_key, host_of
from taxonomy import StandIn, TermIndex

_WORD = re.compile(r"[^\W\d_]{2,}")
_ALIKE = 0.85
"""Share of words in common from which two answers are one: the address asked for may stand in them."""
_NOTICE = 3_000
"""Characters of a notice at most; it may list popular services."""
_SAME = 3
"""So many addresses that show one text, each for another service, are no coincidence."""
_PROMISED = 0.5
_SHORT = 1_500
_LEADS_ON = 3
"""Links to its own host from which a page is one of a site with a menu."""
_ADDRESS = re.compile(r"(?<!\S)[^\s/\\]*[/\\]\S*")
_BEGINNING, _LONG_ENOUGH = 5, 4
"""Letters by which a word in another case is the same, and letters that a word of a link has at least."""


@dataclass(frozen=True, slots=True)
class Look:
    """What of a page is compared with others."""

    title: str
    heading: str
    words: frozenset[str]
    length: int
    digest: str
    """Of all words of the main text, whatever their order; figures, which count visits and days, left out."""
    leads_on: int = 0
    """Links to other pages of its host."""
    shown: frozenset[str] = frozenset()
    """How the words of title, headings and a short text begin, addresses left out."""

    def is_like(self, other: Look) -> bool:
        """Whether two pages show the same, apart from the address they were asked for."""
        return (self.title, self.heading) == (other.title, other.heading) and self.says_what(other)

    def says_what(self, other: Look) -> bool:
        """Whether two main texts are the same but for a few words, whatever their titles."""
        common, all_words = len(self.words & other.words), len(self.words | other.words)
        return common >= _ALIKE * all_words


def look_of(page: Page) -> Look:
    """What of a page is compared with others."""
    words = frozenset(word.casefold() for word in _WORD.findall(page.main_text[:_NOTICE]))
    every = " ".join(sorted({word.casefold() for word in _WORD.findall(page.main_text)}))
    digest = hashlib.sha256(every.encode()).hexdigest()[:16]
    host, own = host_of(page.url), address_key(page.url)
    leads_on = len({link.url for link in page.links if host_of(link.url) == host and address_key(link.url) != own})
    shown: frozenset[str] = frozenset()
    if leads_on == 0 and len(page.main_text) <= _SHORT:
        shown = _beginnings(f"{page.title} {page.h1} {page.main_text}")
    return Look(_plain(page.title), _plain(page.h1), words, len(page.main_text), digest, leads_on, shown)


def gone_by_probe(looks: Mapping[str, Look], probes: Mapping[str, Look], fronts: Iterable[str]) -> dict[str, StandIn]:
    """Addresses that show what their host shows for an address that cannot exist; a front page is itself."""
    own = {address_key(url) for url in fronts}
    return {
        url: StandIn.MISSING
        for url, look in sorted(looks.items())
        if address_key(url) not in own and (probe := probes.get(host_of(url))) is not None and look.is_like(probe)
    }


def same_instead(
    looks: Mapping[str, Look], linked: Mapping[str, Iterable[tuple[str, str]]], index: TermIndex
) -> dict[str, StandIn]:
    """Addresses whose links promise different services and that all show one short text that names none of them."""
    groups: dict[tuple[str, str, frozenset[str]], list[str]] = defaultdict(list)
    for url, look in sorted(looks.items()):
        if look.length <= _NOTICE:
            groups[look.title, look.heading, look.words].append(url)
    found: dict[str, StandIn] = {}
    for (title, heading, _), urls in groups.items():
        if len(urls) < _SAME or _services(index, [(f"{title} {heading}", "")]):
            continue
        promised = {
            frozenset(services) for url in urls if (services := _services(index, linked.get(address_key(url), ())))
        }
        if len(promised) >= _SAME:
            found |= dict.fromkeys(urls, StandIn.REFUSAL)
    return found


def dead_ends(
    looks: Mapping[str, Look], linked: Mapping[str, Iterable[tuple[str, str]]], index: TermIndex
) -> dict[str, StandIn]:
    """Short pages without a way on and without a word of the links that promise a service there."""
    if not any(look.leads_on >= _LEADS_ON for look in looks.values()):
        return {}
    found: dict[str, StandIn] = {}
    for url, look in sorted(looks.items()):
        if look.leads_on or look.length > _SHORT:
            continue
        texts = tuple(linked.get(address_key(url), ()))
        if _services(index, texts) and not look.shown & _beginnings(" ".join(text for text, _ in texts)):
            found[url] = StandIn.REFUSAL
    return found


def _beginnings(text: str) -> frozenset[str]:
    words = _WORD.findall(_ADDRESS.sub(" ", text).casefold())
    return frozenset(word[:_BEGINNING] for word in words if len(word) >= _LONG_ENOUGH)


def _services(index: TermIndex, texts: Iterable[tuple[str, str]]) -> set[str]:
    return {
        service
        for text, language in texts
        for service, score in index.link_scores(text, "", language).items()
        if score >= _PROMISED
    }


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
