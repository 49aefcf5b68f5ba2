"""Does a product's pattern or name match an address, a page's markup or a sentence? Pure and fast.

Host patterns: `lupapiste.fi` matches itself and every sub-domain; `wilma.*.fi` is a glob over the whole
host; `*.daisynet.fi` only sub-domains, `www.finna.fi` only the main host. Path patterns are case-insensitive and
anchored at the start of the path; `*` stands for any characters, and what follows a match must not go on with a
letter, digit or hyphen. A path without a host that is not strong counts on sub-domains only: on the main site it may
be a page about the product. `query` is `name=value` with globs. `markup`, `text` are phrases, `generator` the start
of the meta tag, `cookie` a glob over cookie names, `header` is `name: part of the value`. Of several matches the most
specific pattern wins, so `kauppa.lupapiste.fi` is not also `lupapiste.fi`. What a product's `not_patterns` match is
not the product, nor is what its host says of itself: support, news, sales.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from urllib.parse import parse_qsl, urlsplit

import ahocorasick_rs

from .eservices import eservice_links
from .models import Pattern, Product, Taxonomy
from .path_index import PathIndex

_ADDRESS_PARTS = frozenset({"host", "path", "query"})
_WORD = re.compile(r"\w+")
# One-word stems are filed under their first letters; no stem is shorter.
_START = 3
# Hosts are compared without "www.": what has three labels then is a sub-domain.
_LABELS_OF_SUB_DOMAIN = 3
_HOSTS_KEPT = 20_000


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
    if pattern.startswith("www."):
        return host == pattern.removeprefix("www.")
    return host == pattern or host.endswith("." + pattern)


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
    return _fits(pattern, seen, seen.markup.casefold(), seen.text.casefold())


def _fits(pattern: Pattern, seen: Sighting, markup: str, text: str) -> bool:
    """The same with the markup and text lower-cased already: a page is long and patterns are many."""
    parts = pattern.parts
    if not parts or (parts.keys() & _ADDRESS_PARTS and not url_matches(pattern, seen.url)):
        return False
    return (
        (not pattern.markup or pattern.markup.casefold() in markup)
        and (not pattern.text or pattern.text.casefold() in text)
        and seen.generator.casefold().startswith(pattern.generator.casefold())
        and (not pattern.cookie or any(_glob(pattern.cookie, whole=True).match(name) for name in seen.cookies))
        and (not pattern.header or _header_matches(pattern.header, seen.headers))
    )


def in_context(product: Product, category_words: Iterable[str], text: str) -> bool:
    """Tells whether a named product is meant; an ordinary word is one only beside a word that begins as given."""
    if not product.needs_context:
        return True
    starts = tuple(word.rstrip("*").casefold() for word in (*category_words, *product.context))
    return any(word.startswith(starts) for word in _WORD.findall(text.casefold()))


class ProductIndex:
    """All products of a taxonomy, ready to be found by address, markup or name."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._products = {p.id: p for p in sorted(products, key=lambda p: p.id)}
        self._by_label: dict[str, list[_Compiled]] = defaultdict(list)
        self._loose_hosts: list[_Compiled] = []
        self._hosts: dict[str, tuple[_Compiled, ...]] = {}
        paths: list[_Compiled] = []
        self._markup: list[PatternHit] = []
        self._refused = {p.id: p.not_patterns for p in self._products.values() if p.not_patterns}
        for product in self._products.values():
            for pattern in product.patterns:
                self._file(PatternHit(product.id, pattern), paths)
        self._paths = PathIndex((c.hit.pattern.path, c) for c in paths)
        self._names = _NameFinder(self._products.values())
        # A site repeats its menus: most addresses come on every page.
        self.find_url = lru_cache(maxsize=20_000)(self._find_url)

    def _find_url(self, url: str) -> tuple[PatternHit, ...]:
        """The products of the most specific pattern that an address fits, several only where equally specific."""
        if "=http" in url:
            url = eservice_links().unwrapped(url)
        # Most links fit nothing: their host is known to be nobody's and no word of their path is a product's.
        host, _, tail = url[url.find("://") + 3 :].partition("/")
        candidates = self._paths.candidates(tail)
        if not candidates and self._hosts.get(host.removeprefix("www.")) == ():
            return ()
        split = _split(url)
        if split is None:
            return ()
        host, path, query = split
        of_host = self._hosts.get(host)
        if of_host is None:
            of_host = self._of_host(host)
        hits = [c.hit for c in (*of_host, *candidates) if c.matches(host, path, query)]
        hits = [hit for hit in hits if not self._is_about(hit, url, host, path)]
        best = max((_specificity(hit.pattern) for hit in hits), default=0)
        found = {hit.product_id: hit for hit in hits if _specificity(hit.pattern) == best}
        return tuple(found[k] for k in sorted(found))

    def is_about(self, url: str) -> bool:
        """Tells whether an address lies on a product's hosts and is about the product: its support, sales or news."""
        split = _split(url)
        if split is None:
            return False
        host, path, query = split
        hits = [c.hit for c in self._of_host(host) if c.matches(host, path, query)]
        return bool(hits) and all(self._is_about(hit, url, host, path) for hit in hits)

    def _is_about(self, hit: PatternHit, url: str, host: str, path: str) -> bool:
        """What a vendor's host says of the product; a path of the product, or the city's own host, is the product."""
        if any(url_matches(pattern, url) for pattern in self._refused.get(hit.product_id, ())):
            return True
        if hit.pattern.path or hit.pattern.query or not _fixed_label(hit.pattern.host):
            return False
        return eservice_links().is_about(host, path)

    def _of_host(self, host: str) -> tuple[_Compiled, ...]:
        """Patterns whose host fits, remembered: a page's links lead to few hosts."""
        labels = host.partition(":")[0].split(".")
        candidates = (
            *self._by_label.get(".".join(labels[-2:]), ()),
            *self._by_label.get(labels[0] + ".", ()),
            *self._loose_hosts,
        )
        found = tuple(c for c in candidates if c.host is not None and c.host(host))
        if len(self._hosts) >= _HOSTS_KEPT:
            self._hosts.clear()
        self._hosts[host] = found
        return found

    def find_page(self, seen: Sighting) -> tuple[PatternHit, ...]:
        """Returns the products whose markup, generator, cookie or header patterns match a page, by id."""
        markup, text = seen.markup.casefold(), seen.text.casefold()
        found = {hit.product_id: hit for hit in self._markup if _fits(hit.pattern, seen, markup, text)}
        return tuple(found[k] for k in sorted(found))

    def find_names(self, text: str) -> tuple[NameHit, ...]:
        """Returns the products named in a text, in order of place, longest name first; context is not judged here."""
        return tuple(self._names.find(text))

    def _file(self, hit: PatternHit, paths: list[_Compiled]) -> None:
        if hit.pattern.parts.keys() - _ADDRESS_PARTS:
            self._markup.append(hit)
            return
        compiled = _compile(hit)
        host = hit.pattern.host
        first = host.partition(":")[0].removeprefix("www.").split(".")[0]
        if label := _fixed_label(host):
            self._by_label[label].append(compiled)
        elif host and "*" not in first:
            self._by_label[first + "."].append(compiled)
        elif host:
            self._loose_hosts.append(compiled)
        else:
            paths.append(compiled)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A pattern's address parts as tests; None where a part is not given."""

    hit: PatternHit
    host: Callable[[str], bool] | None
    path: re.Pattern[str] | None
    query: str

    def matches(self, host: str, path: str, query: str) -> bool:
        if self.host is not None and not self.host(host):
            return False
        if self.host is None and self.hit.pattern.strength != "strong" and host.count(".") < _LABELS_OF_SUB_DOMAIN - 1:
            return False
        if self.path is not None and self.path.match(path or "/") is None:
            return False
        return not self.query or query_matches(self.query, query)


def _compile(hit: PatternHit) -> _Compiled:
    pattern = hit.pattern
    host = partial(host_matches, pattern.host) if pattern.host else None
    path = _glob(pattern.path, whole=False) if pattern.path else None
    return _Compiled(hit, host, path, pattern.query)


class _NameFinder:
    """Names by their first word; a name that ends in `*` takes the rest of the word along."""

    def __init__(self, products: Iterable[Product]) -> None:
        owner: dict[str, str] = {}
        for product in products:
            for alias in product.aliases:
                owner.setdefault(alias.lower(), product.id)
        self._by_word: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._by_start: dict[str, list[tuple[str, str]]] = defaultdict(list)
        # Few texts hold any of the names, in whatever word.
        bare = sorted({alias.rstrip("*") for alias in owner} - {""})
        self._any = ahocorasick_rs.AhoCorasick(bare) if bare else None
        for alias in sorted(owner, key=lambda a: (-len(a), a)):
            first = _WORD.match(alias)
            if first and first.group() == alias[:-1]:
                self._by_start[alias[:_START]].append((alias, owner[alias]))
            elif first:
                self._by_word[first.group()].append((alias, owner[alias]))

    def find(self, text: str) -> Iterator[NameHit]:
        lower = text.lower()
        if len(lower) != len(text):
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        if self._any is None or not self._any.find_matches_as_indexes(lower):
            return
        end = 0
        for word in _WORD.finditer(lower):
            if word.start() < end:
                continue
            hit = self._at(lower, word)
            if hit:
                end = hit[1]
                yield NameHit(hit[0], text[word.start() : end], word.start(), end)

    def _at(self, lower: str, word: re.Match[str]) -> tuple[str, int] | None:
        candidates = (*self._by_word.get(word.group(), ()), *self._by_start.get(word.group()[:_START], ()))
        for alias, product_id in candidates:
            bare = alias.rstrip("*")
            end = word.start() + len(bare)
            if lower.startswith(bare, word.start()):
                rest = _WORD.match(lower, end)
                if rest is None or alias.endswith("*"):
                    return product_id, rest.end() if rest else end
        return None


@lru_cache(maxsize=8)
def product_index(taxonomy: Taxonomy) -> ProductIndex:
    """The products of a taxonomy ready to be found, built once per content."""
    return ProductIndex(taxonomy.products.values())


def _specificity(pattern: Pattern) -> int:
    """More literal characters mean a more specific pattern; a path tells more than a host, a wildcard host least."""
    host = len(pattern.host.replace("*", "")) + (50 if pattern.host and "*" not in pattern.host else 0)
    return host + 2 * len(pattern.path.replace("*", "")) + 2 * len(pattern.query.replace("*", ""))


def _fixed_label(host: str) -> str:
    """The last two labels of a host pattern where they are literal: the key of the index."""
    last = ".".join(host.partition(":")[0].removeprefix("www.").split(".")[-2:])
    return "" if "*" in last else last


def _header_matches(want: str, headers: Mapping[str, str]) -> bool:
    name, _, value = want.partition(":")
    have = headers.get(name.strip().casefold())
    return have is not None and value.strip().casefold() in have.casefold()


@lru_cache(maxsize=4096)
def _split(url: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        return None
    return (host + port, parts.path, parts.query) if host else None


@lru_cache(maxsize=2048)
def _glob(pattern: str, *, whole: bool) -> re.Pattern[str]:
    body = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    boundary = r"\Z" if whole else (r"(?![\w-])" if pattern[-1:].isalnum() else "")
    return re.compile(body + boundary, re.IGNORECASE | re.DOTALL)
