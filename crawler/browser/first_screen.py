"""Takes a small picture of a page by which it is known, and in which nobody is seen and nothing can be read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from playwright.async_api import CDPSession, Error

from .devtools import evaluate

_SCALE = 0.2
"""Running text cannot be read in a picture of a page that is so small."""
_SECONDS = 4.0


async def first_screen(devtools: CDPSession, screen: Mapping[str, int], blank: str) -> str | None:
    """The first screen as a JPEG in base64, photographs, films and frames left blank; None where none is had.

    `blank` is the script that leaves them blank and, the second time, brings them back.
    """
    area = {"x": 0, "y": 0, **screen, "scale": _SCALE}
    try:
        async with asyncio.timeout(_SECONDS):
            await evaluate(devtools, f"({blank}\n)()")
            taken = await devtools.send("Page.captureScreenshot", {"format": "jpeg", "quality": 70, "clip": area})
            await evaluate(devtools, f"({blank}\n)()")
    except (Error, TimeoutError):
        return None
    return str(taken["data"])
