"""One reading of an HTML document for everybody who reads one: parsed within bounds, its addresses made absolute."""

from __future__ import annotations

from .addresses import NO_ADDRESS, resolve
from .giant_tags import without_giant_tags
from .parsing import MAX_CHARACTERS, MAX_DEPTH, page_text, parse

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "NO_ADDRESS", "page_text", "parse", "resolve", "without_giant_tags"]
