"""The practice country a year earlier: its sites are whole, and what changed is what the truth of changes says."""

from __future__ import annotations

import html
import re
import urllib.request
from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest

from practice import changes, municipality_truth, serve, truth
from practice.model import earlier_years, load_country
from practice.server import Served
from practice.sites import MunicipalHost, build_hosts
from taxonomy import kin, load_taxonomy, peers_on

YEAR = 2025
THEN, NOW = truth(YEAR), truth()
CHANGES = changes(YEAR)
OWN = tuple(f"www.{name}.example" for name in ("harjuvesi", "korpikangas", "estola", "hietasalmi"))
_LINK = re.compile(r'(?:href|src)="([^"]*)"', re.IGNORECASE)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(year=YEAR) as running:
        yield running


def test_another_year_is_refused() -> None:
    assert earlier_years() == (YEAR,)
    with pytest.raises(ValueError, match="there is no year 1999; known: 2025"):
        load_country(1999)


def test_every_difference_of_the_sites_is_in_the_truth_of_changes() -> None:
    told = {(c.municipality, c.service, c.subject): (c.old, c.new) for c in CHANGES if c.kind == "site" and c.service}
    found = {}
    elsewhere = [change for change in CHANGES if change.kind != "site"]
    for code in THEN.keys() & NOW.keys():
        for service, now in NOW[code].items():
            if any(change.concerns(code, service) for change in elsewhere):
                continue
            then = THEN[code][service]
            if then["state"] != now["state"]:
                found[code, service, "state"] = ((then["state"],), (now["state"],))
            for subject, key in (("channel", "channels"), ("product", "products")):
                gone, come = set(then[key]) - set(now[key]), set(now[key]) - set(then[key])
                if gone or come:
                    found[code, service, subject] = (tuple(sorted(gone)), tuple(sorted(come)))
    assert found == told


def test_who_could_be_read_in_one_year_only_is_coverage() -> None:
    then, now = municipality_truth(YEAR), municipality_truth()
    differing = {code for code in then.keys() & now.keys() if then[code]["status"] != now[code]["status"]}
    assert differing == {change.municipality for change in CHANGES if change.kind == "coverage"}


def test_what_merged_and_who_arranges_what_is_in_the_taxonomy() -> None:
    taxonomy = load_taxonomy("practice")
    days = date(YEAR, 12, 31), date(YEAR + 1, 12, 31)
    pairs = kin(taxonomy, peers_on(taxonomy, "demo-2025", days[0]), peers_on(taxonomy, "demo", days[1]), *days)
    merged = {code for pair in pairs if not pair.is_same for code in (*pair.old, *pair.new)}
    assert merged == {c.municipality for c in CHANGES if c.kind == "organisation" and c.municipality}
    moved = {
        name
        for name, service in taxonomy.services.items()
        if service.responsible_on(days[0], "P01") != service.responsible_on(days[1], "P01")
    }
    assert moved == {c.service for c in CHANGES if c.kind == "organisation" and c.service}


@pytest.mark.parametrize("name", OWN)
def test_every_link_of_a_site_of_then_answers(served: Served, name: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": served.proxy_url}))
    host = build_hosts(YEAR)[name]
    assert isinstance(host, MunicipalHost)
    dead = {f"http://{name}{path}" for path in load_country(YEAR).stories["fi"]["dead_links"]}
    links = set()
    for target in host.targets:
        page = opener.open(f"http://{name}{target}").read().decode(errors="replace")
        links |= {
            urljoin(f"http://{name}{target}", link).partition("#")[0] for link in _LINK.findall(html.unescape(page))
        }
    missing = set()
    for link in links - dead:
        parts = urlsplit(link)
        other = build_hosts(YEAR).get(parts.hostname or "")
        if parts.scheme == "http" and (other is None or other.answer(parts.path or "/") is None):
            missing.add(link)
    assert missing == set()


def test_a_municipality_that_ended_sends_everybody_to_its_successor() -> None:
    answer = build_hosts()["www.hietasalmi.example"].answer("/asuminen/")
    assert answer is not None
    assert answer.headers["Location"] == "http://www.petajala.example/"
    assert isinstance(build_hosts(YEAR)["www.hietasalmi.example"], MunicipalHost)
