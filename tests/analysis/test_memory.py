"""What analyze keeps and takes over: always the same bytes as from scratch, whatever changed, and only that anew."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analysis import analyze_study
from analysis.fold import rests
from analysis.fold.pipeline import AnalysisSummary
from study import (
    Action,
    CellValue,
    CrawlStatus,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    append_decisions,
    create_study,
    new_decision,
    open_study,
)

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
CODES = ("901", "902", "903")
SHARED = "https://varaus.palvelu.example/venepaikat"


def page(name: str, words: str, link: str = SHARED) -> bytes:
    return (
        f'<html lang="fi"><head><title>{name}</title></head><body><header><nav><a href="/">Etusivu</a>'
        f'<a href="/venepaikat">Venepaikat</a></nav></header><main><h1>{name}</h1><p>{words} Venepaikka varataan '
        f'sähköisesti varauspalvelussa.</p><p><a href="{link}">Varaa venepaikka verkossa</a></p></main>'
        "<footer><p>Vaihde 06 123 4567</p></footer></body></html>"
    ).encode()


LANDING = b'<html lang="fi"><head><title>Varaus</title></head><body><main><h1>Varaa</h1>' + (
    b"<p>Varaa paikka vesilt\xc3\xa4.</p><form><input type='password' name='p'></form></main></body></html>"
)


def store(folder: StudyFolder, code: str, more: dict[str, bytes] | None = None, *, start: int = 0) -> None:
    host = f"http://www.k{code}.example"
    pages = {f"{host}/": page("Etusivu", "Kunta on järven rannalla."), f"{host}/venepaikat": page("Venepaikat", code)}
    pages |= {SHARED: LANDING} if code == "901" and not start else {}
    with WarcWriter(folder.evidence, code) as writer:
        for number, (url, body) in enumerate((pages | (more or {})).items() if not start else (more or {}).items()):
            at = AT + timedelta(seconds=start + number)
            writer.write_exchange(url, [], 200, [(b"Content-Type", b"text/html; charset=utf-8")], body, at=at)
        if not start:
            writer.write_crawl_end(CrawlStatus.COMPLETE, None, {}, started_at=AT, ended_at=AT + timedelta(minutes=5))


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    towns = tuple(
        StudyMunicipality(code, f"Kunta {code}", f"http://www.k{code}.example/", languages=("fi",)) for code in CODES
    )
    study = create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026)), towns)
    for code in CODES:
        store(study, code)
    analyze(study)
    return study


def analyze(study: StudyFolder, workers: int = 1) -> AnalysisSummary:
    return analyze_study(open_study(study.root), workers=workers)


def digests(study: StudyFolder) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in study.findings.glob("*.parquet")}


def taken_over(study: StudyFolder) -> int:
    """How many municipalities an analysis takes over; its tables are compared with those made without the memory."""
    summary = analyze(study)
    with_memory = digests(study)
    shutil.rmtree(study.memory)
    analyze(study)
    assert digests(study) == with_memory
    return summary.effort.taken_over


def nothing(study: StudyFolder) -> None:
    pass


def page_added(study: StudyFolder) -> None:
    body = page("Leirintä", "Leirintäalue on auki kesällä.")
    store(study, "902", {"http://www.k902.example/leirinta": body}, start=100)


def page_changed(study: StudyFolder) -> None:
    store(study, "903", {"http://www.k903.example/venepaikat": page("Venepaikat", "Uusi teksti.")}, start=100)


def landing_page_changed(study: StudyFolder) -> None:
    store(study, "901", {SHARED: LANDING.replace(b"password", b"text")}, start=100)


def crawled_afresh(study: StudyFolder) -> None:
    study.evidence.rename(study.root / "evidence-old")
    for code in CODES:
        store(study, code, {f"http://www.k{code}.example/uusi": page("Uusi", "sivu")})


def address_added(study: StudyFolder) -> None:
    text = study.municipalities_file.read_text(encoding="utf-8-sig")
    changed = text.replace("http://www.k902.example/", "http://www.k902.example/venepaikat")
    study.municipalities_file.write_text(changed, encoding="utf-8")


def year_changed(study: StudyFolder) -> None:
    study.config_file.write_text(study.config_file.read_text().replace("year = 2026", "year = 2022"))


def decision_added(study: StudyFolder) -> None:
    row = next(r for r in open_study(study.root).read("service_findings") if r.municipality_code == "902")
    decision = new_decision("Anna", Action.CORRECT, at=AT)
    new = CellValue(state="not-found")
    own = replace(decision, municipality_code="902", service_id=row.service_id, new=new, reason="seen by hand")
    append_decisions(study.review, [own])


def rows_damaged(study: StudyFolder) -> None:
    path = study.memory / "units" / "902" / "rows"
    data = bytearray(path.read_bytes())
    data[-20] ^= 0xFF
    path.write_bytes(bytes(data))


def memory_cut_short(study: StudyFolder) -> None:
    for path in (study.memory / "units" / "902" / "rows", study.memory / "units" / "903" / "evidence"):
        path.write_bytes(path.read_bytes()[:200])


def memory_of_something_else(study: StudyFolder) -> None:
    for name in ("rows", "evidence"):
        shutil.copy(study.memory / "units" / "901" / name, study.memory / "units" / "902" / name)


def landing_places_gone(study: StudyFolder) -> None:
    (study.memory / "landing").unlink()


def index_beside_evidence_damaged(study: StudyFolder) -> None:
    place = study.evidence / "902-00001.cdxj"
    place.write_bytes(place.read_bytes()[:-1])


CHANGES: list[tuple[Callable[[StudyFolder], None], int]] = [
    (nothing, 3),
    (page_added, 2),
    (page_changed, 2),
    (landing_page_changed, 0),
    (crawled_afresh, 0),
    (address_added, 2),
    (year_changed, 0),
    (decision_added, 2),
    (rows_damaged, 2),
    (memory_cut_short, 2),
    (memory_of_something_else, 2),
    (landing_places_gone, 3),
    (index_beside_evidence_damaged, 3),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_the_tables_are_those_from_scratch_and_only_what_changed_is_made_anew(
    folder: StudyFolder, change: Callable[[StudyFolder], None], expected: int
) -> None:
    change(folder)
    assert taken_over(folder) == expected


def test_another_program_takes_nothing_over(folder: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rests, "program", lambda *places: "another")
    assert taken_over(folder) == 0


def test_a_copy_of_a_study_reads_its_own_evidence(folder: StudyFolder, tmp_path: Path) -> None:
    copy = open_study(shutil.copytree(folder.root, tmp_path / "copy"))
    shutil.rmtree(folder.root)
    page_added(copy)
    assert taken_over(copy) == 2


def test_several_processes_give_the_same_bytes_as_one(folder: StudyFolder) -> None:
    alone = digests(folder)
    shutil.rmtree(folder.memory)
    analyze(folder, workers=2)
    assert digests(folder) == alone


def test_what_is_kept_of_a_municipality_goes_with_it(folder: StudyFolder) -> None:
    lines = folder.municipalities_file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    folder.municipalities_file.write_text("".join(line for line in lines if "903" not in line), encoding="utf-8")
    assert analyze(folder).effort.taken_over == 2
    assert sorted(path.name for path in (folder.memory / "units").iterdir()) == ["901", "902"]


def test_each_part_has_an_index_beside_it_that_is_made_anew_when_damaged(folder: StudyFolder) -> None:
    places = [folder.evidence / f"{code}-00001.cdxj" for code in CODES]
    before = [path.read_bytes() for path in places]
    index_beside_evidence_damaged(folder)
    places[2].unlink()
    analyze(folder)
    assert [path.read_bytes() for path in places] == before


def test_other_crawlers_files_leave_nothing_behind(folder: StudyFolder) -> None:
    kept = sorted(path.relative_to(folder.root) for path in folder.memory.rglob("*"))
    analyze_study(folder, warc_files=folder.warc_files(), workers=1)
    assert sorted(path.relative_to(folder.root) for path in folder.memory.rglob("*")) == kept
    assert taken_over(folder) == 3
