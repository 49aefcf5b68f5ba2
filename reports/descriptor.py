"""Describes the dataset for machines as a data package (Data Package v2): tables, columns, keys, values."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from study import Column, columns_of

from .codebook import DATASET_LANGUAGE
from .data import StudyData
from .keys import foreign_keys
from .meanings import Meanings, values_of
from .words import Words

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_FRICTIONLESS = {"int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}
DESCRIPTION = (
    "Which services municipalities offer on their websites, through which channels and on which products, and why. "
    "found and not-found are findings; blocked and not-examined are gaps and never a no. See codebook.md."
)


@dataclass(frozen=True, slots=True)
class PackageTable:
    """One table of the package."""

    name: str
    record: type
    rows: pa.Table


def descriptor(data: StudyData, tables: Sequence[PackageTable], files: Mapping[str, bytes]) -> str:
    """`datapackage.json` of these tables and files."""
    title = data.title_in(Words(DATASET_LANGUAGE))
    package: dict[str, Any] = {
        "$schema": _PROFILE,
        "name": slug(title),
        "title": title,
        "description": DESCRIPTION,
        "version": version_of(data),
        **_rights(data),
        "keywords": list(keywords(data)),
        "taxonomy": {
            "country": data.taxonomy.country.id,
            "version": data.taxonomy.version,
            "digest": data.taxonomy.digest,
        },
        "sources": [{"title": s.name, **({"path": s.url} if s.url else {})} for s in data.taxonomy.country.sources],
        "resources": [*_csv_resources(data, tables, files), *_parquet_resources(tables, files)],
    }
    if data.crawl_days:
        package["created"] = f"{data.crawl_days[1].isoformat()}T00:00:00Z"
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _rights(data: StudyData) -> dict[str, Any]:
    """Licence, authors and DOI, those that the study gives."""
    made = data.authorship
    rights: dict[str, Any] = {}
    if made.licence:
        path = {"path": made.licence.path} if made.licence.path else {}
        rights["licenses"] = [{"name": made.licence.id, "title": made.licence.title, **path}]
    contributors = [{"title": name, "roles": ["author"]} for name in made.authors]
    if made.publisher:
        contributors.append({"title": made.publisher, "roles": ["publisher"]})
    if contributors:
        rights["contributors"] = contributors
    if made.doi:
        rights["id"] = f"https://doi.org/{made.doi}"
    return rights


def version_of(data: StudyData) -> str:
    """Version of the dataset."""
    return f"{data.year}.1.0"


def keywords(data: StudyData) -> tuple[str, ...]:
    """What catalogues file the dataset under."""
    return ("accessibility", "digital services", "municipalities", data.taxonomy.country.id)


def _csv_resources(data: StudyData, tables: Sequence[PackageTable], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    meanings = Meanings(DATASET_LANGUAGE, data.taxonomy)
    records = {table.name: table.record for table in tables}
    return [
        {
            "name": table.name,
            "type": "table",
            "path": f"data/{table.name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "title": meanings.table(table.name),
            "description": " ".join((table.record.__doc__ or "").split()),
            "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"},
            **_size(files[f"data/{table.name}.csv"]),
            "schema": _schema(table.name, records, meanings),
        }
        for table in tables
    ]


def _parquet_resources(tables: Sequence[PackageTable], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{table.name}_parquet",
            "path": f"data/{table.name}.parquet",
            # Not "parquet": readers would guess a schema from the rows where the file brings its own.
            "format": "vnd.apache.parquet",
            "mediatype": "application/vnd.apache.parquet",
            **_size(files[f"data/{table.name}.parquet"]),
            "description": f"The table {table.name} with its column types, as Parquet.",
        }
        for table in tables
    ]


def _schema(name: str, records: Mapping[str, type], meanings: Meanings) -> dict[str, Any]:
    columns = columns_of(records[name])
    schema: dict[str, Any] = {
        "fields": [_field(name, index, column, meanings) for index, column in enumerate(columns)],
        "missingValues": [""],
    }
    keys = [c for c in columns if c.is_key]
    if all(not c.nullable for c in keys):
        schema["primaryKey"] = [c.name for c in keys]
    references = [
        {"fields": list(key.fields), "reference": {"resource": key.table, "fields": list(key.to)}}
        for key in foreign_keys(name, records[name], records)
    ]
    if references:
        schema["foreignKeys"] = references
    return schema


def _field(table: str, index: int, column: Column, meanings: Meanings) -> dict[str, Any]:
    kind = "datetime" if pa.types.is_timestamp(column.type) else _FRICTIONLESS.get(str(column.type), "string")
    is_list = pa.types.is_list(column.type)
    values = values_of(column.codes, meanings.taxonomy)
    constraints: dict[str, Any] = {}
    # A text may be empty, and empty is a missing value in CSV; the first column is always an id.
    if not column.nullable and (index == 0 or not (is_list or column.type == pa.string())):
        constraints["required"] = True
    if values and is_list:
        one = "|".join(re.escape(value).replace("\\-", "-") for value in values)
        constraints["pattern"] = f"({one})(;({one}))*"
    elif values:
        constraints["enum"] = list(values)
    field: dict[str, Any] = {
        "name": column.name,
        "type": kind,
        "title": meanings.column(table, column.name),
        "description": f"{column.text} Several values are separated by semicolons." if is_list else column.text,
    }
    if column.unit:
        field["unit"] = column.unit
    if values and not is_list:
        field["categories"] = [{"value": v, "label": meanings.value(column.codes, v)} for v in values]
    return {**field, "constraints": constraints} if constraints else field


def _size(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def slug(title: str) -> str:
    """A package name of lower-case ASCII letters, digits and hyphens."""
    ascii_text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-") or "study"
