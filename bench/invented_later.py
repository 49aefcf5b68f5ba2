"""The invented municipalities a year later: systems changed, channels came and went, some could not be read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bench.invented_rest import chance
from study import CHANNELS, ChannelEvidence, ServiceFinding, State, StateReason, VendorHit

if TYPE_CHECKING:
    from bench.invented import Inventor

LOST, GAINED, GONE, UNREAD, SWITCHED = 0.04, 0.08, 0.1, 0.12, 0.16
"""Up to which number drawn for a cell it loses its digital channel, gains one, is gone, a gap, on another product."""


def a_year_later(inventor: Inventor) -> None:
    """Change the rows of an invented study as a year would."""
    rows: dict[str, list[Any]] = inventor.rows
    fates = {(f.municipality_code, f.service_id): _fate(f) for f in rows["service_findings"]}
    rows["service_findings"] = [_cell(f, fates[f.municipality_code, f.service_id]) for f in rows["service_findings"]]
    left = {(f.municipality_code, f.service_id): f for f in rows["service_findings"]}

    def still(row: ChannelEvidence) -> bool:
        cell = left[row.municipality_code, row.service_id]
        return row.channel in cell.channels

    rows["channel_evidence"] = [row for row in rows["channel_evidence"] if still(row)]
    products = sorted({h.product_id for h in rows["vendor_hits"]})
    rows["vendor_hits"] = [
        _hit(hit, products, fates.get((hit.municipality_code, hit.service_id or ""), ""))
        for hit in rows["vendor_hits"]
        if hit.service_id is None or left[hit.municipality_code, hit.service_id].digital
    ]


def _fate(cell: ServiceFinding) -> str:
    roll = chance("later", cell.municipality_code, cell.service_id)
    if cell.state is not State.FOUND:
        return ""
    bounds = (("lost", LOST), ("gained", GAINED), ("gone", GONE), ("unread", UNREAD), ("switched", SWITCHED))
    return next((name for name, bound in bounds if roll < bound), "")


def _cell(cell: ServiceFinding, fate: str) -> ServiceFinding:
    channels = set(cell.channels)
    if fate == "lost":
        channels.discard("digital")
    elif fate == "gained":
        channels.add("digital")
    elif fate in ("gone", "unread"):
        channels.clear()
    else:
        return cell
    known: dict[str, Any] = {
        name.replace("-", "_"): None if fate == "unread" else name in channels for name in CHANNELS
    }
    state = {"gone": State.NOT_FOUND, "unread": State.BLOCKED}.get(fate, State.FOUND)
    reason = {"gone": StateReason.SEARCHED, "unread": StateReason.ERRORS}.get(fate)
    known["best_url"] = cell.best_url if state is State.FOUND else None
    return replace(cell, state=state, state_reason=reason, channels=tuple(sorted(channels)), **known)


def _hit(hit: VendorHit, products: list[str], fate: str) -> VendorHit:
    if fate != "switched":
        return hit
    other = products[int(chance("other", hit.municipality_code, hit.service_id) * len(products))]
    return replace(hit, product_id=other)
