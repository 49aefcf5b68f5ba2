"""What the invented municipalities declare of their services, as version 11 of a service register's interface gives it.

Made from the records that the sites are made of, with what registers are known for: services that nobody declared, or
that are declared and not offered, addresses that are dead, languages that lack. Nothing here serves or studies.

    python -m practice.register FILE
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from zlib import crc32

from taxonomy import DEFAULTS, load_taxonomy

from .compose import Offer
from .model import MAIN_LANGUAGE, Country, Site, load_country
from .pages import offers
from .sites import versions

_FORGOTTEN, _DEAD, _ONE_LANGUAGE, _UNOFFERED = 9, 7, 5, 11
"""Every so-manieth service is not declared, with a dead address, in one language only, or declared and not offered."""


def register_lines() -> Iterator[str]:
    """A line for each organisation, service and channel of the healthy municipalities, in order of their codes."""
    country = load_country()
    for site in sorted(country.sites.values(), key=lambda site: site.code):
        if site.status == "healthy":
            for item in _of_site(country, site):
                yield json.dumps(item, ensure_ascii=False, sort_keys=True)


def _of_site(country: Country, site: Site) -> Iterator[dict[str, Any]]:
    sides = {language: offers(country, site, language) for language in site.languages}
    owner = f"organisation-{site.code}"
    names = [_text(lang, side.names["nom"]) for lang, side in site.languages.items()]
    yield {"id": owner, "organizationNames": names, "organizationType": "Municipality", "municipality": _code(site)}
    for service_id in country.services:
        own = {language: found[service_id] for language, found in sides.items() if service_id in found}
        if own and _lot(site, service_id) % _FORGOTTEN:
            yield from _declared(country, site, owner, own)
        elif not own and not country.services[service_id].county and not _lot(site, service_id) % _UNOFFERED:
            yield _service(country, site, owner, service_id, (MAIN_LANGUAGE,), ())


def _declared(country: Country, site: Site, owner: str, own: dict[str, Offer]) -> Iterator[dict[str, Any]]:
    first = next(iter(own.values()))
    lot = _lot(site, first.service_id)
    languages = tuple(own) if lot % _ONE_LANGUAGE else (next(iter(own)),)
    channels = list(_channels(country, site, owner, first, is_dead=not lot % _DEAD))
    yield _service(country, site, owner, first.service_id, languages, tuple(item["id"] for item in channels))
    yield from channels


def _service(
    country: Country, site: Site, owner: str, service_id: str, languages: tuple[str, ...], channels: tuple[str, ...]
) -> dict[str, Any]:
    said = [(code, words) for code in languages if (words := country.services[service_id].words(code)) is not None]
    classes = sorted(load_taxonomy(DEFAULTS.practice_country).services[service_id].service_classes)
    return {
        "id": f"service-{site.code}-{service_id}",
        "serviceNames": [_text(code, words.titles[0]) for code, words in said],
        "serviceDescriptions": [_text(code, words.leads[0], "Description") for code, words in said],
        "serviceClasses": [{"code": code} for code in classes],
        "serviceChannels": [{"serviceChannel": {"id": name}} for name in channels],
        "organizations": [{"organization": {"id": owner}, "roleType": "Responsible"}],
    }


def _channels(country: Country, site: Site, owner: str, offer: Offer, *, is_dead: bool) -> Iterator[dict[str, Any]]:
    """The channels of a service; where it is dead, the address of its form or e-service is one that the site lost."""
    version = versions(country, site)[offer.language]
    home = f"http://{version.host}"
    page = home + version.addresses.get(f"service:{offer.service_id}", version.addresses["asiointi"])
    lost = urljoin(home, next(iter(country.stories[MAIN_LANGUAGE]["dead_links"])))
    serves = {"id": f"service-{site.code}-{offer.service_id}"}

    def channel(kind: str, **more: Any) -> dict[str, Any]:
        return {
            "id": f"{kind.lower()}-{site.code}-{offer.service_id}",
            "serviceChannelType": kind,
            "serviceChannelNames": [_text(offer.language, f"{offer.title}")],
            "organizationId": owner,
            "services": [{"service": serves}],
            **more,
        }

    def at(url: str) -> list[dict[str, str]]:
        return [{"language": offer.language, "url": lost if is_dead else url}]

    if offer.channels.digital:
        yield channel("EChannel", webPages=at(urljoin(home, offer.digital_url) if offer.digital_url else page))
    if offer.channels.form:
        yield channel("PrintableForm", channelUrls=at(home + offer.form_path))
    if offer.channels.phone:
        yield channel("Phone", phoneNumbers=[{"language": offer.language, "number": offer.phone}])


def _code(site: Site) -> dict[str, str]:
    return {"code": site.code}


def _text(language: str, value: str, kind: str = "Name") -> dict[str, str]:
    return {"language": language, "value": value, "type": kind}


def _lot(site: Site, service_id: str) -> int:
    return crc32(f"{site.code} {service_id}".encode())


def main() -> None:
    """Write the lines to the file that is named."""
    Path(sys.argv[1]).write_text("".join(f"{line}\n" for line in register_lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
