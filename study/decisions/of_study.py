"""The decisions of a study with today's ids, and those that are about nothing in it any more."""

from __future__ import annotations

from dataclasses import dataclass, replace

from study.folder import StudyFolder
from taxonomy import Taxonomy

from .log import DecisionLog
from .model import CellValue, Decision
from .read import Problem
from .second import read_twice
from .store import decisions_file, read_decisions


@dataclass(frozen=True, slots=True)
class Stranger:
    """A decision that stays in the file and counts for nothing now: what it names is not known."""

    decision: Decision
    what: str


@dataclass(frozen=True)
class StudyDecisions:
    """The decisions that count, those that are about nothing, and lines that could not be read."""

    log: DecisionLog
    strangers: tuple[Stranger, ...] = ()
    problems: tuple[Problem, ...] = ()

    def faults(self, folder: StudyFolder) -> tuple[str, ...]:
        """Lines of the file that count for nothing, one sentence each with the remedy."""
        path = decisions_file(folder.review)
        told = [f"{path}: {problem}" for problem in self.problems]
        told += [
            f"{path}: decision {stranger.decision.id} names {stranger.what}, which this study does not know; it is "
            "kept and counts for nothing. Correct the id in that line, or leave it for the study that has it."
            for stranger in self.strangers
        ]
        return tuple(told)

    def notices(self, folder: StudyFolder) -> tuple[str, ...]:
        """What the user should know of the file and of people who differ, one sentence each with the remedy."""
        path = decisions_file(folder.review)
        told = list(self.faults(folder))
        for conflict in self.log.conflicts:
            early, late = conflict.earlier, conflict.later
            about = " ".join(part for part in (late.municipality_code, late.service_id, late.host) if part)
            told.append(
                f"{path}: {early.reviewer} and {late.reviewer} decided {about} differently without having seen each "
                f"other's answer; the later one ({late.reviewer}) counts. "
                f"`kuntatutka review {folder.root}` asks it first."
            )
        differing = sum(readings.is_open for readings in read_twice(self.log))
        if differing:
            told.append(
                f"{path}: a second reader says otherwise of {differing} "
                f"{'cell' if differing == 1 else 'cells'}; the first answer counts. "
                f"`kuntatutka review {folder.root}` asks them first."
            )
        return tuple(told)


def load_decisions(folder: StudyFolder) -> StudyDecisions:
    """The decisions of a study; raises UserError where decisions.csv as a whole cannot be read."""
    file = read_decisions(folder.review)
    if not file.decisions:
        return StudyDecisions(DecisionLog(), (), file.problems)
    taxonomy = folder.taxonomy
    codes = {municipality.code for municipality in folder.municipalities}
    by_bare = {code.lstrip("0"): code for code in codes}
    known, strangers = [], []
    for decision in file.decisions:
        # A spreadsheet makes 91 of 091; where the study has one such code only, that is the one.
        code = decision.municipality_code
        code = code if code in codes else by_bare.get(code, code) if code.isdigit() else code
        today = _of_today(replace(decision, municipality_code=code), taxonomy)
        what = _unknown(today, taxonomy, codes)
        if what:
            strangers.append(Stranger(decision, what))
        else:
            known.append(today)
    return StudyDecisions(DecisionLog(tuple(known)), tuple(strangers), file.problems)


def _of_today(decision: Decision, taxonomy: Taxonomy) -> Decision:
    return replace(
        decision,
        service_id=taxonomy.present("service", decision.service_id),
        old=_value_of_today(decision.old, taxonomy),
        new=_value_of_today(decision.new, taxonomy),
    )


def _value_of_today(value: CellValue, taxonomy: Taxonomy) -> CellValue:
    return replace(value, products=tuple(sorted({taxonomy.present("product", name) for name in value.products})))


def _unknown(decision: Decision, taxonomy: Taxonomy, codes: set[str]) -> str:
    """What a decision names that the study does not know; empty where it knows everything."""
    if decision.municipality_code and decision.municipality_code not in codes:
        return f"municipality {decision.municipality_code}"
    if decision.service_id and decision.service_id not in taxonomy.services:
        return f"service {decision.service_id}"
    strange = [name for name in decision.new.products if name not in taxonomy.products]
    return f"product {strange[0]}" if strange else ""
