"""Today's tables of an older study's evidence, in a folder beside its findings, which stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.compare import Method, metadata_in, method_in
from kuntatutka import __version__
from kuntatutka.freshness import inputs_digest
from kuntatutka.progress import Talk
from study import StudyFolder, UserError, readings_file, storage_errors

_MADE = "made_from.json"


@dataclass(frozen=True)
class _Beside(StudyFolder):
    """A study whose tables lie elsewhere."""

    place: Path = Path()

    @property
    def findings(self) -> Path:
        """Where the tables are written."""
        return self.place


def place_of(study: StudyFolder) -> Path:
    """Where today's tables of the study lie, if they have been made."""
    return study.reanalyzed / f"{__version__}-{Method.today(study.taxonomy.digest).name}"


def is_of_today(study: StudyFolder) -> bool:
    """Whether the study's own findings were made by this program with this taxonomy and these weights."""
    return not method_in(study.findings).differs(Method.today(study.taxonomy.digest))


def kept_tables(study: StudyFolder) -> Path | None:
    """Today's tables that were made before from what the study still holds; None without."""
    place = place_of(study)
    try:
        kept = json.loads((place / _MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return place if isinstance(kept, dict) and kept.get("inputs") == _inputs(study) else None


def reanalyze(study: StudyFolder, talk: Talk, *, workers: int | None = None) -> Path:
    """Make today's tables beside the findings, or keep those that are there; gives their folder.

    Raises UserError for a study without evidence.
    """
    if not study.warc_files():
        raise UserError(
            f"{study.root}: there is no evidence to analyse again.",
            "Put its WARC files back into evidence/, or compare without --reanalyze: then what the method changed and "
            "what the sites changed is not told apart.",
        )
    with study.lock():
        if (kept := kept_tables(study)) is not None:
            talk.note(f"{study.root}: analysed again before, nothing has changed since")
            return kept
        place = place_of(study)
        (place / _MADE).unlink(missing_ok=True)
        with talk.steps(f"Analyze {study.root} again", "municipality", len(study.municipalities)) as steps:
            _analyze(study, place, workers, lambda name, done, total: steps.update(done, total, name))
        with storage_errors(place):
            (place / _MADE).write_text(json.dumps({"program": __version__, "inputs": _inputs(study)}) + "\n")
    _tell_other_evidence(study, place, talk)
    return place


def _analyze(study: StudyFolder, place: Path, workers: int | None, step: Callable[[str, int, int], None]) -> None:
    from analysis import analyze_study

    analyze_study(_Beside(study.root, place), workers=workers, on_step=step)


def _inputs(study: StudyFolder) -> str:
    decisions = (*study.review.glob("*.csv"), readings_file(study.review))
    return inputs_digest((*study.warc_files(), *decisions, study.config_file, study.municipalities_file))


def _tell_other_evidence(study: StudyFolder, place: Path, talk: Talk) -> None:
    """Warn where the findings were made from other evidence than there is now: then more than the method differs."""
    then, now = (metadata_in(where).get("evidence_digest", "") for where in (study.findings, place))
    if then and then != now:
        talk.warn(
            f"{study.root}: its evidence has changed since its findings were made, so what the method changed is not "
            f"told apart from what was read since. `kuntatutka analyze {study.root}` brings them together."
        )
