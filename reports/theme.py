"""A report's own brand: what a theme file may say, checked; and the plain look where there is none.

A theme is a TOML file. What it cannot be used for is told in one sentence with the remedy; a colour that could not be
read on what it stands on is refused with the contrast that it has.
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markupsafe import escape

from study import UserError

from .model import ReportModel

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: of text on what it stands on."""
PAPER, DARK_PAPER = "#ffffff", "#12191c"
COLOURS = {
    # name in the file: (variable of the style sheet, what it is written on, what is written on it)
    "brand": ("deep", (PAPER,), ("#ffffff",)),
    "accent": ("digital", (PAPER,), ("#ffffff",)),
    "link": ("link", (PAPER,), ()),
    "text": ("ink", (PAPER,), ()),
}
TEXTS = ("author", "client", "imprint", "licence")
WEIGHTS = (400, 600)
LARGEST_LOGO = 500_000
"""Bytes: it stands in every page of a one-file report."""
_LOGOS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_MARK = (
    '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
    '<path d="M3 3h8v8H3zM13 3h8v8h-8zM3 13h8v8H3z" fill="currentColor"/>'
    '<path d="M13.500 13.500h7v7h-7z" fill="none" stroke="currentColor"/></svg>'
)


@dataclass(frozen=True)
class Theme:
    """A checked theme; the empty one is the plain look."""

    name: str = "Kuntatutka"
    logo: str = ""
    """A data address."""
    logo_text: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    font_files: Mapping[int, Path] = field(default_factory=dict)
    font_name: str = ""
    """What the font is called where it is installed: slides name their letters and hold none."""
    titles: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Author, client, imprint and licence by language; "" holds for every language."""
    templates: Mapping[str, str] = field(default_factory=dict)

    def titled(self, model: ReportModel) -> ReportModel:
        """The report under the theme's title of its language."""
        title = self.titles.get(model.language) or self.titles.get("", "")
        return replace(model, cover=replace(model.cover, title=title)) if title else model

    def mark(self) -> str:
        """The logo or the name, for the cover."""
        if self.logo:
            return f'<img class="logo" src="{escape(self.logo)}" alt="{escape(self.logo_text or self.name)}">'
        return f"{_MARK}{escape(self.name)}"

    def picture(self) -> bytes | None:
        """The logo where it is one of points, as slides take it; None where it is drawn in lines, or there is none."""
        head, _, data = self.logo.partition(",")
        return base64.b64decode(data) if head in ("data:image/png;base64", "data:image/jpeg;base64") else None

    def text(self, name: str, language: str) -> str:
        """One of TEXTS in a language."""
        known = self.texts.get(name, {})
        return known.get(language) or known.get("", "")

    def footer(self, language: str) -> str:
        """The lines at the foot of each page."""
        lines = [self.text(name, language) for name in TEXTS]
        return "".join(f"<p>{escape(line)}</p>" for line in lines if line)

    def css(self) -> str:
        """What the theme changes of the style sheet; the dark look keeps its own colours."""
        values = "".join(f"--{COLOURS[name][0]}:{value};" for name, value in self.colours.items())
        return (
            f"@media not all and (prefers-color-scheme:dark){{:root{{{values}}}}}@media print{{:root{{{values}}}}}"
            if values
            else ""
        )

    def fonts(self, own: Callable[[int], bytes]) -> dict[int, bytes]:
        """Font files by weight; `own` gives the report's."""
        return {w: self.font_files[w].read_bytes() if w in self.font_files else own(w) for w in WEIGHTS}


PLAIN = Theme()


def load_theme(path: Path, known_blocks: frozenset[str]) -> Theme:
    """A theme file; raises UserError for what cannot be used, naming file, key and remedy."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path}: there is no such theme file.", "Give --theme the path of a TOML file.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{path}: is not a readable TOML file ({error}).", "Mend the line that is named.") from error
    reader = _Reader(path, content)
    reader.only("", content, ("name", "titles", "logo", "colours", "fonts", "templates", *TEXTS))
    logo, words = reader.logo()
    return Theme(
        name=reader.word("name", content.get("name", PLAIN.name)),
        logo=logo,
        logo_text=words,
        colours=reader.colours(),
        font_files=reader.fonts(),
        font_name=reader.font_name(),
        titles=reader.by_language("titles", content.get("titles", {})),
        texts={name: reader.by_language(name, content[name]) for name in TEXTS if name in content},
        templates=reader.templates(known_blocks),
    )


class _Reader:
    """Reads one theme file; every refusal names it."""

    def __init__(self, path: Path, content: Mapping[str, Any]) -> None:
        self._path, self._content = path, content

    def refuse(self, key: str, wrong: str, remedy: str) -> UserError:
        """The error of a key."""
        return UserError(f"{self._path}: {key}: {wrong}", remedy)

    def only(self, table: str, found: Mapping[str, Any], known: tuple[str, ...]) -> None:
        """Raises for a key that nothing reads."""
        for key in found:
            if key not in known:
                raise self.refuse(f"{table}{key}", "is not known.", f"Known are {', '.join(known)}.")

    def word(self, key: str, value: Any) -> str:
        """A text."""
        if not isinstance(value, str):
            raise self.refuse(key, "has to be a text.", 'Write it in quotation marks: "…".')
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        """A table that may be left out."""
        found = self._content.get(key, {})
        if not isinstance(found, dict):
            raise self.refuse(key, "has to be a table.", f"Write [{key}] and its keys below.")
        return found

    def by_language(self, key: str, value: Any) -> dict[str, str]:
        """A text for all languages, or one for each."""
        if isinstance(value, str):
            return {"": value}
        if not isinstance(value, dict):
            raise self.refuse(
                key, "has to be a text or a table of languages.", f'Write {key} = "…", or a table of texts by language.'
            )
        return {language: self.word(f"{key}.{language}", text) for language, text in value.items()}

    def file(self, key: str, name: Any) -> Path:
        """A file beside the theme."""
        path = self._path.parent / self.word(key, name)
        if not path.is_file():
            raise self.refuse(key, f"there is no file {path}.", "Paths are taken from the folder of the theme file.")
        return path

    def logo(self) -> tuple[str, str]:
        """The logo as a data address, and what it says."""
        given = self._content.get("logo")
        if given is None:
            return "", ""
        table = given if isinstance(given, dict) else {"file": given}
        self.only("logo.", table, ("file", "alt"))
        path = self.file("logo", table.get("file", ""))
        kind = _LOGOS.get(path.suffix.lower())
        if kind is None:
            raise self.refuse("logo", f"{path.name} is no picture that a report shows.", f"Use {', '.join(_LOGOS)}.")
        data = path.read_bytes()
        if len(data) > LARGEST_LOGO:
            raise self.refuse("logo", f"{len(data):,} bytes are too many.", f"Make it smaller than {LARGEST_LOGO:,}.")
        return f"data:{kind};base64,{base64.b64encode(data).decode()}", self.word("logo.alt", table.get("alt", ""))

    def colours(self) -> dict[str, str]:
        """Colours that can be read where they stand."""
        found = self.table("colours")
        self.only("colours.", found, tuple(COLOURS))
        for name, value in found.items():
            key, colour = f"colours.{name}", self.word(f"colours.{name}", value)
            if luminance(colour) is None:
                raise self.refuse(key, f"{colour!r} is no colour.", 'Write it as "#rrggbb".')
            _, below, above = COLOURS[name]
            for other in {*below, *above}:
                ratio = contrast(colour, other)
                if ratio < LEAST_CONTRAST:
                    wrong = f"{colour} on {other} has a contrast of {ratio:.1f}, text needs {LEAST_CONTRAST}."
                    raise self.refuse(key, wrong, "Choose a darker shade of it.")
        return dict(found)

    def fonts(self) -> dict[int, Path]:
        """Font files of the two weights."""
        found = self.table("fonts")
        self.only("fonts.", found, ("regular", "bold", "name"))
        files = {
            weight: self.file(f"fonts.{n}", found[n])
            for n, weight in zip(("regular", "bold"), WEIGHTS, strict=True)
            if n in found
        }
        for path in files.values():
            if path.read_bytes()[:4] != b"wOF2":
                raise self.refuse("fonts", f"{path.name} is no WOFF2 file.", "Convert it, for example with fonttools.")
        return files

    def font_name(self) -> str:
        """What slides call the font."""
        return self.word("fonts.name", self.table("fonts").get("name", ""))

    def templates(self, known: frozenset[str]) -> dict[str, str]:
        """Own templates by name; each takes the place of the report's own."""
        if "templates" not in self._content:
            return {}
        folder = self._path.parent / self.word("templates", self._content["templates"])
        if not folder.is_dir():
            raise self.refuse("templates", f"there is no folder {folder}.", "It holds the templates that differ.")
        found = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*.j2"))}
        for name in found:
            if name not in known:
                raise self.refuse(
                    "templates", f"{name} is the name of no block.", f"Known are {', '.join(sorted(known))}."
                )
        return {name: path.read_text(encoding="utf-8") for name, path in found.items()}


def luminance(colour: str) -> float | None:
    """Relative luminance of #rrggbb as WCAG defines it; None for anything else."""
    if len(colour) != 7 or colour[0] != "#" or not all(c in "0123456789abcdefABCDEF" for c in colour[1:]):
        return None
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one) or 0.0, luminance(other) or 0.0))
    return (high + 0.05) / (low + 0.05)
