"""Rules on drafts: what a generator marked for a person to write must have been written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .errors import Problem
from .markup import page_words
from .subject import Subject

MARK = "?"


def draft_rules(subject: Subject) -> Iterator[Problem]:
    """No mark is left in services and languages, and every language has its words of site furniture."""
    taxonomy = subject.taxonomy
    parts: list[tuple[str, Any]] = [(subject.service(name), part) for name, part in taxonomy.services.items()]
    parts += [(subject.language(name), part) for name, part in taxonomy.languages.items()]
    for file, part in parts:
        for key in _marked(part.model_dump(), ()):
            message = f'"{MARK}" stands where something has to be filled in.'
            yield Problem(file, key, message, "Write what is meant, or delete the line.")
    words = page_words(subject.root)
    kinds = sorted({kind for by_kind in words.values() for kind in by_kind})
    for code in taxonomy.languages if words else ():
        for kind in kinds:
            if not words.get(code, {}).get(kind):
                remedy = "Write how sites in this language say it."
                yield Problem("markup.toml", f"words.{code}.{kind}", "has no words.", remedy)


def _marked(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if value == MARK:
        yield ".".join(path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _marked(inner, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            yield from _marked(inner, path if not isinstance(inner, (dict, list, tuple)) else (*path, str(number)))
