"""The same page in another dress: to be printed, by a second address, under a name that its canonical link corrects.

One rule for all that counts pages or what stands on them, so that nothing moves when a site only gets another system.
A page is another's dress where its address is the other's but for what `dresses.toml` lists, and title or text agree;
where its canonical link names the other, and the texts agree; or where title, text and forms are the same. Where that
cannot be told, it is a page of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.page.model import Page
from study import address_key
from taxonomy import dresses

from .likeness import Look

_TELLING = 200
"""Characters of main text from which the same words under the same title are no coincidence."""


@dataclass(frozen=True, slots=True)
class Worn:
    """What of an own page is held against others: its look, the address it calls its own, the fields it asks for."""

    look: Look
    canonical: str = ""
    fields: tuple[str, ...] = ()


def worn_by(page: Page, look: Look) -> Worn:
    """What of a page is held against others."""
    fields = (field.label or field.name for form in page.forms if form.in_main for field in form.fields)
    return Worn(look, page.canonical, tuple(fields))


def other_dresses(pages: Mapping[str, Worn]) -> dict[str, str]:
    """Addresses that show a page in another dress, each with the address that is the page's own."""
    by_key = {address_key(url): url for url in sorted(pages, reverse=True)}
    groups = _Groups()
    meant: set[str] = set()
    for url, worn in sorted(pages.items()):
        plain = by_key.get(address_key(dresses().undressed(url)))
        if plain is not None and plain != url and _is_printed(worn, pages[plain]):
            groups.join(url, plain)
        named = by_key.get(address_key(worn.canonical)) if worn.canonical else None
        if named is not None and named != url and _says_the_same(worn, pages[named]):
            groups.join(url, named)
            meant.add(named)
    for urls in _twins(pages):
        for url in urls[1:]:
            groups.join(url, urls[0])
    found: dict[str, str] = {}
    for members in groups.all():
        own = min(members, key=lambda url: (dresses().undressed(url) != url, url not in meant, *_plainness(url)))
        found |= dict.fromkeys(members - {own}, own)
    return found


def _plainness(url: str) -> tuple[bool, int, str]:
    return ("?" in url, len(url), url)


def _is_printed(worn: Worn, plain: Worn) -> bool:
    return worn.look.title == plain.look.title or _says_the_same(worn, plain)


def _says_the_same(one: Worn, other: Worn) -> bool:
    """Whether two pages ask for the same and say nearly the same; nothing can be told of pages without words."""
    return bool(one.look.words) and one.fields == other.fields and one.look.says_what(other.look)


def _twins(pages: Mapping[str, Worn]) -> Iterable[list[str]]:
    """Addresses that show the same text under the same title with the same forms."""
    found: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for url, worn in sorted(pages.items()):
        if worn.look.length >= _TELLING:
            found[worn.look.title, worn.look.heading, worn.look.digest, worn.fields].append(url)
    return (urls for urls in found.values() if len(urls) > 1)


class _Groups:
    """Addresses that belong together, brought together pair by pair."""

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = {}

    def join(self, one: str, other: str) -> None:
        both = self._of.get(one, {one}) | self._of.get(other, {other})
        self._of.update(dict.fromkeys(both, both))

    def all(self) -> list[set[str]]:
        """Each group once, in a fixed order."""
        return [members for url, members in sorted(self._of.items()) if url == min(members)]
