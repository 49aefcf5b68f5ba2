"""Words of the contract that several packages use: channels, log-ins, and what a maturity rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from taxonomy import LOG_INS as _LOG_INS

CHANNELS = ("digital", "phone", "on-site", "printable-form", "email")
"""Ways of using a service, in the order in which they are shown; each has a column of its name in the grid."""
LOG_INS = tuple(_LOG_INS)
"""What an e-service asks to know its user by, strongest first; beside them it may ask for nothing ("none")."""
STRONG_LOG_INS = frozenset(name for name, log_in in _LOG_INS.items() if log_in.is_strong)
"""Those that identify a person: one log-in for all services of a country."""
SNIPPET_LENGTH = 200
"""Most characters of a quoted sentence: enough to judge, too short to republish a page."""
IMPACTS = ("minor", "moderate", "serious", "critical")
"""The impact of an accessibility violation, mildest first, as axe-core words it."""
_LINK_SIGNS = ("host", "path", "markup", "iframe", "form", "link-text")
CODE_LISTS: dict[str, tuple[str, ...]] = {
    "channel": CHANNELS,
    "subtype": (
        "e-form",
        "authenticated",
        "booking",
        "information-system",
        "automated",
        "switchboard",
        "direct",
        "callback",
        "office",
        "service-point",
        "self-service",
        "static",
        "fillable",
    ),
    "page-type": (
        "service",
        "hub",
        "news",
        "decision",
        "contact",
        "statement",
        "form",
        "document",
        "eservice",
        "other",
    ),
    "log-in": (*LOG_INS, "none", "unknown"),
    "owner-type": ("private", "municipal-owned", "state", "open-source"),
    "recognised-by": (*_LINK_SIGNS, "text", "generator", "cookie", "header", "unknown"),
    "tier": ("A", "B", "C", "D", "E", "U"),
    "path-quality": ("deep-link", "own-page", "portal-root"),
    "language-kept": ("kept", "lost", "unknown"),
    "eservice-sign": ("host-word", "path-word", "link-words"),
    "variety": ("one-product", "one-leads", "varied", "uncertain"),
    "sample-reason": (
        "front",
        "hub",
        "contact",
        "search",
        "statement",
        "service",
        "landing",
        "form",
        "random",
    ),
    "impact": IMPACTS,
    "wcag-level": ("A", "AA", "AAA", "good-practice"),
    "compliance": ("full", "partial", "none", "unstated"),
    "feedback-channel": ("email", "form", "phone", "other"),
    "statement-problem": (
        "missing",
        "dead-link",
        "unreadable",
        "date-and-basis",
        "status",
        "non-accessible-content",
        "reason-or-burden",
        "alternative-access",
        "feedback-channel",
        "supervisory-authority",
        "outdated-authority",
    ),
    "interaction": ("transaction", "participation", "information"),
    "strength": ("strong", "weak"),
    "register-channel": (*CHANNELS, "web-page"),
    "register-type": ("EChannel", "WebPage", "PrintableForm", "Phone", "ServiceLocation"),
    "register-outcome": ("found", "differs", "not-linked", "dead", "no-target", "unread"),
    "register-agreement": (
        "agrees",
        "declared-only",
        "found-only",
        "channel-differs",
        "language-missing",
        "not-comparable",
    ),
    "customer-sign": (
        "feedback-asked",
        "feedback-used",
        "satisfaction-told",
        "digital-support",
        "service-point",
        "remote-service",
        "self-service",
        "visit-needless",
    ),
    "customer-place": ("service-page", "e-service", "other-page"),
    "eservice-kind": ("form", "booking", "transaction", "information"),
    "eservice-owner": ("own", "maker", "other"),
    "eservice-brand": ("own", "other", "unknown"),
}
"""The values that columns of text may have, by the name of their list. Enumerations of `records.py` are lists too;
the list product-category is the catalogue's."""

Basis = Literal["automated", "log-in", "authenticated", "digital", "printable-form", "contact", "information", "none"]
_LOG_IN = "log-in "
_ALONE: dict[str, Basis] = {
    "digital": "digital",
    "digital: automated": "automated",
    "digital: authenticated": "authenticated",
    "printable-form": "printable-form",
    "information only": "information",
    "none found": "none",
}
_WORDS = {basis: text for text, basis in _ALONE.items()}


@dataclass(frozen=True, slots=True)
class MaturityBasis:
    """What the maturity of a service rests on; as text it is the column ``maturity_reason``.

    `names` are the log-in (basis log-in), the kinds of the digital channel (digital) or the channels (contact).
    """

    basis: Basis
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        listed = ", ".join(self.names)
        if self.basis == "log-in":
            return f"digital: {_LOG_IN}{listed}"
        if self.basis == "contact":
            return listed
        return f"digital: {listed}" if listed else _WORDS[self.basis]

    @classmethod
    def of(cls, text: str) -> MaturityBasis:
        """The basis that was written as this text."""
        if text in _ALONE:
            return cls(_ALONE[text])
        head, is_digital, rest = text.partition(": ")
        if not is_digital:
            return cls("contact", tuple(head.split(", ")))
        if rest.startswith(_LOG_IN):
            return cls("log-in", (rest.removeprefix(_LOG_IN),))
        return cls("digital", tuple(rest.split(", ")))
