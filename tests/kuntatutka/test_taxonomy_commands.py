"""`kuntatutka taxonomy`: the check of all files, and the draft of a product file."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import taxonomy
from study import (
    EservicePath,
    PageRecord,
    StoredDocument,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    columns_of,
    create_study,
    read_events,
    write_table,
)
from taxonomy import available_countries, check_taxonomy


def test_all_files_pass_their_rules(kuntatutka: Callable[..., Any]) -> None:
    done = kuntatutka("taxonomy", "check")
    assert done.status == 0, done.out
    for country in available_countries():
        assert f"{country}: " in done.out


def test_a_country_that_is_not_there(kuntatutka: Callable[..., Any]) -> None:
    done = kuntatutka("taxonomy", "check", "--country", "atlantis")
    assert done.status == 2
    assert "practice" in done.err


def test_a_draft_is_toml_that_names_the_host(kuntatutka: Callable[..., Any]) -> None:
    done = kuntatutka("taxonomy", "new-product", "https://booking.example.org/fi/", "--stdout")
    assert done.status == 0, done.err
    draft = tomllib.loads(done.out)
    assert draft["id"] == "booking-example"
    assert draft["patterns"][0]["host"] == "booking.example.org"


@pytest.mark.parametrize("host", ["", "no host", "localhost"])
def test_what_is_no_host(kuntatutka: Callable[..., Any], host: str) -> None:
    done = kuntatutka("taxonomy", "new-product", host)
    assert done.status == 2
    assert "host" in done.err


def blank(record: Any, **values: Any) -> Any:
    """A row with the columns given; the others are empty."""
    empty = {"string": "", "int64": 0, "double": 0.0, "bool": False}
    kinds = {c.name: c for c in columns_of(record)}
    rest = {
        name: None if c.nullable else () if "list" in str(c.type) else empty.get(str(c.type))
        for name, c in kinds.items()
    }
    return record(**{**rest, **values})


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    towns = (StudyMunicipality("091", "Helsinki", "https://www.hel.fi/"),)
    folder = create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026)), towns)
    addresses = ("https://vuoro.tuote.example/kunta/hallit", "https://vuoro.tuote.example/kunta/kentat")
    known = {"municipality_code": "091", "service_id": "sports-facility-booking", "evidence_type": "unknown"}
    page = {"url": "https://www.hel.fi/liikunta/vuorot", "tier": "U", "link_text": 'Varaa "vuoro"'}
    paths = [blank(EservicePath, target_url=url, final_url=url, **known, **page) for url in addresses]
    write_table(folder.findings / "eservice_paths.parquet", EservicePath, paths)
    write_table(folder.findings / "pages.parquet", PageRecord, [])
    return folder


def test_a_draft_from_a_study_passes_the_check_when_its_marks_are_replaced(
    kuntatutka: Callable[..., Any], study: StudyFolder, tmp_path: Path
) -> None:
    done = kuntatutka("taxonomy", "new-product", "vuoro.tuote.example", "--stdout", "--study", study.root)
    assert done.status == 0, done.err
    draft = tomllib.loads(done.out)
    assert draft["services"] == ["sports-facility-booking"]
    assert len(draft["hits"]) == 2
    assert "Helsinki" in done.out
    root = Path(shutil.copytree(Path(taxonomy.__file__).parent, tmp_path / "taxonomy"))
    file = root / "products" / f"{draft['id']}.toml"
    file.write_text(done.out, encoding="utf-8")
    assert any(file.name in problem.file for problem in check_taxonomy("fi", root))
    filled = done.out.replace('owner_type = "?"', 'owner_type = "private"').replace(
        'category = "?"', 'category = "booking"'
    )
    file.write_text(filled.replace('"?"', '"Vuorotuote"'), encoding="utf-8")
    assert [str(problem) for problem in check_taxonomy("fi", root)] == []


def test_a_draft_tells_what_the_pages_at_the_host_say_of_themselves(
    kuntatutka: Callable[..., Any], study: StudyFolder
) -> None:
    url = "https://vuoro.tuote.example/kunta/hallit"
    body = (
        b"<title>Hallit</title><meta name=Generator content='Vuorotuote 7'><meta property=og:site_name content='Vuoro'>"
        b"<main><p>x<footer> Vuorotuote Oy\n 2026</footer><script src=//cdn.maker.example/a.js></script>"
    )
    with WarcWriter(study.evidence, "091") as writer:
        writer.write_exchange(
            url, [], 200, [(b"Content-Type", b"text/html")], body, at=datetime(2026, 11, 1, tzinfo=UTC)
        )
    (stored,) = [event for event in read_events(study.warc_files("091")) if isinstance(event, StoredDocument)]
    where = {"warc_file": stored.warc_file, "warc_offset": stored.warc_offset}
    row = blank(PageRecord, municipality_code="091", url=url, title="Hallit", fetched_at=stored.fetched_at, **where)
    write_table(study.findings / "pages.parquet", PageRecord, [row])
    done = kuntatutka("taxonomy", "new-product", "vuoro.tuote.example", "--stdout", "--study", study.root)
    assert done.status == 0, done.err
    said = [line.partition("themselves: ")[2] for line in done.out.splitlines() if "of themselves" in line]
    assert sorted(said) == [
        "footer: Vuorotuote Oy 2026.",
        "generator: Vuorotuote 7.",
        "loads from: cdn.maker.example.",
        "og:site_name: Vuoro.",
    ]
    tomllib.loads(done.out)


def test_a_draft_is_written_where_it_belongs_and_never_over_another(
    kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    outside = kuntatutka("taxonomy", "new-product", "booking.example.org")
    assert outside.status == 2
    assert "--stdout" in outside.err
    file = tmp_path / "taxonomy" / "products" / "booking-example.toml"
    file.parent.mkdir(parents=True)
    done = kuntatutka("taxonomy", "new-product", "booking.example.org")
    assert done.status == 0, done.err
    assert done.out.strip() == "taxonomy/products/booking-example.toml"
    assert "taxonomy check" in done.err
    assert tomllib.loads(file.read_text(encoding="utf-8"))["id"] == "booking-example"
    again = kuntatutka("taxonomy", "new-product", "booking.example.org")
    assert again.status == 2
    assert "booking-example.toml" in again.err


def test_a_host_that_the_study_does_not_lead_to(kuntatutka: Callable[..., Any], study: StudyFolder) -> None:
    done = kuntatutka("taxonomy", "new-product", "toinen.example", "--stdout", "--study", study.root)
    assert done.status == 0
    assert "vuoro.tuote.example" in done.err
    assert tomllib.loads(done.out)["hits"][-1] == "?"


def test_a_host_in_the_catalogue_is_told(kuntatutka: Callable[..., Any]) -> None:
    done = kuntatutka("taxonomy", "new-product", "kunta.inschool.fi", "--stdout")
    assert "wilma" in done.err


def test_a_draft_without_a_study(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    done = kuntatutka("taxonomy", "new-product", "a.example", "--study", tmp_path / "nowhere")
    assert done.status == 2
    assert "no study" in done.err
