"""Writes a ReportModel as one HTML file that needs nothing else: style, charts and icons are inside.

The templates know blocks, not sections. `for_print` makes the variant that the PDF is printed from: tables of charts
open, no filter, wide evidence left out where it would make the file heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from study import visible

from . import anchors
from .charts import draw
from .model import BarChart, ReportModel
from .numbering import listed


@cache
def _template_text(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(_template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["chart"] = _chart
    made.tests["kind"] = lambda block, name: type(block).__name__ == name
    return made


def _chart(block: BarChart) -> Markup:
    # The only markup that is not escaped: our own drawing, whose texts were escaped when it was drawn.
    return Markup(draw(block))


def html(model: ReportModel, *, for_print: bool = False, pages: Mapping[str, int] | None = None) -> str:
    """The report as HTML text; `pages` gives the page numbers of the printed contents."""
    text = (
        _environment()
        .get_template("report.html.j2")
        .render(
            model=model,
            frame=model.frame,
            pages=pages or {},
            municipalities=sum(1 for s in model.sections for c in s.children if c.role == "municipality"),
            page_style=Markup(_page_style(model)),
            for_print=for_print,
            lists=[(f"{kind}s", list(listed(model.sections, kind))) for kind in ("figure", "table")],
            style=Markup(_template_text("report.css")),
            script=Markup(_template_text("report.js")),
            icons=Markup(_template_text("icons.svg")),
        )
    )
    if not any(s.role == "evidence" and s.children for s in model.sections):
        # Without the appendix a cell's proof is its row.
        text = text.replace(f'href="{anchors.link(anchors.EVIDENCE)}', f'href="{anchors.link(anchors.ROW)}')
    return visible(text.rstrip("\n")) + "\n"


def _page_style(model: ReportModel) -> str:
    """The printed style with its running heads, which CSS can only take as escaped strings."""
    style = _template_text("print.css").replace("RUNNING", _css_text(model.cover.title))
    name = ""
    for number, section in enumerate(model.sections):
        if section.page or not number:
            name = f"part-{number}"
            head = f'@top-right{{content:"{_css_text(section.title)}"}}'
            style += f"@page {name}{{{head}}}\n"
        style += f"#{section.id}{{page:{name}}}\n"
    return style


def _css_text(text: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else rf"\{ord(c):x} " for c in text[:90])
