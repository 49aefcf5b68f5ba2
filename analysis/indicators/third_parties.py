"""Whom do pages contact before the visitor has agreed to anything?"""

from __future__ import annotations

from collections import Counter
from statistics import median

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="requests")


def run(inputs: Inputs) -> IndicatorResult:
    """Median number of requests to other domains on audited own pages; passes when no page makes any.

    The audit gives no consent, so all of them come before one could be given.
    """
    measured = [page for page in inputs.audited if page.third_party_requests is not None]
    if not measured:
        return inputs.result(Outcome.UNKNOWN, "no page was audited")
    hosts = Counter(host for page in measured for host in page.third_party_hosts)
    value = median(page.third_party_requests or 0 for page in measured)
    often = [host for host, _ in sorted(hosts.items(), key=lambda item: (-item[1], item[0]))[:20]]
    outcome = Outcome.FAIL if hosts else Outcome.PASS
    return inputs.result(
        outcome, f"{len(measured)} pages, {len(hosts)} hosts of other domains", value, often, len(measured)
    )
