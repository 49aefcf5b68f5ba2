"""What a finding is, and what the rules that make findings share."""

from __future__ import annotations

from dataclasses import dataclass

from reports.context import Context
from reports.shares import Share


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of a table that a number was counted from: column and the value that it has in them; all without any."""

    table: str
    measure: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the study with what it rests on. `title` is its subject in a few words.

    `share` has the count, the base and the gaps; `interval` is what the share could be whatever the gaps hide. Both are
    None where the number is no share. `weight` is how much the finding matters to readers, from 0 to 100.
    """

    id: str
    title: str
    sentence: str
    number: float
    text: str
    weight: float
    share: Share | None = None
    interval: tuple[float, float] | None = None
    href: str = ""
    sources: tuple[Source, ...] = ()


def of_share(
    context: Context,
    id: str,
    share: Share,
    weight: float,
    href: str,
    sources: tuple[Source, ...],
    kind: str = "text",
    **values: object,
) -> Finding | None:
    """A finding about one share; None where the share is not told. Its text has {share} and {basis}."""
    if share.value is None:
        return None
    words = context.words
    return Finding(
        id=id,
        title=words(f"findings.{id}.title"),
        sentence=words(
            f"findings.{id}.{kind}", share=words.percent(share.value), basis=context.basis_words(share), **values
        ),
        number=share.value,
        text=words.percent(share.value),
        weight=weight,
        share=share,
        interval=share.bounds,
        href=href,
        sources=sources,
    )
