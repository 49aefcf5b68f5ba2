"""`kuntatutka review`: the page on this machine, and taking in a colleague's decisions."""

from __future__ import annotations

import getpass
import sys
import threading
import webbrowser
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kuntatutka.collector import uncollected
from kuntatutka.exits import ExitStatus
from kuntatutka.product_draft import draft, seen_in_study
from kuntatutka.progress import Talk
from study import StudyFolder, UserError, counted, decisions_file, merge_decisions, open_study

from .common import tell_state

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ReviewWishes:
    """What the command line asked for."""

    reviewer: str = ""
    port: int = 0
    browser: bool = True
    second: float = 0.0
    """The share of what others decided that is read again, unseen; 0 is a first reading."""


def review_study(folder: Path, talk: Talk, wishes: ReviewWishes) -> ExitStatus:
    """Serve the page until Ctrl-C; print its address."""
    with uncollected():
        from reports.review import Wishes, open_desk, serve

        study = open_study(folder)
        reviewer = reviewer_named(wishes.reviewer)
        check_findings(study)
        tell_state(study, talk)
        desk = open_desk(study, reviewer, share=wishes.second, draft=lambda host: _draft(study, host))
    # A second reader learns nothing of what others decided.
    for notice in () if desk.is_blind else desk.book.notices:
        talk.warn(notice)
    if desk.is_blind:
        talk.note(f"{counted(len(desk.queue), 'cell')} drawn for a second reading, {desk.share:.0%} of what is left.")

    def ready(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        talk.note(f"Reviewing as {reviewer}. Open the address in a browser on this machine; end with Ctrl-C.")
        if wishes.browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(desk, Wishes(wishes.port), ready)
    talk.note(f"Every decision is kept in {decisions_file(study.review)}. To the tables: kuntatutka analyze {folder}")
    return ExitStatus.DONE


def check_findings(study: StudyFolder) -> None:
    """Raise UserError where a study has nothing to look at yet."""
    if not (study.findings / "service_findings.parquet").is_file():
        command = "analyze" if study.warc_files() else "run"
        raise UserError(
            f"{study.root}: there are no findings to review yet.", f"Run `kuntatutka {command} {study.root}` first."
        )


def tell_faults(study: StudyFolder, faults: Iterable[object], talk: Talk) -> None:
    """Warn of what in the file of decisions counts for nothing."""
    for fault in faults:
        talk.warn(f"{decisions_file(study.review)}: {fault}")


def reviewer_named(given: str) -> str:
    """The name that decisions are signed with; raises UserError for one that is none."""
    name = " ".join(given.split())
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError):
            name = ""
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UserError(
            f"--reviewer {given!r} is no name to sign decisions with.", f"Give one of at most {_LONGEST_NAME} letters."
        )
    return name


def _draft(study: StudyFolder, host: str) -> str:
    seen, country = seen_in_study(study.root, host)
    return draft(host, datetime.now(UTC).date(), seen, country)


def merge_into(folder: Path, other: Path, talk: Talk) -> ExitStatus:
    """Take in a colleague's decisions and list what contradicts."""
    study = open_study(folder)
    result = merge_decisions(study.review, other)
    for problem in result.problems:
        talk.warn(f"{other}: {problem}")
    for conflict in result.conflicts:
        early, late = conflict.earlier, conflict.later
        about = " ".join(part for part in (late.municipality_code, late.service_id, late.host) if part)
        talk.warn(
            f"{about}: {early.reviewer} said {early.action.value} {early.new.state}, {late.reviewer} later "
            f"{late.action.value} {late.new.state}; the later one counts until somebody settles it in `review`."
        )
    talk.note(f"{counted(len(result.added), 'decision')} taken in, {result.known} were known already.")
    sys.stdout.write(f"{decisions_file(study.review)}\n")
    return ExitStatus.DONE
