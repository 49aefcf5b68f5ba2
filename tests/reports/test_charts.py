"""Charts: the same numbers give the same drawing, which says what it shows."""

from __future__ import annotations

import re
from itertools import pairwise

from reports.charts import draw
from reports.html import template_text
from reports.model import BarChart, Column, Series, StackChart, Table


def chart(identity: str = "c", title: str = "Services <by> theme", gaps: float = 2.0) -> BarChart:
    """A chart of two panels."""
    series = tuple(Series(label, (3.0, 0.0), (gaps, 0.0), ("60%", "0%"), "digital") for label in ("Digital", "Phone"))
    table = Table(f"{identity}-table", title, (Column("x"),), ())
    names = ("Feedback", "A service with a name that needs two lines to be written out in full")
    return BarChart(identity, title, "Feedback: 60%", names, series, 5.0, table, "As a table", "Gaps")


def test_same_chart_same_bytes_and_no_date() -> None:
    """Nothing of the day or the run is inside."""
    first = draw(chart())
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


def test_for_a_screen_as_narrow_as_a_hand_names_stand_above_their_bars() -> None:
    """Nothing is cut at 320 pixels; the two drawings share no id, and style shows one of them."""
    both = draw(chart(), is_for_hand=True)
    wide, narrow = both.split("</svg>")[:2]
    assert wide + "</svg>" == draw(chart()).replace('class="chart"', 'class="chart wide"')
    assert float(re.findall(r'viewBox="0 0 ([\d.]+)', narrow)[0]) <= 300
    assert max(float(x) for x in re.findall(r'<text x="([\d.]+)"', narrow)) < 270
    ids = re.findall(r' id="([^"]+)"', both)
    assert len(ids) == len(set(ids))
    style = template_text("report.css") or ""
    assert "(max-width:40rem){.chart.wide{display:none}.chart.narrow{display:block}}" in style


def test_labels_are_text() -> None:
    """Names can be searched and copied."""
    assert ">Feedback</text>" in draw(chart())


def test_a_stack_leaves_room_for_what_stands_at_its_end() -> None:
    """The name of a product beside its bar is not cut."""
    table = Table("s-table", "Products", (Column("x"),), ())
    said = "A product with a long name (12 of 20)"
    parts = (("digital", "first"), ("gap", "not known"))
    drawn = draw(StackChart("s", "Products", "A", ("A",), parts, ((3.0, 1.0),), (said,), table, "As a table"))
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', drawn)[0])
    end = max(float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*>A product', drawn))
    assert width - end > len(said) * 5


def test_rungs_of_the_ladder_can_be_told_apart_in_grey() -> None:
    """Each rung is darker than the one before it on light paper, and lighter on a dark screen, by a step that shows."""
    style = template_text("report.css") or ""
    for place, is_rising in ((0, False), (1, True)):
        tones = [lightness(re.findall(rf"--c-m{n}:#([0-9a-f]+)", style)[place]) for n in range(7)]
        steps = [b - a if is_rising else a - b for a, b in pairwise(tones)]
        assert min(steps) > 0.05, (place, tones)


def lightness(colour: str) -> float:
    """Perceived lightness, 0 to 1."""
    digits = colour if len(colour) == 6 else "".join(c * 2 for c in colour)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.16 * luminance ** (1 / 3) - 0.16 if luminance > 0.008856 else luminance * 9.033
