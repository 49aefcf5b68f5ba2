"""A real town's register beside pages made for it: what is whose service, and every declared target classed."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analysis import analyze_study, compare_with_register, declared_addresses
from analysis.fold.register.mapping import map_service
from crawler import keep_items
from study import (
    CrawlStatus,
    RegisterCell,
    RegisterChannel,
    RegisterService,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    create_study,
)
from study.register import DeclaredService, RegisterEvidence, note_check, read_item
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
REAL = Path(__file__).parents[2] / "data" / "real"
SITE = "https://www.naantali.fi"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
HTML = [(b"Content-Type", b"text/html; charset=utf-8")]


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (REAL / name).read_text(encoding="utf-8").splitlines()]


def declared(item: Mapping[str, Any]) -> DeclaredService:
    found = read_item(item)
    assert isinstance(found, DeclaredService)
    return found


@pytest.mark.slow
def test_services_of_a_real_register_are_told() -> None:
    with (REAL / "ptv_naantali_labels.csv").open(encoding="utf-8") as file:
        labels = {row["register_id"]: row["service_id"] for row in csv.DictReader(file)}
    rows = lines("ptv_naantali_services.jsonl")
    mapped = {row["id"]: map_service(declared(row), ("fi",), TAXONOMY) for row in rows}
    right = sum(bool(labels[name]) and own.service_id == labels[name] for name, own in mapped.items())
    told, wanted = sum(own.service_id is not None for own in mapped.values()), sum(map(bool, labels.values()))
    assert right / told >= 0.75
    assert right / wanted >= 0.7
    clear = [row for row in rows if row["theme"]]
    assert sum(mapped[row["id"]].theme_id == row["theme"] for row in clear) / len(clear) >= 0.9


def test_the_national_description_is_enough() -> None:
    assert TAXONOMY.service_register is not None
    description = next(k for k, v in TAXONOMY.service_register.descriptions.items() if v == "waste-management")
    item = {"id": "x", "serviceNames": [], "generalDescriptionId": description}
    mapped = map_service(declared(item), ("fi",), TAXONOMY)
    assert (mapped.service_id, mapped.by) == ("waste-management", "description")


def test_a_service_without_class_and_words_is_none_of_ours() -> None:
    names = [{"language": "fi", "value": "Muut asiat", "type": "Name"}]
    mapped = map_service(declared({"id": "x", "serviceNames": names, "serviceClasses": None}), ("fi",), TAXONOMY)
    assert (mapped.service_id, mapped.by, mapped.name) == (None, "", "Muut asiat")


def test_a_service_in_a_language_that_is_not_read() -> None:
    names = [{"language": "se", "value": "Girjerádju", "type": "Name"}]
    mapped = map_service(declared({"id": "x", "serviceNames": names}), ("fi", "sv"), TAXONOMY)
    assert (mapped.service_id, mapped.theme_id, mapped.language) == (None, None, "se")


class Town:
    """Naantali as the register has it, and a site on which every second declared target of each kind is shown."""

    def __init__(self, root: Path) -> None:
        self.channels = lines("ptv_naantali_channels.jsonl")
        self.services = lines("ptv_naantali_services.jsonl")
        urls = sorted({pair["url"] for row in self.channels for pair in row["urls"]})
        phones = [row for row in self.channels if row["type"] == "Phone"]
        # Numbers are masked in the kept data: some are given back, the others stay without a target.
        for number, row in enumerate(phones[:20]):
            row["phones"] = [{"language": "fi", "number": f"02 434 {5100 + number}"}]
        streets = sorted({street for row in self.channels for street in _streets(row)})
        self.linked, self.dead, self.unlinked = set(urls[::3]), set(urls[1::3]), set(urls[2::3])
        self.numbers = {f"02 434 {5100 + number}" for number in range(0, 20, 2)}
        # A street is looked for as it is written, so one that another begins with is shown with that one.
        self.streets = {s for s in streets if any(shown.startswith(s) for shown in streets[::2])}
        municipality = StudyMunicipality("529", "Naantali", website=f"{SITE}/", languages=("fi", "sv"))
        config = StudyConfig(study=StudySection(title="", year=2020))
        self.folder = create_study(root / "study", config, (municipality,))

    def crawl(self, status: CrawlStatus = CrawlStatus.COMPLETE) -> None:
        """The site's evidence, and what the dead addresses answered."""
        links = "".join(f'<li><a href="{url}">sivu {n}</a></li>' for n, url in enumerate(sorted(self.linked)))
        contacts = "".join(f"<li>Puhelin {number}</li>" for number in sorted(self.numbers))
        places = "".join(f"<li>{street}</li>" for street in sorted(self.streets))
        permit = "<p>Rakennuslupaa haetaan sähköisesti <a href='https://www.lupapiste.fi/'>Lupapisteessä</a>.</p>"
        pages = {
            "/": f"<h1>Naantali</h1><p>Kunnan sivut.</p><ul>{links}</ul>",
            "/yhteystiedot": f"<h1>Yhteystiedot</h1><ul>{contacts}{places}</ul>",
            "/rakennuslupa": f"<h1>Rakennuslupa</h1>{permit}<p>Rakennuslupa tarvitaan rakentamiseen.</p>",
            "/leikkipuistot": "<h1>Leikkipuistot</h1><p>Puistoissa on keinuja.</p>",
        }
        with WarcWriter(self.folder.evidence, "529") as writer:
            for path, body in pages.items():
                page = f"<html lang='fi'><title>{path} - Naantali</title><body><main>{body}</main></body></html>"
                writer.write_exchange(f"{SITE}{path}", [], 200, HTML, page.encode(), at=NOW)
            writer.write_crawl_end(status, None, {}, started_at=NOW, ended_at=NOW)

    def declare(self) -> None:
        keep_items(self.folder, {"529": [*self.services, *self.channels]}, "files")
        with RegisterEvidence(self.folder, "529").writer("test") as writer:
            for url in sorted(self.dead):
                writer_url = _normal(url)
                note_check(writer, writer_url, False, "status 404", writer_url, NOW)

    def rows(self) -> tuple[list[RegisterService], list[RegisterChannel], list[RegisterCell]]:
        read = self.folder.read
        return read("register_services"), read("register_channels"), read("register_cells")


def _normal(url: str) -> str:
    from study import normalise_url

    found = normalise_url(url)
    assert found is not None
    return found


def _streets(row: Mapping[str, Any]) -> list[str]:
    channel = read_item(row)
    return [street for _, street in getattr(channel, "addresses", ())]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    made = Town(tmp_path_factory.mktemp("town"))
    made.crawl()
    made.declare()
    analyze_study(made.folder, workers=1)
    return made


def expected(town: Town, row: RegisterChannel) -> str:
    """What the site made for it says of a target, other than that the cell has the channel elsewhere."""
    if not row.target:
        return "no-target"
    if row.target in town.dead:
        return "dead"
    shown = row.target in town.linked or row.target in town.numbers or row.target in town.streets
    return "found" if shown else "not-linked"


@pytest.mark.slow
def test_every_declared_channel_is_classed(town: Town) -> None:
    _, channels, _ = town.rows()
    assert {row.register_id for row in channels} == {row["id"] for row in town.channels}
    found = {"building-permit"}
    wrong = [
        (row.name, row.target, row.outcome)
        for row in channels
        if row.outcome != expected(town, row)
        and not (row.outcome == "differs" and row.service_id in found and expected(town, row) == "not-linked")
    ]
    assert wrong == []
    assert {row.outcome for row in channels} == {"found", "not-linked", "dead", "no-target", "differs"}
    assert all(row.seen_on for row in channels if row.outcome == "found")


@pytest.mark.slow
def test_types_are_ways_of_use(town: Town) -> None:
    _, channels, _ = town.rows()
    ways = {(row.type, row.channel) for row in channels}
    assert ways >= {
        ("EChannel", "digital"),
        ("WebPage", "web-page"),
        ("PrintableForm", "printable-form"),
        ("Phone", "phone"),
        ("ServiceLocation", "on-site"),
    }
    assert ("WebPage", "digital") not in ways


@pytest.mark.slow
def test_cells_say_what_register_and_site_say(town: Town) -> None:
    services, _, cells = town.rows()
    told = {row.service_id: row for row in cells}
    permit = told["building-permit"]
    assert permit.agreement == "channel-differs"
    assert "digital" in permit.only_found
    assert len(permit.register_ids) == sum(row.service_id == "building-permit" for row in services) > 1
    only_declared = [row for row in cells if row.agreement == "declared-only"]
    assert only_declared
    assert all(row.only_declared == row.declared and row.found == () for row in only_declared)
    states = {row.service_id: row for row in town.folder.read("service_findings")}
    assert all(states[name].state == "not-found" for name, row in told.items() if row.agreement == "declared-only")
    assert all(row.theme_id == TAXONOMY.services[row.service_id].theme for row in cells)


@pytest.mark.slow
def test_the_register_changes_no_finding(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.crawl()
    analyze_study(town.folder, workers=1)
    tables = [path for path in town.folder.findings.iterdir() if not path.name.startswith("register_")]
    before = {path.name: path.read_bytes() for path in tables}
    town.declare()
    analyze_study(town.folder, workers=1)
    assert town.rows()[0]
    assert {path.name: path.read_bytes() for path in tables} == before


@pytest.mark.slow
def test_the_register_alone_gives_the_same_bytes(town: Town) -> None:
    names = ("register_services", "register_channels", "register_cells")
    before = {name: (town.folder.findings / f"{name}.parquet").read_bytes() for name in names}
    assert set(compare_with_register(town.folder, workers=1)) == set(names)
    assert {name: (town.folder.findings / f"{name}.parquet").read_bytes() for name in names} == before


@pytest.mark.slow
def test_only_addresses_that_nobody_met_are_asked(town: Town) -> None:
    left = set(declared_addresses(town.folder, "529"))
    assert left == {_normal(url) for url in town.linked | town.unlinked}
    assert not left & {_normal(url) for url in town.dead}


@pytest.mark.slow
def test_a_site_that_was_not_read_to_its_end_lacks_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.crawl(CrawlStatus.PARTIAL)
    town.declare()
    analyze_study(town.folder, workers=1)
    _, channels, cells = town.rows()
    outcomes = {row.outcome for row in channels}
    assert "unread" in outcomes
    assert "not-linked" not in outcomes
    assert all(row.not_linked == () for row in cells)


def test_a_channel_of_many_services_makes_none_of_them_digital(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.services, town.channels = town.services[:60], []
    feedback = {
        "id": "feedback",
        "type": "EChannel",
        "name": {"fi": "Palautepalvelu"},
        "urls": [{"language": "fi", "url": f"{SITE}/palaute"}],
        "addresses": [],
        "services": [row["id"] for row in town.services],
    }
    town.channels = [feedback]
    town.dead = set()
    town.crawl()
    town.declare()
    analyze_study(town.folder, workers=1)
    _, channels, cells = town.rows()
    (row,) = channels
    assert (row.is_general, row.service_id) == (True, None)
    assert not any("digital" in cell.declared for cell in cells)


def test_what_the_crawl_met_needs_no_asking(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.services = []
    town.channels = [
        {"id": name, "type": "WebPage", "name": {"fi": name}, "urls": [{"language": "fi", "url": url}], "services": []}
        for name, url in (("read", f"{SITE}/leikkipuistot"), ("gone", f"{SITE}/poistettu"))
    ]
    town.dead = set()
    town.crawl()
    with WarcWriter(town.folder.evidence, "529") as writer:
        writer.write_exchange(f"{SITE}/poistettu", [], 404, HTML, b"gone", at=NOW)
    town.declare()
    analyze_study(town.folder, workers=1)
    assert declared_addresses(town.folder, "529") == ()
    found = {row.register_id: (row.alive, row.outcome, row.checked) for row in town.rows()[1]}
    assert found == {"read": (True, "found", "status 200"), "gone": (False, "dead", "status 404")}


def test_a_study_without_a_register_has_empty_tables(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.crawl()
    analyze_study(town.folder, workers=1)
    assert town.rows() == ([], [], [])
    assert isinstance(town.folder, StudyFolder)
