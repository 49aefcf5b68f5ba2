"""What people said of a page, in the ids of today: labels outlive the names of services and products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taxonomy import Kind, Taxonomy

_ONE: Mapping[str, Kind] = {"theme": "theme", "primary_service": "service"}
_SEVERAL: Mapping[str, Kind] = {"services": "service", "vendors": "product"}


def labels_of(row: Mapping[str, Any], taxonomy: Taxonomy) -> Mapping[str, Any]:
    """The labels of a page, former ids replaced; the row itself stays as it is."""
    labels: Mapping[str, Any] = row["labels"]
    if not taxonomy.renames:
        return labels
    one = {key: taxonomy.present(kind, labels[key]) for key, kind in _ONE.items() if labels.get(key)}
    several = {key: [taxonomy.present(kind, name) for name in labels.get(key) or ()] for key, kind in _SEVERAL.items()}
    channels = [
        {
            **item,
            "service": taxonomy.present("service", item["service"]),
            "type": taxonomy.present("channel", item["type"]),
        }
        for item in labels.get("channels") or ()
    ]
    return {**labels, **one, **several, "channels": channels}
