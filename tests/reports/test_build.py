"""What the report says, before it has a look."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports import StudyData, build, load_study, report_json
from reports.blocks.findings.services import named
from reports.charts import draw
from reports.context import Context
from reports.html import html
from reports.model import BarChart, Bullets, Cell, Matrix, MatrixCell, Note, ReportModel, Section, Table, Text
from reports.proofs import Proofs
from reports.words import Words
from study import CrawlStatus, State, StateReason, StudyFolder
from taxonomy import load_taxonomy


@pytest.fixture(scope="module")
def data(six: StudyFolder) -> StudyData:
    """The six, read."""
    return load_study(six)


@pytest.fixture(scope="module")
def model(data: StudyData) -> ReportModel:
    """Their report in English."""
    return build(data, "en")


def walk(sections: Sequence[Section]) -> Iterator[Section]:
    """All sections, depth first."""
    for section in sections:
        yield section
        yield from walk(section.children)


def blocks(model: ReportModel, kind: type) -> dict[str, Any]:
    """Blocks of a kind by id."""
    found: list[Any] = [b for s in walk(model.sections) for b in s.blocks if isinstance(b, kind)]
    return {b.id: b for b in found}


def row(table: Table, first: str) -> dict[str, Cell]:
    """A row by its header, its cells by column."""
    found = next(r for r in table.rows if r.cells[0].text == first)
    return {c.label: cell for c, cell in zip(table.columns, found.cells, strict=True)}


def test_report_has_every_part_in_order(model: ReportModel) -> None:
    """From the summary to the proof."""
    known = [
        "summary", "comparison", "grid", "products", "findability", "accessibility", "municipalities", "coverage",
        "method", "sources", "evidence",
    ]  # fmt: skip
    assert [s.id for s in model.sections if s.id in known] == known


def test_grid_has_a_cell_for_every_municipality_and_service(model: ReportModel, data: StudyData) -> None:
    """One matrix per theme, no cell left out, gaps drawn as gaps."""
    matrices = blocks(model, Matrix)
    assert len(matrices) == len(data.taxonomy.themes)
    cells: list[MatrixCell] = [c for m in matrices.values() for r in m.rows for c in r.cells]
    assert len(cells) == 6 * len(data.taxonomy.services)
    assert {c.level for c in cells} == {"digital", "other", "information", "none", "blocked", "unread", "outside"}
    gaps = sum(c.level in ("blocked", "unread", "outside") for c in cells)
    assert gaps == sum(f.state in (State.BLOCKED, State.NOT_EXAMINED) for f in data.grid.values())


def test_a_study_without_a_title_names_itself_in_each_language(data: StudyData) -> None:
    untitled = replace(data, title="")
    assert [build(untitled, language).cover.title for language in ("fi", "sv", "en")] == [
        "6 kunnan digitaaliset palvelut 2026",
        "Digitala tjänster i 6 kommuner 2026",
        "Digital services of 6 municipalities 2026",
    ]
    assert build(data, "sv").cover.title == "Kuntien digitaaliset palvelut 2026"


def test_municipalities_stand_largest_first(model: ReportModel) -> None:
    """An order that is no ranking."""
    names = [r.label for r in blocks(model, Matrix)["grid-administration"].rows]
    assert names[:3] == ["Helsinki", "Espoo", "Tampere"]


def test_shares_are_those_of_the_findings(model: ReportModel, data: StudyData) -> None:
    """The table says what a hand count says."""
    cells = [data.grid[code, "feedback"] for code in data.codes]
    judged = [c for c in cells if c.state in (State.FOUND, State.NOT_FOUND)]
    digital = sum(bool(c.digital) for c in judged)
    found = row(blocks(model, Table)["services-ranked-table"], "Feedback")["Digital share"]
    assert found.note == f"{digital} of {len(judged)}"
    assert found.value == pytest.approx(digital / len(judged))


def test_chart_and_its_table_say_the_same(model: ReportModel) -> None:
    """Same rows, same texts."""
    chart = blocks(model, BarChart)["channels-administration"]
    assert [r.cells[0].text for r in chart.table.rows] == list(chart.categories)
    for index, line in enumerate(chart.table.rows):
        assert [c.text for c in line.cells[1:6]] == [s.texts[index] for s in chart.series]


def test_blocked_municipality_has_no_share_but_its_gaps(model: ReportModel, data: StudyData) -> None:
    """Vantaa is blocked in these findings: nothing is nought per cent."""
    cells = row(blocks(model, Table)["municipalities-digital"], "Vantaa")
    assert cells["All themes"].text == "not known"
    gaps = sum(f.municipality_code == "092" and f.state is State.BLOCKED for f in data.grid.values())
    assert f"{gaps} gaps" in cells["All themes"].gaps


def test_too_many_gaps_are_not_ranked(inventor: Callable[..., Any]) -> None:
    """The service stands last, without a place."""
    made = inventor(5)
    made.rows["service_findings"] = [
        replace(f, state=State.BLOCKED, state_reason=StateReason.ROBOTS, digital=None, channels=())
        if f.service_id == "feedback" and f.municipality_code != "091"
        else f
        for f in made.rows["service_findings"]
    ]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    table = blocks(build(data, "en"), Table)["services-ranked-table"]
    assert row(table, "Feedback")["Place"].text == "not ranked"
    places = [r.cells[2].value for r in table.rows]
    assert places == sorted(places, key=lambda p: (p is None, p or 0))


@pytest.mark.parametrize(
    ("reason", "channels", "words"),
    [
        ("digital: log-in suomi.fi", ("digital",), "Identification (Suomi.fi e-Identification)"),
        ("digital: log-in account", ("digital", "phone"), "Identification (own account)"),
        ("digital: booking, e-form", ("digital",), "Booking or registration and electronic form"),
        ("digital: automated", ("digital",), "Automated or proactive service"),
        ("digital", ("digital",), "Digital service"),
        ("printable-form", ("email", "printable-form"), "Printable form"),
        ("email, phone", ("email", "phone"), "Phone and e-mail"),
        ("information only", (), "Information only"),
    ],
)
def test_maturity_is_told_with_what_it_rests_on(
    data: StudyData, reason: str, channels: tuple[str, ...], words: str
) -> None:
    found = next(f for f in data.findings() if f.state is State.FOUND)
    context = Context(data, Words("en"))
    assert context.maturity_words(replace(found, maturity_reason=reason, channels=channels)) == words
    assert context.maturity_words(replace(found, state=State.NOT_FOUND, maturity_reason="none found")) == ""


def test_the_proof_of_a_cell_says_its_maturity(model: ReportModel, data: StudyData) -> None:
    finding = next(f for f in data.findings() if f.digital and (f.municipality_code, f.service_id) in data.evidence)
    anchor = f"e-{finding.municipality_code}-{finding.service_id}"
    proofs = (b for s in walk(model.sections) for b in s.blocks if isinstance(b, Proofs))
    summaries = {group.anchor: group.summary for block in proofs for group in block.groups}
    assert f"maturity {finding.maturity}: Electronic form" in summaries[anchor]


def test_products_name_the_unrecognised_part_beside_the_order(model: ReportModel) -> None:
    """A ranking without its blind spot would mislead."""
    table = blocks(model, Table)["products-table"]
    assert any("whose product was not recognised" in note for note in table.footnotes)
    counts = [r.cells[3].value or 0 for r in table.rows]
    assert counts == sorted(counts, reverse=True)


def test_municipality_page_says_what_others_have(inventor: Callable[..., Any]) -> None:
    """Only services that at least half of the others offer and this one was not found to."""
    made = inventor(14)
    made.rows["municipalities"] = [replace(m, status=CrawlStatus.COMPLETE) for m in made.rows["municipalities"]]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    table = blocks(build(data, "en", "091"), Table)["m-091-lacking"]
    assert table.rows
    for line in table.rows:
        assert (line.cells[2].value or 0) >= 0.5
        service = line.cells[0].href.removeprefix("#c-091-")
        assert not data.grid["091", service].digital


def test_scorecard_is_about_one_municipality(data: StudyData) -> None:
    """Its own page, method, sources and evidence; peers only as numbers."""
    model = build(data, "en", "049")
    assert model.cover.title == "Espoo"
    assert [s.id for s in model.sections] == ["municipalities", "method", "sources", "evidence"]
    pages = [c.id for s in model.sections if s.id == "municipalities" for c in s.children]
    assert pages == ["m-049"]


def test_incomplete_municipalities_are_named_in_the_summary(model: ReportModel, data: StudyData) -> None:
    """Nobody has to look for the gaps."""
    unread = [m for m in data.municipalities if m.status is not CrawlStatus.COMPLETE]
    notes = [b for b in model.sections[0].blocks if isinstance(b, Note)]
    assert unread
    assert "Vantaa" in notes[0].text


def test_names_follow_the_language(data: StudyData) -> None:
    """Helsingfors in Swedish, and Swedish service names."""
    model = build(data, "sv")
    matrix = blocks(model, Matrix)["grid-administration"]
    assert matrix.rows[0].label == "Helsingfors"
    assert "Respons" in [c.label for c in matrix.columns]


def test_json_is_versioned_and_the_same_each_time(model: ReportModel, data: StudyData) -> None:
    """Other formats are written from this alone."""
    text = report_json([model])
    assert text == report_json([build(data, "en")])
    content = json.loads(text)
    assert content["format"] == "kuntatutka-report"
    assert content["reports"]["en"]["cover"]["title"] == data.title


def test_titles_from_the_web_are_cleaned(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """Hub titles lose control characters and length."""
    made = inventor(1)
    made.rows["pages"] = [replace(p, title="Hub\u202e" + "x" * 500) for p in made.rows["pages"]]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    cell = blocks(build(data, "en"), Table)["hubs-table"].rows[0].cells[1]
    assert len(cell.text) == 80
    assert "\u202e" not in cell.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["alle 2\u00a0000", "2\u00a0000–5\u00a0999", "vähintään 100\u00a0000"]),
        ("sv", ["under 2\u00a0000", "2\u00a0000–5\u00a0999", "minst 100\u00a0000"]),
        ("en", ["under 2,000", "2,000–5,999", "100,000 or more"]),
    ],
)
def test_size_classes_are_words(data: StudyData, language: str, words: list[str]) -> None:
    context = Context(data, Words(language))
    assert [context.size_class(c) for c in ("<2000", "2000-5999", ">=100000")] == words
    assert context.size_class("of another country") == "of another country"


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "muun vastuulla"), ("sv", "annan aktör"), ("en", "another body")]
)
def test_service_of_another_body_is_not_called_unknown(inventor: Callable[..., Any], language: str, words: str) -> None:
    """In the chart it is said once per service, so that nothing is printed over anything."""
    made = inventor(3)
    outside = [s for s in made.taxonomy.services.values() if s.theme == "administration"][:2]
    made.rows["service_findings"] = [
        replace(f, state=State.NOT_EXAMINED, state_reason=StateReason.OTHER_RESPONSIBLE, digital=None, channels=())
        if f.service_id in {s.id for s in outside}
        else f
        for f in made.rows["service_findings"]
    ]
    data = StudyData("T", 2026, (language,), "", 400, made.taxonomy, made.rows)
    model = build(data, language)
    chart = blocks(model, BarChart)["channels-administration"]
    for service in outside:
        name = Context(data, Words(language)).name(service.name)
        cells = next(r for r in blocks(model, Table)["services-ranked-table"].rows if r.cells[0].text == name).cells
        assert words in [c.text for c in cells]
        assert {s.texts[chart.categories.index(name)] for s in chart.series} == {words}
    assert draw(chart).count(f">{words}</text>") == len(outside)


def test_equals_are_named_together() -> None:
    context = Context(StudyData("T", 2026, ("en",), "", 400, load_taxonomy("fi"), {}), Words("en"))
    assert named(context, [["a"], ["b", "c"], ["d"]]) == ["a", "b", "c"]
    assert named(context, [["a"], ["b", "c", "d"]]) == ["a"]
    assert named(context, [list("abcdefgh"), ["i"]]) == ["a", "b", "c", "5 others with the same figure"]


def test_no_theme_of_few_services_is_called_the_least_digital(inventor: Callable[..., Any]) -> None:
    """Two judged services, neither digital: no headline."""
    made = inventor(5)
    theme = next(s.theme for s in made.taxonomy.services.values())
    own = [s.id for s in made.taxonomy.services.values() if s.theme == theme]

    def only_two(f: Any) -> Any:
        if f.theme_id != theme:
            return f
        if f.service_id in own[:2]:
            return replace(f, state=State.FOUND, state_reason=None, digital=False, channels=())
        return replace(f, state=State.NOT_EXAMINED, state_reason=StateReason.OTHER_RESPONSIBLE, digital=None)

    made.rows["service_findings"] = [only_two(f) for f in made.rows["service_findings"]]
    made.rows["municipalities"] = [replace(m, status=CrawlStatus.COMPLETE) for m in made.rows["municipalities"]]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    model = build(data, "en")
    part = next(s for s in model.sections if s.id == "findings")
    items = next(b for b in part.blocks if isinstance(b, Bullets)).items
    name = Context(data, Words("en")).theme(theme)
    assert not any(run.strong and name in run.text and "digital theme" in run.text for item in items for run in item)
    said = "".join(run.text for b in part.blocks if isinstance(b, Text) for run in b.runs)
    assert f"{name} (in most municipalities another body arranges {len(own) - 2} of its {len(own)} services)" in said


def test_best_page_is_in_the_language_of_the_report_where_that_is_proof(inventor: Callable[..., Any]) -> None:
    made = inventor(1)
    finding = next(f for f in made.rows["service_findings"] if f.best_url and f.channels)
    swedish = f"{finding.best_url}/sv"
    made.rows["service_findings"] = [replace(f, languages=("fi", "sv")) for f in made.rows["service_findings"]]
    page = next(p for p in made.rows["pages"] if p.url == finding.best_url)
    made.rows["pages"].append(replace(page, url=swedish, final_url=swedish, language="sv"))
    proof = next(e for e in made.rows["channel_evidence"] if e.service_id == finding.service_id)
    made.rows["channel_evidence"].append(replace(proof, url=swedish, confidence=0.5))
    data = StudyData("T", 2026, ("sv",), "", 400, made.taxonomy, made.rows)
    hrefs = {}
    for language in ("fi", "sv"):
        grid = blocks(build(data, language, finding.municipality_code), Table)[f"m-{finding.municipality_code}-grid"]
        anchor = f"c-{finding.municipality_code}-{finding.service_id}"
        hrefs[language] = next(r.cells[-1].href for r in grid.rows if r.anchor == anchor)
    assert hrefs == {"fi": finding.best_url, "sv": swedish}


def test_all_that_others_offer_is_listed(inventor: Callable[..., Any]) -> None:
    """A municipality that offers nothing digitally lacks every service that the others have."""
    made = inventor(12)
    first = made.chosen[0].code

    def changed(f: Any) -> Any:
        digital = f.municipality_code != first
        channels = ("digital",) if digital else ("on-site", "phone")
        return replace(f, state=State.FOUND, state_reason=None, digital=digital, channels=channels)

    made.rows["service_findings"] = [changed(f) for f in made.rows["service_findings"]]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    table = blocks(build(data, "en", first), Table)[f"m-{first}-lacking"]
    assert len(table.rows) == len(data.services())
    here = table.rows[0].cells[1].text
    assert here[0].isupper()
    assert here[1:] == here[1:].lower()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_english_is_marked_and_only_where_the_program_itself_speaks(
    inventor: Callable[..., Any], language: str
) -> None:
    """Sources have names in the language; a technical detail is code in English behind the reason in words."""
    made = inventor(1, all_failed=True)
    made.rows["municipalities"] = [replace(m, status_detail="DNS lookup failed") for m in made.rows["municipalities"]]
    data = StudyData("T", 2026, (language,), "", 400, made.taxonomy, made.rows)
    model = build(data, language)
    assert '<code lang="en">DNS lookup failed</code>' in html(model)
    sources = blocks(model, Table)["sources-table"]
    assert not any("Statistics Finland" in c.text or "public" in c.text for r in sources.rows for c in r.cells)


def test_each_recommendation_carries_its_finding(model: ReportModel) -> None:
    part = next(s for s in model.sections if s.id == "recommendations")
    items = [item for child in part.children for b in child.blocks if isinstance(b, Bullets) for item in b.items]
    assert items
    assert all(item[0].strong and any(c.isdigit() for run in item[1:] for c in run.text) for item in items)


def test_a_language_that_the_study_does_not_know_makes_no_group(inventor: Callable[..., Any]) -> None:
    """Utsjoki is bilingual in Finnish and Northern Sámi, of which the taxonomy has no words."""
    made = inventor(8)
    rows = {
        name: [
            replace(r, **{key: "890"})
            if (key := "code" if name == "municipalities" else "municipality_code") and getattr(r, key, "") == "837"
            else r
            for r in table
        ]
        for name, table in made.rows.items()
    }
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, rows)
    groups = blocks(build(data, "en"), BarChart)["language-groups-chart"]
    assert set(groups.categories) == {"Finnish", "Finnish and Swedish"}
