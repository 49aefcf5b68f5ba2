"""What municipalities said of themselves in surveys beside what is seen on their sites, and what may be compared."""

from __future__ import annotations

from reports.blocks.indicators import word
from reports.blocks.seen import by_size, seen
from reports.clean import safe_href
from reports.context import Context
from reports.model import Block, Bullets, Cell, Note, Run, Section, Table, Text
from reports.table import Column, table
from taxonomy import Answer, Pair, Survey

ORDER = 63
_STATES = {"direction": "", "order": "", "no": "unranked"}


def section(context: Context) -> Section | None:
    """The surveys beside the sites; None where the country has none, or nothing was read."""
    words, surveys = context.words, context.data.taxonomy.surveys
    if not surveys.answers or not context.data.has_evidence:
        return None
    blocks: list[Block] = [
        context.paragraph("said.lead", "lead"),
        Note("limit", words("said.note.title"), words("said.note.text")),
    ]
    if surveys.pairs:
        blocks.append(_beside(context))
        if len(by_size(context)) > 1:
            blocks.append(_sizes(context))
    blocks.extend(_unseen(context))
    answers = Section("said-answers", words("said.answers.title"), (_surveys(context), _answers(context)))
    return Section("said-and-seen", words("said.title"), tuple(blocks), (answers,), page=True)


def _beside(context: Context) -> Table:
    words, surveys = context.words, context.data.taxonomy.surveys
    return table(
        "said-and-seen-table",
        words("said.table"),
        surveys.pairs,
        (
            Column(words("said.subject"), cell=lambda pair: Cell(context.name(surveys.subjects[pair.subject]))),
            Column(words("said.said"), wide=True, cell=lambda pair: _said(context, pair.subject)),
            Column(words("said.what"), cell=lambda pair: Cell(_what(context, pair))),
            Column(words("said.seen"), "share", cell=lambda pair: context.share_cell(seen(context, pair))),
            Column(
                words("said.compare.title"),
                cell=lambda pair: Cell(words(f"said.compare.{pair.compare}"), state=_STATES[pair.compare]),
            ),
            Column(words("said.why"), wide=True, cell=lambda pair: Cell(context.name(pair.why))),
        ),
        context.untold_notes(),
        dense=True,
    )


def _sizes(context: Context) -> Table:
    words, surveys = context.words, context.data.taxonomy.surveys
    return table(
        "said-and-seen-sizes-table",
        words("said.sizes"),
        by_size(context),
        (
            Column(words("label.size_class"), cell=lambda item: Cell(context.size_class(item[0]))),
            Column(words("label.municipalities"), "number", cell=lambda item: context.number_cell(len(item[1]))),
            *(_seen_column(context, pair, context.name(surveys.subjects[pair.subject])) for pair in surveys.pairs),
        ),
        (words("said.sizes_note"), *context.untold_notes()),
        dense=True,
    )


def _seen_column(context: Context, pair: Pair, label: str) -> Column[tuple[str, list[str]]]:
    return Column(label, "share", cell=lambda item: context.share_cell(seen(context, pair, item[1])))


def _said(context: Context, subject: str) -> Cell:
    """The known answers of a subject year by year, and the years of which none is known; a gap where none is at all."""
    words, surveys = context.words, context.data.taxonomy.surveys
    years = {survey.id: survey.year for survey in surveys.surveys}
    answers = [answer for answer in surveys.answers if answer.subject == subject]
    told = [f"{years[a.survey]}: {_value(context, a)}" for a in answers if a.is_known]
    unknown = sorted({str(years[a.survey]) for a in answers if not a.is_known})
    if unknown:
        told.append(words("said.unknown", years=words.listing(unknown)))
    return Cell("; ".join(told), state="" if any(a.is_known for a in answers) else "gap")


def _what(context: Context, pair: Pair) -> str:
    """What is seen, in words."""
    if pair.theme is not None:
        return context.words("said.of_theme", theme=context.theme(pair.theme))
    if pair.statement is not None:
        return context.words(f"said.statement.{pair.statement}")
    return word(context, pair.indicator or "", "title")


def _value(context: Context, answer: Answer) -> str:
    """An answer as the source gives it: a share, a span, words, or that it is not known."""
    words = context.words
    if answer.missing is not None:
        return words("said.missing", why=context.name(answer.missing))
    if answer.words is not None:
        return context.name(answer.words)
    if answer.share is not None:
        return words.percent(answer.share)
    if answer.least is not None and answer.most is not None:
        return words.percents(answer.least, answer.most)
    return words("said.over", share=words.percent(answer.least or 0.0))


def _size(context: Context, answer: Answer) -> str:
    """The size class of an answer, empty where it is of all."""
    words, low, below = context.words, answer.population_from, answer.population_below
    if low and below is not None:
        return words("size.between", low=low, high=below - 1)
    if low:
        return words("said.above", n=low - 1)
    return words("size.under", n=below) if below is not None else words("label.all")


def _answers(context: Context) -> Table:
    words, surveys = context.words, context.data.taxonomy.surveys
    years = {survey.id: survey.year for survey in surveys.surveys}
    return table(
        "said-answers-table",
        words("said.answers.table"),
        surveys.answers,
        (
            Column(words("then.year"), cell=lambda a: Cell(str(years[a.survey]))),
            Column(words("said.subject"), cell=lambda a: Cell(context.name(surveys.subjects[a.subject]))),
            Column(
                words("said.question"),
                wide=True,
                cell=lambda a: Cell(context.name(a.wording), note=_number(context, a)),
            ),
            Column(words("label.size_class"), cell=lambda a: Cell(_size(context, a))),
            Column(
                words("said.answer"),
                wide=True,
                cell=lambda a: Cell(_value(context, a), state="" if a.is_known else "gap"),
            ),
            Column(words("said.base"), cell=lambda a: _base(context, a)),
            Column(words("then.source"), cell=lambda a: Cell(context.name(a.where), href=safe_href(a.url))),
        ),
        (words("said.answers.note"),),
        dense=True,
    )


def _number(context: Context, answer: Answer) -> str:
    return context.words("said.number", n=answer.question) if answer.question else ""


def _base(context: Context, answer: Answer) -> Cell:
    note = context.name(answer.base_of) if answer.base_of else ""
    if answer.base is None:
        return Cell(note) if note else context.nothing
    return Cell(context.words.number(answer.base), value=answer.base, note=note)


def _surveys(context: Context) -> Bullets:
    """Who answered each survey."""
    return Bullets(tuple(_survey(context, survey) for survey in context.data.taxonomy.surveys.surveys))


def _survey(context: Context, survey: Survey) -> tuple[Run, ...]:
    name = Run(context.name(survey.name), safe_href(survey.url))
    return (name, Run(f": {context.name(survey.respondents)}."))


def _unseen(context: Context) -> tuple[Text, ...]:
    """The subjects that nothing on a site answers to; nothing where every subject has its pair."""
    surveys = context.data.taxonomy.surveys
    paired = {pair.subject for pair in surveys.pairs}
    names = [context.name(text) for name, text in surveys.subjects.items() if name not in paired]
    if not names:
        return ()
    return (Text((Run(context.words("said.unseen", subjects=context.words.sentence_listing(names))),)),)
