"""What a kept result rests on, a digest for each stage: evidence, taxonomy, weights, settings, the program's own code.

Two results with one digest are the same bytes. A stage names the code of every room that it can reach (the arrows
between the rooms are checked, so that is known), and all that it reads beside its arguments.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from study import StudyMunicipality, file_digest
from taxonomy import Taxonomy, word_tools

_HOME = Path(__file__).resolve().parent.parent.parent
_LIBRARIES = (
    "warcio", "brotli", "backports.zstd", "w3lib", "selectolax", "pypdf", "tldextract", "phonenumbers",
    "ahocorasick-rs", "libvoikko", "snowballstemmer", "PyStemmer", "pyarrow", "pydantic",
)  # fmt: skip
"""Packages whose answers stand in results."""
_CODE = frozenset({".py", ".toml", ".json", ".csv"})
_READING_FILES = ("markup.toml", "stand_ins.toml")
_BELOW = ("study", "taxonomy/*.py", "taxonomy/matching")
_READS = (*_BELOW, "analysis/page", "analysis/fold", "analysis/findings.py")
_JUDGES = (
    *_READS, "analysis/*.py", "analysis/words", "analysis/channels", "analysis/judges", "analysis/models",
    "analysis/indicators",
)  # fmt: skip


@cache
def program(*places: str) -> str:
    """A digest of the code and data files in these folders of the program, and of the libraries that it uses."""
    digest = sha256(sys.version.encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    for place in places:
        found = _HOME.glob(place) if "*" in place else [_HOME / place]
        paths = [file for path in found for file in ([path] if path.is_file() else path.rglob("*"))]
        for path in sorted(path for path in paths if path.suffix in _CODE and path.is_file()):
            digest.update(f"{path.relative_to(_HOME)} {file_digest(path)}\n".encode())
    return digest.hexdigest()


def method(taxonomy: Taxonomy) -> dict[str, str]:
    """All that two machines must have alike to make the same bytes, by what a person would look for."""
    made = {"Python": sys.version.split()[0], "program": program(*_JUDGES)[:12], "taxonomy": taxonomy.digest[:12]}
    libraries = {name: _version(name) for name in _LIBRARIES}
    return {**libraries, **made, "dictionaries": "; ".join(word_tools(taxonomy))}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _of(*parts: object) -> str:
    return sha256("\n".join(repr(part) for part in parts).encode(errors="surrogatepass")).hexdigest()


def evidence_key(files: Sequence[tuple[str, str]], municipality: StudyMunicipality) -> str:
    """What the index of one municipality's evidence rests on: names and digests of its files, its addresses."""
    return _of("evidence", program(*_READS), files, municipality.addresses)


def read_key(evidence: str, taxonomy: Taxonomy, own_hosts: frozenset[str]) -> str:
    """What the pages of one municipality, read, rest on: of the taxonomy only what tells content from furniture."""
    return _of("read", program(*_READS), evidence, _reading(taxonomy), sorted(own_hosts))


@lru_cache(maxsize=4)
def _reading(taxonomy: Taxonomy) -> str:
    country = [digest for name, digest in sorted(taxonomy.files.items()) if name.endswith("/country.toml")]
    shared = [taxonomy.files.get(name) for name in _READING_FILES]
    words = [(code, item.stop_words, item.lists.get("empty_links", ())) for code, item in taxonomy.languages.items()]
    return _of(country, shared, words)


def judge_key(taxonomy: Taxonomy, own_hosts: frozenset[str]) -> str:
    """What the judgement of a page rests on beside the page that was read; products and landing pages are compared
    page by page."""
    return _of("judged", program(*_JUDGES), _judging(taxonomy), sorted(own_hosts))


@lru_cache(maxsize=4)
def _judging(taxonomy: Taxonomy) -> str:
    files = sorted((n, digest) for n, digest in taxonomy.files.items() if not _of_products(n))
    return _of(files, _tools(taxonomy), _names_among_terms(taxonomy))


@lru_cache(maxsize=4)
def _tools(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Asked once: the dictionaries of a machine stay what they are while a command runs."""
    return word_tools(taxonomy)


def _of_products(name: str) -> bool:
    return name.endswith("/tenants.csv") or "products" in name.split("/")[:-1]


def _names_among_terms(taxonomy: Taxonomy) -> list[str]:
    """Names of products that are terms of services too: where only they stand, a page names no service by them."""
    names = {name.casefold() for p in taxonomy.products.values() for name in (p.name, *p.aliases)}
    services = taxonomy.services.values()
    terms = {term.casefold() for s in services for words in (*s.terms.values(), s.name.root.values()) for term in words}
    return sorted(names & terms)


def unit_key(evidence: str, taxonomy: Taxonomy, own_hosts: frozenset[str], *given: object) -> str:
    """What the rows of one municipality rest on; landing pages of others' evidence are compared apart."""
    tools = _tools(taxonomy)
    return _of("rows", program(*_JUDGES), evidence, taxonomy.digest, tools, sorted(own_hosts), *given)
