"""Statuses and failures by which a host says that it does not want us, or not now."""

from __future__ import annotations

from study import FailureReason

REFUSING = frozenset({401, 403, 406, 407, 418, 429, 451})
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
