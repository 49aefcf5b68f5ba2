"""The key findings, the weightiest first, each with its figure; the themes as a chart; and what stands in no order."""

from __future__ import annotations

from reports.blocks.findings import key_findings
from reports.blocks.standing import theme_order
from reports.blocks.themes_chart import themes_chart
from reports.context import Context, runs
from reports.model import Block, Bullets, Section, Text

ORDER = 12


def section(context: Context) -> Section | None:
    """The key findings, or None where nothing was read."""
    if not context.data.has_evidence:
        return None
    words = context.words
    found = key_findings(context)
    if not found:
        return None
    blocks: list[Block] = [
        context.paragraph("findings.lead", "lead"),
        Bullets(tuple(runs(item.sentence) for item in found), numbered=True),
        themes_chart(context),
    ]
    if left := theme_order(context).left_out:
        named = [words("summary.headline.because", names=context.name(t.name), reason=why) for t, why in left]
        blocks.append(Text(runs(words("findings.left_out", names=words.listing(named))), "small"))
    return Section("findings", words("findings.heading"), tuple(blocks), page=True)
