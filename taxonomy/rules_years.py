"""Rules on what changes over the years: municipalities, populations, reforms, and the peer groups that follow them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from .changes import MunicipalityChange, PeerGroup
from .errors import Problem
from .subject import Subject


def year_rules(subject: Subject) -> Iterator[Problem]:
    """Changes lead to municipalities that exist, reforms to services, and groups to municipalities of their day."""
    yield from _changes(subject)
    yield from _populations(subject)
    yield from _reforms(subject)
    for name, group in subject.taxonomy.peer_groups.items():
        yield from _fixed(subject, name, group) if group.rule is None else _by_rule(subject, name, group)


def _changes(subject: Subject) -> Iterator[Problem]:
    taxonomy, file = subject.taxonomy, subject.own("changes.csv")
    ends = {change.code: change.day for change in taxonomy.changes if change.is_end}
    for change in taxonomy.changes:
        key = f"{change.day} {change.code}"
        for code in (change.code, *change.became):
            if code not in taxonomy.municipalities and ends.get(code, change.day) < change.day:
                message = f"{code} ended on {ends[code]}."
                yield Problem(file, key, message, "Correct the code or the day.")
            elif code not in taxonomy.municipalities and code not in ends:
                remedy = "Write codes of municipalities.csv, or the change that ended it."
                yield Problem(file, key, f'"{code}" is no municipality.', remedy)
        yield from _one_change(file, key, change)
    for (code, _), times in Counter((c.code, c.is_end) for c in taxonomy.changes if c.is_end).items():
        if times > 1:
            yield Problem(file, code, f"ends {times} times.", "Keep one row; name all that it became in one cell.")


def _one_change(file: str, key: str, change: MunicipalityChange) -> Iterator[Problem]:
    goes_on = change.became == (change.code,)
    if change.is_end == goes_on:
        remedy = "Write in `became` the codes that took its place." if change.is_end else "Leave `became` empty."
        yield Problem(file, key, f"{change.kind} does not go with became {' '.join(change.became)}.", remedy)
    if change.kind in ("divided", "split") and len(change.became) < 2:
        yield Problem(
            file, key, f"{change.kind} needs several codes in `became`.", "Name all of them, or write joined."
        )
    if change.kind in ("joined", "united", "recoded") and len(change.became) > 1:
        yield Problem(file, key, f"{change.kind} needs one code in `became`.", "Name one, or write divided or split.")
    before = {"renamed": change.name, "region": change.region, "languages": change.languages}
    if change.kind in before and not before[change.kind]:
        yield Problem(file, key, "does not say what it was before.", "Fill the column of what changed.")
    if change.is_end and change.name is None:
        yield Problem(file, key, "the municipality that ended has no name.", "Fill a column of names.")


def _populations(subject: Subject) -> Iterator[Problem]:
    taxonomy = subject.taxonomy
    known = {*taxonomy.municipalities, *(change.code for change in taxonomy.changes)}
    for year, counted in taxonomy.populations.items():
        for code in sorted(counted.keys() - known):
            remedy = "Write codes of municipalities.csv or changes.csv."
            yield Problem(subject.own("populations.csv"), f"{code} {year}", f'"{code}" is no municipality.', remedy)


def _reforms(subject: Subject) -> Iterator[Problem]:
    """Where a country names its reforms, every day on which a service changed hands is one, and none is idle."""
    taxonomy, file = subject.taxonomy, subject.own("reforms.toml")
    if not taxonomy.reforms:
        return
    days = {reform.day for reform in taxonomy.reforms.values()}
    begun: set[dt.date] = set()
    for service in taxonomy.services.values():
        starts = {period.valid_from for period in service.responsible if period.valid_from}
        begun |= starts
        for day in sorted(starts - days):
            remedy = "Add the reform of that day to reforms.toml, or correct the day."
            yield Problem(subject.service(service.id), "responsible", f"no reform is known on {day}.", remedy)
    for reform in taxonomy.reforms.values():
        if reform.day not in begun:
            yield Problem(
                file, f"{reform.id}.day", "no service changed hands on this day.", "Correct the day or drop it."
            )


def _fixed(subject: Subject, name: str, group: PeerGroup) -> Iterator[Problem]:
    taxonomy, file = subject.taxonomy, subject.own("lists.toml")
    known = {*taxonomy.municipalities, *(c.code for c in taxonomy.changes if group.as_of and c.day > group.as_of)}
    for code, times in sorted(Counter(group.codes).items()):
        if code not in known:
            remedy = "Write a code of municipalities.csv, in quotes; older ones need `as_of` and a row in changes.csv."
            yield Problem(file, f"{name}.codes", f'"{code}" is no municipality.', remedy)
        if times > 1:
            yield Problem(file, f"{name}.codes", f'"{code}" occurs {times} times.', "Keep it once.")


def _by_rule(subject: Subject, name: str, group: PeerGroup) -> Iterator[Problem]:
    taxonomy, file, rule = subject.taxonomy, subject.own("lists.toml"), group.rule
    if rule is not None and rule.year and rule.year not in taxonomy.populations:
        known = ", ".join(map(str, taxonomy.populations))
        yield Problem(file, f"{name}.rule.year", f"no population of {rule.year} is known.", f"Years: {known}.")
    elif not taxonomy.peer_lists.get(name):
        yield Problem(file, f"{name}.rule", "no municipality meets it.", "Compare it with municipalities.csv.")
