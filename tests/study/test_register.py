"""The register's items as records: version 11, the condensed form of files, other versions, and whatever is broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from study import StudyConfig, StudyFolder, StudyMunicipality, StudySection, UserError, create_study
from study.register import (
    BrokenItemError,
    DeclaredChannel,
    DeclaredService,
    Organisation,
    RegisterEvidence,
    Visit,
    items_of_file,
    note_check,
    note_end,
    note_item,
    note_start,
    page_of,
    read_item,
    version_of,
)

NOW = datetime(2026, 11, 30, tzinfo=UTC)
SERVICE: dict[str, Any] = {
    "id": "s1",
    "type": "Service",
    "generalDescriptionId": "g1",
    "serviceNames": [
        {"language": "fi", "value": "Rakennuslupa", "type": "Name"},
        {"language": "fi", "value": "Lupa rakentaa", "type": "AlternativeName"},
        {"language": "sv", "value": "Bygglov", "type": "Name"},
    ],
    "serviceDescriptions": [
        {"language": "fi", "value": "Tiivistelmä.", "type": "Summary"},
        {"language": "fi", "value": "Kuvaus.", "type": "Description"},
    ],
    "serviceClasses": [{"code": "P2.1", "uri": "http://uri.suomi.fi/codelist/ptv/ptvserclass2/code/P2.1"}],
    "serviceChannels": [{"serviceChannel": {"id": "c1", "name": "Lupapiste"}}],
    "organizations": [{"roleType": "Responsible", "organization": {"id": "o1", "name": "Naantali"}}],
    "areas": None,
}
CHANNEL: dict[str, Any] = {
    "id": "c1",
    "serviceChannelType": "ServiceLocation",
    "organizationId": "o1",
    "serviceChannelNames": [{"language": "fi", "value": "Rakennusvalvonta", "type": "Name"}],
    "webPages": [{"url": "https://www.naantali.fi/rakennusvalvonta", "language": "fi", "value": None}],
    "phoneNumbers": [
        {"prefixNumber": "+358", "number": "024345111", "language": "fi", "isFinnishServiceNumber": False},
        {"prefixNumber": None, "number": "116117", "language": "fi", "isFinnishServiceNumber": True},
    ],
    "emails": [{"value": "rakennusvalvonta@naantali.fi", "language": "fi"}],
    "addresses": [
        {"streetAddress": {"street": [{"value": "Käsityöläiskatu", "language": "fi"}], "streetNumber": "2"}},
        {"streetAddress": None, "postOfficeBoxAddress": {"postOfficeBox": []}},
    ],
    "services": [{"service": {"id": "s1", "name": "Rakennuslupa"}}],
}
ORGANISATION: dict[str, Any] = {
    "id": "o1",
    "organizationType": "Municipality",
    "organizationNames": [{"language": "fi", "value": "Naantalin kaupunki", "type": "Name"}],
    "municipality": {"code": "529", "name": []},
    "parentOrganizationId": None,
}


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    config = StudyConfig(study=StudySection(title="", year=2026))
    return create_study(
        tmp_path / "study", config, (StudyMunicipality("529", "Naantali", website="https://naantali.fi"),)
    )


def test_a_service_of_version_11() -> None:
    found = read_item(SERVICE)
    assert isinstance(found, DeclaredService)
    assert found.names == {"fi": "Rakennuslupa", "sv": "Bygglov"}
    assert found.other_names == {"fi": "Lupa rakentaa"}
    assert found.texts == {"fi": "Tiivistelmä.\nKuvaus."}
    assert (found.classes, found.channels, found.organisations) == (("P2.1",), ("c1",), ("o1",))
    assert found.general_description == "g1"


def test_a_place_of_version_11() -> None:
    found = read_item(CHANNEL)
    assert isinstance(found, DeclaredChannel)
    assert (found.type, found.organisation, found.services) == ("ServiceLocation", "o1", ("s1",))
    assert found.urls == (("fi", "https://www.naantali.fi/rakennusvalvonta"),)
    assert found.phones == (("fi", "+358 24345111"), ("fi", "116117"))
    assert found.addresses == (("fi", "Käsityöläiskatu 2"),)
    assert found.emails == (("fi", "rakennusvalvonta@naantali.fi"),)


def test_an_organisation_of_version_11() -> None:
    assert read_item(ORGANISATION) == Organisation("o1", {"fi": "Naantalin kaupunki"}, "Municipality", "529", "")


def test_null_is_an_empty_list() -> None:
    found = read_item({"id": "s2", "serviceNames": None, "serviceChannels": None, "serviceClasses": None})
    assert isinstance(found, DeclaredService)
    assert (found.names, found.channels, found.classes) == ({}, (), ())


def version_12(kind: str, **more: Any) -> dict[str, Any]:
    """A channel as version 12 gives it."""
    return {
        "contentId": "c1",
        "organizationContentId": "o1",
        "serviceChannelType": kind,
        "serviceLanguages": ["fi", "ru"],
        "area": {"areaType": "LimitedArea", "municipalities": ["529"], "regions": [], "wellbeingServicesCounties": []},
    } | more


def test_a_service_of_version_12() -> None:
    texts = {"summary": "Tiivistelmä.", "description": "Kuvaus.", "userInstructions": "Ohje."}
    found = read_item(
        {
            "contentId": "s1",
            "serviceType": "PermitOrOtherObligation",
            "organizationContentId": "o1",
            "otherResponsibleOrganizations": ["o2", "o1"],
            "generalDescriptionContentId": None,
            "serviceClasses": ["P2.1"],
            "area": {"areaType": "LimitedArea", "municipalities": ["529"]},
            "languageVersions": {
                "fi": {"name": "Rakennuslupa", "alternativeName": "Lupa rakentaa", **texts},
                "sv": {"name": "Bygglov", "alternativeName": None, "summary": "", "description": None},
                "en": {"name": ""},
            },
        }
    )
    assert isinstance(found, DeclaredService)
    assert (found.names, found.other_names) == ({"fi": "Rakennuslupa", "sv": "Bygglov"}, {"fi": "Lupa rakentaa"})
    assert found.texts == {"fi": "Tiivistelmä.\nKuvaus.\nOhje."}, "a missing translation is an empty text"
    assert (found.classes, found.channels, found.organisations) == (("P2.1",), (), ("o1", "o2"))
    assert (found.general_description, found.municipalities) == ("", ("529",))


def test_channels_of_version_12() -> None:
    own = {"name": "Asiointi", "webAddress": {"url": "https://asiointi.example/lupa", "name": None}}
    online = read_item(version_12("EService", languageVersions={"fi": own, "sv": {"name": "", "webAddress": None}}))
    assert isinstance(online, DeclaredChannel)
    assert (online.type, online.names) == ("EChannel", {"fi": "Asiointi"})
    assert (online.urls, online.municipalities) == ((("fi", "https://asiointi.example/lupa"),), ("529",))
    numbers = [
        {"type": "DomesticPhone", "number": "024345111"},
        {"type": "InternationalPhone", "dialCode": "+46", "number": "8123"},
        {"type": "Fax", "dialCode": "+358", "number": "24345999"},
    ]
    phone = read_item(version_12("TelephoneService", languageVersions={"fi": {"name": "N", "phoneNumbers": numbers}}))
    assert isinstance(phone, DeclaredChannel)
    assert (phone.type, phone.phones) == ("Phone", (("fi", "024345111"), ("fi", "+46 8123")))
    form = read_item(
        version_12("PrintableForm", languageVersions={"fi": {"formFiles": [{"url": "https://x.example/l.pdf"}]}})
    )
    assert isinstance(form, DeclaredChannel)
    assert form.urls == (("fi", "https://x.example/l.pdf"),)
    place = read_item(
        version_12(
            "ServiceLocation",
            languageVersions={"fi": {"name": "Talo", "contactEmails": [{"email": "a@naantali.fi"}]}},
            location={
                "streetAddresses": [
                    {"streetName": {"fi": "Käsityöläiskatu", "sv": ""}, "addressDetail": "2", "postalCode": "21100"}
                ]
            },
        )
    )
    assert isinstance(place, DeclaredChannel)
    assert (place.addresses, place.emails) == ((("fi", "Käsityöläiskatu 2"),), (("fi", "a@naantali.fi"),))


def test_connections_of_version_12_give_services_their_channels(tmp_path: Path) -> None:
    service = {"contentId": "s1", "serviceType": "Service", "languageVersions": {"fi": {"name": "Lupa"}}}
    links = [{"serviceContentId": "s1", "channelContentId": name} for name in ("c1", "c2", "c1")]
    for order in ([service, *links], [*links, service]):
        visit = Visit("file", NOW)
        for data in order:
            visit.take(data)
        assert visit.services["s1"].channels == ("c1", "c2"), "whichever came first"
    path = tmp_path / "items.jsonl"
    lines = [json.dumps({"items": [service], "totalPages": 1}), *map(json.dumps, links)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [own.item.id for own in items_of_file(path).items] == ["s1", "s1 c1", "s1 c2", "s1 c1"]


def test_versions_are_told_by_their_shape() -> None:
    assert version_of({"itemList": [], "pageCount": 0}) == version_of(SERVICE) == version_of([CHANNEL]) == 11
    assert version_of({"items": [], "totalPages": 0}) == version_of(version_12("WebPage")) == 12
    assert version_of({"message": "hello"}) is version_of([]) is version_of(7) is None


@pytest.mark.parametrize("item", [None, 3, [], {}, {"id": "x"}, {"serviceNames": []}, {"serviceNames": [], "id": 7}])
def test_what_is_no_item_is_refused(item: Any) -> None:
    with pytest.raises(BrokenItemError):
        read_item(item)


def test_pages_and_single_items() -> None:
    assert page_of({"pageNumber": 1, "pageCount": 3, "itemList": [SERVICE]}) == ([SERVICE], 3)
    assert page_of({"pageNumber": 1, "pageCount": 0, "itemList": None}) == ([], 0)
    assert page_of([SERVICE, CHANNEL]) == ([SERVICE, CHANNEL], 1)
    assert page_of(SERVICE) == ([SERVICE], 1)


def test_a_file_that_is_cut_keeps_its_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "services.jsonl"
    whole = json.dumps(SERVICE, ensure_ascii=False).encode()
    path.write_bytes(whole + b"\n" + json.dumps(CHANNEL).encode()[:80])
    found = items_of_file(path)
    assert [own.item.id for own in found.items] == ["s1"]
    assert found.is_cut
    assert found.faults == [(2, "it ends in the middle")]


def test_lines_that_are_nothing_are_told_and_the_rest_is_used(tmp_path: Path) -> None:
    path = tmp_path / "services.jsonl"
    lines = [json.dumps(SERVICE), "{", '{"id": "z"}', "", json.dumps(CHANNEL)]
    path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    found = items_of_file(path)
    assert [own.item.id for own in found.items] == ["s1", "c1"]
    assert [number for number, _ in found.faults] == [2, 3]
    assert not found.is_cut


def test_a_saved_answer_over_several_lines_is_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"pageCount": 1, "itemList": [SERVICE, CHANNEL]}, indent=2), encoding="utf-8")
    assert [own.item.id for own in items_of_file(path).items] == ["s1", "c1"]


@pytest.mark.parametrize("content", ["", "\n\n", "no json\n", '{"id": 1}\n'])
def test_a_file_without_an_item_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match="no service or channel"):
        items_of_file(path)


def test_the_newest_whole_visit_counts(study: StudyFolder) -> None:
    evidence = RegisterEvidence(study, "529")
    with evidence.writer("test") as writer:
        note_start(writer, "a file")
        note_item(writer, SERVICE)
        note_item(writer, {"id": "broken"})
        note_end(writer, {"items": 2})
        note_start(writer, "the register")
        note_item(writer, CHANNEL)
    kept = evidence.read()
    assert kept.visit is not None
    assert (kept.visit.source, list(kept.visit.services), kept.visit.broken) == ("a file", ["s1"], 1)
    assert kept.unfinished is not None
    assert list(kept.unfinished.channels) == ["c1"]


def test_answers_of_the_interface_are_read_from_the_evidence(study: StudyFolder) -> None:
    evidence = RegisterEvidence(study, "529")
    body = json.dumps({"pageCount": 2, "itemList": [SERVICE]}).encode()
    with evidence.writer("test") as writer:
        note_start(writer, "http://register.example")
        head = [(b"Content-Type", b"application/json")]
        writer.write_exchange("http://register.example/Service?page=1", [], 200, head, body, at=NOW)
        writer.write_exchange("http://register.example/Service?page=2", [], 429, head, b"wait", at=NOW)
        writer.write_exchange("http://register.example/Service?page=3", [], 200, head, body[:40], at=NOW)
    visit = evidence.read().visit
    assert visit is not None
    assert visit.answered == {"http://register.example/Service?page=1": 2}
    assert list(visit.services) == ["s1"]


def test_of_several_checks_the_newest_counts(study: StudyFolder) -> None:
    evidence = RegisterEvidence(study, "529")
    with evidence.writer("test") as writer:
        note_check(writer, "https://naantali.fi/x", True, "status 200", "https://naantali.fi/x", NOW)
        note_check(writer, "https://naantali.fi/x", False, "status 404", "", NOW)
    check = evidence.read().checks["https://naantali.fi/x"]
    assert (check.alive, check.reason) == (False, "status 404")


def test_parts_of_another_code_are_not_read(study: StudyFolder) -> None:
    with RegisterEvidence(study, "529-1").writer("test") as writer:
        note_start(writer, "a file")
    assert RegisterEvidence(study, "529").files == ()
    assert RegisterEvidence(study, "529").read().visit is None
