"""A renamed id keeps working: what parts of a taxonomy say of each other leads to the ids of today."""

from __future__ import annotations

from typing import TypeVar

from .models import Language, Product, Service, Taxonomy, Tenant

Part = TypeVar("Part", Product, Service, Tenant, Language)
# Roles of a language that are about one service, by the beginning of their name.
_FOR_SERVICE = ("digital-for-", "link-for-")


def with_present_ids(taxonomy: Taxonomy) -> Taxonomy:
    """The taxonomy with every reference between its parts leading to ids that exist today."""
    if not taxonomy.renames:
        return taxonomy
    now = taxonomy.present
    services = {key: _with(part, theme=now("theme", part.theme)) for key, part in taxonomy.services.items()}
    changes = {
        "services": services,
        "products": {key: _product(part, taxonomy) for key, part in taxonomy.products.items()},
        "tenants": tuple(_with(part, product=now("product", part.product)) for part in taxonomy.tenants),
        "languages": {key: _language(part, taxonomy) for key, part in taxonomy.languages.items()},
    }
    return taxonomy.model_copy(update=changes)


def _product(product: Product, taxonomy: Taxonomy) -> Product:
    services = tuple(dict.fromkeys(taxonomy.present("service", name) for name in product.services))
    renamed_to = product.renamed_to and taxonomy.present("product", product.renamed_to)
    return _with(product, services=services, renamed_to=renamed_to)


def _language(language: Language, taxonomy: Taxonomy) -> Language:
    cues = {taxonomy.present("channel", name): cues for name, cues in language.cues.items()}
    roles = {_role(name, taxonomy): words for name, words in language.roles.items()}
    return _with(language, cues=cues, roles=roles)


def _role(name: str, taxonomy: Taxonomy) -> str:
    start = next((start for start in _FOR_SERVICE if name.startswith(start)), "")
    return start + taxonomy.present("service", name.removeprefix(start)) if start else name


def _with(part: Part, **changes: object) -> Part:
    has_changed = any(getattr(part, key) != value for key, value in changes.items())
    return part.model_copy(update=changes) if has_changed else part
