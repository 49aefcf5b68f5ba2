"""Who made a study, who publishes it and under which licence, as its settings say: for report, dataset and citation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its SPDX identifier, what it is called, and where its text is (empty where that is not known)."""

    id: str
    title: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who stands behind a study. Everything may be empty."""

    authors: tuple[str, ...] = ()
    publisher: str = ""
    licence: Licence | None = None
    doi: str = ""


NOBODY = Authorship()
"""Of a study that names nobody."""


@cache
def _licences() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("licences.toml").read_text(encoding="utf-8"))


def licence_of(spdx: str) -> Licence | None:
    """The licence with this identifier; one that is not listed by its identifier alone; None for an empty one."""
    if not spdx:
        return None
    known = _licences().get(spdx)
    return Licence(spdx, known["title"], known["path"]) if known else Licence(spdx, spdx)
