"""What an invented study has that an older one may lack: indicators, tools of the sites, ways to e-services."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from analysis.indicators import indicator_modules
from study import EservicePath, IndicatorResult, Outcome, SiteTool, columns_of
from taxonomy import Municipality, Taxonomy

START = datetime(2026, 10, 5, 6, 0, tzinfo=UTC)
Rows = dict[str, list[object]]


def chance(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts only."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def make(record: type, **values: object) -> object:
    """A row of a table; columns that are not given are empty, so that a new column needs no change here."""
    blank = {"string": "", "int64": 0, "double": 0.0, "bool": False}
    rest = {
        c.name: None if c.nullable else () if "list" in str(c.type) else blank[str(c.type)]
        for c in columns_of(record)
        if c.name not in values
    }
    return record(**values, **rest)


def rest(rows: Rows, taxonomy: Taxonomy, m: Municipality, base: str) -> None:
    """Indicators, and the tools of the site."""
    for name, module in indicator_modules().items():
        roll = chance("indicator", name, m.code)
        outcome = Outcome.UNKNOWN if roll < 0.08 else Outcome.PASS if roll < 0.6 else Outcome.FAIL
        value = None if outcome is Outcome.UNKNOWN else round(roll, 3) * (1 if module.INDICATOR.unit == "1" else 40)
        unit = module.INDICATOR.unit if value is not None else ""
        rows["indicators"].append(
            IndicatorResult(name, m.code, outcome, value, unit, "12 service pages", (f"{base}/",), 12)
        )
    tools = [p for p in taxonomy.products.values() if p.category in ("cms", "analytics", "consent", "chat")]
    for category in sorted({p.category for p in tools}):
        fitting = [p for p in tools if p.category == category]
        product = fitting[int(chance("tool", category, m.code) ** 2 * len(fitting))]
        rows["site_tools"].append(
            make(
                SiteTool,
                municipality_code=m.code,
                host=f"www.kunta{m.code}.example",
                product_id=product.id,
                category=category,
                vendor=product.vendor_on(START.date()),
                owner_type=product.owner_type,
                evidence_type="markup",
                mark="x",
                pages=9,
                pages_seen=10,
                url=f"{base}/",
            )
        )


def path(m: Municipality, service: str, url: str, target: str, roll: float) -> object:
    """The way to an e-service."""
    return make(
        EservicePath,
        municipality_code=m.code,
        service_id=service,
        url=url,
        target_url=target,
        evidence_type="host",
        tier="strong",
        final_url=target,
        path_quality="portal-root" if roll > 0.7 else "deep-link",
        is_new_host=True,
        language="fi",
        language_kept="lost" if roll > 0.9 else "kept" if roll > 0.3 else "unknown",
        log_in="suomi.fi" if roll > 0.6 else "unknown",
        link_text="Täytä hakemus",
    )
