"""A page as the judges see it: blocks, links, forms and contacts, furniture marked as such.

Plain frozen records that ``read_page`` makes and every later step takes. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

BlockKind = Literal["heading", "paragraph", "item", "cell", "button", "label", "summary"]
LinkKind = Literal["page", "file", "mail", "tel", "anchor", "other"]
ContactKind = Literal["phone", "email", "address"]
ContactSource = Literal["tel-link", "mail-link", "text"]
FormPurpose = Literal["search", "newsletter", "rating", "login", "contact", "service", "other"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a link-like button; ``context`` is the sentence or list item it stands in."""

    url: str
    text: str
    title: str = ""
    context: str = ""
    heading: str = ""
    block: int = -1
    in_main: bool = False
    kind: LinkKind = "page"
    rel: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of running text with the path of headings above it (outermost first, its own excluded)."""

    index: int
    kind: BlockKind
    level: int
    text: str
    headings: tuple[str, ...] = ()
    in_main: bool = True
    language: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field the reader would fill; hidden fields and buttons are left out."""

    name: str
    type: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form with what it is for as far as its markup and words tell."""

    action: str
    method: str
    fields: tuple[FormField, ...]
    submit: str
    in_main: bool
    block: int
    purpose: FormPurpose
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number (E.164), an e-mail address or a street address, with the text it was read from."""

    kind: ContactKind
    value: str
    text: str
    block: int
    in_main: bool
    source: ContactSource


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that one document says, furniture marked as such (``in_main`` false)."""

    url: str
    title: str = ""
    h1: str = ""
    language: str = ""
    html_lang: str = ""
    description: str = ""
    generator: str = ""
    canonical: str = ""
    alternates: Mapping[str, str] = field(default_factory=dict)
    breadcrumb: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    forms: tuple[Form, ...] = ()
    iframes: tuple[Link, ...] = ()
    contacts: tuple[Contact, ...] = ()
    opening_hours: tuple[str, ...] = ()
    json_ld: tuple[Mapping[str, Any], ...] = ()
    main_text: str = ""
    is_shell: bool = False
    template_signature: str = ""

    def main_blocks(self) -> tuple[Block, ...]:
        """The blocks of the main content, in reading order."""
        return tuple(block for block in self.blocks if block.in_main)
