"""Decided cells as labelled pages, by which a consultancy measures the machine on its own study.

A person decides a cell, not a page: a label says only what follows for the page that was looked at, and names the
services that it is about, so that nothing else is measured. What is personal is masked; who decided stays out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reports.clean import mask_personal, personal_in
from study import Action, Decision, State, storage_errors

from .archived import MissingEvidenceError, read_archived
from .decide import machine_value
from .desk import Desk

_OFFERED = 0.5


@dataclass
class LabelsResult:
    """How many pages were written, about how many cells, and which decisions make no label."""

    pages: int = 0
    cells: int = 0
    without_page: int = 0
    """Confirmed as not found: there is no page to label."""
    changed: int = 0
    """Their page or finding has changed since."""
    disputed: int = 0
    """Two people differ, and nobody has settled it."""
    missing: list[str] = field(default_factory=list)
    """Addresses whose page is not in the evidence, or is no HTML page."""


@dataclass
class _Label:
    """What decisions say of one page."""

    code: str
    about: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    channels: set[tuple[str, str]] = field(default_factory=set)
    vendors: set[str] = field(default_factory=set)
    other_channels: set[tuple[str, str]] = field(default_factory=set)
    other_vendors: set[str] = field(default_factory=set)

    def row(self) -> dict[str, Any]:
        return {
            "about": sorted(self.about),
            "services": sorted(self.services),
            "channels": _ways(self.channels),
            "vendors": sorted(self.vendors),
            "elsewhere": {
                "channels": _ways(self.other_channels - self.channels),
                "vendors": sorted(self.other_vendors - self.vendors),
            },
        }


def _ways(channels: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"service": service, "type": channel} for service, channel in sorted(channels)]


def write_labels(desk: Desk, path: Path) -> LabelsResult:
    """Write a study's decided pages as labelled pages, one a line; raises StorageError. The same study, same bytes."""
    desk.book.refresh()
    result = LabelsResult()
    labels = _labels(desk, result)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path):
        try:
            with temporary.open("w", encoding="utf-8", newline="\n") as out:
                for row in _rows(desk, labels, result):
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
                    result.pages += 1
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return result


def _labels(desk: Desk, result: LabelsResult) -> dict[str, _Label]:
    labels: dict[str, _Label] = {}
    for (code, service, host), decision in sorted(desk.book.in_force.items()):
        cell = desk.cells.get((code, service))
        if host or cell is None or decision.action is Action.CANNOT_JUDGE:
            continue
        urgency = desk.urgency(cell)
        result.changed += urgency == "asked-again"
        result.disputed += urgency == "disputed"
        if urgency is not None:
            continue
        url = decision.new.best_url or machine_value(desk, code, service).best_url
        if not url:
            result.without_page += 1
            continue
        _say(desk, labels.setdefault(url, _Label(code)), decision, url)
        result.cells += 1
    return labels


def _say(desk: Desk, label: _Label, decision: Decision, url: str) -> None:
    """What a decision about a cell says of the page that was looked at."""
    code, service, new = decision.municipality_code, decision.service_id, decision.new
    label.about.add(service)
    if new.state != State.FOUND:
        return
    label.services.add(service)
    seen = _seen_on(desk, code, service)
    machine = machine_value(desk, code, service)
    for channel in new.channel_ids:
        # What the machine read only elsewhere may stand here too or not; what a person added was seen here.
        here = url in seen[channel] or channel not in machine.channel_ids
        (label.channels if here else label.other_channels).add((service, channel))
    products = desk.product_pages(code, service)
    for product in new.products:
        here = url in products.get(product, ()) or product not in machine.products
        (label.vendors if here else label.other_vendors).add(product)


def _seen_on(desk: Desk, code: str, service: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in desk.evidence(code, service):
        if row.confidence >= _OFFERED:
            found[row.channel].add(row.url)
    return found


def _rows(desk: Desk, labels: dict[str, _Label], result: LabelsResult) -> Iterator[dict[str, Any]]:
    personal = personal_in(desk.taxonomy.country)
    for url, label in sorted(labels.items(), key=lambda item: (item[1].code, item[0])):
        record = desk.page(label.code, url)
        try:
            if record is None:
                raise MissingEvidenceError
            page = read_archived(desk.folder.evidence, url, record.warc_file, record.warc_offset)
        except MissingEvidenceError:
            result.missing.append(url)
            continue
        if not page.is_html or page.is_cut:
            result.missing.append(url)
            continue
        yield {
            "id": f"{label.code}-{hashlib.sha256(url.encode()).hexdigest()[:12]}",
            "url": url,
            "municipality": desk.names[label.code].name(desk.folder.config.study.languages[0]),
            "lang": record.language,
            "html": mask_personal(page.text, personal),
            "labels": label.row(),
        }
