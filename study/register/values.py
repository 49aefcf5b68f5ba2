"""Values of a register's items as they come: what is odd or missing is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models import Texts


def text_of(value: Any) -> str:
    """A text without the blanks around it."""
    return value.strip() if isinstance(value, str) else ""


def object_of(value: Any) -> Mapping[str, Any]:
    """An object."""
    return value if isinstance(value, Mapping) else {}


def objects_of(value: Any) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list; null, which the interface writes for an empty one, has none."""
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def strings_of(value: Any) -> tuple[str, ...]:
    """The texts of a list that are not empty."""
    return tuple(text for item in value if (text := text_of(item))) if isinstance(value, list) else ()


def texts_of(value: Any) -> Texts:
    """Texts by language of an object that has them so; an empty one is left out."""
    return {code: text for code, own in object_of(value).items() if isinstance(code, str) and (text := text_of(own))}
