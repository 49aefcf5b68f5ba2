"""The files of the practice country's web sites as checked, frozen records.

One TOML file describes one municipality's site, one a service's texts, one a product's hosts; `years/` holds what was
otherwise in an earlier year. Everything that is served and everything `truth()` says comes from these records; nothing
here renders or answers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from taxonomy import DEFAULTS, LOG_INS, Kind, available_languages, load_taxonomy

from . import PRESENT

HERE = Path(__file__).parent
T = TypeVar("T", bound=BaseModel)
OWN = "municipality"
"""Who arranges what a municipality's own site offers."""

MAIN_LANGUAGE = DEFAULTS.report_languages[0]
"""The language of what has only one: the hosts of systems, of authorities and of attachments."""


def _known(auth: str) -> str:
    """A log-in of the taxonomy, the identification of the country, nothing at all, or nothing said."""
    known = (*LOG_INS, "strong", "none", "silent")
    if auth not in known:
        raise ValueError(f"one of {', '.join(known)} is expected")
    return auth


Auth = Annotated[str, AfterValidator(_known)]
Via = Literal["link", "portal", "redirect", "white-label", "iframe"]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ServiceWords(Record):
    """A service's texts in one language; lists hold wordings of which a site picks one."""

    slug: str
    titles: tuple[str, ...] = Field(min_length=1)
    role: str
    unit: str
    leads: tuple[str, ...] = Field(min_length=1)
    bodies: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    digital: tuple[str, ...] = ()
    form: str = ""
    fields: tuple[str, ...] = ()


class ServiceText(Record):
    """All texts of one service; `county` marks a service that has left the municipalities."""

    id: str
    theme: str
    county: bool = False
    fi: ServiceWords
    sv: ServiceWords | None = None
    en: ServiceWords | None = None

    def words(self, language: str) -> ServiceWords | None:
        """The texts in a language, or None where the service is not described in it."""
        found: ServiceWords | None = getattr(self, language, None)
        return found


class Landing(Record):
    """What an e-service host answers on its landing page, in one language."""

    title: str
    text: str


class Product(Record):
    """An invented product: its hosts, how it answers, and its name in the cases a text needs."""

    id: str
    subtype: str = "e-form"
    auth: Auth = "none"
    url: str
    portal: str = ""
    white_label: str = ""
    shortcut: str = ""
    robots: Literal["allow", "forbid"] = "allow"
    login: bool = False
    generator: str = ""
    head: str = ""
    cookie: str = ""
    names: Mapping[str, Mapping[str, str]]
    landing: Mapping[str, Landing]


class Channels(Record):
    """How one municipality offers one service, in one language."""

    page: Literal["own", "hub"] = "own"
    wording: int | None = None
    digital: str | None = None
    via: Via = "link"
    subtype: str | None = None
    auth: Auth | None = None
    form: Literal["static", "fillable", "docx"] | None = None
    phone: Literal["direct", "switchboard", "callback"] | None = None
    email: bool = False
    place: str | None = None
    notes: tuple[str, ...] = ()


class Place(Record):
    """A place to visit, with its name in the cases a text needs, per language."""

    names: Mapping[str, Mapping[str, str]]
    street: Mapping[str, str]
    hours: Mapping[str, str]
    text: Mapping[str, str] = Field(default_factory=dict)
    phone: str = ""
    has_page: bool = True


class Statement(Record):
    """Facts of an accessibility statement; `None` in the site file means that there is none."""

    compliance: Literal["full", "partial", "none", "unstated"]
    assessed_on: str | None
    authority: Literal["current", "outdated", "missing"]
    feedback: Literal["form", "email", "missing"]
    parts: tuple[str, ...] = ()


class LanguageSide(Record):
    """One language version of a site: where it is and what the municipality is called there."""

    host: str
    names: Mapping[str, str]
    prefix: str = ""
    themes: Mapping[str, str]
    full: bool = True


class Site(Record):
    """One municipality's web site."""

    code: str
    slug: str
    cms: str
    kind: Literal["town", "municipality"]
    index: int
    domain: str
    languages: Mapping[str, LanguageSide]
    street: Mapping[str, str]
    postal: Mapping[str, str]
    layout: Literal["headed", "flow", "table", "folds"] = "headed"
    contacts: Literal["sentence", "card"] = "sentence"
    status: Literal["healthy", "robots", "down", "forbidden", "broken", "empty"] = "healthy"
    county: str = ""
    successor: str = ""
    """Code of the municipality that it is part of today; its hosts send everybody there."""
    statement: Statement | None = None
    sitemap: Literal["index-gz", "plain", "none"] = "none"
    crawl_delay: float = 0.0
    soft_404: bool = False
    gzip: bool = True
    etag: bool = False
    charset_header: bool = True
    redirect_bare_host: bool = True
    rating: bool = False
    moved: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    meetings: int = 12
    info: tuple[str, ...] = ()
    places: Mapping[str, Place] = Field(default_factory=dict)
    services: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)

    def channels(self, service_id: str, language: str) -> Channels | None:
        """How the service is offered in the language: the first language's facts with that language's differences."""
        facts = self.services.get(service_id)
        if facts is None:
            return None
        common = {key: value for key, value in facts.items() if key not in available_languages()}
        side = facts.get(language, self.languages[language].full)
        if side is False:
            return None
        merged = common | (side if isinstance(side, dict) else {})
        return Channels.model_validate({key: value for key, value in merged.items() if value is not False})


class System(Record):
    """A content management system: the addresses that it makes, and the files of its own by address."""

    page: str
    calendar: str
    forms: str
    style: str
    files: Mapping[str, str] = Field(default_factory=dict)
    encoding: str = "utf-8"
    data: str = ""
    data_parameter: str = ""


class CommonAddresses(Record):
    """Addresses that all sites have alike."""

    attachments: str
    search: str
    unknown_eservice: str
    sitemaps: Mapping[Literal["pages", "news"], str]


class Country(Record):
    """Everything the practice country's sites are made of, in one year."""

    year: int = PRESENT
    systems: Mapping[str, System]
    addresses: CommonAddresses
    sites: Mapping[str, Site]
    services: Mapping[str, ServiceText]
    products: Mapping[str, Product]
    phrases: Mapping[str, Mapping[str, Any]]
    stories: Mapping[str, Mapping[str, Any]]


def earlier_years() -> tuple[int, ...]:
    """The years before the present one that the country can be served as."""
    return tuple(sorted(int(path.name) for path in (HERE / "years").iterdir() if path.name.isdigit()))


def load_country(year: int = PRESENT) -> Country:
    """Returns the country in a year, read once per process (see `read_country`)."""
    return _kept(year)


def read_country(year: int = PRESENT) -> Country:
    """Reads all files; an error names the file and what is wrong in it. Raises ValueError for a year that is not there.

    A site's file of an earlier year has the keys that were otherwise; of a table such as `services` the entries that
    were, `false` for one that was not there. A service's texts are replaced as a whole.
    """
    if year != PRESENT and year not in earlier_years():
        raise ValueError(f"there is no year {year}; known: {', '.join(map(str, earlier_years()))}")
    present = load_taxonomy(DEFAULTS.practice_country).present
    texts = [text.model_copy(update={"id": present("service", text.id)}) for text in _all("texts", ServiceText, year)]
    sites = [_with_present_ids(site, present) for site in _all("sites", Site, year)]
    return Country(
        year=year,
        systems={name: System.model_validate(table) for name, table in read_toml(HERE / "systems.toml").items()},
        addresses=_checked(HERE / "addresses.toml", CommonAddresses),
        sites={site.code: site for site in sorted(sites, key=lambda site: site.code)},
        services={text.id: _arranged_in(text, year) for text in texts},
        products={product.id: product for product in _all("products", Product)},
        phrases=_by_language("phrases"),
        stories=_by_language("stories"),
    )


def _with_present_ids(site: Site, present: Callable[[Kind, str], str]) -> Site:
    services = {present("service", name): facts for name, facts in site.services.items()}
    moved = tuple(present("service", name) for name in site.moved)
    return site.model_copy(update={"services": services, "moved": moved})


def _by_language(folder: str) -> dict[str, dict[str, Any]]:
    return {path.stem: read_toml(path) for path in sorted((HERE / folder).glob("*.toml"))}


_kept = cache(read_country)


def _arranged_in(text: ServiceText, year: int) -> ServiceText:
    """The texts with who arranged the service at the end of that year."""
    if year == PRESENT:
        return text
    taxonomy = load_taxonomy(DEFAULTS.practice_country)
    who = taxonomy.services[text.id].responsible_on(date(year, 12, 31), next(iter(taxonomy.municipalities)))
    return text.model_copy(update={"county": who != OWN})


def _all(folder: str, model: type[T], year: int = PRESENT) -> list[T]:
    files = {path.stem: path for path in (HERE / folder).glob("*.toml")}
    earlier = {path.stem: path for path in (HERE / "years" / str(year) / folder).glob("*.toml")}
    return [_checked(files.get(name), model, earlier.get(name)) for name in sorted(files.keys() | earlier.keys())]


def _checked(path: Path | None, model: type[T], earlier: Path | None = None) -> T:
    try:
        return model.model_validate(_over(read_toml(path) if path else {}, read_toml(earlier) if earlier else {}))
    except ValidationError as error:
        raise ValueError(f"{earlier or path}: {error}") from error


def _over(now: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """What is so now, with what was otherwise then in its place."""
    merged = dict(now)
    for key, value in then.items():
        if isinstance(value, dict) and isinstance(now.get(key), dict):
            entries = {**now[key], **value}
            value = {name: entry for name, entry in entries.items() if entry is not False}
        merged[key] = value
    return merged


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
