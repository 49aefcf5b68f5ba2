"""Sheets of a workbook: heads that stay in view and filter, values of their types, addresses as links, no formulas.

The only module of the report that speaks to XlsxWriter. It knows nothing of studies.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

LONGEST_LINK, LONGEST_TEXT = 2_000, 32_000
SHEET_NAME = 31
"""Most letters of a sheet's name."""
INK, QUIET, HEAD, LINE, LINK = "#17262b", "#55656b", "#e3eef0", "#c4d0d3", "#0b5563"
LINKED = ("http://", "https://", "mailto:")
_TIME, _DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
_LINE, _HIGHEST = 13.5, 400
"""Points of a line of text, and of the highest row."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a sheet: what stands in its head, how wide it is, and whether its values are numbers."""

    text: str
    width: float
    is_number: bool = False


class Sheets:
    """Makes the sheets of one workbook, their names and their formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = set()

    def name(self, wanted: str) -> str:
        """A sheet name that spreadsheets take and that no other sheet has."""
        clean = "".join(c for c in wanted if c not in "[]:*?/\\")[:SHEET_NAME].strip("' ") or "-"
        name, count = clean, 2
        while name.lower() in self._names:
            name, count = f"{clean[: SHEET_NAME - 3]} {count}", count + 1
        self._names.add(name.lower())
        return name

    def form(self, **properties: Any) -> Format:
        """A format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
            self._formats[key] = self.book.add_format({**base, **properties})
        return self._formats[key]

    def table(self, name: str, heads: Sequence[Head], *, rows: int, frozen: int, lines: int = 1) -> Worksheet:
        """A sheet with its head of so many lines: frozen with the first columns, with filters, ready for print."""
        sheet = self.book.add_worksheet(name)
        sheet.set_row(0, 15 * lines + 3)
        for column, head in enumerate(heads):
            sheet.set_column(column, column, head.width)
            is_behind = column > 0 and heads[column - 1].is_number and not head.is_number
            side: dict[str, Any] = {"align": "right"} if head.is_number else {"indent": 1} if is_behind else {}
            style = self.form(bold=True, bg_color=HEAD, text_wrap=True, bottom=1, bottom_color=LINE, **side)
            sheet.write_string(0, column, head.text, style)
        sheet.freeze_panes(1, frozen)
        if heads and rows:
            sheet.autofilter(0, 0, rows, len(heads) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def text(self, sheet: Worksheet, line: int, column: int, text: str, **properties: Any) -> None:
        """A text that is never taken for a formula or a number; nothing for an empty one."""
        if text:
            sheet.write_string(line, column, text[:LONGEST_TEXT], self.form(**properties))

    def heighten(self, sheet: Worksheet, line: int, texts: Iterable[tuple[str, float]]) -> None:
        """Make a row as high as its texts need in columns of their widths: not every spreadsheet does so by itself."""
        lines = max((_lines(text, width) for text, width in texts), default=1)
        if lines > 1:
            sheet.set_row(line, min(_LINE * lines + 2, _HIGHEST))

    def note(self, sheet: Worksheet, line: int, heads: Sequence[Head], text: str) -> None:
        """A remark below a table, over all its columns: beside them it would make the printed page wider."""
        style = {"italic": True, "font_color": QUIET}
        if len(heads) < 2 or not text:
            self.text(sheet, line, 0, text, **style)
            return
        self.heighten(sheet, line, [(text, sum(head.width for head in heads))])
        sheet.merge_range(line, 0, line, len(heads) - 1, text[:LONGEST_TEXT], self.form(text_wrap=True, **style))

    def link(self, sheet: Worksheet, line: int, column: int, href: str, text: str) -> None:
        """An address that can be clicked; one that a spreadsheet cannot open is text."""
        if len(href) > LONGEST_LINK or not href.lower().startswith(LINKED):
            self.text(sheet, line, column, text)
        else:
            sheet.write_url(line, column, href, self.form(font_color=LINK, underline=1), text[:LONGEST_TEXT])

    def value(self, sheet: Worksheet, line: int, column: int, value: bool | int | float | date | datetime) -> None:
        """A value of its own type: truth, number, day or moment (UTC)."""
        if isinstance(value, bool):
            sheet.write_boolean(line, column, value, self.form())
        elif isinstance(value, datetime):
            moment = value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(line, column, moment, self.form(num_format=_TIME))
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day, tzinfo=UTC).replace(tzinfo=None)
            sheet.write_datetime(line, column, moment, self.form(num_format=_DAY))
        else:
            form = "0" if isinstance(value, int) else "0.00"
            sheet.write_number(line, column, value, self.form(num_format=form))


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column so wide; widths are counted in noughts, and most letters are narrower."""
    return sum(max(1, math.ceil(len(part) / (1.2 * width))) for part in text.split("\n"))
