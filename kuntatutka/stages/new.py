"""`kuntatutka new`: a study folder with every setting explained."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from kuntatutka.notices import PRACTICE_COUNTRY, going_on, tell_of_list
from kuntatutka.progress import Talk
from kuntatutka.selection import select_municipalities
from study import StudyConfig, StudyFolder, StudySection, UserError, counted, create_study
from taxonomy import available_countries, load_taxonomy

from .common import check_languages


def new_study(
    folder: Path,
    talk: Talk,
    *,
    municipalities: str,
    title: str,
    year: int | None,
    languages: tuple[str, ...],
    country: str,
    contact: str,
    delay_seconds: float | None = None,
    sample_pages: int | None = None,
) -> StudyFolder:
    """Make a study folder and print it; raises UserError before anything is written."""
    if country not in available_countries():
        raise UserError(f"There is no country {country}.", f"Countries: {', '.join(available_countries())}.")
    check_languages(languages)
    if not (contact.isascii() and (contact.isprintable() or not contact)):
        raise UserError(
            f"--contact {contact!r} cannot be sent with a request.",
            "Give an e-mail or web address on one line, without letters such as ä and ö.",
        )
    taxonomy = load_taxonomy(country)
    described = year or datetime.now(UTC).year
    chosen = select_municipalities(taxonomy, municipalities, date(described, 12, 31))
    section = StudySection(
        title=title,
        year=described,
        country=country,
        languages=list(languages),
        taxonomy=taxonomy.version,
    )
    config = StudyConfig(study=section)
    crawl = {"contact": contact} | ({} if delay_seconds is None else {"delay_seconds": delay_seconds})
    config = config.model_copy(update={"crawl": config.crawl.model_copy(update=crawl)})
    if sample_pages is not None:
        config = config.model_copy(update={"audit": config.audit.model_copy(update={"sample_pages": sample_pages})})
    made = create_study(folder, config, chosen)
    sys.stdout.write(f"{made.root}\n")
    count = counted(len(chosen), "municipality")
    talk.note(f"{count}; look through {made.config_file}, then: {going_on(made)}")
    tell_of_list(made, talk, source=municipalities)
    if not contact and country != PRACTICE_COUNTRY:
        talk.note(f"Please put your address at `contact` in {made.config_file}: the sites see it in the user agent.")
    return made
