"""What a study was told to forget: the file forgotten.csv, which names no page, only what a known one is told by.

A crawl asks for no page that is listed there. A municipality that was forgotten is gone from municipalities.csv.
"""

from __future__ import annotations

import csv
import hashlib
from datetime import datetime
from pathlib import Path

from .errors import storage_errors
from .links import no_follow
from .urls import address_key

FORGOTTEN = "forgotten.csv"
_COLUMNS = ("forgotten_at", "what", "municipality_code", "page_sha256", "records")


def page_digest(url: str) -> str:
    """What a page is told by in the list: the SHA-256 of its address, the same for all its spellings."""
    return hashlib.sha256(address_key(url).encode()).hexdigest()


def forgotten_pages(root: Path) -> frozenset[str]:
    """Digests of the pages that a study was told to forget."""
    path = root / FORGOTTEN
    if not path.is_file():
        return frozenset()
    with storage_errors(path), path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["page_sha256"] for row in csv.DictReader(file) if row.get("page_sha256"))


def note_forgotten(root: Path, *, at: datetime, what: str, code: str, digest: str, records: int) -> None:
    """Add to the list that something was forgotten: a "page" by its digest, or a "municipality" by its code."""
    path = root / FORGOTTEN
    with storage_errors(path):
        is_new = not path.exists()
        with open(path, "a", encoding="utf-8", newline="", opener=no_follow) as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(_COLUMNS)
            writer.writerow([at.isoformat(timespec="seconds"), what, code, digest, records])
