"""How soon does the crawler find the services? Its order of links against breadth-first, on the same sites.

Two kinds of sites, both walked in this process without a network: the practice country, and a generated municipality of
some 1,700 pages with theme hubs, vague links, news, minutes and a calendar. A service counts as found when a page that
serves it has been fetched. The aim: at least as many after 100 pages as breadth-first finds in 300.

    .venv/bin/python bench/crawl_focus.py [--seeds 5]
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections import deque
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from w3lib.encoding import html_to_unicode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler.reading.entries import Budget, Kind  # noqa: E402
from crawler.reading.links import read_links  # noqa: E402
from crawler.reading.plan import Answer, Plan  # noqa: E402
from crawler.reading.reader import SiteReader  # noqa: E402
from crawler.reading.site import OwnSite, Place  # noqa: E402
from practice import truth as practice_truth  # noqa: E402
from practice.sites import Host, build_hosts  # noqa: E402
from study import (  # noqa: E402
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    host_of,
    is_asset_url,
    normalise_url,
)
from taxonomy import Taxonomy, load_taxonomy  # noqa: E402

MARKS = (25, 50, 100, 200, 300)


@dataclass(frozen=True)
class Site:
    """A site that answers without a network, and which of its pages serve which services."""

    name: str
    country: str
    municipality: StudyMunicipality
    fetch: Callable[[str], Answer]
    serves: Mapping[str, Set[str]]

    @property
    def services(self) -> set[str]:
        """All services that some page serves."""
        return {service for served in self.serves.values() for service in served}


class _Folder(StudyFolder):
    """A study that is nowhere: only its settings are looked at."""

    @property
    def config(self) -> StudyConfig:
        return StudyConfig(study=StudySection(title="Focus", year=2026))


def order_focused(site: Site, limit: int) -> list[str]:
    """The pages in the order in which the product fetches them."""
    taxonomy = load_taxonomy(site.country)
    plan = Plan(_Folder(Path("/nonexistent")), site.municipality, taxonomy, Budget(pages=limit, renders=0))
    reader = SiteReader(plan)
    reader.begin()
    order: list[str] = []
    now = 0.0
    while len(order) < limit and (entry := reader.frontier.next(now, lambda host: True)) is not None:
        now += 1.0
        answer = site.fetch(entry.url)
        if answer.status == 200 and entry.kind in (Kind.FRONT, Kind.PAGE, Kind.DOCUMENT, Kind.ESERVICE):
            order.append(entry.url)
        reader.take(entry, answer, now)
    return order


def order_breadth_first(site: Site, limit: int) -> list[str]:
    """The pages in breadth-first order, each address once."""
    order: list[str] = []
    own = OwnSite(site.municipality)
    queue = deque(own.start_urls(site.municipality))
    seen = set(queue)
    while queue and len(order) < limit:
        url = queue.popleft()
        answer = site.fetch(url)
        found = [normalise_url(answer.headers.get("location", ""), url)] if 300 <= answer.status < 400 else []
        if answer.status == 200:
            order.append(url)
            html = html_to_unicode(answer.headers.get("content-type"), answer.body)[1]
            found = [link.url for link in read_links(html, url).links]
        for target in found:
            if target and target not in seen and own.place(host_of(target)) is Place.OWN and not is_asset_url(target):
                seen.add(target)
                queue.append(target)
    return order


def practice() -> list[Site]:
    """The healthy municipalities of the practice country whose pages need no browser."""
    hosts, truth = build_hosts(), practice_truth()
    return [_practice_site(code, hosts, truth[code]) for code in sorted(truth) if _needs_no_browser(code, hosts)]


def _practice_municipality(code: str) -> StudyMunicipality:
    item = load_taxonomy("practice").municipalities[code]
    others = tuple(site.url for site in item.sites if site.url != item.website)
    return StudyMunicipality(code=code, name_fi=item.name.get("fi"), website=item.website, hosts=others)


def _needs_no_browser(code: str, hosts: Mapping[str, Host]) -> bool:
    answer = _ask(hosts, _practice_municipality(code).website)
    return not read_links(answer.body.decode("utf-8", errors="replace"), "http://x.example/").is_shell


def _practice_site(code: str, hosts: Mapping[str, Host], facts: Mapping[str, Any]) -> Site:
    serves: dict[str, set[str]] = {}
    for service, expected in facts.items():
        for url in expected["pages"].values():
            serves.setdefault(url, set()).add(service)
    municipality = _practice_municipality(code)
    name = f"practice {municipality.name_fi}"
    return Site(name, "practice", municipality, lambda url: _ask(hosts, url), serves)


def _ask(hosts: Mapping[str, Host], url: str) -> Answer:
    parts = urlsplit(url)
    host = hosts.get(parts.hostname or "")
    given = host.answer((parts.path or "/") + (f"?{parts.query}" if parts.query else "")) if host else None
    if given is None:
        return Answer(url, 404, {}, b"", "text/html")
    headers = {"content-type": given.content_type, **{k.lower(): v for k, v in given.headers.items()}}
    return Answer(url, given.status, headers, given.body, given.content_type.split(";")[0])


def found_after(site: Site, order: list[str], pages: int) -> int:
    """How many services the first pages of an order serve."""
    return len({service for url in order[:pages] for service in site.serves.get(url, ())})


def generated(seed: int, country: str = "fi", language: str = "fi") -> Site:
    """A municipality whose services lie three to five clicks deep among much else."""
    return _Generator(load_taxonomy(country), language, random.Random(seed)).site(f"generated {seed}", country)


class _Generator:
    def __init__(self, taxonomy: Taxonomy, language: str, draw: random.Random) -> None:
        self._taxonomy, self._language, self._draw = taxonomy, language, draw
        self._root = "http://www.kunta.example"
        self._pages: dict[str, tuple[str, list[tuple[str, str]]]] = {}
        self._serves: dict[str, set[str]] = {}
        syllables = ["ka", "lo", "mi", "ta", "ve", "su", "ri", "no", "pe", "hu", "ky", "va"]
        self._words = ["".join(draw.choice(syllables) for _ in range(draw.randint(2, 4))) for _ in range(400)]

    def site(self, name: str, country: str) -> Site:
        navigation = [self._theme(theme_id) for theme_id in self._taxonomy.themes]
        navigation += [self._news(), self._minutes(), ("/kalenteri/2026/1", self._text(1))]
        self._add("/", "Etusivu", [*navigation, *self._filler("/ajankohtaista", 12)])
        serves = {self._root + path: services for path, services in self._serves.items()}
        headers = {"content-type": "text/html; charset=utf-8"}

        def fetch(url: str) -> Answer:
            path = url.removeprefix(self._root)
            if path not in self._pages:
                return Answer(url, 404, headers, b"", "text/html")
            return Answer(url, 200, headers, self._html(path, navigation).encode(), "text/html")

        municipality = StudyMunicipality(code="901", name_fi="Bench", website=f"{self._root}/")
        return Site(name, country, municipality, fetch, serves)

    def _theme(self, theme_id: str) -> tuple[str, str]:
        theme = self._taxonomy.themes[theme_id]
        path, title = f"/{self._word()}", theme.name.get(self._language).split(" ")[0]
        groups = [(f"{path}/{self._word()}-{number}", self._text(2)) for number in "abcdefghij"]
        for service in self._taxonomy.services_by_theme[theme_id]:
            where, _ = self._draw.choice(groups)
            self._service(where, service.id)
        for where, label in groups:
            links = self._links_below(where)
            self._add(where, label, [*links, *self._filler(where, self._draw.randint(4, 10))])
        self._add(path, title, groups)
        return path, title

    def _service(self, where: str, service_id: str) -> None:
        """A page named by one of the service's terms; a third behind a vague link or one step further down."""
        service = self._taxonomy.services[service_id]
        term = self._draw.choice(service.terms[self._language])
        path = f"{where}/{self._word()}-{service_id.count('-')}{self._word()}"
        self._add(path, term.capitalize(), self._filler(path, 3))
        self._serves[path] = {service_id}
        label = self._draw.choice([term.capitalize(), term.capitalize(), self._text(2)])
        if self._draw.random() < 0.3:
            between = f"{where}/{self._word()}{self._word()}"
            self._add(between, self._text(2), [(path, label), *self._filler(between, 4)])
            path, label = between, self._draw.choice([term.capitalize(), self._text(2)])
        self._below.setdefault(where, []).append((path, label))

    @property
    def _below(self) -> dict[str, list[tuple[str, str]]]:
        below: dict[str, list[tuple[str, str]]] = self.__dict__.setdefault("below", {})
        return below

    def _links_below(self, where: str) -> list[tuple[str, str]]:
        return self._below.get(where, [])

    def _news(self) -> tuple[str, str]:
        items = [(f"/uutiset/{self._word()}-{self._word()}-{n:x}", self._text(4)) for n in range(300)]
        for index, (path, title) in enumerate(items):
            self._add(path, title, [*self._draw.sample(items, 5), items[(index + 1) % 300]])
        self._add("/uutiset", "Uutiset", items[:40])
        return "/uutiset", "Uutiset"

    def _minutes(self) -> tuple[str, str]:
        boards = [(f"/poytakirjat/{self._word()}", self._text(2)) for _ in range(12)]
        for path, title in boards:
            meetings = [(f"{path}/{self._word()}-{n}", f"{title} {n}") for n in range(40)]
            for meeting, label in meetings:
                self._add(meeting, label, [])
            self._add(path, title, meetings)
        self._add("/poytakirjat", "Pöytäkirjat", boards)
        for month in range(1, 100):
            following = (f"/kalenteri/{2026 + month // 12}/{month % 12 + 1}", "Seuraava")
            self._add(f"/kalenteri/{2026 + (month - 1) // 12}/{(month - 1) % 12 + 1}", self._text(1), [following])
        return "/poytakirjat", "Pöytäkirjat"

    def _filler(self, where: str, count: int) -> list[tuple[str, str]]:
        links = [(f"{where}/{self._word()}{self._word()}", self._text(2)) for _ in range(count)]
        for path, title in links:
            self._add(path, title, [])
        return links

    def _add(self, path: str, title: str, links: list[tuple[str, str]]) -> None:
        self._pages[path] = (title, links)

    def _word(self) -> str:
        return self._draw.choice(self._words)

    def _text(self, words: int) -> str:
        return " ".join(self._word() for _ in range(words)).capitalize()

    def _html(self, path: str, navigation: list[tuple[str, str]]) -> str:
        title, links = self._pages[path]
        menu = "".join(f'<a href="{href}">{label}</a> ' for href, label in navigation)
        items = "".join(f'<li><a href="{href}">{label}</a></li>' for href, label in links)
        text = " ".join(self._words[:60])
        return (
            f'<!doctype html><html lang="{self._language}"><head><title>{title}</title></head><body><nav>{menu}</nav>'
            f"<main><h1>{title}</h1><p>{text}</p><ul>{items}</ul></main></body></html>"
        )


def compare(site: Site) -> tuple[dict[int, int], dict[int, int]]:
    """Services found after each mark: focused and breadth-first."""
    focused, plain = order_focused(site, max(MARKS)), order_breadth_first(site, max(MARKS))
    results: Callable[[list[str]], dict[int, int]] = lambda order: {m: found_after(site, order, m) for m in MARKS}  # noqa: E731
    return results(focused), results(plain)


def main() -> None:
    """Print a table of services found after so many pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    shares = []
    for site in [*practice(), *(generated(seed) for seed in range(1, arguments.seeds + 1))]:
        focused, plain = compare(site)
        print(f"{site.name}: {len(site.services)} services")
        print(f"  {'pages read':<14}" + "".join(f"{mark:>6}" for mark in MARKS))
        print(f"  {'this crawler':<14}" + "".join(f"{focused[mark]:>6}" for mark in MARKS))
        print(f"  {'breadth-first':<14}" + "".join(f"{plain[mark]:>6}" for mark in MARKS), flush=True)
        shares.append(focused[100] / max(1, plain[300]))
    print(f"found in 100 pages / breadth-first in 300: {statistics.median(shares):.2f}, worst {min(shares):.2f}")


if __name__ == "__main__":
    main()
