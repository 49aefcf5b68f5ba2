"""What tables were made by: digests of the rules, the learned weights and the program's version, kept in every table.

Two studies whose tables were made alike can be held against each other; others need the older evidence analysed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_HOME = Path(__file__).parent.parent
_JUDGING = ("taxonomy", "study", "analysis")
"""The packages by which evidence becomes tables; what crawls and what shows changes no finding."""
_BESIDE = (Path("analysis/compare"), Path("analysis/learning"))
"""Rooms in them that only look at tables."""
_WEIGHTS = Path(__file__).parent / "models"


@cache
def made_by() -> dict[str, str]:
    """Digests of today's rules and weights, by the name under which a table keeps them."""
    code = (path for package in _JUDGING for path in (_HOME / package).rglob("*.py"))
    judging = (path for path in code if not any(path.is_relative_to(_HOME / room) for room in _BESIDE))
    return {"rules_digest": _digest(judging), "weights_digest": _digest(_WEIGHTS.rglob("*"))}


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file() and "__pycache__" not in path.parts):
        digest.update(f"{path.relative_to(_HOME).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
