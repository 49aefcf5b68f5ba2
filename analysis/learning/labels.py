"""What people said of a page, in the ids of today: labels outlive the names of services and products.

Labels may be about some services only (`about`): then nothing is measured of other services, of what the labels do not
name at all, and of what they say was seen on other pages (`elsewhere`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.findings import PageFindings
from taxonomy import Kind, Taxonomy

_ONE: Mapping[str, Kind] = {"theme": "theme", "primary_service": "service"}
_SEVERAL: Mapping[str, Kind] = {"services": "service", "vendors": "product", "about": "service"}


def labels_of(row: Mapping[str, Any], taxonomy: Taxonomy) -> Mapping[str, Any]:
    """The labels of a page, former ids replaced; the row itself stays as it is."""
    labels: Mapping[str, Any] = row["labels"]
    if not taxonomy.renames:
        return labels
    one = {key: taxonomy.present(kind, labels[key]) for key, kind in _ONE.items() if labels.get(key)}
    several = {
        key: [taxonomy.present(kind, name) for name in labels.get(key) or ()]
        for key, kind in _SEVERAL.items()
        if key != "about" or key in labels
    }
    more = {"elsewhere": _present_ways(labels["elsewhere"], taxonomy)} if labels.get("elsewhere") else {}
    return {**labels, **one, **several, **_present_ways(labels, taxonomy, ("channels",)), **more}


def _present_ways(
    labels: Mapping[str, Any], taxonomy: Taxonomy, keys: Sequence[str] = ("channels", "vendors")
) -> dict[str, list[Any]]:
    channels = [
        {
            **item,
            "service": taxonomy.present("service", item["service"]),
            "type": taxonomy.present("channel", item["type"]),
        }
        for item in labels.get("channels") or ()
    ]
    vendors = [taxonomy.present("product", name) for name in labels.get("vendors") or ()]
    return {key: value for key, value in (("channels", channels), ("vendors", vendors)) if key in keys}


def what_is_measured(labels: Mapping[str, Any], findings: PageFindings) -> PageFindings:
    """Of what is said of a page, that of which the labels speak: all of it where they are about the whole page."""
    if "about" not in labels:
        return findings
    about, elsewhere = set(labels["about"]), labels.get("elsewhere") or {}
    channels = {(item["service"], item["type"]) for item in elsewhere.get("channels") or ()}
    vendors = set(elsewhere.get("vendors") or ())
    return replace(
        findings,
        services=tuple(hit for hit in findings.services if hit.service_id in about),
        channels=tuple(
            hit
            for hit in findings.channels
            if hit.service_id in about and (hit.service_id, hit.channel) not in channels
        ),
        vendors=tuple(hit for hit in findings.vendors if hit.service_id in about and hit.product_id not in vendors),
    )
