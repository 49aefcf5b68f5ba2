"""Does a product's pattern or name match an address, a page's markup or a sentence? Pure and fast.

Host patterns: `lupapiste.fi` matches itself and every sub-domain; `wilma.*.fi` is a glob over the whole
host; `*.daisynet.fi` only sub-domains. Path patterns are case-insensitive and anchored at the start of the
path; `*` stands for any characters, and what follows a match must not go on with a letter or digit.
`query` is `name=value` with globs. `markup`, `text` are phrases, `generator` the start of the meta tag,
`cookie` a glob over cookie names, `header` is `name: part of the value`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from .models import Pattern, Product

_ADDRESS_PARTS = frozenset({"host", "path", "query"})


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a crawler saw at one address; empty parts were not seen."""

    url: str = ""
    markup: str = ""
    generator: str = ""
    text: str = ""
    cookies: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PatternHit:
    """A product recognised, by which of its patterns."""

    product_id: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class NameHit:
    """A product's name in a text, and where it stands."""

    product_id: str
    alias: str
    start: int
    end: int


def host_matches(pattern: str, host: str) -> bool:
    """Tells whether a host (lower-case, without `www.`) falls under a host pattern; ports count where given."""
    if ":" not in pattern:
        host = host.partition(":")[0]
    if "*" in pattern:
        return _glob(pattern, whole=True).match(host) is not None
    bare = pattern.removeprefix("www.")
    return host == bare or host.endswith("." + bare)


def path_matches(pattern: str, path: str) -> bool:
    """Tells whether a path begins with the pattern, at a word's end."""
    return _glob(pattern, whole=False).match(path or "/") is not None


def query_matches(pattern: str, query: str) -> bool:
    """Tells whether one parameter of the query fits `name=value` (globs allowed; `name` alone asks for presence)."""
    name, _, value = pattern.partition("=")
    wanted = (_glob(name, whole=True), _glob(value or "*", whole=True))
    pairs = parse_qsl(query, keep_blank_values=True)
    return any(wanted[0].match(k) and wanted[1].match(v) for k, v in pairs)


def url_matches(pattern: Pattern, url: str) -> bool:
    """Tells whether the address parts of a pattern match; False for a pattern without address parts."""
    parts = pattern.parts.keys() & _ADDRESS_PARTS
    if not parts:
        return False
    split = _split(url)
    if split is None:
        return False
    host, path, query = split
    return (
        (not pattern.host or host_matches(pattern.host, host))
        and (not pattern.path or path_matches(pattern.path, path))
        and (not pattern.query or query_matches(pattern.query, query))
    )


def pattern_matches(pattern: Pattern, seen: Sighting) -> bool:
    """Tells whether every given part of the pattern matches what was seen."""
    parts = pattern.parts
    if not parts or (parts.keys() & _ADDRESS_PARTS and not url_matches(pattern, seen.url)):
        return False
    tests = {
        "markup": lambda want: want.casefold() in seen.markup.casefold(),
        "text": lambda want: want.casefold() in seen.text.casefold(),
        "generator": lambda want: seen.generator.casefold().startswith(want.casefold()),
        "cookie": lambda want: any(_glob(want, whole=True).match(name) for name in seen.cookies),
        "header": lambda want: _header_matches(want, seen.headers),
    }
    return all(test(parts[name]) for name, test in tests.items() if name in parts)


class ProductIndex:
    """All products of a taxonomy, ready to be found by address, markup or name."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._products = {p.id: p for p in sorted(products, key=lambda p: p.id)}
        self._by_label: dict[str, list[PatternHit]] = defaultdict(list)
        self._anywhere: list[PatternHit] = []
        self._markup: list[PatternHit] = []
        for product in self._products.values():
            for pattern in product.patterns:
                self._file(PatternHit(product.id, pattern))
        self._names = _NameFinder(self._products.values())

    def find_url(self, url: str) -> tuple[PatternHit, ...]:
        """Returns the products an address belongs to: the most specific pattern's, several only where equally specific."""
        split = _split(url)
        if split is None:
            return ()
        candidates = [hit for label in _labels(split[0]) for hit in self._by_label.get(label, ())]
        hits = [hit for hit in (*candidates, *self._anywhere) if url_matches(hit.pattern, url)]
        best = max((_specificity(hit.pattern) for hit in hits), default=0)
        found = {hit.product_id: hit for hit in hits if _specificity(hit.pattern) == best}
        return tuple(found[k] for k in sorted(found))

    def find_page(self, seen: Sighting) -> tuple[PatternHit, ...]:
        """Returns the products whose markup, generator, cookie or header patterns match a page, by id."""
        found = {hit.product_id: hit for hit in self._markup if pattern_matches(hit.pattern, seen)}
        return tuple(found[k] for k in sorted(found))

    def find_names(self, text: str) -> tuple[NameHit, ...]:
        """Returns the products named in a text, in order of place, longest name first; context is not judged here."""
        return self._names.find(text)

    def _file(self, hit: PatternHit) -> None:
        if hit.pattern.parts.keys() - _ADDRESS_PARTS:
            self._markup.append(hit)
        elif label := _fixed_label(hit.pattern.host):
            self._by_label[label].append(hit)
        else:
            self._anywhere.append(hit)


class _NameFinder:
    """One alternation over all names, longest first, at word boundaries."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._owner: dict[str, str] = {}
        for product in products:
            for alias in product.aliases:
                self._owner.setdefault(alias.casefold(), product.id)
        names = sorted(self._owner, key=lambda a: (-len(a), a))
        self._regex = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE) if names else None

    def find(self, text: str) -> tuple[NameHit, ...]:
        if self._regex is None:
            return ()
        return tuple(
            NameHit(self._owner[m.group().casefold()], m.group(), m.start(), m.end())
            for m in self._regex.finditer(text)
            if m.group().casefold() in self._owner
        )


def _specificity(pattern: Pattern) -> int:
    """More literal characters mean a more specific pattern; a path tells more than a host, a wildcard host least."""
    host = len(pattern.host.replace("*", "")) + (50 if pattern.host and "*" not in pattern.host else 0)
    return host + 2 * len(pattern.path.replace("*", "")) + 2 * len(pattern.query.replace("*", ""))


def _fixed_label(host: str) -> str:
    """The last two labels of a host pattern where they are literal: the key of the index."""
    last = ".".join(host.partition(":")[0].removeprefix("www.").split(".")[-2:])
    return "" if "*" in last else last


def _labels(host: str) -> Iterator[str]:
    bare = host.partition(":")[0].split(".")
    yield ".".join(bare[-2:])


def _header_matches(want: str, headers: Mapping[str, str]) -> bool:
    name, _, value = want.partition(":")
    have = headers.get(name.strip().casefold())
    return have is not None and value.strip().casefold() in have.casefold()


@lru_cache(maxsize=4096)
def _split(url: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return (host + port, parts.path, parts.query) if host else None


@lru_cache(maxsize=2048)
def _glob(pattern: str, *, whole: bool) -> re.Pattern[str]:
    body = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    boundary = r"\Z" if whole else (r"(?!\w)" if pattern[-1:].isalnum() else "")
    return re.compile(body + boundary, re.IGNORECASE | re.DOTALL)
