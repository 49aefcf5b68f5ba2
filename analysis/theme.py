"""The theme of a page: that of its main service, else that of its subject as breadcrumb, name and words tell.

"None" is an answer: an accessibility statement has no theme.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from taxonomy import Taxonomy
from taxonomy.matching import PartCoder

from .page_model import Page
from .terms import Evidence

_PLACE = {"title": 3.0, "breadcrumb": 2.0, "heading": 1.0, "lead": 0.7, "link": 0.5, "text": 0.5, "description": 0.5}
_NAVIGATION = 3.0
# With less evidence than this a page has no theme worth telling.
_ENOUGH = 1.0
_WITHOUT_THEME = frozenset(("statement",))


def judge_theme(
    page: Page, evidence: Evidence, page_type: str, primary: str | None, leading: str | None, taxonomy: Taxonomy
) -> tuple[str | None, str]:
    """The theme of a page and why; None where nothing tells."""
    if page_type in _WITHOUT_THEME:
        return None, f"a page of type {page_type} has no theme"
    if primary is not None:
        return taxonomy.services[primary].theme, f"theme of the main service {primary}"
    votes = theme_votes(page, evidence, taxonomy)
    if not votes or max(votes.values()) < _ENOUGH:
        return None, "no evidence of any theme"
    best = max(sorted(votes), key=lambda theme: votes[theme])
    return best, ", ".join(f"{theme} {vote:.1f}" for theme, vote in votes.most_common(3))


def theme_votes(page: Page, evidence: Evidence, taxonomy: Taxonomy) -> Counter[str]:
    """Weighted votes of terms, topics, breadcrumb and address for each theme."""
    votes: Counter[str] = Counter()
    repeats: Counter[tuple[str, str]] = Counter()
    for use in evidence.uses:
        theme = taxonomy.services[use.subject].theme
        repeats[theme, use.term] += 1
        votes[theme] += _PLACE[use.where] * use.weight * (1.0 if use.kind == "term" else 0.5) / repeats[theme, use.term]
    for theme in _navigation(" / ".join((*page.breadcrumb, page.h1)), page.language, taxonomy):
        votes[theme] += _NAVIGATION
    return votes


def _navigation(text: str, language: str, taxonomy: Taxonomy) -> list[str]:
    lowered = text.casefold()
    return [
        theme.id
        for theme in taxonomy.themes.values()
        for terms in theme.nav_terms.values()
        if any(term.casefold() in lowered for term in terms)
    ]


@lru_cache(maxsize=1)
def _unused() -> type[PartCoder]:
    return PartCoder
