"""The earlier studies that a report is compared with: those named on the command line, else those of study.toml."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from kuntatutka.freshness import inputs_digest
from reports import EarlierStudy
from study import StudyFolder, UserError, open_study


def check_row(studies: Sequence[StudyFolder]) -> None:
    """Raises UserError where the studies are of several countries, or a newer one stands before an older one."""
    first = studies[0]
    for before, study in pairwise(studies):
        country, other = (item.config.study.country for item in (first, study))
        if country != other:
            raise UserError(
                f"{study.root}: is a study of the country {other}, {first.root} of {country}.",
                "Compare studies of one country: `country` in study.toml says which it is.",
            )
        if study.config.study.year < before.config.study.year:
            raise UserError(
                f"{study.root} is of {study.config.study.year}, {before.root} of {before.config.study.year}.",
                "Name the older study first; or correct `year` in study.toml.",
            )


def earlier_studies(study: StudyFolder, named: Sequence[Path] = ()) -> tuple[EarlierStudy, ...]:
    """The studies to compare with, each with today's tables of its evidence if `compare --reanalyze` has made them.

    Raises UserError for a folder that is no study, the study itself, and studies that cannot be compared.
    """
    found = opened(study, named)
    if not found:
        return ()
    from .reanalyze import kept_tables  # pandas is loaded only where studies are compared.

    return tuple(EarlierStudy(folder, kept_tables(folder)) for folder in found)


def opened(study: StudyFolder, named: Sequence[Path] = ()) -> list[StudyFolder]:
    """The same without a look at their tables; raises the same errors."""
    folders = named or [study.root / name for name in study.config.study.earlier]
    found = [_opened(folder, study, is_configured=not named) for folder in folders]
    check_row([*found, study])
    return found


def _opened(folder: Path, study: StudyFolder, *, is_configured: bool) -> StudyFolder:
    if folder.resolve() == study.root.resolve():
        raise UserError(f"{folder}: is the study itself.", "Name the folder of an earlier study.")
    try:
        return open_study(folder)
    except UserError as error:
        if not is_configured:
            raise
        hint = f"`earlier` in {study.config_file} names it; correct the folder there, or take it out."
        raise type(error)(error.message, hint) from error


def digest_of(earlier: Sequence[EarlierStudy]) -> str:
    """One digest over what a report takes from them."""
    places = [place for item in earlier for place in (item.folder.findings, item.today) if place]
    files = [path for place in places for path in place.glob("*.parquet")]
    return inputs_digest((*files, *(item.folder.config_file for item in earlier)))
