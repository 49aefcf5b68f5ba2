"""One page in, everything the analysis says of it out: the one entry for analyze, inspect and evaluate.

Calls the judges in their order: read, page type and services, channels, products, log-in, accessibility statement.
Pure, and it never raises: what cannot be read is answered with "other" and nothing.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from study import host_of
from taxonomy import Taxonomy

from .channels import Subjects, detect_channels
from .findings import PageFindings, PageSource, SiteContext, StatementFacts, Told
from .judges.absence import told_absent
from .judges.authentication import authentication_of
from .judges.customer import customer_hits
from .judges.models import Models, shipped_models
from .judges.page_type import judge_page_type
from .judges.products import recognise_products
from .judges.services import judge_services, with_used, without
from .judges.statement import read_statement
from .judges.statement_subject import is_titled
from .judges.subject import spoken_of
from .page.read import Page, read_page
from .words.terms import find_uses
from .words.view import View, make_view

_NO_SITE = SiteContext()
_A_LIST = 3
"""Links that a page leads on by at least that is more than a few lines about one service."""


def examine(source: PageSource, taxonomy: Taxonomy, site: SiteContext | None = None) -> PageFindings:
    """Everything the analysis says of one document."""
    site = site or _NO_SITE
    url = source.url if _is_address(source.url) else ""
    page = read_page(source.body, url, taxonomy, content_type=source.content_type, furniture=site.furniture)
    return examine_page(page, taxonomy, site)


def examine_page(
    page: Page,
    taxonomy: Taxonomy,
    site: SiteContext | None = None,
    models: Models | None = None,
    *,
    with_reasons: bool = True,
) -> PageFindings:
    """The same for a page that has been read already; ``models`` replaces the shipped weights.

    Reasons hold on to the page until they are asked for; without them findings are small.
    """
    site = site or _NO_SITE
    view = make_view(page, taxonomy, site.own_hosts)
    uses = find_uses(view)
    models = models or shipped_models()
    spoken = spoken_of(view, uses, models.subject, models.whole)
    kind = judge_page_type(view, uses, spoken.whole, models.page_type)
    verdict = judge_services(view, uses, kind, spoken, models)
    is_hub = kind.page_type == "hub"
    # What a list says in passing is of one of many; only the service that it is named after is asked for.
    is_list = is_hub and sum(link.in_main and link.kind == "page" for link in page.links) >= _A_LIST
    asked = () if is_list else (*verdict.services, *verdict.near)
    gone = told_absent(view, uses, [(hit.service_id, hit.is_primary) for hit in asked])
    verdict = without(verdict, gone)
    considered = Subjects(view, (*verdict.services, *verdict.near), is_hub=is_hub, said=spoken.said)
    channels, why = detect_channels(considered, kind.shares, models.channels)
    offered = {hit.service_id: hit.confidence for hit in channels}
    verdict = with_used(verdict, offered, view, kind, spoken, models)
    subjects = Subjects(view, verdict.services, is_hub=is_hub, said=spoken.said)
    vendors, unknown = recognise_products(subjects, landing=site.landing)
    statement = _statement(view, kind.page_type)
    page_type = "statement" if statement else kind.page_type
    return PageFindings(
        url=page.url, title=page.title, language=page.language,
        page_type=page_type, page_type_score=kind.score,
        theme=verdict.theme, services=verdict.services, absent=tuple(sorted(gone)), channels=channels, vendors=vendors,
        unknown_eservices=unknown, authentication=authentication_of(view, channels),
        statement=statement, customer=customer_hits(view, page_type),
        internal_links=internal_links(page, site.own_hosts), alternates=page.alternates,
        reasons=Told(lambda: (*kind.reasons, *verdict.reasons, *why)) if with_reasons else (),
    )  # fmt: skip


def _statement(view: View, page_type: str) -> StatementFacts | None:
    """The statement on a page of that kind, or on one that calls itself so and has what only a statement has."""
    if page_type != "statement" and not is_titled(view.page, view.taxonomy):
        return None
    facts = read_statement(view)
    if facts is None or page_type == "statement":
        return facts
    return facts if facts.compliance != "unstated" and facts.feedback_channel else None


def _is_address(url: str) -> bool:
    """Whether the address can be taken apart; what cannot is read as a page without one."""
    try:
        urlsplit(url)
        url.encode()  # half a character cannot be written anywhere
    except ValueError:
        return False
    return True


def internal_links(page: Page, own_hosts: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Address and text of a page's links to pages of its own site."""
    own = {host_of(page.url), *own_hosts}
    # Most links are written as the page's own address begins.
    scheme, mark, rest = page.url.partition("://")
    here = f"{scheme}{mark}{rest.partition('/')[0]}/"
    return tuple(
        (link.url, link.text)
        for link in page.links
        if link.kind == "page" and ((mark and link.url.startswith(here)) or host_of(link.url) in own)
    )
