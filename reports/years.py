"""Which earlier studies a report is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from study import StudyFolder


@dataclass(frozen=True, slots=True)
class EarlierStudy:
    """An earlier study, and where today's tables of its evidence lie, if they have been made."""

    folder: StudyFolder
    today: Path | None = None
