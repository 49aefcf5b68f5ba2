"""Reads a spreadsheet of cells back: what was changed becomes decisions, what makes no sense is told row by row."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reports.words import Words, available_languages
from study import CHANNELS, Action, CellValue, Decision, Role, State, UserError, new_decision, normalise_url

from .decide import OFFERED, lacks_grounds, machine_value
from .desk import Desk
from .pages import Names
from .sheet import CHOSEN, COLUMNS, NEEDED, NOT_OFFERED, SHEET, WHOSE, Labels, Meanings, digest_of, edited

_LONGEST = 500
_MOST_BYTES = 200_000_000
"""Of the sheet without its compression; a study of a whole country takes a tenth."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that makes no decision though somebody changed it, and what to do, in the language of the sheet."""

    row: int
    about: str
    what: str
    remedy: str
    line: str

    def __str__(self) -> str:
        return self.line


@dataclass
class SheetResult:
    """What a spreadsheet brought."""

    decisions: list[Decision] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    untouched: int = 0
    known: int = 0
    """Rows that say what has been decided already."""

    @property
    def notes(self) -> int:
        """How many of the decisions are notes that decide nothing."""
        return sum(decision.action is Action.NOTE for decision in self.decisions)


class _RefusedError(Exception):
    """Why a row is not taken in: the name of the sentence, and what stands in it."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why, self.values = why, values


def read_sheet(desk: Desk, path: Path, language: str = "") -> SheetResult:
    """The decisions of a spreadsheet, all of them on the disk when this returns; refused rows decide nothing.

    What is refused is told in `language`, else in that of the headings. Raises UserError where the file is no
    spreadsheet of cells.
    """
    desk.book.refresh()
    rows = _rows(path)
    _, headings = next(rows, (2, {}))
    reading = _Reading(desk, language or _language_of(desk, headings))
    for number, row in rows:
        reading.take(number, row)
    desk.book.add(reading.result.decisions)
    return reading.result


def _language_of(desk: Desk, headings: Mapping[str, str]) -> str:
    """The language in which most of the headings stand; the study's where none does."""
    own = desk.folder.config.study.languages[0]
    known = [code for code in (own, *available_languages()) if code in available_languages()]

    def fitting(code: str) -> int:
        labels = Labels(desk, code)
        return sum(headings.get(column, "") == labels.heading(column) for column in CHOSEN)

    return max(known, key=fitting)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their numbers from the headings on, each by the ids in the first one; empty ones left out."""
    from openpyxl import load_workbook

    remedy = "Give the .xlsx file that `kuntatutka review DIR --export FILE.xlsx` wrote; save others as .xlsx."
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > _MOST_BYTES:
                raise UserError(f"{path}: is far larger than a spreadsheet of cells.", remedy)
        book = load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError as error:
        raise UserError(f"{path}: there is no such file.", remedy) from error
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UserError(f"{path}: is no spreadsheet that can be read.", remedy) from error
    try:
        if SHEET not in book.sheetnames:
            raise UserError(f"{path}: has no sheet `{SHEET}`.", remedy)
        rows = book[SHEET].iter_rows(values_only=True)
        ids = [_text(value) for value in next(rows, ())]
        missing = [name for name in NEEDED if name not in ids]
        if missing:
            raise UserError(f"{path}: column {missing[0]} is missing from the first, hidden row of `{SHEET}`.", remedy)
        for number, values in enumerate(rows, start=2):
            texts = dict(zip(ids, (_text(value) for value in values), strict=False))
            if any(texts.values()):
                yield number, {name: texts.get(name, "") for name in COLUMNS}
    finally:
        book.close()


def _text(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


class _Reading:
    """One spreadsheet while it is read, row by row."""

    def __init__(self, desk: Desk, language: str) -> None:
        self.desk, self.result = desk, SheetResult()
        self.meanings, self.labels = Meanings(desk), Labels(desk, language)
        self.words, self.names = Words(language), Names(desk, language)
        self._seen: set[tuple[str, str]] = set()

    def take(self, number: int, row: Mapping[str, str]) -> None:
        """Make a decision of a row, or note why it makes none."""
        try:
            decision = self._decision(self._key(row), row)
        except _RefusedError as error:
            self._refuse(number, row, error)
            return
        if decision is not None:
            self.result.decisions.append(decision)

    def _refuse(self, number: int, row: Mapping[str, str], error: _RefusedError) -> None:
        code, _, service = row["key"].partition("/")
        named = f"{row['code']} {row['service']}".strip() or row["key"] or self.words("spreadsheet.no-cell")
        is_known = (code, service) in self.desk.places
        about = f"{self.names.municipality(code)}, {self.names.service(service)}" if is_known else named
        what, remedy = (self.words(f"spreadsheet.{error.why}.{part}", **error.values) for part in ("what", "remedy"))
        line = self.words("spreadsheet.row", row=str(number), about=about, what=what, remedy=remedy)
        self.result.refused.append(Refused(number, about, what, remedy, line))

    def _refused(self, why: str, column: str, value: str = "", **values: str) -> _RefusedError:
        """A refusal that names a column by its heading."""
        return _RefusedError(why, column=self.labels.heading(column), value=value.strip()[:60], **values)

    def _key(self, row: Mapping[str, str]) -> tuple[str, str]:
        code, _, service = row["key"].partition("/")
        key = (code, service)
        if key not in self.desk.places:
            raise _RefusedError("unknown")
        changed = edited(row)
        if not row["locked"] and row["code"].lstrip("0") != code.lstrip("0"):
            changed = ("code",)  # a sheet of an earlier version has no marks
        if len(set(changed) & set(WHOSE)) > 1:
            raise _RefusedError("moved", columns=", ".join(self.labels.heading(name) for name in changed))
        if changed:
            raise self._refused("edited", changed[0])
        if key in self._seen:
            raise _RefusedError("twice")
        self._seen.add(key)
        return key

    def _decision(self, key: tuple[str, str], row: Mapping[str, str]) -> Decision | None:
        """The decision of a row; None where nobody changed it, or where it has been taken in before."""
        exported, _, done = row["exported"].partition(" ")
        chosen = self._meaning("action", row["action"])
        is_changed = digest_of(row) != exported
        if not is_changed and chosen in ("", done):
            return self._note(key, row)
        action = Action(chosen) if chosen and chosen != done else Action.CORRECT
        if is_changed and action is not Action.CORRECT:
            correct = self.labels.of["action"][Action.CORRECT]
            raise self._refused("also-changed", "action", row["action"], correct=correct)
        if not is_changed and action is Action.CORRECT:
            confirm = self.labels.of["action"][Action.CONFIRM]
            raise self._refused("nothing-changed", "action", row["action"], confirm=confirm)
        machine, new = machine_value(self.desk, *key), self._value(row)
        if action is Action.CONFIRM:
            new = machine
        elif action is Action.CANNOT_JUDGE:
            new = CellValue(state=State.NOT_EXAMINED.value)
        elif new == machine:
            action = Action.CONFIRM
        before = self.desk.decision(*key)
        if before is not None and (before.action, before.new) == (action, new):
            self.result.known += 1
            return None
        if (before.id if before else "") != row["replaces"]:
            raise _RefusedError("meanwhile", who=before.reviewer if before else self.desk.reviewer)
        if row["seen"] != self.desk.cells[key].basis:
            raise _RefusedError("outdated")
        if action is Action.CORRECT:
            self._check_grounds(key, machine, new, row)
        return self._made(key, action, machine, new, row)

    def _check_grounds(self, key: tuple[str, str], machine: CellValue, new: CellValue, row: Mapping[str, str]) -> None:
        lacking = lacks_grounds(machine, new, self.desk.cells[key].verification)
        if lacking and not (row["reason"] or row["note"]):
            named = {"page": "best_url", "reason": "reason", "note": "note"}
            raise _RefusedError(lacking, **{name: self.labels.heading(column) for name, column in named.items()})

    def _note(self, key: tuple[str, str], row: Mapping[str, str]) -> Decision | None:
        """A note without an answer, for whoever looks next; None where there is none, or where it is kept already."""
        if row["reason"]:
            raise self._refused("reason-alone", "action")
        text = row["note"][:_LONGEST]
        own = {note.note for note in self.desk.notes(*key) if note.reviewer == self.desk.reviewer}
        if text and text not in own:
            return self._made(key, Action.NOTE, CellValue(), CellValue(), row)
        self.result.known += bool(text)
        self.result.untouched += not text
        return None

    def _made(
        self, key: tuple[str, str], action: Action, old: CellValue, new: CellValue, row: Mapping[str, str]
    ) -> Decision:
        desk, subject = self.desk, (*key, "")
        finding, _, page = row["seen"].partition(".")
        at = desk.book.time_after(subject)
        settles = subject in desk.book.disputed and not desk.is_blind and action is not Action.NOTE
        base = Decision(
            "",
            at,
            desk.reviewer,
            action,
            *subject,
            role=Role.SETTLED if settles else desk.role,
            old=old,
            new=new,
            reason=self._meaning("reason", row["reason"]),
            note=row["note"][:_LONGEST],
            seen_finding=finding,
            seen_page=page,
            replaces="" if action is Action.NOTE else row["replaces"],
        )
        return new_decision(desk.reviewer, action, at=at, like=base)

    def _meaning(self, column: str, text: str) -> str:
        """The value of a word of a list; raises _RefusedError for a word that is none of it."""
        if not text:
            return ""
        value = self.meanings.of[column].get(text.casefold())
        if value is None:
            raise self._refused("not-in-list", column, text, known=", ".join(self.labels.of[column].values()))
        return value

    def _value(self, row: Mapping[str, str]) -> CellValue:
        state = self._meaning("state", row["state"])
        if not state:
            raise self._refused("empty", "state")
        url = self._address(row["best_url"])
        if state != State.FOUND:
            return CellValue(state=state, best_url=url if state == State.NOT_FOUND else "")
        channels = tuple(sorted({named for channel in CHANNELS for named in self._kinds(channel, row[channel])}))
        log_in = self._meaning("log_in", row["log_in"])
        is_digital = any(named.startswith("digital") for named in channels)
        products = tuple(sorted({self._product(name) for name in row["products"].split(";") if name.strip()}))
        return CellValue(state, channels, url, products, log_in if is_digital else "")

    def _kinds(self, channel: str, text: str) -> Iterator[str]:
        for part in text.split(";"):
            kind = self._meaning(channel, part.strip())
            if kind and kind != NOT_OFFERED:
                yield channel if kind == OFFERED else f"{channel}:{kind}"

    def _address(self, text: str) -> str:
        url = normalise_url(text) if text else ""
        if url is None or (url and not url.startswith(("http://", "https://"))):
            raise self._refused("no-address", "best_url", text)
        return url

    def _product(self, given: str) -> str:
        name = given.strip().casefold()
        for product in self.desk.taxonomy.products.values():
            if name in (product.id.casefold(), product.name.casefold()):
                return product.id
        raise self._refused("no-product", "products", given, hosts=self.words("review.hosts.title"))
