"""A study of sites that answer oddly, crawled and analysed whole: what stands in place of a page is never a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest

from analysis import analyze_study
from crawler.processes.run import crawl_study
from study import ServiceFinding, State, StateReason, StudyFolder

from .conftest import Reply, Served, make_study

pytestmark = pytest.mark.slow(20)

SERVICES = {
    "/rakennuslupa": "Rakennuslupa",
    "/venepaikat": "Venepaikat",
    "/paivahoito": "Varhaiskasvatukseen hakeminen",
    "/kirjasto": "Kirjasto",
    "/tontit": "Tonttien varaaminen",
    "/kouluun": "Kouluun ilmoittautuminen",
}
TEXTS = {
    "/rakennuslupa": "Rakennuslupa haetaan ennen työn aloittamista. Hae rakennuslupaa sähköisesti "
    "<a href='https://www.lupapiste.fi/'>Lupapisteessä</a>. Rakennusvalvonta neuvoo, puh. 040 123 4567.",
    "/venepaikat": "Venepaikkaa haetaan lomakkeella. Venepaikan voi varata puhelimitse numerosta 040 111 2222.",
}


def page(title: str, text: str = "", links: dict[str, str] | None = None, base: str = "") -> str:
    items = "".join(f'<li><a href="{base}{href}">{name}</a></li>' for href, name in (links or {}).items())
    words = text or f"{title} kunnassamme. Lisätietoja puh. 040 555 6666."
    return (
        f'<!doctype html><html lang="fi"><head><title>{title}</title></head><body><main><h1>{title}</h1>'
        f"<p>{words}</p><ul>{items}</ul></main></body></html>"
    )


def town(base: str = "", services: dict[str, str] = SERVICES) -> dict[str, str]:
    front = page("Kunnan etusivu", "Kunnan sivu kertoo palveluista ja niiden käytöstä. " * 6, services, base)
    home = {f"{base}/": "Etusivu"}
    return {
        f"{base}/": front,
        **{base + path: page(name, TEXTS.get(path, ""), home) for path, name in services.items()},
    }


def bare(title: str, body: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


SWITCHBOARD = "Vaihde puh. 040 999 8888. Suosittuja sisältöjä: rakennuslupa, venepaikat, kirjasto."
INSTEAD: dict[str, tuple[Reply | str, str]] = {
    "f5": (
        bare("Request Rejected", "The requested URL was rejected. Please consult."),
        "block-page",
    ),
    "incapsula": (bare("", "<iframe src='/_Incapsula_Resource?x=1'>Request unsuccessful.</iframe>"), "block-page"),
    "control403": (Reply("Forbidden", 403), "block-page"),
    "words-of-no-list": (bare("Tervehdys", "<p>Portinvartija nro 4 mietti hetken. Viite 77-12-{}.</p>"), "block-page"),
    "out-of-order": (bare("Huoltokatko", "<h1>Sivusto on tilapäisesti poissa käytöstä</h1><p>{}</p>"), "errors"),
    "log-in": (
        bare("Tunnus", '<form method=post><input type=hidden name="SAMLRequest" value="PD94"></form>'),
        "login-wall",
    ),
    "soft-list": (page("Hups, sivua ei löytynyt", "Kokeile suosituimpia palvelujamme.", SERVICES), "searched"),
    "soft-names": (
        page("Sivua ei löytynyt", f"Hakemasi puuttuu. {SWITCHBOARD}", {"/": "Etusivu"}),
        "searched",
    ),
    "soft-of-no-list": (page("Voi harmi", f"Polku vei harhaan. {SWITCHBOARD}", SERVICES), "searched"),
}
JOINT = {"/alfa": dict(list(SERVICES.items())[:2]), "/beta": dict(list(SERVICES.items())[2:])}


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, ServiceFinding]]:
    """The grid of each site: two of its service pages are answered by what stands instead."""
    sites: dict[str, Served] = {}
    for name, (answer, _) in INSTEAD.items():
        said = {path: answer.format(path) if isinstance(answer, str) else answer for path in TEXTS}
        sites[name] = Served({**town(), **said})
        if isinstance(answer, str) and name.startswith("soft"):
            sites[name].fallback = lambda path, answer=answer: answer
    joint = Served({"/": page("Seutu", "", {"/alfa/": "Alfa", "/beta/": "Beta"})})
    for base, services in JOINT.items():
        joint.pages |= town(base, services)
    towns = {name: (site.url,) for name, site in sites.items()}
    towns |= {base.strip("/"): (f"{joint.url}{base.strip('/')}/",) for base in JOINT}
    folder = make_study(tmp_path_factory.mktemp("odd") / "study", towns, parallel_municipalities=6)
    return crawled(folder, [*sites.values(), joint])


def crawled(folder: StudyFolder, sites: Iterable[Served]) -> dict[str, dict[str, ServiceFinding]]:
    list(crawl_study(folder))
    for site in sites:
        site.close()
    analyze_study(folder, workers=1)
    grid: dict[str, dict[str, ServiceFinding]] = defaultdict(dict)
    for row in folder.read("service_findings"):
        grid[row.municipality_code][row.service_id] = row
    return grid


@pytest.mark.parametrize("name", INSTEAD)
def test_what_stands_in_place_of_two_service_pages_is_no_finding(
    cells: dict[str, dict[str, ServiceFinding]], name: str
) -> None:
    reason = StateReason(INSTEAD[name][1])
    for service in ("building-permit", "boat-berth"):
        cell = cells[name][service]
        wanted = State.NOT_FOUND if reason is StateReason.SEARCHED else State.BLOCKED
        assert (cell.state, cell.state_reason, cell.channels) == (wanted, reason, ())
    assert cells[name]["library-services"].state is State.FOUND, "what was answered is read"


def test_two_municipalities_on_one_host_have_each_its_own_services(
    cells: dict[str, dict[str, ServiceFinding]],
) -> None:
    found = {
        name: {service for service, cell in cells[name].items() if cell.state is State.FOUND}
        for name in ("alfa", "beta")
    }
    assert {"building-permit", "boat-berth"} <= found["alfa"]
    assert "library-services" in found["beta"]
    assert not found["alfa"] & found["beta"]
    for name, services in found.items():
        assert all(f"/{name}/" in (cells[name][service].best_url or "") for service in services)
