"""One page per product: who uses it, for which services, in which ways, with its share and the proof."""

from __future__ import annotations

from reports import anchors
from reports.blocks.product_page import product_blocks
from reports.context import Context
from reports.model import Block, Section
from reports.model_json import Later
from reports.product_use import ranking

ORDER = 62


def section(context: Context) -> Section | None:
    """All product pages, the most used first; None where no product was recognised."""
    if not context.data.hits:
        return None
    return Section(
        "product-pages",
        context.words("products.page.title"),
        (context.paragraph("products.page.lead", "lead"),),
        tuple(_page(context, product) for product, _ in ranking(context)),
        page=True,
    )


def _page(context: Context, product: str) -> Section:
    def blocks() -> list[Block]:
        return product_blocks(context, product)

    return Section(anchors.product(product), context.product(product), Later(blocks), role="product")
