"""How an answer is known that stands in place of a page; read from `stand_ins.toml`.

Which parts of a page are compared with these marks and words is told in `study.document.instead`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from .errors import Problem, TaxonomyError

_FILE = Path(__file__).with_name("stand_ins.toml")


class StandIn(StrEnum):
    """What stands in place of a page."""

    REFUSAL = "refusal"
    CHALLENGE = "challenge"
    LOG_IN = "log-in"
    CONSENT = "consent"
    SCRIPTS = "scripts"
    MISSING = "missing"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class StandInCues:
    """Marks in the source, headers with their values, and phrases of all languages by what stands there."""

    sure: re.Pattern[str]
    captcha: re.Pattern[str]
    log_in: re.Pattern[str]
    headers: Mapping[str, str]
    words: Mapping[StandIn, re.Pattern[str]]


@cache
def stand_in_cues() -> StandInCues:
    """The cues of `stand_ins.toml`; a TaxonomyError names what is wrong."""
    try:
        data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        words = data["words"]
        return StandInCues(
            sure=_any(data["marks"]["sure"]),
            captcha=_any(data["marks"]["captcha"]),
            log_in=_any(data["marks"]["log-in"]),
            headers=dict(data["headers"]),
            words={
                kind: _any(phrase for by_kind in words.values() for phrase in by_kind.get(kind, [])) for kind in StandIn
            },
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        remedy = "Give [marks] sure, captcha and log-in, [headers], and [words.<language>]."
        raise TaxonomyError(Problem(_FILE.name, "", f"cannot be read: {error}.", remedy)) from error


def _any(phrases: object) -> re.Pattern[str]:
    """A pattern for any of the phrases where a word begins, whatever their case and spaces."""
    parts = sorted({re.escape(str(phrase)).replace(r"\ ", r"\s+") for phrase in phrases}, key=lambda p: (-len(p), p))  # type: ignore[attr-defined]
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + ")", re.IGNORECASE)
