"""How services share their systems: concentration, the way to e-services, shared installations, tools of the sites.

The companion of the product section: what one product everywhere, or a different one in each place, means for residents
and for buyers. What could not be recognised stands beside every figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from analysis import effective_number
from reports.blocks.systems import ways
from reports.clean import plain
from reports.context import Context
from reports.model import Block, Cell, Run, Section, Table
from reports.product_use import ranking, unresolved
from reports.shares import municipality_share
from reports.table import Column, Group, table
from study import ServiceProducts, SharedInstallation, SiteTool

ORDER = 41
FIRST = ("cms", "analytics", "consent", "chat", "newsletter", "social")
"""Categories of tools that stand first; others follow by name."""


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
        blocks.append(
            context.paragraph(
                "systems.effective",
                number=words.number(round(number)),
                products=words.number(len(ranking(context))),
                amount=context.amount_words(unresolved(context)),
            )
        )
    return Section("systems", words("systems.title"), tuple(blocks), tuple(children), page=True)


def _variety(context: Context) -> Table:
    words = context.words
    known: dict[str, ServiceProducts] = {row.service_id: row for row in context.data.rows("service_products")}
    items: list[ServiceProducts | Group] = []
    for theme in context.data.themes:
        part = [known[s.id] for s in context.data.services(theme.id) if s.id in known]
        items += [Group(context.name(theme.name)), *part] if part else []
    return table(
        "systems-variety-table",
        words("systems.variety.title"),
        items,
        (
            Column(words("label.service"), wide=True, cell=lambda row: Cell(context.service(row.service_id))),
            Column(words("systems.variety.column"), wide=True, cell=lambda row: _kind(context, row)),
            Column(
                words("systems.effective_products"),
                "number",
                cell=lambda row: context.number_cell(row.effective_products),
            ),
            Column(words("systems.leading"), wide=True, cell=lambda row: _leading(context, row)),
            Column(words("label.municipalities"), "number", cell=lambda row: context.number_cell(row.digital)),
            Column(words("label.unrecognised"), "number", cell=lambda row: context.number_cell(row.unresolved)),
        ),
        (words("systems.variety.note"), words("systems.effective_note")),
        dense=True,
    )


def _kind(context: Context, row: ServiceProducts) -> Cell:
    """Whether one product serves everywhere, as far as the products are known."""
    is_part = row.variety == "one-product" and row.unresolved
    variety = context.words("systems.one-product-known") if is_part else context.words(f"systems.{row.variety}")
    return Cell(variety, state="gap" if row.variety == "uncertain" else "")


def _leading(context: Context, row: ServiceProducts) -> Cell:
    if not row.leading_product:
        return context.nothing
    share = context.words.percent(row.leading_share) if row.leading_share is not None else ""
    name = f"{context.product(row.leading_product)} ({share})"
    return context.links_cell([Run(name, context.product_href(row.leading_product))])


@dataclass(frozen=True, slots=True)
class _Installation:
    """A product at one address, and the municipalities that it serves there."""

    product: str
    address: str
    members: list[SharedInstallation]

    def places(self, *, is_linked: bool) -> list[str]:
        """Those with a link that was seen, or those without."""
        return [member.municipality_code for member in self.members if member.is_linked == is_linked]


def _shared(context: Context) -> Table:
    words = context.words
    found: dict[tuple[str, str, str], list[SharedInstallation]] = defaultdict(list)
    for row in context.data.rows("shared_installations"):
        found[row.product_id, row.host, row.path].append(row)
    order = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return table(
        "systems-shared-table",
        words("systems.shared.title"),
        [_Installation(product, host + path, members) for (product, host, path), members in order],
        (
            Column(words("label.product"), cell=lambda item: Cell(context.product(item.product))),
            Column(words("systems.shared.address"), wide=True, cell=lambda item: Cell(plain(item.address, 80))),
            Column(
                words("systems.shared.linked"),
                wide=True,
                cell=lambda item: context.municipalities_cell(item.places(is_linked=True)),
            ),
            Column(
                words("systems.shared.unlinked"),
                wide=True,
                cell=lambda item: context.municipalities_cell(item.places(is_linked=False)),
            ),
        ),
        (words("systems.shared.note"),),
        dense=True,
    )


def _tools(context: Context) -> Table:
    words, data = context.words, context.data
    tools: Sequence[SiteTool] = data.rows("site_tools")
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for tool in tools:
        found[tool.category][tool.product_id].add(tool.municipality_code)
    items: list[tuple[str, set[str]] | Group] = []
    for category in sorted(found, key=lambda c: (c not in FIRST, FIRST.index(c) if c in FIRST else 0, c)):
        key = f"tool.{category}"
        items.append(Group(words(key) if words.has(key) else words("tool.other")))
        users = list(found[category].items())
        users.sort(key=lambda item: (-len(item[1]), context.product(item[0]).casefold(), item[0]))
        items += users
    bare = sorted(set(data.codes) - {tool.municipality_code for tool in tools if tool.category == "cms"})
    without = words.listing(map(context.municipality, bare)) or words("sign.nothing")
    return table(
        "systems-tools-table",
        words("systems.tools.title"),
        items,
        (
            Column(words("label.product"), cell=lambda item: Cell(context.product(item[0]))),
            Column(
                words("label.municipalities"),
                "share",
                cell=lambda item: context.count_cell(municipality_share(data, item[1].__contains__)),
            ),
            Column(words("label.which"), wide=True, cell=lambda item: context.municipalities_cell(item[1])),
        ),
        (words("systems.tools.note", places=without),),
        dense=True,
    )
