"""Writes what every table, column and value of the dataset means, in one language, from the declarations themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from study import Column, columns_of
from taxonomy import DEFAULTS

from .data import StudyData
from .keys import foreign_keys
from .meanings import Meanings, lists_of, values_of
from .measures import MEASURES
from .shares import RANK_LIMIT
from .words import Words

DATASET_LANGUAGE = DEFAULTS.common_language
"""The language of the descriptor and of `codebook.md`; codebooks in the others bear their language's code."""
_MEASURES = (*(m.id for m in MEASURES if not m.id.startswith("channel-")), "channel", "product", "owner", "maturity")
_LIMITS = ("automatic", "public", "moment", "absence", "audit", "ranking", "personal")


def codebook(data: StudyData, tables: Mapping[str, type], language: str = DATASET_LANGUAGE) -> str:
    """The codebook as Markdown."""
    words, meanings = Words(language), Meanings(language, data.taxonomy)
    lines = [
        f"# {meanings.frame('heading', title=_inline(data.title_in(words)))}",
        "",
        meanings.frame("intro"),
        "",
        *(f"- [{name}](#{name}): {_inline(meanings.table(name))}" for name in tables),
        "",
    ]
    for name in tables:
        lines += table_lines(meanings, name, tables)
    lines += list_lines(meanings, tables.values())
    lines += [f"## {meanings.frame('measures')}", "", words("method.shares").replace("*", ""), ""]
    lines += [meanings.frame("ranking", limit=words.percent(RANK_LIMIT)), ""]
    lines += [f"- {words(f'measures.{m}.definition')}" for m in (*_MEASURES, "clicks")]
    lines += ["", f"## {meanings.frame('limits')}", ""]
    lines += [f"- {words(f'limits.{name}').replace('*', '')}" for name in _LIMITS]
    return "\n".join(lines) + "\n"


def list_lines(meanings: Meanings, records: Iterable[type]) -> list[str]:
    """The values of every list that columns of these records use, and what they mean."""
    lines = [f"## {meanings.frame('lists')}", ""]
    for list_id in lists_of(records):
        lines += [f"### {list_id}", "", f"{meanings.list_title(list_id)}.", ""]
        lines += [f"- `{v}`: {_inline(meanings.value(list_id, v))}" for v in values_of(list_id, meanings.taxonomy)]
        lines.append("")
    return lines


def table_lines(meanings: Meanings, name: str, tables: Mapping[str, type]) -> list[str]:
    """What a table's columns mean."""
    record = tables[name]
    heads = [meanings.frame(head) for head in ("column", "type", "key", "meaning")]
    lines = [
        f"## {name}",
        "",
        f"{meanings.table(name)}. {meanings.table_text(name, record)}",
        "",
        f"| {' | '.join(heads)} |",
        "| --- | --- | --- | --- |",
    ]
    leads = {k.fields[0]: k.table for k in foreign_keys(name, record, tables) if len(k.fields) == 1}
    leads |= {k.fields[1]: k.table for k in foreign_keys(name, record, tables) if len(k.fields) > 1}
    for c in columns_of(record):
        key = meanings.frame("is_key") if c.is_key else ""
        text = [_inline(meanings.column_text(name, c))]
        if c.codes:
            text.append(meanings.frame("values", title=meanings.list_title(c.codes), anchor=c.codes))
        if c.name in leads:
            text.append(meanings.frame("leads", table=leads[c.name]))
        lines.append(f"| {c.name} | {_type_words(meanings, c)} | {key} | {' '.join(text)} |")
    return [*lines, ""]


def _type_words(meanings: Meanings, column: Column) -> str:
    parts = [meanings.frame(f"types.{type_name(column)}")]
    if column.nullable:
        parts.append(meanings.frame("empty"))
    if column.unit:
        parts.append(meanings.frame("unit", unit=column.unit))
    return ", ".join(parts)


def type_name(column: Column) -> str:
    """What the type of a column is called in the words of the codebook."""
    if pa.types.is_list(column.type):
        return "list"
    if pa.types.is_timestamp(column.type):
        return "time"
    return "date" if pa.types.is_date(column.type) else str(column.type)


def readme(data: StudyData, tables: Sequence[tuple[str, type, int]]) -> str:
    """What the package is and how to read it, as Markdown."""
    words = Words(DATASET_LANGUAGE)
    days = words.days(*data.crawl_days) if data.crawl_days else words("cover.unread")
    licence = data.authorship.licence
    lines = [
        f"# {_inline(data.title_in(words))}",
        "",
        f"Digital services of {words('cover.municipalities', n=len(data.codes))}; websites read {days}.",
        "",
        "A [Frictionless data package](https://specs.frictionlessdata.io/data-package/): `datapackage.json`",
        "describes every table, `codebook.md` every column and value (`codebook.fi.md`, `codebook.sv.md` in Finnish",
        "and Swedish). Each table comes as CSV (UTF-8) and as Parquet (with types, for analysis).",
        "",
        "| table | rows | what |",
        "| --- | ---: | --- |",
    ]
    lines += [
        f"| [{name}](data/{name}.csv) | {rows} | {' '.join((record.__doc__ or '').split())} |"
        for name, record, rows in tables
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
        "`figures.ipynb` rebuilds five figures from the tables with pandas and matplotlib.",
        "",
        "Spreadsheets turn the code `091` into 91 when a CSV file is opened by a click: import it as text instead.",
        "",
        f"Licence: {licence.title if licence else 'none has been given'}, see `LICENSE.md`.",
        "How to cite: `CITATION.cff`.",
        "Metadata for catalogues: `datacite.json` (DataCite 4), `dataset.jsonld` (schema.org), `croissant.json`",
        "(Croissant 1.0).",
    ]
    return "\n".join(lines) + "\n"


def _inline(text: str) -> str:
    """Text that cannot break a Markdown table or heading."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
