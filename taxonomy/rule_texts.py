"""What the rules of axe-core mean, in the languages of the report: one file per rule in `axe_rules/`.

axe-core speaks neither Finnish nor Swedish. The texts are for people who mend pages: what is wrong, why it matters,
what to do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from .base import Line, Model
from .defaults import DEFAULTS
from .errors import Problem, TaxonomyError

_FOLDER = Path(__file__).with_name("axe_rules")


class RuleText(Model):
    """One rule in one language."""

    title: Line
    why: Line
    fix: Line


@cache
def rule_texts() -> Mapping[str, Mapping[str, RuleText]]:
    """Texts by rule id and language; raises TaxonomyError for a broken file."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def rule_text(rule_id: str, language: str) -> RuleText | None:
    """The text of a rule, in the common language where the language has none; None for a rule without texts."""
    texts = rule_texts().get(rule_id, {})
    return texts.get(language) or texts.get(DEFAULTS.common_language)


def _read(path: Path) -> Mapping[str, RuleText]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return {language: RuleText.model_validate(text) for language, text in data.items()}
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        remedy = "Give each language a table with title, why and fix."
        raise TaxonomyError(Problem(f"axe_rules/{path.name}", "", f"cannot be read: {error}.", remedy)) from error
