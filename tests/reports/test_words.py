"""The words of the report's frame, in every language."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import reports
from reports import available_languages
from reports.words import Words
from study import CrawlStatus, FailureReason, State, StateReason, UserError, Verification

LITERAL = re.compile(r'words\(\s*"([a-z_.-]+)"')


def test_every_language_has_the_same_keys() -> None:
    """A word in one language is a word in all; endings of numbers are each language's own."""
    every = {language: Words(language).keys() for language in available_languages()}
    keys = {language: {k for k in found if not k.startswith("inflection.")} for language, found in every.items()}
    assert {"en", "fi", "sv"} <= set(keys)
    for language, found in keys.items():
        assert found == keys["en"], language


def test_every_key_named_in_the_code_exists() -> None:
    """No key is missing where a rare branch needs it."""
    words = Words("en")
    named = {
        k for path in Path(reports.__file__).parent.rglob("*.py") for k in LITERAL.findall(path.read_text("utf-8"))
    }
    assert len(named) > 100
    assert [key for key in sorted(named) if not words.has(key)] == []


@pytest.mark.parametrize("language", available_languages())
def test_every_value_of_an_enumeration_has_words(language: str) -> None:
    """States, reasons and statuses can all be said."""
    words = Words(language)
    wanted = [f"reason.{r.value}" for r in StateReason] + [f"failure.{r.value}" for r in FailureReason]
    wanted += [f"status.{s.value}" for s in CrawlStatus] + [f"verification.{v.value}" for v in Verification]
    assert [key for key in wanted if not words.has(key)] == []
    assert len(State) == 4


def test_placeholders_are_the_same_in_every_language() -> None:
    """A translation never loses a value, nor asks for one that is not given."""
    for key in sorted(Words("en").keys()):
        found = {language: _places(Words(language), key) for language in available_languages()}
        assert len(set(found.values())) == 1, (key, found)


def _places(words: Words, key: str) -> frozenset[str]:
    value = words._find(key)
    texts = list(value.values()) if isinstance(value, dict) else [value] if isinstance(value, str) else value
    if isinstance(value, list) and not key.startswith("months"):
        assert len({frozenset(re.findall(r"\{[a-z_]+", text)) for text in texts}) == 1, f"{key}: wordings differ"
    return frozenset(
        name
        for text in texts
        for name in re.findall(r"\{([a-z_]+)(?::[a-z]+)?\}", text)
        if not key.startswith("format")
    )


def test_numbers_shares_and_days_follow_the_language() -> None:
    """Decimal comma and space before per cent in Finnish and Swedish, neither in English."""
    fi, en = Words("fi"), Words("en")
    assert fi.number(1234.5) == "1\u00a0234,5"
    assert en.number(1234.5) == "1,234.5"
    assert fi.percent(0.826) == "83\u00a0%"
    assert en.percent(0.826) == "83%"
    assert fi.number(-2) == "\u22122"
    assert fi.day(date(2026, 10, 5)) == "5.10.2026"
    assert en.day(date(2026, 10, 5)) == "5 October 2026"
    assert en.days(date(2026, 10, 5), date(2026, 10, 5)) == "5 October 2026"
    assert fi.listing(["a", "b", "c"]) == "a, b ja c"


def test_plural_follows_the_number() -> None:
    """One gap, two gaps."""
    words = Words("en")
    assert words("share.gaps", n=1) == "1 gap"
    assert words("share.gaps", n=2) == "2 gaps"
    assert words("share.gaps", n=0) == "0 gaps"


def test_missing_key_is_an_error() -> None:
    """Nothing falls back silently to another language."""
    with pytest.raises(KeyError, match=r"locales/sv.toml: no.such.key is missing"):
        Words("sv")("no.such.key")


def test_unknown_language_names_the_known_ones() -> None:
    """The message says what to choose."""
    with pytest.raises(UserError, match="known are en, fi, sv"):
        Words("xx")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0:sta"), (1, "1:stä"), (3, "3:sta"), (9, "9:stä"), (10, "10:stä"), (11, "11:stä"), (30, "30:stä"),
        (60, "60:stä"), (100, "100:sta"), (101, "101:stä"), (168, "168:sta"), (1000, "1\u00a0000:sta"),
        (1234, "1\u00a0234:stä"),
    ],
)  # fmt: skip
def test_a_number_takes_the_ending_that_it_is_read_with(number: int, written: str) -> None:
    """Kuudesta but seitsemästä, sadasta but kymmenestä."""
    assert Words("fi").inflected(number, "elative") == written


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("fi", "vertaa *yhtä kuntaa* ja *yhtä palvelua*", "vertaa *30 kuntaa* ja *55 palvelua*"),
        ("sv", "jämför *en kommun* och *en tjänst*", "jämför *30 kommuner* och *55 tjänster*"),
        ("en", "compares *one municipality* in *one service*", "compares *30 municipalities* in *55 services*"),
    ],
)
def test_counted_words_agree_with_their_number(language: str, one: str, many: str) -> None:
    words = Words(language)

    def lead(municipalities: int, services: int) -> str:
        return words(
            "summary.lead",
            municipalities=words("counted.compared_municipalities", n=municipalities),
            services=words("counted.compared_services", n=services),
        )

    assert one in lead(1, 1)
    assert many in lead(30, 55)
