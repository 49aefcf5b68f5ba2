"""E-service hosts that no product of the catalogue claims: who links to them, and why they look like e-services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports import anchors
from reports.clean import plain, safe_href
from reports.context import Context
from reports.model import Cell, Run, Table
from reports.table import Column, table
from study import EservicePath, host_of

EXAMPLES = 4
"""Links shown of a host."""


@dataclass(frozen=True, slots=True)
class _Host:
    """A host that no product claims: who links to it, for which services, and the links by their words."""

    name: str
    places: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    paths: list[EservicePath] = field(default_factory=list)


def unclaimed_hosts(context: Context) -> Table:
    """Hosts with their links and why they look like e-services; those of most municipalities first."""
    words, data = context.words, context.data

    def places(host: _Host) -> Cell:
        codes = [code for code in data.codes if code in host.places]
        return context.few_cell([Run(context.municipality(c), anchors.link(anchors.municipality(c))) for c in codes])

    def services(host: _Host) -> Cell:
        return context.few_cell([Run(context.name(s.name)) for s in data.services() if s.id in host.services])

    return table(
        "product-unknown-table",
        words("products.unknown.title"),
        _hosts(context),
        (
            Column(words("label.host"), cell=lambda host: Cell(plain(host.name, 60))),
            Column(words("label.which"), cell=places),
            Column(words("label.services"), cell=services),
            Column(words("label.examples"), wide=True, cell=lambda host: Cell("", links=_examples(host))),
            Column(words("label.guess"), wide=True, cell=lambda host: Cell(_guess(context, host.paths))),
        ),
        dense=True,
    )


def _hosts(context: Context) -> list[_Host]:
    found: dict[str, _Host] = {}
    for row in context.data.unknown:
        host = found.setdefault(row.host, _Host(row.host))
        host.places.add(row.municipality_code)
        host.services.update([row.service_id] if row.service_id else [])
        host.links.setdefault(row.target_url, "")
    for path in context.data.rows("eservice_paths"):
        known = found.get(host_of(path.target_url))
        if path.product_id is None and known:
            known.links[path.target_url] = path.link_text
            known.paths.append(path)
    return sorted(found.values(), key=lambda host: (-len(host.places), host.name))


def _examples(host: _Host) -> tuple[Run, ...]:
    """A few addresses of a host, by the words of the links to them."""
    chosen = sorted(host.links)[:EXAMPLES]
    return tuple(Run(plain(host.links[url], 60) or plain(host.name, 60), safe_href(url)) for url in chosen)


def _guess(context: Context, paths: Sequence[EservicePath]) -> str:
    """Why a host looks like an e-service, in words."""
    if not paths:
        return context.words("sign.nothing")
    own = "own" if any(path.is_own_domain for path in paths) else "other"
    reasons = [f"why.{own}", *sorted({f"why.{path.why}" for path in paths if path.why})]
    return " ".join(context.words(key) for key in reasons)
