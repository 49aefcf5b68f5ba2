"""Is an answer the page, or something that stands in its place: a wall, a log-in, a page that is gone with status 200?

One judgement for the crawler, the analysis and the audit. It looks at what is shown, not at who shows it: a page
with much text or many links of its own is a page, whatever it mentions. Marks and words are the taxonomy's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from taxonomy import StandIn, stand_in_cues

from .addresses import link_nodes, stays_on_page
from .parsing import parse

_SMALL = 60_000
"""Characters of source; walls are small, and on longer pages marks are those of a form or a script."""
_FEW_LINKS, _HARDLY_ANY_LINKS = 5, 2
_LITTLE, _SOME = 600, 1_500
"""Visible characters: as many as a notice has, and as a notice with advice has."""
_HARDLY, _LONG = 200, 10_000
# A script that sets a cookie and loads the page again: what stands before the page, not the page.
_KNOCKING = re.compile(r"document\.cookie\s*=.*?\blocation\b\s*(?:\.|=)", re.DOTALL)
_KNOCK_SIZE = 8_000
_HEADING = "h1, [role=heading], h2"
_WITH_ADVICE = 300
"""Where a notice says what is wrong, before what it advises instead."""
_ONE_SEARCH = 1
_MIDDLE = "main, [role=main], #content, article"
_HIDDEN = "script, style, template, noscript"
_ASKS = "input[type=text i], input[type=email i], input[type=tel i], input:not([type]), textarea, select"
_SPACE = re.compile(r"\s+")
_TYPED = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{HORIZONTAL ELLIPSIS}": "..."})


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a reader sees: titles, the text of the middle, links and fields there."""

    titles: str
    text: str
    without_scripts: Callable[[], str]
    """Asked of few pages, and dear."""
    links: int
    all_links: int
    asks: int
    has_password: bool


def stand_in_of(html: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> StandIn | None:
    """What the answer is instead of the page; None for a page. Header names are lower-case."""
    tree = parse(html)
    return stand_in(tree, html, status=status, headers=headers or {})


def stand_in(
    tree: LexborHTMLParser, html: str, *, status: int, headers: Mapping[str, str], links: Iterable[str] | None = None
) -> StandIn | None:
    """The same for a document that has been parsed; the tree is left as it was. ``links``: its addresses, where they
    are known."""
    shown, cues = _shown(tree, links), stand_in_cues()
    is_small = len(html) <= _SMALL or status >= 400
    is_named = any(headers.get(name) in (value or headers.get(name, ""),) for name, value in cues.headers.items())
    if is_named and (status >= 400 or shown.all_links <= _FEW_LINKS):
        return StandIn.CHALLENGE
    if is_small and shown.all_links <= _FEW_LINKS and _is_challenge(html, shown):
        return StandIn.CHALLENGE
    if is_small and not shown.all_links and len(shown.text) <= _HARDLY and cues.log_in.search(html[:_SMALL]):
        return StandIn.LOG_IN
    return _by_words(shown) if status < 400 else None


def _is_challenge(html: str, shown: _Shown) -> bool:
    cues = stand_in_cues()
    if not shown.all_links and len(html) < _KNOCK_SIZE and _KNOCKING.search(html):
        return True
    if len(shown.text) <= _SOME and cues.sure.search(html[:_SMALL]):
        return True
    return len(shown.text) <= _LITTLE and shown.asks == 0 and bool(cues.captcha.search(html[:_SMALL]))


def _by_words(shown: _Shown) -> StandIn | None:
    words = stand_in_cues().words
    is_little = shown.links <= _FEW_LINKS and len(shown.text) <= _LITTLE
    if words[StandIn.MISSING].search(shown.titles):
        return StandIn.MISSING
    leads_hardly_on = shown.all_links <= _FEW_LINKS and len(shown.text) <= _SOME
    if leads_hardly_on and (kind := _said(shown, is_little, (StandIn.REFUSAL, StandIn.CHALLENGE), _FEW_LINKS)):
        return kind
    is_notice = len(shown.text) <= _SOME and shown.asks <= _ONE_SEARCH
    if is_notice and words[StandIn.MISSING].search(shown.text[:_WITH_ADVICE]):
        return StandIn.MISSING
    if leads_hardly_on and is_little and words[StandIn.CONSENT].search(shown.titles):
        return StandIn.CONSENT
    if leads_hardly_on and (kind := _said(shown, is_little, (StandIn.UNAVAILABLE,), _HARDLY_ANY_LINKS)):
        return kind
    if is_little and shown.has_password:
        return StandIn.LOG_IN
    is_bare = len(shown.text) <= _HARDLY
    if (
        shown.all_links <= _FEW_LINKS
        and is_little
        and words[StandIn.LOG_IN].search(shown.titles)
        and (shown.asks or is_bare)
    ):
        return StandIn.LOG_IN
    if is_bare and shown.links <= _FEW_LINKS and words[StandIn.SCRIPTS].search(shown.without_scripts()):
        return StandIn.SCRIPTS
    return None


def _said(shown: _Shown, is_little: bool, kinds: Iterable[StandIn], links: int) -> StandIn | None:
    """What the titles say, or a little text with at most so many links."""
    words = stand_in_cues().words
    for kind in kinds:
        if words[kind].search(shown.titles) or (
            is_little and shown.all_links <= links and words[kind].search(shown.text)
        ):
            return kind
    return None


def _shown(tree: LexborHTMLParser, hrefs: Iterable[str] | None = None) -> _Shown:
    body = tree.body
    middle = tree.css_first(_MIDDLE) or body
    title = tree.css_first("title")
    heading = tree.css_first("h1") or tree.css_first(_HEADING)
    titles = " | ".join(node.text(deep=True)[:_LITTLE] for node in (title, heading) if node is not None)
    hrefs = (href for _, href in link_nodes(tree)) if hrefs is None else hrefs
    links = sum(1 for href in hrefs if not stays_on_page(href))
    return _Shown(
        titles=_plain(titles),
        text=_visible(middle) if middle is not None else "",
        without_scripts=lambda: _without_scripts(body) if body is not None else "",
        links=len(middle.css("a[href]")) if middle is not None else 0,
        all_links=links,
        asks=len(middle.css(_ASKS)) if middle is not None else 0,
        has_password=middle is not None and middle.css_first("input[type=password i]") is not None,
    )


def _visible(node: LexborNode) -> str:
    """The text without what is hidden; of a long one only that it is long."""
    whole, hidden = node.text(deep=True, separator=" "), node.css(_HIDDEN)
    if hidden and len(whole) - sum(len(part.text(deep=True)) for part in hidden) <= _LONG:
        copy = LexborHTMLParser(node.html or "")
        copy.strip_tags(["script", "style", "template", "noscript"])
        whole = copy.body.text(deep=True, separator=" ") if copy.body is not None else ""
    return _plain(whole[:_LONG])


def _without_scripts(body: LexborNode) -> str:
    """What a reader without scripts sees."""
    told = " ".join(part.text(deep=True) for part in body.css("noscript")[:5])
    return _plain(f"{_visible(body)[:_LITTLE]} {told[:_LITTLE]}")


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().translate(_TYPED)
