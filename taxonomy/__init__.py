"""What is asked: countries, themes, services, channels, products and languages, and what they mean.

The lowest layer. It reads only its own files, never a website, a study or the network.
"""

from __future__ import annotations

from .checks import check_taxonomy
from .consent import ConsentLayers, consent_layers
from .errors import Problem, TaxonomyError
from .loader import available_countries, load_taxonomy, read_taxonomy
from .models import (
    Authority,
    Channel,
    Country,
    CueSet,
    Example,
    Identification,
    Language,
    Municipality,
    PageCues,
    PageType,
    Pattern,
    Product,
    Responsible,
    Service,
    Site,
    SizeClass,
    Source,
    StatementWords,
    Taxonomy,
    Tenant,
    Text,
    Theme,
    VendorPeriod,
)
from .patterns import NameHit, PatternHit, ProductIndex, Sighting
from .rule_texts import RuleText, rule_text, rule_texts

__all__ = [
    "Authority",
    "Channel",
    "ConsentLayers",
    "Country",
    "CueSet",
    "Example",
    "Identification",
    "Language",
    "Municipality",
    "NameHit",
    "PageCues",
    "PageType",
    "Pattern",
    "PatternHit",
    "Problem",
    "Product",
    "ProductIndex",
    "Responsible",
    "RuleText",
    "Service",
    "Sighting",
    "Site",
    "SizeClass",
    "Source",
    "StatementWords",
    "Taxonomy",
    "TaxonomyError",
    "Tenant",
    "Text",
    "Theme",
    "VendorPeriod",
    "available_countries",
    "check_taxonomy",
    "consent_layers",
    "load_taxonomy",
    "read_taxonomy",
    "rule_text",
    "rule_texts",
]
