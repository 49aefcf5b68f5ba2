"""What people decided of a study's cells: the file review/decisions.csv, who said what last, and who disagrees.

Append-only: a decision is taken back by a later line. Nothing here judges a page or draws one.
"""

from __future__ import annotations

from .control import draw_control, lot_of
from .faults import FILE_FAULTS, LINE_FAULTS, STRANGER_FAULTS, Problem
from .log import Conflict, DecisionLog, Subject, subject_of
from .model import COLUMNS, NO_STATEMENT, Action, CellValue, Decision, Role, new_decision
from .of_study import Stranger, StudyDecisions, load_decisions
from .read import DecisionFile, parse_decisions
from .second import TwoReadings, draw_second, read_twice, second_lot
from .store import MergeResult, append_decisions, decisions_file, merge_decisions, read_decisions

__all__ = [
    "COLUMNS",
    "FILE_FAULTS",
    "LINE_FAULTS",
    "NO_STATEMENT",
    "STRANGER_FAULTS",
    "Action",
    "CellValue",
    "Conflict",
    "Decision",
    "DecisionFile",
    "DecisionLog",
    "MergeResult",
    "Problem",
    "Role",
    "Stranger",
    "StudyDecisions",
    "Subject",
    "TwoReadings",
    "append_decisions",
    "decisions_file",
    "draw_control",
    "draw_second",
    "load_decisions",
    "lot_of",
    "merge_decisions",
    "new_decision",
    "parse_decisions",
    "read_decisions",
    "read_twice",
    "second_lot",
    "subject_of",
]
