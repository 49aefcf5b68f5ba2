"""Evidence on disk: our own WARC 1.1 series is written, ours and anybody's is read.

Nothing here fetches, parses pages or judges.
"""

from __future__ import annotations

from .captures import captures_of
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
from .records import STANDING
from .wacz import check_wacz, is_wacz
from .writer import SECRET_HEADERS, WarcWriter, packed_record

__all__ = [
    "SECRET_HEADERS",
    "STANDING",
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
    "captures_of",
    "check_wacz",
    "forget_page",
    "has_index",
    "is_wacz",
    "next_record",
    "packed_record",
    "read_at",
    "read_events",
    "records_of",
    "whole_length",
    "without_address",
]
