"""Files to models: reads the TOML and CSV files of one country and what it shares with others.

Reading stops at the first fault with a `TaxonomyError` that names file, key and remedy; faults that only
show across files are the business of `checks`. The digest covers every byte that was read.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .base import Text
from .changes import MunicipalityChange, PeerGroup, Population, Reform
from .defaults import DEFAULTS
from .errors import Problem, TaxonomyError
from .figures import Surveys
from .kept import ParsedFiles
from .models import (
    Arranged,
    Channel,
    Country,
    Language,
    Municipality,
    PageType,
    Product,
    Service,
    Site,
    Taxonomy,
    Tenant,
    Theme,
)
from .peers import EVERYBODY, by_rule
from .registers import Register
from .renames import with_present_ids

ROOT = Path(__file__).parent
M = TypeVar("M", bound=BaseModel)
_files = ParsedFiles()
"""The files of the reading that is under way."""


@cache
def load_taxonomy(country: str = DEFAULTS.country) -> Taxonomy:
    """Returns the taxonomy of a country, read once per process; raises TaxonomyError for a faulty file."""
    return read_taxonomy(ROOT, country)


def available_countries(root: Path = ROOT) -> tuple[str, ...]:
    """Returns the ids of the countries that have a folder, sorted."""
    return tuple(sorted(p.parent.name for p in root.glob("countries/*/country.toml")))


def available_languages(root: Path = ROOT) -> tuple[str, ...]:
    """Returns the codes of the languages that have a file, sorted."""
    return tuple(sorted(path.stem for path in root.glob("languages/*.toml")))


def read_taxonomy(root: Path, country: str) -> Taxonomy:
    """Returns the taxonomy of a country from the files under `root`, without caching."""
    if country not in available_countries(root):
        known = ", ".join(available_countries(root)) or "none"
        raise TaxonomyError(
            Problem(f"countries/{country}/country.toml", "", "is missing.", f"Known countries: {known}.")
        )
    global _files
    _files = ParsedFiles(f"files-{country}" if root == ROOT else "")
    taxonomy = _Reader(root).read(country)
    _files.keep()
    return taxonomy


class _Reader:
    """One reading: remembers every byte read for the digest."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._hash = hashlib.sha256()
        self._files: dict[str, str] = {}

    def read(self, country_id: str) -> Taxonomy:
        countries = self._family(country_id)
        country = countries[0]
        folders = [self._root / "countries" / c.id for c in countries]
        languages = {code: self._language(code) for code in country.study_languages}
        municipalities = self._municipalities(folders[0], country)
        self._common_files()
        content: dict[str, Any] = {
            "country": country,
            "themes": self._themes(folders),
            "services": self._services(folders, country),
            "channels": _by_id(self._tables("channels.toml", Channel)),
            "page_types": _by_id(self._tables("page_types.toml", PageType)),
            "languages": languages,
            "products": self._products(folders, {c.id for c in countries}),
            "municipalities": municipalities,
            "tenants": tuple(self._tenants(folders[0])),
            "populations": self._populations(folders[0], municipalities),
            "changes": tuple(sorted(self._changes(folders[0], country), key=lambda c: (c.day, c.code))),
            "reforms": self._reforms(folders),
            "peer_groups": self._groups(folders[0]),
            "surveys": self._surveys(folders[0] / "surveys.toml"),
            "service_register": self._register(folders[0]),
        }
        taxonomy = Taxonomy.model_construct(
            **content, digest=self._hash.hexdigest(), files=self._files, version=country.version
        )
        lists = {EVERYBODY: tuple(municipalities), **_as_written(taxonomy)}
        return with_present_ids(taxonomy.model_copy(update={"peer_lists": lists}))

    def _common_files(self) -> None:
        """Counts the files that other modules of the package read into the digest, and refuses broken ones."""
        for path in sorted(self._root.glob("*.toml")):
            self._toml(path)

    def _family(self, country_id: str) -> list[Country]:
        """The country and those it inherits from, nearest first."""
        found: list[Country] = []
        wanted: str | None = country_id
        while wanted:
            file = f"countries/{wanted}/country.toml"
            if wanted in {c.id for c in found} or not (self._root / file).is_file():
                remedy = f"Name an existing country that does not inherit from {country_id}."
                raise TaxonomyError(
                    Problem(f"countries/{found[-1].id}/country.toml", "inherits", f'"{wanted}" cannot be used.', remedy)
                )
            found.append(self._one(self._root / file, Country))
            wanted = found[-1].inherits
        return found

    def _themes(self, folders: list[Path]) -> dict[str, Theme]:
        folder = next((f for f in folders if (f / "themes.toml").is_file()), folders[0])
        return _by_id(self._tables(self._name(folder / "themes.toml"), Theme))

    def _services(self, folders: list[Path], country: Country) -> dict[str, Service]:
        """Services of the country over those it inherits, by theme order of the files' `order`, then id."""
        found: dict[str, Service] = {}
        for folder in reversed(folders):
            own = {s.id: s for s in self._folder(folder / "services", Service)}
            is_listed = folder == folders[0] or not country.services
            found |= {k: s for k, s in own.items() if is_listed or {k, *s.former_ids} & set(country.services)}
            found = self._arranged(folder / "responsible.toml", found)
        return {s.id: s for s in sorted(found.values(), key=lambda s: (s.order, s.id))}

    def _arranged(self, path: Path, services: dict[str, Service]) -> dict[str, Service]:
        """The services with what a country says otherwise of who arranges those that it inherits."""
        if not path.is_file():
            return services
        for arranged in self._tables(self._name(path), Arranged):
            if arranged.id not in services:
                message = f'"{arranged.id}" is no service.'
                raise TaxonomyError(Problem(self._name(path), arranged.id, message, "Write the id of a service."))
            changed = services[arranged.id].model_copy(update={"responsible": arranged.responsible})
            services = {**services, arranged.id: changed}
        return services

    def _products(self, folders: list[Path], countries: set[str]) -> dict[str, Product]:
        own = [p for folder in reversed(folders) for p in self._folder(folder / "products", Product)]
        every = [*self._folder(self._root / "products", Product), *own]
        return {p.id: p for p in sorted(every, key=lambda p: p.id) if not p.countries or countries & set(p.countries)}

    def _language(self, code: str) -> Language:
        path = self._root / "languages" / f"{code}.toml"
        if not path.is_file():
            remedy = "Write the language file, or take the code out of study_languages in country.toml."
            raise TaxonomyError(Problem(self._name(path), "", "is missing.", remedy))
        return self._one(path, Language)

    def _municipalities(self, folder: Path, country: Country) -> dict[str, Municipality]:
        file = self._name(folder / "municipalities.csv")
        sites: dict[str, list[Site]] = {}
        for line, row in self._rows(folder / "sites.csv"):
            site = _build(Site, _without_blanks(row, drop=("code",)), self._name(folder / "sites.csv"), f"line {line}")
            sites.setdefault(row.get("code", ""), []).append(site)
        found: dict[str, Municipality] = {}
        for line, row in self._rows(folder / "municipalities.csv"):
            fields = _municipality_fields(row, sites.get(row.get("code", ""), []), country)
            municipality = _build(Municipality, fields, file, f"line {line}")
            if municipality.code in found:
                raise TaxonomyError(
                    Problem(file, f"line {line}: code", f"{municipality.code} occurs twice.", "Keep one row per code.")
                )
            found[municipality.code] = municipality
        return found

    def _tenants(self, folder: Path) -> Iterator[Tenant]:
        for line, row in self._rows(folder / "tenants.csv"):
            fields = {**_without_blanks(row), "municipality_codes": tuple(row.get("municipality_codes", "").split())}
            yield _build(Tenant, fields, self._name(folder / "tenants.csv"), f"line {line}")

    def _populations(self, folder: Path, municipalities: Mapping[str, Municipality]) -> dict[int, dict[str, int]]:
        """Inhabitants by year: those of the municipalities themselves, and those of other years."""
        found: dict[int, dict[str, int]] = {}
        for code, item in municipalities.items():
            if item.population_year:
                found.setdefault(item.population_year, {})[code] = item.population
        path = folder / "populations.csv"
        file = self._name(path)
        for line, row in self._rows(path):
            counted = _build(Population, _without_blanks(row), file, f"line {line}")
            year = found.setdefault(counted.year, {})
            if counted.code in year:
                message = f"{counted.code} has a population of {counted.year} already."
                raise TaxonomyError(Problem(file, f"line {line}", message, "Keep one number a year."))
            year[counted.code] = counted.population
        return {year: found[year] for year in sorted(found)}

    def _changes(self, folder: Path, country: Country) -> Iterator[MunicipalityChange]:
        path = folder / "changes.csv"
        for line, row in self._rows(path):
            names = {lang: row[f"name_{lang}"] for lang in country.study_languages if row.get(f"name_{lang}")}
            fields: dict[str, Any] = {k: v for k, v in _without_blanks(row).items() if not k.startswith("name_")}
            fields |= {"became": tuple((row.get("became") or row.get("code", "")).split()), "name": names or None}
            fields |= {"languages": tuple(row.get("languages", "").split())}
            yield _build(MunicipalityChange, fields, self._name(path), f"line {line}")

    def _reforms(self, folders: list[Path]) -> dict[str, Reform]:
        """Reforms of the country, and those whose services it inherits."""
        files = [folder / "reforms.toml" for folder in reversed(folders)]
        found = (reform for path in files if path.is_file() for reform in self._tables(self._name(path), Reform))
        return _by_id(sorted(found, key=lambda reform: (reform.day, reform.id)))

    def _groups(self, folder: Path) -> dict[str, PeerGroup]:
        path = folder / "lists.toml"
        if not path.is_file():
            return {}
        found = {}
        for name, value in self._toml(path).items():
            codes = value.get("codes", [] if "rule" in value else None) if isinstance(value, Mapping) else None
            if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
                remedy = 'Write codes = ["091", "049"] with the codes in quotes, or rule = { largest = 30 }.'
                raise TaxonomyError(
                    Problem(self._name(path), f"{name}.codes", "a list of municipality codes is expected.", remedy)
                )
            found[name] = _build(PeerGroup, value, self._name(path), name)
        return found

    def _surveys(self, path: Path) -> Surveys:
        return _build(Surveys, self._toml(path), self._name(path)) if path.is_file() else Surveys()

    def _register(self, folder: Path) -> Register | None:
        """The country's own register of services; that of another country is nobody's to ask."""
        path = folder / "register.toml"
        return _build(Register, self._toml(path), self._name(path)) if path.is_file() else None

    def _folder(self, folder: Path, model: type[M]) -> Iterator[M]:
        for path in sorted(folder.glob("*.toml")):
            yield self._one(path, model)

    def _one(self, path: Path, model: type[M]) -> M:
        built: M = _model_of(self._text(path), model, self._name(path))
        return built

    def _tables(self, file: str, model: type[M]) -> Iterator[M]:
        """One model per top-level table of a file; the table's name is the id."""
        for key, table in self._toml(self._root / file).items():
            if not isinstance(table, dict):
                raise TaxonomyError(Problem(file, key, "a table is expected.", f"Write [{key}] with its keys below."))
            yield _build(model, {"id": key, **table}, file, key)

    def _toml(self, path: Path) -> dict[str, Any]:
        return _parsed(self._text(path), self._name(path))

    def _rows(self, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
        if path.is_file():
            rows = csv.DictReader(io.StringIO(self._text(path)))
            for row in rows:
                yield rows.line_num, {k: v for k, v in row.items() if k is not None and v is not None}

    def _text(self, path: Path) -> str:
        try:
            data = path.read_bytes()
            digest = hashlib.sha256(data)
            self._hash.update(self._name(path).encode() + b"\0" + digest.digest())
            self._files[self._name(path)] = digest.hexdigest()
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except OSError as error:
            raise TaxonomyError(
                Problem(self._name(path), "", f"cannot be read: {error.strerror}.", "Check the file.")
            ) from error
        except UnicodeDecodeError as error:
            raise TaxonomyError(Problem(self._name(path), "", "is not UTF-8.", "Save the file as UTF-8.")) from error

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


# Countries share files, and one that inherits shares most of them: each is built once, whoever reads it next.
@cache
def _model_of(text: str, model: type[M], name: str) -> M:
    data = _parsed(text, name)
    if not data:
        remedy = "Complete or delete the file: being there registers it."
        raise TaxonomyError(Problem(name, "", "is an empty draft.", remedy))
    path = PurePosixPath(name)
    key = "code" if model is Language else "id"
    expected = path.parent.name if model is Country else path.stem
    if data.setdefault(key, expected) != expected:
        where = "folder" if model is Country else "file"
        remedy = f'Write {key} = "{expected}", or rename the {where}.'
        raise TaxonomyError(Problem(name, key, f'"{data[key]}" is not the name of the {where}.', remedy))
    return _build(model, data, name)


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return _files.of(text)
    except tomllib.TOMLDecodeError as error:
        remedy = "Mend the line; text stands in double quotes, lists in square brackets."
        raise TaxonomyError(Problem(name, "", f"is not valid TOML: {error}.", remedy)) from error


def _build(model: type[M], data: Mapping[str, Any], file: str, key: str = "") -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise TaxonomyError(_explain(error, model, file, key)) from error


def _as_written(taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """The codes of each group: a fixed one's as they stand in the file, a rule's as the files of today give them."""
    return {
        name: group.codes if group.rule is None else by_rule(taxonomy, group.rule, dt.date.max)
        for name, group in taxonomy.peer_groups.items()
    }


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}


def _without_blanks(row: Mapping[str, str], drop: tuple[str, ...] = ()) -> dict[str, str]:
    return {k: v for k, v in row.items() if v != "" and k not in drop}


def _municipality_fields(row: Mapping[str, str], sites: list[Site], country: Country) -> dict[str, Any]:
    names = {lang: row[f"name_{lang}"] for lang in country.study_languages if row.get(f"name_{lang}")}
    fields: dict[str, Any] = {k: v for k, v in _without_blanks(row).items() if not k.startswith("name_")}
    fields |= {"name": Text(names), "sites": tuple(sites), "languages": tuple(row.get("languages", "").split())}
    if not row.get("size_class") and row.get("population", "").isdigit():
        fitting = [c.id for c in country.size_classes if int(row["population"]) >= c.at_least]
        fields["size_class"] = fitting[-1] if fitting else ""
    return fields


def _explain(error: ValidationError, model: type[BaseModel], file: str, key: str) -> Problem:
    """The first fault of a file in one sentence with its remedy."""
    first = error.errors(include_url=False)[0]
    where = ".".join([key, *map(str, first["loc"])] if key else list(map(str, first["loc"])))
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(model.model_fields))
        return Problem(
            file,
            where,
            "is not a known key here.",
            f"Known keys of the file: {known}. A key below a [[table]] belongs to it.",
        )
    if first["type"] == "missing":
        return Problem(file, where, "is missing.", "Add the key.")
    if first["type"] in {"too_short", "string_too_short"}:
        return Problem(
            file, where, "is empty, and nothing would be looked for.", "Give at least one value or leave the key out."
        )
    expected = first["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return Problem(file, where, f"{first['input']!r} does not fit: {expected}.", "Correct the value.")
