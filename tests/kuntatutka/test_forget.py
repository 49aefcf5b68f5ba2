"""`kuntatutka forget`: nothing that a study keeps holds the page or the municipality any more, all else stays."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.entries import Budget, Entry, Kind
from crawler.reading.frontier import Frontier
from study import (
    CrawlStatus,
    FailureReason,
    StoredDocument,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    create_study,
    forget_page,
    forgotten_pages,
    open_kept,
    read_events,
)
from study.decisions import COLUMNS

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SITE = "https://www.kunta.example"
PERSON = f"{SITE}/henkilosto/maija-mallikas"
NAME = b"Maija Mallikas"


def page(writer: WarcWriter, url: str, text: str, **note: Any) -> None:
    html = f"<html lang='fi'><title>{text}</title><main><h1>{text}</h1><p>{text} palvelee.</p></main></html>".encode()
    writer.write_exchange(url, [], 200, [(b"Content-Type", b"text/html")], html, at=AT, note=note)


def fill(folder: Path, code: str = "901", site: str = SITE) -> None:
    person = f"{site}/henkilosto/maija-mallikas"
    with WarcWriter(folder, code) as writer:
        page(writer, f"{site}/", "Etusivu")
        page(writer, person, NAME.decode(), via=f"{site}/")
        page(writer, f"{site}/venepaikat", "Venepaikat", via=person, kind="page")
        writer.write_rendered(person, f"<h1>{NAME.decode()}</h1>", AT)
        writer.write_failure(person + "/", FailureReason.TIMEOUT, "no answer", AT)
        writer.write_failure(f"{site}/x", FailureReason.OTHER, f"led to {person}, which is gone", AT)
        writer.write_json("axe-sample", {"plan": "1", "pages": [{"url": person}, {"url": f"{site}/"}]})
        writer.write_json("axe", {"axe": {}, "name": NAME.decode()}, url=person)
        writer.write_crawl_end(CrawlStatus.COMPLETE, None, {"pages": 3}, started_at=AT, ended_at=AT)


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    config = StudyConfig(study=StudySection(title="T", year=2026))
    towns = tuple(
        StudyMunicipality(code=code, name_fi=f"Kunta {code}", website=site)
        for code, site in (("901", f"{SITE}/"), ("902", "https://www.toinen.example/"))
    )
    folder = create_study(tmp_path / "s", config, towns)
    fill(folder.evidence)
    fill(folder.evidence / "old-20260101T000000Z")
    fill(folder.evidence, "902", "https://www.toinen.example")
    logs = folder.state / "logs"
    logs.mkdir(parents=True)
    (logs / "901.log").write_text(f"200 page {PERSON}\n200 page {SITE}/\n", encoding="utf-8")
    told = [dict.fromkeys(COLUMNS, ""), dict.fromkeys(COLUMNS, "")]
    told[0] |= {"municipality_code": "901", "note": f"katso {PERSON}."}
    told[1] |= {"municipality_code": "902"}
    with (folder.review / "decisions.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        rows.writerows(told)
    for path in (folder.reports / "report.fi.html", folder.export / "data" / "pages.csv"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(NAME)
    return folder


def holds(root: Path, *needles: bytes) -> list[str]:
    """Files below a folder that hold any of these, packed ones unpacked."""
    found = []
    # What is kept of the product catalogue is the program's; its examples name addresses of this kind.
    for path in (path for path in root.rglob("*") if not path.is_relative_to(root / ".state" / "memory" / "products")):
        raw = path.read_bytes() if path.is_file() else b""
        raw = gzip.decompress(raw) if path.name.endswith(".gz") else raw
        if kept := open_kept(path):
            raw = b"".join(kept.block(name) or b"" for name in kept.names)
        found += [str(path.relative_to(root)) for needle in needles if needle in raw]
    return found


def test_a_page_is_nowhere_any_more(kuntatutka: Callable[..., Any], study: StudyFolder) -> None:
    assert kuntatutka("analyze", "s").status in (0, 3)
    address = PERSON.encode()
    before = holds(study.root, NAME, address)
    assert {".state/memory/units/901/read", "evidence/901-00001.cdxj"} <= set(before)
    others = list(read_events(study.warc_files("902")))
    done = kuntatutka("forget", "s", PERSON.replace("https", "http") + "/")
    assert done.status == 0, done.err
    assert holds(study.root, address) == []
    assert all("902-" in file for file in holds(study.evidence, NAME)), "another municipality's page of that name stays"
    assert holds(study.reports, NAME) == holds(study.export, NAME) == []
    pages = [e.url for e in read_events(study.warc_files("901")) if isinstance(e, StoredDocument)]
    assert pages == [f"{SITE}/", f"{SITE}/venepaikat"]
    assert [type(e) for e in read_events(study.warc_files("902"))] == [type(e) for e in others]
    assert (study.state / "logs" / "901.log").read_text() == f"200 page {SITE}/\n"
    assert list(study.findings.glob("*.parquet"))
    told = (study.root / "forgotten.csv").read_text()
    assert hashlib.sha256(b"kunta.example/henkilosto/maija-mallikas").hexdigest() in told
    assert "maija" not in told


def test_a_forgotten_page_is_not_asked_again(study: StudyFolder, kuntatutka: Callable[..., Any]) -> None:
    assert kuntatutka("forget", "s", PERSON).status == 0
    frontier = Frontier(Budget(), forgotten_pages(study.root))
    assert not frontier.offer(Entry(PERSON + "/", Kind.PAGE, 1))
    assert not frontier.offer(Entry(PERSON, Kind.PAGE, 1), redirected=True)
    assert frontier.offer(Entry(f"{SITE}/muu", Kind.PAGE, 1))


def test_a_municipality_is_nowhere_any_more(kuntatutka: Callable[..., Any], study: StudyFolder) -> None:
    assert kuntatutka("analyze", "s").status in (0, 3)
    done = kuntatutka("forget", "s", "Kunta 901")
    assert done.status == 0, done.err
    assert holds(study.root, b"kunta.example") == []
    assert [item.code for item in study.__class__(study.root).municipalities] == ["902"]
    assert study.warc_files("902")
    assert "municipality,901" in (study.root / "forgotten.csv").read_text()
    only = kuntatutka("forget", "s", "902")
    assert (only.status, "only municipality" in only.err) == (2, True)


@pytest.mark.parametrize("what", ["903", "ftp://x", "https://"])
def test_what_is_not_there_changes_nothing(kuntatutka: Callable[..., Any], study: StudyFolder, what: str) -> None:
    before = {path: path.read_bytes() for path in study.evidence.rglob("*.gz")}
    assert kuntatutka("forget", "s", what).status == 2
    assert before == {path: path.read_bytes() for path in study.evidence.rglob("*.gz")}
    assert holds(study.reports, NAME)


def test_other_records_keep_their_bytes_and_damage_is_told(tmp_path: Path) -> None:
    fill(tmp_path)
    (path,) = tmp_path.glob("*.warc.gz")
    before = path.read_bytes()
    assert forget_page(path, f"{SITE}/not-there") == 0
    assert path.read_bytes() == before
    first = zlib.decompressobj(31)
    first.decompress(before)
    head = before[: len(before) - len(first.unused_data)]
    assert forget_page(path, PERSON) == 8
    assert path.read_bytes().startswith(head)
    assert json.dumps(PERSON)[1:-1].encode() not in gzip.decompress(path.read_bytes())
    middle = len(before) // 2
    path.write_bytes(before[:middle] + b"\0\0\0\0" + before[middle + 4 :])
    damaged = path.read_bytes()
    with pytest.raises(Exception, match="is damaged"):
        forget_page(path, PERSON)
    assert path.read_bytes() == damaged
