"""Writes a ReportModel as HTML: as one text that needs nothing else, or page by page for a folder (see `site`).

The templates know blocks, not sections. `for_print` makes the variant that the PDF is printed from: tables of charts
open, no scripts, wide evidence left out where it would make the file heavy.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import Any

from jinja2 import ChoiceLoader, Environment, FunctionLoader, PrefixLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from study import visible

from . import anchors, markup
from .charts import draw
from .model import Block, ReportModel, Section
from .numbering import listed
from .own_templates import BASE, told_as_the_themes
from .policy import source_digest
from .theme import PLAIN, Theme

LISTS = "lists"
"""Id of the printed lists of figures and tables."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents."""

    title: str
    href: str
    number: int = 0
    is_here: bool = False
    children: tuple[Entry, ...] = ()
    name: str = ""
    """What a filter of municipalities looks at."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one page shows beside its sections: where it stands in the whole."""

    sections: Sequence[Section]
    title: str
    contents: Sequence[Entry]
    level: int = 2
    is_front: bool = True
    front: str = ""
    assets: str = ""
    parts: Sequence[Entry] = ()
    languages: Sequence[tuple[str, str, str]] = ()
    lists: Sequence[tuple[str, Sequence[Entry]]] = ()
    """Figures and tables: the key of the heading, and what stands below it."""


@cache
def template_text(name: str) -> str | None:
    """A template of our own."""
    path = resources.files(__package__).joinpath("templates", name)
    return path.read_text(encoding="utf-8") if path.is_file() else None


def templates() -> frozenset[str]:
    """Names of the templates that a theme may replace."""
    root = resources.files(__package__).joinpath("templates")
    blocks = (f"blocks/{path.name}" for path in root.joinpath("blocks").iterdir())
    return frozenset(("page.html.j2", *blocks))


def font_bytes(weight: int) -> bytes:
    """A weight of the report's own font."""
    return resources.files(__package__).joinpath("fonts", f"kuntatutka-sans-{weight}.woff2").read_bytes()


class Renderer:
    """Pages in the look of a theme, in one language."""

    def __init__(self, frame: Mapping[str, str], theme: Theme = PLAIN, *, for_print: bool = False) -> None:
        self._frame, self._theme, self._for_print = frame, theme, for_print
        own = FunctionLoader(template_text)
        kind = SandboxedEnvironment if theme.templates else Environment
        self._environment = kind(
            loader=ChoiceLoader([FunctionLoader(self._themes), own, PrefixLoader({BASE: own})]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        safe = {
            "runs": markup.runs,
            "table_rows": markup.table_rows,
            "matrix_rows": markup.matrix_rows,
            "proofs": markup.proofs,
            "chart": partial(draw, is_for_hand=not for_print),
        }
        # The only markup that is not escaped by a template: our own, whose texts were escaped when it was made.
        for name, make in safe.items():
            self._environment.filters[name] = _safe(make)
        self._environment.globals.update(
            icon=_safe(markup.icon), bar=_safe(markup.bar), frame=frame, for_print=for_print, block=self._block
        )
        self._blocks: dict[str, Any] = {}

    def _themes(self, name: str) -> tuple[str, str, None] | None:
        """A template of the theme's, under the name by which an error is told of it."""
        text = self._theme.templates.get(name)
        return None if text is None else (text, name, None)

    def page(self, model: ReportModel, part: Part) -> str:
        """A page as HTML text; raises UserError for what fails in a template of the theme's."""
        with told_as_the_themes(self._theme.templates):
            return self._page(model, part)

    def _page(self, model: ReportModel, part: Part) -> str:
        theme = self._theme
        style = "" if part.assets else self.style(model)
        script = "" if part.assets or self._for_print else template_text("report.js") or ""
        return self._environment.get_template("page.html.j2").render(
            model=model,
            part=part,
            theme=theme,
            sections=part.sections,
            contents=part.contents,
            title=part.title,
            is_front=part.is_front,
            front=part.front,
            assets=part.assets,
            parts=part.parts,
            languages=part.languages,
            lists=part.lists,
            section=lambda section: Markup(self.section(section, part.level)),
            body_class="print" if self._for_print else "",
            words=json.dumps({k.removeprefix("js_"): v for k, v in self._frame.items() if k.startswith("js_")}),
            policy=_policy(style, script, bool(part.assets)),
            style=Markup(style),
            script=Markup(script),
            icons=Markup(template_text("icons.svg") or ""),
            brand_mark=Markup(theme.mark()),
            imprint=Markup(theme.footer(model.language)),
        )

    def section(self, section: Section, level: int) -> str:
        """A part with all that is below it."""
        classes = " ".join(filter(None, (f"level-{level}", "page" if section.page else "", section.role)))
        is_named = section.role in ("municipality", "product", "evidence-part")
        name = f' data-name="{markup.text(section.title)}"' if is_named else ""
        title = f"<h{level}>{markup.text(section.title)}</h{level}>"
        out = [f'<section id="{markup.text(section.id)}" class="{classes}"{name}>', title]
        out += [self._block(block, level) for block in section.blocks]
        out += [self.section(child, level + 1) for child in section.children]
        return "\n".join([*out, "</section>"])

    def _block(self, block: Block, level: int = 2) -> Markup:
        kind = type(block).__name__.lower()
        template = self._blocks.get(kind)
        if template is None:
            template = self._blocks[kind] = self._environment.get_template(f"blocks/{kind}.html.j2")
        return Markup(template.render(b=block, level=min(level + 1, 6)))

    def style(self, model: ReportModel, assets: str = "") -> str:
        """The style sheet, its fonts inside, or beside it where `assets` says so."""
        faces = font_faces(self._theme, inline=not assets)
        own = (template_text("report.css") or "") + widths() + self._theme.css()
        return faces + own + (_page_style(model) if self._for_print else "")


def html(
    model: ReportModel, *, for_print: bool = False, pages: Mapping[str, int] | None = None, theme: Theme = PLAIN
) -> str:
    """The report as one HTML text; `pages` gives the page numbers of the printed contents."""
    numbers = pages or {}

    def entry(section: Section) -> Entry:
        children = section.children if section.role != "evidence" else ()
        name = section.title if section.role in ("municipality", "product") else ""
        number = numbers.get(section.id, 0)
        return Entry(section.title, f"#{section.id}", number, False, tuple(map(entry, _parts(children))), name)

    title = f"{model.cover.title} – {model.cover.subtitle}"
    lists = figures_and_tables(model, lambda anchor: f"#{anchor}", numbers)
    contents = [entry(section) for section in model.sections]
    if for_print and lists:  # On paper they stand at the end: a reader wants the summary first.
        contents.append(Entry(model.frame["lists"], f"#{LISTS}", numbers.get(LISTS, 0)))
    part = Part(model.sections, title, contents, lists=lists)
    text = Renderer(model.frame, theme, for_print=for_print).page(model, part)
    if not any(s.role == "evidence" and len(s.children) for s in model.sections):
        # Without the appendix a cell's proof is its row.
        text = text.replace(f'href="{anchors.link(anchors.EVIDENCE)}', f'href="{anchors.link(anchors.ROW)}')
    return visible(text.rstrip("\n")) + "\n"


def figures_and_tables(
    model: ReportModel, href: Callable[[str], str], pages: Mapping[str, int]
) -> list[tuple[str, list[Entry]]]:
    """The lists of figures and tables, those that have any."""
    made = [
        (
            f"{kind}s",
            [Entry(f"{n} {title}", href(at), pages.get(at, 0)) for at, n, title in listed(model.sections, kind)],
        )
        for kind in ("figure", "table")
    ]
    return [(kind, entries) for kind, entries in made if entries]


def _parts(sections: Sequence[Section]) -> list[Section]:
    """Those of the second level, without what is below them."""
    return [Section(s.id, s.title, role=s.role) for s in sections]


def _safe(make: Any) -> Any:
    return lambda *arguments: Markup(make(*arguments))


def widths() -> str:
    """A class for each per cent of a bar's width: a page that allows no style of an element's own needs them."""
    return "".join(f".w{n}{{width:{n}%}}" for n in range(101))


def font_faces(theme: Theme, *, inline: bool = True) -> str:
    """The theme's letters as rules of a style sheet, inside it or as files beside it."""
    return "".join(_face(weight, data, inline=inline) for weight, data in theme.fonts(font_bytes).items())


def _face(weight: int, data: bytes, *, inline: bool) -> str:
    source = f"data:font/woff2;base64,{base64.b64encode(data).decode()}" if inline else f"font-{weight}.woff2"
    return (
        f'@font-face{{font-family:"Report";font-weight:{weight};font-display:block;src:url({source}) format("woff2")}}'
    )


def _policy(style: str, script: str, is_folder: bool) -> str:
    """What a page may load: its folder's files, or only what stands in it."""
    if is_folder:
        return "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:"
    allowed = f"style-src {source_digest(style)}; font-src data:; img-src data:"
    scripts = source_digest(script) if script else "'none'"
    return f"default-src 'none'; {allowed}; script-src {scripts}"


def _page_style(model: ReportModel) -> str:
    """The printed style with its running heads, which CSS can only take as escaped strings."""
    style = (template_text("print.css") or "").replace("RUNNING", _css_text(model.cover.title))
    name = ""
    for number, section in enumerate(model.sections):
        if section.page or not number:
            name = f"part-{number}"
            head = f'@top-right{{content:"{_css_text(section.title)}"}}'
            style += f"@page {name}{{{head}}}\n"
        style += f"#{section.id}{{page:{name}}}\n"
    lists = f'@page {LISTS}{{@top-right{{content:"{_css_text(model.frame["lists"])}"}}}}'
    return f"{style}{lists}#{LISTS}{{page:{LISTS}}}\n"


def _css_text(text: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else rf"\{ord(c):x} " for c in text[:90])
