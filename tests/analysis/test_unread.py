"""Gaps of the right size: what was closed, failed or left speaks for certain services, and only these are gaps."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis import analyze_study
from study import (
    CrawlStatus,
    FailureReason,
    ServiceFinding,
    State,
    StateReason,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    create_study,
)

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
SITE = "http://www.salmela.example"
HTML = [(b"Content-Type", b"text/html; charset=utf-8")]
COMPLETE = (CrawlStatus.COMPLETE, None)
BUDGET = (CrawlStatus.PARTIAL, FailureReason.BUDGET)


def page(title: str, links: dict[str, str], text: str = "") -> bytes:
    items = "".join(f'<li><a href="{href}">{name}</a></li>' for href, name in links.items())
    body = text or f"{title}. Salmela on kunta joen varrella, ja täällä kerrotaan sen asioista."
    return (
        f'<!doctype html><html lang="fi"><head><title>{title}</title></head><body><main><h1>{title}</h1>'
        f"<p>{body}</p><ul>{items}</ul></main></body></html>"
    ).encode()


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    town = StudyMunicipality("901", "Salmela", f"{SITE}/", languages=("fi",))
    return create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026)), (town,))


class Story:
    """One crawl's evidence, and the grid that comes of it."""

    def __init__(self, folder: StudyFolder, links: dict[str, str]) -> None:
        self._folder = folder
        self.writer = WarcWriter(folder.evidence, "901")
        self.answer("/", page("Salmela", links))
        self.answer("/historia", page("Historia", {}))

    def answer(self, path: str, body: bytes, status: int = 200) -> None:
        self.writer.write_exchange(SITE + path, [], status, HTML, body, at=AT)

    def left(self, path: str, services: list[str], reason: str = "", *, hub: bool = False) -> None:
        self.writer.write_json("unread", {"services": services, "hub": hub, "reason": reason}, url=SITE + path)

    def grid(self, end: tuple[CrawlStatus, FailureReason | None], **counters: int) -> dict[str, ServiceFinding]:
        self.writer.write_crawl_end(*end, {"whole_gap": 0, **counters}, started_at=AT, ended_at=AT)
        self.writer.close()
        analyze_study(self._folder, workers=1)
        rows = self._folder.read("service_findings")
        return {row.service_id: row for row in rows if row.state_reason is not StateReason.OTHER_RESPONSIBLE}


def gaps(grid: dict[str, ServiceFinding]) -> dict[str, StateReason | None]:
    return {name: row.state_reason for name, row in grid.items() if row.state in (State.BLOCKED, State.NOT_EXAMINED)}


def test_an_address_closed_by_robots_makes_a_gap_of_its_service_only(folder: StudyFolder) -> None:
    story = Story(folder, {"/venepaikat": "Venepaikat", "/historia": "Historia"})
    story.writer.write_failure(f"{SITE}/venepaikat", FailureReason.ROBOTS, "Disallow", AT)
    grid = story.grid(COMPLETE)
    assert gaps(grid) == {"boat-berth": StateReason.ROBOTS}
    assert grid["boat-berth"].state is State.BLOCKED
    assert grid["allotment-garden"].state is State.NOT_FOUND


def test_each_gap_has_its_own_reason(folder: StudyFolder) -> None:
    links = {"/venepaikat": "Venepaikat", "/palstat": "Viljelypalstat", "/pysakointi": "Pysäköintitunnus"}
    story = Story(folder, links)
    story.writer.write_failure(f"{SITE}/venepaikat", FailureReason.ROBOTS, "Disallow", AT)
    story.writer.write_failure(f"{SITE}/palstat", FailureReason.TIMEOUT, "no answer", AT)
    story.answer("/pysakointi", b"no", 403)
    story.left("/x", ["library-services"])
    found = gaps(story.grid(BUDGET))
    assert found["boat-berth"] is StateReason.ROBOTS
    assert found["allotment-garden"] is StateReason.ERRORS
    assert found["parking-permit"] is StateReason.BLOCK_PAGE
    assert [name for name in found if found[name] is StateReason.BUDGET] == ["library-services"]


def test_what_the_budget_left_is_no_block(folder: StudyFolder) -> None:
    story = Story(folder, {})
    story.left("/a", ["boat-berth"])
    row = story.grid(BUDGET)["boat-berth"]
    assert (row.state, row.state_reason, row.rule) == (State.NOT_EXAMINED, StateReason.BUDGET, "candidates-left")


def test_what_a_host_given_up_left_has_the_reason_of_the_host(folder: StudyFolder) -> None:
    story = Story(folder, {})
    story.left("/a", ["boat-berth"], "block-page")
    row = story.grid((CrawlStatus.PARTIAL, FailureReason.BLOCK_PAGE))["boat-berth"]
    assert (row.state, row.state_reason) == (State.BLOCKED, StateReason.BLOCK_PAGE)


def test_a_later_crawl_that_read_on_leaves_no_gap(folder: StudyFolder) -> None:
    story = Story(folder, {})
    story.left("/a", ["boat-berth"])
    story.writer.write_crawl_end(*BUDGET, {"whole_gap": 0}, started_at=AT, ended_at=AT)
    story.answer("/a", page("Historiaa", {}))
    assert gaps(story.grid(COMPLETE)) == {}


def test_an_address_that_only_the_sitemap_names_speaks_by_its_path(folder: StudyFolder) -> None:
    story = Story(folder, {})
    story.writer.write_failure(f"{SITE}/palvelut/venepaikat", FailureReason.ROBOTS, "Disallow", AT)
    assert gaps(story.grid(COMPLETE)) == {"boat-berth": StateReason.ROBOTS}


@pytest.mark.parametrize("path", ["/wp-admin/", "/haku?q=vene", "/uutiset/2019/joulu", "/tulosta/12"])
def test_what_speaks_for_no_service_closes_nothing(folder: StudyFolder, path: str) -> None:
    story = Story(folder, {path: "Lue lisää"})
    story.writer.write_failure(SITE + path, FailureReason.ROBOTS, "Disallow", AT)
    assert gaps(story.grid(COMPLETE)) in ({}, {"boat-berth": StateReason.ROBOTS} if "vene" in path else {})


def test_a_closed_list_of_a_theme_speaks_for_the_services_of_the_theme(folder: StudyFolder) -> None:
    story = Story(folder, {"/k": "Varhaiskasvatus ja koulutus", "/v": "Vapaa-aika"})
    story.writer.write_failure(f"{SITE}/v", FailureReason.ROBOTS, "Disallow", AT)
    found = story.grid(COMPLETE)
    themes = {found[name].theme_id for name in gaps(found)}
    assert len(themes) <= 1


def test_a_closed_list_of_everything_is_a_gap_unless_another_was_read(folder: StudyFolder) -> None:
    story = Story(folder, {"/e": "Sähköinen asiointi"})
    story.writer.write_failure(f"{SITE}/e", FailureReason.ROBOTS, "Disallow", AT)
    found = story.grid(COMPLETE)
    assert len(gaps(found)) == len(found)


def test_where_little_was_read_before_the_end_the_whole_site_is_a_gap(folder: StudyFolder) -> None:
    grid = Story(folder, {}).grid(BUDGET, whole_gap=1)
    assert set(gaps(grid).values()) == {StateReason.BUDGET}


def test_a_site_mostly_closed_says_so_and_not_that_a_budget_ended(folder: StudyFolder) -> None:
    grid = Story(folder, {}).grid((CrawlStatus.PARTIAL, FailureReason.ROBOTS), whole_gap=1)
    assert {row.state for row in grid.values()} == {State.BLOCKED}
    assert set(gaps(grid).values()) == {StateReason.ROBOTS}


def test_how_often_each_reason_occurs_is_counted(folder: StudyFolder) -> None:
    story = Story(folder, {"/venepaikat": "Venepaikat"})
    story.writer.write_failure(f"{SITE}/venepaikat", FailureReason.ROBOTS, "Disallow", AT)
    story.grid(COMPLETE)
    cells = analyze_study(folder, workers=1).cells
    assert (State.BLOCKED, StateReason.ROBOTS, 1) in cells
    assert sum(count for _, _, count in cells) == len(folder.read("service_findings"))


WALL = b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. ID: 4</body></html>"
GONE = page("Sivua ei l\u00f6ytynyt", {"/kirjasto": "Kirjasto", "/venepaikat": "Venepaikat"}, "Vaihde 040 999 8888")
LOG_IN = b"<html><title>Intra</title><body><form><input type='password'></form></body></html>"


@pytest.mark.parametrize(("body", "reason"), [(WALL, StateReason.BLOCK_PAGE), (LOG_IN, StateReason.LOGIN_WALL)])
def test_a_wall_with_status_200_is_a_wall(folder: StudyFolder, body: bytes, reason: StateReason) -> None:
    story = Story(folder, {"/venepaikat": "Venepaikat"})
    story.answer("/venepaikat", body)
    grid = story.grid(COMPLETE)
    assert gaps(grid) == {"boat-berth": reason}
    assert grid["boat-berth"].state is State.BLOCKED


def test_a_page_that_is_gone_with_status_200_is_no_find_and_no_gap(folder: StudyFolder) -> None:
    story = Story(folder, {"/venepaikat": "Venepaikat", "/rakennuslupa": "Rakennuslupa"})
    for path in ("/venepaikat", "/rakennuslupa"):
        story.answer(path, GONE)
    grid = story.grid(COMPLETE)
    assert gaps(grid) == {}
    assert not [row for row in grid.values() if row.state is State.FOUND or row.channels]
    assert not folder.read("channel_evidence")


def test_a_foreign_file_of_walls_alone_is_blocked(folder: StudyFolder, tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "elsewhere", "x")
    writer.write_exchange(f"{SITE}/", [], 200, HTML, WALL, at=AT)
    writer.close()
    (town,) = analyze_study(folder, warc_files=list((tmp_path / "elsewhere").glob("*.gz")), workers=1).municipalities
    assert (town.status, town.status_reason) == (CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE)


SHRUG = page("Voi harmi", {f"/p{number}": f"Aihe {number}" for number in range(9)}, "Polku vei harhaan, {}.")


def asked(path: str) -> bytes:
    return SHRUG.replace(b"{}", path.encode())


def test_a_page_like_the_answer_to_an_impossible_address_is_gone(folder: StudyFolder) -> None:
    story = Story(folder, {"/venepaikat": "Venepaikat"})
    story.answer("/venepaikat", asked("/venepaikat"))
    note = {"kind": "probe"}
    story.writer.write_exchange(f"{SITE}/0f3a", [], 200, HTML, asked("/0f3a"), at=AT, note=note)
    grid = story.grid(COMPLETE)
    assert (grid["boat-berth"].state, gaps(grid)) == (State.NOT_FOUND, {})
    assert "/0f3a" not in "".join(row.url for row in folder.read("pages"))


def test_the_front_page_stays_a_page_where_it_answers_for_everything(folder: StudyFolder) -> None:
    story = Story(folder, {"/venepaikat": "Venepaikat"})
    front = page("Salmela", {"/venepaikat": "Venepaikat"})
    story.answer("/venepaikat", front)
    story.writer.write_exchange(f"{SITE}/0f3a", [], 200, HTML, front, at=AT, note={"kind": "probe"})
    grid = story.grid(COMPLETE)
    assert grid["boat-berth"].state is State.NOT_FOUND
    assert grid["boat-berth"].pages_read == 2


def test_one_text_in_place_of_several_services_is_a_gap_of_each(folder: StudyFolder) -> None:
    links = {"/venepaikat": "Venepaikat", "/kirjasto": "Kirjasto", "/pysakointi": "Pys\u00e4k\u00f6intitunnus"}
    story = Story(folder, links)
    for path in links:
        story.answer(path, SHRUG)
    found = gaps(story.grid(COMPLETE))
    assert {"boat-berth", "library-services", "parking-permit"} <= set(found)
    assert set(found.values()) == {StateReason.BLOCK_PAGE}


def test_a_list_that_links_to_a_page_which_denies_the_service_is_no_find(folder: StudyFolder) -> None:
    listed = {"/palstat": "Viljelypalstat", "/tontit": "Tontit", "/kirjasto": "Kirjasto", "/venepaikat": "Venepaikat"}
    story = Story(folder, {"/palvelut": "Palvelut"})
    story.answer("/palvelut", page("Palvelut", listed))
    story.answer("/palstat", page("Viljelypalstat", {}, "Kunnalla ei ole viljelypalstoja."))
    story.answer("/venepaikat", page("Venepaikat", {}, "Venepaikkaa haetaan verkkolomakkeella helmikuussa."))
    grid = story.grid(COMPLETE)
    assert grid["allotment-garden"].state is State.NOT_FOUND
    assert grid["boat-berth"].state is State.FOUND
