"""What goes wrong in people's taxonomy files, and how to say so.

The package stands below every other, so its one exception class lives here and not in `study`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of one file: where, what, and what to do about it."""

    file: str
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.message} {self.remedy}".strip()


class TaxonomyError(Exception):
    """A taxonomy file cannot be read; the message names file and key, the hint says what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.message = str(problem)
        self.hint = problem.remedy
