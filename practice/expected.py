"""What is true of the practice country, read from the same files that its pages are made of.

Tests compare a study's findings with it. It says what a careful person would find, not what the program finds.
"""

from __future__ import annotations

from typing import Any

from . import PRESENT
from .compose import OWN_FORM, UNKNOWN
from .model import Channels, Country, Site, load_country
from .pages import offers
from .sites import versions

STATUSES = {
    "healthy": "complete",
    "robots": "blocked",
    "forbidden": "blocked",
    "down": "failed",
    "broken": "blocked",
    "empty": "failed",
}
_CHANNELS = {"digital": "digital", "form": "printable-form", "phone": "phone", "email": "email", "place": "on-site"}


def truth(year: int = PRESENT) -> dict[str, dict[str, dict[str, Any]]]:
    """Municipality code -> service id -> what is true of the service there.

    Keys: state, state_reason, channels (of all languages together), subtypes (channel -> subtype), products,
    unknown_host (a system that no product of the catalogue claims), languages (language -> its channels) and pages
    (language -> address of the page that serves the service). Only healthy municipalities are in it, each with every
    service of the country. With an earlier `year` it is what was true then.
    """
    country = load_country(year)
    return {code: _of_site(country, site) for code, site in country.sites.items() if site.status == "healthy"}


def municipality_truth(year: int = PRESENT) -> dict[str, dict[str, Any]]:
    """Municipality code -> expected crawl status and why, hosts, and the facts of its accessibility statement."""
    country = load_country(year)
    result: dict[str, dict[str, Any]] = {}
    for code, site in country.sites.items():
        facts = site.statement
        result[code] = {
            "status": STATUSES[site.status],
            "cause": site.status,
            "hosts": sorted({side.host for side in site.languages.values()}),
            "languages": list(site.languages),
            "statement": None
            if facts is None
            else {
                "compliance": facts.compliance,
                "assessed_on": facts.assessed_on,
                "feedback_channel": facts.feedback != "missing",
                "authority": facts.authority,
            },
        }
    return result


def _of_site(country: Country, site: Site) -> dict[str, dict[str, Any]]:
    by_language = {language: offers(country, site, language) for language in site.languages}
    result: dict[str, dict[str, Any]] = {}
    for service_id, text in country.services.items():
        sides = {lang: found[service_id].channels for lang, found in by_language.items() if service_id in found}
        if text.county:
            result[service_id] = _row("not-examined", "other-responsible", {}, country)
        elif not sides:
            result[service_id] = _row("not-found", None, {}, country)
        else:
            result[service_id] = _row("found", None, sides, country)
        result[service_id]["pages"] = {lang: _address(country, site, lang, service_id) for lang in sides}
    return result


def _address(country: Country, site: Site, language: str, service_id: str) -> str:
    """Where the service is served: its own page, or the list of e-services."""
    version = versions(country, site)[language]
    own = f"service:{service_id}"
    return f"http://{version.host}{version.addresses[own if own in version.pages else 'asiointi']}"


def _row(state: str, reason: str | None, sides: dict[str, Channels], country: Country) -> dict[str, Any]:
    subtypes: dict[str, str] = {}
    products = set()
    for channels in sides.values():
        for name, channel in _CHANNELS.items():
            if getattr(channels, name):
                subtypes[channel] = _subtype(channel, channels, country)
        if channels.digital in country.products:
            products.add(channels.digital)
    return {
        "state": state,
        "state_reason": reason,
        "channels": sorted(subtypes),
        "subtypes": subtypes,
        "products": sorted(products),
        "unknown_host": any(channels.digital == UNKNOWN for channels in sides.values()),
        "languages": {lang: sorted(c for n, c in _CHANNELS.items() if getattr(ch, n)) for lang, ch in sides.items()},
    }


def _subtype(channel: str, channels: Channels, country: Country) -> str:
    if channel == "digital":
        product = country.products.get(channels.digital or "")
        plain = "e-form" if product is None or channels.digital == OWN_FORM else product.subtype
        return channels.subtype or plain
    if channel == "printable-form":
        return "fillable" if channels.form != "static" else "static"
    if channel == "phone":
        return channels.phone or ""
    return "" if channel == "email" else "office"
