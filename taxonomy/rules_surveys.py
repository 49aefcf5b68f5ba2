"""Rules on what municipalities said of themselves: an answer has a source, a value or a reason, and a known subject."""

from __future__ import annotations

from collections.abc import Iterator

from .base import Text
from .errors import Problem
from .figures import Answer, Pair
from .subject import Subject

_FILE = "surveys.toml"


def survey_rules(subject: Subject) -> Iterator[Problem]:
    """Answers and pairs name what exists, give one value or say why there is none, and speak every language."""
    surveys, file = subject.taxonomy.surveys, subject.own(_FILE)
    known = [survey.id for survey in surveys.surveys]
    for survey_id in sorted({name for name in known if known.count(name) > 1}):
        yield Problem(file, f"surveys.{survey_id}", "occurs twice.", "Give each survey an id of its own.")
    for number, answer in enumerate(surveys.answers):
        where = f"answers.{number}"
        if answer.survey not in known:
            remedy = f"Known: {', '.join(known)}."
            yield Problem(file, f"{where}.survey", f'"{answer.survey}" is no survey.', remedy)
        yield from _of_subject(subject, where, answer.subject)
        yield from _value(file, where, answer)
    for number, pair in enumerate(surveys.pairs):
        yield from _of_subject(subject, f"pairs.{number}", pair.subject)
        yield from _seen(subject, f"pairs.{number}", pair)
    yield from _languages(subject)


def _of_subject(subject: Subject, where: str, name: str) -> Iterator[Problem]:
    subjects = subject.taxonomy.surveys.subjects
    if name not in subjects:
        remedy = f"Add [subjects.{name}] with its name, or write one of {', '.join(subjects)}."
        yield Problem(subject.own(_FILE), f"{where}.subject", f'"{name}" is no subject.', remedy)


def _value(file: str, where: str, answer: Answer) -> Iterator[Problem]:
    is_span = answer.least is not None or answer.most is not None
    given = [answer.share is not None, is_span, answer.words is not None, answer.missing is not None]
    if sum(given) != 1:
        remedy = "Give one of share, least and most, words, or missing."
        yield Problem(file, where, f"{sum(given)} values are given.", remedy)
    if answer.least is not None and answer.most is not None and answer.least >= answer.most:
        yield Problem(file, f"{where}.most", "is not above least.", "Write the smaller one as least.")
    if answer.population_below is not None and answer.population_below <= answer.population_from:
        yield Problem(file, f"{where}.population_below", "is not above population_from.", "Correct the size class.")
    if not answer.url.startswith(("http://", "https://")):
        yield Problem(file, f"{where}.url", f'"{answer.url}" is no address.', "Write where the answer was read.")


def _seen(subject: Subject, where: str, pair: Pair) -> Iterator[Problem]:
    file, themes = subject.own(_FILE), subject.taxonomy.themes
    if sum(part is not None for part in (pair.indicator, pair.theme, pair.statement)) != 1:
        remedy = "Give one of indicator, theme or statement."
        yield Problem(file, where, "does not name one thing that is seen.", remedy)
    if pair.theme is not None and pair.theme not in themes:
        remedy = f"Write one of {', '.join(themes)}."
        yield Problem(file, f"{where}.theme", f'"{pair.theme}" is no theme.', remedy)


def _languages(subject: Subject) -> Iterator[Problem]:
    surveys = subject.taxonomy.surveys
    texts: list[tuple[str, Text | None]] = [(f"subjects.{name}", text) for name, text in surveys.subjects.items()]
    for survey in surveys.surveys:
        texts += [(f"surveys.{survey.id}.{key}", getattr(survey, key)) for key in ("name", "respondents")]
    for number, answer in enumerate(surveys.answers):
        keys = ("wording", "words", "missing", "base_of", "where")
        texts += [(f"answers.{number}.{key}", getattr(answer, key)) for key in keys]
    texts += [(f"pairs.{number}.why", pair.why) for number, pair in enumerate(surveys.pairs)]
    # A language that was just added is not asked of old surveys until somebody begins to write them in it.
    written = {code for _, text in texts if text is not None for code in text.languages}
    for where, text in texts:
        for code in subject.taxonomy.country.study_languages:
            if text is not None and code in written and code not in text.languages:
                remedy = "Write it in every language of a study."
                yield Problem(subject.own(_FILE), f"{where}.{code}", "is missing.", remedy)
