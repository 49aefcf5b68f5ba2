"""One answer to "is this address an e-service", for whoever meets it."""

from __future__ import annotations

from typing import Any

import pytest

from taxonomy import is_used, load_taxonomy, use_of

TAXONOMY = load_taxonomy("fi")


def use(host: str, path: str = "/") -> Any:
    return use_of(f"https://{host}{path}", host, TAXONOMY)


@pytest.mark.parametrize(
    ("host", "path", "is_eservice"),
    [
        ("lupapiste.fi", "/", True),
        ("asiointi.kunta.example", "/", True),
        ("kunta.example", "/sahkoinen-asiointi/hae", True),
        ("kunta.example", "/venepaikat", False),
        ("finlex.fi", "/fi/laki", False),
        ("lomake.finlex.fi", "/", False),
        ("google-analytics.com", "/collect", False),
    ],
)
def test_an_address_alone_tells(host: str, path: str, is_eservice: bool) -> None:
    assert use(host, path).is_eservice is is_eservice


def test_hosts_that_only_inform_are_none_whatever_the_link_says() -> None:
    assert use("finlex.fi").is_none
    assert not use("kunta.example").is_none


def test_products_that_residents_use_are_told_apart() -> None:
    retired = next(product for product in TAXONOMY.products.values() if product.retired_on)
    tool = next(product for product in TAXONOMY.products.values() if product.category == "analytics")
    assert not is_used(retired)
    assert not is_used(tool)
    assert is_used(TAXONOMY.products["lupapiste"])
