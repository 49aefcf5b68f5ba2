"""What municipalities declare in a national service register: shapes of its interface, and how it is kept as evidence.

A door of its own beside `study`: the crawler fetches what the analysis reads, and both understand it alike.
"""

from __future__ import annotations

from .files import DeclaredItem, FileItems, items_of_file
from .kept import (
    Check,
    Kept,
    RegisterEvidence,
    Visit,
    note_check,
    note_end,
    note_item,
    note_start,
    register_folder,
)
from .models import Connection, DeclaredChannel, DeclaredService, Organisation
from .shapes import BrokenItemError, page_of, read_item, version_of

__all__ = [
    "BrokenItemError",
    "Check",
    "Connection",
    "DeclaredChannel",
    "DeclaredItem",
    "DeclaredService",
    "FileItems",
    "Kept",
    "Organisation",
    "RegisterEvidence",
    "Visit",
    "items_of_file",
    "note_check",
    "note_end",
    "note_item",
    "note_start",
    "page_of",
    "read_item",
    "register_folder",
    "version_of",
]
