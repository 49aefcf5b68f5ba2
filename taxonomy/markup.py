"""What markup and words tell the furniture of a site from what a page says; read from ``markup.toml``.

Language-neutral knowledge for the step that reads pages. It is not about services or channels.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick_rs

from .errors import Problem, TaxonomyError

_FILE = Path(__file__).with_name("markup.toml")


@dataclass(frozen=True, slots=True)
class Markup:
    """Cues for reading a page; ``words`` maps a kind of furniture to phrases of all languages together."""

    tokens: Mapping[str, frozenset[str]]
    forms: Mapping[str, frozenset[str]]
    query_fields: frozenset[str]
    furniture_tags: frozenset[str]
    ignored_tags: frozenset[str]
    furniture_roles: frozenset[str]
    social_hosts: frozenset[str]
    file_extensions: frozenset[str]
    words: Mapping[str, frozenset[str]]
    endings: Mapping[str, frozenset[str]]
    foreign: Mapping[str, frozenset[str]]
    letters: Mapping[str, frozenset[str]]
    signs: Mapping[str, str]
    """Ranges of signs of writings without blanks, by language."""

    def says(self, kind: str, text: str) -> bool:
        """Whether ``text`` is (apart from case, marks and a trailing part) one of the phrases of ``kind``."""
        return plain(text) in self.words[kind]

    def mentions(self, kind: str, lowered: str) -> bool:
        """Whether one of the phrases of ``kind`` stands anywhere in a text in lower case."""
        return bool(_automaton(self.words[kind]).find_matches_as_indexes(lowered))


@cache
def _automaton(phrases: frozenset[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(sorted(phrases))


def plain(text: str) -> str:
    """``text`` in lower case without punctuation around it and with single spaces."""
    return " ".join(text.casefold().split()).strip(" .,:;!?-–—|/>»›«<()[]*•")


@cache
def page_markup() -> Markup:
    """The cues of ``markup.toml``; a TaxonomyError names the key that is wrong."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    try:
        kinds = sorted({kind for words in data["words"].values() for kind in words})
        return Markup(
            tokens={name: frozenset(values) for name, values in sorted(data["tokens"].items())},
            forms={name: frozenset(values) for name, values in data["forms"].items() if name != "query_fields"},
            query_fields=frozenset(data["forms"]["query_fields"]),
            furniture_tags=frozenset(data["tags"]["furniture"]),
            ignored_tags=frozenset(data["tags"]["ignored"]),
            furniture_roles=frozenset(data["roles"]["furniture"]),
            social_hosts=frozenset(data["hosts"]["social"]),
            file_extensions=frozenset(data["files"]["extensions"]),
            words={kind: _phrases(data["words"], kind) for kind in kinds},
            endings={code: frozenset(ends) for code, ends in sorted(data["endings"].items())},
            foreign={code: frozenset(words) for code, words in sorted(data["foreign"].items())},
            letters={code: frozenset(signs) for code, signs in sorted(data["letters"].items())},
            signs=dict(sorted(data["signs"].items())),
        )
    except KeyError as error:
        problem = Problem(_FILE.name, str(error), "is missing.", "Add it; an empty list will do.")
        raise TaxonomyError(problem) from error


def page_words(root: Path) -> Mapping[str, Mapping[str, list[str]]]:
    """The words of site furniture under a taxonomy folder, by language and kind; empty where it has no such file."""
    path = root / _FILE.name
    words: Mapping[str, Mapping[str, list[str]]] = (
        tomllib.loads(path.read_text(encoding="utf-8")).get("words", {}) if path.is_file() else {}
    )
    return words


def _phrases(words: Mapping[str, Mapping[str, list[str]]], kind: str) -> frozenset[str]:
    return frozenset(plain(phrase) for by_kind in words.values() for phrase in by_kind.get(kind, []))


_CAMEL = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])")
_SPLIT = re.compile(r"[\W_\d]+")


def name_tokens(names: str) -> list[str]:
    """The lower-case words that class and id names are made of: ``mainNav block-search`` -> main nav block search."""
    return [token for token in _SPLIT.split(_CAMEL.sub(" ", names).lower()) if token]
