"""How services share their systems: concentration, the way to e-services, shared installations, tools of the sites.

The companion of the product section: what one product everywhere, or a different one in each place, means for residents
and for buyers. What could not be recognised stands beside every figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from analysis import effective_number
from reports.clean import plain
from reports.context import Context
from reports.model import Block, Cell, Column, Row, Run, Section, Table
from reports.sections.products import ranking, unresolved
from study import EservicePath, ServiceProducts, SharedInstallation, SiteTool

ORDER = 41
NAMED = 6
"""Tools or municipalities named in a cell."""


def section(context: Context) -> Section | None:
    """The part on shared systems, or None where nothing of it was seen."""
    data, words = context.data, context.words
    children: list[Section] = []
    if data.rows("service_products"):
        lead = context.paragraph("systems.variety.lead")
        children.append(Section("systems-variety", words("systems.variety.title"), (lead, _variety(context))))
    if data.rows("eservice_paths"):
        lead = context.paragraph("systems.ways.lead")
        children.append(Section("systems-ways", words("systems.ways.title"), (lead, ways(context))))
    if data.rows("shared_installations"):
        lead = context.paragraph("systems.shared.lead")
        children.append(Section("systems-shared", words("systems.shared.title"), (lead, _shared(context))))
    if data.rows("site_tools"):
        lead = context.paragraph("systems.tools.lead")
        children.append(Section("systems-tools", words("systems.tools.title"), (lead, _tools(context))))
    if not children or not context.data.has_evidence:
        return None
    blocks: list[Block] = [context.paragraph("systems.lead", "lead")]
    if (number := effective_number(len(places) for _, places in ranking(context))) is not None:
        count, base = unresolved(context)
        blocks.append(
            context.paragraph(
                "systems.effective",
                number=words.number(round(number)),
                products=words.number(len(ranking(context))),
                count=words.number(count),
                base=words.number(base),
                share=words.percent(count / base if base else 0.0),
            )
        )
    return Section("systems", words("systems.title"), tuple(blocks), tuple(children), page=True)


def _variety(context: Context) -> Table:
    words, rows = context.words, []
    known: dict[str, ServiceProducts] = {row.service_id: row for row in context.data.rows("service_products")}
    for theme in context.data.themes:
        part = [_variety_row(context, known[s.id]) for s in context.data.services(theme.id) if s.id in known]
        if part:
            rows += [Row((Cell(context.name(theme.name)),), group=True), *part]
    columns = (
        Column(words("label.service"), wide=True),
        Column(words("systems.variety.column"), wide=True),
        Column(words("systems.effective_products"), "number"),
        Column(words("systems.leading"), wide=True),
        Column(words("label.municipalities"), "number"),
        Column(words("label.unrecognised"), "number"),
    )
    notes = (words("systems.variety.note"), words("systems.effective_note"))
    return Table("systems-variety-table", words("systems.variety.title"), columns, tuple(rows), notes, dense=True)


def _variety_row(context: Context, row: ServiceProducts) -> Row:
    words = context.words
    number, leading = row.effective_products, row.leading_product
    share = words.percent(row.leading_share) if row.leading_share is not None else ""
    is_part = row.variety == "one-product" and row.unresolved
    variety = words("systems.one-product-known") if is_part else words(f"systems.{row.variety}")
    return Row(
        (
            Cell(context.service(row.service_id)),
            Cell(variety, state="gap" if row.variety == "uncertain" else ""),
            Cell(words.number(number), value=number) if number is not None else Cell(words("sign.nothing")),
            Cell("", links=(Run(f"{context.product(leading)} ({share})", f"#product-{leading}"),))
            if leading
            else Cell(words("sign.nothing")),
            Cell(words.number(row.digital), value=row.digital),
            Cell(words.number(row.unresolved), value=row.unresolved),
        )
    )


def ways(context: Context) -> Table:
    """The way to the e-services of each municipality shown, counted by address."""
    words = context.words
    by_code: dict[str, dict[str, EservicePath]] = defaultdict(dict)
    for path in context.data.rows("eservice_paths"):
        by_code[path.municipality_code].setdefault(path.target_url, path)
    rows = [
        _way_row(context, code, [by_code[code][url] for url in sorted(by_code[code])])
        for code in context.shown
        if by_code[code]
    ]
    columns = (
        Column(words("label.municipality"), wide=True),
        Column(words("systems.ways.links"), "number"),
        Column(words("systems.ways.deep"), "share"),
        Column(words("systems.ways.hosts"), "number"),
        Column(words("systems.ways.lost"), "number"),
        Column(words("systems.ways.log_ins"), "number"),
        Column(words("systems.ways.unread"), "number"),
    )
    notes = (words("systems.ways.note"), words("systems.ways.log_in_note"))
    return Table("systems-ways-table", words("systems.ways.title"), columns, tuple(rows), notes)


def _way_row(context: Context, code: str, paths: Sequence[EservicePath]) -> Row:
    words = context.words
    deep = sum(path.path_quality != "portal-root" for path in paths)
    hosts = len({path.final_url.split("/")[2] for path in paths if path.is_new_host and "//" in path.final_url})
    lost = sum(path.language_kept == "lost" for path in paths)
    compared = sum(path.language_kept != "unknown" for path in paths)
    unread = sum(path.log_in == "unknown" for path in paths)
    log_ins = _log_ins(context, code)
    return Row(
        (
            Cell(context.municipality(code), href=f"#m-{code}"),
            Cell(words.number(len(paths)), value=len(paths)),
            Cell(
                words.percent(deep / len(paths)),
                value=deep / len(paths),
                share=deep / len(paths),
                note=words("share.count", count=deep, base=len(paths)),
            ),
            Cell(words.number(hosts), value=hosts),
            Cell(words.number(lost), value=lost, note=words("share.count", count=lost, base=compared)),
            Cell(words.number(log_ins), value=log_ins) if log_ins is not None else Cell(words("sign.nothing")),
            Cell(words.number(unread), value=unread),
        )
    )


def _log_ins(context: Context, code: str) -> float | None:
    rows = context.data.rows("indicators")
    return next((r.value for r in rows if r.indicator == "login-systems" and r.municipality_code == code), None)


def _shared(context: Context) -> Table:
    words = context.words
    found: dict[tuple[str, str, str], list[SharedInstallation]] = defaultdict(list)
    for row in context.data.rows("shared_installations"):
        found[row.product_id, row.host, row.path].append(row)
    rows = []
    for (product, host, path), members in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        linked = [m.municipality_code for m in members if m.is_linked]
        unlinked = [m.municipality_code for m in members if not m.is_linked]
        rows.append(
            Row(
                (
                    Cell(context.product(product)),
                    Cell(plain(host + path, 80)),
                    _places(context, linked),
                    _places(context, unlinked),
                )
            )
        )
    columns = (
        Column(words("label.product")),
        Column(words("systems.shared.address"), wide=True),
        Column(words("systems.shared.linked"), wide=True),
        Column(words("systems.shared.unlinked"), wide=True),
    )
    note = words("systems.shared.note")
    return Table("systems-shared-table", words("systems.shared.title"), columns, tuple(rows), (note,), dense=True)


def _places(context: Context, codes: Sequence[str]) -> Cell:
    if not codes:
        return Cell(context.words("sign.nothing"))
    return Cell(context.words.listing(context.municipality(c) for c in context.data.codes if c in codes))


def _tools(context: Context) -> Table:
    words = context.words
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    tools: Sequence[SiteTool] = context.data.rows("site_tools")
    for tool in tools:
        found[tool.category][tool.product_id].add(tool.municipality_code)
    rows: list[Row] = []
    for category in sorted(found, key=lambda c: (c not in _FIRST, _FIRST.index(c) if c in _FIRST else 0, c)):
        key = f"tool.{category}"
        title = words(key) if words.has(key) else words("tool.other")
        rows.append(Row((Cell(title),), group=True))
        products = found[category]
        for product in sorted(products, key=lambda p: (-len(products[p]), context.product(p).casefold(), p)):
            codes = products[product]
            share = len(codes) / len(context.data.codes)
            rows.append(
                Row(
                    (
                        Cell(context.product(product)),
                        Cell(words.number(len(codes)), value=len(codes), note=words.percent(share), share=share),
                        _places(context, sorted(codes)),
                    )
                )
            )
    columns = (
        Column(words("label.product")),
        Column(words("label.municipalities"), "share"),
        Column(words("label.which"), wide=True),
    )
    bare = sorted(set(context.data.codes) - {tool.municipality_code for tool in tools if tool.category == "cms"})
    note = words("systems.tools.note", places=words.listing(map(context.municipality, bare)) or words("sign.nothing"))
    return Table("systems-tools-table", words("systems.tools.title"), columns, tuple(rows), (note,), dense=True)


_FIRST = ("cms", "analytics", "consent", "chat", "newsletter", "social")
