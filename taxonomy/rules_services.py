"""Rules on services: they belong somewhere, somebody is responsible, and their examples prove their terms."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import Problem
from .models import Service
from .rules_languages import known_languages
from .subject import Subject

# Two pages that show a service and two that only look like it: fewer prove nothing.
_EXAMPLES = 2


def service_rules(subject: Subject) -> Iterator[Problem]:
    """Every service has a theme, terms, examples that hold, and a responsible body for every municipality."""
    services = subject.taxonomy.services.values()
    for service in services:
        yield from _references(subject, service)
        yield from _terms(subject, service)
        yield from _responsibility(subject, service)
        yield from _enough_examples(subject, service)
    yield from _shared_terms(subject)
    yield from _examples(subject)


def _references(subject: Subject, service: Service) -> Iterator[Problem]:
    file, taxonomy = subject.service(service.id), subject.taxonomy
    if service.theme not in taxonomy.themes:
        remedy = f"Known themes: {', '.join(taxonomy.themes)}."
        yield Problem(file, "theme", f'"{service.theme}" is no theme.', remedy)
    languages = known_languages(subject)
    used = {*service.terms, *service.topics, *service.not_terms}
    used |= {example.language for example in (*service.hits, *service.misses)}
    for code in sorted(used - languages):
        yield Problem(file, code, "is no language.", f"Write languages/{code}.toml, or correct the code.")


def _terms(subject: Subject, service: Service) -> Iterator[Problem]:
    file = subject.service(service.id)
    for code in subject.taxonomy.country.languages:
        excused = code in service.languages_without_terms
        if code not in service.terms and not excused:
            message = f'no terms in the official language "{code}".'
            remedy = f'Add terms.{code}, or languages_without_terms = ["{code}"] if the service does not exist there.'
            yield Problem(file, f"terms.{code}", message, remedy)
    for code, terms in service.terms.items():
        denied = set(service.not_terms.get(code, ())) & set(terms)
        for term in sorted(denied):
            yield Problem(file, f"not_terms.{code}", f'"{term}" is also a term.', "Keep it in one of the two lists.")
        for term in terms:
            if len(term.rstrip("*")) < 3:
                yield Problem(
                    file, f"terms.{code}", f'"{term}" is too short to mean anything.', "Write the whole word."
                )


def _responsibility(subject: Subject, service: Service) -> Iterator[Problem]:
    file, taxonomy = subject.service(service.id), subject.taxonomy
    for number, period in enumerate(service.responsible):
        key = f"responsible.{number}"
        if period.who not in taxonomy.country.responsible:
            remedy = f"Known: {', '.join(taxonomy.country.responsible)}; add others to country.toml."
            yield Problem(file, f"{key}.who", f'"{period.who}" is not known to the country.', remedy)
        if period.valid_from and period.valid_to and period.valid_from > period.valid_to:
            yield Problem(file, key, "ends before it begins.", "Exchange or correct the dates.")
        if taxonomy.country.inherits is None:
            codes = {*period.only_codes, *period.except_codes}
            for code in sorted(codes - taxonomy.municipalities.keys()):
                yield Problem(file, key, f'"{code}" is no municipality.', "Write codes of municipalities.csv.")
    without = [c for c in taxonomy.municipalities if service.responsible_on(subject.today, c) == "unknown"]
    if without:
        message = f"nobody is responsible today for {len(without)} municipalities, such as {without[0]}."
        yield Problem(file, "responsible", message, "Add a period that covers them.")


def _enough_examples(subject: Subject, service: Service) -> Iterator[Problem]:
    file = subject.service(service.id)
    for key, examples in (("hits", service.hits), ("misses", service.misses)):
        if len(examples) < _EXAMPLES:
            message = f"{len(examples)} given, at least {_EXAMPLES} are needed."
            yield Problem(file, key, message, f"Add [[{key}]] with language, title and text.")
    shown = {example.language for example in service.hits}
    for code in subject.taxonomy.country.languages:
        if code in service.terms and code not in shown:
            yield Problem(file, "hits", f'no example in the official language "{code}".', "Add one.")


def _shared_terms(subject: Subject) -> Iterator[Problem]:
    """A term that two services claim decides nothing; the field of both may hold it as a topic."""
    owners: dict[tuple[str, str], str] = {}
    for service in subject.taxonomy.services.values():
        for code, terms in service.terms.items():
            for term in terms:
                owner = owners.setdefault((code, term.casefold()), service.id)
                if owner != service.id:
                    message = f'"{term}" is also a term of {owner}.'
                    remedy = "Keep the term with one service and make it a topic of the other."
                    yield Problem(subject.service(service.id), f"terms.{code}", message, remedy)


def _examples(subject: Subject) -> Iterator[Problem]:
    """Hits hold a term of their service, misses hold none."""
    # The matcher loads a morphological analyser; only this rule needs it.
    from .matching import term_index

    index = term_index(subject.taxonomy)
    for service in subject.taxonomy.services.values():
        examples = [("hits", True, e) for e in service.hits] + [("misses", False, e) for e in service.misses]
        for key, wanted, example in examples:
            if example.language not in subject.taxonomy.languages:
                continue
            found = index.find(f"{example.title}. {example.text}", example.language)
            terms = [match.term for match in found if match.service_id == service.id]
            if bool(terms) is wanted:
                continue
            if wanted:
                message, remedy = "none of the terms is in it.", "Add a term, or correct the example."
            else:
                message, remedy = (
                    f'holds the term "{terms[0]}".',
                    "Narrow the term, add a not_term, or correct the example.",
                )
            yield Problem(subject.service(service.id), f'{key} "{example.title}"', message, remedy)
