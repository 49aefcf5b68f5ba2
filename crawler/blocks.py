"""Recognises pages that stand in the way: refusals, challenges and log-in walls that answer instead of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from study import FailureReason

REFUSING = frozenset({401, 403, 407, 418, 429, 451})
"""Statuses by which a server says that we, not the address, are the trouble."""
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Statuses after which the address is tried again later."""
SILENT = {
    502: FailureReason.CONNECTION_LOST,
    504: FailureReason.TIMEOUT,
    522: FailureReason.TIMEOUT,
    523: FailureReason.CONNECTION_LOST,
    524: FailureReason.TIMEOUT,
}
"""Statuses by which a gateway or proxy says that the site behind it gives no answer: the site is down, not closed."""
SILENCES = frozenset(
    {
        FailureReason.DNS,
        FailureReason.REFUSED,
        FailureReason.TIMEOUT,
        FailureReason.CONNECTION_LOST,
        FailureReason.TLS,
        FailureReason.PRIVATE_ADDRESS,
    }
)
"""Reasons of a host that gives no answer at all, or may not be asked."""

# Marks of the machinery in front of the site, not of any language: script names, cookies, element ids.
_CHALLENGE_MARKS = re.compile(
    r"cf-browser-verification|cf_chl_opt|/cdn-cgi/challenge-platform|challenge-form|_incapsula_resource|"
    r"incapsula incident|"
    r"sucuri_cloudproxy|ddos-guard|datadome|px-captcha|perimeterx|g-recaptcha|h-captcha|hcaptcha\.com|"
    r"awswaf|aws-waf-token|akamai-?bm|f5_cspm|bobcmn|_abck|distil_r_captcha|geo\.captcha-delivery|access denied \| |"
    r"request unsuccessful\. incapsula|anubis_challenge|within\.website/x/cmd/anubis",
    re.IGNORECASE,
)
_CHALLENGE_HEADERS = ("cf-mitigated", "x-datadome", "x-sucuri-block")
_SMALL = 60_000
# A script that sets a cookie and loads the page again: what stands before the page, not the page.
_KNOCKING = re.compile(r"document\.cookie\s*=.*?\blocation\b\s*(?:\.|=)", re.DOTALL)
_KNOCK_SIZE = 8_000


def is_challenge(status: int, headers: Mapping[str, str], html: str, link_count: int) -> bool:
    """Whether a page asks the visitor to prove to be human instead of showing itself.

    Ordinary pages carry such marks too (a captcha on a form): only a page with hardly any link is judged by them.
    """
    if any(name in headers for name in _CHALLENGE_HEADERS) and headers.get("cf-mitigated", "challenge") == "challenge":
        return status >= 400 or link_count <= 5
    if link_count > 5 or (len(html) > _SMALL and status < 400):
        return False
    if link_count == 0 and len(html) < _KNOCK_SIZE and _KNOCKING.search(html):
        return True
    return bool(_CHALLENGE_MARKS.search(html[:_SMALL]))
