"""What is asked: countries, themes, services, channels, products and languages, and what they mean.

The lowest layer. It reads only its own files and what it kept of them in the user's cache folder, never a website, a
study or the network.
"""

from __future__ import annotations

from .addresses import AddressUse, is_site, is_used, use_of
from .base import Example, Text
from .changes import MunicipalityChange, PeerGroup, PeerRule, Reform
from .checks import check_taxonomy
from .consent import ConsentLayers, consent_layers
from .defaults import DEFAULTS, in_common
from .dressing import Dresses, dresses
from .errors import Problem, TaxonomyError
from .eservices import EserviceLinks, eservice_links
from .figures import Answer, EarlierFigure, Pair, Survey, Surveys
from .lineage import Handover, Kin, changes_of, exists, handover, kin, predecessors, successors
from .loader import available_countries, available_languages, load_taxonomy, read_taxonomy
from .log_ins import LOG_INS, LogIn, password_log_in
from .markup import Markup, name_tokens, page_markup, plain
from .matching import ACT, BODY, MOVE, TermIndex, TermMatch, slug_words, term_index
from .models import (
    Authority,
    Channel,
    Country,
    CueSet,
    Grammar,
    Identification,
    Kind,
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
    Theme,
    VendorPeriod,
)
from .patterns import NameHit, PatternHit, ProductIndex, Sighting, host_matches, path_matches, product_index
from .peers import by_rule, is_rule, peers_on, rule_of
from .registers import Register, RegisterVersion
from .rule_texts import RuleText, rule_text, rule_texts
from .stand_ins import StandIn, StandInCues, stand_in_cues
from .words import WORD, analyser_for, word_tools

__all__ = [
    "ACT",
    "BODY",
    "DEFAULTS",
    "LOG_INS",
    "MOVE",
    "WORD",
    "AddressUse",
    "Answer",
    "Authority",
    "Channel",
    "ConsentLayers",
    "Country",
    "CueSet",
    "Dresses",
    "EarlierFigure",
    "EserviceLinks",
    "Example",
    "Grammar",
    "Handover",
    "Identification",
    "Kin",
    "Kind",
    "Language",
    "LogIn",
    "Markup",
    "Municipality",
    "MunicipalityChange",
    "NameHit",
    "PageCues",
    "PageType",
    "Pair",
    "Pattern",
    "PatternHit",
    "PeerGroup",
    "PeerRule",
    "Problem",
    "Product",
    "ProductIndex",
    "Reform",
    "Register",
    "RegisterVersion",
    "Responsible",
    "RuleText",
    "Service",
    "Sighting",
    "Site",
    "SizeClass",
    "Source",
    "StandIn",
    "StandInCues",
    "StatementWords",
    "Survey",
    "Surveys",
    "Taxonomy",
    "TaxonomyError",
    "Tenant",
    "TermIndex",
    "TermMatch",
    "Text",
    "Theme",
    "VendorPeriod",
    "analyser_for",
    "available_countries",
    "available_languages",
    "by_rule",
    "changes_of",
    "check_taxonomy",
    "consent_layers",
    "dresses",
    "eservice_links",
    "exists",
    "handover",
    "host_matches",
    "in_common",
    "is_rule",
    "is_site",
    "is_used",
    "kin",
    "load_taxonomy",
    "name_tokens",
    "page_markup",
    "password_log_in",
    "path_matches",
    "peers_on",
    "plain",
    "predecessors",
    "product_index",
    "read_taxonomy",
    "rule_of",
    "rule_text",
    "rule_texts",
    "slug_words",
    "stand_in_cues",
    "successors",
    "term_index",
    "use_of",
    "word_tools",
]
