"""How a resident gets to the services of the municipalities shown: clicks, direct links, identification, languages."""

from __future__ import annotations

from collections.abc import Callable

from reports.context import Context
from reports.measures import AUTHENTICATED, DEEP_LINK, typical
from reports.model import Block, Cell, Note, Table
from reports.shares import share
from reports.table import Column, table
from study import ServiceFinding, State


def paths(context: Context) -> Table:
    """Clicks, direct links and identification of each municipality shown."""
    words = context.words
    own = {code: context.data.compared(codes=[code]) for code in context.shown}

    def clicks(code: str) -> Cell:
        return context.number_cell(typical([f.click_depth for f in own[code] if f.state is State.FOUND]))

    return table(
        "paths",
        words("findability.table"),
        context.shown,
        (
            Column(words("label.municipality"), cell=context.municipality_cell),
            Column(words("label.clicks_median"), "number", cell=clicks),
            Column(
                words("measures.deep-link.name"),
                "share",
                cell=lambda code: context.share_cell(share(DEEP_LINK, own[code])),
            ),
            Column(
                words("measures.strong-identification.name"),
                "share",
                cell=lambda code: context.share_cell(share(AUTHENTICATED, own[code])),
            ),
        ),
        (
            words("measures.clicks.definition"),
            words("measures.deep-link.definition"),
            words("measures.strong-identification.definition"),
            *context.untold_notes(),
        ),
        dense=True,
    )


def parity(context: Context) -> tuple[Block, ...]:
    """Bilingual municipalities: services found per language, and channels one language lacks."""
    words, data = context.words, context.data
    known = data.taxonomy.municipalities
    bilingual = [code for code in context.shown if code in known and len(known[code].languages) > 1]
    shown = [code for code in bilingual if any(f.languages for f in data.findings(codes=[code]))]
    if not shown:
        return ()
    note = Note("limit", words("findability.languages.note.title"), words("findability.languages.note.text"))
    return (context.paragraph("findability.languages.lead"), _languages(context, shown), note)


def _languages(context: Context, codes: list[str]) -> Table:
    words, data = context.words, context.data
    own = {code: [f for f in data.findings(codes=[code]) if f.state is State.FOUND] for code in codes}

    def counted(counts: Callable[[ServiceFinding], bool]) -> Callable[[str], Cell]:
        return lambda code: context.number_cell(sum(1 for f in own[code] if counts(f)))

    def described_in(language: str) -> Callable[[ServiceFinding], bool]:
        return lambda finding: language in finding.languages

    def name(language: str) -> str:
        known = data.taxonomy.languages
        return context.name(known[language].name) if language in known else language

    return table(
        "languages-table",
        words("findability.languages.title"),
        codes,
        (
            Column(words("label.municipality"), cell=context.municipality_cell),
            Column(words("label.found_services"), "number", cell=lambda code: context.number_cell(len(own[code]))),
            *(
                Column(name(language), "number", cell=counted(described_in(language)))
                for language in data.taxonomy.country.languages
            ),
            Column(words("findability.languages.lacking"), "number", cell=counted(lambda f: bool(f.language_gaps))),
        ),
    )
