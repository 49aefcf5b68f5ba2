"""The archived page as it was, made harmless, with the proof marked; and its text.

Whatever a page holds, what comes out of here runs nothing, loads nothing and leads nowhere. The server sends it with a
policy that would stop it even where this missed something; two locks, each enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from study import (
    HTML_TYPES,
    StoredDocument,
    StoredRendering,
    media_type,
    read_at,
    read_events,
)
from study.document import page_text, parse

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""What the browser is told of every archived page."""
PROOF = "kuntatutka-proof"
_LONGEST = 2_000_000
"""Letters of a page that are shown; a longer one is cut, and the page says so."""
_SHORT_TEXT = 200
"""Fewer letters than this are an empty shell: the page as a browser made it is looked for."""
_GONE = (
    "script, noscript, iframe, frame, frameset, object, embed, applet, base, meta, link, template, portal, audio, "
    "video, source, track, param, dialog, input[type=image], animate, set, foreignobject"
)
_BLOCKS = (
    "address, article, aside, blockquote, br, button, caption, dd, details, div, dt, figcaption, figure, footer, form, "
    "h1, h2, h3, h4, h5, h6, header, hr, label, legend, li, main, nav, ol, option, p, pre, section, summary, table, "
    "td, th, tr, ul"
)
_BREAK = "\x1e"
_LEADS = frozenset({"href", "xlink:href", "action", "formaction", "ping", "cite", "longdesc", "manifest", "data"})
_LOADS = frozenset({"src", "srcset", "srcdoc", "background", "poster", "lowsrc", "dynsrc", "imagesrcset"})
_STEALS = frozenset({"autofocus", "accesskey", "tabindex", "contenteditable", "target", "autoplay", "popover", "inert"})


@dataclass(frozen=True, slots=True)
class Proofs:
    """What to mark in a page: sentences, and addresses that its links lead to."""

    snippets: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A document as the evidence has it."""

    url: str
    text: str
    is_html: bool
    is_rendered: bool = False
    is_cut: bool = False


class MissingEvidenceError(Exception):
    """The part of the evidence that held a page is not there, or holds something else at that place."""


def read_archived(folder: Path, url: str, warc_file: str, offset: int) -> ArchivedPage:
    """The document at a place of the evidence, as the browser made it where the server sent an empty shell.

    Raises MissingEvidenceError where the file or the record is not there.
    """
    path = folder / warc_file
    if not warc_file or not path.is_file():
        raise MissingEvidenceError(f"{path}: this part of the evidence is missing.")
    stored = read_at(path, offset)
    if not isinstance(stored, StoredDocument):
        raise MissingEvidenceError(f"{path}: holds no page at byte {offset}.")
    kind = media_type(stored.content_type)
    if kind not in HTML_TYPES:
        return ArchivedPage(url, "", is_html=False)
    text = page_text(stored.body, stored.headers.get("content-type", stored.content_type))
    if len(readable_text(text)) < _SHORT_TEXT and (rendered := _rendering(folder, warc_file, url)):
        return ArchivedPage(url, rendered[:_LONGEST], True, True, len(rendered) > _LONGEST)
    return ArchivedPage(url, text[:_LONGEST], True, False, len(stored.body) > _LONGEST)


def _rendering(folder: Path, warc_file: str, url: str) -> str:
    """The page as a browser made it, from the same series of files; empty where none did."""
    series = warc_file.rpartition("-")[0]
    found = ""
    for event in read_events(sorted(folder.glob(f"{series}-*.warc.gz"))):
        if isinstance(event, StoredRendering) and event.url == url:
            found = event.html
    return found


def readable_text(html: str) -> str:
    """The text of a page, for reading: its pieces on lines of their own, without what only programs read."""
    tree = parse(html[:_LONGEST])
    for node in tree.css(f"{_GONE}, style, svg"):
        node.decompose()
    if tree.body is None:
        return ""
    for node in tree.body.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    lines = (" ".join(line.split()) for line in tree.body.text(separator="").split(_BREAK))
    return "\n".join(line for line in lines if line)


@cache
def _style() -> str:
    text = resources.files("reports.review").joinpath("templates", "archived.css").read_text(encoding="utf-8")
    return f"<style>{text}</style>"


def harmless(page: ArchivedPage, proofs: Proofs) -> str:
    """The page without whatever runs, loads, leads away or takes the keyboard, its proof marked."""
    tree = parse(page.text)
    for node in tree.css(_GONE):
        node.decompose()
    _mark(tree, page.url, proofs)
    for node in tree.css("*"):
        _disarm(node)
    markup = tree.html or ""
    head, sep, rest = markup.partition("<head>")
    inside = f"{head}{sep}{_style()}{rest}" if sep else _style() + markup
    return inside if inside.lstrip().lower().startswith("<!doctype") else "<!DOCTYPE html>" + inside


def _disarm(node: LexborNode) -> None:
    for name, value in list(node.attributes.items()):
        plain = name.lower()
        is_picture = plain == "src" and (value or "").strip().lower().startswith("data:image/")
        is_active = plain.startswith("on") or plain in _LEADS or plain in _STEALS
        is_ours = plain == "id" and value == PROOF and node.attributes.get("data-kuntatutka") != "proof"
        if is_active or is_ours or (plain in _LOADS and not is_picture):
            del node.attrs[name]


def _mark(tree: LexborHTMLParser, base: str, proofs: Proofs) -> None:
    found = [node for target in proofs.targets for node in _links_to(tree, base, target)[:1]]
    found += [node for snippet in proofs.snippets for node in [_smallest_with(tree, snippet)] if node is not None]
    for number, node in enumerate(found):
        node.attrs["data-kuntatutka"] = "proof"
        if number == 0:
            node.attrs["id"] = PROOF
        _open_around(node)


def _links_to(tree: LexborHTMLParser, base: str, target: str) -> list[LexborNode]:
    wanted = target.partition("#")[0]
    found = []
    for node in tree.css("a[href], form[action], area[href]"):
        address = node.attributes.get("href") or node.attributes.get("action") or ""
        if _joined(base, address).partition("#")[0] == wanted:
            found.append(node)
    return found


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _smallest_with(tree: LexborHTMLParser, snippet: str) -> LexborNode | None:
    """The innermost element whose text holds the snippet; of a long snippet its beginning will do."""
    wanted = _plain(snippet)
    body = tree.body
    if not wanted or body is None:
        return None
    for length in (len(wanted), 60, 25):
        part = wanted[:length]
        node: LexborNode | None = body if part in _plain(body.text(separator=" ")) else None
        at = node
        while at is not None:
            at = next((child for child in at.iter() if part in _plain(child.text(separator=" "))), None)
            node = at or node
        if node is not None and node is not body:
            return node
    return None


def _open_around(node: LexborNode) -> None:
    """Nothing above a proof may hide it: what the site folds by script stays folded without one."""
    at = node.parent
    while at is not None and at.tag not in ("body", "html", "-undef", "-document"):
        for name in ("hidden", "aria-hidden", "style"):
            if name in at.attributes:
                del at.attrs[name]
        if at.tag == "details":
            at.attrs["open"] = ""
        if at.tag in ("div", "section", "details", "article", "ul", "ol", "li", "main"):
            at.attrs["data-kuntatutka"] = "around"
        at = at.parent
