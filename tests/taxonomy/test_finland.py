"""The Finnish data as shipped: fixed ids, dates, municipalities and lists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import taxonomy
from taxonomy import ProductIndex, handover, load_taxonomy

FI = load_taxonomy("fi")
FILES = Path(taxonomy.__file__).parent
MAINLAND, HELSINKI, ALAND = "049", "091", "478"


def test_themes_services_channels_and_page_types_are_those_of_the_contract() -> None:
    assert set(FI.services) == {path.stem for path in (FILES / "countries" / "fi" / "services").glob("*.toml")}
    assert {service.theme for service in FI.services.values()} == set(FI.themes)
    assert set(FI.channels) == {"digital", "phone", "on-site", "printable-form", "email"}
    assert set(FI.page_types) == {
        *("service", "hub", "news", "decision", "contact", "statement", "form", "document", "eservice", "other"),
    }


def test_channels_have_the_subtypes_of_the_contract() -> None:
    assert set(FI.channels["digital"].subtypes) == {
        "e-form",
        "authenticated",
        "booking",
        "information-system",
        "automated",
    }
    assert set(FI.channels["phone"].subtypes) == {"switchboard", "direct", "callback"}
    assert set(FI.channels["on-site"].subtypes) == {"office", "service-point", "self-service"}
    assert set(FI.channels["printable-form"].subtypes) == {"static", "fillable"}


def test_all_catalogue_ids_are_there() -> None:
    assert set(FI.products) <= {path.stem for path in FILES.rglob("products/*.toml")}
    assert {"timmi", "wilma", "finna", "lupapiste", "evaka", "edaisy", "hellewi", "kuntalaisaloite"} <= set(FI.products)


def test_municipalities_are_those_of_2026() -> None:
    assert len(FI.municipalities) == 308
    assert sum(m.population for m in FI.municipalities.values()) == 5_652_881
    assert FI.municipalities["005"].name.get("fi") == "Alajärvi"
    assert all(len(m.code) == 3 and m.website.startswith("https://") for m in FI.municipalities.values())
    assert {m.languages for m in FI.municipalities.values()} == {("fi",), ("sv",), ("fi", "sv"), ("fi", "se")}


def test_peer_lists_follow_both_readings_of_thirty_largest() -> None:
    everyone, towns = set(FI.peer_lists["top30"]), set(FI.peer_lists["top30-towns"])
    assert len(everyone) == len(towns) == 30

    def names(codes: set[str]) -> set[str]:
        return {FI.municipalities[code].name.get("fi") for code in codes}

    assert names(everyone - towns) == {"Nurmijärvi", "Kirkkonummi", "Tuusula"}
    assert names(towns - everyone) == {"Kajaani", "Kaarina", "Nokia"}
    by_size = sorted(FI.municipalities.values(), key=lambda m: -m.population)
    assert everyone == {m.code for m in by_size[:30]}


@pytest.mark.parametrize(
    ("service", "day", "code", "who"),
    [
        ("dental-care", dt.date(2022, 12, 31), MAINLAND, "municipality"),
        ("dental-care", dt.date(2023, 1, 1), MAINLAND, "wellbeing-county"),
        ("dental-care", dt.date(2023, 1, 1), HELSINKI, "municipality"),
        ("dental-care", dt.date(2023, 1, 1), ALAND, "regional-government"),
        ("home-care-elderly", dt.date(2026, 1, 1), ALAND, "municipality"),
        ("veterinary-services", dt.date(2026, 1, 1), MAINLAND, "municipality"),
        ("employment-services", dt.date(2024, 12, 31), MAINLAND, "state"),
        ("employment-services", dt.date(2025, 1, 1), MAINLAND, "municipality"),
        ("ecec-application", dt.date(2021, 5, 18), MAINLAND, "municipality"),
    ],
)
def test_who_is_responsible_when(service: str, day: dt.date, code: str, who: str) -> None:
    assert FI.services[service].responsible_on(day, code) == who


def test_what_cannot_be_compared_with_2021_is_what_changed_hands_since() -> None:
    then, now = dt.date(2021, 12, 31), dt.date(2026, 12, 31)
    moved = {name for name in FI.services if handover(FI, name, (MAINLAND, then), (MAINLAND, now))}
    assert moved == {service.id for service in FI.services.values() if not service.comparable_with_2021}


def test_eight_health_and_social_and_two_work_services_cannot_be_compared_with_2021() -> None:
    moved = [s.theme for s in FI.services.values() if not s.comparable_with_2021]
    assert moved.count("health-social") >= 8
    assert moved.count("work-business") >= 2


@pytest.mark.parametrize(
    ("url", "product"),
    [
        ("https://timmi.ouka.fi/WebTimmi/", "timmi"),
        ("https://varhaiskasvatus.ouka.fi/", "evaka"),
        ("https://opaskartta.turku.fi/eFeedback/fi", "trimble-efeedback"),
        ("https://opaskartta.turku.fi/IMS/fi", "trimble-ims"),
        ("https://opaskartta.turku.fi/TeklaOGCWeb/WMS.ashx", "tekla-ogcweb"),
        ("https://kmo.eepos.fi/", "eepos"),
        ("https://eepos.finna.fi/", "finna"),
        ("https://julkinen.jkl.fi/ktwebbin/dbisa.dll/ktwebscr/", "tweb"),
        ("https://www.lupapiste.fi/hakija", "lupapiste"),
        ("https://kauppa.lupapiste.fi/", "lupapiste-kauppa"),
        ("https://mikkeli.daisynet.fi/eDaisy", "edaisy"),
        ("https://dp1.daisynet.fi/mikkeli", "daisyfamily"),
    ],
)
def test_hosts_and_paths_that_mislead(url: str, product: str) -> None:
    assert [hit.product_id for hit in ProductIndex(FI.products.values()).find_url(url)] == [product]
