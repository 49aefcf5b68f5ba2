"""Rules that hold across taxonomy files; each finding names file, key and remedy. No repairs, no network."""

from __future__ import annotations

from pathlib import Path

from .errors import Problem, TaxonomyError
from .loader import ROOT, read_taxonomy


def check_taxonomy(country: str = "fi", root: Path = ROOT) -> list[Problem]:
    """Returns everything wrong with a country's files, sorted; an empty list means all rules hold."""
    try:
        read_taxonomy(root, country)
    except TaxonomyError as error:
        return [error.problem]
    return []
