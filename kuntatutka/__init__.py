"""Kuntatutka: compares municipalities' digital services from evidence that anybody can check.

This package is the command line and the wiring; nothing imports it. Our packages have plain names (`taxonomy`, `study`,
`crawler`, `analysis`, `reports`, `practice`), so the start-up guard below refuses to work with a stranger of such a
name.
"""

from __future__ import annotations

import sys

# `python -m kuntatutka` puts the current folder first: a study that somebody sent must not bring modules along.
if sys.argv[:1] == ["-m"] and "kuntatutka" in sys.orig_argv and not __file__.startswith(sys.path[0] + "/kuntatutka/"):
    del sys.path[0]

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .notebook import Tables

__version__ = "0.1.0"

PACKAGES = ("taxonomy", "study", "crawler", "analysis", "reports", "practice")


def open_tables(folder: Path | str, *, unmasked: bool = False) -> Tables:
    """A study's tables as pandas data frames, for notebooks: `kuntatutka.open_tables("study")["service_findings"]`.

    What is personal is masked as in the report; `unmasked=True` gives the findings as they lie in the study.
    """
    from .notebook import Tables

    return Tables(folder, unmasked=unmasked)


def foreign_packages(root: Path | None = None) -> dict[str, str]:
    """Names of ours that Python would import from elsewhere, with the place that hides them."""
    home = (root or Path(__file__).parent.parent).resolve()
    strangers: dict[str, str] = {}
    for name in PACKAGES:
        spec = find_spec(name)
        places = [spec.origin] if spec and spec.origin else list(spec.submodule_search_locations or ()) if spec else []
        if not any(_is_inside(home / name, Path(place)) for place in places):
            strangers[name] = places[0] if places else "nothing"
    return strangers


def _is_inside(folder: Path, place: Path) -> bool:
    resolved = place.resolve()
    return folder == resolved or folder == resolved.parent
