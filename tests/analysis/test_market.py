"""Concentration of products: effective number, leading product, variety, and the unresolved share beside them."""

from __future__ import annotations

import pytest

from analysis.fold.market import effective_number, service_products
from study import ServiceFinding, ServiceProducts, State, VendorHit, Verification

SERVICE = "boat-berth"


def finding(code: str, digital: bool | None = True) -> ServiceFinding:
    return ServiceFinding(
        municipality_code=code, theme_id="t", service_id=SERVICE, state=State.FOUND, state_reason=None, pages_read=1,
        best_url=None, confidence=1.0, click_depth=1, channels=(), digital=digital, phone=False, on_site=False,
        printable_form=False, email=False, maturity=4, authentication=None, verification=Verification.AUTOMATIC,
        rule="r", languages=(), language_gaps=(), path_quality=None, maturity_reason="",
    )  # fmt: skip


def hit(code: str, product: str, service: str | None = SERVICE) -> VendorHit:
    return VendorHit(
        code, service, product, "Maker", "private", "booking", "host", "http://a.example/", "http://b.example/"
    )


def row(*pairs: tuple[str, str], places: str = "abcdef") -> ServiceProducts:
    (only,) = service_products([finding(code) for code in places], [hit(*pair) for pair in pairs], {"x", "y", "z"})
    return only


@pytest.mark.parametrize(
    ("counts", "expected"), [([], None), ([0], None), ([6], 1.0), ([3, 3], 2.0), ([4, 2], 1.8), ([1, 1, 1, 1], 4.0)]
)
def test_effective_number(counts: list[int], expected: float | None) -> None:
    assert effective_number(counts) == expected


def test_one_product_everywhere() -> None:
    found = row(*((code, "x") for code in "abcdef"))
    assert (found.digital, found.recognised, found.unresolved) == (6, 6, 0)
    assert (found.effective_products, found.leading_product, found.leading_share) == (1.0, "x", 1.0)
    assert found.variety == "one-product"


def test_one_product_leads() -> None:
    found = row(("a", "x"), ("b", "x"), ("c", "x"), ("d", "y"), places="abcd")
    assert (found.variety, found.leading_share, found.products) == ("one-leads", 0.75, 2)


def test_products_differ_and_two_in_one_municipality_both_count() -> None:
    found = row(("a", "x"), ("a", "y"), ("b", "y"), ("c", "z"), ("d", "x"), places="abcd")
    assert (found.recognised, found.products, found.variety) == (4, 3, "varied")


def test_too_much_unresolved_says_nothing_of_variety() -> None:
    found = row(("a", "x"), ("b", "x"), places="abcdef")
    assert (found.unresolved, found.variety) == (4, "uncertain")
    assert row(("a", "x"), places="a").variety == "uncertain"


def test_what_is_not_counted_or_of_no_service_is_unresolved() -> None:
    (found,) = service_products([finding("a")], [hit("a", "library-of-code"), hit("a", "x", None)], {"x"})
    assert (found.recognised, found.effective_products, found.leading_product) == (0, None, None)


def test_services_nobody_offers_digitally_have_no_row() -> None:
    assert service_products([finding("a", False), finding("b", None)], [hit("a", "x")], {"x"}) == []
