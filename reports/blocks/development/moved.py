"""Who moved from which product to which: a table of the moves, and a flow chart for each service with most of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.compare import NOT_DIGITAL, SEVERAL, UNRECOGNISED, Flow
from reports.context import Context
from reports.earlier import Development
from reports.model import Cell, FlowChart, Table
from reports.table import Column, table

CHARTS = 4
"""Services that get a flow chart."""
ENDS = 7
"""Most ends of a side; the rarest are drawn as one."""
LEAST_MOVES = 2
"""Moves of a service from which a chart tells more than the table."""
ROWS = 40
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class _Balance:
    """A product with the services that came to it and that left it."""

    product: str
    arrived: int
    departed: int


def moves_table(context: Context, since: Development) -> Table | None:
    """The moves that most services made; None without any."""
    words = context.words
    counts = Counter((m.service_id, m.old_products, m.new_products) for m in since.real_moves)
    if not counts:
        return None
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    notes = [words("development.moves_note")]
    if len(rows) > ROWS:
        notes.append(words("development.more", n=len(rows) - ROWS))
    return table(
        "development-moves",
        words("development.moves"),
        rows[:ROWS],
        (
            Column(words("label.service"), wide=True, cell=lambda row: Cell(context.service(row[0][0]))),
            Column(words("development.from"), cell=lambda row: _products(context, row[0][1])),
            Column(words("development.to"), cell=lambda row: _products(context, row[0][2])),
            Column(words("label.municipalities"), "number", cell=lambda row: context.number_cell(row[1])),
        ),
        notes,
        dense=True,
    )


def balance_table(context: Context, since: Development) -> Table | None:
    """Products by how many services they gained and lost; None without any."""
    words = context.words
    arrived: Counter[str] = Counter()
    departed: Counter[str] = Counter()
    for move in since.real_moves:
        arrived.update(set(move.new_products) - set(move.old_products))
        departed.update(set(move.old_products) - set(move.new_products))
    names = sorted({*arrived, *departed}, key=lambda p: (departed[p] - arrived[p], -arrived[p], p))
    if not names:
        return None
    rows = [_Balance(name, arrived[name], departed[name]) for name in names]
    most = [*rows[:ENDS], *rows[ENDS:][-ENDS:]]
    return table(
        "development-products",
        words("development.balance"),
        most,
        (
            Column(words("label.product"), wide=True, cell=lambda row: Cell(context.product(row.product))),
            Column(words("development.arrived"), "number", cell=lambda row: context.number_cell(row.arrived)),
            Column(words("development.departed"), "number", cell=lambda row: context.number_cell(row.departed)),
            Column(
                words("development.net"), "number", cell=lambda row: context.number_cell(row.arrived - row.departed)
            ),
        ),
        dense=True,
    )


def flow_charts(context: Context, since: Development) -> list[FlowChart]:
    """A chart for each of the services in which most municipalities moved."""
    by_service: dict[str, list[Flow]] = defaultdict(list)
    for flow in since.flows:
        by_service[flow.service].append(flow)
    moved = {service: sum(f.count for f in found if f.old != f.new) for service, found in by_service.items()}
    first = sorted((s for s in moved if moved[s] >= LEAST_MOVES), key=lambda s: (-moved[s], s))[:CHARTS]
    return [_chart(context, since, service, by_service[service]) for service in first]


def _chart(context: Context, since: Development, service: str, found: Sequence[Flow]) -> FlowChart:
    words = context.words
    left, right = _ends([(f.old, f.count) for f in found]), _ends([(f.new, f.count) for f in found])
    links: Counter[tuple[int, int]] = Counter()
    for flow in found:
        ends = (flow.old if flow.old in left else OTHERS, flow.new if flow.new in right else OTHERS)
        links[left.index(ends[0]), right.index(ends[1])] += flow.count
    names = [_name(context, end) for end in left], [_name(context, end) for end in right]
    rows = [(names[0][a], names[1][b], count) for (a, b), count in sorted(links.items())]
    title = words("development.flow", service=context.service(service))
    step = since.steps[-1]
    in_figures = table(
        f"development-flow-{service}-table",
        title,
        rows,
        (
            Column(str(step.old.year), wide=True, cell=lambda row: Cell(row[0])),
            Column(str(step.new.year), wide=True, cell=lambda row: Cell(row[1])),
            Column(words("label.municipalities"), "number", cell=lambda row: context.number_cell(row[2])),
        ),
    )
    return FlowChart(
        f"development-flow-{service}",
        title,
        "; ".join(words("development.flow_part", old=old, new=new, n=count) for old, new, count in rows),
        str(step.old.year),
        str(step.new.year),
        tuple(names[0]),
        tuple(names[1]),
        tuple((a, b, count) for (a, b), count in sorted(links.items())),
        in_figures,
        words("frame.as_table"),
    )


_LAST = (SEVERAL, UNRECOGNISED, NOT_DIGITAL, OTHERS)
"""Ends that are no product stand below those that are."""


def _ends(found: Sequence[tuple[str, int]]) -> list[str]:
    """The ends of a side, the largest first; too many are drawn as one."""
    counts: Counter[str] = Counter()
    for end, count in found:
        counts[end] += count
    order = sorted(counts, key=lambda end: (_LAST.index(end) if end in _LAST else -1, -counts[end], end))
    kept = sorted(order, key=lambda end: -counts[end])[: ENDS - 1] if len(order) > ENDS else order
    return [end for end in order if end in kept] + ([OTHERS] if len(kept) < len(order) else [])


def _name(context: Context, end: str) -> str:
    return context.words(f"development.end.{end}") if end in _LAST else context.product(end)


def _products(context: Context, products: Sequence[str]) -> Cell:
    return Cell(context.words.listing(map(context.product, products))) if products else context.nothing
