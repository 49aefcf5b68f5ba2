"""Which municipalities a new study compares: a peer group or rule, codes or names, or a CSV file of one's own.

Reads the taxonomy and, for a CSV, one file. Writes nothing.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from study import NAME_COLUMNS, StudyMunicipality, UserError, host_of, read_municipalities
from taxonomy import Municipality, PeerRule, Taxonomy, by_rule, is_rule, peers_on, rule_of


def select_municipalities(taxonomy: Taxonomy, wanted: str, day: dt.date = dt.date.max) -> tuple[StudyMunicipality, ...]:
    """The municipalities that `wanted` names, by code; raises UserError with the nearest names where one is unknown.

    A peer group, or a rule such as `region=Uusimaa,largest=10`, gives those that exist on the `day`.
    """
    wanted = wanted.strip()
    if wanted in taxonomy.peer_lists:
        codes = peers_on(taxonomy, wanted, day)
        return tuple(_from_taxonomy(taxonomy, taxonomy.municipalities[code]) for code in codes)
    if is_rule(wanted):
        return _by_rule(taxonomy, wanted, day)
    if wanted.casefold().endswith((".csv", ".tsv", ".txt")) or Path(wanted).is_file():
        return _from_file(taxonomy, Path(wanted))
    return _by_codes_or_names(taxonomy, wanted)


def _by_rule(taxonomy: Taxonomy, wanted: str, day: dt.date) -> tuple[StudyMunicipality, ...]:
    try:
        rule = rule_of(wanted)
    except ValueError as error:
        raise UserError(f"--municipalities {wanted}: {error}.", "Such as: region=Uusimaa,largest=10.") from error
    if rule.year and rule.year not in taxonomy.populations:
        known = ", ".join(map(str, taxonomy.populations)) or "none"
        raise UserError(f"--municipalities {wanted}: no population of {rule.year} is known.", f"Years: {known}.")
    codes = by_rule(taxonomy, rule, day)
    if not codes:
        raise UserError(f"--municipalities {wanted}: no municipality meets it.", _values(taxonomy, rule))
    return tuple(_from_taxonomy(taxonomy, taxonomy.municipalities[code]) for code in codes)


def _values(taxonomy: Taxonomy, rule: PeerRule) -> str:
    """What the conditions of a rule that nobody meets may say instead."""
    everybody = taxonomy.municipalities.values()
    known = {
        "region": sorted({item.region for item in everybody if item.region}),
        "county": sorted({item.county for item in everybody if item.county}),
        "language": sorted({language for item in everybody for language in item.languages}),
        "size": [size.id for size in taxonomy.size_classes],
    }
    used = [f"{key}: {', '.join(values)}." for key, values in known.items() if getattr(rule, key)]
    return " ".join(used) or "Leave a condition out."


def _by_codes_or_names(taxonomy: Taxonomy, wanted: str) -> tuple[StudyMunicipality, ...]:
    names = _names(taxonomy)
    chosen: dict[str, Municipality] = {}
    unknown = []
    for part in (piece.strip() for piece in wanted.split(",")):
        if not part:
            continue
        match = taxonomy.municipalities.get(part) or names.get(part.casefold())
        if match is None:
            unknown.append(part)
        else:
            chosen[match.code] = match
    if unknown:
        raise UserError(*_explain_unknown(taxonomy, names, unknown))
    if not chosen:
        raise UserError(
            "--municipalities names nothing.",
            f"Give a list ({', '.join(taxonomy.peer_lists)}), codes or names separated by commas, or a CSV file.",
        )
    return tuple(_from_taxonomy(taxonomy, chosen[code]) for code in sorted(chosen))


def _from_file(taxonomy: Taxonomy, path: Path) -> tuple[StudyMunicipality, ...]:
    """A CSV file's municipalities, completed; raises UserError for values that mean nothing here."""
    given = read_municipalities(path)
    classes = [size.id for size in taxonomy.size_classes]
    for item in given:
        where = f"{path}: code {item.code}"
        meant = nearest_code(taxonomy, item.code)
        if meant and item.name_fi.casefold() in _names_of(taxonomy.municipalities[meant]):
            raise UserError(
                f"{where}: did you mean {meant} {item.name_fi}?",
                "Spreadsheets drop the zeros before a number: import the column as text.",
            )
        if item.size_class and classes and item.size_class not in classes:
            raise UserError(
                f"{where}: size_class {item.size_class!r} is not known.",
                f"Classes: {', '.join(classes)}. Leave it empty, and it follows the population.",
            )
        strange = [language for language in item.languages if language not in read_languages(taxonomy)]
        if strange:
            known = ", ".join(sorted(read_languages(taxonomy)))
            raise UserError(f"{where}: language {strange[0]!r} is not known.", f"Languages: {known}.")
    return tuple(_completed(taxonomy, item) for item in given)


def nearest_code(taxonomy: Taxonomy, code: str) -> str:
    """The municipality's code that this one is without its leading zeros; empty where it is none or known itself."""
    if code in taxonomy.municipalities or not code.isdigit():
        return ""
    return next((known for known in taxonomy.municipalities if known.lstrip("0") == code.lstrip("0")), "")


def read_languages(taxonomy: Taxonomy) -> frozenset[str]:
    """Languages that a municipality may have: those that are read, and those of the country's municipalities."""
    spoken = (language for item in taxonomy.municipalities.values() for language in item.languages)
    return frozenset((*taxonomy.languages, *spoken))


def _names_of(municipality: Municipality) -> frozenset[str]:
    return frozenset(municipality.name.get(language).casefold() for language in municipality.name.languages)


def _names(taxonomy: Taxonomy) -> dict[str, Municipality]:
    """Every name in every language, in lower case; the first municipality of the taxonomy keeps a shared name."""
    found: dict[str, Municipality] = {}
    for municipality in taxonomy.municipalities.values():
        for language in municipality.name.languages:
            found.setdefault(municipality.name.get(language).casefold(), municipality)
    return found


def _explain_unknown(taxonomy: Taxonomy, names: dict[str, Municipality], unknown: list[str]) -> tuple[str, str]:
    hints = [told for part in unknown[:3] if (told := _what_became(taxonomy, part) or _nearest(taxonomy, names, part))]
    lists = ", ".join(taxonomy.peer_lists)
    country = taxonomy.country.id
    subject = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
    message = f"{subject}: no such municipality, list or file in country {country}."
    hints.append(f"Lists: {lists}. A municipality of your own comes from a CSV file (code,name_fi,website).")
    return message, " ".join(hints)


def _nearest(taxonomy: Taxonomy, names: dict[str, Municipality], part: str) -> str:
    """Which codes or names somebody may have meant; empty where none is near."""
    language = taxonomy.country.languages[0]
    if part.isdigit():
        # 91 for 091: a spreadsheet has eaten the zero.
        near = [code for code in taxonomy.municipalities if code.lstrip("0") == part.lstrip("0")]
        near = near or difflib.get_close_matches(part, list(taxonomy.municipalities), n=3, cutoff=0.6)
        labels = [f"{code} {taxonomy.municipalities[code].name.get(language)}" for code in near]
    else:
        near = difflib.get_close_matches(part.casefold(), list(names), n=3, cutoff=0.6)
        labels = [names[name].name.get(language) for name in near]
    return f"Did you mean {' or '.join(dict.fromkeys(labels))}?" if labels else ""


def _what_became(taxonomy: Taxonomy, part: str) -> str:
    """Since when a municipality that ended is part of which; empty for anything else."""
    for change in taxonomy.changes:
        names = change.name.languages if change.name else ()
        called = {change.code, *(change.name.get(lang).casefold() for lang in names if change.name)}
        if change.is_end and part.casefold() in called:
            known = (taxonomy.municipalities.get(code) for code in change.became)
            now = [f"{item.code} {item.name.get(taxonomy.country.languages[0])}" for item in known if item]
            return f"{part} ended on {change.day} and belongs to {' and '.join(now or change.became)}."
    return ""


def _from_taxonomy(taxonomy: Taxonomy, municipality: Municipality) -> StudyMunicipality:
    own = host_of(municipality.website)
    return StudyMunicipality(
        code=municipality.code,
        **_named(municipality, taxonomy.country.languages),
        website=municipality.website,
        region=municipality.region,
        county=municipality.county,
        population=municipality.population or None,
        size_class=municipality.size_class or taxonomy.size_class_of(municipality.population),
        languages=municipality.languages,
        hosts=tuple(site.url for site in municipality.sites if host_of(site.url) != own),
    )


def _named(municipality: Municipality, official: Sequence[str]) -> dict[str, str]:
    """The columns of names: the main one always, others where the language is official or has a name of its own."""
    found = {}
    for number, column in enumerate(NAME_COLUMNS):
        language = column.rpartition("_")[2]
        if not number or language in official or language in municipality.name.languages:
            found[column] = municipality.name.get(language)
    return found


def _completed(taxonomy: Taxonomy, given: StudyMunicipality) -> StudyMunicipality:
    """What the file says, and what the taxonomy knows of the same municipality where the file is silent."""
    known = taxonomy.municipalities.get(given.code)
    if known is None or known.name.get(taxonomy.country.languages[0]).casefold() != given.name_fi.casefold():
        if given.size_class or given.population is None:
            return given
        return replace(given, size_class=taxonomy.size_class_of(given.population))
    full = _from_taxonomy(taxonomy, known)
    hosts = given.hosts or (full.hosts if host_of(given.website) == host_of(full.website) else ())
    return replace(
        given,
        name_sv=given.name_sv or full.name_sv,
        name_en=given.name_en or full.name_en,
        region=given.region or full.region,
        county=given.county or full.county,
        population=full.population if given.population is None else given.population,
        size_class=given.size_class or full.size_class,
        languages=given.languages or full.languages,
        hosts=hosts,
    )
