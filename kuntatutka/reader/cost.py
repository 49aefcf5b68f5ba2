"""What questions to a language model will take in money and time, told before the first one is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from kuntatutka.progress import Talk, in_words
from study import ReaderSection, StudyFolder, counted, host_of, read_readings

from .question import ANSWER_TOKENS, Question

_USUAL_SECONDS = 10.0
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the questions will take."""

    questions: int
    host: str
    tokens_in: int
    tokens_out: int
    cost: float
    spent: float
    seconds_each: float
    is_measured: bool

    @classmethod
    def of(cls, study: StudyFolder, reader: ReaderSection, questions: Sequence[Question]) -> Estimate:
        """From the questions themselves, and from the answers that are kept."""
        kept = read_readings(study.review)[0]
        times = [r.seconds for r in kept if r.model == reader.model and r.seconds > 0]
        asked = [question for question in questions if not question.speaks_to_reader]
        tokens_in = sum(question.tokens for question in asked)
        tokens_out = len(asked) * ANSWER_TOKENS // 2
        return cls(
            len(asked),
            host_of(reader.url) or reader.url,
            tokens_in,
            tokens_out,
            cost_of(reader, tokens_in, tokens_out),
            sum(reading.cost for reading in kept),
            median(times) if times else _USUAL_SECONDS,
            bool(times),
        )

    def tell(self, talk: Talk, reader: ReaderSection) -> None:
        """One line with everything that a person should know before the first question; stands even with -q."""
        if not self.questions:
            talk.note(f"{reader.model}: no uncertain cell is without its answer.")
            return
        how = "as so far" if self.is_measured else "not measured yet"
        talk.warn(
            f"{counted(self.questions, 'question')} to {reader.model} at {self.host}: each the words of a public "
            f"page, about {self.tokens_in + self.tokens_out} tokens, about {self.cost:.2f} of {reader.max_cost:.2f} "
            f"({self.spent:.2f} spent before), about {in_words(self.questions * self.seconds_each)} "
            f"({self.seconds_each:.0f} s a question, {how})."
        )


def cost_of(reader: ReaderSection, tokens_in: int, tokens_out: int) -> float:
    """What so many tokens cost; nothing where no price is said."""
    return (max(0.0, reader.input_price) * tokens_in + max(0.0, reader.output_price) * tokens_out) / _MILLION
