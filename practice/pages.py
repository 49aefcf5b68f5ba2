"""All pages of one municipality's site in one language: what they say and how they hang together.

Pages are named by keys such as `service:building-permit`; links between pages are written `@key` until addresses are
known. How a page looks is the templates' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from .compose import OWN_FORM, Offer, fill, place_values, service_blocks, switchboard
from .markup import Block, Run, parse_blocks
from .model import Channels, Country, LanguageSide, Site

_FOLD = str.maketrans("äöåÄÖÅ", "aoaAOA")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its key, its place in the tree and its content."""

    key: str
    kind: str
    language: str
    title: str
    trail: tuple[str, ...]
    parent: str | None = None
    blocks: list[Block] = field(default_factory=list)
    date: str = ""
    related: tuple[str, ...] = ()


def slugify(text: str) -> str:
    """A title as a part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.translate(_FOLD).lower()).strip("-")


def offers(country: Country, site: Site, language: str) -> dict[str, Offer]:
    """The services that the site offers in the language, in the order of the site's file."""
    found = {}
    for service_id in site.services:
        words = country.services[service_id].words(language)
        channels = site.channels(service_id, language)
        if words is not None and channels is not None:
            found[service_id] = Offer(country, site, language, service_id, words, channels)
    return found


def build_pages(country: Country, site: Site, language: str) -> dict[str, Page]:
    """All pages of the language version by key, links still unresolved."""
    builder = _Builder(country, site, language)
    pages = {page.key: page for page in builder.pages()}
    return {key: replace(page, related=_related(page, pages)) for key, page in pages.items()}


def calendar_page(country: Country, site: Site, language: str, month: str) -> Page:
    """The events of any month asked for, with links to the months before and after."""
    return _Builder(country, site, language).calendar(month)


class _Builder:
    """Holds what every page needs while the pages are made."""

    def __init__(self, country: Country, site: Site, language: str) -> None:
        self.country, self.site, self.language = country, site, language
        self.side: LanguageSide = site.languages[language]
        self.phrases = country.phrases[language]
        self.ui: Mapping[str, Any] = self.phrases["ui"]
        self.stories = country.stories.get(language, {})
        self.offers = offers(country, site, language)
        self.names = {f"m_{case}": name for case, name in self.side.names.items()} | {"county": site.county}

    def pages(self) -> Iterator[Page]:
        yield self._home()
        for theme in self.side.themes:
            yield self._theme(theme)
        yield from self._services()
        yield from self._moved()
        yield from self._info()
        if self.side.full:
            yield from self._news()
            yield from self._meetings()
        yield self._asiointi()
        if self.side.full:
            yield self._forms()
            yield self._az()
        yield self._contact()
        yield from self._places()
        if self.site.statement is not None:
            yield self._statement()
        if self.side.full:
            yield self._sitemap()

    def _page(
        self, key: str, kind: str, title: str, trail: Iterable[str], source: str | list[Block], **more: Any
    ) -> Page:
        blocks = parse_blocks(source) if isinstance(source, str) else source
        return Page(key, kind, self.language, title, tuple(trail), blocks=blocks, **more)

    def _theme_slug(self, theme: str) -> str:
        return slugify(self.side.themes[theme])

    def _home(self) -> Page:
        title = self.ui["welcome"].format_map(self.names)
        popular = list(self.offers)[:: max(1, len(self.offers) // 6)][:6]
        lines = [
            f"## {self.ui['popular']}",
            *(self._item(key) for key in popular),
            f"- [{self.ui['asiointi']}](@asiointi)",
        ]
        if self.side.full:
            latest = [f"- [{self._story(i)['title']}](@news:{i})" for i in self._news_ids()[:4]]
            lines += ["", f"## {self.ui['news']}", *latest]
            lines += ["", f"[{self.ui['all_news']}](@news)", "", f"[{self.ui['events']}](@calendar:2026-11)"]
        return self._page("home", "home", title, (), "\n".join(lines))

    def _item(self, service_id: str) -> str:
        offer = self.offers[service_id]
        key = f"service:{service_id}" if offer.channels.page == "own" else "asiointi"
        return f"- [{offer.title}](@{key})"

    def _theme(self, theme: str) -> Page:
        lines = [self.ui["theme_intro"], ""]
        for service_id, offer in self.offers.items():
            if self.country.services[service_id].theme == theme and offer.channels.page == "own":
                lines.append(self._item(service_id))
        for service_id in self._moved_ids():
            words = self.country.services[service_id].words(self.language)
            if words and self.country.services[service_id].theme == theme:
                lines.append(f"- [{words.titles[0]}](@service:{service_id})")
        for story_id in self._info_ids():
            if self.stories["info"][story_id]["theme"] == theme:
                lines.append(f"- [{self.stories['info'][story_id]['title']}](@info:{story_id})")
        return self._page(
            f"theme:{theme}", "theme", self.side.themes[theme], (self._theme_slug(theme),), "\n".join(lines)
        )

    def _services(self) -> Iterator[Page]:
        for service_id, offer in self.offers.items():
            if offer.channels.page == "own":
                yield self._service(service_id, offer.title, offer.words.slug, service_blocks(offer))

    def _moved_ids(self) -> tuple[str, ...]:
        """Services that have left the municipality and still have a page here."""
        known = self.country.services
        return tuple(key for key in self.site.moved if self.side.full and key in known)

    def _moved(self) -> Iterator[Page]:
        for service_id in self._moved_ids():
            words = self.country.services[service_id].words(self.language)
            if words is None:
                continue
            offer = Offer(self.country, self.site, self.language, service_id, words, Channels())
            source = offer.pick(words.leads, "lead").format_map(self.names)
            link = f"[{self.ui['county_link']}]({self.site.county})"
            yield self._service(service_id, words.titles[0], words.slug, parse_blocks(f"{source}\n\n{link}"))

    def _service(self, service_id: str, title: str, slug: str, blocks: list[Block]) -> Page:
        theme = self.country.services[service_id].theme
        trail = (self._theme_slug(theme), slug) if theme in self.side.themes else (slug,)
        return self._page(f"service:{service_id}", "service", title, trail, blocks, parent=f"theme:{theme}")

    def _info_ids(self) -> tuple[str, ...]:
        known = self.stories.get("info", {})
        if not self.side.full:
            return ()
        return tuple(known) if "*" in self.site.info else tuple(key for key in self.site.info if key in known)

    def _info(self) -> Iterator[Page]:
        for story_id in self._info_ids():
            story = self.stories["info"][story_id]
            blocks = parse_blocks(story["text"].format_map(self.names))
            if "form" in story:
                submit = self.phrases["form_fields"]["submit"]
                blocks.append({"kind": "form", "title": story["title"], "labels": story["form"], "submit": submit})
            theme = story["theme"] if story["theme"] in self.side.themes else next(iter(self.side.themes))
            trail = (self._theme_slug(theme), slugify(story["title"]))
            yield self._page(f"info:{story_id}", "info", story["title"], trail, blocks, parent=f"theme:{theme}")

    def _news_ids(self) -> tuple[str, ...]:
        known = self.stories.get("news", {})
        wanted = known if "*" in self.site.news else [key for key in self.site.news if key in known]
        return (
            tuple(sorted(wanted, key=lambda key: (str(known[key]["date"]), key), reverse=True))
            if self.side.full
            else ()
        )

    def _story(self, story_id: str) -> Mapping[str, str]:
        story: Mapping[str, str] = self.stories["news"][story_id]
        return story

    def _news(self) -> Iterator[Page]:
        folder = slugify(self.ui["news"])
        items = [
            f"- [{self._story(i)['title']}](@news:{i}) {self._date(self._story(i)['date'])}" for i in self._news_ids()
        ]
        yield self._page("news", "news-list", self.ui["news"], (folder,), "\n".join(items))
        for story_id in self._news_ids():
            story = self._story(story_id)
            trail = (folder, slugify(story["title"]))
            text = story["text"].format_map(self.names)
            yield self._page(f"news:{story_id}", "news", story["title"], trail, text, parent="news", date=story["date"])

    def _date(self, iso: str) -> str:
        year, month, day = iso.split("-")
        return f"{int(day)}.{int(month)}.{year}"

    def _meeting_ids(self) -> list[tuple[str, str]]:
        """Names and dates of the meetings, a fortnight apart, newest first."""
        if not self.side.full:
            return []
        boards = self.stories["boards"]
        dates = [f"2026-{12 - 1 - n // 2:02d}-{20 - 14 * (n % 2):02d}" for n in range(self.site.meetings)]
        return [(boards[n % len(boards)], date) for n, date in enumerate(dates)]

    def _meetings(self) -> Iterator[Page]:
        folder = slugify(self.ui["meetings"])
        meetings = self._meeting_ids()
        items = [f"- [{board} {self._date(date)}](@meeting:{date})" for board, date in meetings]
        if items:
            yield self._page("meetings", "meeting-list", self.ui["meetings"], (folder,), "\n".join(items))
        agenda = self.stories.get("agenda", [])
        for number, (board, date) in enumerate(meetings):
            chosen = [agenda[(number * 3 + step * (self.site.index + 1)) % len(agenda)] for step in range(6)]
            lines = [f"## {self.ui['items']}", *(f"1. {item}" for item in dict.fromkeys(chosen))]
            title = f"{board} {self._date(date)}, {self.ui['agenda'].lower()}"
            trail = (folder, slugify(f"{board}-{date}"))
            yield self._page(
                f"meeting:{date}", "decision", title, trail, "\n".join(lines), parent="meetings", date=date
            )

    def _by_theme(self) -> Iterator[tuple[str, list[Offer]]]:
        for theme, title in self.side.themes.items():
            found = [offer for key, offer in self.offers.items() if self.country.services[key].theme == theme]
            if found:
                yield title, found

    def _asiointi(self) -> Page:
        lines = [self.ui["asiointi_intro"], ""]
        for title, found in self._by_theme():
            items = [line for offer in found if (line := self._online(offer))]
            if items:
                lines += [f"## {title}", *items, ""]
        return self._page("asiointi", "hub", self.ui["asiointi"], (slugify(self.ui["asiointi"]),), "\n".join(lines))

    def _online(self, offer: Offer) -> str:
        if offer.channels.digital is None:
            return ""
        if offer.channels.digital == OWN_FORM:
            return f"- [{offer.title}](@service:{offer.service_id})"
        named = offer.product and offer.channels.via != "white-label"
        name = f" ({offer.product.names[self.language]['nom']})" if named and offer.product else ""
        return f"- {offer.title}: " + fill("[{action}]({url})", offer) + name

    def _forms(self) -> Page:
        lines = [self.ui["forms_intro"], ""]
        for title, found in self._by_theme():
            items = [self._form_row(offer) for offer in found if offer.channels.form]
            if items:
                lines += [f"## {title}", *items, ""]
        folder = self.country.addresses.attachments
        lines += [f"## {self.ui['internal_forms']}"]
        lines += [f"- [{name}]({folder}{slugify(name)}.pdf)" for name in self.ui["internal_form_names"]]
        trail = (slugify(self.ui["asiointi"]), slugify(self.ui["forms"]))
        return self._page("forms", "hub", self.ui["forms"], trail, "\n".join(lines), parent="asiointi")

    def _form_row(self, offer: Offer) -> str:
        row = f"- {offer.words.form or offer.title}: "
        if offer.digital_url and offer.channels.via != "iframe":
            row += f"[{self.ui['online']}]({offer.digital_url}) / "
        kind = offer.form_path.rpartition(".")[2]
        return row + f"[{self.ui['printable']} ({kind})]({offer.form_path})"

    def _az(self) -> Page:
        services = sorted(self.offers, key=lambda key: self.offers[key].title.lower())
        return self._page(
            "az", "hub", self.ui["az"], (slugify(self.ui["az"]),), "\n".join(self._item(key) for key in services)
        )

    def _contact(self) -> Page:
        hall = self.ui["hall"][self.site.kind]
        number = switchboard(self.site)
        registry = self.registry
        lines = [self.ui["contact_intro"], "", f"## {hall}"]
        lines += [f"- {self.ui['address']}: {self.site.street[self.language]}, {self.site.postal[self.language]}"]
        lines += [f"- {self.ui['switchboard']}: [{number}](tel:+358{number.replace(' ', '')[1:]})"]
        lines += [f"- {self.ui['registry']}: [{registry}](mailto:{registry})", ""]
        rows = [fill("| {role} | {phone} |", o) for o in self.offers.values() if o.channels.phone == "direct"]
        first, *others = dict.fromkeys(rows) or [""]
        lines += [f"## {self.ui['phone']}", first, "| --- | --- |", *others, ""] if rows else []
        pages = [key for key in self._place_ids() if self.site.places[key].has_page]
        named = [f"- [{self.site.places[key].names[self.language]['nom']}](@place:{key})" for key in pages]
        lines += [f"## {self.ui['places']}", *named] if named else []
        return self._page("contact", "contact", self.ui["contact"], (slugify(self.ui["contact"]),), "\n".join(lines))

    @property
    def registry(self) -> str:
        """The registry's address, as every footer gives it."""
        return f"{self.ui['registry_unit']}@{self.side.host.removeprefix('www.')}"

    def _place_ids(self) -> list[str]:
        return [key for key, place in self.site.places.items() if self.language in place.names]

    def _places(self) -> Iterator[Page]:
        for place_id in self._place_ids():
            place = self.site.places[place_id]
            if not place.has_page:
                continue
            values = place_values(self.site, place_id, self.language)
            lines = [
                place.text.get(self.language, ""),
                "",
                f"## {self.ui['address']}",
                "{street}, {postal}".format_map(values),
            ]
            lines += ["", f"## {self.ui['hours']}", values["hours"]]
            if place.phone:
                lines += ["", f"{self.ui['phone']}: [{place.phone}](tel:+358{place.phone.replace(' ', '')[1:]})"]
            trail = (slugify(self.ui["contact"]), slugify(values["place"]))
            yield self._page(f"place:{place_id}", "place", values["place"], trail, "\n".join(lines), parent="contact")

    def _statement(self) -> Page:
        facts, words = self.site.statement, self.phrases["statement"]
        assert facts is not None
        parts = [words["intro"], words["compliance"][facts.compliance]]
        parts += [words["part"][part] for part in facts.parts]
        if facts.assessed_on:
            parts.append(words["assessed"]["title"])
        if facts.feedback != "missing":
            parts.append(words["feedback"][facts.feedback])
        if facts.authority != "missing":
            parts.append(words["authority"][facts.authority])
        values = {"host": self.side.host, "domain": self.side.host.removeprefix("www.")}
        values["date"] = self._date(facts.assessed_on) if facts.assessed_on else ""
        source = "\n\n".join(parts).format_map(values)
        return self._page("statement", "statement", words["title"], (slugify(words["title"]),), source)

    def _sitemap(self) -> Page:
        lines = [f"- [{title}](@theme:{theme})" for theme, title in self.side.themes.items()]
        lines += [f"- [{self.ui[key]}](@{key})" for key in ("asiointi", "forms", "az", "news", "meetings", "contact")]
        return self._page("sitemap", "hub", self.ui["sitemap"], (slugify(self.ui["sitemap"]),), "\n".join(lines))

    def calendar(self, month: str) -> Page:
        year, number = (int(part) for part in month.split("-"))
        events = self.stories.get("events", [])
        lines = [self.ui["events_intro"], ""]
        for step in range(self.phrases["calendar"]["per_month"]):
            day = 1 + (step * 4 + crc32(month.encode()) % 3) % 28
            event = events[(year * 12 + number + step * 5 + self.site.index) % len(events)]
            lines.append(f"- {day}.{number}.{year} {event}")
        lines += ["", f"[{self.ui['previous_month']}](@calendar:{_shift(year, number, -1)})"]
        lines += ["", f"[{self.ui['next_month']}](@calendar:{_shift(year, number, 1)})"]
        title = f"{self.ui['events']}: {self.ui['months'][number - 1]} {year}"
        return self._page(f"calendar:{month}", "calendar", title, (slugify(self.ui["events"]), month), "\n".join(lines))


def _shift(year: int, month: int, step: int) -> str:
    index = year * 12 + month - 1 + step
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _related(page: Page, pages: Mapping[str, Page]) -> tuple[str, ...]:
    """Four other pages that the side column offers: as on real sites, not always close to the subject."""
    others = [key for key, other in pages.items() if other.kind in ("service", "info") and key != page.key]
    if not others or page.kind in ("home", "calendar"):
        return ()
    start = crc32(page.key.encode()) % len(others)
    return tuple(dict.fromkeys(others[(start + step * 7) % len(others)] for step in range(4)))


def resolve(blocks: list[Block], addresses: Mapping[str, str]) -> list[Block]:
    """The blocks with `@key` links turned into addresses; a link to a page that does not exist becomes plain text."""
    return [_resolve_block(block, addresses) for block in blocks]


def _resolve_block(block: Block, addresses: Mapping[str, str]) -> Block:
    result = dict(block)
    if "runs" in block:
        result["runs"] = _resolve_runs(block["runs"], addresses)
    for name in ("items", "lines"):
        if name in block:
            result[name] = [_resolve_runs(runs, addresses) for runs in block[name]]
    if "rows" in block:
        result["rows"] = [[_resolve_runs(cell, addresses) for cell in row] for row in block["rows"]]
    if "blocks" in block:
        result["blocks"] = resolve(block["blocks"], addresses)
    return result


def _resolve_runs(runs: list[Run], addresses: Mapping[str, str]) -> list[Run]:
    return [_resolve_run(run, addresses) for run in runs]


def _resolve_run(run: Run, addresses: Mapping[str, str]) -> Run:
    href = run.get("href", "")
    if not href.startswith("@"):
        return run
    address = addresses.get(href[1:])
    return {"text": run["text"], "href": address} if address else {"text": run["text"]}
