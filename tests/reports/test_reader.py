"""The report speaks to readers: no command, no file's name, no id of a rule, no word of the program's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reports import build, load_study
from reports.model_json import as_json
from study import StudyFolder

TECHNICAL = re.compile(
    r"kuntatutka \w|robots\.txt|WARC|\.warc|\.parquet|channel_evidence|taxonom|taksonom|(?<!\w)--[a-z]|\bJSON\b"
    r"|(?<!head )\bcells?\b|\bsolu(?:t|n|ja|jen|a|ssa|sta)?\b|\brutor(?:na)?\b|\bHTML\b",
    re.IGNORECASE,
)
NO_TEXT = {
    "href",
    "id",
    "anchor",
    "lang",
    "language",
    "icon",
    "icons",
    "kind",
    "role",
    "type",
    "state",
    "level",
    "key",
    "back",
    "url",
    "target_url",
    "picture",
    "detail",
    "snippet_lang",
}
"""Fields that no reader sees as they are; `detail` is declared as the program's own English."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> StudyFolder:
    made: StudyFolder = inventor(8, full=True).write(tmp_path_factory.mktemp("reader") / "study")
    return made


def texts(value: Any) -> Iterator[str]:
    """Every text that a reader meets."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in NO_TEXT:
                yield from texts(item)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_word_of_the_program(folder: StudyFolder, language: str) -> None:
    """In the whole report, its frame and the proofs."""
    said = set(texts(as_json(build(load_study(folder), language))))
    assert not [text for text in said if TECHNICAL.search(text)]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_rules_are_named_in_words(folder: StudyFolder, language: str) -> None:
    """A broken rule has a title, and its id stands nowhere."""
    data = load_study(folder)
    rules = {row.rule_id for row in data.violations}
    assert rules
    said = " ".join(texts(as_json(build(data, language))))
    assert not [rule for rule in rules if re.search(rf"(?<![\w/-]){rule}(?![\w/-])", said)]
