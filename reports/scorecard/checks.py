"""What a person should check of a municipality: doubtful finds, what was not found with its likeliest pages, gaps."""

from __future__ import annotations

from dataclasses import dataclass

from reports.blocks.own_language import own_first, page_to_read
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.shares import is_outside
from study import ServiceFinding, State, Verification

from .actions import Link, page_link
from .mend import to_mend

LIKELIEST = 3
"""Pages named for a service that was not found."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: its name, what is known of it, and the pages to open."""

    name: str
    text: str
    pages: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Checks:
    """What to check, of one kind."""

    title: str
    items: tuple[Check, ...]


def checks(context: Context, code: str) -> tuple[Checks, ...]:
    """Everything that a person should look at; kinds without anything are left out."""
    cells = [f for f in context.data.findings(codes=[code]) if not is_outside(f)]
    missing = [_not_found(context, f) for f in cells if f.state is State.NOT_FOUND]
    kinds = (
        ("not_found", [check for check in missing if check.pages]),
        ("not_spoken_of", [check for check in missing if not check.pages]),
        ("uncertain", [_told(context, f) for f in cells if _is_uncertain(f)]),
        ("gaps", [_told(context, f) for f in cells if f.state in (State.BLOCKED, State.NOT_EXAMINED)]),
        ("unknown", _unknown(context, code)),
    )
    return tuple(Checks(context.words(f"scorecard.check.{kind}"), tuple(items)) for kind, items in kinds if items)


def mending(context: Context, code: str) -> tuple[Checks, ...]:
    """What register and site should say alike; kinds without anything are left out."""
    return tuple(
        Checks(context.words(f"register.mend.{kind}"), tuple(Check(*item) for item in items))
        for kind, items in to_mend(context, code)
        if items
    )


def _is_uncertain(finding: ServiceFinding) -> bool:
    return finding.state is State.FOUND and finding.verification is Verification.UNCERTAIN


def _not_found(context: Context, finding: ServiceFinding) -> Check:
    """A service that was not found, with the pages that speak for it most."""
    key = finding.municipality_code, finding.service_id
    pages = own_first(context, context.data.services_on_pages.get(key, ()))[:LIKELIEST]
    return Check(context.service(finding.service_id), "", tuple(page_link(row.url) for row in pages))


def _told(context: Context, finding: ServiceFinding) -> Check:
    pages = (page_link(page_to_read(context, finding)),) if finding.best_url else ()
    return Check(context.service(finding.service_id), context.state_words(finding), pages)


def _unknown(context: Context, code: str) -> list[Check]:
    seen: dict[str, Check] = {}
    for row in context.data.unknown:
        if row.municipality_code == code and row.host not in seen:
            name = context.service(row.service_id) if row.service_id else ""
            seen[row.host] = Check(row.host, name, (Link(short_url(row.target_url, 60), safe_href(row.target_url)),))
    return list(seen.values())
