"""Rules that hold across taxonomy files: references resolve, examples prove their terms, nobody claims another's.

What one file alone can break is refused by `loader` and `models`; the rules themselves stand in `rules_*`. Each finding
names file, key and remedy. Nothing is repaired here and nothing is fetched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from .defaults import DEFAULTS
from .errors import Problem, TaxonomyError
from .loader import ROOT, read_taxonomy
from .rules_country import country_rules, municipality_rules
from .rules_drafts import draft_rules
from .rules_ids import id_rules
from .rules_languages import language_rules
from .rules_products import product_rules
from .rules_services import service_rules
from .rules_surveys import survey_rules
from .rules_years import year_rules
from .subject import Subject

_RULES: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    country_rules,
    municipality_rules,
    year_rules,
    language_rules,
    service_rules,
    product_rules,
    id_rules,
    draft_rules,
    survey_rules,
)


def check_taxonomy(country: str = DEFAULTS.country, root: Path = ROOT, today: dt.date | None = None) -> list[Problem]:
    """Returns everything wrong with a country's files, sorted; an empty list means all rules hold."""
    try:
        taxonomy = read_taxonomy(root, country)
    except TaxonomyError as error:
        return [error.problem]
    subject = Subject(taxonomy, root, today or dt.datetime.now(tz=dt.UTC).date())
    return sorted({problem for rule in _RULES for problem in rule(subject)})
