"""One study as a comparison sees it: a few narrow frames, and what they were made by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from study import CHANNELS, CrawlStatus, State, StateReason, Verification

from .method import Method

CELL = ["code", "service"]
OFFER = [*CELL, "subject", "item"]
SURE = 0.5
"""Confidence from which a piece of evidence speaks for a channel of its cell."""
_SEEN = (404, 410)
"""Answers by which a site says that a page is gone: that, too, is read."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tables of one study, cut to what can be held against another's.

    `places`: code, name, is_complete. `cells`: CELL, state, reason, status (known, gap, outside), digital, maturity,
    log_in (empty where it cannot be told), url. `offers`: OFFER and url, a row for each channel, kind of channel and
    product that a cell has; `telling`: CELL, those whose kinds of channels are known. `proofs`: OFFER and every url.
    `by_hand`: OFFER, what a person said of a cell otherwise than the machine. `statements` and `indicators`: code,
    item, value, and what is known of them. `pages`: code and url, read in places that were not read completely.
    """

    name: str
    year: int
    country: str
    method: Method
    evidence: str
    """Digest of the evidence; empty where it is not known."""
    place: Path
    """Folder of the tables."""
    places: pd.DataFrame
    cells: pd.DataFrame
    offers: pd.DataFrame
    proofs: pd.DataFrame
    by_hand: pd.DataFrame
    statements: pd.DataFrame
    indicators: pd.DataFrame
    pages: pd.DataFrame
    telling: pd.DataFrame

    @property
    def incomplete(self) -> frozenset[str]:
        """Codes of the places that were not read completely."""
        return frozenset(self.places.loc[~self.places["is_complete"], "code"])


def snapshot(
    tables: Mapping[str, pd.DataFrame],
    *,
    name: str,
    year: int,
    country: str,
    metadata: Mapping[str, str],
    place: Path,
    uncounted: Collection[str] = (),
    decided_statements: Collection[str] = (),
) -> Snapshot:
    """A study's tables, as frames of their own columns, as a snapshot.

    `uncounted` are products that stand behind no service; `decided_statements` the places whose accessibility statement
    a person named.
    """
    places = _places(tables["municipalities"])
    cells = _cells(tables["service_findings"])
    behind = _own_pages(tables)
    evidence = _told_evidence(tables, behind)
    proofs = _proofs(tables["channel_evidence"], evidence, tables["vendor_hits"], uncounted)
    incomplete = set(places.loc[~places["is_complete"], "code"])
    return Snapshot(
        name=name,
        year=year,
        country=country,
        method=Method.of(metadata),
        evidence=metadata.get("evidence_digest", ""),
        place=place,
        places=places,
        cells=cells,
        offers=_offers(tables["service_findings"], proofs),
        proofs=proofs[[*OFFER, "url"]],
        by_hand=_by_hand(tables["decided_cells"], tables["service_findings"], proofs),
        statements=_statements(tables["accessibility_statements"], places, decided_statements),
        indicators=_indicators(tables["indicators"], tables["accessibility_pages"]),
        pages=_pages(tables["pages"], incomplete),
        telling=behind.rename(columns={"municipality_code": "code", "service_id": "service"})[CELL].drop_duplicates(),
    )


def _places(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": table["code"].astype(object),
            "name": table["name_fi"].astype(object),
            "is_complete": table["status"].eq(CrawlStatus.COMPLETE.value),
        }
    )


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    judged = table["state"].isin([State.FOUND.value, State.NOT_FOUND.value])
    status = pd.Series("gap", index=table.index, dtype=object)
    status[judged] = "known"
    status[table["state_reason"].eq(StateReason.OTHER_RESPONSIBLE.value)] = "outside"
    return pd.DataFrame(
        {
            "code": table["municipality_code"].astype(object),
            "service": table["service_id"].astype(object),
            "state": table["state"].astype(object),
            "reason": table["state_reason"].astype(object),
            "status": status,
            "digital": table["digital"].astype(object),
            "maturity": table["maturity"].astype(float),
            "log_in": table["authentication"].where(table["authentication"].ne("unknown"), None).astype(object),
            "url": table["best_url"].astype(object),
        }
    )


def _own_pages(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The pages behind cells that are no lists: a list says of many services at once how they are used."""
    pages = tables["pages"]
    lists = pages.loc[pages["page_type"].eq("hub"), ["municipality_code", "url"]].assign(is_list=True)
    behind = tables["cell_pages"].drop_duplicates().merge(lists, on=["municipality_code", "url"], how="left")
    return behind.loc[behind["is_list"].isna(), ["municipality_code", "service_id", "url"]].astype(object)


def _told_evidence(tables: Mapping[str, pd.DataFrame], behind: pd.DataFrame) -> pd.DataFrame:
    """The evidence that tells of which kind a channel is: sure, and on a page of the service itself."""
    evidence = tables["channel_evidence"]
    told = evidence[evidence["confidence"].ge(SURE) & evidence["subtype"].astype(object).fillna("").ne("")]
    return told.merge(behind, on=["municipality_code", "service_id", "url"], how="inner")


def _proofs(
    channels: pd.DataFrame, told: pd.DataFrame, products: pd.DataFrame, uncounted: Collection[str]
) -> pd.DataFrame:
    """Every page that speaks for a channel, a kind of channel or a product of a cell, the surest first."""
    sure = channels[channels["confidence"].ge(SURE)].sort_values(["confidence"], ascending=False, kind="stable")
    told = told.sort_values(["confidence"], ascending=False, kind="stable")
    seen = products[products["service_id"].notna() & ~products["product_id"].isin(list(uncounted))]
    kinds = told["channel"].astype(object) + ":" + told["subtype"].astype(object)
    parts = [
        _offer_rows(sure, "channel", sure["channel"], sure["url"]),
        _offer_rows(told, "subtype", kinds, told["url"]),
        _offer_rows(seen, "product", seen["product_id"], seen["url"]),
    ]
    return pd.concat(parts, ignore_index=True).drop_duplicates()


def _offer_rows(table: pd.DataFrame, subject: str, item: Any, url: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": table["municipality_code"].astype(object),
            "service": table["service_id"].astype(object),
            "subject": subject,
            "item": item.astype(object),
            "url": url.astype(object),
        }
    )


def _offers(findings: pd.DataFrame, proofs: pd.DataFrame) -> pd.DataFrame:
    """What the cells have, each with the page that proves it best."""
    offered = findings[["municipality_code", "service_id", "channels", "best_url"]].explode("channels")
    offered = offered[offered["channels"].isin(CHANNELS)]
    channels = _offer_rows(offered, "channel", offered["channels"], offered["best_url"])
    first = proofs.drop_duplicates(OFFER)
    channels = channels.merge(first, on=OFFER, how="left", suffixes=("_cell", ""))
    channels["url"] = channels["url"].where(channels["url"].notna(), channels["url_cell"])
    others = first[first["subject"].ne("channel")]
    return pd.concat([channels[[*OFFER, "url"]], others[[*OFFER, "url"]]], ignore_index=True)


def _by_hand(decided: pd.DataFrame, findings: pd.DataFrame, proofs: pd.DataFrame) -> pd.DataFrame:
    """What people said of decided cells otherwise than the machine does."""
    key = ["municipality_code", "service_id"]
    cells = decided.merge(findings[[*key, "state", "channels", "authentication", "verification"]], on=key)
    products, kinds = (_items(proofs, subject) if len(cells) else {} for subject in ("product", "subtype"))
    rows = []
    for cell in cells.to_dict("records"):
        place = (cell["municipality_code"], cell["service_id"])
        if cell["machine_state"] != cell["state"]:
            rows.append((*place, "state", ""))
        thought = {str(name).partition(":")[0] for name in listed(cell["machine_channels"])}
        knew = cell["machine_state"] in (State.FOUND.value, State.NOT_FOUND.value)
        rows += [(*place, "channel", item) for item in (thought ^ set(listed(cell["channels"])) if knew else CHANNELS)]
        if cell["verification"] == Verification.CORRECTED.value:
            was = {str(name) for name in listed(cell["machine_channels"]) if ":" in str(name)}
            rows += [(*place, "subtype", item) for item in was ^ kinds.get(place, set())]
        if _log_in(cell["machine_log_in"]) != _log_in(cell["authentication"]):
            rows.append((*place, "log-in", ""))
        seen = set(listed(cell["machine_products"]))
        rows += [(*place, "product", item) for item in seen ^ products.get(place, set())]
    return pd.DataFrame(rows, columns=OFFER).astype(object)


def _items(proofs: pd.DataFrame, subject: str) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = proofs[proofs["subject"].eq(subject)].groupby(CELL)["item"].agg(set).to_dict()
    return found


def _log_in(value: Any) -> str:
    return value if isinstance(value, str) and value != "unknown" else ""


def listed(value: Any) -> list[str]:
    """The texts of a list column; none where it is empty."""
    return [] if value is None or isinstance(value, float) else list(value)


_STATEMENT = ("found", "compliance", "assessed_on", "feedback_channel", "enforcement_body", "problems")


def _statements(table: pd.DataFrame, places: pd.DataFrame, decided: Collection[str]) -> pd.DataFrame:
    """A row for each part of a place's own statement; `is_known` is false where silence means nothing."""
    main, has = (table[name].fillna(True).astype(int) for name in ("is_main", "found"))
    order = table.assign(main=main, has=has)
    order = order.sort_values(["municipality_code", "main", "has"], ascending=[True, False, False], kind="stable")
    best = order.drop_duplicates("municipality_code")
    complete = dict(zip(places["code"], places["is_complete"], strict=True))
    rows = []
    for row in best.to_dict("records"):
        code, found = row["municipality_code"], bool(row["found"])
        is_known = found or complete.get(code, False)
        for item in _STATEMENT if found else ("found",):
            value = ("yes" if found else "no") if item == "found" else _text(row[item])
            rows.append((code, item, value, row["url"] or None, is_known, code in decided))
    return pd.DataFrame(rows, columns=["code", "item", "value", "url", "is_known", "by_hand"]).astype({"value": object})


def _text(value: Any) -> str:
    """A value of any type as the text that a change shows."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NaT or isinstance(value, float):
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else ";".join(map(str, value))


def _indicators(table: pd.DataFrame, audited: pd.DataFrame) -> pd.DataFrame:
    """A row for each indicator of a place; `axe` is the version that its pages were audited with."""
    versions = audited.dropna(subset=["engine_version"]).groupby("municipality_code")["engine_version"].max().to_dict()
    return pd.DataFrame(
        {
            "code": table["municipality_code"].astype(object),
            "item": table["indicator"].astype(object),
            "outcome": table["outcome"].astype(object),
            "value": table["value"].astype(float),
            "url": [next(iter(listed(urls)), None) for urls in table["evidence"]],
            "axe": table["municipality_code"].map(versions).astype(object).fillna(""),
        }
    )


def _pages(table: pd.DataFrame, codes: Collection[str]) -> pd.DataFrame:
    answered = table["status"].lt(400) | table["status"].isin(_SEEN)
    read = table[answered & table["municipality_code"].isin(list(codes))]
    return read[["municipality_code", "url"]].rename(columns={"municipality_code": "code"}).drop_duplicates()
