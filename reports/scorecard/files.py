"""Writes the scorecards of one municipality or of all, and for all a list that a mail merge reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from reports.cells import spreadsheet_bytes
from reports.data import StudyData
from reports.theme import PLAIN, Theme
from reports.words import Words, available_languages
from study import StudyFolder, UserError

from .card import Scorecard, scorecard
from .page import scorecard_html
from .peers import check_peers

FORMATS = ("html", "pdf", "json")
ALL = "all"
"""Instead of a municipality: every one."""
LIST = "mailing.csv"
Write = Callable[[Path, bytes], Path]


def write_scorecards(
    folder: StudyFolder,
    data: StudyData,
    write: Write,
    *,
    municipality: str,
    languages: Sequence[str],
    formats: Sequence[str],
    peers: str,
    chromium: str | None,
    step: Callable[[str], None],
    theme: Theme = PLAIN,
) -> tuple[Path, ...]:
    """The files in order: municipality-<code>.<language>.html and .pdf, and municipality-<code>.json in all languages.

    Those of all municipalities lie in scorecards/ with a list beside them. Raises UserError for formats that scorecards
    do not have, for unknown municipalities, and where no browser can print (the other files are written by then).
    """
    wanted = [f for f in FORMATS if f in formats]
    if not wanted:
        raise UserError(f"a scorecard is not made as {', '.join(formats)}.", f"Known formats are {', '.join(FORMATS)}.")
    choice = check_peers(peers, folder)
    codes = data.codes if municipality == ALL else (folder.municipality(municipality).code,)
    place = folder.reports / "scorecards" if municipality == ALL else folder.reports
    spoken = tuple(dict.fromkeys(languages))
    every = available_languages() if "json" in wanted else ()
    written: list[Path] = []
    cards: list[Scorecard] = []
    for code in codes:
        made = {x: scorecard(data, x, code, choice) for x in dict.fromkeys((*spoken, *every))}
        written.append(write(place / f"municipality-{code}.json", _json(made.values())))
        for card in (made[x] for x in spoken):
            cards.append(card)
            if "html" in wanted:
                path = place / _name(card, "html")
                step(path.name)
                written.append(write(path, scorecard_html(card, theme=theme).encode()))
    if municipality == ALL:
        written.append(write(place / LIST, _mailing(cards, wanted)))
    if "pdf" in wanted:
        written += _pdfs(cards, place, write, chromium, step, theme)
    return tuple(written)


def _name(card: Scorecard, ending: str) -> str:
    return f"municipality-{card.code}.{card.language}.{ending}"


def _json(cards: Iterable[Scorecard]) -> bytes:
    content = {
        "format": "kuntatutka-scorecard",
        "version": 1,
        "scorecards": {card.language: asdict(card) for card in cards},
    }
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n").encode()


def _mailing(cards: Sequence[Scorecard], formats: Sequence[str]) -> bytes:
    """What a mail merge asks for: whom, which subject, which files."""
    rows = [
        {
            "municipality_code": card.code,
            "name": card.name,
            "language": card.language,
            "subject": Words(card.language)("scorecard.mail.subject", name=card.name),
            **{form: _name(card, form) for form in formats if form != "json"},
        }
        for card in cards
    ]
    return spreadsheet_bytes(pa.Table.from_pylist(rows))


def _pdfs(
    cards: Sequence[Scorecard],
    place: Path,
    write: Write,
    chromium: str | None,
    step: Callable[[str], None],
    theme: Theme,
) -> list[Path]:
    from reports.pdf import Sheet, print_sheets  # Playwright is loaded only where a PDF is asked for.

    sheets = (Sheet(scorecard_html(c, for_print=True, theme=theme), c.title, c.study, c.language) for c in cards)
    written = []
    for card, content in zip(cards, print_sheets(sheets, chromium), strict=True):
        path = place / _name(card, "pdf")
        step(path.name)
        written.append(write(path, content))
    return written
