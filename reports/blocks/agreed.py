"""How far two people who read the same cells agree, and how far a language model agrees with people."""

from __future__ import annotations

from reports.agreeing import Measured, measured, model_pairs, pairs_of
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.model import Block, Cell, Section, Table
from reports.table import Column, table
from study import read_twice

_LEAST = 20
"""Cells that it takes to say how far a language model agrees with people."""


@once_a_study
def _of_people(data: StudyData) -> list[Measured]:
    return measured(pairs_of(read_twice(data.decisions), data.taxonomy))


@once_a_study
def _of_model(data: StudyData) -> list[Measured]:
    return measured(model_pairs(data.rows("reader_answers"), data.decisions.in_force, data.taxonomy))


def agreed(context: Context) -> tuple[Section, ...]:
    """The part of the method chapter about readers who looked at the same cells; none where nobody looked."""
    blocks = (*_people(context), *_model(context))
    return (Section("method-agreement", context.words("agreement.report.title"), blocks),) if blocks else ()


def _people(context: Context) -> list[Block]:
    data = context.data
    both = read_twice(data.decisions)
    whole = _of_people(data)[0].agreement
    if not both or whole.share is None or whole.share_interval is None:
        return [context.paragraph("agreement.report.none")] if data.rows("decided_cells") else []
    differing = [readings for readings in both if not readings.is_alike]
    return [
        context.paragraph(
            "agreement.report.twice",
            n=whole.cells,
            alike=whole.alike,
            share=context.words.percent(whole.share),
            low=context.words.percent(whole.share_interval[0]),
            high=context.words.percent(whole.share_interval[1]),
            differing=len(differing),
            settled=sum(not readings.is_open for readings in differing),
        ),
        _table(context, "agreement-table", "agreement.table", _of_people(data)),
    ]


def _model(context: Context) -> list[Block]:
    answers = context.data.rows("reader_answers")
    if not answers:
        return []
    rows = _of_model(context.data)
    state = next(row.agreement for row in rows if row.kind == "state" and not row.id)
    model = answers[-1].model
    if state.cells < _LEAST or state.share is None or state.share_interval is None:
        counting = sum(row.agrees is not None for row in answers)
        return [
            context.paragraph("agreement.report.model-few", model=model, answers=counting, n=state.cells, least=_LEAST)
        ]
    return [
        context.paragraph(
            "agreement.report.model",
            model=model,
            n=state.cells,
            alike=state.alike,
            share=context.words.percent(state.share),
            low=context.words.percent(state.share_interval[0]),
            high=context.words.percent(state.share_interval[1]),
        ),
        _table(context, "agreement-model-table", "agreement.report.model-table", rows),
    ]


def _table(context: Context, id: str, caption: str, rows: list[Measured]) -> Table:
    words = context.words
    return table(
        id,
        words(caption),
        rows,
        (
            Column(words("agreement.about"), cell=lambda row: Cell(_about(context, row))),
            Column(words("agreement.cells"), "number", cell=lambda row: Cell(words.number(row.agreement.cells))),
            Column(words("agreement.alike"), "number", cell=lambda row: _share(context, row)),
            Column(words("agreement.interval"), "number", cell=lambda row: _share_interval(context, row)),
            Column(words("agreement.alpha"), "number", cell=lambda row: _alpha(context, row)),
            Column(words("agreement.interval"), "number", cell=lambda row: _alpha_interval(context, row)),
        ),
        (words("agreement.meaning"),),
    )


def _about(context: Context, row: Measured) -> str:
    if not row.id:
        return context.words(f"agreement.of.{row.kind}")
    if row.kind == "state":
        return context.words("agreement.of.one-state", state=context.words(f"agreement.state.{row.id}"))
    return context.channel(row.id) if row.kind == "channel" else context.theme(row.id)


def _share(context: Context, row: Measured) -> Cell:
    share = row.agreement.share
    return context.nothing if share is None else Cell(context.words.percent(share))


def _share_interval(context: Context, row: Measured) -> Cell:
    bounds = row.agreement.share_interval
    return context.nothing if bounds is None else Cell(context.words.percents(*bounds))


def _alpha(context: Context, row: Measured) -> Cell:
    own = row.agreement
    if own.is_one_class:
        return Cell(context.words("agreement.one-class"))
    return context.nothing if own.alpha is None else Cell(context.words.number(own.alpha, 2))


def _alpha_interval(context: Context, row: Measured) -> Cell:
    bounds = row.agreement.alpha_interval
    if bounds is None:
        return context.nothing
    return Cell(" … ".join(context.words.number(bound, 2) for bound in bounds))
