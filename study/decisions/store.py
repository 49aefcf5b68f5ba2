"""review/decisions.csv on disk: read, added to at its end only, and merged with what a colleague decided elsewhere."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from study.errors import StorageError, UserError, storage_errors
from study.links import no_follow

from .faults import Problem
from .log import Conflict, DecisionLog
from .model import COLUMNS, VALUE_FIELDS, Decision
from .read import DecisionFile, Head, last_head, parse_decisions

FILE = "decisions.csv"
_MARK = "\ufeff"  # spreadsheets take UTF-8 for something else without it
_GIT = b"# Decisions are only added at the end: git keeps the lines of both sides.\ndecisions.csv merge=union\n"


def decisions_file(review: Path) -> Path:
    """Where the decisions lie in a study's folder `review`."""
    return review / FILE


def read_decisions(review: Path) -> DecisionFile:
    """The decisions in a study's folder `review`; none where nobody has decided anything.

    Raises UserError where the whole file cannot be read; single lines that cannot are among the problems.
    """
    return _read(decisions_file(review))


def _read(path: Path) -> DecisionFile:
    with storage_errors(path):
        raw = path.read_bytes() if path.is_file() else b""
    return parse_decisions(path, raw)


def append_decisions(review: Path, decisions: Sequence[Decision]) -> None:
    """Add decisions at the end, all of them or none, and on the disk when this returns.

    Raises UserError where the file is none of decisions, StorageError where it cannot be written; it is then as it was.
    """
    if not decisions:
        return
    path = decisions_file(review)
    with storage_errors(path):
        review.mkdir(parents=True, exist_ok=True)
        handle = os.fdopen(no_follow(str(path), os.O_RDWR | os.O_CREAT | os.O_APPEND), "rb+", buffering=0)
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            before = handle.read()
            head = last_head(path, before)
            text = "" if before.endswith(b"\n") or not before else "\n"
            if head is None:
                text += _MARK + ",".join(COLUMNS) + "\n"
            text += "".join(_line(decision, head) for decision in decisions)
            _write_whole(handle.fileno(), text.encode(), len(before), path)
        _tell_git(review)


def _write_whole(file: int, data: bytes, size: int, path: Path) -> None:
    """One write, so that a killed program leaves all of it or an end that is known as cut off."""
    try:
        written = os.write(file, data)
        if written != len(data):
            raise StorageError(f"{path}: the disk took only a part of a decision; nothing was kept.", "Free some room.")
        os.fsync(file)
    except (OSError, StorageError):
        os.ftruncate(file, size)
        raise


def _tell_git(review: Path) -> None:
    path = review / ".gitattributes"
    if not path.exists():
        path.write_bytes(_GIT)


def _line(decision: Decision, head: Head | None) -> str:
    values = _values(decision)
    places: Mapping[str, int] = head.places if head else {name: index for index, name in enumerate(COLUMNS)}
    cells = [""] * (head.width if head else len(COLUMNS))
    for name, place in places.items():
        cells[place] = " ".join(values[name].split())  # one decision is one line
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=head.delimiter if head else ",", lineterminator="\n").writerow(cells)
    return out.getvalue()


def _values(decision: Decision) -> dict[str, str]:
    values = {name: str(getattr(decision, name)) for name in COLUMNS if hasattr(decision, name)}
    values["decided_at"] = decision.decided_at.isoformat(timespec="microseconds")
    for age, value in (("old", decision.old), ("new", decision.new)):
        for field in VALUE_FIELDS:
            found = getattr(value, field)
            values[f"{age}_{field}"] = " ".join(found) if isinstance(found, tuple) else found
    return values


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What another file brought."""

    added: tuple[Decision, ...]
    known: int
    conflicts: tuple[Conflict, ...]
    problems: tuple[Problem, ...]


def merge_decisions(review: Path, other: Path) -> MergeResult:
    """Take in what a colleague's decisions.csv has beyond ours; what both have counts once. Nothing is ever taken out.

    Raises UserError where the other file is none of decisions, or says something else under an id of ours.
    """
    if not other.is_file():
        raise UserError(f"{other}: there is no such file.", "Name the decisions.csv of the other study folder.")
    ours, theirs = read_decisions(review), _read(other)
    known = {decision.id: decision for decision in ours.decisions}
    changed = [d for d in theirs.decisions if d.id in known and known[d.id] != d]
    if changed:
        raise UserError(
            f"{other}: decision {changed[0].id} is another one than that of the same id in {decisions_file(review)}.",
            "A line was edited in one of the two; take it back there: a change is a new decision.",
        )
    added = tuple(sorted(_new(theirs.decisions, known), key=lambda d: d.order))
    append_decisions(review, added)
    log = DecisionLog((*ours.decisions, *added))
    return MergeResult(added, len(theirs.decisions) - len(added), log.conflicts, theirs.problems)


def _new(decisions: Iterable[Decision], known: Mapping[str, Decision]) -> list[Decision]:
    return [decision for decision in decisions if decision.id not in known]
