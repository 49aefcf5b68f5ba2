"""Evidence on disk: our own WARC 1.1 series is written, ours and anybody's is read.

Nothing here fetches, parses pages or judges.
"""

from __future__ import annotations

from .cdxj import CaptureIndex, has_index
from .events import (
    CrawlEnd,
    PassedOver,
    StoredDocument,
    StoredEvent,
    StoredFailure,
    StoredJson,
    StoredRendering,
    TruncatedWarc,
)
from .forgetting import forget_page, without_address
from .members import Unpacker, next_record, records_of, whole_length
from .reader import read_at, read_events
from .writer import SECRET_HEADERS, WarcWriter

__all__ = [
    "SECRET_HEADERS",
    "CaptureIndex",
    "CrawlEnd",
    "PassedOver",
    "StoredDocument",
    "StoredEvent",
    "StoredFailure",
    "StoredJson",
    "StoredRendering",
    "TruncatedWarc",
    "Unpacker",
    "WarcWriter",
    "forget_page",
    "has_index",
    "next_record",
    "read_at",
    "read_events",
    "records_of",
    "whole_length",
    "without_address",
]
