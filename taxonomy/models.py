"""The shape of every taxonomy file: frozen pydantic models that refuse unknown keys.

The loader fills them from TOML and CSV; everything downstream reads them. They hold definitions
only: no matching, no files, no network. Text in people's languages appears in the files, never here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from .base import Example, Id, Line, Model, Text, Words
from .changes import MunicipalityChange, PeerGroup, Reform
from .figures import EarlierFigure, Surveys
from .registers import Register

Strength = Literal["strong", "medium", "weak"]
Kind = Literal["theme", "service", "channel", "product"]
"""What has ids that other people's data refer to."""
OwnerType = Literal["private", "municipal-owned", "state", "open-source"]


class Responsible(Model):
    """Who arranges a service, from and to which day, for all municipalities or some."""

    who: Id
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    only_codes: tuple[str, ...] = ()
    except_codes: tuple[str, ...] = ()

    def applies(self, day: dt.date, municipality_code: str) -> bool:
        """Tells whether this period covers the day (both ends included) and the municipality."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        if self.only_codes and municipality_code not in self.only_codes:
            return False
        return municipality_code not in self.except_codes


class Arranged(Model):
    """Who arranges an inherited service in a country where that is otherwise."""

    id: Id
    responsible: Annotated[tuple[Responsible, ...], Field(min_length=1)]


class Theme(Model):
    """A group of services, with the navigation words that lead to it."""

    id: Id
    name: Text
    nav_terms: Mapping[str, Words] = {}
    is_machinery: bool = False
    """Whether it is about the municipality's own machinery, whose words stand on pages of all services."""
    former_ids: tuple[Id, ...] = ()


class Service(Model):
    """Something residents do with their municipality, and the words by which pages speak of it."""

    id: Id
    theme: Id
    order: int = 1000
    name: Text
    definition: Text
    interaction: Literal["transaction", "participation", "information"]
    responsible: Annotated[tuple[Responsible, ...], Field(min_length=1)]
    terms: Mapping[str, Words]
    topics: Mapping[str, Words] = {}
    not_terms: Mapping[str, Words] = {}
    url_hints: tuple[Line, ...] = ()
    service_classes: tuple[Line, ...] = ()
    general_description: str = ""
    comparable_with_2021: bool = True
    is_machinery: bool = False
    """Whether its words (feedback, customer service, minutes) stand on pages of all services and tell no subject."""
    languages_without_terms: tuple[str, ...] = ()
    hits: tuple[Example, ...] = ()
    misses: tuple[Example, ...] = ()
    former_ids: tuple[Id, ...] = ()
    note: str = ""

    def responsible_on(self, day: dt.date, municipality_code: str) -> str:
        """Returns who arranged the service for this municipality on that day; "unknown" where no period fits."""
        fitting = (r.who for r in self.responsible if r.applies(day, municipality_code))
        return next(fitting, "unknown")


class Channel(Model):
    """A way to use a service: what counts as it, what does not, and its kinds."""

    id: Id
    name: Text
    definition: Text
    counts: Text
    does_not_count: Text
    subtypes: Mapping[Id, Text]
    former_ids: tuple[Id, ...] = ()


class PageCues(Model):
    """Words of one language that mark a type of page, by where they stand. A final `*` marks a stem."""

    title: tuple[Line, ...] = ()
    url: tuple[Line, ...] = ()
    body: tuple[Line, ...] = ()


class PageType(Model):
    """A kind of page, with its cues per language."""

    id: Id
    name: Text
    definition: Text
    url: tuple[Line, ...] = ()
    cues: Mapping[str, PageCues] = {}


class CueSet(Model):
    """Phrases of one language about one channel.

    Strong cues prove the channel alone; weak ones need a link, a number or an address beside them;
    negations deny it; `preferred` names it the first choice, `exclusive` the only one.
    """

    strong: tuple[Line, ...] = ()
    weak: tuple[Line, ...] = ()
    negations: tuple[Line, ...] = ()
    preferred: tuple[Line, ...] = ()
    exclusive: tuple[Line, ...] = ()
    subtypes: Mapping[Id, Words] = {}


class StatementWords(Model):
    """How one language writes accessibility statements: titles, degrees of conformance, required parts."""

    titles: tuple[Line, ...] = ()
    compliance: Mapping[Literal["full", "partial", "none"], Words] = {}
    parts: Mapping[Id, Words] = {}
    dates: tuple[Line, ...] = ()


class Ending(Model):
    """What becomes of words that end so; nothing of those that end in `unless`."""

    ending: str
    instead: str
    unless: str = ""


class Leftovers(Model):
    """What the stemmer of a language leaves undone; terms and text go through alike.

    A stem of one of these `forms` that only lost its `genitive` is stemmed again; then the first of the `endings` that
    fits a stem of `shortest` letters or more is taken, else the `last` letter goes wherever it is left.
    """

    genitive: str
    forms: tuple[Line, ...]
    last: str
    shortest: Annotated[int, Field(ge=1)]
    endings: tuple[tuple[str, str], ...]


class Grammar(Model):
    """How the words of a language are brought to their base, put together and told apart."""

    stemmer: str | None = None
    """The Snowball algorithm; empty where there is none and words are compared as they stand."""
    dictionary: str = ""
    """Voikko's dictionary, used before the stemmer where the machine has it."""
    is_compounding: bool = False
    """Whether compounds are written as one word."""
    linking: tuple[Line, ...] = ()
    """Letters that stand between the parts of a compound and belong to neither."""
    words_are_whole: bool = False
    """Whether two words beside each other never are the compound that they would make."""
    plurals: tuple[Ending, ...] = ()
    """How a word becomes its plural or singular. With them single words are found in these forms only, not by stem."""
    leftovers: Leftovers | None = None
    fold: tuple[tuple[str, str], ...] = ()
    """Letters that addresses write otherwise, where that is not the letter without its marks."""


class Language(Model):
    """Everything the analysis must know of a language. A final `*` in a phrase marks a stem.

    `lists` takes further named word lists without a change of this model; every language of a
    country has the same names there. `roles` are phrases by the part they play when a page tells how a
    service is used (`*` any letters, `..` up to three words); every language has the same roles.
    """

    code: str
    name: Text
    grammar: Grammar = Grammar()
    stop_words: tuple[Line, ...] = ()
    months: tuple[Line, ...] = ()
    cues: Mapping[Id, CueSet] = {}
    negation: tuple[Line, ...] = ()
    retired: tuple[Line, ...] = ()
    future: tuple[Line, ...] = ()
    closed: tuple[Line, ...] = ()
    moved: Mapping[Id, Words] = {}
    authentication: Mapping[str, Words] = {}
    statement: StatementWords = StatementWords()
    hub_titles: tuple[Line, ...] = ()
    furniture: Mapping[Id, Words] = {}
    product_context: Mapping[Id, Words] = {}
    lists: Mapping[str, Words] = {}
    roles: Mapping[Id, Words] = {}


class Pattern(Model):
    """One way to recognise a product; every part given must match (see `taxonomy.patterns`)."""

    host: str = ""
    path: str = ""
    query: str = ""
    markup: str = ""
    generator: str = ""
    cookie: str = ""
    header: str = ""
    text: str = ""
    strength: Strength = "strong"

    @property
    def parts(self) -> dict[str, str]:
        """The parts that are given, by name."""
        return {k: v for k, v in self if k != "strength" and v}


class VendorPeriod(Model):
    """Who makes or runs a product, between two days where they are known."""

    name: Line
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Product(Model):
    """A system behind services, its makers over time, and how to recognise it."""

    id: Id
    name: Line
    vendors: tuple[VendorPeriod, ...] = ()
    owner_type: OwnerType
    category: Id
    is_counted: bool = True
    services: tuple[Id, ...] = ()
    use: str = ""
    aliases: tuple[Line, ...] = ()
    needs_context: bool = False
    context: tuple[Line, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    not_patterns: tuple[Pattern, ...] = ()
    retired_on: dt.date | None = None
    renamed_to: Id | None = None
    former_ids: tuple[Id, ...] = ()
    countries: tuple[Id, ...] = ()
    hits: tuple[Line, ...] = ()
    misses: tuple[Line, ...] = ()
    basis: Literal["seen", "known"]
    source: Line
    verified_on: dt.date
    note: str = ""

    def vendor_on(self, day: dt.date) -> str:
        """Returns the maker on that day, else the latest known maker, else an empty string."""
        fitting = [v for v in self.vendors if (v.valid_from or day) <= day <= (v.valid_to or day)]
        return (fitting or list(self.vendors) or [VendorPeriod(name="-")])[-1].name.removeprefix("-")


class Tenant(Model):
    """An installation of a product that serves the named municipalities."""

    product: Id
    host: Line
    path: str = ""
    municipality_codes: Words


class Site(Model):
    """One web address of a municipality."""

    url: Line
    role: Literal["primary", "other-language", "other"] = "primary"
    language: str | None = None


class Municipality(Model):
    """A municipality as the official registers know it; the code is text."""

    code: str
    name: Text
    region: str = ""
    region_code: str = ""
    county: str = ""
    population: Annotated[int, Field(ge=0)] = 0
    population_year: int = 0
    size_class: str = ""
    languages: tuple[str, ...] = ()
    website: Line
    sites: tuple[Site, ...] = ()


class Identification(Model):
    """A strong-identification service: its names in text and its hosts."""

    id: Id
    name: Text
    hosts: tuple[Line, ...] = ()
    method: Line


class Authority(Model):
    """An authority that supervised accessibility between two days, and the words it is called by."""

    id: Id
    name: Text
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    words: Words


class SizeClass(Model):
    """A population class: its label and the smallest population in it."""

    id: Line
    at_least: Annotated[int, Field(ge=0)]


class Source(Model):
    """Where facts of a country came from, when, and under which licence; `…_in` says it per language."""

    facts: Line
    name: Line
    licence: Line
    dated: Line
    url: str = ""
    facts_in: Text | None = None
    name_in: Text | None = None


class Country(Model):
    """The frame of a country: languages, codes, telephone region, identification, supervision, sources."""

    id: Id
    name: Text
    version: Line
    inherits: Id | None = None
    services: tuple[Id, ...] = ()
    """Of the inherited services those that the country has; without a list all."""
    languages: Words
    study_languages: Words
    code_pattern: Line
    phone_region: str = ""
    short_phone_pattern: str = ""
    """Numbers shorter than a subscriber's; they count behind a word for telephone and in links that call."""
    no_phone_patterns: tuple[Line, ...] = ()
    """Numbers of another kind that look like telephone numbers: identity codes of businesses, invoice addresses."""
    help_lines: Mapping[Line, tuple[Id, ...]] = {}
    """National lines, as digits, with the services that they are a way of; none named means of no service."""
    postal_code_pattern: str = ""
    identity_code_pattern: str = ""
    """A person's identity code: masked wherever results leave the study folder's evidence."""
    private_mail_hosts: tuple[Line, ...] = ()
    """Mail services of private persons: no address there is an authority's."""
    given_names: frozenset[Line] = frozenset()
    """Names that people are called by: who stands beside a number is masked wherever results leave the study folder."""
    name_places: tuple[Line, ...] = ()
    """Beginnings of words that make a street or a house of the name before them."""
    top_level_domains: tuple[Line, ...] = ()
    responsible: Mapping[Id, Text] = {}
    identification: tuple[Identification, ...] = ()
    accessibility_authorities: tuple[Authority, ...] = ()
    size_classes: tuple[SizeClass, ...] = ()
    region_tiles: Mapping[Line, tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]] = {}
    """Where the tile of each region, by its official code, stands on the map: column and row from the north-west."""
    sources: tuple[Source, ...] = ()
    earlier: tuple[EarlierFigure, ...] = ()
    earlier_list: Id | None = None
    """The peer list that the earlier figures speak of."""


class Taxonomy(Model):
    """All definitions of one country, by id and in display order. Equal digests mean equal content."""

    country: Country
    themes: Mapping[str, Theme]
    services: Mapping[str, Service]
    channels: Mapping[str, Channel]
    page_types: Mapping[str, PageType]
    languages: Mapping[str, Language]
    products: Mapping[str, Product]
    municipalities: Mapping[str, Municipality]
    tenants: tuple[Tenant, ...] = ()
    peer_lists: Mapping[str, tuple[str, ...]] = {}
    """Codes of each peer group as they stand in the files; `peers_on` follows mergers up to a day."""
    peer_groups: Mapping[str, PeerGroup] = {}
    populations: Mapping[int, Mapping[str, int]] = {}
    """Inhabitants by code in the years that are known, that of the municipalities themselves included."""
    changes: tuple[MunicipalityChange, ...] = ()
    reforms: Mapping[str, Reform] = {}
    surveys: Surveys = Surveys()
    service_register: Register | None = None
    digest: str
    files: Mapping[str, str] = {}
    """Digests of the files that it was read from, by name: results rest on some of them."""
    version: str

    @property
    def size_classes(self) -> tuple[SizeClass, ...]:
        """The country's population classes, smallest first."""
        return self.country.size_classes

    @cached_property
    def services_by_theme(self) -> dict[str, tuple[Service, ...]]:
        """The services of each theme, both in display order."""
        return {t: tuple(s for s in self.services.values() if s.theme == t) for t in self.themes}

    @cached_property
    def machinery(self) -> frozenset[str]:
        """The themes and services that are the municipality's own machinery."""
        parts: tuple[Theme | Service, ...] = (*self.themes.values(), *self.services.values())
        return frozenset(part.id for part in parts if part.is_machinery)

    @cached_property
    def changed_codes(self) -> frozenset[str]:
        """Codes of municipalities that changed in some way, and of those that they became."""
        return frozenset(code for change in self.changes for code in (change.code, *change.became))

    @cached_property
    def renames(self) -> dict[Kind, dict[str, str]]:
        """Former ids of themes, services, channels and products with those of today, by kind."""
        parts: dict[Kind, Iterable[Theme | Service | Channel | Product]] = {
            "theme": self.themes.values(),
            "service": self.services.values(),
            "channel": self.channels.values(),
            "product": self.products.values(),
        }
        found = {kind: {former: part.id for part in of for former in part.former_ids} for kind, of in parts.items()}
        return {kind: renamed for kind, renamed in found.items() if renamed}

    def present(self, kind: Kind, name: str) -> str:
        """Returns the id of today for one that may be a former one."""
        return self.renames.get(kind, {}).get(name, name)

    def size_class_of(self, population: int) -> str:
        """Returns the id of the class that a population falls in; empty where the country has none."""
        fitting = [c.id for c in self.size_classes if population >= c.at_least]
        return fitting[-1] if fitting else ""

    def __hash__(self) -> int:
        return hash((self.country.id, self.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Taxonomy) and (self.country.id, self.digest) == (other.country.id, other.digest)
