"""Charts: the same numbers give the same drawing, which says what it shows."""

from __future__ import annotations

import re

from reports.charts import draw
from reports.model import BarChart, Column, Series, Table


def chart(identity: str = "c", title: str = "Services <by> theme", gaps: float = 2.0) -> BarChart:
    """A chart of two panels."""
    series = tuple(Series(label, (3.0, 0.0), (gaps, 0.0), ("60%", "0%"), "digital") for label in ("Digital", "Phone"))
    table = Table(f"{identity}-table", title, (Column("x"),), ())
    names = ("Feedback", "A service with a name that needs two lines to be written out in full")
    return BarChart(identity, title, "Feedback: 60%", names, series, 5.0, table, "As a table", "Gaps")


def test_same_chart_same_bytes_and_no_date() -> None:
    """Nothing of the day or the run is inside."""
    first = draw(chart())
    draw.cache_clear()
    assert draw(chart()) == first
    assert "<metadata" not in first
    assert not re.search(r"20\d\d-\d\d-\d\d", first)


def test_text_alternative_is_escaped_and_tied_to_the_drawing() -> None:
    """A screen reader hears the title and the numbers."""
    drawn = draw(chart())
    assert 'role="img" aria-labelledby="c-t c-d"' in drawn
    assert "Services &lt;by&gt; theme</title>" in drawn
    assert "Feedback: 60%</desc>" in drawn


def test_two_charts_on_a_page_share_no_id() -> None:
    """Ids and references carry the chart's own id, and no style leaks into the page."""
    both = draw(chart("first")) + draw(chart("second"))
    ids = re.findall(r' id="([^"]+)"', both)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", both)) <= set(ids)
    assert "<style" not in both


def test_gaps_are_hatched_with_strokes() -> None:
    """A gap has its strokes; without gaps there are none. Patterns would become images on paper."""
    with_gaps, without = draw(chart()), draw(chart(gaps=0.0))
    assert with_gaps.count("M ") > without.count("M ") + 6
    assert "<pattern" not in with_gaps


def test_labels_are_text() -> None:
    """Names can be searched and copied."""
    assert ">Feedback</text>" in draw(chart())
