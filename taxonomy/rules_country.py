"""Rules on a country: its frame and themes, and its municipalities, websites and tenants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from .errors import Problem
from .models import Municipality
from .subject import Subject


def country_rules(subject: Subject) -> Iterator[Problem]:
    """The country's frame fits together: languages, codes, size classes, sources, themes, channels."""
    yield from _frame(subject)
    yield from _names(subject)
    yield from _themes(subject)
    yield from _inherited(subject)


def municipality_rules(subject: Subject) -> Iterator[Problem]:
    """Every municipality has a code of the right form, a name, a class and websites of its own."""
    for municipality in subject.taxonomy.municipalities.values():
        yield from _municipality(subject, municipality)
    yield from _hosts(subject)
    yield from _tenants(subject)


def _frame(subject: Subject) -> Iterator[Problem]:
    country, file = subject.taxonomy.country, subject.own("country.toml")
    for code in sorted(set(country.languages) - set(country.study_languages)):
        yield Problem(
            file, "study_languages", f'the official language "{code}" is missing.', "Add it to study_languages."
        )
    if _regex(country.code_pattern) is None:
        yield Problem(file, "code_pattern", f'"{country.code_pattern}" is no regular expression.', "Correct it.")
    if country.identity_code_pattern and _regex(country.identity_code_pattern) is None:
        found = f'"{country.identity_code_pattern}" is no regular expression.'
        yield Problem(file, "identity_code_pattern", found, "Correct it.")
    if country.postal_code_pattern and _regex(country.postal_code_pattern) is None:
        found = f'"{country.postal_code_pattern}" is no regular expression.'
        yield Problem(file, "postal_code_pattern", found, "Correct it.")
    for key in ("short_phone_pattern", "no_phone_patterns"):
        value = getattr(country, key)
        for pattern in (value,) if isinstance(value, str) else value:
            if _regex(pattern) is None:
                yield Problem(file, key, f'"{pattern}" is no regular expression.', "Correct it.")
    for number, services in sorted(country.help_lines.items()):
        for service in sorted(set(services) - set(subject.taxonomy.services)):
            remedy = "Write the id of a service, or drop it."
            yield Problem(file, f"help_lines.{number}", f'"{service}" is no service.', remedy)
    borders = [c.at_least for c in country.size_classes]
    if borders and (borders[0] != 0 or any(a >= b for a, b in pairwise(borders))):
        remedy = "Let the first class begin at 0 and each next one higher."
        yield Problem(file, "size_classes", "the classes do not rise from 0.", remedy)
    yield from _tiles(subject)
    if country.earlier_list is not None and country.earlier_list not in subject.taxonomy.peer_lists:
        remedy = f"Write one of {', '.join(subject.taxonomy.peer_lists)}."
        yield Problem(file, "earlier_list", f'"{country.earlier_list}" is no list.', remedy)
    known = subject.taxonomy.service_register
    for description, service in sorted(known.descriptions.items() if known else ()):
        if subject.taxonomy.present("service", service) not in subject.taxonomy.services:
            remedy = "Write the id of a service, or drop the line."
            yield Problem(subject.own("register.toml"), f"descriptions.{description}", f'"{service}" is none.', remedy)
    if not country.sources:
        remedy = "Add a [[sources]] table with facts, name, licence and date."
        yield Problem(file, "sources", "no source of the country's facts is named.", remedy)


def _tiles(subject: Subject) -> Iterator[Problem]:
    """Where there is a map, each region has a tile of its own."""
    file, tiles = subject.own("country.toml"), subject.taxonomy.country.region_tiles
    regions = {m.region_code for m in subject.taxonomy.municipalities.values() if m.region_code}
    for code in sorted(regions ^ set(tiles)) if tiles else ():
        said = "has no tile" if code in regions else "is no region of a municipality"
        yield Problem(file, "region_tiles", f'"{code}" {said}.', "Let the tiles be those of the regions.")
    taken: dict[tuple[int, int], str] = {}
    for code, place in sorted(tiles.items()):
        if (other := taken.setdefault(place, code)) != code:
            yield Problem(
                file, f"region_tiles.{code}", f'"{other}" stands there, too.', "Give each region a tile of its own."
            )


def _names(subject: Subject) -> Iterator[Problem]:
    """Names of what reports show stand in every official language."""
    taxonomy = subject.taxonomy
    parts = [(subject.own("country.toml"), "name", taxonomy.country.name)]
    parts += [(subject.themes(), f"{t.id}.name", t.name) for t in taxonomy.themes.values()]
    parts += [("channels.toml", f"{c.id}.name", c.name) for c in taxonomy.channels.values()]
    parts += [("page_types.toml", f"{p.id}.name", p.name) for p in taxonomy.page_types.values()]
    parts += [(subject.service(s.id), "name", s.name) for s in taxonomy.services.values()]
    for file, key, name in parts:
        for code in taxonomy.country.languages:
            if code not in name.languages:
                yield Problem(file, f"{key}.{code}", "is missing.", "Write the name in every official language.")


def _themes(subject: Subject) -> Iterator[Problem]:
    used = {service.theme for service in subject.taxonomy.services.values()}
    for theme in sorted(subject.taxonomy.themes.keys() - used):
        yield Problem(subject.themes(), theme, "no service belongs to this theme.", "Add a service or drop the theme.")


def _inherited(subject: Subject) -> Iterator[Problem]:
    taxonomy = subject.taxonomy
    for name in taxonomy.country.services:
        if taxonomy.present("service", name) not in taxonomy.services:
            remedy = "Write the id of a service of the country that is inherited from."
            yield Problem(subject.own("country.toml"), "services", f'"{name}" is no service.', remedy)


def _municipality(subject: Subject, municipality: Municipality) -> Iterator[Problem]:
    country, file, code = subject.taxonomy.country, subject.own("municipalities.csv"), municipality.code
    pattern = _regex(country.code_pattern)
    if pattern and not pattern.fullmatch(code):
        remedy = "Write the code as the register does, leading zeros included."
        yield Problem(file, code, f"the code does not fit {country.code_pattern}.", remedy)
    if not municipality.name.languages:
        columns = ", ".join(f"name_{lang}" for lang in country.study_languages)
        yield Problem(file, code, "the municipality has no name.", f"Fill one of the columns {columns}.")
    expected = subject.taxonomy.size_class_of(municipality.population)
    if municipality.size_class != expected:
        message = f'size class "{municipality.size_class}" does not fit {municipality.population} inhabitants.'
        yield Problem(file, code, message, f'Write "{expected}", or leave the column empty.')
    primary = [site.url for site in municipality.sites if site.role == "primary"]
    if primary != [municipality.website]:
        found = ", ".join(primary) or "none"
        message = f"the website {municipality.website} is not the one primary site ({found})."
        yield Problem(
            subject.own("sites.csv"), code, message, "Give each municipality one primary row with its website."
        )
    for site in municipality.sites:
        if site.role == "other-language" and site.language not in country.study_languages:
            remedy = f"Write one of {', '.join(country.study_languages)}."
            yield Problem(subject.own("sites.csv"), code, f"{site.url} does not say its language.", remedy)


def _hosts(subject: Subject) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for municipality in subject.taxonomy.municipalities.values():
        for site in municipality.sites:
            host = urlsplit(site.url).netloc.lower().removeprefix("www.")
            owner = owners.setdefault(host, municipality.code)
            if not host:
                yield Problem(
                    subject.own("sites.csv"), municipality.code, f"{site.url} is no address.", "Begin it with https://."
                )
            elif owner != municipality.code:
                message = f"{host} also belongs to {owner}."
                yield Problem(
                    subject.own("sites.csv"), municipality.code, message, "Give a host to one municipality only."
                )


def _tenants(subject: Subject) -> Iterator[Problem]:
    taxonomy, file = subject.taxonomy, subject.own("tenants.csv")
    seen: set[tuple[str, str]] = set()
    for tenant in taxonomy.tenants:
        key = f"{tenant.host}{tenant.path}"
        if tenant.product not in taxonomy.products:
            yield Problem(file, key, f'"{tenant.product}" is no product.', "Write the id of a file in products/.")
        for code in sorted(set(tenant.municipality_codes) - taxonomy.municipalities.keys()):
            yield Problem(
                file, key, f'"{code}" is no municipality.', "Write codes of municipalities.csv, separated by spaces."
            )
        if (tenant.host, tenant.path) in seen:
            yield Problem(file, key, "occurs twice.", "Join the municipality codes in one row.")
        seen.add((tenant.host, tenant.path))


def _regex(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None
