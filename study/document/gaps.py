"""Places of a page that its scripts fill or open: what a reader sees there does not stand in the markup.

They are signs, not proof: whether a browser shows more is told by opening one such page. Each has a name that is equal
on pages of the same make, so that what was learned on one holds for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from taxonomy import page_markup, plain

_MIDDLE = "main, [role=main], #content, article"
_FURNITURE = "nav, header, footer, aside, [role=navigation], [role=banner], [role=contentinfo], dialog, [role=dialog]"
_EMPTY_KINDS = "div, section, article, p, span, ul, ol, dl, table, tbody, output, address"
_FETCHED = (
    "[aria-busy=true], [hx-get], [data-hx-get], [data-src]:not(img, iframe, source, video), [data-url], [data-endpoint]"
)
_OPENERS = "[aria-expanded=false], [role=tab][aria-selected=false], [data-toggle], [data-bs-toggle]"
_SHOWN = "img, iframe, input, select, textarea, button, video, audio, object, embed, canvas, hr"
_PANEL_NAMES = ("aria-controls", "data-target", "data-bs-target", "href")
_NO_TEXT = "script, style, template, noscript"
# What a script of the page's own does when it writes into the page; loading another script is none of these.
_WRITES = re.compile(
    r"\.innerHTML|insertAdjacentHTML|attachShadow|customElements\.define|\bfetch\s*\(|XMLHttpRequest|\.cloneNode"
    r"|IntersectionObserver|\.textContent\s*=|replaceChildren|\.append\(|document\.write"
)
_HASH = re.compile(r"[.-]?(?=[a-f]{0,80}\d)[0-9a-f]{6,}|\d+")
_MOST, _MOST_LOOKED_AT, _LONGEST_SCRIPT = 12, 400, 50_000
_LOADING_LENGTH = 60
_NAME_LENGTH = 60


def gaps_of(tree: LexborHTMLParser, url_host: str) -> tuple[str, ...]:
    """Names of places in the middle of the page that scripts may fill, surer signs first; empty without scripts."""
    middle = tree.css_first(_MIDDLE) or tree.body
    scripts = tree.css("script")
    if middle is None or not scripts:
        return ()
    furniture = {node.mem_id for part in middle.css(_FURNITURE) for node in part.css("*")}
    found = [*_places(middle, furniture), *_written(scripts), *_sources(scripts, url_host)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _places(middle: LexborNode, furniture: set[int]) -> Iterator[str]:
    for look in (_components, _fetched, _empty, _closed, _more):
        yield from (name for node, name in look(middle) if node.mem_id not in furniture)


def _components(middle: LexborNode) -> Iterator[tuple[LexborNode, str]]:
    """Elements that a script defines, and that hold nothing, or say where the rest of them is."""
    for node in middle.css("*")[: 20 * _MOST_LOOKED_AT]:
        tag = node.tag or ""
        if "-" in tag and (node.attributes.get("src") or node.css_first("template, slot") or not _shows(node)):
            yield node, f"<{tag}>"


def _fetched(middle: LexborNode) -> Iterator[tuple[LexborNode, str]]:
    for node in middle.css(_FETCHED)[:_MOST_LOOKED_AT]:
        yield node, f"fetched {_name(node)}"


def _empty(middle: LexborNode) -> Iterator[tuple[LexborNode, str]]:
    """Elements that a script can find by name, and that hold nothing or a word for "loading"."""
    words = page_markup().words["loading"]
    for node in middle.css(_EMPTY_KINDS)[: 10 * _MOST_LOOKED_AT]:
        attributes = node.attributes
        if not (attributes.get("id") or any(key.startswith("data-") for key in attributes)):
            if node.first_child is None or node.first_child.next is not None:
                continue
            if plain(node.text(deep=True)[:_LOADING_LENGTH]) in words:
                yield node, f"loading {_name(node)}"
        elif not _shows(node) or plain(node.text(deep=True)[:_LOADING_LENGTH]) in words:
            yield node, f"empty {_name(node)}"


def _closed(middle: LexborNode) -> Iterator[tuple[LexborNode, str]]:
    """What opens a part of the page that is not there yet."""
    panels: set[int] = set()
    for node in middle.css(_OPENERS)[:_MOST_LOOKED_AT]:
        panel = _panel(middle, node)
        if panel is None or not _shows(panel) or panel.mem_id in panels:
            yield node, f"closed {_name(node)}"
        if panel is not None:
            panels.add(panel.mem_id)
    for node in middle.css("details")[:_MOST_LOOKED_AT]:
        summary = node.css_first("summary")
        rest = len(_text(node)) - (len(_text(summary)) if summary is not None else 0)
        if rest <= 0 and node.css_first("img, iframe, input") is None:
            yield node, f"closed {_name(node)}"


def _more(middle: LexborNode) -> Iterator[tuple[LexborNode, str]]:
    words = page_markup().words["show_more"]
    for node in middle.css("button, [role=button], a[href^='#'], input[type=button]")[:_MOST_LOOKED_AT]:
        said = plain((node.text(deep=True) or node.attributes.get("value") or "")[: 2 * _LOADING_LENGTH])
        if any(said.startswith(word) for word in words):
            yield node, f"more {_name(node)}"


def _written(scripts: list[LexborNode]) -> Iterator[str]:
    for script in scripts:
        if script.attributes.get("src") or script.attributes.get("type") in ("application/json", "application/ld+json"):
            continue
        ways = sorted(set(_WRITES.findall(script.text(deep=True)[:_LONGEST_SCRIPT])))
        if ways:
            yield f"script {' '.join(ways)}"


def _sources(scripts: list[LexborNode], url_host: str) -> Iterator[str]:
    """Files that run on the page, by their names without versions."""
    for script in scripts:
        source = script.attributes.get("src")
        if source:
            parts = urlsplit(source) if "[" not in source else urlsplit("")
            yield f"file {_HASH.sub('', (parts.netloc or url_host) + parts.path)[-_NAME_LENGTH:]}"


def _panel(middle: LexborNode, node: LexborNode) -> LexborNode | None:
    for key in _PANEL_NAMES:
        name = (node.attributes.get(key) or "").lstrip("#")
        if name.isascii() and name.replace("-", "").replace("_", "").replace(":", "").isalnum():
            return middle.css_first(f"[id='{name}']")
    near = node.next
    while near is not None and near.tag == "-text":
        near = near.next
    if near is not None or node.parent is None:
        return near
    near = node.parent.next  # the button in a heading, the panel after the heading
    while near is not None and near.tag == "-text":
        near = near.next
    return near


def _shows(node: LexborNode) -> bool:
    return node.css_first(_SHOWN) is not None or bool(_text(node))


def _text(node: LexborNode) -> str:
    """Whether, not what: of the hidden parts only the length is taken off."""
    whole = "".join(node.text(deep=True).split())
    hidden = sum(len("".join(part.text(deep=True).split())) for part in node.css(_NO_TEXT))
    return whole[hidden:]


def _name(node: LexborNode) -> str:
    attributes = node.attributes
    own = attributes.get("id") or attributes.get("class") or ""
    return f"{node.tag} {_HASH.sub('', own)}"[:_NAME_LENGTH].strip()
