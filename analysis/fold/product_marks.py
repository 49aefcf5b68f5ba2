"""Which pages a change of the product catalogue can touch: those that show a mark of a changed product.

The question is asked generously: a page that has no mark of a product, as it was or as it is, is judged the same
with and without the change; one that has may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from analysis.page.model import Page
from study import open_kept, pack, unpack, write_kept
from study.document import page_text
from taxonomy import Product, ProductIndex, Sighting, Taxonomy, path_matches

from .index import LandingPages, LandingPlace

_CATALOGUE = "products"
_UNASKED = {"hits", "misses", "basis", "source", "verified_on", "note"}
"""What a product's file tells its readers and no judge asks."""


def keep_catalogue(folder: Path, taxonomy: Taxonomy) -> Path:
    """Write the products of a taxonomy down where they are not so already; the file's name is their digest."""
    data = pack(dict[str, str], _written(taxonomy))
    path = folder / sha256(data).hexdigest()[:32]
    kept = open_kept(path)
    if kept is None or not kept.is_whole():
        write_kept(path, {_CATALOGUE: data}, {})
    return path


def _written(taxonomy: Taxonomy) -> dict[str, str]:
    return {name: product.model_dump_json() for name, product in sorted(taxonomy.products.items())}


def product_changes(then: Path, taxonomy: Taxonomy) -> list[Product] | None:
    """Products that differ from a catalogue that was kept, as they were and as they are; None where that is gone."""
    kept = open_kept(then)
    data = kept.block(_CATALOGUE) if kept is not None else None
    try:
        old = unpack(dict[str, str], data) if data is not None else None
        if old is None:
            return None
        new = _written(taxonomy)
        names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        before = {name: Product.model_validate_json(old[name]) for name in names if name in old}
    except (ValueError, ValidationError):
        return None
    return [part for name in names for part in _changed(before.get(name), taxonomy.products.get(name))]


def _changed(old: Product | None, new: Product | None) -> list[Product]:
    """A product as it was and as it is; of one that is only recognised otherwise, the patterns that came or went."""
    if old is None or new is None or _but_for_patterns(old) != _but_for_patterns(new):
        return [product for product in (old, new) if product is not None]
    patterns = []
    for before, after in ((old.patterns, new.patterns), (old.not_patterns, new.not_patterns)):
        if [p for p in before if p in after] != [p for p in after if p in before]:
            return [old, new]  # of two that fit equally the first one counts
        patterns += [p for p in before if p not in after] + [p for p in after if p not in before]
    return [new.model_copy(update={"aliases": (), "patterns": tuple(patterns), "not_patterns": ()})] if patterns else []


def _but_for_patterns(product: Product) -> dict[str, Any]:
    """What judges ask of a product beside its patterns."""
    return product.model_dump(exclude={"patterns", "not_patterns", *_UNASKED})


class ProductMarks:
    """Finds marks of some products on pages: their names, their hosts and paths, their markup behind a link."""

    def __init__(self, products: Sequence[Product], landing: Mapping[str, LandingPlace]) -> None:
        patterns = [p for product in products for p in (*product.patterns, *product.not_patterns)]
        self._names = tuple({alias.lower().rstrip("*") for product in products for alias in product.aliases})
        self._hosts = tuple({_bare(pattern.host) for pattern in patterns if pattern.host})
        self._paths = tuple({p.path for p in patterns if p.path and not p.host})
        self._queries = tuple({p.query.partition("=")[0] for p in patterns if p.query and not p.host and not p.path})
        self._written = [tuple(filter(None, host.split("*"))) for host in self._hosts]
        self._indexes = [ProductIndex([product]) for product in products]
        self._landing, self._pages = landing, LandingPages(landing)
        self._known: dict[int, bool] = {}
        self._behind: dict[str, bool] = {}
        self.any = bool(products)

    def has(self, page: Page) -> bool:
        """Whether a page shows a mark of one of the products outside its furniture, of which no judge asks that."""
        if not self.any:
            return False
        texts = (page.title, page.h1, page.description, page.main_text, *page.breadcrumb)
        own_forms = [form for form in page.forms if form.in_main]
        forms = (text for form in own_forms for text in (form.heading, form.submit))
        addresses = (page.url, *(form.action for form in own_forms))
        return (
            self._in_texts((*texts, *forms))
            or any(self._leads(url) for url in addresses)
            or any(self._once(block, (block.text,), ()) for block in page.blocks if block.in_main)
            or any(
                self._once(link, (link.text, link.title, link.context), (link.url,))
                for link in (*page.links, *page.iframes)
                if link.in_main
            )
        )

    def _once(self, part: object, texts: Iterable[str], urls: Iterable[str]) -> bool:
        """Parts that a site repeats are one object, and looked at once."""
        known = self._known.get(id(part))
        if known is None:
            known = self._known[id(part)] = self._in_texts(texts) or any(
                self._leads(url) or self._is_behind(url) for url in urls
            )
        return known

    def _in_texts(self, texts: Iterable[str]) -> bool:
        lowered = "\n".join(texts).lower()
        is_named = any(name in lowered for name in self._names)
        return is_named or any(all(piece in lowered for piece in pieces) for pieces in self._written)

    def _leads(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            host, path = _bare(parts.hostname or ""), parts.path
        except ValueError:
            return True
        lowered = url.lower()
        return (
            any(_fits(pattern, host) for pattern in self._hosts)
            or any(path_matches(pattern, path) for pattern in self._paths)
            or any(name.strip("*").lower() in lowered for name in self._queries)
            # An address can be wrapped in another.
            or ("=http" in url and any(index.find_url(url) or index.is_about(url) for index in self._indexes))
        )

    def _is_behind(self, url: str) -> bool:
        """Whether what lies behind a link shows a mark."""
        place = self._landing.get(url)
        if place is None:
            return False
        if place.final_url not in self._behind:
            self._behind[place.final_url] = self._in_landing(url, place)
        return self._behind[place.final_url] or any(self._leads(passed) for passed in place.way)

    def _in_landing(self, url: str, place: LandingPlace) -> bool:
        if self._leads(place.final_url):
            return True
        source = self._pages.get(url)
        if source is None:
            return False
        seen = Sighting(source.url, page_text(source.body, source.content_type))
        return any(index.find_page(seen) for index in self._indexes)


def _bare(host: str) -> str:
    return host.lower().partition(":")[0].removeprefix("www.").rstrip(".")


def _fits(pattern: str, host: str) -> bool:
    """Whether a host falls under a pattern, or lies below one that does."""
    if "*" in pattern:
        return fnmatchcase(host, pattern) or fnmatchcase(host, f"*.{pattern}")
    return host == pattern or host.endswith(f".{pattern}")
