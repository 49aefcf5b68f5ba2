"""One crawl of sites that are larger than they look, lie beside each other, or lead astray."""

from __future__ import annotations

import gzip
import itertools
import re

import pytest

from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StoredDocument,
    StoredFailure,
    StoredJson,
)

from .conftest import Reply, Served, World, crawl_world, html, make_study

pytestmark = pytest.mark.slow

WORDS = ["omena", "kuusi", "vene", "talo", "silta", "katu", "puisto", "ranta", "kivi", "lehti"]


def calendar(path: str) -> str | Reply:
    if match := re.fullmatch(r"/tapahtumat/(\d+)/(\d+)", path):
        year, month = int(match[1]), int(match[2])
        after = (year + month // 12, month % 12 + 1)
        days = [(f"/tapahtumat/{year}/{month}/{day}", f"{day}.") for day in range(1, 29)]
        return html(f"Tapahtumat {month}/{year}", (f"/tapahtumat/{after[0]}/{after[1]}", "Seuraava"), *days)
    if path.startswith("/tapahtumat/"):
        return html(f"Päivä {path}", ("/", "Etusivu"))
    if path.startswith("/haku?"):
        number = int(path.split("sivu=")[1])
        return html(f"Haku {number}", (f"/haku?sivu={number + 1}", "Seuraava sivu"))
    return Reply("gone", 404)


def sitemap(*urls: str, kind: str = "url") -> str:
    root = "urlset" if kind == "url" else "sitemapindex"
    items = "".join(f"<{kind}><loc>{url}</loc></{kind}>" for url in urls)
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</{root}>'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    portal = Served(fallback=lambda path: html(f"Asiointi {path}", ("/other", "Hae verkossa"), ("/x", "Rakennuslupa")))
    secret = Served(fallback=lambda path: html("Salaisuus"))
    sites: dict[str, Served] = {}
    sites["calendar"] = Served(
        {
            "/": html(
                "Kunta", ("/tapahtumat/2026/1", "Tapahtumat"), ("/haku?sivu=1", "Haku"), ("/lupa", "Rakennuslupa")
            ),
            "/lupa": html("Rakennuslupa"),
        },
        calendar,
    )
    sites["mapped"] = Served({"/": html("Kunta", ("/a", "A"))})
    mapped = sites["mapped"].url.rstrip("/")
    hidden = [f"/piilo-{word}" for word in WORDS]
    sites["mapped"].pages |= {
        "/a": html("A-sivu"),
        "/robots.txt": Reply(f"User-agent: *\nDisallow: /kielletty\nSitemap: {mapped}/kartta.xml\n"),
        "/kartta.xml": Reply(
            sitemap(f"{mapped}/osa1.xml.gz", f"{mapped}/osa2.xml", f"{mapped}/kartta.xml", kind="sitemap"),
            headers={"Content-Type": "application/xml"},
        ),
        "/osa1.xml.gz": Reply(
            gzip.compress(sitemap(*(mapped + path for path in hidden)).encode()),
            headers={"Content-Type": "application/gzip"},
        ),
        "/osa2.xml": Reply(
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
            f"<urlset><url><loc>{mapped}/entiteetti-&b;</loc></url></urlset>"
        ),
        **{path: html(path, ("/kielletty/x", "Kielletty")) for path in hidden},
    }
    for code in ("east", "west"):
        sites[code] = Served(
            {
                "/": html(
                    f"Kunta {code}",
                    (f"{portal.url}lomake/7", "Hae verkossa: täytä sähköinen hakemus"),
                    (f"{portal.url}oma/{code}", "Asioi verkossa"),
                    ("/a", "Kunta"),
                    ("/b", "Uutiset"),
                ),
                "/a": html(f"Kunta {code} a"),
                "/b": html(f"Kunta {code} b"),
            }
        )
    sites["astray"] = Served(
        {
            "/": html(
                "Kunta",
                (f"{secret.url}x", "Hae verkossa"),
                ("http://169.254.169.254/latest/meta-data", "Hae verkossa"),
                ("http://2130706433:1/", "Hae verkossa"),
                ("file:///etc/passwd", "Hae verkossa"),
                ("/hop", "Rakennuslupa"),
                ("/a", "A"),
                ("/b", "B"),
            ),
            "/hop": Reply("", 302, {"Location": f"{secret.url}y"}),
            "/a": html("A-sivu"),
            "/b": html("B-sivu"),
        }
    )
    sites["budget"] = Served(
        {
            "/": html("Kunta", *[(f"/{a}-{b}", f"Kirjasto {a} {b}") for a, b in itertools.product(WORDS, WORDS)]),
            "/robots.txt": Reply("", 404),
        },
        lambda path: html(f"Sivu {path}", (f"{path}-x", f"Rakennuslupa {path}")),
    )
    sites["files"] = Served(
        {
            "/": html("Kunta", ("/lupa", "Rakennuslupa"), ("/muu", "Muu")),
            "/lupa": html(
                "Rakennuslupa", ("/hakemus.pdf", "Rakennuslupahakemus"), ("/iso.pdf", "Rakennuslupahakemus iso")
            ),
            "/muu": html("Muu", ("/kuva.jpg", "Kuva"), ("/esite.pdf", "Esite")),
            "/hakemus.pdf": Reply(b"%PDF-1.4 pieni", headers={"Content-Type": "application/pdf"}),
            "/iso.pdf": Reply(b"%PDF-1.4" + b"x" * 3_000_000, headers={"Content-Type": "application/pdf"}),
        }
    )
    sites["slow"] = Served(
        {
            "/robots.txt": Reply("User-agent: kuntatutka\nCrawl-delay: 0.4\nDisallow:\n"),
            "/": html("Kunta", ("/a", "A"), ("/b", "B"), ("/c", "C")),
            "/a": html("A-sivu"),
            "/b": html("B-sivu"),
            "/c": html("C-sivu"),
        }
    )
    hosts = [site.host for site in [*sites.values(), portal]]
    folder = make_study(
        tmp_path_factory.mktemp("traps") / "study",
        {code: (site.url,) for code, site in sites.items()},
        allow_private_hosts=hosts,
        max_pages=120,
        max_response_mb=2,
        parallel_municipalities=4,
    )
    seen = crawl_world(folder, {**sites, "portal": portal, "secret": secret})
    for site in [*sites.values(), portal, secret]:
        site.close()
    return seen


def test_an_endless_calendar_and_endless_paging_end(world: World) -> None:
    paths = world.sites["calendar"].paths
    assert sum(path.startswith("/tapahtumat") for path in paths) < 60
    assert sum(path.startswith("/haku") for path in paths) <= 60
    assert "/lupa" in paths[:6], "the promising link comes first"
    assert world.outcomes["calendar"].status is CrawlStatus.COMPLETE, world.outcomes["calendar"]
    traps = [event for event in world.events("calendar") if isinstance(event, StoredJson) and event.kind == "trap"]
    assert any("/tapahtumat/#/#" in trap.data["rule"] for trap in traps)


def test_sitemaps_are_read_gzipped_and_from_an_index_but_no_entities(world: World) -> None:
    paths = world.sites["mapped"].paths
    assert {f"/piilo-{word}" for word in WORDS} <= set(paths)
    assert not any("entiteetti" in path or "kielletty" in path for path in paths)
    assert len(paths) == len(set(paths))


def test_e_services_are_read_one_hop_and_once_for_the_whole_study(world: World) -> None:
    portal = world.sites["portal"]
    pages = [path for path in portal.paths if path != "/robots.txt"]
    assert sorted(pages) == ["/lomake/7", "/oma/east", "/oma/west"]
    assert portal.most_busy == 1
    both = world.fetched("east") | world.fetched("west")
    assert {portal.url + path for path in ("lomake/7", "oma/east", "oma/west")} <= both
    notes = [
        event
        for code in ("east", "west")
        for event in world.events(code)
        if isinstance(event, StoredJson) and event.kind == "held-elsewhere"
    ]
    assert [(note.url, note.data["code"] in ("east", "west")) for note in notes] == [(f"{portal.url}lomake/7", True)]


def test_no_private_address_is_ever_asked(world: World) -> None:
    assert world.sites["secret"].asked == []
    reasons = {event.reason for event in world.events("astray") if isinstance(event, StoredFailure)}
    assert FailureReason.PRIVATE_ADDRESS in reasons
    assert world.outcomes["astray"].status is CrawlStatus.COMPLETE


def test_the_budget_holds_and_unread_promises_make_it_partial(world: World) -> None:
    outcome = world.outcomes["budget"]
    assert (outcome.status, outcome.reason) == (CrawlStatus.PARTIAL, FailureReason.BUDGET)
    end = next(event for event in world.events("budget") if isinstance(event, CrawlEnd))
    assert end.counters["pages"] == 120
    assert end.counters["unread"] > 0
    assert len(world.sites["budget"].asked) <= 123  # and robots.txt, sitemap.xml


def test_documents_of_service_pages_are_kept_within_limits(world: World) -> None:
    paths = world.sites["files"].paths
    assert "/hakemus.pdf" in paths
    assert "/kuva.jpg" not in paths
    assert "/esite.pdf" not in paths, "no service page links to it"
    assert any(
        d.content_type == "application/pdf" and d.body for d in world.events("files") if isinstance(d, StoredDocument)
    )
    failures = [event for event in world.events("files") if isinstance(event, StoredFailure)]
    assert [(f.url.rsplit("/", 1)[1], f.reason) for f in failures] == [("iso.pdf", FailureReason.TOO_LARGE)]


def test_crawl_delay_is_kept(world: World) -> None:
    times = [at for at, path, _ in world.sites["slow"].asked if path != "/robots.txt"]
    assert len(times) >= 4
    assert min(after - before for before, after in itertools.pairwise(times)) >= 0.38
