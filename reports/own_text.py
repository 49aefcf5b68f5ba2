"""What the makers of a study add to its report and change in it: the files of the study's `report/` folder.

    report/foreword.fi.md       a part of its own before all others
    report/findings.fi.md       paragraphs after the heading of a part, here of the key findings
    report/findings.after.fi.md paragraphs at its end
    report/report.toml          order = [...] and omit = [...] of parts, by id

Rebuilding a report never touches them. Of Markdown paragraphs, headings, lists, **bold**, *stressed* and [links](https://…)
are understood; anything else, scripts and broken marks too, is shown as the text it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from study import UserError

from .clean import plain, safe_href
from .model import Block, Bullets, Run, Section, Text
from .model_json import Later

FOREWORD = "foreword"
SETTINGS = "report.toml"
PARTS = (
    "summary", "findings", "comparison", "grid", "products", "systems", "findability", "accessibility", "indicators",
    "then-and-now", "recommendations", "municipalities", "product-pages", "coverage", "method", "sources", "evidence",
)  # fmt: skip
"""Parts that a report may have; one without anything to say is left out, and its texts with it."""
_REMEDY = "Write order = [...] and omit = [...]."
_NAME = re.compile(r"(?P<part>[a-z0-9-]{1,60})(?P<after>\.after)?\.(?P<language>[a-z]{2,3})\.md")
_INLINE = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*|\*(?P<stress>[^*]+)\*|\[(?P<text>[^\[\]]{1,500})\]\((?P<href>[^)\s]{1,2000})\)"
)
_ITEM = re.compile(r"(?:[-*+]|(?P<number>\d{1,9})[.)])\s+(?P<text>.*)")
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.*?)\s*#*")


@dataclass(frozen=True)
class OwnText:
    """Texts by part, place and language, and which parts stand where or are left out."""

    texts: Mapping[tuple[str, bool, str], str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    omit: tuple[str, ...] = ()
    folder: Path = Path("report")

    def applied(self, sections: Iterable[Section], language: str, foreword: str) -> tuple[Section, ...]:
        """The sections with the texts of this language in them, put in order, some left out.

        Raises UserError for a part that the report does not have.
        """
        every = list(sections)
        self._check(every)
        kept = [s for s in every if s.id not in self.omit]
        place = {part: number for number, part in enumerate(self.order)}
        # Parts that are not named keep their place behind the one that they stand behind now.
        keys: list[tuple[int, int]] = []
        for number, section in enumerate(kept):
            keys.append((place.get(section.id, keys[-1][0] if keys else -1), number))
        ordered = [section for _, section in sorted(zip(keys, kept, strict=True), key=lambda item: item[0])]
        first = self.texts.get((FOREWORD, False, language), "")
        before = (Section(FOREWORD, foreword, blocks(first), page=True),) if first.strip() else ()
        return (*before, *(self._with(section, language) for section in ordered))

    def _with(self, section: Section, language: str) -> Section:
        if section.id in self.omit:
            return section
        before = blocks(self.texts.get((section.id, False, language), ""))
        after = blocks(self.texts.get((section.id, True, language), ""))
        children = tuple(self._with(c, language) for c in section.children if c.id not in self.omit)
        inner = section.blocks  # made only when they are written: all municipalities' at once fill the memory
        framed = Later(lambda: (*before, *inner, *after)) if before or after else inner
        return replace(section, blocks=framed, children=children)

    def _check(self, sections: list[Section]) -> None:
        known = set(_ids(sections))
        for where, parts in ((SETTINGS, (*self.order, *self.omit)), ("", [part for part, _, _ in self.texts])):
            for part in parts:
                if part not in known and part not in (FOREWORD, *PARTS):
                    raise UserError(
                        f"{self.folder / where if where else self.folder}: the report has no part {part!r}.",
                        f"Its parts are {', '.join(s.id for s in sections)}; those within them have ids of their own.",
                    )


def _ids(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield section.id
        yield from _ids(section.children)


def read_own_text(folder: Path) -> OwnText:
    """What stands in a study's `report/` folder; nothing where there is none. Raises UserError for a faulty file."""
    if not folder.is_dir():
        return OwnText(folder=folder)
    texts = {}
    for path in sorted(folder.glob("*.md")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise UserError(
                f"{path}: the name does not say the part and the language.",
                "Call it <part>.<language>.md, such as foreword.fi.md, or <part>.after.<language>.md.",
            )
        try:
            texts[match["part"], bool(match["after"]), match["language"]] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise UserError(f"{path}: the file is not UTF-8.", "Save it as UTF-8 text.") from error
    order, omit = _settings(folder / SETTINGS)
    return OwnText(texts, order, omit, folder)


def _settings(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not path.is_file():
        return (), ()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the file cannot be read ({error}).", _REMEDY) from error
    for name, value in found.items():
        if name not in ("order", "omit"):
            raise UserError(f"{path}: {name} is not known.", "Known keys are order and omit.")
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise UserError(f"{path}: {name} must be a list of ids of parts.", f'Write {name} = ["findings"].')
    return tuple(found.get("order", ())), tuple(found.get("omit", ()))


def blocks(text: str) -> tuple[Block, ...]:
    """Markdown as blocks of a report."""
    return tuple(block for lines in _paragraphs(text) for block in _blocks(lines))


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in (*text.splitlines(), ""):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield lines
            lines = []


def _blocks(lines: list[str]) -> Iterator[Block]:
    while lines and (heading := _HEADING.fullmatch(lines[0])):
        yield Text((Run(plain(heading["text"]), strong=True),), "list-title")
        lines = lines[1:]
    if not lines:
        return
    items = [_ITEM.fullmatch(line) for line in lines]
    if items[0] is None:
        yield Text(_runs(" ".join(lines)))
        return
    joined: list[str] = []
    for line, item in zip(lines, items, strict=True):
        if item is not None:
            joined.append(item["text"])
        else:
            joined[-1] += f" {line}"
    yield Bullets(tuple(map(_runs, joined)), numbered=items[0]["number"] is not None)


def _runs(text: str) -> tuple[Run, ...]:
    found: list[Run] = []
    end = 0
    for match in _INLINE.finditer(text):
        found.append(Run(plain_spaced(text[end : match.start()])))
        if match["href"]:
            href = safe_href(match["href"])
            found.append(Run(plain(match["text"]), href) if href else Run(plain(match[0])))
        else:
            found.append(Run(plain(match["bold"] or match["stress"]), strong=True))
        end = match.end()
    found.append(Run(plain_spaced(text[end:])))
    return tuple(run for run in found if run.text)


def plain_spaced(text: str) -> str:
    """Visible text that keeps the spaces at its ends, which part it from what stands beside it."""
    cleaned = plain(text)
    if not cleaned:
        return " " if text.isspace() else ""
    return f"{' ' if text[0].isspace() else ''}{cleaned}{' ' if text[-1].isspace() else ''}"
