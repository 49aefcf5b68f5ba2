"""Gathers evidence: the only package that fetches municipalities' sites. It writes nothing but evidence.

The other packages import from here.
"""

from __future__ import annotations

from .browser.chromium import find_chromium, has_sandbox
from .browser.one_page import read_one_page
from .manners.guard import Guard
from .manners.network import has_way_out, no_network
from .processes.audit import AuditEvent, AuditOutcome, audit_study
from .processes.children import Children, Elsewhere, Told
from .processes.run import CrawlEvent, CrawlOutcome, crawl_study, is_finished, stored_end
from .register.run import Asking, RegisterVisit, check_addresses, fetch_register, keep_items

__all__ = [
    "Asking",
    "AuditEvent",
    "AuditOutcome",
    "Children",
    "CrawlEvent",
    "CrawlOutcome",
    "Elsewhere",
    "Guard",
    "RegisterVisit",
    "Told",
    "audit_study",
    "check_addresses",
    "crawl_study",
    "fetch_register",
    "find_chromium",
    "has_sandbox",
    "has_way_out",
    "is_finished",
    "keep_items",
    "no_network",
    "read_one_page",
    "stored_end",
]
