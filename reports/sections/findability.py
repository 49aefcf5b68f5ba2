"""How a resident gets to the services: hub pages, clicks from the front page, where links lead, languages."""

from __future__ import annotations

from reports.clean import plain, safe_href
from reports.context import Context
from reports.measures import AUTHENTICATED, DEEP_LINK, share, typical
from reports.model import Block, Cell, Column, Note, Row, Section, Table
from study import PageRecord, State

from .comparison import number_cell

ORDER = 45


def section(context: Context) -> Section | None:
    """The findability part, or None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [context.paragraph("findability.lead", "lead"), paths(context)]
    hubs = Section(
        "hubs", words("findability.hubs.title"), (context.paragraph("findability.hubs.lead"), _hubs(context))
    )
    children = [hubs]
    versions = parity(context)
    if versions:
        children.append(Section("languages", words("findability.languages.title"), versions))
    return Section("findability", words("findability.title"), tuple(blocks), tuple(children), page=True)


def paths(context: Context) -> Table:
    """Clicks, direct links and identification of each municipality shown."""
    words, data = context.words, context.data
    rows = []
    for code in context.shown:
        own = data.findings(codes=[code])
        clicks = typical([f.click_depth for f in own if f.state is State.FOUND])
        rows.append(
            Row(
                (
                    Cell(context.municipality(code), href=f"#m-{code}"),
                    number_cell(context, clicks),
                    context.share_cell(share(DEEP_LINK, own)),
                    context.share_cell(share(AUTHENTICATED, own)),
                )
            )
        )
    columns = (
        Column(words("label.municipality")),
        Column(words("label.clicks_median"), "number"),
        Column(words("measures.deep-link.name"), "share"),
        Column(words("measures.strong-identification.name"), "share"),
    )
    return Table(
        "paths",
        words("findability.table"),
        columns,
        tuple(rows),
        (
            words("measures.clicks.definition"),
            words("measures.deep-link.definition"),
            words("measures.strong-identification.definition"),
        ),
    )


def hub_of(context: Context, code: str) -> PageRecord | None:
    """The hub page that serves most services; nearest to the front page where several do."""
    data = context.data
    hubs = [p for (c, _), p in data.pages.items() if c == code and p.page_type == "hub"]
    if not hubs:
        return None
    return min(
        hubs,
        key=lambda p: (-data.services_of_page.get((code, p.url), 0), p.depth if p.depth is not None else 99, p.url),
    )


def _hubs(context: Context) -> Table:
    words, data = context.words, context.data
    rows = []
    for code in data.codes:
        hub = hub_of(context, code)
        if hub is None:
            key = "findability.hubs.unread" if data.status[code].status.value != "complete" else "findability.hubs.none"
            blank = Cell(words("sign.nothing"))
            state = "gap" if data.status[code].status.value != "complete" else ""
            rows.append(
                Row((Cell(context.municipality(code), href=f"#m-{code}"), Cell(words(key), state=state), blank, blank))
            )
            continue
        served = data.services_of_page.get((code, hub.url), 0)
        title = plain(hub.title, 80) or plain(hub.url, 60)
        rows.append(
            Row(
                (
                    Cell(context.municipality(code), href=f"#m-{code}"),
                    Cell(title, href=safe_href(hub.url), lang=hub.language or ""),
                    Cell(words.number(served), value=served),
                    number_cell(context, hub.depth),
                )
            )
        )
    columns = (
        Column(words("label.municipality")),
        Column(words("label.hub"), wide=True),
        Column(words("label.hub_services"), "number"),
        Column(words("label.clicks"), "number"),
    )
    return Table("hubs-table", words("findability.hubs.title"), columns, tuple(rows))


def parity(context: Context) -> tuple[Block, ...]:
    """Bilingual municipalities: services found per language, and channels one language lacks."""
    words, data = context.words, context.data
    official = data.taxonomy.country.languages
    bilingual = [
        c
        for c in context.shown
        if len(data.taxonomy.municipalities[c].languages if c in data.taxonomy.municipalities else ()) > 1
    ]
    shown = [c for c in bilingual if any(f.languages for f in data.findings(codes=[c]))]
    if not shown:
        return ()
    rows = []
    for code in shown:
        own = [f for f in data.findings(codes=[code]) if f.state is State.FOUND]
        counts = [sum(1 for f in own if language in f.languages) for language in official]
        lacking = sum(1 for f in own if f.language_gaps)
        rows.append(
            Row(
                (
                    Cell(context.municipality(code), href=f"#m-{code}"),
                    Cell(words.number(len(own)), value=len(own)),
                    *(Cell(words.number(n), value=n) for n in counts),
                    Cell(words.number(lacking), value=lacking),
                )
            )
        )
    names = [context.name(data.taxonomy.languages[x].name) if x in data.taxonomy.languages else x for x in official]
    columns = (
        Column(words("label.municipality")),
        Column(words("label.found_services"), "number"),
        *(Column(n, "number") for n in names),
        Column(words("findability.languages.lacking"), "number"),
    )
    table = Table("languages-table", words("findability.languages.title"), columns, tuple(rows))
    return (
        context.paragraph("findability.languages.lead"),
        table,
        Note("limit", words("findability.languages.note.title"), words("findability.languages.note.text")),
    )
