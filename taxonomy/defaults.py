"""What is meant where nobody says otherwise: country and languages, as `defaults.toml` has them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from .base import Id, Model, Text, Words
from .errors import Problem, TaxonomyError

_FILE = Path(__file__).with_name("defaults.toml")


class Defaults(Model):
    """The country and languages of whoever names none."""

    country: Id
    practice_country: Id
    report_languages: Words
    common_language: Id


def _read() -> Defaults:
    try:
        return Defaults.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        remedy = f"Give the keys {', '.join(Defaults.model_fields)}."
        raise TaxonomyError(Problem(_FILE.name, "", f"cannot be read: {error}.", remedy)) from error


DEFAULTS = _read()


def in_common(text: Text) -> str:
    """Returns the words in the common language, else in the first that the file gives."""
    return text.get(DEFAULTS.common_language)
