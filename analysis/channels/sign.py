"""What a detector hands over: a sign of one way to use something, with its proof and its place on the page."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.words.view import ClauseAt
from study import SNIPPET_LENGTH


@dataclass(frozen=True, slots=True)
class Sign:
    """A channel met, before it is known which services it belongs to."""

    channel: str
    subtype: str
    block: int
    snippet: str
    cue: str
    confidence: float
    target: str | None = None
    preferred: bool = False
    products: tuple[str, ...] = ()
    # The services that the words can be about, whatever the page says around them; none named means any.
    only_for: tuple[str, ...] = ()
    # The sentence's place in its block; None where the whole block speaks (a link, a card).
    span: tuple[int, int] | None = None


def from_clause(
    channel: str,
    subtype: str,
    where: ClauseAt,
    roles: frozenset[str],
    confidence: float,
) -> Sign:
    """A sign in words: the cue is the first phrase of the clause that plays one of the given roles."""
    passage, sentence, clause = where
    mark = next(m for m in clause.marks if m.role in roles)
    return Sign(
        channel,
        subtype,
        passage.block.index,
        shorten(sentence.text),
        passage.block.text[mark.start : mark.end],
        confidence,
        preferred=bool(sentence.roles & {"preferred", "exclusive"}),
        span=(sentence.start, sentence.end),
    )


def shorten(text: str) -> str:
    """The text in one line, at most SNIPPET_LENGTH characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= SNIPPET_LENGTH:
        return line
    return line[: SNIPPET_LENGTH - 1].rsplit(" ", 1)[0] + "…"
