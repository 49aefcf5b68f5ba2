"""The page on this machine where people look at cells, confirm or correct them, and settle what they disagree on.

Reads findings and evidence, writes only review/decisions.csv, never opens the network: what it shows was archived.
"""

from __future__ import annotations

from .desk import Desk, open_desk
from .server import Wishes, serve

__all__ = ["Desk", "Wishes", "open_desk", "serve"]
