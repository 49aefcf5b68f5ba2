"""Writes a study as one Excel workbook: a first sheet that explains, the report's tables, and the data behind them.

It speaks the first language that is asked for; heads and explanations stand in every one. The same study gives the
same bytes.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from study import Column, columns_of

from .clean import plain, safe_href
from .context import Context
from .data import StudyData
from .export import package_tables
from .meanings import Meanings
from .metadata import citation_text, makers
from .model import Cell, Matrix, ReportModel, Section, Table
from .sheets import HEAD, INK, LINE, LINK, LINKED, QUIET, Head, Sheets
from .words import Words

MOST_ROWS = 100_000
"""Longer tables are for programs: the first sheet says that they are in the dataset."""
MOST_LINKS = 60_000
"""A sheet may hold 65,530 links; beyond this the addresses are text."""
LEVELS = {
    "digital": ("#0b5563", "#ffffff"),
    "other": ("#a9d3da", INK),
    "information": ("#e3eef0", INK),
    "none": ("#ffffff", INK),
    "blocked": ("#e6e6e6", INK),
    "unread": ("#e6e6e6", INK),
    "outside": ("#f5f0e6", INK),
}
"""Ground and ink of a cell of the grid."""
_ADDRESSES = frozenset({"url", "final_url", "best_url", "target_url", "website", "target", "machine_best_url"})
_WIDE = frozenset({"snippet", "title", "html", "selector", "definition", "status_detail", "matched_terms", "evidence"})


@dataclass(frozen=True, slots=True)
class _Listed:
    """A sheet as the first one tells of it; without a name it is left out."""

    name: str
    title: str
    rows: int
    text: str


def workbook(models: Sequence[ReportModel], data: StudyData) -> bytes:
    """The workbook of these models, one a language, and of the tables they were made from."""
    stream = io.BytesIO()
    # Row by row with the strings in place: a study of a whole country fits into a few megabytes of memory.
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(stream, options) as book:
        _Book(book, models, data).write()
    return stream.getvalue()


class _Book:
    """One workbook while it is written."""

    def __init__(self, book: xlsxwriter.Workbook, models: Sequence[ReportModel], data: StudyData) -> None:
        self.sheets = Sheets(book)
        self.models, self.data = models, data
        self.tables = package_tables(data)
        self.meanings = [Meanings(m.language, data.taxonomy) for m in models]
        self.main = self.meanings[0]
        self.context = Context(data, Words(models[0].language))

    def write(self) -> None:
        """All sheets, the one that lists them first."""
        made = self.data.crawl_days[1] if self.data.crawl_days else date(self.data.year, 12, 31)
        self.sheets.book.set_properties(
            {
                "title": self.models[0].cover.title,
                "subject": self.models[0].cover.subtitle,
                "author": "; ".join(self.data.authorship.authors),
                "company": self.data.authorship.publisher,
                "created": datetime(made.year, made.month, made.day, tzinfo=UTC).replace(tzinfo=None),
            }
        )
        first = self.sheets.name(self.main.workbook("first"))
        shown = list(enumerate(_report_tables(self.models[0].sections), start=1))
        report = [
            _Listed(self.sheets.name(self.main.workbook("table", n=str(n))), t.caption, len(t.rows), t.caption)
            for n, t in shown
        ]
        data = [self._listed(table.name, table.record, table.rows.num_rows) for table in self.tables]
        columns = self.sheets.name(self.main.workbook("columns"))
        self._first(first, report, data, columns)
        for listed, (_, table) in zip(report, shown, strict=True):
            if isinstance(table, Matrix):
                self._matrix(listed, table)
            else:
                self._report_table(listed, table)
        for listed, source in zip(data, self.tables, strict=True):
            if listed.name:
                self._data_table(listed, source.name, source.record, source.rows)
        self._columns(columns)

    def _listed(self, name: str, record: type, rows: int) -> _Listed:
        title, text = self.main.table(name), self.main.table_text(name, record)
        if rows > MOST_ROWS:
            left_out = self.main.workbook("left_out", n=self.context.words.number(rows))
            return _Listed("", title, rows, f"{text} ({left_out})")
        return _Listed(self.sheets.name(title), title, rows, text)

    def _first(self, name: str, report: Sequence[_Listed], data: Sequence[_Listed], columns: str) -> None:
        """What the workbook is, in every language, and its sheets with links to them."""
        form = self.sheets.form
        sheet = self.sheets.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        for column, width in enumerate((36, 10, 2, 96)):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        line = 0
        for model, meanings in zip(self.models, self.meanings, strict=True):
            line = self._explain(sheet, line, model, meanings)
        every = _Listed(columns, columns, sum(len(columns_of(t.record)) for t in self.tables), "")
        groups = (("report_tables", report), ("data_tables", (*data, every)))
        for title, listed in groups:
            sheet.write_string(line, 0, self.main.workbook(title), form(bold=True, font_size=13, font_color=LINK))
            sheet.set_row(line, 20)
            for column, key in ((0, "sheet"), (1, "rows"), (3, "what")):
                side = {"align": "right"} if column == 1 else {}
                sheet.write_string(line + 1, column, self.main.workbook(key), form(bold=True, bg_color=HEAD, **side))
            line += 2
            for item in listed:
                if item.name:
                    place = f"internal:'{item.name}'!A1"
                    sheet.write_url(line, 0, place, form(font_color=LINK, underline=1), item.name)
                else:
                    sheet.write_string(line, 0, item.title, form())
                sheet.write_number(line, 1, item.rows, form(num_format="#,##0"))
                sheet.write_string(line, 3, item.text or self.main.workbook("columns_text"), form(text_wrap=True))
                line += 1
            line += 1

    def _explain(self, sheet: Worksheet, line: int, model: ReportModel, meanings: Meanings) -> int:
        """What the workbook is and how it is read, in one language; the line after it."""
        form, made = self.sheets.form, self.data.authorship
        sheet.set_row(line, 24)
        sheet.write_string(line, 0, model.cover.title, form(bold=True, font_size=16, font_color=LINK))
        sheet.write_string(line + 1, 0, model.cover.subtitle, form(font_size=11))
        line += 2
        facts = [*model.cover.lines]
        if made.authors:
            facts.append((meanings.workbook("authors"), "; ".join(makers(self.data))))
        if made.licence:
            facts.append((meanings.workbook("licence"), made.licence.title))
        facts.append((meanings.workbook("cite"), citation_text(self.data, model.language)))
        for label, text in facts:
            sheet.write_string(line, 0, label, form(bold=True))
            sheet.write_string(line, 1, text, form())
            line += 1
        for text in (model.cover.note, *meanings.how_to_read):
            sheet.set_row(line, 28 if len(text) > 150 else 15)
            sheet.merge_range(line, 0, line, 3, text, form(text_wrap=True))
            line += 1
        return line + 1

    def _report_table(self, listed: _Listed, table: Table) -> None:
        """A table of the report; shares have a second column with count and gaps, notes stand below."""
        noted, widths = _noted(table), _widths(table)
        heads = self._report_heads(table, noted, widths)
        sheet = self.sheets.table(listed.name, heads, rows=len(table.rows), frozen=1, lines=3)
        for line, row in enumerate(table.rows, start=1):
            told = [self._told(cell, own.kind) for cell, own in zip(row.cells, table.columns, strict=False)]
            if not row.group:
                self.sheets.heighten(sheet, line, zip(told, widths, strict=False))
            column = 0
            for index, cell in enumerate(row.cells):
                if row.group:
                    self.sheets.text(sheet, line, column, cell.text, bold=True, font_color=LINK)
                else:
                    self._report_cell(sheet, line, column, cell, told[index], widths[index], table.columns[index].kind)
                column += 1
                if index in noted:
                    beside = " · ".join(filter(None, (cell.note, cell.gaps)))
                    self.sheets.text(sheet, line, column, beside, font_color=QUIET, indent=1)
                    column += 1
        for offset, text in enumerate((table.caption, *table.footnotes)):
            self.sheets.note(sheet, len(table.rows) + 2 + offset, heads, text)

    def _report_heads(self, table: Table, noted: frozenset[int], widths: Sequence[float]) -> list[Head]:
        heads: list[Head] = []
        for index, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
            heads.append(Head(column.label, width, column.kind in ("number", "share")))
            if index in noted:
                heads.append(Head(f"{column.label}: {self.main.workbook('figures')}", 18))
        return heads

    def _told(self, cell: Cell, kind: str) -> str:
        """What a cell says in words; empty for a number, and where there is nothing to say."""
        if cell.value is not None:
            return ""
        text = cell.text or "; ".join(run.text for run in cell.links)
        if text == self.context.words("sign.nothing"):
            return ""
        return f"{text} ({cell.note})" if cell.note and kind != "share" else text

    def _report_cell(
        self, sheet: Worksheet, line: int, column: int, cell: Cell, told: str, width: float, kind: str
    ) -> None:
        if cell.value is not None:
            is_share = kind == "share" and cell.text.rstrip().endswith("%")
            form = "0%" if is_share else "#,##0" if float(cell.value).is_integer() else "#,##0.0"
            sheet.write_number(line, column, cell.value, self.sheets.form(num_format=form))
        elif cell.href.startswith(LINKED):
            self.sheets.link(sheet, line, column, cell.href, cell.text)
        else:
            side = {"align": "right"} if kind in ("number", "share") else {}
            self.sheets.text(sheet, line, column, told, text_wrap=len(told) > width, **side)

    def _matrix(self, listed: _Listed, matrix: Matrix) -> None:
        """The grid of a theme: what each municipality offers, in words on a ground that says the same."""
        heads = [Head(matrix.corner, 24), *(Head(column.label, 24) for column in matrix.columns)]
        sheet = self.sheets.table(listed.name, heads, rows=len(matrix.rows), frozen=1, lines=3)
        for line, row in enumerate(matrix.rows, start=1):
            self.sheets.heighten(sheet, line, [(cell.label.partition(": ")[2], 24) for cell in row.cells])
            self.sheets.text(sheet, line, 0, row.label, bold=True)
            for column, cell in enumerate(row.cells, start=1):
                ground, ink = LEVELS.get(cell.level, ("#ffffff", INK))
                text = cell.label.partition(": ")[2]
                style = {"bg_color": ground, "font_color": ink, "border": 1, "border_color": LINE, "text_wrap": True}
                self.sheets.text(sheet, line, column, text[:1].upper() + text[1:], **style)
        self.sheets.note(sheet, len(matrix.rows) + 2, heads, matrix.caption)

    def _data_table(self, listed: _Listed, name: str, record: type, rows: pa.Table) -> None:
        """A table of the dataset with readable values; names of municipalities beside their codes."""
        columns = columns_of(record)
        heads: list[Head] = []
        for c in columns:
            texts = dict.fromkeys(m.column(name, c.name) for m in self.meanings)
            heads.append(Head("\n".join(texts), _width(c), c.type in (pa.int64(), pa.float64())))
            if c.name == "municipality_code":
                names = dict.fromkeys(m.workbook("name_of_municipality") for m in self.meanings)
                heads.append(Head("\n".join(names), 18))
        frozen = 2 if any(c.name == "municipality_code" for c in columns) else 1
        sheet = self.sheets.table(listed.name, heads, rows=rows.num_rows, frozen=frozen, lines=len(self.models))
        links = line = 0
        for batch in rows.to_batches(max_chunksize=5_000):
            for row in batch.to_pylist():
                line += 1
                links += self._data_row(sheet, line, columns, row, may_link=links < MOST_LINKS)

    def _data_row(
        self, sheet: Worksheet, line: int, columns: Sequence[Column], row: Mapping[str, Any], *, may_link: bool
    ) -> int:
        """One row; how many links it has."""
        column = links = 0
        for c in columns:
            value = row[c.name]
            if c.name in _ADDRESSES and value and may_link and (href := safe_href(value)):
                self.sheets.link(sheet, line, column, href, plain(value))
                links += 1
            elif isinstance(value, str | list):
                words = (self._named(c, v) for v in (value if isinstance(value, list) else [value]))
                self.sheets.text(sheet, line, column, plain("; ".join(words)))
            elif value is not None:
                self.sheets.value(sheet, line, column, value)
            column += 1
            if c.name == "municipality_code":
                known = value in self.data.status
                self.sheets.text(sheet, line, column, self.context.municipality(value) if known else "")
                column += 1
        return links

    def _named(self, declared: Column, value: str) -> str:
        """A value as the workbook's language has it: names of services, products and the like, words of codes."""
        if declared.codes and value:
            return self.main.value(declared.codes, value)
        context = self.context
        match declared.name:
            case "service_id":
                return context.service(value)
            case "theme_id":
                return context.theme(value)
            case "product_id" | "leading_product":
                return context.product(value)
            case "subject":
                return context.service(value) if value in self.data.taxonomy.services else context.product(value)
        return value

    def _columns(self, name: str) -> None:
        """What every column means, in every language, and what it is called in the dataset."""
        heads = [Head(self.main.workbook("sheet"), 30), Head(self.main.workbook("in_dataset"), 34)]
        for m in self.meanings:
            heads += [
                Head(f"{m.workbook(key)} ({m.language})", width) for key, width in (("column", 28), ("meaning", 60))
            ]
        rows = [(table.name, c) for table in self.tables for c in columns_of(table.record)]
        sheet = self.sheets.table(name, heads, rows=len(rows), frozen=2)
        for line, (table, c) in enumerate(rows, start=1):
            texts = [self.main.table(table), f"{table}.{c.name}"]
            for m in self.meanings:
                texts += [m.column(table, c.name), m.column_text(table, c)]
            self.sheets.heighten(sheet, line, zip(texts, (head.width for head in heads), strict=True))
            for column, text in enumerate(texts):
                self.sheets.text(sheet, line, column, text, text_wrap=column > 1)


def _width(column: Column) -> float:
    if column.name in _ADDRESSES:
        return 44
    if column.name in _WIDE:
        return 50
    if pa.types.is_timestamp(column.type):
        return 17
    if column.type in (pa.int64(), pa.float64(), pa.bool_(), pa.date32()):
        return 14
    return 14 if column.name in ("code", "municipality_code") else 26


def _widths(table: Table) -> list[float]:
    """How wide the columns of a report's table are."""
    is_number = [column.kind in ("number", "share") for column in table.columns]
    return [
        42 if column.wide else 24 if index == 0 else 14 if is_number[index] else 22
        for index, column in enumerate(table.columns)
    ]


def _noted(table: Table) -> frozenset[int]:
    """Columns of shares that have counts or gaps beside the per cent."""
    return frozenset(
        index
        for index, column in enumerate(table.columns)
        if column.kind == "share"
        and any(
            not r.group and len(r.cells) > index and (r.cells[index].note or r.cells[index].gaps) for r in table.rows
        )
    )


def _report_tables(sections: Sequence[Section]) -> Iterator[Table | Matrix]:
    """The tables of the report in order; one whose caption others have too is called by its section as well."""
    every = list(_placed_tables(sections))
    captions = Counter(table.caption for _, table in every)
    for title, table in every:
        yield replace(table, caption=f"{title}: {table.caption}") if captions[table.caption] > 1 else table


def _placed_tables(sections: Sequence[Section]) -> Iterator[tuple[str, Table | Matrix]]:
    """Tables with the title of their section; what is told of single municipalities and the evidence is in the data."""
    for section in sections:
        if section.role in ("municipality", "evidence"):
            continue
        for block in section.blocks:
            if isinstance(block, (Table, Matrix)):
                yield section.title, block
            elif isinstance(table := getattr(block, "table", None), Table):
                yield section.title, table
        yield from _placed_tables(section.children)
