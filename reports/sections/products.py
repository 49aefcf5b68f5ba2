"""Which products the services run on, who makes and owns them, and how much of that could not be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reports.clean import plain, safe_href
from reports.context import Context
from reports.measures import DIGITAL, share
from reports.model import BarChart, Block, Cell, Column, Note, Row, Run, Section, Series, Table
from study import EservicePath, SharedInstallation, VendorHit, host_of

ORDER = 40
NAMED = 5
"""Municipalities and services named in a row."""
CHARTED = 12
"""Products drawn in the chart; the table has them all."""
EXAMPLES = 4
"""Links shown of a host that no product claims."""


def section(context: Context) -> Section | None:
    """The product part, or None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [context.paragraph("products.lead", "lead"), _unresolved(context)]
    children: list[Section] = []
    if data.hits:
        blocks += [_chart(context), _table(context)]
        children += [
            Section("product-owners", words("products.owners.title"), (_owners(context),)),
            Section("product-services", words("products.services.title"), (_by_service(context),)),
        ]
    else:
        blocks.append(Note("gap", words("products.none.title"), words("products.none.text")))
    if data.unknown:
        children.append(
            Section(
                "product-unknown",
                words("products.unknown.title"),
                (context.paragraph("products.unknown.lead"), _unknown(context)),
            )
        )
    return Section("products", words("products.title"), tuple(blocks), tuple(children), page=True)


def users(context: Context) -> dict[str, dict[str, set[str]]]:
    """Product id to municipality code to the services it was seen in there."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for hit in context.data.hits:
        services = found[hit.product_id][hit.municipality_code]
        if hit.service_id:
            services.add(hit.service_id)
    return {product: dict(places) for product, places in found.items()}


def sharing(context: Context) -> dict[str, set[str]]:
    """Product id to municipalities that were read and share an installation of it, without a link that was seen."""
    seen, data = users(context), context.data
    found: dict[str, set[str]] = defaultdict(set)
    rows: Sequence[SharedInstallation] = data.rows("shared_installations")
    for row in rows:
        code, product = row.municipality_code, row.product_id
        is_read = code in data.status and data.status[code].pages_fetched > 0
        if row.is_member and is_read and product in seen and code not in seen[product]:
            found[product].add(code)
    return dict(found)


def ranking(context: Context) -> list[tuple[str, dict[str, set[str]]]]:
    """Products by municipalities, those that share an installation included, then by services, then by name."""
    shared = sharing(context)
    places = {
        product: {**{code: set() for code in shared.get(product, ())}, **seen}
        for product, seen in users(context).items()
    }
    return sorted(
        places.items(),
        key=lambda item: (
            -len(item[1]),
            -len(set().union(*item[1].values())),
            context.product(item[0]).casefold(),
            item[0],
        ),
    )


def unresolved(context: Context) -> tuple[int, int]:
    """How many digital cells have no recognised product, and how many digital cells there are."""
    digital = [f for f in context.data.findings() if f.digital]
    nameless = [f for f in digital if not context.data.products_of(f.municipality_code, f.service_id)]
    return len(nameless), len(digital)


def _unresolved(context: Context) -> Note:
    words = context.words
    count, base = unresolved(context)
    text = words("products.unresolved.text", count=count, base=base, share=words.percent(count / base if base else 0.0))
    return Note("gap" if base and count / base > 0.2 else "info", words("products.unresolved.title"), text)


def _first_hits(context: Context) -> dict[str, VendorHit]:
    firsts: dict[str, VendorHit] = {}
    for hit in context.data.hits:
        firsts.setdefault(hit.product_id, hit)
    return firsts


def _chart(context: Context) -> BarChart:
    words, data = context.words, context.data
    top = ranking(context)[:CHARTED]
    names = tuple(context.product(p) for p, _ in top)
    counts = tuple(float(len(places)) for _, places in top)
    texts = tuple(words.number(c) for c in counts)
    unread = float(sum(1 for c in data.codes if data.status[c].pages_fetched == 0))
    table = Table(
        "products-chart-table",
        words("products.chart.title"),
        (Column(words("label.product")), Column(words("label.municipalities"), "number")),
        tuple(Row((Cell(n), Cell(t, value=c))) for n, t, c in zip(names, texts, counts, strict=True)),
    )
    described = "; ".join(f"{n}: {t}" for n, t in zip(names, texts, strict=True))
    series = Series(words("label.municipalities"), counts, (unread,) * len(top), texts, "product")
    return BarChart(
        "products-chart",
        words("products.chart.title"),
        described,
        names,
        (series,),
        float(len(data.codes)),
        table,
        words("frame.as_table"),
        words("label.gaps"),
    )


def _table(context: Context) -> Table:
    words, data = context.words, context.data
    firsts, shared = _first_hits(context), sharing(context)
    rows = []
    for product, places in ranking(context):
        hit = firsts[product]
        services = set().union(*places.values())
        ordered = [s for s in data.services() if s.id in services]
        rows.append(
            Row(
                (
                    Cell(context.product(product)),
                    Cell(plain(hit.vendor, 60) or words("sign.nothing")),
                    Cell(owner_words(context, hit.owner_type)),
                    Cell(
                        words.number(len(places)),
                        value=len(places),
                        note=words.percent(len(places) / len(data.codes)),
                        share=len(places) / len(data.codes),
                        gaps=words("products.shared", n=len(shared[product])) if product in shared else "",
                    ),
                    _few(context, [Run(context.municipality(c), f"#m-{c}") for c in data.codes if c in places]),
                    _few(context, [Run(context.name(s.name)) for s in ordered])
                    if ordered
                    else Cell(words("products.no_service")),
                ),
                anchor=f"product-{product}",
            )
        )
    count, base = unresolved(context)
    columns = (
        Column(words("label.product")),
        Column(words("label.vendor")),
        Column(words("label.owner")),
        Column(words("label.municipalities"), "share"),
        Column(words("label.which"), wide=True),
        Column(words("label.services"), wide=True),
    )
    notes = (
        words("measures.product.definition"),
        words("products.unresolved.text", count=count, base=base, share=words.percent(count / base if base else 0.0)),
        *((words("products.shared_note", title=words("systems.shared.title")),) if shared else ()),
    )
    return Table("products-table", words("products.table"), columns, tuple(rows), notes, dense=True)


def _few(context: Context, links: list[Run]) -> Cell:
    """The first links and how many more there are; the tables by service and municipality have them all."""
    if len(links) > NAMED + 1:
        links = [*links[:NAMED], Run(context.words("products.more", n=len(links) - NAMED))]
    return Cell("", links=tuple(links))


def owner_words(context: Context, owner_type: str) -> str:
    """The owner type in words."""
    key = f"owner.{owner_type}"
    return context.words(key) if context.words.has(key) else plain(owner_type)


def _owners(context: Context) -> Table:
    """Digital service cells by owner type of the product behind them, the unrecognised ones beside."""
    words, data = context.words, context.data
    owner = {h.product_id: h.owner_type for h in data.hits}
    cells: dict[str, set[tuple[str, str]]] = defaultdict(set)
    products: dict[str, set[str]] = defaultdict(set)
    for finding in data.findings():
        for product in data.products_of(finding.municipality_code, finding.service_id):
            cells[owner[product]].add((finding.municipality_code, finding.service_id))
            products[owner[product]].add(product)
    count, base = unresolved(context)
    rows = [
        Row(
            (
                Cell(owner_words(context, kind)),
                Cell(words.number(len(products[kind])), value=len(products[kind])),
                Cell(words.number(len(found)), value=len(found)),
            )
        )
        for kind, found in sorted(cells.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    rows.append(
        Row(
            (
                Cell(words("products.unrecognised"), state="gap"),
                Cell(words("sign.nothing")),
                Cell(words.number(count), value=count, note=words.percent(count / base) if base else ""),
            )
        )
    )
    columns = (
        Column(words("label.owner")),
        Column(words("label.products"), "number"),
        Column(words("label.digital_cells"), "number"),
    )
    return Table(
        "product-owners-table",
        words("products.owners.table"),
        columns,
        tuple(rows),
        (words("measures.owner.definition"),),
    )


def _by_service(context: Context) -> Table:
    words, data = context.words, context.data
    rows: list[Row] = []
    for theme in data.themes:
        part = []
        for service in data.services(theme.id):
            digital = share(DIGITAL, data.findings([service]))
            if not digital.count:
                continue
            counts: dict[str, int] = defaultdict(int)
            nameless = 0
            for finding in data.findings([service]):
                known = data.products_of(finding.municipality_code, service.id)
                for product in known:
                    counts[product] += 1
                nameless += bool(finding.digital and not known)
            order = sorted(counts.items(), key=lambda item: (-item[1], context.product(item[0]).casefold(), item[0]))
            links = tuple(Run(f"{context.product(p)} ({words.number(n)})", f"#product-{p}") for p, n in order)
            part.append(
                Row(
                    (
                        Cell(context.name(service.name)),
                        context.share_cell(digital),
                        Cell("", links=links) if links else Cell(words("sign.nothing")),
                        Cell(words.number(nameless), value=nameless),
                    )
                )
            )
        if part:
            rows += [Row((Cell(context.name(theme.name)),), group=True), *part]
    columns = (
        Column(words("label.service"), wide=True),
        Column(words("measures.digital.name"), "share"),
        Column(words("label.products_by_use"), wide=True),
        Column(words("label.unrecognised"), "number"),
    )
    return Table(
        "product-services-table",
        words("products.services.table"),
        columns,
        tuple(rows),
        (words("measures.product.definition"),),
        dense=True,
    )


def _unknown(context: Context) -> Table:
    """Hosts with their links and why they look like e-services; those of most municipalities first."""
    words = context.words
    places: dict[str, set[str]] = defaultdict(set)
    services: dict[str, set[str]] = defaultdict(set)
    links: dict[str, dict[str, str]] = defaultdict(dict)
    for row in context.data.unknown:
        places[row.host].add(row.municipality_code)
        if row.service_id:
            services[row.host].add(row.service_id)
        links[row.host].setdefault(row.target_url, "")
    paths = [path for path in context.data.rows("eservice_paths") if path.product_id is None]
    for path in paths:
        links[host_of(path.target_url)][path.target_url] = path.link_text
    order = sorted(places, key=lambda h: (-len(places[h]), h))
    rows = tuple(
        Row(
            (
                Cell(plain(h, 60)),
                Cell(words.listing(context.municipality(c) for c in context.data.codes if c in places[h])),
                Cell(
                    words.listing(context.name(s.name) for s in context.data.services() if s.id in services[h])
                    or words("sign.nothing")
                ),
                Cell("", links=_examples(h, links[h])),
                Cell(_guess(context, [path for path in paths if host_of(path.target_url) == h])),
            )
        )
        for h in order
    )
    columns = (
        Column(words("label.host")),
        Column(words("label.which")),
        Column(words("label.services")),
        Column(words("label.examples"), wide=True),
        Column(words("label.guess"), wide=True),
    )
    return Table("product-unknown-table", words("products.unknown.title"), columns, rows, dense=True)


def _examples(host: str, links: Mapping[str, str]) -> tuple[Run, ...]:
    """A few addresses of a host, by the words of the links to them."""
    return tuple(Run(plain(links[url], 60) or plain(host, 60), safe_href(url)) for url in sorted(links)[:EXAMPLES])


def _guess(context: Context, paths: Sequence[EservicePath]) -> str:
    """Why a host looks like an e-service, in words."""
    if not paths:
        return context.words("sign.nothing")
    own = "own" if any(path.is_own_domain for path in paths) else "other"
    reasons = [f"why.{own}", *sorted({f"why.{path.why}" for path in paths if path.why})]
    return " ".join(context.words(key) for key in reasons)
