"""Which cells are worth a question: those that the machine is unsure of, with the words of their pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kuntatutka.progress import Talk
from study import (
    DecidedCell,
    Reading,
    ServiceFinding,
    StudyFolder,
    Verification,
    counted,
    read_readings,
    readings_file,
)

from .question import Question, Questions


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A cell to ask about: as the machine alone has it, with the digest of its page."""

    finding: ServiceFinding
    digest: str
    is_decided: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that are worth a question, and their pages."""

    study: StudyFolder
    model: str
    talk: Talk

    def questions(self, *, again: bool) -> list[Question]:
        """Questions about uncertain cells that have no answer yet; decided cells first, for they measure the model."""
        from analysis import page_texts

        wanted = self._wanted()
        made = Questions(self.study.taxonomy)
        known = set() if again else self._known()
        found: list[tuple[bool, Question]] = []
        lost = 0
        for code in sorted({item.finding.municipality_code for item in wanted}):
            mine = [item for item in wanted if item.finding.municipality_code == code]
            urls = [item.finding.best_url or "" for item in mine if self._may_be_new(item, known, made)]
            texts = page_texts(self.study, code, urls)
            lost += len(set(urls) - texts.keys())
            for item in mine:
                page = texts.get(item.finding.best_url or "")
                if page is None:
                    continue
                question = made.ask(item.finding, item.digest, page.language, page.text)
                if _mark(question) not in known:
                    found.append((not item.is_decided, question))
        if lost:
            self.talk.warn(f"{counted(lost, 'page')} cannot be read in the evidence; their cells are not asked about.")
        return [question for _, question in sorted(found, key=lambda pair: pair[0])]

    def _may_be_new(self, item: _Wanted, known: set[tuple[str, ...]], made: Questions) -> bool:
        """Whether any wording of the question about a cell and page is unanswered; spares reading the evidence."""
        languages = (*self.study.taxonomy.languages, "")
        finding = item.finding
        place = (finding.municipality_code, finding.service_id, finding.best_url or "", item.digest)
        return not any((*place, made.version(finding.service_id, language)) in known for language in languages)

    def _known(self) -> set[tuple[str, ...]]:
        readings, lost = read_readings(self.study.review)
        if lost:
            self.talk.warn(f"{readings_file(self.study.review)}: {counted(lost, 'line')} cannot be read; passed over.")
        return {_mark(reading) for reading in readings if reading.model == self.model}

    def _wanted(self) -> list[_Wanted]:
        decided: dict[tuple[str, str], DecidedCell] = {
            (row.municipality_code, row.service_id): row for row in self.study.read("decided_cells")
        }
        found = []
        for finding in self.study.read("service_findings"):
            machine = decided.get((finding.municipality_code, finding.service_id))
            state, url = finding.verification.value, finding.best_url
            if machine is not None:
                state, url = machine.machine_verification, machine.machine_best_url
            digest = finding.basis.partition(".")[2]
            if state == Verification.UNCERTAIN.value and url and digest:
                found.append(_Wanted(replace(finding, best_url=url), digest, machine is not None))
        return found


def _mark(item: Question | Reading) -> tuple[str, ...]:
    return (item.municipality_code, item.service_id, item.url, item.page_digest, item.prompt_version)
