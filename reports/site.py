"""Writes a report as a folder of pages that works from disk: a front page, and beside it a folder of the same name.

`report.<language>.html` is the front page; `report.<language>/` has a page for each part, theme, municipality and its
proofs, with one style sheet, script and font for all. Pages are made one at a time, so that a whole country needs no
more memory than a town.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from study import storage_errors, visible

from . import anchors
from .html import Entry, Part, Renderer, figures_and_tables, font_bytes, template_text
from .model import Definitions, Matrix, ReportModel, Section, Table
from .theme import PLAIN, Theme

ALONE = ("theme", "municipality", "evidence-part", "product")
"""Roles of parts that get a page of their own."""
ASSETS = "assets"
_LINK = re.compile(r'<a href="#([^"]+)"')
Write = Callable[[Path, bytes], Path]


@dataclass(frozen=True, slots=True)
class _Page:
    """A file of the folder; the front page has no name."""

    name: str
    title: str
    sections: Sequence[Section]
    above: str = ""
    """Id of the part of the contents that it belongs to."""
    parts: Sequence[Section] = ()


def write_site(
    model: ReportModel, front: Path, write: Write, theme: Theme = PLAIN, languages: Mapping[str, str] | None = None
) -> Path:
    """Write the pages and return the front page; `languages` names the front pages of the same report in others."""
    folder = front.with_suffix("")
    pages = list(_pages(model))
    places = _Places(model, pages, folder.name)
    renderer = Renderer(model.frame, theme)
    written = set(_write_assets(model, folder / ASSETS, write, renderer, theme, places))
    first = {page.above: page.name for page in reversed(pages)}
    for page in pages:
        path = folder / f"{page.name}.html" if page.name else front
        part = _part(model, page, first, places, front.name, languages or {})
        write(path, (visible(places.led(renderer.page(model, part), page.name).rstrip("\n")) + "\n").encode())
        written.add(path)
    _remove_others(folder, written)
    return front


def _pages(model: ReportModel) -> Iterator[_Page]:
    """The pages in order: what is first in the report is on the front page."""
    for index, section in enumerate(model.sections):
        alone = [child for child in section.children if child.role in ALONE]
        inside = tuple(child for child in section.children if child.role not in ALONE)
        kept = Section(section.id, section.title, section.blocks, inside, section.page, section.role)
        yield _Page("" if index == 0 else file_name(section), section.title, (kept,), section.id, alone)
        for child in alone:
            yield _Page(file_name(child), child.title, (child,), section.id)


def file_name(section: Section) -> str:
    """What the page of a part is called, without its ending."""
    if section.role == "municipality":
        return _safe(f"municipality-{section.id.removeprefix(anchors.MUNICIPALITY)}")
    if section.role == "evidence-part":
        return _safe(f"proof-{section.id.removeprefix(anchors.EVIDENCE_OF)}")
    return _safe(section.id)


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)


class _Places:
    """On which page each anchor is, and how one gets there from another page."""

    def __init__(self, model: ReportModel, pages: Sequence[_Page], folder: str) -> None:
        self._folder = folder
        self._of: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._proofs: dict[str, str] = {}
        self.names: list[tuple[str, str]] = []
        for page in pages:
            for section in page.sections:
                self._enter(section, page)
        codes = "|".join(map(re.escape, sorted(self._codes, key=len, reverse=True)))
        heads = "|".join((anchors.EVIDENCE_OF, anchors.MUNICIPALITY, anchors.ROW, anchors.EVIDENCE, anchors.PROOF))
        self._pattern = re.compile(rf"({heads})({codes})(-.+)?") if codes else None
        self._cache: dict[tuple[str, str], str] = {}

    def _enter(self, section: Section, page: _Page) -> None:
        self._of[section.id] = page.name
        if section.role == "municipality":
            self._codes[section.id.removeprefix(anchors.MUNICIPALITY)] = page.name
            self.names.append((section.title, section.id))
        elif section.role == "evidence-part":
            self._proofs[section.id.removeprefix(anchors.EVIDENCE_OF)] = page.name
        if section.role in ("theme", "product"):
            self.names.append((section.title, section.id))
        if section.role in ("municipality", "product", "evidence-part"):
            return  # what is on them is known from their anchors' form, or nobody leads there
        for block in section.blocks:
            for anchor, name in _anchors_in(block):
                self._of[anchor] = page.name
                if name:
                    self.names.append((name, anchor))
        for child in section.children:
            self._enter(child, page)

    def led(self, text: str, here: str) -> str:
        """A page's text whose links lead to the pages on which their anchors are."""
        return _LINK.sub(lambda match: f'<a href="{self.href(match[1], here)}"', text)

    def href(self, anchor: str, here: str) -> str:
        """The address of an anchor from a page."""
        found = self._cache.get((anchor, here))
        if found is None:
            found = self._cache[anchor, here] = self._href(anchor, here)
            if len(self._cache) > 50_000:
                self._cache.clear()
        return found

    def _href(self, anchor: str, here: str) -> str:
        there = self._of.get(anchor)
        match = self._pattern.fullmatch(anchor) if there is None and self._pattern else None
        if match:
            head, code, rest = match[1], match[2], match[3] or ""
            is_proof = head in (anchors.EVIDENCE, anchors.PROOF, anchors.EVIDENCE_OF)
            there = self._proofs.get(code) if is_proof else self._codes[code]
            if there is None:  # without its proofs a cell leads to its row
                there, anchor = self._codes[code], f"{anchors.ROW}{code}{rest}"
        if there is None or there == here:
            return f"#{anchor}"
        return f"{self.file(there, here)}#{anchor}"

    def file(self, there: str, here: str) -> str:
        """The address of a page from another."""
        if not there:
            return f"../{self._folder}.html"
        return f"{there}.html" if here else f"{self._folder}/{there}.html"


def _anchors_in(block: object) -> Iterator[tuple[str, str]]:
    """Anchors in a block, and the names under which somebody would look for them."""
    if isinstance(block, Table):
        yield block.id, ""
        for row in block.rows:
            if row.anchor:
                yield row.anchor, row.cells[0].text
    elif isinstance(block, Matrix):
        yield block.id, ""
        for column in block.columns:
            yield block.id, column.label
        for line in block.rows:
            yield line.anchor, ""
    elif isinstance(block, Definitions):
        yield from ((item.anchor, "") for item in block.items if item.anchor)
    elif table := getattr(block, "table", None):
        yield block.id, ""  # type: ignore[attr-defined]
        yield from _anchors_in(table)


def _part(
    model: ReportModel,
    page: _Page,
    first: Mapping[str, str],
    places: _Places,
    front: str,
    languages: Mapping[str, str],
) -> Part:
    """What a page shows beside its sections; `first` names the page with which each part of the report begins."""
    here, is_front = page.name, not page.name

    def entry(section: Section, name: str) -> Entry:
        children: tuple[Entry, ...] = ()
        if section.id == page.above and section.role != "evidence" and len(section.children) <= 24:
            children = tuple(
                Entry(c.title, places.href(c.id, here), is_here=file_name(c) == here) for c in section.children
            )
        return Entry(section.title, places.href(section.id, here), 0, name == here, children)

    cover = model.cover
    return Part(
        page.sections,
        f"{cover.title} – {cover.subtitle}" if is_front else f"{page.title} – {cover.title}",
        [entry(section, first[section.id]) for section in model.sections],
        level=2 if is_front else 1,
        is_front=is_front,
        front=places.file("", here),
        assets=f"{front.removesuffix('.html')}/{ASSETS}" if is_front else ASSETS,
        lists=figures_and_tables(model, lambda anchor: places.href(anchor, here), {}) if is_front else (),
        parts=[Entry(p.title, places.href(p.id, here)) for p in page.parts],
        languages=[
            (code, model.frame.get(f"language_{code}", code), href if is_front else f"../{href}")
            for code, href in languages.items()
        ],
    )


def _write_assets(
    model: ReportModel, folder: Path, write: Write, renderer: Renderer, theme: Theme, places: _Places
) -> Iterator[Path]:
    yield write(folder / "report.css", renderer.style(model, ASSETS).encode())
    yield write(folder / "report.js", (template_text("report.js") or "").encode())
    names = sorted({(name, places.href(anchor, "x")) for name, anchor in places.names})
    yield write(folder / "search.js", f"window.reportNames={json.dumps(names, ensure_ascii=False)};\n".encode())
    for weight, data in theme.fonts(font_bytes).items():
        yield write(folder / f"font-{weight}.woff2", data)
    if not theme.font_files:
        yield write(folder / "OFL.txt", resources.files(__package__).joinpath("fonts", "OFL.txt").read_bytes())


def _remove_others(folder: Path, written: set[Path]) -> None:
    """Pages of an earlier rendering that this one has not."""
    with storage_errors(folder):
        for path in folder.glob("*.html"):
            if path not in written:
                path.unlink()
