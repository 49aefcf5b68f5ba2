"""Whether a PDF can be filled on the screen, read from the file itself: fields that take an answer, and the right to.

Buttons that do something, fields for a signature, hidden and read-only ones take none; a field counts wherever it
stands, in the form's own list or on a page only.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from itertools import chain, islice

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# Bits of the standard: rights to annotate and to fill (6 and 9), flags of fields and of their appearance.
_MAY_FILL = 1 << 5 | 1 << 8
_READ_ONLY, _PUSH_BUTTON = 1 << 0, 1 << 16
_UNSEEN = 1 << 1 | 1 << 5
_ANSWERS = frozenset({"/Tx", "/Ch", "/Btn"})
# Longer forms exist on paper only; a file made to hang its reader is bounded here.
_MOST_FIELDS, _MOST_PAGES, _DEEPEST = 5_000, 300, 20


def fillable_from_pdf(data: bytes) -> bool | None:
    """Tells whether somebody can fill a PDF on the screen (AcroForm or XFA); None where it cannot be read as a PDF."""
    if not data.lstrip()[:5].startswith(b"%PDF"):
        return None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        root = _dictionary(reader.trailer["/Root"])
        form, lock = _dictionary(root.get("/AcroForm")), _dictionary(reader.trailer.get("/Encrypt"))
        if not _is_allowed(lock):
            return False
        fields = list(islice(chain(_listed(form.get("/Fields"), 0), _on_pages(root)), _MOST_FIELDS))
        # A form of XFA alone draws its fields itself and lists none.
        return any(_takes_an_answer(field) for field in fields) if fields else bool(form.get("/XFA"))
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError, OSError):
        return None


def _is_allowed(lock: DictionaryObject) -> bool:
    """Tells whether the file's rights let its reader fill it; a file without a lock lets everybody."""
    rights = lock.get("/P")
    return not isinstance(rights, int) or bool(rights & _MAY_FILL)


def _listed(fields: object, depth: int) -> Iterator[DictionaryObject]:
    """The fields of a list and of what they group."""
    for item in _array(fields):
        field = _dictionary(item)
        kids = _array(field.get("/Kids"))
        if any("/T" in _dictionary(kid) for kid in kids) and depth < _DEEPEST:
            yield from _listed(kids, depth + 1)
        elif field:
            yield field


def _on_pages(root: DictionaryObject) -> Iterator[DictionaryObject]:
    for page in islice(_pages(_dictionary(root.get("/Pages")), 0), _MOST_PAGES):
        for item in _array(page.get("/Annots")):
            note = _dictionary(item)
            if note.get("/Subtype") == "/Widget":
                yield note


def _pages(node: DictionaryObject, depth: int) -> Iterator[DictionaryObject]:
    for item in _array(node.get("/Kids")):
        kid = _dictionary(item)
        if "/Kids" in kid and depth < _DEEPEST:
            yield from _pages(kid, depth + 1)
        else:
            yield kid


def _takes_an_answer(field: DictionaryObject) -> bool:
    kind, flags = _inherited(field, "/FT"), _inherited(field, "/Ff")
    bits = int(flags) if isinstance(flags, int) else 0
    if kind not in _ANSWERS or bits & _READ_ONLY or (kind == "/Btn" and bits & _PUSH_BUTTON):
        return False
    shown = [field, *(_dictionary(kid) for kid in _array(field.get("/Kids")))]
    looks = [part for part in shown if "/Rect" in part or "/F" in part]
    return not looks or any(not _is_unseen(part) for part in looks)


def _is_unseen(part: DictionaryObject) -> bool:
    flags = part.get("/F")
    return isinstance(flags, int) and bool(flags & _UNSEEN)


def _inherited(field: DictionaryObject, key: str) -> object:
    """What a field or one of those that it belongs to says."""
    for _ in range(_DEEPEST):
        if key in field:
            return field[key]
        field = _dictionary(field.get("/Parent"))
    return None


def _dictionary(value: object) -> DictionaryObject:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(value: object) -> ArrayObject:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found if isinstance(found, ArrayObject) else ArrayObject()
