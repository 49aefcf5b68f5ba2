"""Questions that several detectors ask of a clause: does its reader act, does the office, is it said at all?"""

from __future__ import annotations

from analysis.words.negation import Clause, Sentence
from analysis.words.view import Passage

ACTING = frozenset({"act", "act-noun", "act-passive"})


def is_open(clause: Clause) -> bool:
    """Tells whether what the clause names may be used: it is not denied, retired or only to come."""
    return clause.sense in ("stated", "fallback")


def reader_acts(passage: Passage, sentence: Sentence, clause: Clause) -> float:
    """Returns how sure it is that the reader acts: 1 in the clause, less from its surroundings, 0 for the office."""
    if office_acts(clause):
        return 0.0
    if clause.roles & ACTING:
        return 1.0
    if sentence.roles & ACTING:
        return 0.9
    if passage.intro & ACTING:
        return 0.9
    if passage.heading & ACTING:
        return 0.75
    return 0.0


def reader_finds(passage: Passage, sentence: Sentence, clause: Clause) -> float:
    """Like `reader_acts`, for what is there to be used: "vacancies are found in X" tells where too."""
    if clause.roles & {"find", "preferred"} and not clause.roles & {"office-thing", "guide-link"}:
        return 1.0
    return reader_acts(passage, sentence, clause)


def is_others(clause: Clause) -> bool:
    """Tells whether the clause is about another body's service ("apply to the pension institution online")."""
    return "other-party" in clause.roles


def office_acts(clause: Clause) -> bool:
    """Tells whether the clause is about what the office sends: "the decision on the application is sent"."""
    if "act" in clause.roles:
        return "office-thing" in clause.roles and "office-act" in clause.roles
    return bool(clause.roles & {"office-act", "office-thing"})
