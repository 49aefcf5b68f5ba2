"""No pattern of ours takes more than its share of time on text from outside: twice the text, twice the time."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

PACKAGES = ("taxonomy", "study", "crawler", "analysis", "reports", "kuntatutka")
# What somebody would repeat to make a pattern try in vain.
ATOMS = (
    *"aA10 \t\n\r\xa0.,-_/()[<>\"'@+:;=&%#?!{|",
    *("a ", "a.", "a-", "a@", "1 ", "1-", "1.", "a1", "A ", "Aa ", "aA", "ä ", "äÄ", "://a", "http://", "/a"),
    *("<a ", "<!--", "<a>", 'a="', "1:", "1/", "//", "%40", "&#", "a,", "+3", "040 ", "a.a", "@a.", " @", "--"),
    *(" -", "\n ", "a: b\n", "a\n", "1 €"),
)
SHORT, LONG = 800, 3_200
# Matched at one place and within a bound that its caller gives, never searched for.
BOUNDED = frozenset({"study.document.shadows._REST_OF_TAG", "reports.pdf_ua._OPERANDS"})


def patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict | tuple | list | set | frozenset):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from patterns_in(inner, depth + 1)


def our_patterns() -> dict[str, re.Pattern[Any]]:
    found = {}
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if module.name.endswith("__main__"):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for number, pattern in enumerate(patterns_in(value)):
                    found[f"{module.name}.{name}{f'[{number}]' if number else ''}"] = pattern
    return found


def seconds(pattern: re.Pattern[Any], atom: str, length: int) -> float:
    text = atom * (length // len(atom)) + "!"
    subject: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    started = time.process_time()
    for _ in pattern.finditer(subject):
        pass
    return time.process_time() - started


def grows_too_fast(pattern: re.Pattern[Any], atom: str) -> bool:
    """Whether four times the text takes more than ten times the time: sixteen times where it is the square."""
    if seconds(pattern, atom, LONG) < 0.006:
        return False
    short = min(seconds(pattern, atom, SHORT) for _ in range(3))
    return min(seconds(pattern, atom, LONG) for _ in range(3)) > 10 * max(short, 0.0002)


@pytest.mark.timed
@pytest.mark.slow
def test_every_pattern_is_linear() -> None:
    patterns = {name: pattern for name, pattern in our_patterns().items() if name not in BOUNDED}
    assert len(patterns) > 80
    assert [(name, atom) for name, pattern in patterns.items() for atom in ATOMS if grows_too_fast(pattern, atom)] == []


@pytest.mark.timed
@pytest.mark.parametrize(("text", "atom"), [(r"\s*x", " "), (r"a+$", "a"), (r"[a-z]+@", "a")])
def test_a_pattern_that_is_not_is_noticed(text: str, atom: str) -> None:
    assert grows_too_fast(re.compile(text), atom)
