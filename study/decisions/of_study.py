"""The decisions of a study with today's ids, and those that are about nothing in it any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from study.folder import StudyFolder
from taxonomy import Taxonomy

from .faults import STRANGER_FAULTS, Problem
from .log import DecisionLog
from .model import CellValue, Decision
from .second import read_twice
from .store import decisions_file, read_decisions


@dataclass(frozen=True, slots=True)
class Stranger:
    """A decision that stays in the file and counts for nothing now: the municipality, service or product is unknown."""

    decision: Decision
    kind: str
    name: str

    @property
    def what(self) -> str:
        """What is not known."""
        return f"{self.kind} {self.name}"

    @property
    def values(self) -> Mapping[str, str]:
        """What the fault speaks of."""
        return {"id": self.decision.id, "name": self.name}

    def __str__(self) -> str:
        return " ".join(STRANGER_FAULTS[self.kind]).format_map(self.values)


@dataclass(frozen=True)
class StudyDecisions:
    """The decisions that count, those that are about nothing, and lines that could not be read."""

    log: DecisionLog
    strangers: tuple[Stranger, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def faults(self) -> tuple[Problem | Stranger, ...]:
        """What of the file counts for nothing or is doubtful; as text one sentence each with the remedy."""
        return (*self.problems, *self.strangers)

    def notices(self, folder: StudyFolder) -> tuple[str, ...]:
        """What the user should know of the file and of people who differ, one sentence each with the remedy."""
        path = decisions_file(folder.review)
        told = [f"{path}: {fault}" for fault in self.faults]
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
        unknown = _unknown(today, taxonomy, codes)
        if unknown is not None:
            strangers.append(Stranger(decision, *unknown))
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


def _unknown(decision: Decision, taxonomy: Taxonomy, codes: set[str]) -> tuple[str, str] | None:
    """What a decision names that the study does not know, and of which kind; None where it knows everything."""
    if decision.municipality_code and decision.municipality_code not in codes:
        return "municipality", decision.municipality_code
    if decision.service_id and decision.service_id not in taxonomy.services:
        return "service", decision.service_id
    strange = [name for name in decision.new.products if name not in taxonomy.products]
    return ("product", strange[0]) if strange else None
