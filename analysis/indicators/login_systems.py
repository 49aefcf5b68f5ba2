"""How many separate log-ins does a resident have to keep for the municipality's services?"""

from __future__ import annotations

from collections.abc import Iterator

from study import IndicatorResult, Outcome, host_of
from taxonomy import LOG_INS

from . import Indicator, Inputs

INDICATOR = Indicator(unit="log-ins", rests_on="grid")


def run(inputs: Inputs) -> IndicatorResult:
    """Strong identification is one for all, a library card one, and every system with its own accounts one."""
    log_ins = sorted(set(_log_ins(inputs)))
    if not log_ins:
        return inputs.result(Outcome.UNKNOWN, "no page says how to log in")
    outcome = Outcome.PASS if len(log_ins) <= 1 else Outcome.FAIL
    return inputs.result(outcome, ", ".join(log_ins), len(log_ins), log_ins)


def _log_ins(inputs: Inputs) -> Iterator[str]:
    digital = {cell.service_id: cell.authentication for cell in inputs.found if cell.digital and cell.authentication}
    known: set[str] = set()
    unknown: set[str] = set()
    for service, method in digital.items():
        log_in = LOG_INS.get(method)
        if log_in is not None and log_in.kept:
            yield log_in.kept
        elif log_in is not None:
            systems = {
                path.product_id or host_of(path.final_url)
                for path in inputs.eservice_paths
                if path.service_id == service and path.log_in in (method, "unknown")
            }
            known |= {f"{method}: {system}" for system in systems}
            unknown |= set() if systems else {method}
    yield from known
    # Services whose system is not known have at least one log-in between them, and may share those that are known.
    yield from (f"{method}: ?" for method in unknown if not known)
