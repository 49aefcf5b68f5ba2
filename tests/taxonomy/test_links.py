"""Addresses seen on municipal sites and in public sources, each with the product that runs it, and look-alikes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from taxonomy import ProductIndex, eservice_links, load_taxonomy

TAXONOMY = load_taxonomy("fi")
INDEX = ProductIndex(TAXONOMY.products.values())
with Path(__file__).with_name("links.csv").open(encoding="utf-8", newline="") as handle:
    LINKS = [(row["url"], set(row["product"].split())) for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("url", "products"), LINKS)
def test_link(url: str, products: set[str]) -> None:
    assert {hit.product_id for hit in INDEX.find_url(url)} == products


@pytest.mark.parametrize(
    ("url", "inner"),
    [
        ("https://www.google.com/url?q=https://www.lupapiste.fi/&sa=D", "https://www.lupapiste.fi/"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F", "https://a.example/"),
        ("https://www.google.com/url?sa=D", "https://www.google.com/url?sa=D"),
        ("https://a.example/?url=https://b.example/", "https://a.example/?url=https://b.example/"),
        ("http://[broken?url=x", "http://[broken?url=x"),
    ],
)
def test_wrapped_addresses(url: str, inner: str) -> None:
    assert eservice_links().unwrapped(url) == inner


@pytest.mark.parametrize(("url", "products"), [link for link in LINKS if link[1] and link[0].startswith("https://")])
def test_the_way_an_address_is_written_changes_nothing(url: str, products: set[str]) -> None:
    """Scheme, case of the host, default port, a fragment or a parameter more: the same product."""
    host, slash, tail = url.removeprefix("https://").partition("/")
    plain = host.rpartition("@")[2].partition(":")[0]
    joined = "&" if "?" in tail else "?"
    variants = [
        f"http://{host}{slash}{tail}",
        f"https://{plain.upper()}:443{slash}{tail}",
        f"{url.partition('#')[0]}#osio",
        f"{url.partition('#')[0]}{joined}utm_source=kunta",
    ]
    for variant in variants:
        assert {hit.product_id for hit in INDEX.find_url(variant)} == products, variant
