"""The words of the report's frame, and how a language writes numbers, shares, dates and lists.

All of it lies in locales/<code>.toml, and in folders there for what is beside the report; adding a file adds a report
language, which speaks the common language in the folders until it has files there, too. `{n:elative}` in a text writes
a number with the ending that the language's rule [inflection.elative] gives it. A key that a file lacks is an error,
never a silent fallback. Names of services, themes and channels come from the taxonomy instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from study import UserError
from taxonomy import DEFAULTS

_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")


def available_languages() -> tuple[str, ...]:
    """Codes of the languages that a report can be written in, sorted."""
    names = (item.name for item in resources.files(__package__).joinpath("locales").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def _load(language: str) -> dict[str, Any]:
    if language not in available_languages():
        known = ", ".join(available_languages())
        raise UserError(
            f"report language {language!r} is not known; known are {known}.",
            "Choose one of them with --lang or in study.toml [study] languages.",
        )
    folder = resources.files(__package__).joinpath("locales")
    words = _read(folder.joinpath(f"{language}.toml"))
    for part in (item for item in folder.iterdir() if item.is_dir()):
        file = part.joinpath(f"{language}.toml")
        file = file if file.is_file() else part.joinpath(f"{DEFAULTS.common_language}.toml")
        words[part.name] = _read(file)
    return words


def _read(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(unbroken(file.read_text(encoding="utf-8")))


def unbroken(text: str) -> str:
    """The text with its numbers on one line with their per cent sign."""
    return _BEFORE_PERCENT.sub("\u00a0", text)


class Words:
    """The words of one language: `words("cover.subtitle", n=6)`; a table of `one` and `other` is chosen by `n`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._tree = _load(language)
        self._format: Mapping[str, str] = self._tree["format"]
        self._marks = str.maketrans({",": self._format["thousands"], ".": self._format["decimal"], "-": "\u2212"})
        self._known: dict[str, Any] = {}

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its {placeholders} filled; numbers are written as the language does."""
        found = self._find(key)
        if isinstance(found, dict):
            found = found["one" if values.get("n") == 1 else "other"]
        if not isinstance(found, str):
            raise KeyError(f"locales/{self.language}.toml: {key} is not a text")
        return found.format(**{name: self._value(value) for name, value in values.items()}) if values else found

    def variant(self, key: str, number: int, **values: object) -> str:
        """One of the wordings that a key has, taken in turn by `number`, filled as any text."""
        wordings: list[str] = self._find(key)
        chosen = wordings[number % len(wordings)]
        return chosen.format(**{name: self._value(value) for name, value in values.items()})

    def inflected(self, value: float, rule: str) -> str:
        """A number with the ending of a rule: that of the longest key in [inflection.<rule>] with which it ends.

        The ending follows how the number is read, so that `30` may take another one than `3`, and the number alone,
        which stands in the rule as "=0", another than one that ends with it.
        """
        endings: dict[str, str] = self._find(f"inflection.{rule}")
        digits = f"{value:.0f}"
        exact = endings.get(f"={digits}")
        longest = max((key for key in endings if digits.endswith(key)), key=len, default="")
        return self.number(value) + (exact if exact is not None else endings.get(longest, ""))

    def has(self, key: str) -> bool:
        """Whether the language has this key."""
        try:
            self._find(key)
        except KeyError:
            return False
        return True

    def _find(self, key: str) -> Any:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._at(key)
        return found

    def _at(self, key: str) -> Any:
        node: Any = self._tree
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                raise KeyError(f"locales/{self.language}.toml: {key} is missing")
            node = node[part]
        return node

    def _value(self, value: object) -> object:
        if isinstance(value, bool | str):
            return str(value)
        if isinstance(value, int | float):
            return _Number(self, value)
        if isinstance(value, date):
            return self.day(value)
        return str(value)

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number with the language's thousands and decimal marks; whole numbers without decimals by default."""
        places = decimals if decimals is not None else (0 if float(value).is_integer() else 1)
        return f"{value:,.{places}f}".translate(self._marks)

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share (0-1) as per cent."""
        return self._format["percent"].format(self.number(share * 100, decimals))

    def percents(self, low: float, high: float) -> str:
        """A span of shares (0-1) as per cent; the one share where both are written alike."""
        first, last = (self.number(share * 100, 0) for share in (low, high))
        return self.percent(low) if first == last else self._format["percents"].format(first, last)

    def day(self, day: date | datetime) -> str:
        """A calendar day."""
        return self._format["date"].format(d=day.day, m=day.month, y=day.year, month=self._months()[day.month - 1])

    def _months(self) -> list[str]:
        months: list[str] = self._tree["months"]["names"]
        return months

    def days(self, first: date, last: date) -> str:
        """A span of days, or the one day."""
        if first == last:
            return self.day(first)
        return f"{self.day(first)}{self._format['range']}{self.day(last)}"

    def listing(self, items: Iterable[str]) -> str:
        """Items joined as the language joins a list."""
        every = list(items)
        if len(every) < 2:
            return "".join(every)
        return ", ".join(every[:-1]) + self._format["and"] + every[-1]

    def sentence_listing(self, items: Iterable[str]) -> str:
        """Names joined as in a sentence: only the first keeps its capital, save abbreviations."""
        every = list(items)
        return self.listing([*every[:1], *(lowered(item) for item in every[1:])])

    def language_listing(self, names: Iterable[str]) -> str:
        """Names of languages joined; only the first keeps its capital where the language writes them small."""
        return self.listing(names) if self._format["language_names"] == "large" else self.sentence_listing(names)

    def keys(self) -> frozenset[str]:
        """Every key of the language, dotted; plural tables count as one key."""
        return frozenset(_walk(self._tree, ""))


class _Number:
    """A number in a text: as the language writes it, with an ending where the text asks for one."""

    def __init__(self, words: Words, value: float) -> None:
        self._words, self._value = words, value

    def __format__(self, rule: str) -> str:
        return self._words.inflected(self._value, rule) if rule else self._words.number(self._value)


def lowered(text: str) -> str:
    """A text that goes on in a sentence; abbreviations stay."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _walk(node: Mapping[str, Any], prefix: str) -> Iterable[str]:
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            yield from _walk(value, f"{key}.")
        else:
            yield key
