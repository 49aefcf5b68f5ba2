"""Writes a scorecard as one HTML file that needs nothing else; the same file is what is printed."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from reports.html import font_faces
from reports.policy import source_digest
from reports.theme import PLAIN, Theme
from reports.words import Words
from study import visible

from .card import Scorecard

ON_PAPER = 8
"""Most entries of one list on paper: it is two to four pages, the web version has all."""


def scorecard_html(card: Scorecard, *, for_print: bool = False, theme: Theme = PLAIN) -> str:
    """The scorecard as HTML in the theme's look; on paper long lists end with how much more there is."""
    style = visible(font_faces(theme) + _text("scorecard.css") + theme.css())
    text: str = _template().render(
        policy=f"default-src 'none'; style-src {source_digest(style)}; font-src data:; img-src data:",
        card=card,
        words=Words(card.language),
        most=ON_PAPER if for_print else 10_000,
        style=Markup(style),
        mark=Markup(theme.mark()),
        footer=Markup(theme.footer(card.language)),
    )
    return visible(text.rstrip("\n")) + "\n"


@cache
def _text(name: str) -> str:
    return resources.files("reports").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    made = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return made.get_template("scorecard.html.j2")
