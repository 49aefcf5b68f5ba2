"""axe-core: the carried and verified script, what is asked of it, and how it runs in a tab of our own browser.

The script goes through Playwright's pipe into every frame. No driver and no debugging port is needed, so nobody else
on the machine can take the browser over.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Error, Frame, Page

from study import UserError

from .devtools import evaluate

ENGINE = "axe-core"
SCRIPT_SECONDS = 45
"""The longest an audit of one page may take; pages of 10,000 elements take about ten seconds."""
TOO_LONG = f"timeout: axe-core did not finish within {SCRIPT_SECONDS} seconds"
MAX_FRAMES = 25
"""Frames of a page that are looked into; pages with more are galleries of advertisements."""
_FRAME_SECONDS = 10.0  # for a frame to take the script in; one that never loads takes nothing
_HERE = Path(str(files(__package__)))
_CARRIED = _HERE / "axe_core"
_VERSION = re.compile(r"axe v(\d+\.\d+\.\d+)")


class BrowserLostError(Exception):
    """The browser or its driver does not answer any more; it has to be started anew."""


@dataclass(frozen=True, slots=True)
class AxeScript:
    """The axe-core script of an audit: where it lies, its version, its SHA-256, and the tags of the rules asked for."""

    path: Path
    version: str
    sha256: str
    tags: tuple[str, ...]

    @property
    def source(self) -> str:
        """The script itself, as it was when its digest was taken; raises UserError where the file has changed since."""
        raw = self.path.read_bytes()
        if hashlib.sha256(raw).hexdigest() != self.sha256:
            raise UserError(f"{self.path}: has changed since its digest was taken.", "Run the audit again.")
        return raw.decode("utf-8")

    @property
    def options(self) -> dict[str, Any]:
        """What `axe.run` is given; of passed and inapplicable rules only the names are brought home."""
        return {"runOnly": {"type": "tag", "values": list(self.tags)}, "resultTypes": ["violations", "incomplete"]}

    def describe(self) -> dict[str, Any]:
        """Name, version, digest and tags as they stand in the evidence of each page."""
        return {"name": ENGINE, "version": self.version, "sha256": self.sha256, "tags": list(self.tags)}


@dataclass(frozen=True, slots=True)
class AxeRun:
    """What axe-core said of a page: its results, or in `error` why there are none. Frames are counted."""

    results: dict[str, Any] | None
    error: str = ""
    frames: int = 0
    frames_reached: int = 0


@cache
def _carried() -> dict[str, Any]:
    return tomllib.loads((_CARRIED / "axe.toml").read_text(encoding="utf-8"))


def asked_tags() -> tuple[str, ...]:
    """The tags of the rules that are asked for."""
    return tuple(tomllib.loads((_HERE / "axe_tags.toml").read_text(encoding="utf-8"))["tags"])


def axe_script(other: str = "") -> AxeScript:
    """The axe-core that comes with the program, its digest verified, or another file; raises UserError."""
    path = Path(other).expanduser() if other else _CARRIED / "axe.min.js"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"study.toml: [audit] axe_script names {path}, which cannot be read ({error.strerror}).",
            "Give the path of an axe.min.js, or leave it empty.",
        ) from error
    digest = hashlib.sha256(raw).hexdigest()
    version = _VERSION.search(raw[:500].decode("utf-8", errors="replace"))
    if version is None:
        raise UserError(
            f"{path}: is not an axe-core script (its first line names no version).",
            "Take axe.min.js of the npm package axe-core.",
        )
    if not other and digest != _carried()["sha256"]:
        raise UserError(
            f"{path}: is not the axe-core script that was verified (SHA-256 {digest}).",
            "Install kuntatutka anew, or name a script of your own in study.toml [audit] axe_script.",
        )
    return AxeScript(path, version.group(1), digest, asked_tags())


def read_script(name: str) -> str:
    """One of the small scripts that run in audited pages."""
    return (_HERE / "scripts" / name).read_text(encoding="utf-8")


class AxeRunner:
    """Runs axe-core in tabs that Playwright holds."""

    def __init__(self, script: AxeScript) -> None:
        self._source, self._options = script.source, script.options
        self._wrap, self._open_frame = read_script("wrap_axe.js"), read_script("open_frame.js")

    async def run(self, page: Page, devtools: CDPSession) -> AxeRun:
        """Run axe-core in the tab of both arguments; a page that cannot be audited gives an AxeRun with an error.

        Raises BrowserLostError when the browser is gone, TimeoutError when the page's scripts never let it end.
        """
        try:
            async with asyncio.timeout(SCRIPT_SECONDS):
                return await self._run(page, devtools)
        except Error as error:
            return AxeRun(None, error_of(error))

    async def _run(self, page: Page, devtools: CDPSession) -> AxeRun:
        below = [frame for frame in page.frames if frame is not page.main_frame]
        await evaluate(devtools, f"(() => {{ {self._source}\n;{self._wrap} }})()")
        reached = sum(await asyncio.gather(*map(self._inject, below[:MAX_FRAMES])))
        answer = await evaluate(devtools, f"axe.run({json.dumps(self._options)})")
        counts = (len(below), reached)
        if not isinstance(answer, str):
            return AxeRun(None, "script-error: axe-core gave no result", *counts)
        try:
            results: dict[str, Any] = json.loads(answer)
        except ValueError:
            return AxeRun(None, "script-error: axe-core gave no result", *counts)
        if "failed" in results:
            return AxeRun(None, f"script-error: {str(results['failed'])[:200]}", *counts)
        return AxeRun(results, "", *counts)

    async def _inject(self, frame: Frame) -> bool:
        """Give a frame the script; a frame that shows no document (a blocked or failed load) has nothing to audit."""
        if frame.url.startswith("chrome-error:"):
            return False
        try:
            async with asyncio.timeout(_FRAME_SECONDS):
                await frame.evaluate(f"() => {{ {self._source}\n;{self._open_frame} }}")
        except (Error, TimeoutError):
            return False
        return True


def error_of(error: Error) -> str:
    """What an error of Playwright means for the page; raises BrowserLostError where it means the browser."""
    text = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    if "has been closed" in text or "Connection closed" in text:
        raise BrowserLostError(text) from error
    return f"tab-lost: {text}" if "crash" in text.lower() else f"script-error: {text}"
