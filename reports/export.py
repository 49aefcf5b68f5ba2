"""Writes a study as a Frictionless data package: every table as CSV and Parquet, descriptor, codebook, citation.

The same study gives the same bytes. Personal e-mail addresses are masked in both forms; in the CSV, text that a
spreadsheet would run as a formula is made plain. Nothing is computed here: the tables are the findings themselves.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from study import TABLES, StudyFolder, columns_of, no_follow, storage_errors, to_arrow

from .cells import csv_bytes, spreadsheet_bytes
from .codebook import DATASET_LANGUAGE, codebook, readme
from .data import StudyData, load_study
from .reference import REFERENCE, reference_rows
from .words import Words

SPREADSHEETS = "excel"
"""Folder of the tables that open by a click."""
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
_FRICTIONLESS = {"int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}


@dataclass(frozen=True, slots=True)
class PackageTable:
    """One table of the package."""

    name: str
    record: type
    rows: pa.Table


def export_package(folder: StudyFolder, version: str = "", *, for_spreadsheets: bool = False) -> Path:
    """Write export/ anew and return datapackage.json; raises UserError for a study without findings.

    With `for_spreadsheets` every table lies in excel/ too, as CSV that opens by a click; it is no part of the package.
    """
    data = load_study(folder, version)
    tables = package_tables(data)
    files: dict[str, bytes] = {}
    for table in tables:
        files[f"data/{table.name}.csv"] = csv_bytes(table.rows)
        if for_spreadsheets:
            files[f"{SPREADSHEETS}/{table.name}.csv"] = spreadsheet_bytes(table.rows)
        files[f"data/{table.name}.parquet"] = _parquet_bytes(table)
    files["codebook.md"] = codebook(data, [(t.name, t.record) for t in tables]).encode()
    files["README.md"] = readme(data, [(t.name, t.record, t.rows.num_rows) for t in tables]).encode()
    files["LICENSE.md"] = _licence_text().encode()
    files["CITATION.cff"] = _citation(data).encode()
    files["datapackage.json"] = _descriptor(data, tables, files).encode()
    return _write(folder.export, files)


def package_tables(data: StudyData) -> list[PackageTable]:
    """Findings and look-up tables, in the order of the package."""
    day = data.crawl_days[1] if data.crawl_days else date(data.year, 12, 31)
    naming = ("vendor_hits", "eservice_paths", "shared_installations", "site_tools")
    products = (row.product_id for table in naming for row in data.rows(table) if row.product_id)
    records = {name: table.record for name, table in TABLES.items()} | REFERENCE
    rows = {**dict.fromkeys(records, ()), **data.tables, **reference_rows(data.taxonomy, products, day)}
    return [PackageTable(name, record, to_arrow(record, rows[name])) for name, record in records.items()]


def _parquet_bytes(table: PackageTable) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table.rows, stream, compression="zstd", compression_level=3, version="2.6")
    return stream.getvalue()


def _schema(record: type) -> dict[str, Any]:
    fields = []
    for index, item in enumerate(columns_of(record)):
        constraints: dict[str, Any] = {}
        # A text may be empty, and empty is a missing value in CSV; the first column is always an id.
        if not item.nullable and (index == 0 or not (pa.types.is_list(item.type) or item.type == pa.string())):
            constraints["required"] = True
        if item.values:
            constraints["enum"] = list(item.values)
        kind = "datetime" if pa.types.is_timestamp(item.type) else _FRICTIONLESS.get(str(item.type), "string")
        text = f"{item.text} Several values are separated by semicolons." if pa.types.is_list(item.type) else item.text
        field: dict[str, Any] = {"name": item.name, "type": kind, "description": text}
        if item.unit:
            field["unit"] = item.unit
        fields.append({**field, "constraints": constraints} if constraints else field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    keys = [c for c in columns_of(record) if c.is_key]
    if all(not c.nullable for c in keys):
        schema["primaryKey"] = [c.name for c in keys]
    if any(c.name == "municipality_code" for c in columns_of(record)):
        reference = {"resource": "municipalities", "fields": ["code"]}
        schema["foreignKeys"] = [{"fields": ["municipality_code"], "reference": reference}]
    return schema


def _descriptor(data: StudyData, tables: list[PackageTable], files: dict[str, bytes]) -> str:
    resources: list[dict[str, Any]] = []
    for table in tables:
        path = f"data/{table.name}.csv"
        resources.append(
            {
                "name": table.name,
                "type": "table",
                "path": path,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "description": (table.record.__doc__ or "").strip(),
                "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"},
                **_size(files[path]),
                "schema": _schema(table.record),
            }
        )
    for table in tables:
        path = f"data/{table.name}.parquet"
        resources.append(
            {
                "name": f"{table.name}_parquet",
                "path": path,
                # Not "parquet": readers would guess a schema from the rows where the file brings its own.
                "format": "vnd.apache.parquet",
                "mediatype": "application/vnd.apache.parquet",
                **_size(files[path]),
                "description": f"The table {table.name} with its column types, as Parquet.",
            }
        )
    words = Words(DATASET_LANGUAGE)
    package: dict[str, Any] = {
        "$schema": _PROFILE,
        "name": slug(data.title_in(words)),
        "title": data.title_in(words),
        "description": DESCRIPTION,
        "version": f"{data.year}.1",
        "licenses": [LICENCE],
        "keywords": ["accessibility", "digital services", "municipalities", data.taxonomy.country.id],
        "taxonomy": {
            "country": data.taxonomy.country.id,
            "version": data.taxonomy.version,
            "digest": data.taxonomy.digest,
        },
        "sources": [{"title": s.name, **({"path": s.url} if s.url else {})} for s in data.taxonomy.country.sources],
        "resources": resources,
    }
    if data.crawl_days:
        package["created"] = f"{data.crawl_days[1].isoformat()}T00:00:00Z"
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


DESCRIPTION = (
    "Which services municipalities offer on their websites, through which channels and on which products, and why. "
    "found and not-found are findings; blocked and not-examined are gaps and never a no. See codebook.md."
)


def _size(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def slug(title: str) -> str:
    """A package name of lower-case ASCII letters, digits and hyphens."""
    ascii_text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-") or "study"


def _licence_text() -> str:
    return (
        "# Licence\n\n"
        f"The tables and their documentation are licensed under {LICENCE['title']} ({LICENCE['name']}):\n"
        f"<{LICENCE['path']}>.\n\n"
        "Short quotations of websites (columns `snippet`, `title` and `html`) remain their authors'. Background facts\n"
        "on municipalities come from the sources named in `datapackage.json`, under their own licences.\n"
    )


def _citation(data: StudyData) -> str:
    title = data.title_in(Words(DATASET_LANGUAGE))
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it as below.",
        "type: dataset",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        "authors:",
        f"  - name: {json.dumps(f'Makers of the study {title}', ensure_ascii=False)}",
        f'version: "{data.year}.1"',
        "license: CC-BY-4.0",
    ]
    if data.crawl_days:
        lines.append(f"date-released: {data.crawl_days[1].isoformat()}")
    return "\n".join(lines) + "\n"


def _write(folder: Path, files: dict[str, bytes]) -> Path:
    """Put the files in place and take away tables of an earlier export; datapackage.json comes last."""
    with storage_errors(folder):
        for place in {Path(name).parent for name in files}:
            (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / "datapackage.json").unlink(missing_ok=True)
        for old in (*folder.glob("data/*"), *folder.glob(f"{SPREADSHEETS}/*")):
            if old.is_file() and str(old.relative_to(folder)) not in files and old.suffix in (".csv", ".parquet"):
                old.unlink()
        for name, content in files.items():
            with open(folder / name, "wb", opener=no_follow) as file:
                file.write(content)
    return folder / "datapackage.json"
