"""Which service of the taxonomy a declared service is: by its national description, its class, its name and its words.

The words are judged as a page's are, by the same judges. One witness alone has to be nearly certain; where two agree
less will do. None is an answer: registers hold many services that nobody compares.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.examine import examine
from analysis.findings import PageSource, ServiceHit
from analysis.judges.theme import theme_of_text
from study.register import DeclaredService
from taxonomy import Taxonomy, term_index

_NEARLY_CERTAIN = 0.9
"""Score of the words from which on the class or the name alone is enough beside them."""
_ADDRESS = "https://register.example/"
_PAGE = (
    "<html lang='{language}'><head><title>{name}</title></head><body><main><h1>{name}</h1>{body}</main></body></html>"
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a declared service is; `by` names what spoke for it."""

    service_id: str | None
    theme_id: str | None
    by: str
    name: str
    language: str


def map_service(declared: DeclaredService, languages: Sequence[str], taxonomy: Taxonomy) -> Mapped:
    """The service of the taxonomy that a declared one is, read in the first of these languages that it has."""
    language = first_language(declared.names, languages)
    name, text = declared.names.get(language, ""), declared.texts.get(language, "")
    theme = theme_of_text(name, text, language, taxonomy)[0] if language in taxonomy.languages else None
    described = _described(declared, taxonomy)
    if described is not None:
        return Mapped(described, taxonomy.services[described].theme, "description", name, language)
    named = _named((name, declared.other_names.get(language, "")), language, taxonomy)
    for hit in _by_words(name, text, language, taxonomy):
        agrees = bool(set(taxonomy.services[hit.service_id].service_classes) & set(declared.classes))
        is_named = hit.service_id in named
        if (agrees and is_named) or ((agrees or is_named) and hit.score >= _NEARLY_CERTAIN):
            spoke = (("class", agrees), ("name", is_named), ("words", True))
            return Mapped(hit.service_id, hit.theme_id, ", ".join(n for n, said in spoke if said), name, language)
    return Mapped(None, theme, "", name, language)


def first_language(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """The first of these languages in which there is a text, else the first by code; empty where there is none."""
    return next((code for code in languages if texts.get(code)), min(texts, default=""))


def _described(declared: DeclaredService, taxonomy: Taxonomy) -> str | None:
    """The service of the national description that it follows, or whose very name it bears."""
    known = taxonomy.service_register
    if known is not None and declared.general_description in known.descriptions:
        service = taxonomy.present("service", known.descriptions[declared.general_description])
        return service if service in taxonomy.services else None
    names = {name.casefold() for name in declared.names.values()}
    same = [s.id for s in taxonomy.services.values() if s.general_description.casefold() in names]
    return same[0] if len(same) == 1 else None


def _named(names: Sequence[str], language: str, taxonomy: Taxonomy) -> frozenset[str]:
    index = term_index(taxonomy)
    matches = (match for name in names if name for match in index.find_all(name, language))
    return frozenset(match.service_id for match in matches if match.kind == "term")


def _by_words(name: str, text: str, language: str, taxonomy: Taxonomy) -> tuple[ServiceHit, ...]:
    """The services that a page of this name and these words would serve, the surest first."""
    if language not in taxonomy.languages or not name:
        return ()
    paragraphs = (line.strip() for line in text.splitlines())
    body = "".join(f"<p>{html.escape(line)}</p>" for line in paragraphs if line)
    page = _PAGE.format(language=language, name=html.escape(name), body=body)
    return examine(PageSource(_ADDRESS, page), taxonomy).services
