"""Can labelled pages be counted? A mistyped id would count as a miss for ever, so it is refused before any is read.

Used by `evaluate`; judges the labels' form and ids only, never whether they are right.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from study import UserError
from taxonomy import Kind, Taxonomy

from .pages import NamedPage

_MOST = 5  # mistakes told at once: enough to see their kind
_NEAR = 3


def check_labels(file: Path, pages: Sequence[NamedPage], taxonomy: Taxonomy) -> None:
    """Raise UserError with one sentence a mistake, at most five, each naming line and key."""
    mistakes = list(islice(_mistakes(file, pages, taxonomy), _MOST))
    if mistakes:
        raise UserError(
            "\n".join(mistakes),
            "evaluate reads pages that people labelled; for pages without labels use `kuntatutka inspect`.",
        )


def _mistakes(file: Path, pages: Sequence[NamedPage], taxonomy: Taxonomy) -> Iterator[str]:
    seen: dict[object, int] = {}
    for page in pages:
        where = f"{file}: line {page.line}"
        name = str(page.row.get("id") or page.source.url)
        marks = (name, (page.source.url, page.source.body))
        first = next((seen[mark] for mark in marks if mark in seen), None)
        if first is not None:
            yield f"{where}: {name} stands on line {first} already; keep one of the two."
        for mark in marks:
            seen.setdefault(mark, page.line)
        for problem in _of_page(page.row.get("labels"), taxonomy):
            yield f"{where}: {problem}."


def _of_page(labels: Any, taxonomy: Taxonomy) -> Iterator[str]:
    if not isinstance(labels, dict):
        yield "`labels` is missing"
        return
    known: dict[str, Collection[str]] = {
        "page_type": taxonomy.page_types,
        "theme": _known(taxonomy, "theme", taxonomy.themes),
        "primary_service": _known(taxonomy, "service", taxonomy.services),
        "services": _known(taxonomy, "service", taxonomy.services),
        "about": _known(taxonomy, "service", taxonomy.services),
        "vendors": _known(taxonomy, "product", taxonomy.products),
    }
    for key in ("page_type", "theme", "primary_service"):
        value = labels.get(key)
        if value is not None and not isinstance(value, str):
            yield f"labels.{key} must be a text or null"
        elif value:
            yield from _unknown(f"labels.{key}", value, known[key])
    for key in ("services", "vendors", "about"):
        value = labels.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield f"labels.{key} must be a list of ids ([] where there is none){_given(value)}"
            continue
        for item in value:
            yield from _unknown(f"labels.{key}", item, known[key])
    yield from _of_channels("labels.channels", labels.get("channels", []), taxonomy)
    yield from _of_elsewhere(labels.get("elsewhere", {}), known["vendors"], taxonomy)


def _of_elsewhere(value: Any, products: Collection[str], taxonomy: Taxonomy) -> Iterator[str]:
    vendors = value.get("vendors", []) if isinstance(value, dict) else None
    if not isinstance(vendors, list) or not all(isinstance(item, str) for item in vendors):
        yield f"labels.elsewhere must be an object with lists of channels and vendors{_given(value)}"
        return
    for item in vendors:
        yield from _unknown("labels.elsewhere vendors", item, products)
    yield from _of_channels("labels.elsewhere channels", value.get("channels", []), taxonomy)


def _of_channels(key: str, value: Any, taxonomy: Taxonomy) -> Iterator[str]:
    if not isinstance(value, list) or not all(_is_channel(item) for item in value):
        yield f"{key} must be a list of objects with service and type{_given(value)}"
        return
    for item in value:
        yield from _unknown(f"{key} service", item["service"], _known(taxonomy, "service", taxonomy.services))
        yield from _unknown(f"{key} type", item["type"], _known(taxonomy, "channel", taxonomy.channels))


def _is_channel(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("service"), str) and isinstance(item.get("type"), str)


def _given(value: Any) -> str:
    return ", not null" if value is None else ""


def _known(taxonomy: Taxonomy, kind: Kind, ids: Collection[str]) -> Collection[str]:
    """The ids that there are and, since labels are older than renames, those that there were."""
    return {*ids, *taxonomy.renames.get(kind, {})}


def _unknown(key: str, value: str, known: Collection[str]) -> Iterator[str]:
    """The sentence on an id that does not exist, with the nearest that do."""
    if value in known:
        return
    near = difflib.get_close_matches(value, list(known), n=_NEAR, cutoff=0.0)
    yield f"{key} {value!r} is not known; the nearest are {', '.join(near)}"
