"""The hosts of the practice country: municipal sites and the e-services they send people to.

`build_hosts()` returns one object per host name; each answers a path with an `Answer`. Everything is made from the data
files when it is first asked for. No sockets here.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Protocol
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from . import PRESENT
from .answers import HTML, Answer, dated, file_answer, redirect
from .compose import FORM_TYPES, Offer
from .files import docx_form, pdf_form
from .model import HERE, MAIN_LANGUAGE, Country, Product, Site, earlier_years, load_country
from .pages import Page, build_pages, calendar_page, offers
from .render import Version, page_json, render, static_template

_NODE = re.compile(r"/node/(\d+)")
_GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_ALLOW_ALL = "User-agent: *\nDisallow:\n"
_FORBID_ALL = "User-agent: *\nDisallow: /\n"


class Host(Protocol):
    """Anything that answers for one host name."""

    def answer(self, target: str) -> Answer | None:
        """The response to a path with query; None when nothing listens (the proxy then says so)."""
        ...


class MunicipalHost:
    """One host of a healthy municipality: pages, files, sitemaps, redirects and small mistakes of its own."""

    def __init__(self, country: Country, site: Site, host: str) -> None:
        self._country, self._site, self._host = country, site, host
        self._system = country.systems[site.cms]
        self._versions = versions(country, site)
        self._mine = {code: v for code, v in self._versions.items() if v.host == host}
        self._files = _site_files(country, site, host, self._mine)
        self._pages = {v.addresses[key]: (code, key) for code, v in self._mine.items() for key in v.pages}
        self._cached = lru_cache(maxsize=4096)(self._make)

    def answer(self, target: str) -> Answer | None:
        return self._cached(target)

    @property
    def targets(self) -> tuple[str, ...]:
        """The addresses of all pages of this host, without the calendar's."""
        return tuple(self._pages)

    def _make(self, target: str) -> Answer:
        path, _, query = target.partition("?")
        if self._system.data and path == self._system.data:
            return self._data(parse_qs(query).get(self._system.data_parameter, ["/"])[0])
        if found := self._find(target):
            return self._page(found, target)
        if path in self._files:
            return self._files[path]()
        if path + "/" in self._pages:
            return redirect(path + "/")
        if query and path in self._pages and self._site.cms != "oldtable":
            return self._make(path)
        if self._site.cms == "wordpress" and path.startswith("/wp-json/"):
            return Answer(200, "application/json", json.dumps({"link": target, "type": "page"}).encode())
        if number := _NODE.fullmatch(path):
            return self._numbered(int(number.group(1)))
        if path.endswith((".js", ".gif")):
            return file_answer(path, b"/* practice */\n" if path.endswith(".js") else _GIF)
        return self._missing()

    def _find(self, target: str) -> Page | None:
        """The page of an address; the calendar's pages are made when they are asked for."""
        if target in self._pages:
            code, key = self._pages[target]
            return self._mine[code].pages[key]
        for code, version in self._mine.items():
            if month := version.addresses.month_of(target):
                return calendar_page(self._country, self._site, code, month)
        return None

    def _page(self, page: Page, target: str) -> Answer:
        body = render(self._country, self._site, page, target, self._versions)
        kind = f"text/html; charset={self._system.encoding}" if self._site.charset_header else "text/html"
        answer = Answer(200, kind, body)
        return dated(answer) if self._site.etag and page.kind != "calendar" else answer

    def _numbered(self, number: int) -> Answer:
        """A page asked for by its number in the system's own address, as short links do."""
        paths = list(self._pages)
        return redirect(paths[number - 100]) if 0 <= number - 100 < len(paths) else self._missing()

    def _data(self, target: str) -> Answer:
        page = self._find(target)
        if page is None:
            return Answer(404, "application/json", b"{}")
        return Answer(200, "application/json", page_json(self._country, self._site, page, target, self._versions))

    def _missing(self) -> Answer:
        code = next(iter(self._mine))
        ui = self._country.phrases[code]["ui"]
        page = static_template("plain.html.j2").render(language=code, title=ui["not_found"], text=ui["not_found_text"])
        return Answer(200 if self._site.soft_404 else 404, HTML, page.encode())


class ServiceHost:
    """A host of an e-service: a landing page for each tenant, a robots.txt, and nothing behind the log-in."""

    def __init__(self, product: Product, ui: Mapping[str, str], tenants: Mapping[str, str]) -> None:
        self._product, self._ui, self._tenants = product, ui, tenants

    def answer(self, target: str) -> Answer | None:
        path = target.partition("?")[0]
        if path == "/robots.txt":
            text = _FORBID_ALL if self._product.robots == "forbid" else _ALLOW_ALL
            return file_answer(path, text.encode())
        if path.rpartition(".")[2] in ("js", "css"):
            return file_answer(path, b"/* practice */\n")
        parts = [*path.strip("/").split("/")]
        tenant = next((self._tenants[part] for part in parts if part in self._tenants), "")
        values = {"language": MAIN_LANGUAGE, "landing": self._product.landing[MAIN_LANGUAGE], "product": self._product}
        html = static_template("landing.html.j2").render(values | {"tenant": tenant, "ui": self._ui})
        cookie = {"Set-Cookie": f"{self._product.cookie}=practice; Path=/"} if self._product.cookie else {}
        return Answer(200, HTML, html.encode(), cookie)


class PlainHost:
    """A host with one page: a county, an authority, or an e-service that no product of the catalogue claims."""

    def __init__(self, title: str, text: str) -> None:
        self._html = static_template("plain.html.j2").render(language=MAIN_LANGUAGE, title=title, text=text).encode()

    def answer(self, target: str) -> Answer | None:
        if target == "/robots.txt":
            return file_answer(target, _ALLOW_ALL.encode())
        return Answer(200, HTML, self._html)


class SickHost:
    """A municipal host that cannot be studied, each kind for its own reason."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def answer(self, target: str) -> Answer | None:
        status = self._site.status
        if status == "down":
            return None
        if status == "forbidden":
            return Answer(
                403, HTML, b"<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>"
            )
        if target == "/robots.txt":
            return file_answer(target, (_FORBID_ALL if status == "robots" else _ALLOW_ALL).encode())
        if status == "broken":
            return Answer(500, HTML, b"<html><head><title>500</title></head><body>Internal Server Error</body></html>")
        if target == "/":
            return Answer(200, HTML, b"<html><head><title></title></head><body></body></html>")
        return Answer(404, HTML, b"<html><head><title>404</title></head><body></body></html>")


def build_hosts(year: int = PRESENT) -> dict[str, Host]:
    """Every host name of the practice country with what answers there, or answered in an earlier year; made once."""
    return _kept_hosts(year)


def make_hosts(year: int = PRESENT) -> dict[str, Host]:
    """The hosts of a year, made anew."""
    country = load_country(year)
    hosts: dict[str, Host] = dict(_left_hosts(country))
    for site in country.sites.values():
        hosts |= _municipal_hosts(country, site)
    ui = country.phrases[MAIN_LANGUAGE]["ui"]
    tenants = {site.slug: site.languages[MAIN_LANGUAGE].names["nom"] for site in country.sites.values()}
    for host, product in _service_hosts(country).items():
        hosts[host] = ServiceHost(product, ui, tenants)
    for host, words in country.stories[MAIN_LANGUAGE]["hosts"].items():
        hosts[host] = PlainHost(words["title"], words["text"])
    return hosts


_kept_hosts = cache(make_hosts)


def _left_hosts(country: Country) -> Iterator[tuple[str, Host]]:
    """Hosts of municipalities that are part of another one by now."""
    former = (load_country(year) for year in earlier_years() if country.year == PRESENT)
    for site in (site for then in former for site in then.sites.values() if site.code not in country.sites):
        if site.successor:
            home = country.sites[site.successor].languages[MAIN_LANGUAGE].host
            for name in (side.host for side in site.languages.values()):
                yield name, _LeftHost(home)
                yield name.removeprefix("www."), _LeftHost(home)


@cache
def _versions(year: int, code: str) -> dict[str, Version]:
    country = load_country(year)
    site = country.sites[code]
    return {
        language: Version(country.systems[site.cms], site, language, build_pages(country, site, language))
        for language in site.languages
    }


def versions(country: Country, site: Site) -> dict[str, Version]:
    """The language versions of a site with their pages and addresses."""
    assert country is load_country(country.year)
    return _versions(country.year, site.code)


def _municipal_hosts(country: Country, site: Site) -> dict[str, Host]:
    names = {side.host for side in site.languages.values()}
    hosts: dict[str, Host] = {}
    for name in sorted(names):
        hosts[name] = MunicipalHost(country, site, name) if site.status == "healthy" else SickHost(site)
        bare = name.removeprefix("www.")
        if bare != name:
            hosts[bare] = _BareHost(name) if site.status == "healthy" else hosts[name]
    return hosts


class _BareHost:
    """The name without `www.`, which sends everything to the name with it."""

    def __init__(self, host: str) -> None:
        self._host = host

    def answer(self, target: str) -> Answer | None:
        return redirect(f"http://{self._host}{target}")


class _LeftHost:
    """A host that its municipality has left behind: every address leads to the front page of the one it is part of."""

    def __init__(self, host: str) -> None:
        self._host = host

    def answer(self, target: str) -> Answer | None:
        return redirect(f"http://{self._host}/")


def _service_hosts(country: Country) -> dict[str, Product]:
    """The hosts of every product that some site links to, white-label ones included."""
    found: dict[str, Product] = {}
    for offer in _all_offers(country):
        product = offer.product
        if product is not None:
            url = offer.digital_url
            if url.startswith("/"):
                url = product.url.format_map({"slug": offer.site.slug, "domain": offer.site.domain, "service": ""})
            found[urlsplit(url).hostname or ""] = product
    return found


def _all_offers(country: Country) -> Iterable[Offer]:
    for site in country.sites.values():
        for language in site.languages:
            yield from offers(country, site, language).values()


def _site_files(
    country: Country, site: Site, host: str, mine: Mapping[str, Version]
) -> dict[str, Callable[[], Answer]]:
    """Everything on the host that is not a page, by path."""
    files: dict[str, Callable[[], Answer]] = {}
    for path, body in _sitemaps(country, site, host, mine).items():
        files[path] = _fixed(path, body)
    files["/robots.txt"] = _fixed("/robots.txt", _robots(country, site, host).encode())
    for system in country.systems.values():
        files[system.style] = _fixed(system.style, (HERE / "static" / f"{site.cms}.css").read_bytes())
    for path, name in country.systems[site.cms].files.items():
        files[path] = _fixed(path, (HERE / "static" / name).read_bytes())
    for language in mine:
        for offer in offers(country, site, language).values():
            if offer.channels.form:
                files[offer.form_path] = _form(offer)
            if offer.channels.via == "redirect" and offer.product:
                target = offer.product.url.format_map(
                    {"slug": site.slug, "domain": site.domain, "service": offer.words.slug}
                )
                files[offer.digital_url] = _redirecting(target)
    for name in country.stories[MAIN_LANGUAGE]["attachments"]:
        files[f"{country.addresses.attachments}{name}.pdf"] = _attachment(name)
    return files


def _fixed(path: str, body: bytes) -> Callable[[], Answer]:
    return lambda: file_answer(path, body)


def _redirecting(location: str) -> Callable[[], Answer]:
    return lambda: redirect(location, 302)


def _attachment(name: str) -> Callable[[], Answer]:
    return lambda: file_answer(f"{name}.pdf", pdf_form(name, [], fillable=False))


def _form(offer: Offer) -> Callable[[], Answer]:
    ui = offer.phrases["form_fields"]
    labels = [*offer.words.fields, ui["name"], ui["email"], ui["message"]]
    title = offer.words.form or offer.title
    if FORM_TYPES[offer.channels.form or ""] == "docx":
        return lambda: file_answer("form.docx", docx_form(title, labels))
    fillable = offer.channels.form == "fillable"
    return lambda: file_answer("form.pdf", pdf_form(title, labels, fillable=fillable, note=offer.host))


def _robots(country: Country, site: Site, host: str) -> str:
    lines = ["User-agent: *", f"Disallow: {country.addresses.search}", "Disallow: /wp-admin/"]
    if site.crawl_delay:
        lines.append(f"Crawl-delay: {site.crawl_delay:g}")
    if site.sitemap != "none":
        name = "sitemap_index.xml" if site.sitemap == "index-gz" else "sitemap.xml"
        lines.append(f"Sitemap: http://{host}/{name}")
    return "\n".join(lines) + "\n"


def _sitemaps(country: Country, site: Site, host: str, mine: Mapping[str, Version]) -> dict[str, bytes]:
    if site.sitemap == "none":
        return {}
    names = country.addresses.sitemaps
    groups: dict[str, list[str]] = {names["pages"]: [], names["news"]: []}
    for version in mine.values():
        for key, page in version.pages.items():
            part = names["news" if page.kind in ("news", "decision") else "pages"]
            groups[part].append(f"http://{host}{version.addresses[key]}")
    if site.sitemap == "plain":
        return {"/sitemap.xml": _urlset([url for urls in groups.values() for url in urls])}
    parts = {f"/sitemap-{name}.xml.gz": gzip.compress(_urlset(urls), 6, mtime=0) for name, urls in groups.items()}
    index = "".join(f"<sitemap><loc>http://{host}{path}</loc></sitemap>" for path in parts)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return parts | {"/sitemap_index.xml": f"{head}{index}</sitemapindex>\n".encode()}


def _urlset(urls: Iterable[str]) -> bytes:
    items = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in urls)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{items}</urlset>\n".encode()
