"""What of the taxonomy's knowledge stands in code: its words, and the ids of what it describes.

Everything is taken from the taxonomy itself: a word added there is looked for from then on.
"""

from __future__ import annotations

import ast
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from taxonomy import DEFAULTS, LOG_INS, Taxonomy, available_countries, available_languages, load_taxonomy

ROOT = Path(__file__).parent.parent
# Of computing or plain English, though words of some language too.
_ENGLISH_TOO = frozenset({"com", "del", "handling", "international", "net", "sig", "tar", "var"})
_SHORTEST = 3
_QUOTED = re.compile(r"```.*?```|`[^`]*`|\"[^\"]*\"|^ *>.*?$", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Text constants of a module that are no docstrings, with their lines."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def words_in(text: str) -> list[str]:
    """The words of a text in the languages that are studied, the common one apart; with or without their marks."""
    return [word for word in _WORD.findall(text) if _plain(word) in _foreign_words()]


def ids_in(text: str) -> list[str]:
    """The ids that a text is or holds: services, themes, countries, languages, municipalities, regions, log-ins."""
    pieces = re.split(r"[\s,;:|=]+", text)
    told = [piece for piece in pieces if piece in _languages()]
    told += [text] if text in _ids() and text not in told else []
    return [*told, *(found for found in _marked_ids().findall(text) if found != text)]


@cache
def _foreign_words() -> frozenset[str]:
    common = set(_common_words())
    others: set[str] = set()
    looked_for = (pair for country in available_countries() for pair in _texts(load_taxonomy(country)))
    for code, texts in (*_furniture(), *looked_for):
        (common if code == DEFAULTS.common_language else others).update(map(_plain, _WORD.findall(texts)))
    return frozenset(word for word in others - common - _ENGLISH_TOO if len(word) >= _SHORTEST)


def _furniture() -> Iterator[tuple[str, str]]:
    """(language, words) of what sites are furnished with."""
    markup = tomllib.loads((ROOT / "taxonomy" / "markup.toml").read_text(encoding="utf-8"))
    yield from ((code, " ".join(_leaves(words))) for code, words in markup["words"].items())


def _texts(taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    """(language, words) of everything that is looked for."""
    for code, language in taxonomy.languages.items():
        yield code, " ".join(_leaves(language.model_dump(exclude={"code", "name", "grammar"})))
    for service in taxonomy.services.values():
        for table in (service.terms, service.topics, service.not_terms):
            yield from ((code, " ".join(words)) for code, words in table.items())
        yield from service.name.root.items()
    for theme in taxonomy.themes.values():
        yield from ((code, " ".join(words)) for code, words in theme.nav_terms.items())


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _leaves(inner)


def _common_words() -> Iterator[str]:
    """The words of the pages for people, which are in the common language apart from what they quote."""
    for path in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        prose = _QUOTED.sub(" ", path.read_text(encoding="utf-8"))
        # Abbreviations may be words elsewhere: ETSI.
        yield from (_plain(word) for word in _WORD.findall(prose) if not word.isupper())


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


@cache
def _languages() -> frozenset[str]:
    return frozenset(available_languages())


@cache
def _ids() -> frozenset[str]:
    found = {*available_countries(), *available_languages(), *LOG_INS}
    for taxonomy in map(load_taxonomy, available_countries()):
        found |= {*taxonomy.services, *taxonomy.themes, *taxonomy.municipalities, taxonomy.country.phone_region}
        towns = taxonomy.municipalities.values()
        found |= {place for town in towns for place in (town.region, town.county)}
    return frozenset(found - {""})


@cache
def _marked_ids() -> re.Pattern[str]:
    """Ids that no ordinary word can be, wherever they stand in a text."""
    marked = sorted((name for name in _ids() if re.search(r"[a-z][-.][a-z]", name)), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, marked)) + r")(?![\w-])")
