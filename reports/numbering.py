"""Gives the figures and tables of the report itself their numbers, in the order in which they stand.

Tables of the municipalities' own pages and the numbers behind a figure have none: they are named by where they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from .model import FIGURES, TABLES, Block, Section
from .volumes import APART
from .words import Words


def numbered(sections: Iterable[Section], words: Words) -> tuple[Section, ...]:
    """The sections with numbered figures and tables."""
    counts: Counter[str] = Counter()

    def block(item: Block) -> Block:
        kind = kind_of(item)
        if not kind:
            return item
        counts[kind] += 1
        numbered_block: Any = item
        changed: Block = replace(numbered_block, number=words(f"frame.{kind}_number", number=str(counts[kind])))
        return changed

    def section(item: Section) -> Section:
        blocks = tuple(block(b) for b in item.blocks)
        return replace(item, blocks=blocks, children=tuple(section(c) for c in item.children))

    return tuple(item if item.id in APART else section(item) for item in sections)


def kind_of(block: Block) -> str:
    """ "figure" or "table"; empty for what is neither."""
    return "figure" if isinstance(block, FIGURES) else "table" if isinstance(block, TABLES) else ""


def listed(sections: Iterable[Section], kind: str) -> Iterator[tuple[str, str, str]]:
    """Anchor, number and title of every numbered figure or table, in order."""
    for section in sections:
        if section.id in APART:
            continue
        for block in section.blocks:
            if kind_of(block) == kind and (number := getattr(block, "number", "")):
                yield (
                    str(getattr(block, "id", "")),
                    number,
                    getattr(block, "title", "") or getattr(block, "caption", ""),
                )
        yield from listed(section.children, kind)
