"""Draws the pages: templates, the words of a language, names of things. It decides nothing."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.clean import plain, safe_href, short_url
from reports.words import Words
from study import CHANNELS, Action, CellValue, Decision, Problem, State, Stranger, Verification

from .decide import OFFERED
from .desk import Desk
from .queue import SHOWS, Filters
from .worth import REASONS

DECISION_REASONS = (
    "page-says-otherwise",
    "other-page",
    "other-service",
    "outdated",
    "dead-link",
    "elsewhere",
    "product",
    "other",
)
"""Why a cell is corrected; stands in decisions.csv as it is here."""


@cache
def _text(name: str) -> str:
    return resources.files("reports.review").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(plain=plain, short_url=short_url, safe_href=safe_href)
    made.globals.update(
        channels=CHANNELS,
        states=[state.value for state in State],
        verifications=[Verification.UNCERTAIN.value, Verification.AUTOMATIC.value],
        reasons=REASONS,
        decision_reasons=DECISION_REASONS,
        shows=SHOWS,
        offered=OFFERED,
        found=State.FOUND.value,
        not_found=State.NOT_FOUND.value,
        actions=Action,
    )
    return made


class Names:
    """Names of municipalities, services and what they have, in one language."""

    def __init__(self, desk: Desk, language: str) -> None:
        self._desk, self._language, self._words = desk, language, Words(language)

    def municipality(self, code: str) -> str:
        """A municipality's name."""
        return str(self._desk.names[code].name(self._language)) if code in self._desk.names else code

    def service(self, service: str) -> str:
        """A service's name."""
        known = self._desk.taxonomy.services.get(service)
        return known.name.get(self._language) if known else service

    def definition(self, service: str) -> str:
        """What a service is."""
        known = self._desk.taxonomy.services.get(service)
        return known.definition.get(self._language) if known else ""

    def theme(self, theme: str) -> str:
        """A theme's name."""
        known = self._desk.taxonomy.themes.get(theme)
        return known.name.get(self._language) if known else theme

    def product(self, product: str) -> str:
        """A product's name."""
        known = self._desk.taxonomy.products.get(product)
        return known.name if known else product

    def channel(self, named: str) -> str:
        """A channel with its subtype, as decisions write it."""
        channel, _, kind = named.partition(":")
        known = self._desk.taxonomy.channels.get(channel)
        if known is None:
            return named
        name = known.name.get(self._language)
        return f"{name}: {known.subtypes[kind].get(self._language)}" if kind in known.subtypes else name

    def subtype(self, channel: str, kind: str) -> str:
        """A subtype of a channel."""
        known = self._desk.taxonomy.channels.get(channel)
        return known.subtypes[kind].get(self._language) if known and kind in known.subtypes else kind

    def log_in(self, method: str) -> str:
        """How users identify themselves."""
        for service in self._desk.taxonomy.country.identification:
            if method and service.method == method:
                return service.name.get(self._language)
        key = f"authentication.{method}"
        return self._words(key) if method and "." not in method and self._words.has(key) else method

    def measured(self, kind: str, id: str) -> str:
        """What an agreement is about."""
        if not id:
            return self._words(f"agreement.of.{kind}")
        if kind == "state":
            return self._words("agreement.of.one-state", state=self._words(f"agreement.state.{id}"))
        return self.channel(id) if kind == "channel" else self.theme(id)

    def fault(self, fault: Problem | Stranger) -> str:
        """What of the file of decisions counts for nothing, and what to do."""
        if isinstance(fault, Stranger):
            return self._words(f"review.fault.stranger.{fault.kind}", **fault.values)
        what = self._words(f"review.fault.line.{fault.kind}", **fault.values)
        return self._words("review.fault.at", line=str(fault.line), what=what)

    def in_short(self, decision: Decision) -> str:
        """What a decision says, on one line."""
        if decision.action is Action.CANNOT_JUDGE:
            return self._words("agreement.state.cannot-judge")
        return "; ".join(text for _, text in self.value(decision.new))

    def value(self, value: CellValue) -> list[tuple[str, str]]:
        """What a value says, part by part, each with its name."""
        words = self._words
        parts = [(words("review.field.state"), words(f"review.state.{value.state}") if value.state else "")]
        parts += [
            (words("review.field.channels"), ", ".join(self.channel(c) for c in value.channels)),
            (words("review.field.best-url"), short_url(value.best_url, 80)),
            (words("review.field.products"), ", ".join(self.product(p) for p in value.products)),
            (words("review.field.log-in"), self.log_in(value.log_in)),
            (words("review.field.statement"), short_url(value.statement, 80)),
        ]
        return [(name, text) for name, text in parts if text]


class Pages:
    """The templates with one desk's data."""

    def __init__(self, desk: Desk, token: str, languages: tuple[str, ...]) -> None:
        self._desk, self._token = desk, token
        self._languages = languages

    def prepare(self, template: str) -> None:
        """Read a template and the words of all languages."""
        for language in self._languages:
            Words(language)
        _environment().get_template(f"{template}.html.j2")

    def render(self, template: str, language: str, *, filters: Filters, **values: Any) -> str:
        """One page as HTML."""
        words = Words(language)

        def address(path: str, **query: Any) -> str:
            given = {name: value for name, value in query.items() if value not in (None, "")}
            parts = [part for part in (filters.query, urlencode(given)) if part]
            return f"/{self._token}/{language}/{path}" + (f"?{'&'.join(parts)}" if parts else "")

        return (
            _environment()
            .get_template(f"{template}.html.j2")
            .render(
                w=words,
                names=Names(self._desk, language),
                desk=self._desk,
                language=language,
                languages=[(code, Words(code)("review.language")) for code in self._languages],
                address=address,
                static=f"/{self._token}/static/",
                root=f"/{self._token}/",
                filters=filters,
                title=self._desk.folder.config.study.title or self._desk.folder.root.resolve().name,
                icons=Markup(resources.files("reports").joinpath("templates", "icons.svg").read_text("utf-8")),
                **values,
            )
        )

    def frame(self, words: Words, text: str) -> str:
        """A sentence in place of an archived page."""
        return f"{_head(words)}<p>{escape(text)}</p></html>"

    def frame_text(self, words: Words, text: str, snippets: tuple[str, ...], *, is_cut: bool) -> str:
        """The text of an archived page, its proofs marked."""
        marked = str(escape(text))
        for number, snippet in enumerate(snippets):
            pattern = r"\s+".join(re.escape(str(escape(word))) for word in snippet.split()[:12])
            name = ' id="kuntatutka-proof"' if number == 0 else ""
            if pattern:
                marked = re.sub(f"({pattern})", rf"<mark{name}>\1</mark>", marked, count=1)
        cut = f"<p><strong>{escape(words('review.page.cut'))}</strong></p>" if is_cut else ""
        return f"{_head(words)}{cut}<pre>{marked}</pre></html>"


def _head(words: Words) -> str:
    return f'<!DOCTYPE html><html lang="{words.language}"><title>Kuntatutka</title>{_FRAME}'


_FRAME = (
    '<meta charset="utf-8"><style>body{font:1rem/1.5 sans-serif;margin:1rem;color:#17262b;background:#fff}'
    "pre{white-space:pre-wrap;font:inherit;overflow-wrap:anywhere}mark{background:#fff0b8;outline:2px solid #b8540c}"
    "</style>"
)
