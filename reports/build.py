"""Collects the sections of a study into a ReportModel, and keeps the models as report.json.

The only clock it knows is the study's own: the days of the crawl.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .context import Context
from .data import StudyData
from .model import MODEL_VERSION, ReportModel, Section, TitlePage
from .model_json import as_json
from .numbering import numbered
from .sections import sections
from .words import Words

FRAME = (
    "skip",
    "contents",
    "as_table",
    "page",
    "top",
    "js_copy",
    "js_copied",
    "js_download",
    "js_find",
    "js_found",
    "js_none",
    "language_fi",
    "language_sv",
    "language_en",
    "legend_gap",
    "lists",
    "scroll",
    "note_gap",
    "note_info",
    "note_limit",
    "footnotes",
    "confirmed",
    "evidence_title",
    "evidence_elsewhere",
    "figures",
    "tables",
    "volume_municipalities",
    "volume_products",
    "volume_evidence",
)


def build(data: StudyData, language: str, municipality: str | None = None) -> ReportModel:
    """The report of a study in one language; of one municipality where its code is given."""
    context = Context(data, Words(language), municipality)
    frame = {name: context.words(f"frame.{name}") for name in FRAME}
    made = sections(context)
    if municipality is None:
        made = numbered(data.own_text.applied(made, language, context.words("foreword.title")), context.words)
    return ReportModel(language, _cover(context), made, frame, is_scorecard=municipality is not None)


def _cover(context: Context) -> TitlePage:
    words, data = context.words, context.data
    days = data.crawl_days
    lines = [
        (words("cover.compared"), words("cover.municipalities", n=len(data.codes))),
        (words("cover.services"), _services(context)),
        (words("cover.read"), words.days(*days) if days else words("cover.unread")),
        (words("cover.year"), str(data.year)),
    ]
    title = data.title_in(words)
    subtitle = words("cover.subtitle")
    if context.only:
        title, subtitle = context.municipality(context.only), words("cover.scorecard", study=title)
    return TitlePage(title, subtitle, tuple(lines), words("cover.note"))


def _services(context: Context) -> str:
    words, data = context.words, context.data
    services = words("counted.services", n=len(data.services()))
    return words("cover.services_text", services=services, themes=words("counted.themes", n=len(data.themes)))


def report_json(models: Iterable[ReportModel]) -> str:
    """The models as versioned JSON, keyed by language."""
    return b"".join(joined_json({model.language: model_json(model) for model in models})).decode()


def joined_json(parts: Mapping[str, bytes]) -> Iterator[bytes]:
    """The file of these models' parts by language, piece by piece."""
    yield b'{"format":"kuntatutka-report","reports":{'
    for number, (language, part) in enumerate(sorted(parts.items())):
        yield b"%b%b:" % (b"," if number else b"", _plain(language))
        yield part
    yield b'},"version":%d}\n' % MODEL_VERSION


def model_json(model: ReportModel) -> bytes:
    """One language's part of the file."""
    # A block at a time: the plain values of a country's tables take ten times the room of their text.
    return _filled(replace(model, sections=()), sections=[_section_json(section) for section in model.sections])


def _section_json(section: Section) -> bytes:
    return _filled(
        replace(section, blocks=(), children=()),
        blocks=[_plain(as_json(block)) for block in section.blocks],
        children=[_section_json(child) for child in section.children],
    )


def _filled(value: object, **lists: list[bytes]) -> bytes:
    """The value as JSON with these lists, whose items are JSON already, each at the place of its name."""
    parts = {name: _plain(plain) for name, plain in as_json(value).items()}
    parts |= {name: b"[%b]" % b",".join(items) for name, items in lists.items() if items}
    return b"{%b}" % b",".join(b"%b:%b" % (_plain(name), part) for name, part in sorted(parts.items()))


def _plain(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
