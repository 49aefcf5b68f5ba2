"""How much people looked at, how right the machine was where the lot decided, and what that means for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pvariance

from analysis import wilson
from reports.context import Context
from reports.data import StudyData
from reports.model import Block, Section
from reports.shares import is_outside
from study import DecidedCell, ServiceFinding, State, Verification, draw_control

_LEAST = 20
"""Cells of the control sample that it takes to say how right the machine is."""
_SURE = 1.96


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What people decided, and what the control sample says."""

    cells: int
    by_action: dict[str, int]
    asked_again: int
    uncertain: int
    control: int
    control_done: int
    control_right: int
    rest_digital: float
    """Digital share of the cells that nobody looked at, as the machine has it."""
    rest_error: float
    """By how much the control sample's digital share, as decided, is above the machine's."""
    rest_spread: float


def review_figures(data: StudyData) -> Reviewed:
    """The figures of a study's review; zero throughout where nobody has looked."""
    own = {key: f for key, f in data.grid.items() if not is_outside(f)}
    rows: Sequence[DecidedCell] = data.rows("decided_cells")
    decided = {(row.municipality_code, row.service_id): row for row in rows}
    control = draw_control(own, data.control_sample)
    done = [(decided[key], own[key]) for key in sorted(control) if key in decided]
    judged = [(row, f) for row, f in done if f.state in (State.FOUND, State.NOT_FOUND)]
    errors = [int(bool(f.digital)) - _was_digital(row) for row, f in judged]
    rest = [f for key, f in own.items() if key not in decided and f.state in (State.FOUND, State.NOT_FOUND)]
    return Reviewed(
        cells=len(own),
        by_action=dict(Counter(row.action for row in rows)),
        asked_again=sum(row.is_asked_again for row in rows),
        uncertain=sum(f.verification is Verification.UNCERTAIN for f in own.values()),
        control=len(control),
        control_done=len(done),
        control_right=sum(_was_right(row, finding) for row, finding in done),
        rest_digital=fmean(bool(f.digital) for f in rest) if rest else 0.0,
        rest_error=fmean(errors) if errors else 0.0,
        rest_spread=_SURE * sqrt(pvariance(errors) / len(errors)) if errors else 0.0,
    )


def _was_digital(row: DecidedCell) -> int:
    return int(any(channel.partition(":")[0] == "digital" for channel in row.machine_channels))


def _was_right(row: DecidedCell, finding: ServiceFinding) -> bool:
    """Whether the machine alone gives the cell the state and the channels that people gave it."""
    channels = {channel.partition(":")[0] for channel in row.machine_channels}
    return row.machine_state == finding.state and channels == set(finding.channels)


def reviewed(context: Context) -> Section:
    """The part of the method chapter about people's looks; it says so where nobody has looked."""
    words, figures = context.words, review_figures(context.data)
    title = words("reviewed.title")
    if not figures.by_action:
        kind = "nobody" if figures.uncertain else "nobody-sure"
        text = context.paragraph(f"reviewed.{kind}", n=figures.cells, uncertain=figures.uncertain)
        return Section("method-reviewed", title, (text,))
    count = figures.by_action
    blocks: list[Block] = [
        context.paragraph(
            "reviewed.looked",
            n=sum(count.values()),
            all=figures.cells,
            confirmed=count.get("confirm", 0),
            corrected=count.get("correct", 0),
            gaps=count.get("cannot-judge", 0),
        ),
        context.paragraph("reviewed.left", uncertain=figures.uncertain, again=figures.asked_again),
    ]
    if context.data.reviewers:
        blocks.append(context.paragraph("reviewed.by", who=words.listing(context.data.reviewers)))
    return Section("method-reviewed", title, (*blocks, *_control(context, figures)))


def _control(context: Context, figures: Reviewed) -> list[Block]:
    words = context.words
    interval = wilson(figures.control_right, figures.control_done)
    if figures.control_done < _LEAST or interval is None:
        return [context.paragraph("reviewed.control-few", n=figures.control_done, all=figures.control, least=_LEAST)]
    low, high = interval
    corrected = figures.rest_digital + figures.rest_error

    def share(value: float) -> str:
        return words.percent(min(1.0, max(0.0, value)))

    return [
        context.paragraph(
            "reviewed.control",
            n=figures.control_done,
            all=figures.control,
            right=figures.control_right,
            share=share(figures.control_right / figures.control_done),
            low=share(low),
            high=share(high),
        ),
        context.paragraph(
            "reviewed.rest",
            machine=share(figures.rest_digital),
            corrected=share(corrected),
            low=share(corrected - figures.rest_spread),
            high=share(corrected + figures.rest_spread),
        ),
    ]
