"""Items of the register's interface as our records, whichever version it is of.

Versions 11 and 12 are told apart by their shape. An item that lacks what nobody can do without is refused; whatever
else is missing or odd in it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models import Connection, DeclaredChannel, DeclaredService, Organisation
from .shapes_11 import read_item_11
from .shapes_12 import read_item_12

Item = DeclaredService | DeclaredChannel | Organisation | Connection
_IDS_OF_12 = frozenset({"contentId", "serviceContentId"})


class BrokenItemError(ValueError):
    """The item is none of the register's that can be understood; the text says what it lacks."""


def read_item(data: Any) -> Item:
    """The record of one item; raises BrokenItemError."""
    if not isinstance(data, Mapping):
        raise BrokenItemError("it is no object")
    made = read_item_12(data) if data.keys() & _IDS_OF_12 else read_item_11(data)
    if made is None:
        raise BrokenItemError("it is neither a service nor a channel nor an organisation")
    if not made.id:
        raise BrokenItemError("it has no id")
    return made


def version_of(answer: Any) -> int | None:
    """The version of the interface that answers in this shape; None where the shape tells none."""
    if not isinstance(answer, Mapping):
        return version_of(answer[0]) if isinstance(answer, list) and answer else None
    if "itemList" in answer or "pageCount" in answer:
        return 11
    if "items" in answer or "totalPages" in answer:
        return 12
    if answer.keys() & _IDS_OF_12:
        return 12
    return 11 if "id" in answer else None


def page_of(answer: Any) -> tuple[list[Any], int]:
    """The items of an answer and how many pages its list has; an answer that is no list is one item on one page."""
    if isinstance(answer, list):
        return answer, 1
    for items_key, count_key in (("itemList", "pageCount"), ("items", "totalPages")):
        if isinstance(answer, Mapping) and (items_key in answer or count_key in answer):
            items, count = answer.get(items_key), answer.get(count_key)
            return (items if isinstance(items, list) else []), (count if isinstance(count, int) else 1)
    return [answer], 1
