"""Ties a sign of a channel to the services it is about, where a page serves several.

Nearest first: what the sentence or link itself names, then the block, then the blocks above it in its section,
then the headings above it, then the whole section; where none speaks, the page's own subject. On a hub, and where
several services are served and none mainly, an item with a subject of its own stands for itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from analysis.findings import ServiceHit
from analysis.words.speech import NONE, Said, said_of_block
from analysis.words.view import SUMMARY_LEVEL, Passage, View
from taxonomy import TermMatch, term_index

from .sign import Sign

Place = tuple[str, int, int]
_LISTED = ("item", "cell")
_SHORTEST_SUBJECT = 3
_SPEAKS = 0.4
# Beside the page's own service, these words name a means of it and no service of their own.
_MEANS = frozenset({"place", "contact-heading"})
# A heading with one of these ("electronically you can") makes its section the list of what the e-service is for.
_DIGITAL = frozenset({"digital-manner", "digital-thing"})


class Subjects:
    """Which services are named where on a page; every question is answered from what was gathered once."""

    def __init__(
        self,
        view: View,
        services: Sequence[ServiceHit],
        *,
        is_hub: bool = False,
        said: Mapping[int, Said] | None = None,
    ) -> None:
        self.view = view
        self._said = said or {}
        self._said_of_block: dict[int, Said] = {}
        self.services = tuple(services)
        self._all = tuple(hit.service_id for hit in services)
        self._primary = tuple(hit.service_id for hit in services if hit.is_primary) or self._all
        # On a list of many services the neighbours of an item say nothing about it.
        self._is_list = len(self._all) > 1 and (is_hub or not any(hit.is_primary for hit in services))
        self._mentioned = _find_places(view, services)
        served = ((block, [p for p in places if p[0] in self._all]) for block, places in self._mentioned.items())
        self._named = {block: places for block, places in served if places}
        self._sections: dict[int, list[int]] = {}
        for index, passage in view.passages.items():
            self._sections.setdefault(passage.section, []).append(index)
        self._headings = self._named_headings()
        self._every_of = {block: frozenset(s for s, _, _ in places) for block, places in self._mentioned.items()}
        self._around_of: dict[tuple[int, tuple[int, int] | None, str], tuple[tuple[str, frozenset[str]], ...]] = {}

    @property
    def any(self) -> bool:
        """Whether the page serves anything at all."""
        return bool(self._all)

    def of(self, sign: Sign) -> tuple[str, ...]:
        """The services that a sign belongs to, in the page's order."""
        if sign.only_for:
            return tuple(s for s in self._all if s in sign.only_for)
        if len(self._all) < 2:
            return self._all
        found = self._nearest(sign)
        return tuple(s for s in self._all if s in found)

    def naming(self, sign: Sign, service: str) -> Iterator[tuple[str, str]]:
        """Where around a sign services are named, as (place, who): "named" for the service itself, "other" for another
        that the page serves, "stranger" for one that it does not."""
        key = (sign.block, sign.span, sign.cue)
        if key not in self._around_of:
            self._around_of[key] = tuple(self._around(sign))
        for place, named in self._around_of[key]:
            others = "stranger" if named.isdisjoint(self._all) else "other"
            yield place, "named" if service in named else others

    def _around(self, sign: Sign) -> Iterator[tuple[str, frozenset[str]]]:
        """The places around a sign that name services, with all that each names: the same whoever asks."""
        passage = self.view.passages.get(sign.block)
        if passage is None:
            return
        section = self._sections[passage.section]
        around = {
            "sentence": self._beside(sign, passage),
            "block": self._every(sign.block),
            "heading": self._every(section[0]) if passage.section else frozenset(),
            "above": self._headings.get(passage.section, frozenset()),
            "before": self._before(section, sign.block),
            "section": frozenset().union(*(self._every(block) for block in section)),
        }
        yield from ((place, named) for place, named in around.items() if named)

    def speaking(self, sign: Sign, service: str) -> dict[str, float]:
        """What the words of a sign's section and of its own block speak of: this service, another one, or none."""
        passage = self.view.passages.get(sign.block)
        if passage is None:
            return {}
        if sign.block not in self._said_of_block:
            self._said_of_block[sign.block] = said_of_block(self.view, sign.block)
        found: dict[str, float] = {}
        places = {"section": self._said.get(passage.section), "block": self._said_of_block[sign.block]}
        for place, said in places.items():
            if said is None:
                continue
            own = said.shares.get(service, 0.0)
            found[f"{place}-speaks"] = math.log((own + 0.01) / (1.01 - own)) / 3
            if said.most >= _SPEAKS:
                found[f"{place}-speaks-of-{self._who(said.first, service)}"] = said.most
        return found

    def _who(self, spoken_of: str, service: str) -> str:
        if spoken_of == service:
            return "it"
        return "nobody" if spoken_of == NONE else "other" if spoken_of in self._all else "stranger"

    def _beside(self, sign: Sign, passage: Passage) -> frozenset[str]:
        """The services named in the sign's own sentence, or in the text of its link or number."""
        start, end = sign.span or (0, 0)
        if sign.span is None and sign.cue:
            start = passage.block.text.find(sign.cue)
            end = start + len(sign.cue) if start >= 0 else start
        return frozenset(s for s, at, _ in self._mentioned.get(sign.block, ()) if start <= at < end)

    def _every(self, block: int) -> frozenset[str]:
        return self._every_of.get(block, frozenset())

    def _before(self, section: Sequence[int], block: int) -> frozenset[str]:
        """What the nearest block before it in its section names."""
        earlier = [index for index in section if index < block and index in self._mentioned]
        return self._every(earlier[-1]) if earlier else frozenset()

    def _nearest(self, sign: Sign) -> frozenset[str]:
        if sign.span and (here := self._in(sign.block, *sign.span) | self._announced(sign)):
            return here
        passage = self.view.passages.get(sign.block)
        if passage is None:
            return frozenset(self._primary)
        if self._is_list and self._is_listed(sign.block) and has_own_subject(passage, self.view):
            return self._of_item(passage)
        section = self._sections[passage.section]
        title = self._in(section[0]) if passage.section else frozenset()
        if here := self._in(sign.block):
            return here | title
        if here := self._above(section, sign.block, listed=self._is_listed(sign.block)):
            return here | title
        if sign.channel == "digital" and passage.heading & _DIGITAL:
            above = self._headings.get(passage.section, frozenset())
            title = title.union(above, *(self._in(i) for i in section if i in self._named))
        if here := title or self._headings.get(passage.section, frozenset()):
            return here
        if here := frozenset().union(*(self._in(i) for i in section if i in self._named)):
            return here
        return frozenset(self._primary if sign.channel != "digital" else self._all)

    def _of_item(self, passage: Passage) -> frozenset[str]:
        """What a listed item names itself; where it names no service, the only one that its heading names."""
        block = passage.block.index
        if block in self._mentioned:
            return self._in(block)
        title = self._sections[passage.section][0]
        named = {service for service, _, _ in self._mentioned.get(title, ())} if passage.section else set()
        return frozenset(named if len(named) == 1 else ())

    def _above(self, section: Sequence[int], block: int, *, listed: bool) -> frozenset[str]:
        """What the nearest block above in a section names; items of a list speak for items only."""
        above = [i for i in section[1:] if i < block and i in self._named and (listed or not self._is_listed(i))]
        return self._in(above[-1]) if above else frozenset()

    def _is_listed(self, block: int) -> bool:
        return self.view.passages[block].block.kind in _LISTED

    def _announced(self, sign: Sign) -> frozenset[str]:
        """The services named in the list that a sentence announces ("in the service you can:")."""
        passage = self.view.passages[sign.block]
        text = passage.block.text.rstrip()
        if not text.endswith(":") or sign.span is None or sign.span[1] < len(text):
            return frozenset()
        following = (i for i in self._sections[passage.section] if i > sign.block)
        return frozenset().union(*(self._in(i) for i in takewhile(self._is_listed, following)))

    def _in(self, block: int, start: int = 0, end: int = 1 << 30) -> frozenset[str]:
        return frozenset(s for s, a, _ in self._named.get(block, ()) if start <= a < end)

    def _named_headings(self) -> dict[int, frozenset[str]]:
        """Per section, the services that the nearest heading above names, the section's own heading aside."""
        found: dict[int, frozenset[str]] = {}
        open_headings: list[tuple[int, frozenset[str]]] = []
        for passage in self.view.passages.values():
            block = passage.block
            if block.kind not in ("heading", "summary"):
                continue
            level = block.level or SUMMARY_LEVEL
            open_headings = [(rank, names) for rank, names in open_headings if rank < level]
            found[passage.section] = next((names for _, names in reversed(open_headings) if names), frozenset())
            open_headings.append((level, self._in(block.index)))
        return found


def _find_places(view: View, services: Sequence[ServiceHit]) -> dict[int, list[Place]]:
    """ClauseAt the page names services, its own and others, by block; empty for a page that serves fewer than two."""
    if len(services) < 2:
        return {}
    index = term_index(view.taxonomy)
    primary = {hit.service_id for hit in services if hit.is_primary}
    found: dict[int, list[Place]] = {}
    for block, passage in view.passages.items():
        matches = index.find(passage.block.text, view.language_of(passage.block))
        means = _means(passage, view) if primary else []
        places = [
            (m.service_id, m.start, m.end)
            for m in matches
            if m.kind != "denial"
            and not _is_part_of_another(m, matches)
            and (m.service_id in primary or not any(start <= m.start and m.end <= end for start, end in means))
        ]
        if places:
            found[block] = places
    return found


def _means(passage: Passage, view: View) -> list[tuple[int, int]]:
    """ClauseAt a block names what a service is used with: a system ("in Wilma"), a place ("at the library")."""
    names = [(n.start, n.end) for n in view.products.find_names(passage.block.text)]
    marks = (m for sentence in passage.sentences for clause in sentence.clauses for m in clause.marks)
    return [*names, *((m.start, m.end) for m in marks if m.role in _MEANS)]


def has_own_subject(passage: Passage, view: View) -> bool:
    """Whether a block says what it is about: a word that is neither a way, nor a kind of form, nor an address."""
    language = view.taxonomy.languages.get(view.language_of(passage.block))
    plain = frozenset(language.stop_words) if language else frozenset()
    forms = tuple(language.lists.get("form_words", ())) if language else ()
    for sentence in passage.sentences:
        marks = [m for clause in sentence.clauses for m in clause.marks]
        for word in sentence.words:
            if len(word.text) < _SHORTEST_SUBJECT or word.text in plain or not word.text.replace("-", "").isalpha():
                continue
            roles = {m.role for m in marks if m.start <= word.start < m.end}
            if not roles or ("form-noun" in roles and forms and not word.text.startswith(forms)):
                return True
    return False


def _is_part_of_another(match: TermMatch, matches: Sequence[TermMatch]) -> bool:
    """Whether the same words name another service better: a grant for private roads is no grant for associations."""
    return any(
        other.service_id != match.service_id
        and other.start <= match.start
        and match.end <= other.end
        and other.weight > match.weight
        for other in matches
    )
