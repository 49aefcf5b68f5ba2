"""Reads a spreadsheet of cells back: what was changed becomes decisions, what makes no sense is told row by row."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from study import CHANNELS, Action, CellValue, Decision, Role, State, UserError, new_decision, normalise_url

from .decide import OFFERED, machine_value
from .desk import Desk
from .sheet import COLUMNS, NOT_OFFERED, SHEET, Meanings, digest_of

_LONGEST = 500
_MOST_BYTES = 200_000_000
"""Of the sheet without its compression; a study of a whole country takes a tenth."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that makes no decision though somebody changed it, and what to do."""

    row: int
    about: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"row {self.row} ({self.about}): {self.what} {self.remedy}"


@dataclass
class SheetResult:
    """What a spreadsheet brought."""

    decisions: list[Decision] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    untouched: int = 0
    known: int = 0
    """Rows that say what has been decided already."""


class _RefusedError(Exception):
    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def read_sheet(desk: Desk, path: Path) -> SheetResult:
    """The decisions of a spreadsheet, all of them on the disk when this returns; refused rows decide nothing.

    Raises UserError where the file is no spreadsheet of cells.
    """
    desk.book.refresh()
    result = SheetResult()
    meanings = Meanings(desk)
    seen: set[tuple[str, str]] = set()
    for number, row in _rows(path):
        about = row["key"] or f"{row['code']} {row['service']}".strip() or "no cell"
        try:
            key = _key(desk, row, seen)
            decision = _decision(desk, key, row, meanings, result)
        except _RefusedError as error:
            result.refused.append(Refused(number, about, error.what, error.remedy))
            continue
        if decision is not None:
            result.decisions.append(decision)
    desk.book.add(result.decisions)
    return result


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their numbers, each by the ids in the first one; empty ones left out."""
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
        missing = [name for name in COLUMNS if name not in ids]
        if missing:
            raise UserError(f"{path}: column {missing[0]} is missing from the first, hidden row of `{SHEET}`.", remedy)
        next(rows, None)
        for number, values in enumerate(rows, start=3):
            texts = dict(zip(ids, (_text(value) for value in values), strict=False))
            if any(texts.values()):
                yield number, {name: texts.get(name, "") for name in COLUMNS}
    finally:
        book.close()


def _text(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def _key(desk: Desk, row: Mapping[str, str], seen: set[tuple[str, str]]) -> tuple[str, str]:
    code, _, service = row["key"].partition("/")
    key = (code, service)
    if key not in desk.places:
        raise _RefusedError("names no cell of this study.", "Export anew, and copy your changes to that file.")
    if row["code"].lstrip("0") != code.lstrip("0"):
        raise _RefusedError(f"a locked column says {row['code']!r} now.", "Columns were moved: export anew.")
    if key in seen:
        raise _RefusedError("stands in the sheet twice.", "Keep one of the two rows; the upper one was taken.")
    seen.add(key)
    return key


def _decision(
    desk: Desk, key: tuple[str, str], row: Mapping[str, str], meanings: Meanings, result: SheetResult
) -> Decision | None:
    """The decision of a row; None where nobody changed it, or where it has been taken in before."""
    exported, _, done = row["exported"].partition(" ")
    chosen = _meaning("action", row["action"], meanings)
    is_changed = digest_of(row) != exported
    if not is_changed and chosen in ("", done):
        result.untouched += 1
        return None
    action = Action(chosen) if chosen and chosen != done else Action.CORRECT
    if is_changed and action is not Action.CORRECT:
        told = f"says {row['action']!r} and was changed as well."
        raise _RefusedError(told, "Choose the answer for a correction, or take the changes back.")
    if not is_changed and action is Action.CORRECT:
        raise _RefusedError("is to be corrected and nothing was changed.", "Change what is wrong, or confirm it.")
    machine, new = machine_value(desk, *key), _value(desk, row, meanings)
    if action is Action.CONFIRM:
        new = machine
    elif action is Action.CANNOT_JUDGE:
        new = CellValue(state=State.NOT_EXAMINED.value)
    elif new == machine:
        action = Action.CONFIRM
    before = desk.decision(*key)
    if before is not None and (before.action, before.new) == (action, new):
        result.known += 1
        return None
    if (before.id if before else "") != row["replaces"]:
        raise _RefusedError("was decided by somebody since it was exported.", "Look at that answer: export anew.")
    if row["seen"] != desk.cells[key].basis:
        raise _RefusedError("rests on a page or finding that has changed since.", "Look again: export anew.")
    return _made(desk, key, action, machine, new, row, meanings)


def _made(
    desk: Desk,
    key: tuple[str, str],
    action: Action,
    old: CellValue,
    new: CellValue,
    row: Mapping[str, str],
    meanings: Meanings,
) -> Decision:
    subject = (*key, "")
    finding, _, page = row["seen"].partition(".")
    at = desk.book.time_after(subject)
    base = Decision(
        "",
        at,
        desk.reviewer,
        action,
        *subject,
        role=Role.SETTLED if subject in desk.book.disputed and not desk.is_blind else desk.role,
        old=old,
        new=new,
        reason=_meaning("reason", row["reason"], meanings),
        note=row["note"][:_LONGEST],
        seen_finding=finding,
        seen_page=page,
        replaces=row["replaces"],
    )
    return new_decision(desk.reviewer, action, at=at, like=base)


def _meaning(column: str, text: str, meanings: Meanings) -> str:
    """The value of a word of a list; raises _RefusedError for a word that is none of it."""
    if not text:
        return ""
    value = meanings.of[column].get(text.casefold())
    if value is None:
        raise _RefusedError(f"{column} {text[:60]!r} is not in the list.", "Choose one of the list in that cell.")
    return value


def _value(desk: Desk, row: Mapping[str, str], meanings: Meanings) -> CellValue:
    state = _meaning("state", row["state"], meanings)
    if not state:
        raise _RefusedError("state is empty.", "Choose one of the list in that cell.")
    url = _address(row["best_url"])
    if state != State.FOUND:
        return CellValue(state=state, best_url=url if state == State.NOT_FOUND else "")
    channels = tuple(sorted({named for channel in CHANNELS for named in _kinds(channel, row[channel], meanings)}))
    log_in = _meaning("log_in", row["log_in"], meanings)
    is_digital = any(named.startswith("digital") for named in channels)
    products = tuple(sorted({_product(desk, name) for name in row["products"].split(";") if name.strip()}))
    return CellValue(state, channels, url, products, log_in if is_digital else "")


def _kinds(channel: str, text: str, meanings: Meanings) -> Iterator[str]:
    for part in text.split(";"):
        kind = _meaning(channel, part.strip(), meanings)
        if kind and kind != NOT_OFFERED:
            yield channel if kind == OFFERED else f"{channel}:{kind}"


def _address(text: str) -> str:
    url = normalise_url(text) if text else ""
    if url is None or (url and not url.startswith(("http://", "https://"))):
        raise _RefusedError(f"best_url {text[:60]!r} is no web address.", "Copy it from the browser, with https://.")
    return url


def _product(desk: Desk, given: str) -> str:
    name = given.strip().casefold()
    for product in desk.taxonomy.products.values():
        if name in (product.id.casefold(), product.name.casefold()):
            return product.id
    raise _RefusedError(
        f"products {given.strip()[:60]!r} is no product of the catalogue.",
        "Write its id or name as the catalogue has it (docs/reference/taxonomy.md), several with a semicolon.",
    )
