"""Writes what every table and column of the dataset means, from the declarations themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from study import CrawlStatus, FailureReason, State, StateReason, columns_of
from taxonomy import DEFAULTS

from .data import StudyData
from .measures import MEASURES
from .shares import RANK_LIMIT
from .words import Words

DATASET_LANGUAGE = DEFAULTS.common_language
"""The codebook is in one language; names of services and themes stand in three languages in the tables."""


def codebook(data: StudyData, tables: Iterable[tuple[str, type]]) -> str:
    """The codebook as Markdown."""
    words = Words(DATASET_LANGUAGE)
    lines = [
        f"# Codebook of {_inline(data.title_in(words))}",
        "",
        "Codes of municipalities are text: `091` is not `91`. Times are UTC. In CSV files an empty cell is an empty",
        "value, lists are joined by semicolons, and an apostrophe stands before text that a spreadsheet would run.",
        "Personal e-mail addresses are masked with `***`.",
        "",
    ]
    for name, record in tables:
        lines += _table(name, record)
    lines += ["## States of a grid cell", "", words("method.shares").replace("*", ""), ""]
    lines += _values(
        (s.value, words(f"level.{_LEVEL[s]}").lower() + ": " + words(f"legend.{_LEVEL[s]}")) for s in State
    )
    lines += ["### Reasons of a state", "", *_values((r.value, words(f"reason.{r.value}")) for r in StateReason)]
    lines += ["### Status of a municipality", "", *_values((s.value, words(f"status.{s.value}")) for s in CrawlStatus)]
    lines += ["### Reasons of a status", "", *_values((r.value, words(f"failure.{r.value}")) for r in FailureReason)]
    lines += [
        "## Measures of the report",
        "",
        f"A share with more than {words.percent(RANK_LIMIT)} gaps is not ranked.",
        "",
    ]
    named = [m.id for m in MEASURES if not m.id.startswith("channel-")] + [
        "channel",
        "product",
        "owner",
        "maturity",
        "clicks",
    ]
    lines += [f"- {words(f'measures.{m}.definition')}" for m in named] + [""]
    lines += ["## Limits", ""]
    lines += [
        f"- {words(f'limits.{name}').replace('*', '')}"
        for name in ("automatic", "public", "moment", "absence", "audit", "ranking", "personal")
    ]
    return "\n".join(lines) + "\n"


_LEVEL = {State.FOUND: "digital", State.NOT_FOUND: "none", State.BLOCKED: "blocked", State.NOT_EXAMINED: "unread"}


def _table(name: str, record: type) -> list[str]:
    lines = [
        f"## {name}",
        "",
        (record.__doc__ or "").strip(),
        "",
        "| column | type | key | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for c in columns_of(record):
        kind = _type_words(c.type) + ("" if not c.nullable else ", may be empty") + (f", in {c.unit}" if c.unit else "")
        values = f" Values: {', '.join(f'`{v}`' for v in c.values)}." if c.values else ""
        lines.append(f"| {c.name} | {kind} | {'key' if c.is_key else ''} | {_inline(c.text)}{values} |")
    return [*lines, ""]


def _type_words(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "list of text"
    if pa.types.is_timestamp(kind):
        return "time"
    return {
        "string": "text",
        "int64": "whole number",
        "double": "number",
        "bool": "true or false",
        "date32[day]": "date",
    }[str(kind)]


def _values(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [*(f"- `{value}`: {text}" for value, text in pairs), ""]


def readme(data: StudyData, tables: Sequence[tuple[str, type, int]]) -> str:
    """What the package is and how to read it, as Markdown."""
    words = Words(DATASET_LANGUAGE)
    days = words.days(*data.crawl_days) if data.crawl_days else words("cover.unread")
    lines = [
        f"# {_inline(data.title_in(words))}",
        "",
        f"Digital services of {words('cover.municipalities', n=len(data.codes))}; websites read {days}.",
        "",
        "A [Frictionless data package](https://specs.frictionlessdata.io/data-package/): `datapackage.json`",
        "describes every table, `codebook.md` every column. Each table comes as CSV (UTF-8) and as Parquet",
        "(with types, for analysis).",
        "",
        "| table | rows | what |",
        "| --- | ---: | --- |",
    ]
    lines += [
        f"| [{name}](data/{name}.csv) | {rows} | {(record.__doc__ or '').strip()} |" for name, record, rows in tables
    ]
    lines += [
        "",
        "```python",
        "import pandas as pd",
        "",
        'grid = pd.read_parquet("data/service_findings.parquet")',
        'judged = grid[grid.state.isin(["found", "not-found"])]   # gaps are never a no',
        'judged.groupby("service_id").digital.mean()',
        "```",
        "",
        "Spreadsheets turn the code `091` into 91 when a CSV file is opened by a click: import it as text instead.",
        "",
        "Licence: CC BY 4.0, see `LICENSE.md`. How to cite: `CITATION.cff`.",
    ]
    return "\n".join(lines) + "\n"


def _inline(text: str) -> str:
    """Text that cannot break a Markdown table or heading."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
