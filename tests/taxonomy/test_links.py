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


def products_at(url: str) -> set[str]:
    return {hit.product_id for hit in INDEX.find_url(url)}


def test_every_address_leads_to_its_products() -> None:
    """Told as address, what was found, what is right."""
    assert len(LINKS) > 500
    assert [(url, found, right) for url, right in LINKS if (found := products_at(url)) != right] == []


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


def other_ways_to_write(url: str) -> list[str]:
    host, slash, tail = url.removeprefix("https://").partition("/")
    plain = host.rpartition("@")[2].partition(":")[0]
    joined = "&" if "?" in tail else "?"
    return [
        f"http://{host}{slash}{tail}",
        f"https://{plain.upper()}:443{slash}{tail}",
        f"{url.partition('#')[0]}#osio",
        f"{url.partition('#')[0]}{joined}utm_source=kunta",
    ]


def test_the_way_an_address_is_written_changes_nothing() -> None:
    """Scheme, case of the host, default port, a fragment or a parameter more: the same product."""
    variants = [
        (variant, products)
        for url, products in LINKS
        if products and url.startswith("https://")
        for variant in other_ways_to_write(url)
    ]
    assert len(variants) > 1000
    assert [(url, found, right) for url, right in variants if (found := products_at(url)) != right] == []
