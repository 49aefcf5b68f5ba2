"""Answers of a language model laid beside what the machine found: pure, and the same every time.

It decides nothing. Where it says the same state of an uncertain cell, two readers stand behind that cell and it is no
longer uncertain; where it says another one, the cell stays uncertain and both reasons are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from study import ReaderAnswer, Reading, ServiceFinding, Verification


def with_readings(
    grid: Sequence[ServiceFinding], readings: Iterable[Reading], page_digests: Mapping[str, str]
) -> tuple[list[ServiceFinding], list[ReaderAnswer]]:
    """The cells of one municipality with the readers that stand behind each, and every cell's last answer.

    An answer counts for the page and the words that it was given for; of several the last one.
    """
    by_cell: dict[str, list[Reading]] = {}
    for reading in sorted(readings, key=lambda r: r.asked_at):
        by_cell.setdefault(reading.service_id, []).append(reading)
    cells, answers = [], []
    for finding in grid:
        said = by_cell.get(finding.service_id)
        answer = _answer(finding, said, page_digests) if said else None
        if answer is not None:
            answers.append(answer)
        agrees = answer is not None and answer.agrees is True
        is_settled = agrees and finding.verification is Verification.UNCERTAIN
        settled = replace(finding, verification=Verification.AUTOMATIC) if is_settled else finding
        cells.append(replace(settled, readers=2) if agrees else settled)
    return cells, answers


def _answer(finding: ServiceFinding, said: Sequence[Reading], digests: Mapping[str, str]) -> ReaderAnswer:
    digest = digests.get(finding.best_url or "")
    current = [r for r in said if r.url == finding.best_url and r.page_digest and r.page_digest == digest]
    last = (current or said)[-1]
    counts = bool(current) and last.counts
    return ReaderAnswer(
        municipality_code=finding.municipality_code,
        service_id=finding.service_id,
        model=last.model,
        prompt_version=last.prompt_version,
        url=last.url,
        state=last.state,
        quote=last.quote,
        channels=last.channels,
        why=last.why,
        void=last.void,
        machine_state=finding.state.value,
        machine_verification=finding.verification.value,
        is_current=bool(current),
        agrees=last.state == finding.state.value if counts else None,
    )
