"""Walks the content of a parsed document once and writes down blocks, links and forms in reading order.

Called by ``read_page`` only. Accordions and tabs are content whether open or not; what ``regions`` named furniture
is not entered. A heading that announces related pages mutes what follows it in its own element.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from study.document import MAX_LINKS, resolve, stays_on_page
from taxonomy import Markup, name_tokens, plain

from .contacts import decode_cloudflare, decode_joomla, script_emails
from .forms import form_purpose
from .links import link_kind
from .model import Block, BlockKind, Form, FormField, Link
from .regions import Regions
from .text import clean, collapse, sentence_around

# Nobody reads more of one page than this; it bounds time and memory on machine-made lists.
MAX_BLOCKS = 4_000
# Longer than any paragraph or cell that somebody wrote; what follows in a block is machine-made.
MAX_BLOCK_TEXT = 20_000

_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "input", "ins", "kbd", "mark", "optgroup", "option", "picture", "q", "rp", "rt", "ruby", "s", "samp",
    "select", "small", "source", "span", "strike", "strong", "sub", "sup", "textarea", "time", "tt", "u", "var",
    "wbr",
))  # fmt: skip
_KINDS: dict[str, BlockKind] = {
    "li": "item", "td": "cell", "th": "cell", "tr": "cell", "button": "button", "label": "label", "summary": "summary",
    "dt": "label", "legend": "label", "caption": "label", "figcaption": "label",
}  # fmt: skip
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_FAKE_HEADING_LEVEL = 5
_WHITE_SPACE = re.compile(r"white-space(?:-collapse)?:\s*(pre)")
_LONGEST_HEADING = 80
_FIELD_TYPES_LEFT_OUT = frozenset(("hidden", "submit", "button", "image", "reset"))


@dataclass(slots=True)
class _OpenLink:
    href: str
    title: str
    rel: str
    start: int
    fallback: str


@dataclass(slots=True)
class _OpenForm:
    action: str
    method: str
    tokens: frozenset[str]
    block: int
    fields: list[FormField] = field(default_factory=list)
    submit: str = ""
    heading: str = ""


@dataclass(slots=True)
class _Frame:
    node: LexborNode
    tag: str
    kind: BlockKind
    level: int
    block_level: bool
    mute: int
    preformatted: bool = False


@dataclass(slots=True)
class Reading:
    """What the walk wrote down; lists are in reading order."""

    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    frames: list[Link] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)


class Walker:
    """One walk over one document."""

    def __init__(self, url: str, base: str, regions: Regions, markup: Markup) -> None:
        self.url = url
        self.base = base
        self.markup = markup
        self.regions = regions
        self.out = Reading()
        self._heading_id = regions.heading.mem_id if regions.heading is not None else 0
        self._stack: list[_Frame] = []
        self._buffer: list[str] = []
        self._length = 0
        self._bold = 0
        self._bold_length = 0
        self._path: list[tuple[int, str]] = []
        self._links: list[_OpenLink] = []
        self._closed: list[tuple[_OpenLink, int, int]] = []
        self._form: _OpenForm | None = None
        self._fields: list[tuple[str, str, str, bool, int]] = []
        self._mute = 0
        self._row = 0
        self._preformatted = 0

    def walk(self) -> Reading:
        """Reads the content and returns what it holds."""
        root = self.regions.root
        if root is None:
            return self.out
        node: LexborNode | None = root.child
        depth = 0
        while node is not None and len(self.out.blocks) < MAX_BLOCKS:
            child = self._enter(node)
            if child is not None:
                node = child
                depth += 1
                continue
            while node is not None:
                following = node.next
                if following is not None:
                    node = following
                    break
                if depth == 0:
                    node = None
                    break
                node = node.parent
                depth -= 1
                self._leave()
        while self._stack:
            self._leave()
        self._flush("paragraph", 0)
        return self.out

    def _enter(self, node: LexborNode) -> LexborNode | None:
        if node.is_text_node:
            text = node.text_content
            if text:
                self._add(text if self._preformatted else collapse(text))
            return None
        tag = node.tag or ""
        if tag == "br":
            self._add("\n")
            return None
        if tag == "joomla-hidden-mail":
            parts = node.attributes
            self._hidden_mail(decode_joomla(parts.get("first") or "", parts.get("last") or ""))
            return None
        if tag in self.markup.ignored_tags or tag[0] in "-!" or node.mem_id in self.regions.skipped:
            if tag == "script":
                self._read_script(node)
            return None
        attributes = node.attributes
        frame = self._frame(node, tag, attributes)
        frame.preformatted = _keeps_lines(tag, attributes)
        if frame.block_level:
            self._flush_outer()
            if attributes.get("role") == "tabpanel":
                self._name_panel(node, attributes)
        self._open(tag, attributes, node)
        child = node.child
        if child is None:
            if tag == "a":
                self._close_link()
            return None
        self._preformatted += frame.preformatted
        self._stack.append(frame)
        return child

    def _frame(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> _Frame:
        if tag in _INLINE:
            frame = _Frame(node, tag, "paragraph", 0, False, self._mute)
            if "data-cfemail" in attributes:
                self._hidden_mail(decode_cloudflare(attributes["data-cfemail"] or ""))
            if tag in ("b", "strong") or _is_large(tag, attributes):
                frame.kind = "heading"
                self._bold += 1
            elif tag == "span" and attributes.get("role") == "heading":
                return _Frame(node, tag, "heading", _aria_level(attributes), True, self._mute)
            return frame
        level = _HEADINGS.get(tag, 0)
        if not level and attributes.get("role") == "heading":
            level = _aria_level(attributes)
        if node.mem_id == self._heading_id:
            level = 1
        if level:
            return _Frame(node, tag, "heading", level, True, self._mute)
        if tag == "tr" and _is_data_row(node):
            self._row += 1
            return _Frame(node, "tr-data", "cell", 0, True, self._mute)
        if self._row and tag in ("td", "th"):
            if self._buffer:
                self._add(" | ")
            return _Frame(node, tag, "cell", 0, False, self._mute)
        kind: BlockKind = "paragraph" if tag in ("td", "th", "tr") else _KINDS.get(tag, "paragraph")
        if tag == "button" and "aria-expanded" in attributes:
            kind = "summary"
        return _Frame(node, tag, kind, 0, True, self._mute)

    def _name_panel(self, node: LexborNode, attributes: dict[str, str | None]) -> None:
        """Writes the name of its tab as the heading of a panel."""
        name = attributes.get("aria-label") or ""
        by = (attributes.get("aria-labelledby") or "").split()
        if not name and by and re.fullmatch(r"[\w-]+", by[0]):
            tab = node.parser.css_first(f"[id='{by[0]}']")
            name = tab.text() if tab is not None else ""
        if clean(name):
            self._buffer.append(name)
            self._flush("summary", 0)

    def _open(self, tag: str, attributes: dict[str, str | None], node: LexborNode) -> None:
        if tag == "a":
            href = attributes.get("href")
            if href is not None:
                fallback = attributes.get("aria-label") or attributes.get("title") or _image_text(node)
                self._links.append(
                    _OpenLink(
                        href, attributes.get("title") or "", attributes.get("rel") or "", len(self._buffer), fallback
                    )
                )
        elif tag == "form":
            tokens = name_tokens(
                f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('action') or ''}"
            )
            self._form = _OpenForm(
                self._action(attributes.get("action") or ""), (attributes.get("method") or "get").lower(),
                frozenset(tokens), len(self.out.blocks), heading=self._path[-1][1] if self._path else "",
            )  # fmt: skip
        elif tag in ("input", "select", "textarea"):
            self._field(tag, attributes)
        elif tag == "iframe" and attributes.get("src"):
            self._frame_link(attributes)

    def _leave(self) -> None:
        frame = self._stack.pop()
        self._preformatted -= frame.preformatted
        tag = frame.tag
        if tag == "a":
            self._close_link()
        elif frame.kind == "heading" and not frame.block_level:
            self._bold -= 1
        if frame.block_level:
            self._flush(frame.kind if frame.kind != "paragraph" else self._nearest_kind(), frame.level)
        if tag == "tr-data":
            self._row -= 1
        elif tag == "form":
            self._close_form()
        self._mute = min(self._mute, frame.mute) if not frame.mute else self._mute

    def _nearest_kind(self) -> BlockKind:
        for frame in reversed(self._stack):
            if frame.block_level and frame.kind != "paragraph":
                return "item" if frame.kind == "item" else "cell" if frame.kind == "cell" else "paragraph"
        return "paragraph"

    def _flush_outer(self) -> None:
        """Writes down text that stands before a block inside its parent."""
        if not self._buffer:
            return
        for frame in reversed(self._stack):
            if frame.block_level:
                self._flush(frame.kind if frame.kind != "paragraph" else self._nearest_kind(), frame.level)
                return
        self._flush("paragraph", 0)

    def _add(self, text: str) -> None:
        self._buffer.append(text)
        if self._bold:
            self._bold_length += len(text.strip())

    def _action(self, written: str) -> str:
        """Where a form goes: without an action to its own page, whatever the base says."""
        return self._absolute(written) if written.strip() else self.url

    def _absolute(self, href: str) -> str:
        return resolve(href, self.base)

    def _close_link(self) -> None:
        if self._links:
            link = self._links.pop()
            self._closed.append((link, link.start, len(self._buffer)))

    def _flush(self, kind: BlockKind, level: int) -> None:
        """Ends the running block: writes it down with its links and fields."""
        if not self._buffer:
            self._place_links("", -1, 0)
            return
        buffer, self._buffer = self._buffer, []
        bold, self._bold_length = self._bold_length, 0
        text = clean("".join(buffer)[: 2 * MAX_BLOCK_TEXT]).strip(" |")[:MAX_BLOCK_TEXT]
        if not text:
            self._place_links("", -1, 0, buffer)
            return
        if (
            kind in ("paragraph", "cell")
            and len(text) <= _LONGEST_HEADING
            and text[-1] not in ".,;:"
            and bold >= 0.9 * len(text)
        ):
            kind, level = "heading", _FAKE_HEADING_LEVEL
        if kind in ("heading", "summary"):
            self._enter_heading(level or _FAKE_HEADING_LEVEL, text)
        in_main = not self._mute and not self._is_noise(text, kind)
        index = len(self.out.blocks)
        headings = tuple(name for _, name in self._path)
        self.out.blocks.append(Block(index, kind, level, text, headings, in_main))
        self._place_links(text, index, 1 if in_main else 0, buffer)
        if kind in ("heading", "summary"):
            self._path.append((level or _FAKE_HEADING_LEVEL, text))

    def _enter_heading(self, level: int, text: str) -> None:
        own = level == 1
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        if self._mute and level <= self._mute:
            self._mute = 0
        if not own and self.markup.says("related", text):
            self._mute = level

    def _is_noise(self, text: str, kind: BlockKind) -> bool:
        if len(text) > 90 or kind == "heading":
            return False
        words = self.markup.words
        bare = plain(text)
        return bare in words["share"] or bare in words["rating"] or bare in words["skip"] or bare in words["cookie"]

    def _place_links(self, text: str, index: int, in_main: int, buffer: list[str] | None = None) -> None:
        closed, self._closed = self._closed, []
        for open_link in self._links:
            # A link that spans blocks (a card): its text so far belongs to it.
            if buffer:
                open_link.fallback = clean(" ".join([open_link.fallback, *buffer[open_link.start :]])).replace(
                    "\n", " "
                )
            open_link.start = 0
        for link, start, end in closed:
            own = clean("".join(buffer[start:end])).replace("\n", " ") if buffer else ""
            self._write_link(link, own or link.fallback.strip(), text, index, bool(in_main))

    def _write_link(self, link: _OpenLink, text: str, around: str, index: int, in_main: bool) -> None:
        if len(self.out.links) >= MAX_LINKS:
            return
        url = self._absolute(link.href)
        place = around.find(text) if text else -1
        context = sentence_around(around, place, place + len(text)) if place >= 0 else around
        heading = self._path[-1][1] if self._path else ""
        in_main = (in_main or (index < 0 and not self._mute)) and not self.markup.says("skip", text)
        self.out.links.append(
            Link(
                url,
                text,
                link.title,
                context[:600],
                heading,
                index,
                in_main,
                "anchor" if stays_on_page(link.href) else link_kind(url, self.url, self.markup),
                link.rel,
                len(self.out.links),
            )
        )

    def _field(self, tag: str, attributes: dict[str, str | None]) -> None:
        kind = (attributes.get("type") or ("text" if tag == "input" else tag)).lower()
        if self._form is None:
            return
        if kind in _FIELD_TYPES_LEFT_OUT:
            if kind == "submit" and attributes.get("value"):
                self._form.submit = attributes["value"] or ""
            return
        label = clean("".join(self._buffer[-2:])).replace("\n", " ") if self._buffer else ""
        if not label and self.out.blocks and self.out.blocks[-1].kind == "label":
            label = self.out.blocks[-1].text
        label = attributes.get("aria-label") or label or attributes.get("placeholder") or ""
        self._form.fields.append(FormField(attributes.get("name") or "", kind, label, "required" in attributes))

    def _close_form(self) -> None:
        form, self._form = self._form, None
        if form is None:
            return
        last = [block for block in self.out.blocks[form.block :] if block.kind == "button"]
        submit = form.submit or (last[-1].text if last else "")
        before = self.out.blocks[form.block - 1].text if form.block else ""
        purpose = form_purpose(form.tokens, form.fields, submit, before, self.markup)
        in_main = purpose not in ("search", "rating", "newsletter") and not self._mute
        self.out.forms.append(
            Form(form.action, form.method, tuple(form.fields), submit, in_main, form.block, purpose, form.heading)
        )

    def _frame_link(self, attributes: dict[str, str | None]) -> None:
        url = self._absolute(attributes.get("src") or "")
        heading = self._path[-1][1] if self._path else ""
        self.out.frames.append(
            Link(
                url,
                attributes.get("title") or "",
                attributes.get("title") or "",
                "",
                heading,
                len(self.out.blocks),
                not self._mute,
                "page",
                "",
                len(self.out.frames),
            )
        )

    def _read_script(self, node: LexborNode) -> None:
        script = node.text()
        if "@" in script:
            for mail in script_emails(script):
                self._hidden_mail(mail)

    def _hidden_mail(self, mail: str) -> None:
        if mail:
            self._add(f" {mail} ")


def _aria_level(attributes: dict[str, str | None]) -> int:
    level = attributes.get("aria-level") or ""
    return int(level) if level.isdigit() and 1 <= int(level) <= 6 else 2


def _keeps_lines(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether a browser shows the line breaks of the source inside the element."""
    return tag in ("pre", "textarea") or "pre" in _WHITE_SPACE.findall(attributes.get("style") or "")


def _is_large(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether a font element makes a heading of what it holds, as pages did before style sheets."""
    return tag == "font" and (attributes.get("size") or "").strip() in ("4", "5", "6", "7", "+1", "+2", "+3")


def _is_data_row(row: LexborNode) -> bool:
    """Whether a table row holds data rather than the layout of a page."""
    return row.css_first("p, div, ul, ol, table, h1, h2, h3, h4, form, blockquote") is None and len(row.text()) < 500


def _image_text(node: LexborNode) -> str:
    image = node.css_first("img[alt]")
    return (image.attributes.get("alt") or "") if image is not None else ""
