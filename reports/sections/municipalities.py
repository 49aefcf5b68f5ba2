"""One page per municipality: its figures, its own grid with proof, and what its peers have that it lacks."""

from __future__ import annotations

from collections import defaultdict

from reports.barriers import fix_first
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.measures import DIGITAL, FOUND, rank_interval, share, typical
from reports.model import Block, Cell, Column, Legend, LegendItem, Note, Row, Run, Section, Table, Text, Tile, Tiles
from study import CHANNELS, MunicipalityStatus, ServiceFinding, State, Verification
from taxonomy import Service

from .accessibility import audit, best_statement, compliance_words, statements
from .findability import parity, paths
from .indicators import below
from .systems import ways

ORDER = 60
ON_SCORECARD = True
LEAST_FOR_PLACE = 3
"""Judged services below which a place in a theme says nothing."""
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
    row = context.data.status[code]
    blocks: list[Block] = [_facts(context, row)]
    if row.status.value != "complete":
        blocks.append(_status(context, row))
    own = context.data.findings(codes=[code])
    judged = code in context.data.judged
    if judged:
        blocks += [
            _tiles(context, code, own),
            _themes(context, code),
            *_lacking(context, code),
            *_products(context, code),
            *_barriers(context, code),
            _channels(context),
            _grid(context, code),
        ]
    else:
        blocks.append(
            Note("gap", context.words("municipality.unread.title"), context.words("municipality.unread.text"))
        )
    more = _only_here(context, code) if context.only and judged else ()
    return Section(f"m-{code}", context.municipality(code), tuple(blocks), more, page=judged, role="municipality")


def _only_here(context: Context, code: str) -> tuple[Section, ...]:
    """What the full report tells of the municipality in its tables of all, for a scorecard that lacks those."""
    words, data = context.words, context.data
    ways_there: list[Block] = [paths(context)]
    if any(path.municipality_code == code for path in data.rows("eservice_paths")):
        ways_there.append(ways(context))
    made = [Section(f"m-{code}-paths", words("findability.title"), tuple(ways_there))]
    if versions := parity(context):
        made.append(Section(f"m-{code}-languages", words("findability.languages.title"), versions))
    made.append(Section(f"m-{code}-statement", words("label.statement"), (statements(context),)))
    if data.audited.get(code):
        made.append(Section(f"m-{code}-audit", words("accessibility.audit.title"), (audit(context),)))
    if measured := below(context, code):
        made.append(measured)
    return tuple(made)


def _facts(context: Context, row: MunicipalityStatus) -> Text:
    words = context.words
    parts = [Run(context.region(row))] if row.region else []
    if row.population:
        parts.append(Run(words("municipality.population", n=row.population)))
    parts.append(Run(short_url(row.website), safe_href(row.website)))
    parts.append(Run(words("municipality.pages", n=row.pages_fetched)))
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
    digital, found = share(DIGITAL, own), share(FOUND, own)
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


def _tile(context: Context, value, name: str) -> Tile:  # type: ignore[no-untyped-def]
    words = context.words
    text = words.percent(value.value) if value.value is not None else words("share.none")
    whole = value.base + value.gaps
    part = value.base / whole if whole else 0.0
    return Tile(
        text, words(f"municipality.tile.{name}"), context.count_words(value), (value.value or 0.0) * part, 1 - part
    )


def _themes(context: Context, code: str) -> Table:
    """Digital share by theme beside the median of the others, with the places that the gaps allow."""
    words, data = context.words, context.data
    others = [c for c in data.codes if c != code]
    rows = []
    for theme in data.themes:
        services = data.services(theme.id)
        mine = share(DIGITAL, data.findings(services, [code]))
        rivals = [share(DIGITAL, data.findings(services, [c])) for c in others]
        middle = typical([s.value for s in rivals if s.is_ranked])
        places = rank_interval(mine, rivals) if mine.base >= LEAST_FOR_PLACE else None
        ranked = 1 + sum(1 for s in rivals if s.is_ranked)
        place = words("share.unranked")
        if places:
            span = words.number(places[0]) if places[0] == places[1] else f"{places[0]}–{places[1]}"
            place = words("municipality.place", span=span, all=ranked)
        middle_cell = (
            Cell(words.percent(middle), value=middle, share=middle)
            if middle is not None
            else Cell(words("sign.nothing"))
        )
        rows.append(
            Row(
                (
                    Cell(context.name(theme.name)),
                    context.share_cell(mine, gaps=False),
                    middle_cell,
                    Cell(place),
                    Cell(words.number(mine.gaps), value=mine.gaps),
                )
            )
        )
    columns = (
        Column(words("label.theme")),
        Column(words("measures.digital.name"), "share"),
        Column(words("municipality.others_median"), "share"),
        Column(words("municipality.place_title")),
        Column(words("label.gaps"), "number"),
    )
    return Table(
        f"m-{code}-themes",
        words("municipality.themes.table"),
        columns,
        tuple(rows),
        (words("measures.digital.definition"), words("measures.place.definition")),
        dense=True,
    )


def _barriers(context: Context, code: str) -> tuple[Block, ...]:
    """What the audit of the municipality's own pages says to fix first."""
    table = fix_first(context, BARRIERS, code)
    return () if table is None else (table,)


def _channels(context: Context) -> Legend:
    """What the icons of the grid below mean, in one line."""
    return Legend(
        context.words("label.channels"), tuple(LegendItem("", c, context.channel(c)) for c in CHANNELS), compact=True
    )


def _grid(context: Context, code: str) -> Table:
    words, data = context.words, context.data
    rows: list[Row] = []
    for theme in data.themes:
        rows.append(Row((Cell(context.name(theme.name)),), group=True))
        rows += [_grid_row(context, code, service) for service in data.services(theme.id)]
    columns = (
        Column(words("label.service"), wide=True),
        Column(words("label.channels"), "icons"),
        Column(words("label.maturity")),
        Column(words("label.authentication")),
        Column(words("label.products")),
        Column(words("label.best_page"), wide=True),
    )
    return Table(
        f"m-{code}-grid",
        words("municipality.grid.table", name=context.municipality(code)),
        columns,
        tuple(rows),
        (words("measures.maturity.definition"),),
        dense=True,
    )


def _grid_row(context: Context, code: str, service: Service) -> Row:
    words, data = context.words, context.data
    finding = data.grid.get((code, service.id))
    level = context.level(finding)
    nothing = Cell(words("sign.nothing"))
    proof = f"#e-{code}-{service.id}" if (code, service.id) in data.evidence else ""
    note = (
        words(f"verification.{finding.verification.value}")
        if finding and finding.verification is not Verification.AUTOMATIC
        else ""
    )
    head = Cell(context.name(service.name), href=proof, note=note)
    anchor = f"c-{code}-{service.id}"
    if finding is None or finding.state is not State.FOUND:
        why = context.state_words(finding)
        searched = finding is not None and finding.state is State.NOT_FOUND
        pages = words("municipality.searched", n=finding.pages_read) if finding and searched else ""
        return Row((head, Cell(why, state=level, note=pages), nothing, nothing, nothing, nothing), anchor)
    products = tuple(
        Run(context.product(p), "" if context.only else f"#product-{p}") for p in data.products_of(code, service.id)
    )
    return Row(
        (
            head,
            Cell(context.state_words(finding), icons=context.offered(finding), state=level),
            _maturity(context, finding),
            Cell(context.authentication(finding.authentication)),
            Cell("", links=products) if products else nothing,
            _best_page(context, code, _page_to_read(context, finding)),
        ),
        anchor,
    )


def _maturity(context: Context, finding: ServiceFinding) -> Cell:
    """The level, and what it rests on where the channels and the identification beside it do not say so already."""
    if finding.maturity is None:
        return Cell(context.words("sign.nothing"))
    is_told = not finding.digital or finding.maturity_basis.basis == "log-in"
    why = "" if is_told else context.maturity_words(finding)
    return Cell(context.words.number(finding.maturity), value=finding.maturity, note=why)


def _page_to_read(context: Context, finding: ServiceFinding) -> str | None:
    """The best page; one in the report's language where that is proof of the service too and the best one is not."""
    data, code = context.data, finding.municipality_code

    def language(url: str | None) -> str:
        page = data.pages.get((code, url or ""))
        return (page.language or "") if page else ""

    if context.language not in finding.languages or language(finding.best_url) in ("", context.language):
        return finding.best_url
    proof = data.evidence.get((code, finding.service_id), ())
    return next((row.url for row in proof if language(row.url) == context.language), finding.best_url)


def _best_page(context: Context, code: str, url: str | None) -> Cell:
    """The best page; on the municipality's own host the path says enough."""
    own = short_url(context.data.status[code].website, 200).split("/", 1)[0]
    text = short_url(url, 40 + len(own))
    return Cell(text.removeprefix(own) or text, href=safe_href(url)) if url else Cell(context.words("sign.nothing"))


def _lacking(context: Context, code: str) -> tuple[Block, ...]:
    """Services that at least half of the judged others offer digitally and this one was not found to."""
    words, data = context.words, context.data
    others = [c for c in data.codes if c != code]
    rows = []
    for index, service in enumerate(data.services()):
        finding = data.grid.get((code, service.id))
        if finding is None or finding.state not in (State.FOUND, State.NOT_FOUND) or finding.digital:
            continue
        peers = share(DIGITAL, data.findings([service], others))
        if not peers.is_ranked or (peers.value or 0.0) < 0.5:
            continue
        counts: dict[str, int] = defaultdict(int)
        for other in others:
            for product in data.products_of(other, service.id):
                counts[product] += 1
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]
        links = tuple(
            Run(f"{context.product(p)} ({words.number(n)})", "" if context.only else f"#product-{p}") for p, n in top
        )
        rows.append(
            (
                -(peers.value or 0.0),
                index,
                Row(
                    (
                        Cell(context.name(service.name), href=f"#c-{code}-{service.id}"),
                        Cell(context.state_words(finding)),
                        context.share_cell(peers),
                        Cell("", links=links) if links else Cell(words("sign.nothing")),
                    )
                ),
            )
        )
    if not rows:
        return (Note("info", words("municipality.lacking.title"), words("municipality.lacking.none")),)
    columns = (
        Column(words("label.service"), wide=True),
        Column(words("municipality.lacking.here")),
        Column(words("municipality.lacking.others"), "share"),
        Column(words("municipality.lacking.products"), wide=True),
    )
    chosen = tuple(row for *_, row in sorted(rows, key=lambda r: r[:2]))
    return (
        Table(
            f"m-{code}-lacking",
            words("municipality.lacking.title"),
            columns,
            chosen,
            (words("measures.lacking.definition"),),
            dense=True,
        ),
    )


def _products(context: Context, code: str) -> tuple[Block, ...]:
    words, data = context.words, context.data
    own: dict[str, set[str]] = defaultdict(set)
    users: dict[str, set[str]] = defaultdict(set)
    vendor = {}
    for hit in data.hits:
        users[hit.product_id].add(hit.municipality_code)
        if hit.municipality_code == code:
            own[hit.product_id].update([hit.service_id] if hit.service_id else [])
            vendor[hit.product_id] = hit.vendor
    if not own:
        return (Note("info", words("municipality.products.title"), words("municipality.products.none")),)
    rows = []
    for product in sorted(own, key=lambda p: (-len(own[p]), context.product(p).casefold(), p)):
        others = len(users[product]) - 1
        rows.append(
            Row(
                (
                    Cell(context.product(product), href="" if context.only else f"#product-{product}"),
                    Cell(vendor[product] or words("sign.nothing")),
                    Cell(words.number(len(own[product])), value=len(own[product])),
                    Cell(words("share.count", count=others, base=len(data.codes) - 1), value=others),
                )
            )
        )
    columns = (
        Column(words("label.product"), wide=True),
        Column(words("label.vendor"), wide=True),
        Column(words("label.services"), "number"),
        Column(words("municipality.products.others"), "number"),
    )
    return (Table(f"m-{code}-products", words("municipality.products.title"), columns, tuple(rows), dense=True),)
