"""A site is found as a person would find it: another spelling, a new name, its part of a joint site."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.processes.run import is_finished, stored_end
from crawler.reading.entries import Budget, Kind
from crawler.reading.plan import Answer, Plan
from crawler.reading.reader import SiteReader
from crawler.reading.tally import Leftover, judge
from study import (
    CrawlStatus,
    StudyConfig,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    create_study,
    open_study,
    write_municipalities,
)
from taxonomy import load_taxonomy

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LINKS = [("/venepaikat", "Venepaikat"), ("/rakennuslupa", "Rakennuslupa"), ("/kirjasto", "Kirjasto")]


def page(title: str, links: list[tuple[str, str]] = (), base: str = "") -> str:  # type: ignore[assignment]
    items = "".join(f'<li><a href="{base}{href}">{text}</a></li>' for href, text in links)
    words = f"{title} on kunnan palvelu, josta kerrotaan {title.lower()}-sivulla. " * 3
    return (
        f'<html lang="fi"><title>{title}</title><body><main><h1>{title}</h1><p>{words}</p>{items}</main></body></html>'
    )


def site(base: str = "") -> dict[str, tuple[int, str]]:
    pages = {f"{base}{href}": (200, page(text)) for href, text in LINKS}
    return {f"{base}/": (200, page("Kunta", LINKS, base)), **pages}


class Crawled:
    """A crawl over a web of hosts that lives in a dictionary: (host, path) to status and body, or to an address."""

    def __init__(
        self, tmp_path: Path, website: str, web: dict[str, dict[str, tuple[int, str]]], *sitemaps: str
    ) -> None:
        town = StudyMunicipality("901", "Kunta", website, languages=("fi",))
        folder = create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026)), (town,))
        self.reader = SiteReader(Plan(folder, town, load_taxonomy("fi"), Budget(pages=40, renders=0)))
        self.reader.begin()
        self.reader.read_robots(website.rstrip("/"), sitemaps)
        self.asked: list[str] = []
        self.probes = 0
        now = 0.0
        while (entry := self.reader.frontier.next(now := now + 1e6, lambda host: True)) is not None:
            host, _, path = entry.url.partition("://")[2].partition("/")
            status, body = web.get(host, {}).get(f"/{path}", (404, "<p>no</p>"))
            headers = {"content-type": "text/html"} | ({"location": body} if 300 <= status < 400 else {})
            self.asked.append(entry.url)
            self.probes += entry.kind is Kind.PROBE
            self.reader.take(entry, Answer(entry.url, status, headers, body.encode(), "text/html"), now)
        self.verdict = judge(self.reader.tally, Leftover(), "finished")


@pytest.mark.parametrize("front", [(404, "no"), (403, "no"), (503, "no"), (500, "no"), (200, "<p>It works!</p>")])
def test_a_bare_name_that_gives_no_page_is_read_with_www(tmp_path: Path, front: tuple[int, str]) -> None:
    done = Crawled(tmp_path, "http://kunta.example/", {"kunta.example": {"/": front}, "www.kunta.example": site()})
    assert done.verdict.status is CrawlStatus.COMPLETE
    assert "read at http://www.kunta.example/" in done.verdict.detail
    assert "http://www.kunta.example/venepaikat" in done.asked


PARKED = {
    "a manual that is not there": "<h1>Default Page</h1><a href='/manual'>manual</a><a href='https://x.example/'>x</a>",
    "a log-in to the panel": "<h1>Default Page</h1><a href='/login'>Log in</a>",
    "a list of nothing": "<h1>Index of /</h1><a href='/?C=N'>Name</a><a href='/cgi-bin/'>cgi-bin/</a>",
    "gone": "<h1>Sivua ei löytynyt</h1><a href='/a'>A</a>",
    "out of order": "<h1>Sivusto on huollossa</h1>",
}


@pytest.mark.parametrize("kind", PARKED)
@pytest.mark.parametrize("answers_all", [False, True])
def test_a_name_behind_which_no_site_lies_is_read_with_www(tmp_path: Path, kind: str, answers_all: bool) -> None:
    front = dict.fromkeys(("/", "/manual", "/login", "/cgi-bin/", "/a")[: 5 if answers_all else 1], (200, PARKED[kind]))
    done = Crawled(tmp_path, "http://kunta.example/", {"kunta.example": front, "www.kunta.example": site()})
    assert done.verdict.status is CrawlStatus.COMPLETE
    assert "read at http://www.kunta.example/" in done.verdict.detail


def test_a_small_site_that_both_names_show_is_told_as_small(tmp_path: Path) -> None:
    small = {"/": (200, page("Kunta", [("/a", "Historia")])), "/a": (200, page("Historia"))}
    done = Crawled(tmp_path, "http://kunta.example/", {"kunta.example": small, "www.kunta.example": small})
    assert (done.verdict.status, done.verdict.detail) == (CrawlStatus.FAILED, "only 2 readable pages could be found")


def test_a_name_with_www_that_gives_no_page_is_read_without(tmp_path: Path) -> None:
    done = Crawled(tmp_path, "http://www.kunta.example/", {"www.kunta.example": {}, "kunta.example": site()})
    assert done.verdict.status is CrawlStatus.COMPLETE


def test_where_neither_spelling_answers_the_first_trouble_is_told(tmp_path: Path) -> None:
    done = Crawled(tmp_path, "http://kunta.example/", {})
    assert done.verdict.status is CrawlStatus.FAILED


@pytest.mark.parametrize("status", [301, 302, 308])
def test_a_town_that_has_merged_is_read_where_its_name_leads(tmp_path: Path, status: int) -> None:
    web = {"vanha.example": {"/": (status, "http://uusi.example/")}, "uusi.example": site()}
    done = Crawled(tmp_path, "http://vanha.example/", web)
    assert done.verdict.status is CrawlStatus.COMPLETE
    assert "http://vanha.example/ leads to http://uusi.example/" in done.verdict.detail


def test_a_name_that_leads_to_a_social_medium_is_no_site(tmp_path: Path) -> None:
    web = {"vanha.example": {"/": (301, "https://www.facebook.com/kunta")}}
    assert Crawled(tmp_path, "http://vanha.example/", web).verdict.status is CrawlStatus.FAILED


def test_a_folder_of_a_joint_site_is_read_and_nothing_beside_it(tmp_path: Path) -> None:
    joint = {**site("/alfa"), **site("/beta"), "/": (200, page("Seutu", [("/alfa/", "Alfa"), ("/beta/", "Beta")]))}
    joint["/alfa/kirjasto"] = (200, page("Kirjasto", [("/", "Seutu"), ("/beta/venepaikat", "Venepaikat")]))
    done = Crawled(tmp_path, "http://seutu.example/alfa/", {"seutu.example": joint})
    assert done.verdict.status is CrawlStatus.COMPLETE
    assert "http://seutu.example/alfa/venepaikat" in done.asked
    own = [url for url in done.asked if done.reader.site.place_of(url) == "own"]
    assert all("/alfa/" in url for url in own)
    assert done.reader.tally.pages == 4


def test_each_host_is_asked_once_for_an_address_that_cannot_exist(tmp_path: Path) -> None:
    done = Crawled(tmp_path, "http://kunta.example/", {"kunta.example": site()})
    assert done.probes == 1


def sitemap(*urls: str, kind: str = "url") -> tuple[int, str]:
    root = "urlset" if kind == "url" else "sitemapindex"
    return 200, f"<{root}>{''.join(f'<{kind}><loc>{url}</loc></{kind}>' for url in urls)}</{root}>"


@pytest.mark.parametrize(
    "maps",
    [
        {"/m/s.xml": sitemap("http://kunta.example/venepaikat")},
        {
            "/m/s.xml": sitemap("http://cdn.example/m/1.xml", kind="sitemap"),
            "/m/1.xml": sitemap("http://kunta.example/venepaikat"),
        },
        {"/m/s.xml": (301, "http://muualla.example/s.xml")},
    ],
    ids=["map", "index", "moved"],
)
def test_a_sitemap_that_robots_names_is_read_on_any_host(tmp_path: Path, maps: dict[str, tuple[int, str]]) -> None:
    town = {**site(), "/": (200, page("Kunta", [("/kirjasto", "Kirjasto")]))}
    far = {"/s.xml": sitemap("http://kunta.example/venepaikat", "http://toinen.example/kirjasto")}
    web = {"kunta.example": town, "cdn.example": maps, "muualla.example": far}
    done = Crawled(tmp_path, "http://kunta.example/", web, "http://cdn.example/m/s.xml")
    assert "http://kunta.example/venepaikat" in done.asked
    assert "http://toinen.example/kirjasto" not in done.asked, "a map speaks for the municipality's own pages alone"


def test_where_the_named_sitemap_is_switched_off_the_usual_one_is_read(tmp_path: Path) -> None:
    town = {**site(), "/": (200, page("Kunta", [("/kirjasto", "Kirjasto")]))}
    town["/sitemap.xml"] = sitemap("http://kunta.example/venepaikat")
    done = Crawled(tmp_path, "http://kunta.example/", {"kunta.example": town}, "http://kunta.example/sitemap.xml.gz")
    assert "http://kunta.example/venepaikat" in done.asked


def test_a_crawl_of_another_address_is_no_crawl_of_this_one(tmp_path: Path) -> None:
    config = StudyConfig(study=StudySection(title="T", year=2026))
    town = StudyMunicipality("901", "Kunta", "http://www.kunta.example/")
    folder = create_study(tmp_path / "s", config, (town,))
    writer = WarcWriter(folder.evidence, "901")
    writer.write_exchange("http://kunta.example/", [], 200, [], b"x", at=NOW)
    writer.write_crawl_end(CrawlStatus.COMPLETE, None, {"budget": 40}, started_at=NOW, ended_at=NOW)
    writer.close()
    assert is_finished(stored_end(folder, "901"), 40)
    write_municipalities(folder.municipalities_file, (replace(town, website="http://uusi.example/"),))
    assert stored_end(open_study(folder.root), "901") is None


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("/tiedostot/seloste.pdf", "Saavutettavuusseloste (pdf)"),
        ("/t/1.pdf", "Tillgänglighetsutlåtande"),
        ("http://selosteet.example/kunta", "Saavutettavuusseloste"),
        ("http://tiedostot.example/9.pdf", "Read our accessibility statement (PDF)"),
        ("http://asiointi.kunta.example/s", "Saavutettavuusseloste"),
    ],
)
def test_a_statement_is_read_wherever_it_is_kept(tmp_path: Path, link: str, text: str) -> None:
    town = site()
    town["/"] = (200, town["/"][1].replace("</main>", f"</main><footer><a href='{link}'>{text}</a></footer>"))
    done = Crawled(tmp_path, "http://kunta.example/", {"kunta.example": town})
    assert (link if "://" in link else f"http://kunta.example{link}") in done.asked
