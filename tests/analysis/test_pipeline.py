"""From evidence to tables: statuses, grid, form files, landing pages, equal bytes, foreign WARC files."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfWriter
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from analysis import analyze_study
from analysis.fold.decided import cell_value
from study import (
    TABLES,
    Action,
    CrawlStatus,
    Decision,
    FailureReason,
    Role,
    ServiceFinding,
    State,
    StateReason,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    UserError,
    Verification,
    WarcWriter,
    append_decisions,
    create_study,
    new_decision,
)
from taxonomy import load_taxonomy

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
BERTH = """<html lang="fi"><head><title>Venepaikat - Rantala</title></head><body>
<header><nav><a href="/">Etusivu</a></nav></header><main><h1>Venepaikat</h1>
<p>Kunta vuokraa venepaikkoja asukkaille. Venepaikka varataan sähköisesti varauspalvelussa, johon kirjaudutaan
Suomi.fi-tunnistuksella. Venepaikkojen vuokra laskutetaan keväällä.</p>
<p><a href="https://varaukset.satama.example/venepaikat/varaa">Varaa venepaikka verkossa</a></p>
<p>Venepaikan voi varata myös tulostamalla <a href="/lomake.pdf">venepaikkahakemuksen (pdf)</a>.</p>
</main><footer><p>Vaihde 06 123 4567</p></footer></body></html>"""
FRONT = """<html lang="fi"><head><title>Rantala</title></head><body><nav>
<a href="/venepaikat">Venepaikat</a> <a href="/pysakointi">Pysäköintitunnuksen hakeminen</a></nav>
<main><h1>Tervetuloa Rantalaan</h1><p>Rantala on kunta järven rannalla. Täällä on hyvä asua ja yrittää.</p></main>
</body></html>"""


def fillable_pdf() -> bytes:
    from io import BytesIO

    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    field = DictionaryObject({NameObject("/FT"): NameObject("/Tx"), NameObject("/T"): TextStringObject("nimi")})
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
    writer._root_object[NameObject("/AcroForm")] = form
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


Page = tuple[str, int, str, bytes | str]
SITE: list[Page] = [
    ("http://www.rantala.example/", 200, "text/html; charset=utf-8", FRONT),
    ("http://www.rantala.example/venepaikat", 200, "text/html; charset=utf-8", BERTH),
    ("http://www.rantala.example/lomake.pdf", 200, "application/pdf", fillable_pdf()),
]


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    config = StudyConfig(study=StudySection(title="T", year=2026))
    towns = (
        StudyMunicipality("901", "Rantala", "http://www.rantala.example/", "Strandby", languages=("fi",)),
        StudyMunicipality("902", "Metsälä", "http://www.metsala.example/", languages=("fi",)),
    )
    return create_study(tmp_path / "s", config, towns)


def store(folder: StudyFolder, code: str, pages: list[Page]) -> WarcWriter:
    writer = WarcWriter(folder.evidence, code)
    for number, (url, status, kind, body) in enumerate(pages):
        raw = body.encode() if isinstance(body, str) else body
        headers = [(b"Content-Type", kind.encode())]
        if 300 <= status < 400:
            headers, raw = [(b"Location", raw)], b""
        writer.write_exchange(url, [], status, headers, raw, at=AT + timedelta(seconds=number))
    return writer


def end(writer: WarcWriter, status: CrawlStatus = CrawlStatus.COMPLETE, reason: FailureReason | None = None) -> None:
    writer.write_crawl_end(status, reason, {}, started_at=AT, ended_at=AT + timedelta(minutes=5))
    writer.close()


def cell(folder: StudyFolder, code: str, service: str) -> ServiceFinding:
    rows: list[ServiceFinding] = folder.read("service_findings")
    return next(row for row in rows if (row.municipality_code, row.service_id) == (code, service))


def test_every_table_is_written_and_the_grid_is_full(folder: StudyFolder) -> None:
    end(store(folder, "901", SITE))
    end(store(folder, "902", []), CrawlStatus.FAILED, FailureReason.DNS)
    summary = analyze_study(folder, workers=1)
    assert set(summary.counts) == set(TABLES)
    assert summary.counts["service_findings"] == 2 * len(load_taxonomy("fi").services)
    assert [m.code for m in summary.incomplete] == ["902"]


def test_a_found_service_carries_its_channels_page_and_log_in(folder: StudyFolder) -> None:
    end(store(folder, "901", SITE))
    analyze_study(folder, workers=1)
    row = cell(folder, "901", "boat-berth")
    assert row.state is State.FOUND
    assert row.best_url == "http://www.rantala.example/venepaikat"
    assert {"digital", "printable-form"} <= set(row.channels)
    assert row.phone is False
    assert (row.authentication, row.maturity, row.click_depth) == ("suomi.fi", 5, 1)
    assert row.path_quality == "deep-link"


def test_whether_a_form_can_be_filled_is_read_from_the_file(folder: StudyFolder) -> None:
    end(store(folder, "901", SITE))
    analyze_study(folder, workers=1)
    forms = [row for row in folder.read("channel_evidence") if row.channel == "printable-form"]
    assert {row.subtype for row in forms} == {"fillable"}
    assert {row.warc_file for row in forms} == {"901-00001.warc.gz"}


def test_a_complete_search_may_say_no_and_an_incomplete_one_may_not(folder: StudyFolder) -> None:
    end(store(folder, "901", SITE))
    end(store(folder, "902", [("http://www.metsala.example/", 200, "text/html", FRONT)]), CrawlStatus.PARTIAL,
        FailureReason.BUDGET)  # fmt: skip
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "allotment-garden").state is State.NOT_FOUND
    assert cell(folder, "902", "allotment-garden").state_reason is StateReason.BUDGET


def test_moved_services_are_gaps_of_their_own(folder: StudyFolder) -> None:
    end(store(folder, "901", SITE))
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "child-health-clinic").state_reason is StateReason.OTHER_RESPONSIBLE


@pytest.mark.parametrize(
    ("status", "reason"), [(403, StateReason.BLOCK_PAGE), (500, StateReason.ERRORS), (401, StateReason.LOGIN_WALL)]
)
def test_a_promising_page_that_cannot_be_read_is_a_gap(folder: StudyFolder, status: int, reason: StateReason) -> None:
    end(store(folder, "901", [*SITE, ("http://www.rantala.example/pysakointi", status, "text/html", "<p>virhe</p>")]))
    analyze_study(folder, workers=1)
    row = cell(folder, "901", "parking-permit")
    assert (row.state, row.state_reason) == (State.BLOCKED, reason)


def test_a_dead_link_promises_nothing(folder: StudyFolder) -> None:
    end(store(folder, "901", [*SITE, ("http://www.rantala.example/pysakointi", 404, "text/html", "<p>ei ole</p>")]))
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "parking-permit").state is State.NOT_FOUND


LIST = """<html lang="fi"><head><title>Liikenne - Rantala</title></head><body><main><h1>Liikenne</h1>
<p>Kadut, liikenne ja pysäköinti.</p><ul><li><a href="/pysakointi">Asukaspysäköintitunnukset</a></li>
<li><a href="/kadut">Kadut</a></li><li><a href="/valot">Katuvalot</a></li><li><a href="/linjat">Joukkoliikenne</a></li>
<li><a href="/tiet">Yksityistiet</a></li><li><a href="/talvi">Talvikunnossapito</a></li>
<li><a href="/pyorat">Pyöräily</a></li></ul></main></body></html>"""
HISTORY = """<html lang="fi"><head><title>Rantalan synty</title></head><body><main><h1>Rantalan synty</h1>
<p>Kylä syntyi järven rannalle 1600-luvulla, ja kirkko rakennettiin 1752. Keskustan katujen varsille autot on
jätetty 1930-luvulta lähtien, ja torin laidalla oli hevosten puomi vielä sotien aikana.</p>
<p>Museon kokoelmissa on kuvia ajasta, jolloin linja-autot kääntyivät torilla.
Pysäköinti muuttui kiekolliseksi vuonna 1974.</p></main></body></html>"""


@pytest.mark.parametrize(("is_read", "state"), [(False, State.FOUND), (True, State.NOT_FOUND)])
def test_a_list_whose_link_leads_to_a_page_that_does_not_serve_proves_nothing(
    folder: StudyFolder, is_read: bool, state: State
) -> None:
    behind = [("http://www.rantala.example/pysakointi", 200, "text/html; charset=utf-8", HISTORY)] if is_read else []
    site = [SITE[0], ("http://www.rantala.example/liikenne", 200, "text/html; charset=utf-8", LIST), *behind]
    end(store(folder, "901", site))
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "parking-permit").state is state


def test_an_address_that_robots_txt_forbids_is_a_gap(folder: StudyFolder) -> None:
    writer = store(folder, "901", SITE)
    writer.write_failure("http://www.rantala.example/pysakointi", FailureReason.ROBOTS, "Disallow", AT)
    end(writer)
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "parking-permit").state_reason is StateReason.ROBOTS


def test_a_crawl_that_was_killed_is_partial(folder: StudyFolder) -> None:
    store(folder, "901", SITE).close()
    summary = analyze_study(folder, workers=1)
    assert (summary.municipalities[0].status, summary.municipalities[0].status_reason) == (
        CrawlStatus.PARTIAL, FailureReason.STOPPED,
    )  # fmt: skip


def test_a_complete_crawl_without_pages_is_never_an_empty_success(folder: StudyFolder) -> None:
    end(store(folder, "901", []))
    summary = analyze_study(folder, workers=1)
    assert summary.municipalities[0].status is CrawlStatus.FAILED
    assert all(row.state is not State.NOT_FOUND for row in folder.read("service_findings"))


def test_a_study_that_was_never_crawled_says_so(folder: StudyFolder) -> None:
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "boat-berth").state_reason is StateReason.NOT_CRAWLED


def test_the_front_page_may_redirect_within_its_domain(folder: StudyFolder) -> None:
    moved = [(url.replace("www.", "uusi."), s, k, b) for url, s, k, b in SITE]
    first: Page = ("http://www.rantala.example/", 301, "", b"http://uusi.rantala.example/")
    end(store(folder, "901", [first, *moved]))
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "boat-berth").best_url == "http://uusi.rantala.example/venepaikat"
    assert cell(folder, "901", "boat-berth").click_depth == 1


def test_pages_of_other_hosts_prove_nothing(folder: StudyFolder) -> None:
    foreign = [(url.replace("rantala", "vieras"), s, k, b) for url, s, k, b in SITE[1:2]]
    end(store(folder, "901", [SITE[0], *foreign]))
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "boat-berth").state is State.NOT_FOUND
    assert {row.page_type for row in folder.read("pages") if "vieras" in row.url} == {"eservice"}


def test_a_rendered_page_is_read_instead_of_its_shell(folder: StudyFolder) -> None:
    shell: Page = ("http://www.rantala.example/venepaikat", 200, "text/html", "<div id=app></div><script></script>")
    writer = store(folder, "901", [SITE[0], shell])
    writer.write_rendered("http://www.rantala.example/venepaikat", BERTH, AT)
    end(writer)
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "boat-berth").state is State.FOUND
    row = next(row for row in folder.read("pages") if row.url == shell[0])
    assert row.sha256 == hashlib.sha256(str(shell[3]).encode()).hexdigest(), "of the record that the row points to"


def test_tools_of_a_rendered_page_are_known_by_cookies_and_headers_too(folder: StudyFolder) -> None:
    url = "http://www.rantala.example/venepaikat"
    writer = store(folder, "901", [SITE[0], (url, 200, "text/html", "<div id=app></div><script></script>")])
    writer.write_rendered(url, BERTH, AT, note={"cookies": ["_pk_id.1"], "headers": {"x-powered-by": "Seravo"}})
    end(writer)
    analyze_study(folder, workers=1)
    found = {(row.product_id, row.evidence_type, row.url) for row in folder.read("site_tools")}
    assert {("matomo", "cookie", url), ("seravo", "header", url)} <= found


def table_bytes(folder: StudyFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.findings.glob("*.parquet")}


@pytest.mark.parametrize("workers", [1, 2])
def test_rebuilding_gives_the_same_bytes(folder: StudyFolder, workers: int) -> None:
    end(store(folder, "901", SITE))
    analyze_study(folder, workers=1)
    before = table_bytes(folder)
    shutil.rmtree(folder.findings)
    analyze_study(folder, workers=workers)
    assert table_bytes(folder) == before


def test_steps_are_told(folder: StudyFolder) -> None:
    told: list[tuple[str, int, int]] = []
    step: Callable[[str, int, int], None] = lambda *args: told.append(args)  # noqa: E731
    analyze_study(folder, workers=1, on_step=step)
    assert [(done, total) for _, done, total in told] == [(1, 2), (2, 2)]


def test_warc_files_of_another_crawler_are_mapped_by_host(folder: StudyFolder, tmp_path: Path) -> None:
    elsewhere = StudyFolder(tmp_path / "other")
    others: list[Page] = [("http://muu.example/", 200, "text/html", FRONT)]
    store(elsewhere, "foreign", [*SITE, *others]).close()
    file = elsewhere.warc_files()[0]
    summary = analyze_study(folder, warc_files=[file], workers=1)
    assert cell(folder, "901", "boat-berth").state is State.FOUND
    assert summary.unmatched_hosts == ("muu.example",)
    assert {m.code: m.status_reason for m in summary.municipalities} == {
        "901": FailureReason.FOREIGN_EVIDENCE, "902": FailureReason.NOT_STARTED,
    }  # fmt: skip
    assert not folder.warc_files()


def test_a_warc_file_that_is_not_there_is_named(folder: StudyFolder) -> None:
    with pytest.raises(UserError, match=r"no\.warc\.gz"):
        analyze_study(folder, warc_files=[Path("no.warc.gz")], workers=1)


def test_a_truncated_file_gives_what_is_whole_and_is_named(folder: StudyFolder) -> None:
    end(store(folder, "901", SITE))
    file = folder.warc_files("901")[0]
    file.write_bytes(file.read_bytes()[:-200])
    summary = analyze_study(folder, workers=1)
    assert summary.truncated == ("901-00001.warc.gz",)
    assert cell(folder, "901", "boat-berth").state is State.FOUND


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # warcio leaves its buffers to the garbage collector
def test_revisits_alone_are_told_and_are_no_pages(folder: StudyFolder, tmp_path: Path) -> None:
    file = tmp_path / "revisits.warc.gz"
    ok = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for path in ("", "robots.txt", "x"):
            url = f"{folder.municipalities[0].website}{path}"
            record = writer.create_revisit_record(url, "sha1:ELSEWHERE", url, "2026-01-01T00:00:00Z", http_headers=ok)
            writer.write_record(record)
    summary = analyze_study(folder, warc_files=[file], workers=1)
    assert summary.elsewhere == (("revisits.warc.gz", 2),)
    assert folder.read("pages") == [], "and its robots.txt is none"


def decide_what_stands(folder: StudyFolder, service: str) -> None:
    """A person confirms a cell as it is in the tables."""
    found = cell(folder, "901", service)
    evidence = [row for row in folder.read("channel_evidence") if row.service_id == service]
    value = cell_value(found, evidence)
    finding, _, page = found.basis.partition(".")
    like = Decision("", AT, "", Action.CONFIRM, "901", service, "", Role.FIRST, value, value, "", "", finding, page)
    append_decisions(folder.review, [new_decision("Aino", Action.CONFIRM, at=AT, like=like)])


@pytest.mark.parametrize(
    ("words", "is_asked_again"),
    [("Kunta vuokraa venepaikkoja", False), ("Kunta ei enää vuokraa, satama vuokraa venepaikkoja", True)],
)
def test_a_decision_survives_fresh_evidence_and_is_asked_again_where_the_page_has_changed(
    folder: StudyFolder, words: str, is_asked_again: bool
) -> None:
    end(store(folder, "901", SITE))
    end(store(folder, "902", []))
    analyze_study(folder, workers=1)
    decide_what_stands(folder, "boat-berth")
    analyze_study(folder, workers=1)
    assert cell(folder, "901", "boat-berth").verification is Verification.CONFIRMED
    before = {path.name: path.read_bytes() for path in folder.findings.iterdir()}
    shutil.rmtree(folder.findings)
    analyze_study(folder, workers=1)
    assert {path.name: path.read_bytes() for path in folder.findings.iterdir()} == before
    shutil.rmtree(folder.evidence)
    page = BERTH.replace("Kunta vuokraa venepaikkoja", words).replace("<main>", "<main><!-- visit 4711 -->")
    end(store(folder, "901", [SITE[0], (SITE[1][0], 200, SITE[1][2], page), SITE[2]]))
    end(store(folder, "902", []))
    analyze_study(folder, workers=1)
    assert [row.is_asked_again for row in folder.read("decided_cells")] == [is_asked_again]
    assert cell(folder, "901", "boat-berth").verification is Verification.CONFIRMED
