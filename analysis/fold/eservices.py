"""The way from a municipality's pages to its e-services: redirects, place of arrival, its language and log-in.

Also who shares an installation with whom (`tenants.csv`). Looks at evidence that lies there already; login walls are
recognised by what they ask for and never entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.findings import PageFindings
from analysis.page.model import Page
from analysis.page.read import read_page
from study import EservicePath, SharedInstallation, host_of, registrable_domain
from study.document import primary_language
from taxonomy import (
    PatternHit,
    Taxonomy,
    Tenant,
    host_matches,
    is_used,
    password_log_in,
    path_matches,
    product_index,
)

from .grid import arrival
from .index import LandingPages

_ADDRESS_EVIDENCE = frozenset({"host", "path", "markup", "iframe", "form", "link-text"})


@dataclass(frozen=True, slots=True)
class Landing:
    """What a landing page is, as far as its evidence tells."""

    final_url: str
    way: tuple[str, ...] = ()
    language: str = ""
    log_in: str = "unknown"


@dataclass(frozen=True, slots=True)
class _Front:
    """What a landing page says of itself before anything else."""

    language: str
    asks: bool
    """Whether it asks for a password."""
    said: str
    """Its title and main heading."""


@dataclass
class Ways:
    """Looks up landing pages, each read once."""

    taxonomy: Taxonomy
    landing: LandingPages
    _read: dict[str, _Front] = field(default_factory=dict)

    def take(self, url: str, page: Page) -> None:
        """Keep what a landing page that has been read anyway says of itself."""
        self._read[url] = _front(page)

    def follow(self, url: str) -> Landing:
        """Where a linked address ends."""
        place = self.landing.place(url)
        if place is None:
            return Landing(url)
        final = place.final_url
        if final not in self._read:
            source = self.landing.get(url)
            if source is None:
                return Landing(final, place.way)
            page = read_page(source.body, source.url, self.taxonomy, content_type=source.content_type)
            self._read[final] = _front(page)
        front = self._read[final]
        passed = (url, *place.way, final)
        return Landing(final, place.way, front.language, self._log_in(passed, front.asks))

    def said_by(self, final_url: str) -> str | None:
        """Title and main heading of a landing page; None where it was not read, or only asks who comes."""
        front = self._read.get(final_url)
        asks_who = any(
            host_matches(host, host_of(final_url)) for s in self.taxonomy.country.identification for host in s.hosts
        )
        return None if front is None or asks_who or not front.said.strip() else front.said

    def _log_in(self, passed: Iterable[str], asks: bool) -> str:
        """Strong identification where the way leads through it, else an account where the page asks for a password."""
        passed = tuple(passed)
        for service in self.taxonomy.country.identification:
            if any(host_matches(host, host_of(url)) for host in service.hosts for url in passed):
                return service.method
        if not asks:
            return "none"
        products = (hit.product_id for url in passed for hit in product_index(self.taxonomy).find_url(url))
        return password_log_in({self.taxonomy.products[product].category for product in products})


def _front(page: Page) -> _Front:
    language = page.language if not page.is_shell else primary_language(page.html_lang)
    asks = any(form.purpose == "login" or any(f.type == "password" for f in form.fields) for form in page.forms)
    return _Front(language, asks, f"{page.title}\n{page.h1}")


def eservice_paths(
    code: str, pages: Iterable[tuple[str, PageFindings]], own_hosts: frozenset[str], ways: Ways
) -> list[EservicePath]:
    """One row per page, service and e-service address, in order of the key."""
    rows: dict[tuple[str, ...], EservicePath] = {}
    for url, found in pages:
        for seen in _targets(found, ways.taxonomy):
            key = (seen.service_id or "", url, seen.target, seen.product_id or "")
            if key not in rows:
                rows[key] = _row(code, url, found, seen, own_hosts, ways)
    return [rows[key] for key in sorted(rows)]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One e-service address on a page."""

    target: str
    service_id: str | None
    product_id: str | None
    evidence: str
    why: str = ""
    text: str = ""


def _targets(found: PageFindings, taxonomy: Taxonomy) -> Iterator[_Seen]:
    for hit in found.vendors:
        if hit.evidence_type in _ADDRESS_EVIDENCE and is_used(taxonomy.products[hit.product_id]):
            yield _Seen(hit.target, hit.service_id, hit.product_id, hit.evidence_type)
    for unknown in found.unknown_eservices:
        yield _Seen(unknown.target_url, unknown.service_id, None, "unknown", unknown.why, unknown.link_text)


def _row(code: str, url: str, found: PageFindings, seen: _Seen, own_hosts: frozenset[str], ways: Ways) -> EservicePath:
    landing = ways.follow(seen.target)
    tenant = tenant_of(ways.taxonomy, landing.final_url) or tenant_of(ways.taxonomy, seen.target)
    passed = (seen.target, *landing.way, landing.final_url)
    tier, matched = _tier(ways.taxonomy, seen.product_id, seen.evidence, passed)
    # A log-in wall stands in the way, it is not where the link leads.
    goal = seen.target if landing.log_in not in ("none", "unknown") else landing.final_url
    host = host_of(landing.final_url)
    return EservicePath(
        municipality_code=code,
        service_id=seen.service_id,
        url=url,
        target_url=seen.target,
        product_id=seen.product_id,
        evidence_type=seen.evidence,
        tier=tier,
        matched=matched,
        final_url=landing.final_url,
        redirects=landing.way,
        path_quality=arrival(goal, own_hosts, tenant.path if tenant else ""),
        is_new_host=host not in own_hosts,
        language=found.language or None,
        landing_language=landing.language or None,
        language_kept=_kept(found.language, landing.language),
        log_in=landing.log_in,
        why=seen.why,
        is_own_domain=registrable_domain(host) in {registrable_domain(own) for own in own_hosts},
        link_text=seen.text,
        shared_by=tenant.municipality_codes if tenant else (),
    )


def _kept(language: str, landing: str) -> str:
    if not language or not landing:
        return "unknown"
    return "kept" if language == landing else "lost"


def _tier(taxonomy: Taxonomy, product_id: str | None, evidence: str, passed: Iterable[str]) -> tuple[str, str]:
    """The rung of the ladder, and the pattern that matched."""
    if product_id is None:
        return "U", ""
    for url in passed:
        for hit in product_index(taxonomy).find_url(url):
            if hit.product_id == product_id:
                return _rung(taxonomy, hit), _written(hit)
    return ("C", "") if evidence == "markup" else ("E", "")


def _rung(taxonomy: Taxonomy, hit: PatternHit) -> str:
    host = hit.pattern.host
    if hit.pattern.path or hit.pattern.query or "*" in host.removeprefix("*."):
        return "B"
    return "D" if registrable_domain(host.removeprefix("*.")) in _municipal_domains(taxonomy) else "A"


@lru_cache(maxsize=8)
def _municipal_domains(taxonomy: Taxonomy) -> frozenset[str]:
    return frozenset(
        registrable_domain(host_of(address))
        for municipality in taxonomy.municipalities.values()
        for address in (municipality.website, *(site.url for site in municipality.sites))
    )


def _written(hit: PatternHit) -> str:
    pattern = hit.pattern
    return pattern.host + pattern.path + (f"?{pattern.query}" if pattern.query else "")


def tenant_of(taxonomy: Taxonomy, url: str) -> Tenant | None:
    """The installation that an address belongs to, the one with the longest path where several do; None without one."""
    fitting = [tenant for tenant in taxonomy.tenants if _belongs(url, tenant)]
    return max(fitting, key=lambda tenant: (len(tenant.path), tenant.host), default=None)


def _belongs(url: str, tenant: Tenant) -> bool:
    if not host_matches(tenant.host, host_of(url)):
        return False
    return not tenant.path or path_matches(tenant.path, "/" + url.partition("://")[2].partition("/")[2])


def shared_installations(code: str, paths: Iterable[EservicePath], taxonomy: Taxonomy) -> list[SharedInstallation]:
    """Installations of several municipalities that serve this one or that it leads to, in order of the key."""
    linked: dict[tuple[str, str, str], str] = {}
    for path in sorted(paths, key=lambda row: row.url):
        tenant = tenant_of(taxonomy, path.final_url) or tenant_of(taxonomy, path.target_url)
        if tenant:
            linked.setdefault((tenant.product, tenant.host, tenant.path), path.url)
    rows = []
    for tenant in sorted(taxonomy.tenants, key=lambda t: (t.product, t.host, t.path)):
        key, is_member = (tenant.product, tenant.host, tenant.path), code in tenant.municipality_codes
        if key in linked or (is_member and len(tenant.municipality_codes) > 1):
            rows.append(
                SharedInstallation(
                    product_id=tenant.product,
                    host=tenant.host,
                    path=tenant.path,
                    municipality_code=code,
                    is_member=is_member,
                    is_linked=key in linked,
                    url=linked.get(key),
                )
            )
    return rows
