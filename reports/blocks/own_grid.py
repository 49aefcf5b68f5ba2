"""One municipality's grid: each service with its channels, maturity, log-in, products and the page to read."""

from __future__ import annotations

from collections.abc import Callable

from reports import anchors
from reports.blocks.own_language import page_to_read
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.model import Cell, Run, Table
from reports.table import Column, Group, table
from study import ServiceFinding, State
from taxonomy import Service


def own_grid(context: Context, code: str) -> Table:
    """The services of a municipality by theme, each on a row that the evidence leads back to."""
    words, data = context.words, context.data

    def found(read: Callable[[ServiceFinding], Cell]) -> Callable[[Service], Cell]:
        """What is told of a service that was found; the sign for nothing of others."""

        def cell(service: Service) -> Cell:
            finding = data.grid.get((code, service.id))
            return read(finding) if finding is not None and finding.state is State.FOUND else context.nothing

        return cell

    items: list[Service | Group] = []
    for theme in data.themes:
        items += [Group(context.name(theme.name)), *data.services(theme.id)]
    return table(
        anchors.municipality(code, "grid"),
        words("municipality.grid.table", name=context.municipality(code)),
        items,
        (
            Column(words("label.service"), wide=True, cell=lambda service: _service(context, code, service)),
            Column(words("label.channels"), "icons", cell=lambda service: _offer(context, code, service)),
            Column(words("label.maturity"), cell=found(lambda f: _maturity(context, f))),
            Column(words("label.authentication"), cell=found(lambda f: Cell(context.authentication(f.authentication)))),
            Column(words("label.products"), cell=found(lambda f: _systems(context, f))),
            Column(words("label.best_page"), wide=True, cell=found(lambda f: _best_page(context, f))),
        ),
        (words("measures.maturity.definition"),),
        dense=True,
        anchor=lambda service: anchors.row(code, service.id),
    )


def _service(context: Context, code: str, service: Service) -> Cell:
    """The service's name, with the way to the proof and who checked it."""
    finding = context.data.grid.get((code, service.id))
    has_proof = (code, service.id) in context.data.evidence
    is_checked = finding is not None and finding.verification.is_by_person
    return Cell(
        context.name(service.name),
        href=anchors.link(anchors.evidence(code, service.id)) if has_proof else "",
        note=context.words(f"verification.{finding.verification.value}") if finding and is_checked else "",
    )


def _offer(context: Context, code: str, service: Service) -> Cell:
    """The channels with their icons, or why there are none."""
    finding = context.data.grid.get((code, service.id))
    level, text = context.level(finding), context.state_words(finding)
    if finding is not None and finding.state is State.FOUND:
        return Cell(text, icons=context.offered(finding), state=level)
    is_searched = finding is not None and finding.state is State.NOT_FOUND
    pages = context.words("municipality.searched", n=finding.pages_read) if finding and is_searched else ""
    return Cell(text, state=level, note=pages)


def _systems(context: Context, finding: ServiceFinding) -> Cell:
    products = context.data.products_of(finding.municipality_code, finding.service_id)
    return context.links_cell([Run(context.product(p), context.product_href(p)) for p in products])


def _maturity(context: Context, finding: ServiceFinding) -> Cell:
    """The level, and what it rests on where the channels and the identification beside it do not say so already."""
    if finding.maturity is None:
        return Cell(context.words("sign.nothing"))
    is_told = not finding.digital or finding.maturity_basis.basis == "log-in"
    why = "" if is_told else context.maturity_words(finding)
    return Cell(context.words.number(finding.maturity), value=finding.maturity, note=why)


def _best_page(context: Context, finding: ServiceFinding) -> Cell:
    """The page to read; on the municipality's own host the path says enough."""
    url = page_to_read(context, finding)
    if not url:
        return context.nothing
    own = short_url(context.data.status[finding.municipality_code].website, 200).split("/", 1)[0]
    text = short_url(url, 40 + len(own))
    return Cell(text.removeprefix(own) or text, href=safe_href(url))
