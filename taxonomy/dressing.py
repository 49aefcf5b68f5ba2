"""What an address bears where a page is shown in another dress, such as to be printed; read from `dresses.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from .errors import Problem, TaxonomyError

_FILE = Path(__file__).with_name("dresses.toml")


@dataclass(frozen=True, slots=True)
class Dresses:
    """Parameters, their values, and parts of paths that only choose how a page is shown; all in lower case."""

    parameters: frozenset[str]
    values: Mapping[str, frozenset[str]]
    segments: frozenset[str]

    def undressed(self, url: str) -> str:
        """The address without them; the same address where it bears none."""
        parts = urlsplit(url)
        query = "&".join(part for part in parts.query.split("&") if part and not self._is_dress(part))
        path = self._plain_path(parts.path)
        if path == parts.path and len(query) == len(parts.query):
            return url
        return urlunsplit((parts.scheme, parts.netloc, path, query, ""))

    def _is_dress(self, part: str) -> bool:
        name, _, value = part.casefold().partition("=")
        return name in self.parameters or value in self.values.get(name, ())

    def _plain_path(self, path: str) -> str:
        names = path.strip("/").split("/")
        if len(names) < 2:
            return path
        if names[-1].casefold() in self.segments:
            names.pop()
        elif names[0].casefold() in self.segments:
            names.pop(0)
        else:
            return path
        return f"/{'/'.join(names)}{'/' if path.endswith('/') else ''}"


@cache
def dresses() -> Dresses:
    """What `dresses.toml` says; a TaxonomyError names what is wrong."""
    try:
        data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        values = {name: frozenset(map(str, found)) for name, found in data["values"].items()}
        return Dresses(frozenset(data["parameters"]), values, frozenset(data["path"]["segments"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError) as error:
        remedy = "Give parameters, [values] and [path] segments."
        raise TaxonomyError(Problem(_FILE.name, "", f"cannot be read: {error}.", remedy)) from error
