"""Rules on ids: one that was given up leads to one part only, and to none that bears it today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .errors import Problem
from .models import Channel, Product, Service, Theme
from .subject import Subject


def id_rules(subject: Subject) -> Iterator[Problem]:
    """Former ids of themes, services, channels and products are nobody else's."""
    taxonomy = subject.taxonomy
    yield from _former(taxonomy.themes, {name: subject.themes() for name in taxonomy.themes})
    yield from _former(taxonomy.services, {name: subject.service(name) for name in taxonomy.services})
    yield from _former(taxonomy.channels, dict.fromkeys(taxonomy.channels, "channels.toml"))
    yield from _former(taxonomy.products, {name: subject.product(name) for name in taxonomy.products})


def _former(parts: Mapping[str, Theme | Service | Channel | Product], files: Mapping[str, str]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for part in parts.values():
        for former in part.former_ids:
            owner = owners.setdefault(former, part.id)
            if former in parts or owner != part.id:
                remedy = "A former id belongs to one part, and no part bears it now."
                yield Problem(files[part.id], "former_ids", f'"{former}" is in use.', remedy)
