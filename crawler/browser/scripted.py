"""What a visit asks a page by small scripts, whichever browser carries them: the same in every one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taxonomy import page_markup

PHONE = {"width": 320, "height": 720}
"""Viewport of the reflow check: 1280 pixels at a zoom of 400 %, as WCAG 1.4.10 means it."""
QUIET_MS = 200
"""No change for so long, before and again after the page was scrolled through, is settled.

Animations are off, slower changes are tickers that never end.
"""
SCROLL = {"most": 30, "pause": 60}
"""Screens of a page that are scrolled through: endless pages end there. Milliseconds at each without a frame."""
_AFTER_SCROLL = {"quiet": QUIET_MS, "ceiling": 2_500}
_LOOK = {"words": sorted(page_markup().words["picture_word"])}


@dataclass(frozen=True, slots=True)
class ConsentCues:
    """How a consent layer is known: selectors of products, words in any studied language (lower case)."""

    selectors: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Scripted(ABC):
    """A page that answers scripts."""

    def __init__(self) -> None:
        self.settled: dict[str, Any] = {}
        self.consent: list[dict[str, Any]] = []

    @abstractmethod
    async def resize(self, viewport: Mapping[str, int]) -> None:
        """Give the page this viewport."""

    @abstractmethod
    async def _probe(self, script: str, argument: Any = None) -> Any:
        """What a script of ours answers; raises VisitError where the page does not let it."""

    async def scroll(self) -> None:
        """Scroll through the page and wait for what came on the way; raises VisitError."""
        self.settled["screens"] = await self._probe("scroll.js", SCROLL)
        await self._probe("settle.js", _AFTER_SCROLL)

    async def calm(self, cues: ConsentCues) -> None:
        """Stop movement and hide the consent layer."""
        arguments = {"selectors": list(cues.selectors), "words": list(cues.words)}
        self.consent = await self._probe("calm.js", arguments)

    async def look_here(self) -> list[dict[str, Any]]:
        """Places for a person to look at, which axe-core does not tell."""
        found: list[dict[str, Any]] = await self._probe("look_here.js", _LOOK)
        return found

    async def reflow(self) -> dict[str, Any]:
        """How the page does at phone width. Comes last, for the page is not turned back."""
        await self.resize(PHONE)
        await self._probe("settle.js", {"quiet": 100, "ceiling": 1_000})
        found: dict[str, Any] = await self._probe("reflow.js")
        return found
