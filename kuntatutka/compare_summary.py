"""A comparison in short for people on a terminal, and whole for programs."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.compare import Snapshot, Step
from study import ChangeKind, ChangeSubject
from taxonomy import Taxonomy

from .tables import console, safe, table

MOST_MOVES = 12
_WORDS: Mapping[ChangeKind, str] = {
    ChangeKind.SITE: "the site changed",
    ChangeKind.METHOD: "the method changed",
    ChangeKind.COVERAGE: "coverage changed",
    ChangeKind.DECISION: "a person decided",
    ChangeKind.ORGANISATION: "municipality or responsibility",
}
NOT_SEPARATED = "method or site, not separated"


def as_json(steps: Sequence[Step], *, rows: bool = True) -> dict[str, Any]:
    """The comparison as plain values; without `rows` what was compared and how many changes there are."""
    return {"format": "kuntatutka-comparison", "version": 1, "steps": [_step(step, rows=rows) for step in steps]}


def _step(step: Step, *, rows: bool) -> dict[str, Any]:
    services = step.services_apart
    content: dict[str, Any] = {
        "step": step.number,
        "old": _study(step.old),
        "new": _study(step.new),
        "is_separated": step.is_separated,
        "differing": list(step.differing),
        "not_compared": {"old_only": list(step.alignment.lost), "new_only": list(step.alignment.fresh)},
        "services_not_compared": {"old_only": list(services[0]), "new_only": list(services[1])},
        "counts": [
            {"subject": subject, "kind": kind, "reason": reason, "count": count}
            for (subject, kind, reason), count in sorted(_counted(step, "subject", "kind", "reason").items())
        ],
    }
    if rows:
        content["changes"] = [dataclasses.asdict(row) for row in sorted(step.changes, key=_order)]
        content["product_moves"] = [dataclasses.asdict(row) for row in step.product_moves]
    return content


def _counted(step: Step, *columns: str) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(step.rows[column] for column in columns), strict=True))


def _order(row: Any) -> tuple[str, ...]:
    return (row.municipality_code, row.service_id or "", row.subject, row.item, row.kind)


def _study(side: Snapshot) -> dict[str, Any]:
    return {"name": side.name, "year": side.year, "method": dataclasses.asdict(side.method)}


def print_summary(steps: Sequence[Step], taxonomy: Taxonomy) -> None:
    """How many changes of each kind, of what anything changed, and which products services moved from and to."""
    for step in steps:
        _print_counts(step)
        _print_moves(step, taxonomy)


def _print_counts(step: Step) -> None:
    counts = _counted(step, "kind", "subject")
    subjects = [s.value for s in ChangeSubject if not counts or any(counts[k.value, s.value] for k in ChangeKind)]
    made = table(
        f"{step.old.name} ({step.old.year}) to {step.new.name} ({step.new.year})",
        "",
        *subjects,
        "all",
        numbers=(*subjects, "all"),
    )
    for kind, words in _WORDS.items():
        own = [counts[kind.value, subject] for subject in subjects]
        is_mixed = kind is ChangeKind.METHOD and not step.is_separated
        made.add_row(NOT_SEPARATED if is_mixed else words, *map(str, own), str(sum(own)))
    console().print(made)
    if step.rows.empty:
        console().print("No change.\n")


def _print_moves(step: Step, taxonomy: Taxonomy) -> None:
    """The commonest moves that are the sites' own."""
    if step.moves.empty:
        return
    own = [row for row in step.product_moves if row.kind is ChangeKind.SITE]
    counts = Counter((row.service_id, row.old_products, row.new_products, row.move.value) for row in own)
    made = table("Products behind services, as the sites changed", "service", "from", "to", "", "n", numbers=("n",))
    for (service, old, new, move), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_MOVES]:
        made.add_row(service, _names(old, taxonomy), _names(new, taxonomy), move, str(count))
    if made.row_count:
        console().print(made)
    if len(counts) > MOST_MOVES:
        console().print(f"{len(counts) - MOST_MOVES} more moves are in product_moves.csv.\n")


def _names(products: Sequence[str], taxonomy: Taxonomy) -> str:
    known = taxonomy.products
    return safe(", ".join(known[name].name if name in known else name for name in products)) or "-"
