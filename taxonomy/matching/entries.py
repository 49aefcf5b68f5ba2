"""What is looked for in texts: the terms of services and the cues of page types, and a term that was found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from taxonomy.models import Taxonomy

# The label of cues that tell of a reader doing something: applying, booking, paying.
ACT = "act:verb"
# Labels of two words that in one sentence tell of a service gone elsewhere: a body, and that it arranges it now.
MOVE, BODY = "move:verb", "move:body"
Kind = Literal["term", "topic", "denial", "cue"]
SIMPLE_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term of a service found in a text; ``weight`` 0-1 tells how fully the words are the term.

    A ``topic`` only belongs to the service's field; a term names the service or its use. Cues of page types come as
    matches too, with "type:part" in place of the service.
    """

    service_id: str
    term: str
    start: int
    end: int
    weight: float
    kind: Kind = "term"


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase to look for: what it speaks of, and how."""

    service_id: str
    term: str
    kind: Kind

    @property
    def is_word(self) -> bool:
        """Whether the term is written as one word."""
        return bool(SIMPLE_WORD.fullmatch(self.term.lower()))


def entries(taxonomy: Taxonomy, language: str) -> Iterator[Entry]:
    """The terms, topics and denials of all services in one language."""
    for service in taxonomy.services.values():
        name = service.name.root.get(language)
        terms = (*service.terms.get(language, ()), *((name,) if name else ()))
        for term in dict.fromkeys(terms):
            yield Entry(service.id, term, "term")
        for term in service.topics.get(language, ()):
            yield Entry(service.id, term, "topic")
        for term in service.not_terms.get(language, ()):
            yield Entry(service.id, term, "denial")


def cues_of(taxonomy: Taxonomy, language: str) -> Iterator[Entry]:
    """What tells of types of pages, of acting, and of services that moved elsewhere, in one language."""
    for page_type in taxonomy.page_types.values():
        cues = page_type.cues.get(language)
        if cues is not None:
            for part, phrases in (("title", cues.title), ("body", cues.body)):
                yield from (Entry(f"{page_type.id}:{part}", phrase, "cue") for phrase in phrases)
    verbs = taxonomy.languages[language].lists.get("act_verbs", ())
    yield from (Entry(ACT, verb, "cue") for verb in verbs)
    lists = taxonomy.languages[language].lists
    yield from (Entry(MOVE, phrase, "cue") for phrase in lists.get("moved_verbs", ()))
    yield from (Entry(BODY, phrase, "cue") for phrase in lists.get("moved_bodies", ()))
