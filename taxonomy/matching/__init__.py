"""Finds the terms of services in running text, link texts and addresses, whatever their inflection.

Terms and text become sequences of word parts, each part one character, and one Aho-Corasick automaton per language
finds all terms at once: "rakennuslupahakemuksen" contains "rakennuslupa". Deterministic, no network, no page
structure.
"""

from __future__ import annotations

from .entries import ACT, BODY, MOVE, TermMatch
from .index import TermIndex, term_index
from .slugs import slug_words

__all__ = ["ACT", "BODY", "MOVE", "TermIndex", "TermMatch", "slug_words", "term_index"]
