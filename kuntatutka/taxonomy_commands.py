"""`kuntatutka taxonomy ...`: check every taxonomy file, draft a new product file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from study import UserError, storage_errors
from taxonomy import DEFAULTS, available_countries, check_taxonomy, load_taxonomy

from .drafts import language_files, service_files, write
from .exits import ExitStatus
from .page_cases import missing_cases
from .product_draft import MARK, Seen, bare_host, draft, known_products, product_id_of, seen_in_study
from .progress import Talk

PRODUCTS = Path("taxonomy", "products")
"""The catalogue, in the source code."""


def check(talk: Talk, *, country: str = "") -> ExitStatus:
    """Print what is wrong, or what there is; 2 when a file has to be mended."""
    countries = (country,) if country else available_countries()
    if country and country not in available_countries():
        raise UserError(f"There is no country {country}.", f"Countries: {', '.join(available_countries())}.")
    problems = 0
    for name in countries:
        found = check_taxonomy(name)
        for problem in found:
            where = f"{problem.file}: {problem.key}" if problem.key else problem.file
            sys.stdout.write(f"{where}: {problem.message}\n    {problem.remedy}\n")
        problems += len(found)
        if not found and not talk.quiet:
            taxonomy = load_taxonomy(name)
            sys.stdout.write(
                f"{name}: {len(taxonomy.themes)} themes, {len(taxonomy.services)} services, "
                f"{len(taxonomy.channels)} channels, {len(taxonomy.languages)} languages, "
                f"{len(taxonomy.products)} products, {len(taxonomy.municipalities)} municipalities: all rules hold\n"
            )
    remarks = [remark for name in countries for remark in missing_cases(load_taxonomy(name))] if not problems else []
    for remark in dict.fromkeys(remarks):
        talk.note(remark)
    if problems:
        talk.warn(f"{problems} to mend.")
        return ExitStatus.USAGE
    return ExitStatus.DONE


def draft_product(
    host: str, talk: Talk, *, study: Path | None = None, country: str = DEFAULTS.country, to_stdout: bool = False
) -> ExitStatus:
    """Write a product file for a host, its unknown parts marked, and print where it is; or print the file itself.

    Raises UserError for what is no host or no study, for a file that is there already, and outside the source code.
    """
    if country not in available_countries():
        raise UserError(f"There is no country {country}.", f"Countries: {', '.join(available_countries())}.")
    bare = bare_host(host)
    seen, chosen = seen_in_study(study, bare) if study else (Seen(), country)
    path = None if to_stdout else _place_of(bare)
    if study and not seen.targets:
        others = f" It does not know: {', '.join(seen.others)}." if seen.others else ""
        talk.warn(f"No e-service link of {study} leads to {bare}; the draft has no examples.{others}")
    known = known_products(load_taxonomy(chosen), bare, seen.targets)
    if known:
        talk.warn(f"{bare} is in the catalogue already: {', '.join(known)}. Add to that file rather than make another.")
    text = draft(bare, datetime.now(UTC).date(), seen, chosen)
    if path is None:
        sys.stdout.write(text)
        return ExitStatus.DONE
    with storage_errors(path):
        path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}\n")
    talk.note(f"Replace every {MARK!r} there, then: kuntatutka taxonomy check")
    return ExitStatus.DONE


def new_service(service_id: str, theme: str, talk: Talk, *, country: str = DEFAULTS.country) -> ExitStatus:
    """Write every file that a new service needs, marked where a person has to write, and print where they are."""
    return _written(service_files(service_id, theme, load_taxonomy(country)), talk)


def new_language(code: str, talk: Talk, *, country: str = DEFAULTS.country) -> ExitStatus:
    """Write the file of a new language and name it where it has to be named; print the files."""
    return _written(language_files(code, load_taxonomy(country)), talk)


def _written(files: dict[Path, str], talk: Talk) -> ExitStatus:
    write(files)
    for path in files:
        sys.stdout.write(f"{path}\n")
    talk.note(f"Replace every {MARK!r} there, then: kuntatutka taxonomy check")
    return ExitStatus.DONE


def _place_of(host: str) -> Path:
    """Where the file of a new product belongs in the source code at hand."""
    path = PRODUCTS / f"{product_id_of(host)}.toml"
    if not PRODUCTS.is_dir():
        raise UserError(
            f"There is no folder {PRODUCTS} here.",
            "Run the command in the source code of Kuntatutka, or give --stdout.",
        )
    if path.exists() and path.stat().st_size:
        raise UserError(f"{path} is there already.", "Complete that file, or delete it first.")
    return path
