"""What a page puts into its readers' hands, block by block: files, forms, numbers, addresses, links that lead on.

The judges of services ask it what stands beside the name of a service. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .view import View

ACTING = frozenset({"act", "act-noun", "act-passive", "enrol", "booking-word", "fill-in"})
WAYS = frozenset(
    {"digital-thing", "digital-manner", "form-noun", "phone-manner", "email-manner", "visit-manner", "paper"}
)
TELLING = frozenset({"information", "guide-link"})
CLOSED = frozenset({"retired", "future", "moved", "other-party"})
_SAYS = (("acts", ACTING), ("names-a-way", WAYS), ("tells", TELLING), ("closed", CLOSED))


@dataclass(frozen=True, slots=True)
class Offers:
    """What stands in each block and in each section (without its heading), and which blocks make a section."""

    blocks: Mapping[int, frozenset[str]]
    sections: Mapping[int, frozenset[str]]
    headings: Mapping[int, int]
    lengths: Mapping[int, int]
    products: frozenset[str]

    def of(self, block: int) -> frozenset[str]:
        """What a block offers."""
        return self.blocks.get(block, frozenset())


def find_offers(view: View) -> Offers:
    """Gathers them once for a page's main content."""
    blocks: dict[int, set[str]] = {}
    products: set[str] = set()
    for item in view.links:
        kind = {"page": f"link-{item.place}", "mail": "email", "tel": "phone"}.get(item.link.kind, item.link.kind)
        blocks.setdefault(item.link.block, set()).add(kind)
        if item.products:
            products.update(item.products)
            blocks[item.link.block].add("product")
    for contact in view.page.contacts:
        if contact.in_main:
            blocks.setdefault(contact.block, set()).add(contact.kind)
    for form in view.page.forms:
        if form.in_main:
            blocks.setdefault(form.block, set()).add("form")
    for name in view.names:
        products.add(name.product_id)
    for index, passage in view.passages.items():
        says = [word for word, roles in _SAYS if passage.roles & roles]
        if says:
            blocks.setdefault(index, set()).update(says)
    return Offers(
        {index: frozenset(kinds) for index, kinds in blocks.items()},
        *_by_section(view, blocks),
        frozenset(products),
    )


def _by_section(
    view: View, blocks: Mapping[int, set[str]]
) -> tuple[dict[int, frozenset[str]], dict[int, int], dict[int, int]]:
    members: dict[int, list[int]] = {}
    for index, passage in view.passages.items():
        members.setdefault(passage.section, []).append(index)
    offered: dict[int, frozenset[str]] = {}
    headings: dict[int, int] = {}
    lengths: dict[int, int] = {}
    for section, indexes in members.items():
        inner: Sequence[int] = indexes[1:] if section else indexes
        offered[section] = frozenset().union(*(blocks.get(index, ()) for index in inner))
        lengths[section] = sum(len(view.passages[index].block.text) for index in inner)
        if section:
            headings[section] = indexes[0]
    return offered, headings, lengths
