"""Turns a page into the bytes that a site of its kind would send.

Each content management system has one template in `templates/`; the words come from the data files.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.entities import codepoint2name
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template

from .addresses import Addresses
from .compose import switchboard
from .model import HERE, Country, Site, System
from .pages import Page, resolve


def render(country: Country, site: Site, page: Page, address: str, versions: Mapping[str, Version]) -> bytes:
    """The page's HTML as the site sends it."""
    template = _templates().get_template(f"{site.cms}.html.j2")
    html = template.render(context(country, site, page, address, versions))
    encoding = country.systems[site.cms].encoding
    return html.encode() if encoding == "utf-8" else _noisy(html).encode(encoding, "xmlcharrefreplace")


class Version:
    """One language version of a site: its pages and their addresses."""

    def __init__(self, system: System, site: Site, language: str, pages: Mapping[str, Page]) -> None:
        self.language = language
        self.host = site.languages[language].host
        self.name = site.languages[language].names["nom"]
        self.pages = pages
        self.addresses = Addresses(system, site, language, pages)


def context(country: Country, site: Site, page: Page, address: str, versions: Mapping[str, Version]) -> dict[str, Any]:
    """Everything a template, or the site that renders in the browser, needs of a page."""
    version = versions[page.language]
    ui = country.phrases[page.language]["ui"]
    others = [(code, other) for code, other in versions.items() if code != page.language]
    number = switchboard(site)
    year_month_day = page.date.split("-") if page.date else []
    return {
        "site": site,
        "ui": ui,
        "page": _resolved(page, version),
        "name": version.name,
        "base": f"http://{version.host}",
        "path": address,
        "number": 100 + list(version.pages).index(page.key) if page.key in version.pages else 99,
        "date": ".".join(str(int(part)) for part in reversed(year_month_day)),
        "link": version.addresses.get,
        "nav": list(_navigation(page, version)),
        "crumbs": _crumbs(page, version, ui["home"]),
        "related": [_item(key, version) for key in page.related],
        "alternates": [
            (code, f"http://{v.host}{v.addresses[page.key]}") for code, v in versions.items() if page.key in v.pages
        ],
        "languages": [
            (code, f"http://{v.host}{v.addresses.get(page.key) or v.addresses['home']}") for code, v in others
        ],
        "street": site.street[page.language],
        "postal": site.postal[page.language],
        "switchboard": number,
        "switchboard_tel": f"+358{number.replace(' ', '')[1:]}",
        "registry": f"{ui['registry_unit']}@{version.host.removeprefix('www.')}",
    }


def page_json(country: Country, site: Site, page: Page, address: str, versions: Mapping[str, Version]) -> bytes:
    """The page as data, for the site whose script draws it in the browser."""
    values = context(country, site, page, address, versions)
    ui, link = values["ui"], values["link"]
    tools = ("asiointi", "az", "contact")
    footer = [
        ("feedback", "service:feedback"),
        ("statement", "statement"),
        ("privacy", "info:tietosuoja"),
        ("sitemap", "sitemap"),
    ]
    data = {
        "name": values["name"],
        "page": values["page"],
        "date": values["date"],
        "nav": values["nav"],
        "crumbs": values["crumbs"],
        "related": values["related"],
        "tools": [{"title": ui[key], "href": link(key)} for key in tools],
        "footer": [{"title": ui[name], "href": link(key)} for name, key in footer if link(key)],
        "address": f"{values['name']}, {values['street']}, {values['postal']}",
        "lines": f"{ui['switchboard']} {values['switchboard']}, {ui['registry']} {values['registry']}",
        "ui": {key: ui[key] for key in ("related", "cookie_text", "cookie_accept")},
    }
    return json.dumps(data, ensure_ascii=False).encode()


def static_template(name: str) -> Template:
    """A template that is not a page of a site, such as an e-service's landing page."""
    return _templates().get_template(name)


def _resolved(page: Page, version: Version) -> dict[str, Any]:
    blocks = resolve(page.blocks, version.addresses)
    return {
        "key": page.key,
        "kind": page.kind,
        "title": page.title,
        "language": page.language,
        "date": page.date,
        "blocks": blocks,
    }


def _item(key: str, version: Version) -> dict[str, Any]:
    return {"title": version.pages[key].title, "href": version.addresses[key]}


def _navigation(page: Page, version: Version) -> Iterator[dict[str, Any]]:
    """The themes with their first pages; the theme of the page at hand is open."""
    for key, other in version.pages.items():
        if other.kind == "theme":
            children = [_item(k, version) for k, p in version.pages.items() if p.parent == key and p.kind == "service"]
            yield _item(key, version) | {"children": children[:7], "open": key in (page.key, page.parent)}


def _crumbs(page: Page, version: Version, home: str) -> list[dict[str, Any]]:
    if page.key == "home":
        return []
    trail = [{"title": home, "href": version.addresses["home"]}]
    if page.parent in version.pages:
        trail.append(_item(str(page.parent), version))
    return trail


def _noisy(html: str) -> str:
    """Writes the letters of headings as entities, as an old editor did."""
    return re.sub(r"(?s)<h2.*?</h2>", lambda match: _entities(match.group()), html)


def _entities(text: str) -> str:
    return "".join(f"&{codepoint2name[ord(c)]};" if c.isalpha() and ord(c) in codepoint2name else c for c in text)


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    environment = Environment(loader=loader, autoescape=True)
    environment.filters["b64"] = lambda text: base64.b64encode(text.encode()).decode()
    environment.tests["even"] = lambda number: number % 2 == 0
    return environment
