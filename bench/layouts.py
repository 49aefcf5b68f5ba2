"""Page fixtures as whole pages: the main content of a case inside the furniture of a layout.

A layout is a file of tests/pages/layouts, a Jinja template; the words of its furniture are in words.toml there. What a
layout may ask for: heading, main and parts_of_main (what stands under each heading of the second level), path, date and
updated of the case, site, url, mail, language, words.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

ROOT = Path(__file__).resolve().parent.parent
LAYOUTS = ROOT / "tests" / "pages" / "layouts"
_HEADING = re.compile(r"\s*<h1>(.*?)</h1>\s*", re.DOTALL)
# A part begins with a heading that begins a line; one inside a box is indented.
_PART = re.compile(r"^<h2>(.*?)</h2>\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading of the second level; the first part of a page may have none."""

    heading: Markup
    body: Markup


def layouts() -> list[str]:
    """The names of the layouts, sorted."""
    return sorted(path.stem for path in LAYOUTS.glob("[!_]*.html"))


def whole_page(content: str, expected: dict[str, Any], layout: str) -> str:
    """A case's main content inside a layout."""
    found = _HEADING.match(content)
    if found is None:
        raise ValueError("the main content of a page fixture begins with its h1")
    main = content[found.end() :].rstrip()
    return (
        _environment()
        .get_template(f"{layout}.html")
        .render(
            heading=Markup(found[1]),
            main=Markup(main),
            parts_of_main=list(_parts(main)),
            path=expected.get("path", []),
            date=expected.get("date", ""),
            updated=expected.get("updated", ""),
            site=expected.get("site", expected["municipality"]),
            url=expected["url"],
            mail=f"kirjaamo@{(urlsplit(expected['url']).hostname or '').removeprefix('www.')}",
            language=expected["language"],
            words=_words()[expected["language"]],
        )
    )


def _parts(main: str) -> Iterator[Part]:
    lead, *rest = _PART.split(main)
    if lead.strip():
        yield Part(Markup(), Markup(lead.rstrip()))
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        yield Part(Markup(heading), Markup(body.rstrip()))


@functools.cache
def _words() -> dict[str, Any]:
    return tomllib.loads((LAYOUTS / "words.toml").read_text(encoding="utf-8"))


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"slug": _slug, "retag": _retag}
    return environment


def _slug(name: str) -> str:
    """A name as sites write it in addresses."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


def _retag(markup: str, name: str, start: str, end: str) -> Markup:
    """Markup with other tags in place of those of one name; their attributes are lost."""
    opened = re.sub(rf"<{name}(?=[\s>])[^>]*>", lambda _: start, str(markup))
    return Markup(opened.replace(f"</{name}>", end))
