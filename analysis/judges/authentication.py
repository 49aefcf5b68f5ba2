"""How a page's e-services ask who their user is: one of the log-ins of the taxonomy, none or unknown.

The strongest way that the page states wins; a way denied ("no bank codes needed") or needed only to read a decision
does not count. The words are data (`[authentication]` of taxonomy/languages).
"""

from __future__ import annotations

from collections.abc import Iterable

from analysis.channels.digital import own_forms
from analysis.findings import ChannelHit
from analysis.words.negation import Clause, Sentence
from analysis.words.phrases import AUTHENTICATION
from analysis.words.view import Passage, View
from study import LOG_INS, STRONG_LOG_INS


def authentication_of(view: View, channels: Iterable[ChannelHit]) -> str:
    """Returns how the page's digital channels identify their user; "unknown" where it says nothing or has none.

    A form on the page itself that says nothing of logging in is open ("none").
    """
    if not any(hit.channel == "digital" for hit in channels):
        return "unknown"
    stated = {method for where in view.clauses for method in _stated(*where)}
    if not stated and own_forms(view):
        return "none"
    return next((method for method in (*LOG_INS, "none") if method in stated), "unknown")


def _stated(passage: Passage, sentence: Sentence, clause: Clause) -> set[str]:
    named = {mark.role.removeprefix(AUTHENTICATION) for mark in clause.marks if mark.role.startswith(AUTHENTICATION)}
    if not named or passage.block.kind in ("heading", "summary") or clause.sense in ("retired", "future"):
        return set()
    if "none" in named:
        return {"none"}
    if "not-negation" in clause.roles or clause.sense == "denied":
        return {"none"} if named & STRONG_LOG_INS and "not-negation" in clause.roles else set()
    return named
