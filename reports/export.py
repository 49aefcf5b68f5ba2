"""Writes a study as a Frictionless data package: every table as CSV and Parquet, descriptor, codebook, citation.

The same study gives the same bytes. Personal e-mail addresses are masked in both forms; in the CSV, text that a
spreadsheet would run as a formula is made plain. Nothing is computed here: the tables are the findings themselves.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from importlib import resources
from pathlib import Path

import pyarrow.parquet as pq

from analysis import CHANNEL_CONFIDENCE
from study import COMPARISON, TABLES, ChannelEvidence, StudyFolder, column, no_follow, storage_errors, to_arrow

from .cells import csv_bytes, spreadsheet_bytes
from .codebook import DATASET_LANGUAGE, codebook, readme
from .data import StudyData, load_study
from .descriptor import PackageTable, descriptor, version_of
from .metadata import is_person, makers, metadata_files
from .reference import REFERENCE, reference_rows
from .words import Words, available_languages

SPREADSHEETS = "excel"
"""Folder of the tables that open by a click."""
NOTEBOOK = "figures.ipynb"


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
    records = {table.name: table.record for table in tables}
    for language in available_languages():
        name = "codebook.md" if language == DATASET_LANGUAGE else f"codebook.{language}.md"
        files[name] = codebook(data, records, language).encode()
    files["README.md"] = readme(data, [(t.name, t.record, t.rows.num_rows) for t in tables]).encode()
    files[NOTEBOOK] = resources.files(__package__).joinpath("templates", NOTEBOOK).read_bytes()
    files["LICENSE.md"] = _licence_text(data).encode()
    files["CITATION.cff"] = _citation(data).encode()
    files |= {name: text.encode() for name, text in metadata_files(data, tables, files).items()}
    files["datapackage.json"] = descriptor(data, tables, files).encode()
    return _write(folder.export, files)


@dataclass(frozen=True, slots=True)
class EvidenceRow(ChannelEvidence):
    """One piece of evidence that a service can be used through a channel."""

    entered_cell: bool = column(
        "Whether the piece entered the cell of the grid: it stands on a page behind the cell and is sure enough.",
        default=False,
    )


def package_tables(data: StudyData) -> list[PackageTable]:
    """Findings, what changed since an earlier study where that was compared, and look-up tables, in this order."""
    day = data.crawl_days[1] if data.crawl_days else date(data.year, 12, 31)
    naming = ("vendor_hits", "eservice_paths", "shared_installations", "site_tools")
    products = {row.product_id for table in naming for row in data.rows(table) if row.product_id}
    products |= {name for row in data.rows("product_moves") for name in (*row.old_products, *row.new_products)}
    records = {name: table.record for name, table in (TABLES | COMPARISON).items()} | REFERENCE
    records["channel_evidence"] = EvidenceRow
    rows = {**dict.fromkeys(records, ()), **data.tables, **reference_rows(data.taxonomy, products, day)}
    rows["channel_evidence"] = list(_with_use(data))
    return [PackageTable(name, record, to_arrow(record, rows[name])) for name, record in records.items()]


def _with_use(data: StudyData) -> Iterator[EvidenceRow]:
    """The evidence, each piece with whether it entered its cell."""
    behind = {(p.municipality_code, p.service_id, p.url) for p in data.rows("cell_pages")}
    for row in data.rows("channel_evidence"):
        is_behind = (row.municipality_code, row.service_id, row.url) in behind
        plain = {f.name: getattr(row, f.name) for f in fields(ChannelEvidence)}
        yield EvidenceRow(**plain, entered_cell=is_behind and row.confidence >= CHANNEL_CONFIDENCE)


def _parquet_bytes(table: PackageTable) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table.rows, stream, compression="zstd", compression_level=3, version="2.6")
    return stream.getvalue()


def _licence_text(data: StudyData) -> str:
    licence = data.authorship.licence
    if licence is None:
        rights = "No licence has been given: ask the authors before you use the tables in what you publish.\n\n"
    else:
        name = licence.title if licence.title == licence.id else f"{licence.title} ({licence.id})"
        where = f":\n<{licence.path}>.\n\n" if licence.path else ".\n\n"
        rights = f"The tables and their documentation are licensed under {name}{where}"
    return (
        f"# Licence\n\n{rights}"
        "Short quotations of websites (columns `snippet`, `title` and `html`) remain their authors'. Background facts\n"
        "on municipalities come from the sources named in `datapackage.json`, under their own licences.\n"
    )


def _citation(data: StudyData) -> str:
    made = data.authorship
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it as below.",
        "type: dataset",
        f"title: {_quoted(data.title_in(Words(DATASET_LANGUAGE)))}",
        "authors:",
    ]
    if not made.authors:
        lines.append("  # Who made the study is not said: `authors` in study.toml.")
    for name in makers(data):
        family, _, given = name.partition(", ")
        if is_person(name):
            lines += [f"  - family-names: {_quoted(family)}", f"    given-names: {_quoted(given)}"]
        else:
            lines.append(f"  - name: {_quoted(name)}")
    lines.append(f'version: "{version_of(data)}"')
    if made.licence:
        lines.append(f"license: {_quoted(made.licence.id)}")
    if made.doi:
        lines.append(f"doi: {_quoted(made.doi)}")
    if data.crawl_days:
        lines.append(f"date-released: {data.crawl_days[1].isoformat()}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


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
