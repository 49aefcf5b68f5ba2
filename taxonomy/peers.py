"""Peer groups: who belongs to one on a day, fixed or by rule. Pure; the groups stand in a country's `lists.toml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pydantic import ValidationError

from .changes import PeerGroup, PeerRule
from .lineage import exists, successors
from .models import Municipality, Taxonomy

EVERYBODY = "all"


def is_rule(text: str) -> bool:
    """Tells whether a choice of municipalities is written as a rule: conditions `key=value` with commas between."""
    pieces = [piece.partition("=") for piece in text.split(",")]
    return all(key.strip() and sign for key, sign, _ in pieces)


def rule_of(text: str) -> PeerRule:
    """Returns the rule written so, such as `region=Uusimaa,largest=10`; raises ValueError saying what is wrong."""
    pieces = [piece.partition("=") for piece in text.split(",")]
    keys = [key.strip() for key, _, _ in pieces]
    for key in keys:
        if key not in PeerRule.model_fields or keys.count(key) > 1:
            told = "is given twice" if key in PeerRule.model_fields else "is no condition"
            raise ValueError(f"{key!r} {told}; conditions: {', '.join(PeerRule.model_fields)}")
    try:
        return PeerRule.model_validate({key.strip(): value.strip() for key, _, value in pieces})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{first['loc'][0]}={first['input']} is not a whole number from 1") from error


def peers_on(taxonomy: Taxonomy, name: str, day: dt.date) -> tuple[str, ...]:
    """Codes of a named group as they are on that day, sorted; `all` is everybody. Raises KeyError for another name.

    A fixed group follows its municipalities through mergers; one that does not exist on the day is left out.
    """
    if name == EVERYBODY:
        return _present(taxonomy, taxonomy.municipalities, day)
    return members(taxonomy, taxonomy.peer_groups[name], day)


def members(taxonomy: Taxonomy, group: PeerGroup, day: dt.date) -> tuple[str, ...]:
    """Codes of a group as they are on that day, sorted; only municipalities that the country's files describe."""
    if group.rule is not None:
        return by_rule(taxonomy, group.rule, day)
    return _followed(taxonomy, group.codes, group.as_of, day)


def by_rule(taxonomy: Taxonomy, rule: PeerRule, day: dt.date) -> tuple[str, ...]:
    """Codes of those that meet every condition of the rule, sorted; empty where none does.

    Size goes by the population of the rule's year, region and language by what the files say of today.
    """
    year = rule.year or max(taxonomy.populations, default=0)
    counted = taxonomy.populations.get(year, {})
    on_day = dt.date(year, 12, 31) if rule.year else None
    chosen = counted if on_day else _present(taxonomy, taxonomy.municipalities, day)
    fitting = [code for code in chosen if _fits(taxonomy, rule, code, counted.get(code, 0))]
    if rule.largest:
        fitting = sorted(fitting, key=lambda code: (-counted.get(code, 0), code))[: rule.largest]
    return _followed(taxonomy, fitting, on_day, day)


def _fits(taxonomy: Taxonomy, rule: PeerRule, code: str, population: int) -> bool:
    if rule.size and taxonomy.size_class_of(population) != rule.size:
        return False
    if not (rule.region or rule.county or rule.language):
        return True
    home = _described(taxonomy, code)
    if home is None:
        return False
    is_there = not rule.region or rule.region.casefold() in (home.region.casefold(), home.region_code.casefold())
    is_in_county = not rule.county or rule.county.casefold() == home.county.casefold()
    return is_there and is_in_county and (not rule.language or rule.language in home.languages)


def _described(taxonomy: Taxonomy, code: str) -> Municipality | None:
    """The municipality, or the one that it became part of."""
    later = successors(taxonomy, code, dt.date.min, dt.date.max) if code not in taxonomy.municipalities else (code,)
    return next((taxonomy.municipalities[c] for c in later if c in taxonomy.municipalities), None)


def _followed(taxonomy: Taxonomy, codes: Iterable[str], since: dt.date | None, day: dt.date) -> tuple[str, ...]:
    if since is None or since > day:
        return _present(taxonomy, codes, day)
    return _present(taxonomy, (c for code in codes for c in successors(taxonomy, code, since, day)), day)


def _present(taxonomy: Taxonomy, codes: Iterable[str], day: dt.date) -> tuple[str, ...]:
    return tuple(sorted({c for c in codes if c in taxonomy.municipalities and exists(taxonomy, c, day)}))
