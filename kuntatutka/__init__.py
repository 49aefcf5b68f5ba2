"""Kuntatutka: compares municipalities' digital services from evidence that anybody can check.

This package is the command line and the wiring; nothing imports it. Our packages have plain names (`taxonomy`, `study`,
`crawler`, `analysis`, `reports`), so the start-up guard below refuses to work with somebody else's package of such a name.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

__version__ = "0.1.0"

PACKAGES = ("taxonomy", "study", "crawler", "analysis", "reports")


def foreign_packages(root: Path | None = None) -> dict[str, str]:
    """Names of ours that Python would import from elsewhere, with the file that hides them."""
    home = (root or Path(__file__).parent.parent).resolve()
    strangers: dict[str, str] = {}
    for name in PACKAGES:
        spec = find_spec(name)
        origin = spec.origin if spec else None
        if origin is None or Path(origin).resolve().parent != home / name:
            strangers[name] = origin or "(not found)"
    return strangers
