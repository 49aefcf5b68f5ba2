"""The list of pages of a WACZ: what a person who opens it may choose from, the front page first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from study import HTML_TYPES, PageRecord

_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
_LAST_DEPTH = 1_000_000


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page to choose: its address, the moment at which it is shown, and its title."""

    url: str
    at: str
    title: str


def listed_pages(rows: Sequence[PageRecord], standing: Mapping[str, datetime]) -> list[ListedPage]:
    """Pages that were read, those near the front page first; with a rendering at the moment of that."""
    read = [row for row in rows if 200 <= (row.status or 0) < 300 and row.content_type in HTML_TYPES]
    ordered = sorted(read, key=lambda row: (_LAST_DEPTH if row.depth is None else row.depth, _steps(row.url), row.url))
    return [
        ListedPage(row.url, moment(standing.get(row.url) or row.fetched_at), row.title or row.url) for row in ordered
    ]


def pages_file(pages: Sequence[ListedPage]) -> bytes:
    """pages.jsonl: a line that says what it is, and one for each page."""
    lines = [_HEAD, *({"id": _id(page), "url": page.url, "ts": page.at, "title": page.title} for page in pages)]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode("utf-8", errors="replace")


def moment(at: datetime) -> str:
    """A moment as packages of web archives write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _steps(url: str) -> int:
    return len([part for part in urlsplit(url).path.split("/") if part])


def _id(page: ListedPage) -> str:
    return hashlib.sha256(f"{page.at} {page.url}".encode(errors="replace")).hexdigest()[:20]
