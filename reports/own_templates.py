"""A theme's own templates: looked at before anything is made, and what fails in one is told as its fault.

Templates are somebody's own work: what is wrong in one is a sentence with its name, its line and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from jinja2 import Environment, TemplateError, TemplateSyntaxError, nodes

from study import UserError

BASE = "base"
"""What a theme's template calls the report's own: `{% extends "base/page.html.j2" %}`."""
Source = Callable[[str], str | None]
"""A template of the report's own by name."""


def check_templates(found: Mapping[str, str], own: Source) -> None:
    """Raises UserError for a template that is not well formed, or that fills a block which the report's own lacks."""
    environment = Environment(autoescape=True)
    for name, text in found.items():
        try:
            tree = environment.parse(text)
        except TemplateSyntaxError as error:
            raise _refused(name, error.lineno, str(error.message)) from error
        for extended in tree.find_all(nodes.Extends):
            known = _blocks_of(environment, extended, own)
            for block in tree.find_all(nodes.Block):
                if block.name not in known:
                    told = f"block {block.name} is none of the report's; known are {', '.join(sorted(known))}"
                    raise _refused(name, block.lineno, told)


def _blocks_of(environment: Environment, extended: nodes.Extends, own: Source) -> frozenset[str]:
    """Blocks of the template that is extended; what is not the report's own has none."""
    asked = extended.template.value if isinstance(extended.template, nodes.Const) else ""
    text = own(str(asked).removeprefix(f"{BASE}/"))
    return frozenset(block.name for block in environment.parse(text or "").find_all(nodes.Block))


@contextmanager
def told_as_the_themes(names: Mapping[str, str]) -> Iterator[None]:
    """What goes wrong inside one of these templates is a UserError that names it and its line."""
    try:
        yield
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        place = _place(error, names)
        if place is None:
            raise
        raise _refused(*place, str(error)) from error


def _place(error: BaseException, names: Mapping[str, str]) -> tuple[str, int] | None:
    """Template and line where an error arose; None where it was not in one of these."""
    place, trace = None, error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        place, trace = (name, trace.tb_lineno) if name in names else place, trace.tb_next
    return place


def _refused(name: str, line: int, wrong: str) -> UserError:
    return UserError(
        f"templates: {name}, line {line}: {' '.join(wrong.split()).rstrip('.')}.",
        "Mend that line of the theme's template, or take the file away: the report's own is used then.",
    )
