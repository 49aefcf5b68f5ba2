"""Small promises of the models: texts fall back, periods cover days, vendors change."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from taxonomy import Product, Responsible, Service, Text, VendorPeriod, load_taxonomy


def test_a_text_falls_back_on_its_first_language() -> None:
    text = Text({"fi": "Venepaikat", "sv": "Båtplatser"})
    assert [text.get(lang) for lang in ("sv", "en")] == ["Båtplatser", "Venepaikat"]
    assert Text({}).get("fi") == ""
    assert {text: 1}[Text({"fi": "Venepaikat", "sv": "Båtplatser"})] == 1


def test_models_are_frozen_and_strict() -> None:
    period = Responsible(who="municipality")
    with pytest.raises(ValidationError):
        period.who = "state"
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Responsible.model_validate({"who": "municipality", "since": "2020-01-01"})


@pytest.mark.parametrize(
    ("day", "code", "expected"),
    [
        (dt.date(2020, 12, 31), "1", "municipality"),
        (dt.date(2021, 1, 1), "1", "state"),
        (dt.date(2021, 1, 1), "2", "municipality"),
        (dt.date(2021, 1, 1), "3", "unknown"),
    ],
)
def test_the_responsible_body_depends_on_day_and_municipality(day: dt.date, code: str, expected: str) -> None:
    service = Service.model_validate(
        {
            "id": "care",
            "theme": "health",
            "name": {"fi": "Hoito"},
            "definition": {"fi": "Hoito."},
            "interaction": "transaction",
            "terms": {"fi": ["hoito"]},
            "responsible": [
                {"who": "municipality", "valid_to": dt.date(2020, 12, 31)},
                {"who": "municipality", "only_codes": ["2"], "valid_from": dt.date(2021, 1, 1)},
                {"who": "state", "except_codes": ["3"], "valid_from": dt.date(2021, 1, 1)},
            ],
        }
    )
    assert service.responsible_on(day, code) == expected


def _product(*vendors: VendorPeriod) -> Product:
    return Product(
        id="x",
        name="X",
        owner_type="private",
        category="forms",
        basis="seen",
        source="here",
        verified_on=dt.date(2026, 1, 1),
        vendors=vendors,
    )


def test_a_product_knows_its_vendor_on_a_day() -> None:
    product = _product(
        VendorPeriod(name="Old", valid_to=dt.date(2020, 12, 31)),
        VendorPeriod(name="New", valid_from=dt.date(2021, 1, 1)),
    )
    assert [product.vendor_on(dt.date(year, 6, 1)) for year in (2019, 2022)] == ["Old", "New"]


def test_of_undated_vendors_the_last_is_the_present_one() -> None:
    assert _product(VendorPeriod(name="Old"), VendorPeriod(name="New")).vendor_on(dt.date(2026, 1, 1)) == "New"
    assert _product().vendor_on(dt.date(2026, 1, 1)) == ""


def test_taxonomies_compare_by_digest_and_serve_as_keys() -> None:
    fi, practice = load_taxonomy("fi"), load_taxonomy("practice")
    assert fi != practice
    assert {fi: "fi", practice: "practice"}[fi] == "fi"
    assert fi != "fi"


def test_services_stand_under_their_themes_in_order() -> None:
    taxonomy = load_taxonomy("fi")
    listed = [service.id for services in taxonomy.services_by_theme.values() for service in services]
    assert sorted(listed) == sorted(taxonomy.services)


def test_a_population_falls_in_one_class() -> None:
    taxonomy = load_taxonomy("fi")
    assert [taxonomy.size_class_of(n) for n in (0, 1999, 2000, 99_999, 100_000)] == [
        "<2000",
        "<2000",
        "2000-5999",
        "40000-99999",
        ">=100000",
    ]
