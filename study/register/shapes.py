"""Items of the register's interface as our records.

Version 12 is another shape than 11; it is recognised and refused. An item of a known shape that lacks what nobody can
do without is refused too; whatever else is missing or odd in it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models import DeclaredChannel, DeclaredService, Organisation
from .shapes_11 import read_item_11
from .values import text_of

Item = DeclaredService | DeclaredChannel | Organisation
_TYPES_OF_12 = frozenset({"EService", "TelephoneService"})
_MARKS_OF_12 = frozenset({"languageVersions"})


class AnotherVersionError(ValueError):
    """The item has the shape of a version of the interface that is not read."""


class BrokenItemError(ValueError):
    """The item is no service, channel or organisation that can be understood; the text says what it lacks."""


def read_item(data: Any) -> Item:
    """The record of one item; raises AnotherVersionError or BrokenItemError."""
    if not isinstance(data, Mapping):
        raise BrokenItemError("it is no object")
    if data.keys() & _MARKS_OF_12 or text_of(data.get("type")) in _TYPES_OF_12:
        raise AnotherVersionError("12")
    made = read_item_11(data)
    if made is None:
        raise BrokenItemError("it is neither a service nor a channel nor an organisation")
    if not made.id:
        raise BrokenItemError("it has no id")
    return made


def page_of(answer: Any) -> tuple[list[Any], int]:
    """The items of an answer and how many pages its list has; an answer that is no list is one item on one page."""
    if isinstance(answer, list):
        return answer, 1
    if isinstance(answer, Mapping) and ("itemList" in answer or "pageCount" in answer):
        items = answer.get("itemList")
        count = answer.get("pageCount")
        return (items if isinstance(items, list) else []), (count if isinstance(count, int) else 1)
    if isinstance(answer, Mapping) and ("items" in answer or "totalCount" in answer):
        raise AnotherVersionError("12")
    return [answer], 1
