"""On how many service pages is the reader asked for feedback on the service, and on how many e-services?"""

from __future__ import annotations

from dataclasses import replace

from study import IndicatorResult, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Service pages and landing pages of e-services that ask; the base is the service pages that were read.

    Where feedback itself is the service, asking for it is no more than offering the service.
    """
    hearing = _hearing(inputs)
    asking = [row for row in inputs.signs("feedback-asked") if row.place != "other-page" and row.url not in hearing]
    services = len({row.url for row in asking if row.place == "service-page"})
    eservices = len({row.url for row in asking}) - services
    more = f"{counted(services, 'service page')}, {counted(eservices, 'e-service')}"
    result = replace(inputs, customer_signs=asking).told("feedback-asked", more)
    read = {page.url for page in inputs.pages if page.page_type == "service" and page.status < 400} - hearing
    return replace(result, base=len(read)) if result.value is not None else result


def _hearing(inputs: Inputs) -> set[str]:
    """Pages and e-services of the services that are the municipality's own machinery, feedback among them."""
    machinery = inputs.taxonomy.machinery
    pages = {row.url for row in inputs.page_services if row.is_primary and row.service_id in machinery}
    led: dict[str, set[str]] = {}
    for path in inputs.eservice_paths:
        led.setdefault(path.final_url, set()).update({path.service_id} - {None})  # type: ignore[arg-type]
    return pages | {url for url, services in led.items() if services and services <= machinery}
