"""The accessibility audit as the command line runs it: draws the sample, visits it, brings the tables up to date.

`--fail-on` makes it a test for a municipality's own builds: it lists what fails and ends with status 1.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kuntatutka.exits import ExitStatus
from kuntatutka.progress import Talk
from study import IMPACTS, StudyFolder, UserError, open_study

from .analyze import analyze_now
from .at_cluster import at_cluster
from .common import told_how_to_go_on

if TYPE_CHECKING:
    from crawler import AuditEvent, AuditOutcome, Elsewhere


@dataclass(frozen=True, slots=True)
class AuditWishes:
    """What the user asked for; an empty value means what study.toml says."""

    only: tuple[str, ...] = ()
    sample: int | None = None
    grid: str = ""
    fail_on: str = ""
    again: bool = False
    cluster: str = ""


def audit_study(folder: Path, talk: Talk, wishes: AuditWishes) -> ExitStatus:
    """`kuntatutka audit`."""
    if wishes.fail_on and wishes.fail_on not in IMPACTS:
        raise UserError(f"--fail-on {wishes.fail_on}: is no impact.", f"Impacts: {', '.join(IMPACTS)}.")
    study, at = open_study(folder.resolve() if wishes.cluster else folder), wishes.cluster
    with study.lock(), told_how_to_go_on(study, talk), at_cluster(at, study, talk, needs_locks=True) as there:
        outcomes = audit_now(study, talk, wishes, there.children(study) if there else None)
        analyze_now(study, talk, crew=there.crew if there else None)
        failures = _failures(study, talk, wishes)
    sys.stdout.write(f"{study.findings / 'accessibility_pages.parquet'}\n")
    sys.stdout.write(f"{study.findings / 'accessibility_violations.parquet'}\n")
    unfinished = tell_unfinished(study, talk, outcomes)
    if failures:
        return ExitStatus.FAILED
    if wishes.fail_on and not any(outcome.audited for outcome in outcomes):
        talk.warn("No page could be audited, so nothing is known of them.")
        return ExitStatus.INCOMPLETE
    return ExitStatus.INCOMPLETE if unfinished or not outcomes else ExitStatus.DONE


def tell_unfinished(study: StudyFolder, talk: Talk, outcomes: Sequence[AuditOutcome]) -> bool:
    """Name the municipalities whose audit did not come to its end; tells whether there are any."""
    names = _names(study)
    unfinished = [outcome for outcome in outcomes if not outcome.is_complete]
    for outcome in unfinished:
        talk.warn(f"  {outcome.code} {names[outcome.code]}: audit incomplete ({outcome.detail})")
    return bool(unfinished)


def audit_now(
    study: StudyFolder, talk: Talk, wishes: AuditWishes, elsewhere: Elsewhere | None = None
) -> tuple[AuditOutcome, ...]:
    """Draw the sample and visit it; the caller holds the study's lock and analyzes afterwards."""
    from analysis import draw_samples, sample_counts
    from crawler import audit_study as audit

    plans = draw_samples(study, only=wishes.only, size=wishes.sample)
    pages = sum(len(plan.pages) for plan in plans.values())
    talk.detail("Sample: " + ", ".join(f"{count} {reason}" for reason, count in sample_counts(plans).items()))
    if not plans:
        talk.warn("There is no page to audit: nothing was found in the crawl.")
        return audit(study, plans)
    names, done, ended = _names(study), dict.fromkeys(plans, 0), 0
    unasked: Counter[str] = Counter()
    with talk.steps("Audit", "page", pages) as steps:

        def show(event: AuditEvent) -> None:
            nonlocal ended
            done[event.code] = event.done
            unasked.update(event.unasked)
            if event.kind in ("ended", "skipped"):
                ended += 1
                failed = f", {event.failed} could not be audited" if event.failed else ""
                before = " audited before" if event.kind == "skipped" else ""
                steps.say(f"{names[event.code]}: {event.done} of {event.total} pages{before}{failed}")
            steps.update(sum(done.values()), pages, f"{names[event.code]}, {ended}/{len(plans)} ended")

        grid = wishes.grid or None
        outcomes = audit(study, plans, on_event=show, grid_url=grid, again=wishes.again, elsewhere=elsewhere)
    if unasked:
        hosts = ", ".join(f"{host} ({count})" for host, count in sorted(unasked.items()))
        talk.detail(f"Wanted by the browser itself, asked by no page, and not let out: {hosts}")
    return outcomes


def _names(study: StudyFolder) -> dict[str, str]:
    return {item.code: item.name_fi for item in study.municipalities}


def _failures(study: StudyFolder, talk: Talk, wishes: AuditWishes) -> int:
    """Print the violations at or above the impact that was asked for; gives their number."""
    if not wishes.fail_on:
        return 0
    bad = set(IMPACTS[IMPACTS.index(wishes.fail_on) :])
    chosen = {study.municipality(code).code for code in wishes.only} or set(_names(study))
    rows = [
        row
        for row in study.read("accessibility_violations")
        if row.impact in bad and row.municipality_code in chosen and row.level in ("A", "AA")
    ]
    for row in sorted(rows, key=lambda row: (-IMPACTS.index(row.impact), row.rule_id, row.url)):
        criteria = ",".join(row.wcag)
        sys.stdout.write(f"{row.impact}\t{row.rule_id}\t{criteria}\t{row.nodes}\t{row.url}\t{row.selector}\n")
    if rows:
        talk.warn(f"{len(rows)} findings of impact {wishes.fail_on} or worse.")
    return len(rows)
