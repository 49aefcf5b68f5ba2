"""`kuntatutka export --wacz`: the evidence of each municipality as a package that tools of web archives replay."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from kuntatutka import __version__
from kuntatutka.evidence import check_warc
from kuntatutka.exits import ExitStatus
from kuntatutka.progress import Talk
from study import PageRecord, StudyFolder, StudyMunicipality, UserError, counted, storage_errors

_ENDING = ".wacz"


def export_web_archives(study: StudyFolder, talk: Talk, only: Sequence[str] = ()) -> ExitStatus:
    """Write export/wacz/CODE.wacz for each municipality, or for those named; the caller holds the study's lock.

    One with passwords in its evidence is left out and told: status 1.
    """
    chosen = [study.municipality(code) for code in only] or list(study.municipalities)
    towns = [town for town in chosen if study.warc_files(town.code)]
    if not towns:
        named = ", ".join(town.code for town in chosen[:5]) if only else "its municipalities"
        raise UserError(
            f"{study.evidence}: holds no evidence of {named}, so there is no web archive to write.",
            f"Crawl first: `kuntatutka crawl {study.root}`; other crawlers' files are web archives already.",
        )
    folder = study.export / "wacz"
    rows: dict[str, list[PageRecord]] = defaultdict(list)
    for row in study.read("pages"):
        rows[row.municipality_code].append(row)
    written = []
    with talk.steps("Web archive", "municipality", len(towns)) as steps:
        for number, town in enumerate(towns, start=1):
            if _may_go_out(study, town, talk):
                written.append(_write(study, town, folder, rows[town.code]))
            steps.update(number, now=town.name_fi)
    if not only:
        _remove_others(folder, {town.code for town in towns})
    sys.stdout.write("".join(f"{path}\n" for path in written))
    talk.note(
        f"{counted(len(written), 'web archive')} written. Pages stand there as the sites gave them, with what they say "
        "of persons: give them only to whom you may. ReplayWeb.page and pywb show them."
    )
    return ExitStatus.DONE if len(written) == len(towns) else ExitStatus.FAILED


def _write(study: StudyFolder, town: StudyMunicipality, folder: Path, rows: Sequence[PageRecord]) -> Path:
    from reports.web_archive import About, write_package

    told = study.config.study
    title = ", ".join(part for part in (f"{town.name_fi} ({town.code})", told.title, str(told.year)) if part)
    about = About(town.code, title, f"kuntatutka/{__version__}")
    target = folder / f"{town.code}{_ENDING}"
    write_package(target, study.warc_files(town.code), rows, about)
    return target


def _may_go_out(study: StudyFolder, town: StudyMunicipality, talk: Talk) -> bool:
    """Whether no password of ours stands in a municipality's evidence; what is damaged in it is told."""
    for part in study.warc_files(town.code):
        found = check_warc(part)
        if found.secrets:
            talk.warn(
                f"{part.name}: holds passwords ({', '.join(found.secrets)}), so {town.name_fi} was left out. "
                f"`kuntatutka doctor {study.root}` says what to do."
            )
            (study.export / "wacz" / f"{town.code}{_ENDING}").unlink(missing_ok=True)
            return False
        if found.damaged or found.torn_at is not None:
            talk.warn(f"{part.name}: is damaged and goes out as it is; its whole records are in the index.")
    return True


def _remove_others(folder: Path, codes: set[str]) -> None:
    """Take away web archives of municipalities that the study has no more."""
    with storage_errors(folder):
        for old in folder.glob(f"*{_ENDING}") if folder.is_dir() else ():
            if old.name.removesuffix(_ENDING) not in codes:
                old.unlink()
