"""Is this address an e-service? What the address alone tells, for whoever meets it: crawler and analysis ask here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from .eservices import eservice_links
from .markup import page_markup
from .models import Product, Taxonomy
from .patterns import product_index


@dataclass(frozen=True, slots=True)
class AddressUse:
    """What an address tells of its use, without the words of the links that lead there."""

    products: tuple[str, ...] = ()
    """The products that claim it."""
    used: tuple[str, ...] = ()
    """Those of them that residents use."""
    speaks: str = ""
    """The part of it that speaks of something to use: "host", "path" or nothing."""
    informs: bool = False
    """Whether the host only informs its readers."""

    @property
    def is_eservice(self) -> bool:
        """Whether it is one on a host of others; on the municipality's own domain words around the link decide."""
        return bool(self.used) or (bool(self.speaks) and not self.informs)

    @property
    def is_none(self) -> bool:
        """Whether it is none, whatever the words around the link say."""
        return self.informs and not self.used


def is_used(product: Product) -> bool:
    """Tells whether residents use a product: it is counted, in use, and no tool of the site itself."""
    return product.is_counted and product.retired_on is None and product.category not in eservice_links().tools


def use_of(url: str, host: str, taxonomy: Taxonomy) -> AddressUse:
    """Returns what an address tells; `host` is its host as hosts are compared, without "www."."""
    judge = eservice_links()
    products = tuple(hit.product_id for hit in product_index(taxonomy).find_url(url))
    used = tuple(product for product in products if is_used(taxonomy.products[product]))
    return AddressUse(products, used, judge.speaks(url), judge.is_never(host))


def is_site(url: str, taxonomy: Taxonomy) -> bool:
    """Whether an address may be an organisation's own site: no product that residents use, no social medium."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    social = any(host == name or host.endswith(f".{name}") for name in page_markup().social_hosts)
    return bool(host) and not social and not use_of(url, host, taxonomy).used
