"""Rules on languages and page types: they speak of what exists, and all languages of a country say as much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .errors import Problem
from .models import Language
from .subject import Subject
from .words import stemmers


def language_rules(subject: Subject) -> Iterator[Problem]:
    """Cues name known channels and subtypes; the languages of a country have the same keys."""
    for language in subject.taxonomy.languages.values():
        yield from _grammar(subject, language)
        yield from _channels(subject, language)
        yield from _moved(subject, language)
        if language.months and len(language.months) != 12:
            found = f"{len(language.months)} months are given."
            yield Problem(subject.language(language.code), "months", found, "Give all twelve, January first.")
    yield from _same_keys(subject)
    yield from _page_types(subject)


def _grammar(subject: Subject, language: Language) -> Iterator[Problem]:
    file, grammar = subject.language(language.code), language.grammar
    if grammar.stemmer is None or (grammar.stemmer and grammar.stemmer not in stemmers()):
        message = "is missing." if grammar.stemmer is None else f'"{grammar.stemmer}" is no stemmer.'
        remedy = f'Write one of {", ".join(stemmers())}, or "" for a language without one.'
        yield Problem(file, "grammar.stemmer", message, remedy)
    if grammar.linking and not grammar.is_compounding:
        remedy = "Write is_compounding = true, or leave linking out."
        yield Problem(file, "grammar.linking", "is given for a language that joins no words.", remedy)
    for number, (letter, _) in enumerate(grammar.fold):
        if len(letter) != 1:
            remedy = 'Write pairs of a letter and what addresses have instead, such as ["ø", "o"].'
            yield Problem(file, f"grammar.fold.{number}", f'"{letter}" is not one letter.', remedy)


def _channels(subject: Subject, language: Language) -> Iterator[Problem]:
    file, channels = subject.language(language.code), subject.taxonomy.channels
    for channel_id, cues in language.cues.items():
        channel = channels.get(channel_id)
        if channel is None:
            remedy = f"Known channels: {', '.join(channels)}."
            yield Problem(file, f"cues.{channel_id}", "is no channel.", remedy)
            continue
        for subtype in sorted(cues.subtypes.keys() - channel.subtypes.keys()):
            remedy = f"Known subtypes: {', '.join(channel.subtypes)}."
            yield Problem(file, f"cues.{channel_id}.subtypes.{subtype}", "is no subtype of the channel.", remedy)


def _moved(subject: Subject, language: Language) -> Iterator[Problem]:
    known = subject.taxonomy.country.responsible
    for who in sorted(language.moved.keys() - known.keys()):
        remedy = f"Known there: {', '.join(known)}."
        message = "is not among those who may be responsible."
        yield Problem(
            subject.language(language.code), f"moved.{who}", message, f"{remedy} Add it to country.toml, or rename it."
        )


def _same_keys(subject: Subject) -> Iterator[Problem]:
    languages = subject.taxonomy.languages
    for part in ("cues", "moved", "furniture", "product_context", "lists", "roles"):
        keys = {code: _keys(getattr(language, part)) for code, language in languages.items()}
        every = set().union(*keys.values()) if keys else set()
        for code in languages:
            for key in sorted(every - keys[code]):
                others = ", ".join(other for other in languages if key in keys[other])
                message = f"is missing; {others} has it."
                yield Problem(subject.language(code), f"{part}.{key}", message, "Add the words of this language.")


def _keys(table: Mapping[str, object]) -> set[str]:
    return set(table)


def _page_types(subject: Subject) -> Iterator[Problem]:
    for page_type in subject.taxonomy.page_types.values():
        for code in sorted(page_type.cues.keys() - known_languages(subject)):
            remedy = f"Write languages/{code}.toml, or correct the code."
            yield Problem("page_types.toml", f"{page_type.id}.cues.{code}", "is no language.", remedy)


def known_languages(subject: Subject) -> set[str]:
    """The codes of all languages that have a file, read by this country or not."""
    return {path.stem for path in (subject.root / "languages").glob("*.toml")}
