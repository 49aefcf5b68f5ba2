"""`kuntatutka ask`: a language model reads the pages of uncertain cells; its answers are kept, its agreement told."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from kuntatutka.exits import ExitStatus
from kuntatutka.progress import Talk
from kuntatutka.reader import ANSWER_TOKENS, Cells, Estimate, Question, Reply, Server, cost_of, judge_answer
from kuntatutka.reader.agreement import print_agreement
from study import (
    ReaderError,
    ReaderSection,
    Reading,
    StudyFolder,
    UserError,
    append_reading,
    open_study,
    read_readings,
)

from .analyze import analyze_now
from .common import told_how_to_go_on

_MOST_IN_A_ROW = 3
"""So many questions without any answer, one after the other, and asking ends."""


@dataclass(frozen=True, slots=True)
class AskWishes:
    """What the command line asked for."""

    limit: int | None = None
    again: bool = False
    is_agreed: bool = False
    """Whether the user agrees to the cost without being asked."""
    only_tell: bool = False
    as_json: bool = False


def ask_study(folder: Path, talk: Talk, wishes: AskWishes) -> ExitStatus:
    """`kuntatutka ask`: tell what it costs, ask, keep each answer, bring the tables up to date, print the agreement."""
    study = open_study(folder)
    reader = _reader_of(study)
    key = _key_of(study, reader)
    with study.lock(), told_how_to_go_on(study, talk):
        questions = Cells(study, reader.model, talk).questions(again=wishes.again)[: wishes.limit]
        estimate = Estimate.of(study, reader, questions)
        estimate.tell(talk, reader)
        if wishes.only_tell or not questions:
            print_agreement(study, as_json=wishes.as_json)
            return ExitStatus.DONE
        _agree(estimate, reader, wishes)
        failure = _ask_all(
            study, reader, talk, questions, Server(reader.url, reader.model, key, reader.timeout_seconds)
        )
        analyze_now(study, talk)
        print_agreement(study, as_json=wishes.as_json)
    if failure is not None:
        raise failure
    return ExitStatus.DONE


def _reader_of(study: StudyFolder) -> ReaderSection:
    reader = study.config.reader
    if not reader.url or not reader.model:
        lacking = "url" if not reader.url else "model"
        raise UserError(
            f"{study.config_file}: [reader] {lacking} is empty, so no language model is asked.",
            "Name an OpenAI-compatible address and a model there; docs/language-model.md tells how.",
        )
    if not _is_here(reader.url) and min(reader.input_price, reader.output_price) < 0:
        raise UserError(
            f"{study.config_file}: [reader] input_price or output_price is not said, so the cost cannot be told.",
            "Write what the server's owner asks for a million tokens, or 0 where they cost you nothing.",
        )
    return reader


def _is_here(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")


def _key_of(study: StudyFolder, reader: ReaderSection) -> str:
    if not reader.key_env:
        return ""
    key = os.environ.get(reader.key_env, "").strip()
    if not key:
        raise UserError(
            f"{study.config_file}: [reader] key_env names {reader.key_env}, which the environment does not have.",
            f"Set it in this terminal: export {reader.key_env}=... (the key itself never stands in a study).",
        )
    if reader.url.startswith("http:") and not _is_here(reader.url):
        raise UserError(
            f"{study.config_file}: [reader] url begins with http:, so the key could be read on its way.",
            "Use the https address, or leave key_env empty.",
        )
    return key


def _agree(estimate: Estimate, reader: ReaderSection, wishes: AskWishes) -> None:
    """Let the person say yes to cost and time; raises UserError where nobody can be asked, or nobody agrees."""
    if wishes.is_agreed or not estimate.questions:
        return
    if not sys.stdin.isatty():
        raise UserError("Nobody is here to agree to this.", "Say --yes, or --tell to be told only.")
    sys.stderr.write("Ask? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise UserError("Nothing was asked.", f"Raise or lower [reader] max_cost (now {reader.max_cost:g}) or --limit.")


def _ask_all(
    study: StudyFolder, reader: ReaderSection, talk: Talk, questions: Sequence[Question], server: Server
) -> ReaderError | None:
    """Ask one after the other and keep each answer at once; gives the failure that ended it early, if one did."""
    spent = sum(reading.cost for reading in read_readings(study.review)[0])
    silent = 0
    with talk.steps("Ask", "question", len(questions)) as steps:
        server.on_wait = steps.say
        for number, question in enumerate(questions, start=1):
            if question.speaks_to_reader:
                append_reading(study.review, _reading(question, reader, void="page-speaks-to-reader"))
                continue
            likely = cost_of(reader, question.tokens, ANSWER_TOKENS)
            if spent + likely > reader.max_cost and likely > 0:
                talk.warn(
                    f"Stopped after {number - 1} of {len(questions)}: the next answer could take the cost over "
                    f"[reader] max_cost ({spent:.2f} of {reader.max_cost:.2f} are spent)."
                )
                break
            try:
                reply = server.ask(question.messages, ANSWER_TOKENS)
            except ReaderError as error:
                silent += 1
                if silent == _MOST_IN_A_ROW or _is_final(error):
                    return error
                talk.warn(str(error))
                continue
            silent = 0
            kept = _judged(question, reader, reply)
            spent += kept.cost
            append_reading(study.review, kept)
            steps.update(number, now=question.municipality_code)
    return None


def _is_final(error: ReaderError) -> bool:
    return "later" not in error.hint


def _judged(question: Question, reader: ReaderSection, reply: Reply) -> Reading:
    verdict = judge_answer(reply.text, question.text, is_cut=reply.is_cut)
    tokens_in = question.tokens if reply.tokens_in is None else reply.tokens_in
    tokens_out = len(reply.text) // 2 if reply.tokens_out is None else reply.tokens_out
    kept = _reading(question, reader, void=verdict.void)
    return replace(
        kept,
        state=verdict.state,
        quote=verdict.quote,
        channels=verdict.channels,
        why=verdict.why,
        answer=reply.text[:2000],
        seconds=round(reply.seconds, 2),
        cost=round(cost_of(reader, tokens_in, tokens_out), 6),
    )


def _reading(question: Question, reader: ReaderSection, void: str) -> Reading:
    return Reading(
        question.municipality_code,
        question.service_id,
        question.url,
        question.page_digest,
        reader.model,
        question.prompt_version,
        datetime.now(UTC),
        void=void,
    )
