"""Labelled pages as the judges learn from them: read once, with their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.judges.page_type import page_type_signals
from analysis.judges.subject import NONE, Words, words_of
from analysis.page.read import read_page
from analysis.words.terms import Uses, find_uses
from analysis.words.view import View, make_view
from taxonomy import Taxonomy

from .labels import labels_of


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled page, read once; ``trust`` is how much it counts for judges of rules that were written on it."""

    view: View
    uses: Uses
    signals: Mapping[str, float]
    words: Words
    page_type: str
    theme: str
    """The id of the theme, "none" where the page has none, nothing where it was not labelled."""
    services: frozenset[str]
    primary: str | None
    channels: frozenset[tuple[str, str]]
    group: str
    trust: float = 1.0


def read_examples(rows: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> list[Example]:
    """Reads labelled pages into examples, in order; a row's ``trust`` (1 where it has none) is kept."""
    return [read_example(row, taxonomy) for row in rows]


def read_example(row: Mapping[str, Any], taxonomy: Taxonomy) -> Example:
    """One labelled page read."""
    view = make_view(read_page(row["html"], row["url"], taxonomy), taxonomy)
    uses = find_uses(view)
    labels = labels_of(row, taxonomy)
    return Example(
        view=view,
        uses=uses,
        signals=page_type_signals(view, uses),
        words=words_of(view, uses),
        page_type=str(labels.get("page_type") or ""),
        theme=str(labels["theme"] or NONE) if "theme" in labels else "",
        services=frozenset(labels.get("services") or ()),
        primary=labels.get("primary_service"),
        channels=frozenset((item["service"], item["type"]) for item in labels.get("channels") or ()),
        group=str(row.get("municipality") or row["url"]),
        trust=float(row.get("trust", 1.0)),
    )
