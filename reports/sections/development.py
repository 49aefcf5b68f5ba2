"""What changed since an earlier study: only what the sites did, with both proofs; and what is no development."""

from __future__ import annotations

from reports.context import Context
from reports.model import Section

ORDER = 61


def section(context: Context) -> Section | None:
    """The chapter; None where no earlier study is named, or nothing was read."""
    if context.data.development is None or not context.data.has_evidence:
        return None
    from reports.blocks.development.chapter import chapter  # pandas is loaded only where studies are compared.

    return chapter(context, context.data.development)
