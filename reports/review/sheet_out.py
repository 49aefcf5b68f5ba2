"""Writes the cells of a study as a spreadsheet in which a person can decide: drop-down lists, links, locked columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.words import Words
from study import CHANNELS, storage_errors

from .decide import machine_value, standing_value
from .desk import Desk
from .pages import Names
from .sheet import CHOSEN, COLUMNS, HIDDEN, LISTS, SHEET, Labels, digest_of, marks_of
from .worth import QueueCell

_FIRST_ROW = 2
_WIDTHS = {
    "code": 8, "service": 34, "why": 26, "confidence": 10, "machine": 46, "proof": 50, "page": 14,
    "best_url": 46, "note": 40, "products": 24, "reason": 26, "notes": 30,
}  # fmt: skip
_SHOWN = tuple(column for column in COLUMNS if column not in (*HIDDEN, "key", "page"))
_WIDTH, _LINE, _MOST_LINES = 16, 15, 8
_LONGEST_LINK, _MOST_LINKS = 2_000, 60_000
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def write_sheet(desk: Desk, path: Path, language: str) -> int:
    """Write every cell of a study in the order of the queue; gives how many. Raises StorageError."""
    with storage_errors(path), xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        return _Sheet(desk, Labels(desk, language), book).write()


class _Sheet:
    """One spreadsheet while it is written."""

    def __init__(self, desk: Desk, labels: Labels, book: xlsxwriter.Workbook) -> None:
        self.desk, self.labels, self.book = desk, labels, book
        self.words, self.names = Words(labels.language), Names(desk, labels.language)
        grey = {"bg_color": "#eef2f3", "valign": "top", "text_wrap": True}
        self.locked = book.add_format({**grey, "locked": True, "num_format": "@"})
        self.open = book.add_format({"locked": False, "valign": "top", "num_format": "@", "text_wrap": True})
        self.head = book.add_format({"bold": True, "bg_color": "#0b5563", "font_color": "#ffffff", "text_wrap": True})
        self.link = book.add_format({**grey, "font_color": "#0b5563", "underline": 1})

    def write(self) -> int:
        guide = self.book.add_worksheet(self.words("review.sheet.guide-name"))
        guide.set_column(0, 0, 110, self.book.add_format({"text_wrap": True, "valign": "top"}))
        for number, line in enumerate(self.words("review.sheet.guide").split("|")):
            guide.write_string(number, 0, line.strip())
        sheet = self.book.add_worksheet(SHEET)
        places = self._lists()
        self._heads(sheet)
        # Page by municipality, so that each one's pages are fetched once.
        rows = {cell.key: self._row(cell) for cell in sorted(self.desk.queue, key=lambda c: c.key)}
        for number, cell in enumerate(self.desk.queue, start=_FIRST_ROW):
            self._write_row(sheet, number, rows[cell.key])
        last = max(_FIRST_ROW, _FIRST_ROW + len(rows) - 1)
        for column, (source, is_strict) in places.items():
            at = COLUMNS.index(column)
            sheet.data_validation(_FIRST_ROW, at, last, at, self._validation(source, is_strict=is_strict))
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_paper(8)
        sheet.autofilter(1, 0, last, len(COLUMNS) - 1)
        sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
        sheet.activate()
        return len(rows)

    def _heads(self, sheet: Worksheet) -> None:
        for at, column in enumerate(COLUMNS):
            sheet.write_string(0, at, column)
            sheet.write_string(1, at, column if column in HIDDEN else self.labels.heading(column), self.head)
            is_hidden = column in HIDDEN or column == "key"
            sheet.set_column(at, at, _WIDTHS.get(column, _WIDTH), None, {"hidden": is_hidden})
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 32)
        sheet.freeze_panes(_FIRST_ROW, COLUMNS.index("service") + 1)

    def _lists(self) -> dict[str, tuple[str, bool]]:
        """Where the words of every list stand: a range on a hidden sheet, for lists in a cell end at 255 letters."""
        sheet = self.book.add_worksheet(LISTS)
        sheet.hide()
        places = {}
        for at, (column, labels) in enumerate(self.labels.of.items()):
            for row, word in enumerate(labels.values()):
                sheet.write_string(row, at, word)
            name = xl_col_to_name(at)
            # A channel may have several kinds, a service several products, which a person writes with a semicolon.
            places[column] = (f"={LISTS}!${name}$1:${name}${len(labels)}", column not in (*CHANNELS, "products"))
        return places

    def _validation(self, source: str, *, is_strict: bool) -> dict[str, Any]:
        text = self.words("review.sheet.from-list" if is_strict else "review.sheet.or-several")
        kind = "stop" if is_strict else "warning"
        return {"validate": "list", "source": source, "error_type": kind, "error_message": text, "ignore_blank": True}

    def _row(self, cell: QueueCell) -> dict[str, str]:
        code, service = cell.key
        machine, standing = machine_value(self.desk, code, service), standing_value(self.desk, code, service)
        decision = self.desk.decision(code, service)
        evidence = [row for row in self.desk.evidence(code, service) if row.snippet][:1]
        row = self.labels.row(standing)
        locked = {
            "key": f"{code}/{service}",
            "code": code,
            "municipality": self.names.municipality(code),
            "service": self.names.service(service),
            "why": ", ".join(self.words(f"review.why.{reason}") for reason in cell.reasons),
            "confidence": "" if cell.confidence is None else f"{cell.confidence:.2f}",
            "machine": "; ".join(text for _, text in self.names.value(machine)),
            "proof": evidence[0].snippet if evidence else "",
            "page": machine.best_url,
            "notes": " | ".join(f"{note.reviewer}: {note.note}" for note in self.desk.notes(code, service)),
        }
        return {
            **row,
            **locked,
            "action": self.labels.of["action"][decision.action.value] if decision else "",
            "reason": "",
            "note": "",
            "seen": cell.basis,
            "replaces": decision.id if decision else "",
            "exported": f"{digest_of(row)} {decision.action.value if decision else ''}".strip(),
            "locked": marks_of(locked),
        }

    def _write_row(self, sheet: Worksheet, number: int, row: Mapping[str, str]) -> None:
        # Programs differ in whether they make room for wrapped text: the height is said.
        lines = max(1 + len(row[column]) // _WIDTHS.get(column, _WIDTH) for column in _SHOWN)
        sheet.set_row(number, _LINE * min(lines, _MOST_LINES))
        for at, column in enumerate(COLUMNS):
            text = row[column]
            if column == "page" and 0 < len(text) <= _LONGEST_LINK and number < _MOST_LINKS:
                sheet.write_url(number, at, text, self.link, self.words("review.sheet.open"))
            else:
                sheet.write_string(number, at, text, self.open if column in CHOSEN else self.locked)
