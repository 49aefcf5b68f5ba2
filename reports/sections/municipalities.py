"""One page per municipality: its figures, its own grid with proof, and what its peers have that it lacks."""

from __future__ import annotations

from reports import anchors
from reports.blocks.accessibility import audit, best_statement, compliance_words, statements
from reports.blocks.barriers import fix_first
from reports.blocks.customer import customer_signs
from reports.blocks.findability import parity, paths
from reports.blocks.indicators import below
from reports.blocks.offered import offered
from reports.blocks.own_grid import own_grid
from reports.blocks.peers import lacking, own_products
from reports.blocks.spread import own_spread
from reports.blocks.systems import ways
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.measures import DIGITAL, FOUND, typical
from reports.model import Block, Legend, LegendItem, Note, Run, Section, Text, Tile, Tiles
from reports.model_json import Later
from reports.shares import Share
from study import CHANNELS, MunicipalityStatus, ServiceFinding, State

ORDER = 60
ON_SCORECARD = True
BARRIERS = 8
"""Most accessibility faults listed."""


def section(context: Context) -> Section | None:
    """All municipality pages; on a scorecard the one."""
    pages = tuple(_page(context, code) for code in context.shown)
    title, lead = ("one_title", "one_lead") if context.only else ("title", "lead")
    return Section(
        "municipalities",
        context.words(f"municipality.{title}"),
        (context.paragraph(f"municipality.{lead}", "lead"),),
        pages,
        page=True,
    )


def _page(context: Context, code: str) -> Section:
    judged = code in context.data.judged
    more = _only_here(context, code) if context.only and judged else ()
    blocks = Later(lambda: _blocks(context, code))
    return Section(
        anchors.municipality(code), context.municipality(code), blocks, more, page=judged, role="municipality"
    )


def _blocks(context: Context, code: str) -> list[Block]:
    row = context.data.status[code]
    blocks: list[Block] = [_facts(context, row)]
    if row.status.value != "complete":
        blocks.append(_status(context, row))
    own = context.data.compared(codes=[code])
    if code in context.data.judged:
        blocks += [
            _tiles(context, code, own),
            own_spread(context, code),
            *lacking(context, code),
            *own_products(context, code),
            *_barriers(context, code),
            *customer_signs(context, code),
            *offered(context, code),
            _channels(context),
            own_grid(context, code),
        ]
    else:
        blocks.append(
            Note("gap", context.words("municipality.unread.title"), context.words("municipality.unread.text"))
        )
    return blocks


def _only_here(context: Context, code: str) -> tuple[Section, ...]:
    """What the full report tells of the municipality in its tables of all, for a scorecard that lacks those."""
    words, data = context.words, context.data
    ways_there: list[Block] = [paths(context)]
    if any(path.municipality_code == code for path in data.rows("eservice_paths")):
        ways_there.append(ways(context))
    made = [Section(anchors.municipality(code, "paths"), words("findability.title"), tuple(ways_there))]
    if versions := parity(context):
        made.append(Section(anchors.municipality(code, "languages"), words("findability.languages.title"), versions))
    made.append(Section(anchors.municipality(code, "statement"), words("label.statement"), (statements(context),)))
    if data.audited.get(code):
        made.append(Section(anchors.municipality(code, "audit"), words("accessibility.audit.title"), (audit(context),)))
    if measured := below(context, code):
        made.append(measured)
    return tuple(made)


def _facts(context: Context, row: MunicipalityStatus) -> Text:
    words = context.words
    parts = [Run(context.region(row))] if row.region else []
    if row.population:
        parts.append(Run(words("municipality.population", n=row.population)))
    parts.append(Run(short_url(row.website), safe_href(row.website)))
    parts.append(Run(words("municipality.pages", pages=context.pages_words([row.code]))))
    if row.crawled_from and row.crawled_to:
        parts.append(Run(words.days(row.crawled_from.date(), row.crawled_to.date())))
    joined: list[Run] = []
    for index, part in enumerate(parts):
        joined += ([Run(" · ")] if index else []) + [part]
    return Text(tuple(joined), "facts")


def _status(context: Context, row: MunicipalityStatus) -> Note:
    words = context.words
    reason = words(f"failure.{row.status_reason.value}") if row.status_reason else words("sign.nothing")
    title = f"{words('label.status')}: {words(f'status.{row.status.value}')}"
    return Note("gap", title, words("municipality.status", reason=reason))


def _tiles(context: Context, code: str, own: list[ServiceFinding]) -> Tiles:
    words = context.words
    digital, found = context.share(DIGITAL, codes=[code]), context.share(FOUND, codes=[code])
    statement = best_statement(context, code)
    clicks = typical([f.click_depth for f in own if f.state is State.FOUND])
    maturity = typical([f.maturity for f in own if f.state is State.FOUND])
    items = [
        _tile(context, digital, "digital"),
        _tile(context, found, "found"),
        Tile(
            words.number(maturity) if maturity is not None else words("sign.nothing"),
            words("label.maturity_median"),
            words("municipality.maturity_scale"),
        ),
        Tile(
            words.number(clicks) if clicks is not None else words("sign.nothing"),
            words("label.clicks_median"),
            words("municipality.clicks_note"),
        ),
    ]
    if statement is not None:
        value = words("accessibility.found") if statement.found else words("accessibility.none")
        note = (
            f"{compliance_words(context, statement)}, {context.date(statement.assessed_on)}" if statement.found else ""
        )
        items.append(Tile(value, words("label.statement"), note, href="#accessibility" if not context.only else ""))
    return Tiles(tuple(items))


def _tile(context: Context, value: Share, name: str) -> Tile:
    words = context.words
    return context.share_tile(value, words(f"municipality.tile.{name}"))


def _barriers(context: Context, code: str) -> tuple[Block, ...]:
    """What the audit of the municipality's own pages says to fix first."""
    table = fix_first(context, BARRIERS, code)
    return () if table is None else (table,)


def _channels(context: Context) -> Legend:
    """What the icons of the grid below mean, in one line."""
    return Legend(
        context.words("label.channels"), tuple(LegendItem("", c, context.channel(c)) for c in CHANNELS), compact=True
    )
