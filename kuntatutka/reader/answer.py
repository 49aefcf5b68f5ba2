"""What a language model's answer is worth: it must be what was asked for, and its quotes must stand on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from study import CHANNELS, State

from .question import plain

_LEAST_LETTERS = 8
"""Letters of a quote at least: "apply" stands on any page and proves nothing."""
_STATES = {"yes": State.FOUND.value, "no": State.NOT_FOUND.value, "unclear": ""}
_MOST_WHY = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer says, or why it is void."""

    state: str = ""
    quote: str = ""
    channels: tuple[str, ...] = ()
    why: str = ""
    void: str = ""


def judge_answer(answer: str, page_text: str, *, is_cut: bool = False, channels: Collection[str] = CHANNELS) -> Verdict:
    """What an answer to a question about a page says. Whatever it holds, nothing of it is run or followed."""
    said = _object_in(answer)
    if said is None:
        return Verdict(void="cut-off" if is_cut else "no-answer")
    state = _STATES.get(str(said.get("offered", "")).strip().casefold())
    if state is None:
        return Verdict(void="no-answer")
    why = plain(str(said.get("why", "")))[:_MOST_WHY]
    page = plain(page_text)
    quote = _text(said.get("quote"))
    if not state:
        return Verdict(why=why, quote=quote if _stands_in(quote, page) else "")
    if not _stands_in(quote, page):
        return Verdict(why=why, void="no-quote" if not quote else "invented-quote")
    return Verdict(state, quote, _channels(said.get("channels"), page, channels) if state == State.FOUND else (), why)


def _text(value: Any) -> str:
    return plain(value) if isinstance(value, str) else ""


def _stands_in(quote: str, page: str) -> bool:
    """Whether a quote stands on the page word for word; where its words begin and end, words of the page do too."""
    if len(re.findall(r"\w", quote)) < _LEAST_LETTERS:
        return False
    start = r"(?<!\w)" if re.match(r"\w", quote) else ""
    end = r"(?!\w)" if re.search(r"\w$", quote) else ""
    return re.search(start + re.escape(quote) + end, page) is not None


def _channels(value: Any, page: str, known: Collection[str]) -> tuple[str, ...]:
    """Channels that are known and whose own quotes stand on the page."""
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    proved = {str(item.get("channel")) for item in items if _stands_in(_text(item.get("quote")), page)}
    return tuple(sorted(proved & set(known)))


def _object_in(answer: str) -> dict[str, Any] | None:
    """The first JSON object in an answer; models put words or a fence around it."""
    decoder = json.JSONDecoder()
    for match in re.finditer(r"\{", answer):
        try:
            found, _ = decoder.raw_decode(answer, match.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and "offered" in found:
            return found
    return None
