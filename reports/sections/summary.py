"""The study on one page: key figures, the weightiest findings, what they mean for whom, and what was not read."""

from __future__ import annotations

from reports.blocks.accessibility import with_statement
from reports.blocks.audiences import audiences
from reports.blocks.findings import key_findings
from reports.context import Context, runs
from reports.measures import DIGITAL, FOUND
from reports.model import Block, Bullets, Note, Section, Tile, Tiles
from study import CrawlStatus

ORDER = 10
MOVES = 3
"""Findings on development on the page of the summary."""
FIRST = 5
"""Key findings on the page of the summary; the next part has them all."""


def section(context: Context) -> Section | None:
    """The summary."""
    words, data = context.words, context.data
    if not data.has_evidence:
        note = Note("gap", words("summary.empty.title"), words("summary.empty.text", n=len(data.codes)))
        return Section("summary", words("summary.title"), (note, *_coverage(context)), page=True)
    blocks: list[Block] = [
        _lead(context),
        _tiles(context),
        _headlines(context),
        *_development(context),
        audiences(context),
        *_coverage(context),
    ]
    return Section("summary", words("summary.title"), tuple(blocks), page=True)


def _lead(context: Context) -> Block:
    words, data = context.words, context.data
    return context.paragraph(
        "summary.lead",
        "lead",
        municipalities=words("counted.compared_municipalities", n=len(data.codes)),
        services=words("counted.compared_services", n=len(data.services())),
    )


def _tiles(context: Context) -> Tiles:
    words, data = context.words, context.data
    found, digital = context.share(FOUND), context.share(DIGITAL)
    complete = sum(1 for m in data.municipalities if m.status is CrawlStatus.COMPLETE)
    products = {h.product_id for h in data.hits}
    statements = with_statement(context)
    return Tiles(
        (
            context.share_tile(digital, words("summary.tile.digital"), "#comparison"),
            context.share_tile(found, words("summary.tile.found"), "#comparison"),
            Tile(words.number(len(products)), words("summary.tile.products", n=len(products)), href="#products"),
            Tile(
                words("share.count", count=statements.count, base=statements.base),
                words("summary.tile.statements"),
                context.gap_words(statements),
                href="#accessibility",
            ),
            Tile(
                words("share.count", count=complete, base=len(data.codes)),
                words("summary.tile.complete"),
                words("summary.tile.pages", pages=context.pages_words(data.codes)),
                href="#coverage",
            ),
            Tile(
                words.number(found.gaps),
                words("summary.tile.gaps", n=found.gaps),
                words("share.outside", n=found.outside) if found.outside else "",
                href="#coverage",
            ),
        )
    )


def _headlines(context: Context) -> Bullets:
    """The weightiest findings, each a sentence with its figure."""
    found = key_findings(context, FIRST)
    return Bullets(tuple(runs(item.sentence) for item in found) or (runs(context.words("findings.none")),))


def _development(context: Context) -> tuple[Block, ...]:
    """What changed since the earlier studies, in a few sentences; nothing where none is named."""
    since = context.data.development
    if since is None:
        return ()
    from reports.blocks.development.told import in_brief  # pandas is loaded only where studies are compared.

    return (in_brief(context, since, MOVES),)


def _coverage(context: Context) -> tuple[Block, ...]:
    """A warning when municipalities were not read completely."""
    words, data = context.words, context.data
    unfinished = [m.code for m in data.municipalities if m.status is not CrawlStatus.COMPLETE]
    if not unfinished:
        return ()
    names = words.listing(context.municipality(c) for c in unfinished)
    text = words("summary.incomplete.text", n=len(unfinished), all=len(data.codes), names=names)
    return (Note("gap", words("summary.incomplete.title"), text),)
