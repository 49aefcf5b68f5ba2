"""Where each page of a site is: every content management system has its own habits of address.

The habits stand in `systems.toml`. Pure. Pages are named by key; the calendar's months have addresses without being
listed, because they never end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .model import Site, System
from .pages import Page

# Numbered addresses start and step like those of a site that has lost half of its pages over the years.
_FIRST_NUMBER, _STEP = 104, 7
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Addresses(Mapping[str, str]):
    """Page key -> path (with query) on the language version's host."""

    def __init__(self, system: System, site: Site, language: str, pages: Mapping[str, Page]) -> None:
        prefix = site.languages[language].prefix
        self._calendar = prefix + system.calendar.replace("{slug}", site.slug)
        self._paths = {
            key: _path(system, site, prefix, number, page) for number, (key, page) in enumerate(pages.items())
        }

    def __getitem__(self, key: str) -> str:
        kind, _, month = key.partition(":")
        if kind == "calendar":
            return self._calendar.replace("{month}", month)
        return self._paths[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def month_of(self, path: str) -> str | None:
        """The month whose calendar the path asks for, or None for any other path."""
        before, _, after = self._calendar.partition("{month}")
        month = path.removeprefix(before).removesuffix(after)
        return month if path == before + month + after and _MONTH.fullmatch(month) else None


def _path(system: System, site: Site, prefix: str, number: int, page: Page) -> str:
    trail = "/".join(page.trail)
    if not trail:
        return f"{prefix}/"
    return system.page.format(prefix=prefix, trail=trail, slug=site.slug, number=_FIRST_NUMBER + number * _STEP)
