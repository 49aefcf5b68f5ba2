"""How a consent layer is known: selectors of products (`consent_layers.toml`) and the languages' words for cookies."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import Problem, TaxonomyError
from .models import Taxonomy

_FILE = Path(__file__).with_name("consent_layers.toml")


@dataclass(frozen=True, slots=True)
class ConsentLayers:
    """CSS selectors of known consent layers, and lower-case words that an unknown one contains."""

    selectors: tuple[str, ...]
    words: tuple[str, ...]


def consent_layers(taxonomy: Taxonomy) -> ConsentLayers:
    """Selectors and words for the languages of a taxonomy; raises TaxonomyError for a broken file."""
    lists = (item.furniture.get("cookie", ()) for item in taxonomy.languages.values())
    return ConsentLayers(_selectors(), tuple(sorted({word.rstrip("*").lower() for words in lists for word in words})))


@cache
def _selectors() -> tuple[str, ...]:
    try:
        return tuple(str(item) for item in tomllib.loads(_FILE.read_text(encoding="utf-8"))["selectors"])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        remedy = "Give the list selectors."
        raise TaxonomyError(Problem(_FILE.name, "", f"cannot be read: {error}.", remedy)) from error
