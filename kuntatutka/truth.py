"""A truth table as people write it: one line a cell of a study, read and checked before anything is compared.

Judges its form and ids only, never whether it is right.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from pathlib import Path

from analysis import TrueCell
from study import State, StudyFolder, UserError, csv_rows
from taxonomy import Kind, Taxonomy

REQUIRED = ("municipality_code", "service_id", "state")
COLUMNS = (*REQUIRED, "channels", "products")
_NEAR = 3


def read_truth(path: Path, study: StudyFolder) -> list[TrueCell]:
    """The cells of a truth table, ids as they are today; raises UserError naming file, line and column.

    A column of channels or products that is missing was not looked for; an empty one says that there is none.
    """
    rows = csv_rows(path, COLUMNS)
    header = _header(path, rows)
    cells: dict[tuple[str, str], tuple[int, TrueCell]] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(part.strip() for part in row):
            continue
        values = {name: row[at].strip() if at < len(row) else "" for name, at in header.items()}
        cell = _cell(f"{path}: line {line}", values, study)
        key = (cell.municipality_code, cell.service_id)
        if key in cells:
            raise UserError(
                f"{path}: line {line}: the cell {key[0]} {key[1]} stands on line {cells[key][0]} already.",
                "Keep one of the two lines.",
            )
        cells[key] = (line, cell)
    if not cells:
        raise UserError(f"{path}: holds no cell.", "Add one line a municipality and service below the header.")
    return [cell for _, cell in cells.values()]


def _header(path: Path, rows: Sequence[Sequence[str]]) -> dict[str, int]:
    header = {name.strip().lower(): at for at, name in enumerate(rows[0])} if rows else {}
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise UserError(
            f"{path}: line 1: column {missing[0]} is missing; the first line must name {', '.join(REQUIRED)}.",
            "channels and products may follow, lists with ; in them; without its column neither is measured.",
        )
    return header


def _cell(where: str, values: dict[str, str], study: StudyFolder) -> TrueCell:
    taxonomy = study.taxonomy
    codes = [item.code for item in study.municipalities]
    code = _known(where, "municipality_code", values["municipality_code"], codes, f"of the study {study.root}")
    service = taxonomy.present("service", values["service_id"])
    service = _known(where, "service_id", service, taxonomy.services, f"of the taxonomy's {taxonomy.country.id}")
    state = State(_known(where, "state", values["state"], [item.value for item in State], "of a cell"))
    channels = _listed(where, "channels", "channel", values, taxonomy, taxonomy.channels)
    products = _listed(where, "products", "product", values, taxonomy, taxonomy.products)
    for name, there in (("channels", channels), ("products", products)):
        if there and state is not State.FOUND:
            raise UserError(
                f"{where}: {name} {', '.join(sorted(there))} of a service that is {state.value}.",
                f"Say {State.FOUND.value} at state, or leave {name} empty.",
            )
    return TrueCell(code, service, state, channels, products)


def _listed(
    where: str, column: str, kind: Kind, values: dict[str, str], taxonomy: Taxonomy, known: Collection[str]
) -> frozenset[str] | None:
    if column not in values:
        return None
    parts = (taxonomy.present(kind, part.strip()) for part in values[column].split(";") if part.strip())
    return frozenset(_known(where, column, part, known, "of the taxonomy") for part in parts)


def _known(where: str, column: str, value: str, known: Collection[str], whose: str) -> str:
    if value in known:
        return value
    # 91 for 091: a spreadsheet has eaten the zero.
    near = [name for name in known if value.isdigit() and name.lstrip("0") == value.lstrip("0")]
    near = near or difflib.get_close_matches(value, list(known), n=_NEAR, cutoff=0.0)
    said = f"{column} {value!r} is none {whose}" if value else f"{column} is empty"
    raise UserError(f"{where}: {said}.", f"The nearest are {', '.join(near)}." if value else "Fill it in.")
