"""The compared municipalities of a study: `municipalities.csv`, and any CSV a person brings to `kuntatutka new`.

Only `code`, `name_fi` and `website` are required; columns that nobody reads are named by `unknown_columns`. Codes stay
text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .errors import UserError, storage_errors
from .urls import without_password

REQUIRED = ("code", "name_fi", "website")
COLUMNS = (
    "code",
    "name_fi",
    "name_sv",
    "name_en",
    "region",
    "county",
    "population",
    "size_class",
    "languages",
    "website",
    "hosts",
)
NAME_COLUMNS = tuple(column for column in COLUMNS if column.startswith("name_"))
"""The columns of names by language, the main one first."""
_HOST = re.compile(r"^(\[[0-9a-f:.]+\]|[\w.-]+)$")
_OTHER_COLUMNS = ("region_fi",)  # read in place of `region`
_ODD_SCHEME = re.compile(r"^https?(:/?(?!/)(?!\d+(/|$))|/)", re.IGNORECASE)
_LANGUAGE = re.compile(r"^[a-z]{2,3}$")
_SAFE_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")


@dataclass(frozen=True, slots=True)
class StudyMunicipality:
    """One compared municipality; `hosts` are further addresses of its own sites (other languages, older names)."""

    code: str
    name_fi: str
    website: str
    name_sv: str = ""
    name_en: str = ""
    region: str = ""
    county: str = ""
    population: int | None = None
    size_class: str = ""
    languages: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The website and the further addresses of its own sites."""
        return (self.website, *self.hosts)

    def name(self, language: str) -> str:
        """The name in a report language; the main one where there is no other."""
        name: str = getattr(self, f"name_{language}", "")
        return name or self.name_fi


def read_municipalities(path: Path) -> tuple[StudyMunicipality, ...]:
    """Municipalities of a CSV file, by code; raises UserError naming file, line and column."""
    rows = csv_rows(path, REQUIRED)
    header = {name.strip().lower(): index for index, name in enumerate(rows[0])} if rows else {}
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise UserError(
            f"{path}: line 1: column {missing[0]} is missing; the first line must name at least {','.join(REQUIRED)}.",
            "Add the header line (column order is free).",
        )
    found: dict[str, StudyMunicipality] = {}
    for line, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        values = {name: cells[index].strip() if index < len(cells) else "" for name, index in header.items()}
        municipality = _municipality(path, line, values)
        if municipality.code in found:
            raise UserError(
                f"{path}: line {line}: code {municipality.code} occurs twice.", "Keep one of the two lines."
            )
        found[municipality.code] = municipality
    if not found:
        raise UserError(f"{path}: holds no municipality.", "Add one line per municipality below the header.")
    return tuple(found[code] for code in sorted(found))


def csv_rows(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """The lines of a CSV file, cut at commas, semicolons or tabs as its first line is; raises UserError for others.

    The remedy for a file that is not there names the `columns`.
    """
    with storage_errors(path):
        if not path.is_file():
            raise UserError(f"{path}: there is no such file.", f"Give a CSV file with the columns {','.join(columns)}.")
        raw = path.read_bytes()
    return _rows(path, _decode(path, raw))


def unknown_columns(path: Path) -> tuple[str, ...]:
    """Columns of a CSV file of municipalities that are not read, as they are written; raises UserError as reading."""
    rows = csv_rows(path, REQUIRED)
    names = [name.strip() for name in rows[0]] if rows else []
    return tuple(name for name in names if name and name.lower() not in (*COLUMNS, *_OTHER_COLUMNS))


def _decode(path: Path, raw: bytes) -> str:
    if b"\x00" in raw[:4096]:
        raise UserError(
            f"{path}: is not a CSV text (it looks like UTF-16 or a spreadsheet).",
            'Save it from the spreadsheet program as "CSV UTF-8".',
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UserError(
            f"{path}: line {line}: is not UTF-8 text (byte {raw[error.start]:#04x}).",
            'Save it from the spreadsheet program as "CSV UTF-8".',
        ) from error


def _rows(path: Path, text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UserError(f"{path}: is not a readable CSV file: {error}.", "Check the quotation marks.") from error


def _municipality(path: Path, line: int, values: dict[str, str]) -> StudyMunicipality:
    for name in REQUIRED:
        if not values[name]:
            raise UserError(f"{path}: line {line}: {name} is empty.", "Fill it in or remove the line.")
    if not _SAFE_CODE.match(values["code"]):
        raise UserError(
            f"{path}: line {line}: code {values['code']!r} must be letters, digits, - or _ (at most 32).",
            "Use the official code of the municipality.",
        )
    population = re.sub(r"[\s ]", "", values.get("population", ""))
    if population and not population.isdigit():
        raise UserError(f"{path}: line {line}: population {population!r} is not a whole number.", "Write digits only.")
    return StudyMunicipality(
        code=values["code"],
        name_fi=values["name_fi"],
        website=_website(path, line, values["website"]),
        name_sv=values.get("name_sv", ""),
        name_en=values.get("name_en", ""),
        region=values.get("region", "") or values.get("region_fi", ""),
        county=values.get("county", ""),
        population=int(population) if population else None,
        size_class=values.get("size_class", ""),
        languages=_languages(path, line, values.get("languages", "")),
        hosts=tuple(_website(path, line, host) for host in re.split(r"[\s|]+", values.get("hosts", "")) if host),
    )


def _languages(path: Path, line: int, text: str) -> tuple[str, ...]:
    codes = tuple(code for code in re.split(r"[\s+|,;/]+", text) if code)
    wrong = [code for code in codes if not _LANGUAGE.match(code)]
    if wrong:
        raise UserError(
            f"{path}: line {line}: languages: {wrong[0]!r} is not a code of a language.",
            "Write codes of two letters with + between them, such as fi+sv.",
        )
    return codes


def _website(path: Path, line: int, given: str) -> str:
    """An address as a browser takes it. A user's name and password in it are dropped: nothing of ours sends them."""
    address = without_password(given if "://" in given else f"https://{given}")
    address = address if "://" in given else address.removeprefix("https://")
    if _ODD_SCHEME.match(address):
        raise UserError(
            f"{path}: line {line}: {address!r} is not a web address.",
            "After http or https come a colon and two slashes, such as https://www.hel.fi/.",
        )
    full = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(full)
        _ = parts.port
    except ValueError as error:
        raise UserError(
            f"{path}: line {line}: {address!r} is not a web address ({error}).", "Write it as in a browser."
        ) from error
    if parts.scheme not in ("http", "https") or not _HOST.match(parts.hostname or ""):
        raise UserError(
            f"{path}: line {line}: {address!r} is not a web address.",
            "Write it as in a browser, such as https://www.hel.fi/.",
        )
    return full if parts.path else f"{full}/"


def write_municipalities(path: Path, municipalities: tuple[StudyMunicipality, ...]) -> None:
    """Write municipalities.csv in the order of codes."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for m in sorted(municipalities, key=lambda item: item.code):
        writer.writerow(
            {
                **{name: getattr(m, name) for name in COLUMNS},
                "population": "" if m.population is None else m.population,
                "languages": "+".join(m.languages),
                "hosts": " ".join(m.hosts),
            }
        )
    with storage_errors(path):
        path.write_text(out.getvalue(), encoding="utf-8")
