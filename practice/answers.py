"""What a host of the practice country answers to a request: a small record, and the shared ways to make one."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

HTML = "text/html; charset=utf-8"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "css": "text/css",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "gz": "application/gzip",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
}
LAST_MODIFIED = "Sun, 01 Mar 2026 09:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, content type, body and further headers of one response."""

    status: int
    content_type: str = HTML
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def redirect(location: str, status: int = 301) -> Answer:
    """Sends the caller elsewhere."""
    return Answer(status, HTML, b"", {"Location": location})


def file_answer(path: str, body: bytes) -> Answer:
    """A file whose type its name tells."""
    kind = path.rpartition(".")[2].lower()
    return Answer(200, TYPES.get(kind, "application/octet-stream"), body)


def zipped(answer: Answer) -> Answer:
    """The answer compressed for a caller that accepts gzip; the time stamp is left out so that bytes stay the same."""
    headers = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(answer, body=gzip.compress(answer.body, 6, mtime=0), headers=headers)


def dated(answer: Answer) -> Answer:
    """The answer with an entity tag and a date of change."""
    tag = hashlib.sha256(answer.body).hexdigest()[:16]
    return replace(answer, headers={**answer.headers, "ETag": f'"{tag}"', "Last-Modified": LAST_MODIFIED})
