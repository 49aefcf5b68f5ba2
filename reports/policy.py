"""What a page allows itself: styles and scripts are named by their digests, nothing else that stands in it counts."""

from __future__ import annotations

import base64
import hashlib


def source_digest(text: str) -> str:
    """The text of a style or script as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
