"""The chapter on development: only what sites changed, with both proofs; what is not comparable has its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from analysis.made_by import made_by
from bench.compare import two_years
from bench.invented import Inventor
from reports import EarlierStudy, StudyData, available_languages, build, load_study, render
from reports.blocks.development.panel import panel
from reports.charts import draw
from reports.earlier import Development, development
from reports.model import FIGURES, Block, Bullets, FlowChart, Note, Section, Table, TrendChart
from reports.model_json import as_json
from reports.scorecard.card import scorecard
from study import ChangeKind, Move, ProductMove, StudyFolder, open_study
from taxonomy import load_taxonomy
from tests.reports.test_reader import TECHNICAL, texts


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyFolder, StudyFolder]:
    """Two invented studies of six municipalities, made alike. Read only."""
    old, new = two_years(tmp_path_factory.mktemp("years"), 6)
    return open_study(old), open_study(new)


@pytest.fixture(scope="module")
def data(years: tuple[StudyFolder, StudyFolder]) -> StudyData:
    old, new = years
    return load_study(new, development=development(new, [EarlierStudy(old)]))


def since(data: StudyData) -> Development:
    assert data.development is not None
    return data.development


def chapter(data: StudyData, language: str = "en") -> Section:
    return next(s for s in build(data, language).sections if s.id == "development")


def blocks(section: Section) -> Iterator[Block]:
    yield from section.blocks
    for child in section.children:
        yield from blocks(child)


def test_without_an_earlier_study_there_is_no_chapter(years: tuple[StudyFolder, StudyFolder]) -> None:
    data = load_study(years[1])
    assert "development" not in {s.id for s in build(data, "en").sections}
    assert scorecard(data, "en", data.codes[0]).way is None


@pytest.mark.parametrize("language", available_languages())
def test_the_chapter_speaks_every_language(data: StudyData, language: str) -> None:
    found = chapter(data, language)
    sentences = next(b for b in blocks(found) if isinstance(b, Bullets))
    assert len(sentences.items) >= 3
    assert {"development-services-part", "development-biggest-part", "development-apart-part"} <= {
        c.id for c in found.children
    }
    assert not [text for text in texts(as_json(found)) if TECHNICAL.search(text)]


def test_the_summary_tells_it_and_studies_are_called_by_title_or_year(data: StudyData) -> None:
    def told(study: StudyData) -> Bullets:
        summary = next(s for s in build(study, "en").sections if s.id == "summary")
        return next(b for b in summary.blocks if isinstance(b, Bullets) and b.title)

    year = since(data).first.year
    assert len(told(data).items) == 3
    for title, said in (("", f"the study of {year}"), ("Services of towns", f"Services of towns ({year})")):
        named = replace(data, development=replace(since(data), titles=(title,)))
        assert told(named).title.endswith(said)


def test_shares_of_two_years_differ_by_what_sites_opened_and_closed_and_nothing_else(data: StudyData) -> None:
    lines = panel(data)
    assert lines is not None
    for line in (lines.whole, *lines.themes, *lines.services, *lines.municipalities.values()):
        first, last = line.shares
        assert (first.base, first.gaps) == (last.base, last.gaps)
        assert last.count - first.count == line.gained - line.lost
    assert lines.whole.lost


def test_the_biggest_changes_have_the_pages_of_both_years(data: StudyData) -> None:
    table = next(b for b in blocks(chapter(data)) if isinstance(b, Table) and b.id == "development-biggest")
    links = [[cell.links for cell in row.cells[-2:]] for row in table.rows]
    assert all(then or now for then, now in links)
    assert any(then and now for then, now in links)
    populations = [data.status[c].population or 0 for c in data.codes]
    assert populations == sorted(populations, reverse=True)


def test_charts_have_a_text_and_a_table_with_the_same_numbers(data: StudyData) -> None:
    charts = [b for b in blocks(chapter(data)) if isinstance(b, FIGURES)]
    assert {type(chart) for chart in charts} == {TrendChart, FlowChart}
    for chart in charts:
        drawing = draw(chart)
        assert chart.description
        assert drawing.count("<title") == drawing.count("<desc") == 1
        assert "style=" not in drawing
        assert chart.table.rows
        narrow = draw(chart, is_for_hand=True).split("</svg>")[1]
        assert float(re.findall(r'viewBox="0 0 ([\d.]+)', narrow)[0]) <= 300, "nothing is cut on a screen like a hand"
        if isinstance(chart, FlowChart):
            counts = [row.cells[-1].value for row in chart.table.rows]
            assert counts == [count for _, _, count in chart.links]


def test_what_is_no_development_is_listed_with_its_reason(data: StudyData) -> None:
    table = next(b for b in blocks(chapter(data)) if isinstance(b, Table) and b.id == "development-kinds")
    told = {(row.cells[0].text, row.cells[1].text) for row in table.rows}
    assert ("Coverage", "A gap in the newer study") in told
    counted = sum(cell.value or 0 for row in table.rows for cell in row.cells[2:])
    assert counted == len(since(data).changes)


def test_nobody_is_told_to_have_most_who_shares_it(data: StudyData) -> None:
    def moved(number: int, new: str) -> ProductMove:
        service, kind = sorted(data.taxonomy.services)[number], ChangeKind.SITE
        return ProductMove(1, data.codes[0], service, Move.ADDED, kind, (), (new,), True, True, None, None)

    def told(*moves: ProductMove) -> str:
        found = chapter(replace(data, development=replace(since(data), moves=moves)))
        bullets = next(b for b in blocks(found) if isinstance(b, Bullets))
        return " ".join(run.text for item in bullets.items for run in item)

    alone = [moved(number, "finna") for number in range(2)]
    assert "gained most services: 2" in told(*alone)
    assert "gained most services" not in told(*alone, *(moved(number, "wilma") for number in (2, 3)))


def test_only_what_the_sites_changed_is_told(data: StudyData) -> None:
    assert {c.kind for c in since(data).real} == {ChangeKind.SITE}
    assert {c.kind for c in since(data).changes} > {ChangeKind.SITE}


def test_studies_that_were_not_made_alike_tell_of_no_development_and_say_what_to_do(
    tmp_path: Path, years: tuple[StudyFolder, StudyFolder]
) -> None:
    made = {**made_by(), "taxonomy_digest": load_taxonomy("fi").digest, "rules_digest": "older"}
    old = Inventor(6, full=True).write(tmp_path / "old", year=2024, metadata=made)
    data = load_study(years[1], development=development(years[1], [EarlierStudy(old)]))
    found = chapter(data)
    (note,) = [b for b in blocks(found) if isinstance(b, Note)]
    assert "analyse the old evidence again" in note.text
    assert not [b for b in blocks(found) if isinstance(b, Bullets | TrendChart | FlowChart)]
    way = scorecard(data, "en", data.codes[0]).way
    assert way is not None
    assert way.lines == ()


def test_a_service_that_only_one_study_has_is_named_as_not_comparable(
    tmp_path: Path, years: tuple[StudyFolder, StudyFolder]
) -> None:
    made = {**made_by(), "taxonomy_digest": load_taxonomy("fi").digest}
    inventor = Inventor(6, full=True)
    rows: list[Any] = inventor.rows["service_findings"]
    inventor.rows["service_findings"] = [row for row in rows if row.service_id != "boat-berth"]
    old = inventor.write(tmp_path / "old", year=2024, metadata=made)
    data = load_study(years[1], development=development(years[1], [EarlierStudy(old)]))
    for language, said in (("fi", "sitä ei voi verrata"), ("sv", "kan inte jämföras"), ("en", "cannot be compared")):
        notes = [b.text for b in blocks(chapter(data, language)) if isinstance(b, Note)]
        name = load_taxonomy("fi").services["boat-berth"].name.get(language)
        assert any(said in text and name in text and "2026" in text for text in notes)


def test_todays_tables_of_the_old_evidence_make_the_old_year_comparable(
    tmp_path: Path, years: tuple[StudyFolder, StudyFolder]
) -> None:
    made = {**made_by(), "taxonomy_digest": load_taxonomy("fi").digest, "rules_digest": "older"}
    inventor = Inventor(6, full=True, of=15)
    rows: list[Any] = inventor.rows["service_findings"]
    place = next(n for n, f in enumerate(rows) if "phone" in f.channels)
    rows[place] = replace(rows[place], channels=tuple(c for c in rows[place].channels if c != "phone"), phone=False)
    old = inventor.write(tmp_path / "old", year=2025, metadata=made)
    data = load_study(years[1], development=development(years[1], [EarlierStudy(old, years[0].findings)]))
    assert [p.year for p in since(data).points] == [2025, 2026]
    note = next(b for b in blocks(chapter(data)) if isinstance(b, Note))
    assert "one difference comes from the method alone" in note.text


def test_a_scorecard_shows_the_municipalitys_own_way(data: StudyData) -> None:
    code = next(c.municipality_code for c in since(data).real if c.service_id)
    way = scorecard(data, "fi", code).way
    assert way is not None
    assert way.lines
    assert all(line.then or line.now for line in way.lines)
    assert "2025" in way.lead


def test_every_format_has_the_chapter(tmp_path: Path, years: tuple[StudyFolder, StudyFolder]) -> None:
    old, _ = years
    _, new = two_years(tmp_path, 6)
    study = open_study(new)
    files = render(study, languages=("sv",), formats=("html", "xlsx", "pptx", "json"), earlier=[EarlierStudy(old)])
    assert {path.suffix for path in files} == {".html", ".xlsx", ".pptx", ".json"}
    deck: Any = Presentation(str(study.reports / "report.sv.pptx"))
    titled = {slide.shapes.title.text: slide for slide in deck.slides}
    assert {"Utveckling", "Digital andel per tema, år för år", "Tjänster som bytte produkt"} <= titled.keys()
    (bars,) = (shape.chart for shape in titled["Digital andel per tema, år för år"].shapes if shape.has_chart)
    assert [series.name for series in bars.plots[0].series] == ["2026", "2025"], "drawn from below"
    biggest = titled["De största ändringarna, de folkrikaste kommunerna först"]
    (frame,) = (shape for shape in biggest.shapes if shape.has_table)
    assert 1 < len(frame.table.rows) <= 10, "what a slide holds, below its head"
    assert " → https://" in biggest.notes_slide.notes_text_frame.text
    assert all(shape.top + shape.height <= deck.slide_height for slide in deck.slides for shape in slide.shapes)
    page = (study.reports / "report.sv" / "development.html").read_text(encoding="utf-8")
    assert "Utveckling" in page
    assert "development-flow-" in page
    assert '"id":"development"' in (study.reports / "report.json").read_text(encoding="utf-8")


def test_the_command_takes_earlier_studies_from_the_line_and_from_the_settings(
    kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    old, new = two_years(tmp_path, 4)
    page = new / "reports" / "report.en" / "development.html"
    assert kuntatutka("report", new, "--format", "html", "--lang", "en").status in (0, 3)
    assert not page.exists()
    assert kuntatutka("report", new, "--format", "html", "--lang", "en", "--with", old).status in (0, 3)
    assert page.exists()
    page.unlink()
    settings = new / "study.toml"
    settings.write_text(settings.read_text("utf-8").replace("earlier = []", 'earlier = ["../first"]'), "utf-8")
    assert kuntatutka("report", new, "--format", "html", "--lang", "en").status in (0, 3)
    assert page.exists()


@pytest.mark.parametrize(
    ("named", "said"),
    [("../nowhere", "`earlier` in"), (".", "is the study itself")],
)
def test_a_folder_in_the_settings_that_is_no_earlier_study(
    kuntatutka: Callable[..., Any], tmp_path: Path, named: str, said: str
) -> None:
    _, new = two_years(tmp_path, 1)
    settings = new / "study.toml"
    settings.write_text(settings.read_text("utf-8").replace("earlier = []", f'earlier = ["{named}"]'), "utf-8")
    for command in (("report", new, "--format", "html"), ("run", new)):  # before hours of reading, not after them
        done = kuntatutka(*command)
        assert done.status == 2
        assert said in done.err
        assert "Traceback" not in done.err
