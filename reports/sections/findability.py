"""How a resident gets to the services: hub pages, clicks from the front page, where links lead, languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from reports.blocks.findability import parity, paths
from reports.clean import plain, safe_href
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.model import Block, Cell, Section, Table
from reports.table import Column, table
from study import PageRecord

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


@once_a_study
def _hub_pages(data: StudyData) -> dict[str, list[PageRecord]]:
    found: dict[str, list[PageRecord]] = defaultdict(list)
    for (code, _), page in data.pages.items():
        if page.page_type == "hub":
            found[code].append(page)
    return found


def _hub_of(context: Context, code: str) -> PageRecord | None:
    """The hub page that serves most services; nearest to the front page where several do."""
    data = context.data
    hubs = _hub_pages(data).get(code, [])
    if not hubs:
        return None
    return min(
        hubs,
        key=lambda p: (-data.services_of_page.get((code, p.url), 0), p.depth if p.depth is not None else 99, p.url),
    )


def _hubs(context: Context) -> Table:
    words, data = context.words, context.data
    hubs = {code: _hub_of(context, code) for code in data.codes}

    def of_hub(read: Callable[[PageRecord], float | None]) -> Callable[[str], Cell]:
        """A number of the hub page; the sign for nothing where there is none."""

        def cell(code: str) -> Cell:
            hub = hubs[code]
            return context.number_cell(None if hub is None else read(hub))

        return cell

    return table(
        "hubs-table",
        words("findability.hubs.title"),
        data.codes,
        (
            Column(words("label.municipality"), cell=context.municipality_cell),
            Column(words("label.hub"), wide=True, cell=lambda code: _hub(context, code, hubs[code])),
            Column(
                words("label.hub_services"),
                "number",
                cell=of_hub(lambda hub: data.services_of_page.get((hub.municipality_code, hub.url), 0)),
            ),
            Column(words("label.clicks"), "number", cell=of_hub(lambda hub: hub.depth)),
        ),
        dense=True,
    )


def _hub(context: Context, code: str, hub: PageRecord | None) -> Cell:
    words = context.words
    if hub is not None:
        title = plain(hub.title, 80) or plain(hub.url, 60)
        return Cell(title, href=safe_href(hub.url), lang=hub.language or "")
    if context.data.status[code].status.value != "complete":
        return Cell(words("findability.hubs.unread"), state="gap")
    return Cell(words("findability.hubs.none"))
