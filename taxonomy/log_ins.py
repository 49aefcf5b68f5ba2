"""Ways to log in to an e-service, strongest first, as `log_ins.toml` has them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import ValidationError

from .base import Id, Line, Model
from .errors import Problem, TaxonomyError

_FILE = Path(__file__).with_name("log_ins.toml")


class LogIn(Model):
    """A way to log in: whether it identifies a person, what is kept for it, and which systems' passwords it is."""

    id: Line
    is_strong: bool = False
    kept: str = ""
    categories: tuple[Id, ...] = ()


def _read() -> Mapping[str, LogIn]:
    try:
        tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        return {name: LogIn.model_validate({"id": name, **table}) for name, table in tables.items()}
    except (OSError, tomllib.TOMLDecodeError, ValidationError, TypeError) as error:
        remedy = "Give each log-in a table with is_strong, kept and categories where they hold."
        raise TaxonomyError(Problem(_FILE.name, "", f"cannot be read: {error}.", remedy)) from error


LOG_INS = _read()
"""By id, strongest first."""


def password_log_in(categories: Collection[str]) -> str:
    """Which log-in a password is on systems of these categories; the last of all where no other is meant."""
    of_category = (log_in.id for log_in in LOG_INS.values() if set(log_in.categories) & set(categories))
    return next(of_category, list(LOG_INS)[-1])
