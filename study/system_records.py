"""The records of the systems behind services: ways to them, installations that are shared, and what sites run on."""

from __future__ import annotations

from dataclasses import dataclass

from .columns import column
from .vocabulary import LOG_INS


@dataclass(frozen=True, slots=True)
class EservicePath:
    """The way from a page to an e-service: what recognised it, where it ends, and where it breaks."""

    municipality_code: str = column("Code of the municipality.", key=True)
    service_id: str | None = column("Service it is for; empty where it is not tied to one.", key=True)
    url: str = column("Page on which the link, form or frame stands.", key=True)
    target_url: str = column("Address that the page leads to.", key=True)
    product_id: str | None = column("Product behind it; empty where no product claims it.", key=True)
    evidence_type: str = column(
        "host, path, markup, iframe, form or link-text; unknown where no product claims it.", codes="recognised-by"
    )
    tier: str = column(
        "Rung of the ladder of evidence: A a host of the product, B a distinctive path, C markup of the landing page, "
        "D a listed host of a municipality, E the name in the link; U unresolved.",
        codes="tier",
    )
    matched: str = column("The pattern that matched; empty where none did.")
    final_url: str = column("Address after redirects, as far as the evidence goes.")
    redirects: tuple[str, ...] = column("Addresses on the way from target_url to final_url, in order.")
    path_quality: str = column("own-page, deep-link or portal-root: where the resident arrives.", codes="path-quality")
    is_new_host: bool = column("Whether the resident is taken away from the municipality's own hosts.")
    language: str | None = column("Language of the page, two letters.")
    landing_language: str | None = column("Language of the landing page; empty where it was not read.")
    language_kept: str = column(
        "kept, lost or unknown: whether the landing page speaks the page's language.", codes="language-kept"
    )
    log_in: str = column(
        f"What the landing page asks first: {', '.join(LOG_INS)}; "
        "none where it is open, unknown where it was not read.",
        codes="log-in",
    )
    why: str = column(
        "Why an address that no product claims looks like an e-service: host-word, path-word or link-words; "
        "else empty.",
        codes="eservice-sign",
    )
    is_own_domain: bool = column(
        "Whether it lies in the municipality's own domain: then any maker's product may run it."
    )
    link_text: str = column("Words of the link to an address that no product claims; else empty.")
    shared_by: tuple[str, ...] = column("Codes of the municipalities that share the installation, where it is known.")


@dataclass(frozen=True, slots=True)
class SharedInstallation:
    """A municipality of the study that is served by an installation shared by several, with or without a link to it."""

    product_id: str = column("Product id from the taxonomy.", key=True)
    host: str = column("Host of the installation.", key=True)
    path: str = column("Path that belongs to it; empty where the whole host does.", key=True)
    municipality_code: str = column("Code of the municipality.", key=True)
    is_member: bool = column("Whether the taxonomy lists the municipality among those that the installation serves.")
    is_linked: bool = column("Whether a page of the municipality leads to it.")
    url: str | None = column("One of the pages that lead to it; empty where none does.")


@dataclass(frozen=True, slots=True)
class ServiceProducts:
    """How concentrated the products behind one service are, over all municipalities of the study."""

    service_id: str = column("Service id from the taxonomy.", key=True)
    digital: int = column("Municipalities that offer the service digitally.", unit="municipalities")
    recognised: int = column("Those of them with at least one recognised product.", unit="municipalities")
    unresolved: int = column("Those of them without one; says how far the other figures carry.", unit="municipalities")
    products: int = column("Different products recognised.", unit="products")
    effective_products: float | None = column(
        "Effective number of products, 1 / sum of squared shares; 1 means one product everywhere. Empty without any."
    )
    leading_product: str | None = column("Product with most municipalities; the first by id where several have.")
    leading_share: float | None = column("Its share of the municipalities with a recognised product.")
    variety: str = column(
        "one-product, one-leads (two thirds or more), varied, or uncertain (too few recognised to say): where the "
        "municipalities differ, there is something to learn, agree or put out to tender together.",
        codes="variety",
    )


@dataclass(frozen=True, slots=True)
class SiteTool:
    """A tool that a municipality's own site is made or run with; never an e-service."""

    municipality_code: str = column("Code of the municipality.", key=True)
    host: str = column("Host of the municipality that bears the mark.", key=True)
    product_id: str = column("Product id from the taxonomy.", key=True)
    category: str = column(
        "cms, analytics, consent, chat, social, newsletter or another tool of the site.", codes="product-category"
    )
    vendor: str = column("Maker of the product at the time of the crawl; empty where there is none.")
    owner_type: str = column("private, municipal-owned, state or open-source.", codes="owner-type")
    evidence_type: str = column("generator, markup, cookie or header.", codes="recognised-by")
    mark: str = column("The mark that was found.")
    pages: int = column("Pages looked at that bear it.", unit="pages")
    pages_seen: int = column("Pages of the host that were looked at.", unit="pages")
    url: str = column("One of the pages that bear it.")
