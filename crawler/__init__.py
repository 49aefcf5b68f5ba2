"""Gathers evidence: the only package that fetches municipalities' sites. It writes nothing but evidence.

The other packages import from here.
"""

from __future__ import annotations

from .browser.chromium import find_chromium, has_sandbox
from .manners.robots_rules import Rules as RobotsRules
from .manners.robots_rules import rules_of as robots_rules_of
from .processes.audit import AuditEvent, AuditOutcome, audit_study
from .processes.run import CrawlEvent, CrawlOutcome, crawl_study, is_finished, stored_end

__all__ = [
    "AuditEvent",
    "AuditOutcome",
    "CrawlEvent",
    "CrawlOutcome",
    "RobotsRules",
    "audit_study",
    "crawl_study",
    "find_chromium",
    "has_sandbox",
    "is_finished",
    "robots_rules_of",
    "stored_end",
]
