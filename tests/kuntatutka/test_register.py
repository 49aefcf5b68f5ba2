"""`kuntatutka register`: files and the interface as a user has them, and what is wrong with either in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.register_files import shared_out
from study import StudyMunicipality, open_study
from study.register import DeclaredItem, RegisterEvidence, read_item

REAL = Path(__file__).parents[2] / "data" / "real"
SERVICES, CHANNELS = REAL / "ptv_naantali_services.jsonl", REAL / "ptv_naantali_channels.jsonl"


@pytest.fixture
def study(kuntatutka: Callable[..., Any], tmp_path: Path) -> Path:
    assert kuntatutka("new", "study", "-m", "529", "--year", "2026").status == 0
    return tmp_path / "study"


def change(study: Path, old: str, new: str) -> None:
    path = study / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def complaint(done: Any, status: int, *said: str) -> None:
    assert done.status == status, done.err
    assert "Traceback" not in done.err + done.out
    sentence = " ".join(done.err.split())
    for words in said:
        assert words in sentence, sentence


def test_files_are_kept_and_wait_for_findings(kuntatutka: Callable[..., Any], study: Path) -> None:
    done = kuntatutka("register", study, "--from", SERVICES, "--from", CHANNELS)
    assert done.status == 0, done.err
    assert "Naantali declares 116 services and 313 channels." in done.err
    assert "There are no findings to compare with yet" in done.err
    kept = RegisterEvidence(open_study(study), "529").read()
    assert kept.visit is not None
    assert (len(kept.visit.services), len(kept.visit.channels), kept.visit.is_whole) == (116, 313, True)
    again = kuntatutka("register", study, "--from", SERVICES, "--from", CHANNELS)
    assert "(kept already)" in again.err
    assert len(RegisterEvidence(open_study(study), "529").read().visits) == 1


def test_files_and_an_analysis_give_the_tables(kuntatutka: Callable[..., Any], study: Path) -> None:
    assert kuntatutka("analyze", study).status == 3
    done = kuntatutka("register", study, "--from", SERVICES, "--from", CHANNELS, "--no-check")
    assert done.status == 0, done.err
    assert [Path(line).name for line in done.out.splitlines()] == [
        "register_services.parquet",
        "register_channels.parquet",
        "register_cells.parquet",
    ]
    # Nothing of the site was read, so nothing can lack there.
    assert "unread" in done.err
    assert "not-linked" not in done.err
    services = open_study(study).read("register_services")
    assert len(services) == 116
    assert {row.municipality_code for row in services} == {"529"}


def test_a_file_cut_in_the_middle_keeps_its_whole_lines(
    kuntatutka: Callable[..., Any], study: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(SERVICES.read_bytes()[:20_000])
    done = kuntatutka("register", study, "--from", cut)
    complaint(done, 0, "line ", "it ends in the middle. Fetch the file again and give it whole.")
    kept = RegisterEvidence(open_study(study), "529").read().visit
    assert kept is not None
    assert 5 < len(kept.services) < 116
    whole = kuntatutka("register", study, "--from", SERVICES, "--from", CHANNELS)
    assert "116 services and 313 channels" in whole.err
    again = kuntatutka("register", study, "--from", cut)
    complaint(again, 0, "116 services and 313 channels", "goes on counting")
    halves = kuntatutka("register", study, "--from", CHANNELS)
    complaint(halves, 0, "0 services", "hold no services", "Name all files in one call.")
    assert len(RegisterEvidence(open_study(study), "529").read().visits) == 4


def test_a_service_without_a_class_is_kept_and_told(
    kuntatutka: Callable[..., Any], study: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.jsonl"
    names = [{"language": "fi", "value": "Rakennuslupa", "type": "Name"}]
    bare.write_text(json.dumps({"id": "s1", "serviceNames": names, "serviceClasses": None}) + "\n", encoding="utf-8")
    complaint(
        kuntatutka("register", study, "--from", bare), 0, "declares 1 service", "1 service without a service class"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no service or channel of the register can be read"),
        ("not json at all\n", "line 1: it is no JSON"),
        ('{"id": "x", "languageVersions": [{"language": "fi"}]}\n', "neither a service nor a channel"),
        ('{"items": [], "totalPages": 7}\n', "no service or channel"),
    ],
)
def test_a_file_that_is_none(
    kuntatutka: Callable[..., Any], study: Path, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(content, encoding="utf-8")
    complaint(kuntatutka("register", study, "--from", path), 2, str(path), said)
    complaint(kuntatutka("register", study, "--from", tmp_path / "nowhere.jsonl"), 2, "there is no such file")
    assert not RegisterEvidence(open_study(study), "529").files


def test_files_that_name_nobody_of_the_study(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    assert kuntatutka("new", "two", "-m", "091,049", "--year", "2026").status == 0
    two = tmp_path / "two"
    complaint(
        kuntatutka("register", two, "--from", SERVICES), 2, "names a municipality of this study", "--municipality"
    )
    complaint(kuntatutka("register", two, "--from", SERVICES, "--municipality", "123"), 2, "123 is not a municipality")
    done = kuntatutka("register", two, "--from", SERVICES, "--municipality", "049")
    assert "Espoo declares 116 services" in done.err


def test_another_version_is_refused_before_anything_is_asked(kuntatutka: Callable[..., Any], study: Path) -> None:
    change(study, "version = 11", "version = 13")
    complaint(kuntatutka("register", study), 2, "[service_register] version is 13", "11 and 12", "Write version = 11")
    change(study, "version = 13", "version = 12")
    complaint(kuntatutka("register", study), 2, "version 12", "wants a key", "environment variable")


def test_a_key_that_the_environment_lacks(kuntatutka: Callable[..., Any], study: Path) -> None:
    change(study, 'key_env = ""\n# Header', 'key_env = "MY_REGISTER_KEY"\n# Header')
    complaint(
        kuntatutka("register", study), 2, "MY_REGISTER_KEY, which the environment lacks", "export MY_REGISTER_KEY"
    )
    change(study, 'url = ""\n# Version of the interface', 'url = "http://register.example"\n# Version of the interface')
    complaint(kuntatutka("register", study, MY_REGISTER_KEY="k"), 2, "begins with http:")


def test_a_country_without_a_register(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    assert kuntatutka("new", "other", "--country", "practice", "-m", "P01", "--year", "2026").status == 0
    complaint(kuntatutka("register", tmp_path / "other"), 2, "country practice has no register", "--from FILE")


def test_a_register_that_is_down(kuntatutka: Callable[..., Any], study: Path) -> None:
    change(study, 'url = ""\n# Version of the interface', 'url = "http://127.0.0.1:9"\n# Version of the interface')
    change(study, "allow_private_hosts = []", 'allow_private_hosts = ["127.0.0.1:9"]')
    complaint(kuntatutka("register", study), 1, "http://127.0.0.1:9", "is not asked")


def test_items_are_shared_out_by_what_they_name() -> None:
    def own(data: dict[str, Any]) -> DeclaredItem:
        return DeclaredItem(data, read_item(data))

    towns = (StudyMunicipality("091", "Helsinki", "", name_sv="Helsingfors"), StudyMunicipality("049", "Espoo", ""))
    items = [
        own({"id": "o1", "organizationNames": [], "municipality": {"code": "049"}}),
        own({"id": "s1", "serviceNames": [], "organizations": [{"organization": {"id": "o1"}}]}),
        own({"id": "s2", "names": {"fi": "x"}, "channel_ids": ["c1"], "city": "helsingfors"}),
        own({"id": "s3", "names": {"fi": "x"}, "channel_ids": ["c1"], "city": "Espoo"}),
        own({"id": "c1", "type": "Phone", "name": {}, "urls": [], "services": []}),
        own({"id": "c2", "serviceChannelNames": [], "organizationId": "o1"}),
        own({"id": "c3", "serviceChannelNames": [], "organizationId": "o9"}),
    ]
    found, nobodys = shared_out(items, towns)
    assert {code: [item["id"] for item in data] for code, data in found.items()} == {
        "049": ["o1", "s1", "s3", "c1", "c2"],
        "091": ["s2", "c1"],
    }
    assert nobodys == 1
    assert shared_out(items, towns, "091")[0].keys() == {"091"}
    assert json.dumps(found)


def test_what_is_forgotten_leaves_the_register_too(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    assert kuntatutka("new", "two", "-m", "091,529", "--year", "2026").status == 0
    two = tmp_path / "two"
    assert kuntatutka("register", two, "--from", SERVICES, "--from", CHANNELS).status == 0
    assert kuntatutka("register", two, "--from", SERVICES, "--municipality", "091").status == 0
    address = "http://www.naantali.fi/perhe_ja_sosiaali/paihdehuolto/fi_FI/paihdetyo/"
    assert kuntatutka("forget", two, address).status == 0
    kept = RegisterEvidence(open_study(two), "529").read().visit
    assert kept is not None
    assert len(kept.channels) == 313
    assert not any(address in url for channel in kept.channels.values() for _, url in channel.urls)
    assert kuntatutka("forget", two, "529").status == 0
    assert [path.name for path in (two / "evidence" / "register").iterdir()] == ["091-00001.warc.gz"]


def test_help_says_what_the_command_is_for(kuntatutka: Callable[..., Any]) -> None:
    done = kuntatutka("register", "--help")
    assert done.status == 0
    for words in ("--from", "--again", "--no-check", "--municipality", "second witness"):
        assert words in done.out
