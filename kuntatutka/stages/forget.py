"""`kuntatutka forget`: takes a page or a municipality out of everything that a study keeps, and notes that it did."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.progress import Talk
from study import (
    FORGOTTEN,
    StudyFolder,
    UserError,
    address_key,
    counted,
    forget_page,
    host_of,
    normalise_url,
    note_forgotten,
    open_study,
    page_digest,
    storage_errors,
    without_address,
)

from .analyze import analyze_now
from .common import told_how_to_go_on


def forget(folder: Path, what: str, talk: Talk) -> ExitStatus:
    """`kuntatutka forget`."""
    study = open_study(folder)
    with study.lock(), told_how_to_go_on(study, talk):
        if what.startswith(("http://", "https://")):
            _forget_page(study, what, talk)
        else:
            _forget_municipality(study, what, talk)
        for folder_of_results in (study.reports, study.export, study.comparison, study.reanalyzed):
            _empty(folder_of_results)
        _renew_tables(open_study(folder), talk)
    talk.note(
        f"Reports, export and comparisons were deleted: `kuntatutka report {folder}`, `export` and `compare` make them "
        "without it. A comparison in a newer study still holds what changed there."
    )
    sys.stdout.write(f"{study.root / FORGOTTEN}\n")
    return ExitStatus.DONE


def _forget_page(study: StudyFolder, address: str, talk: Talk) -> None:
    url = normalise_url(address)
    if url is None:
        raise UserError(f"{address}: is not a web address.", "Write it as in a browser, or give a municipality's code.")
    parts = _evidence(study, "*")
    records = 0
    with talk.steps("Forget", "file", len(parts)) as steps:
        for number, path in enumerate(parts, start=1):
            records += forget_page(path, url)
            steps.update(number, now=path.name)
    key = address_key(url)
    _rewrite_decisions(study, lambda row: [without_address(value, key) for value in row])
    for log in (study.state / "logs").glob("*.log"):
        _keep_lines(log, lambda line: without_address(line, key) == line)
    _remove(*study.state.glob("audit/*"))
    note_forgotten(study.root, at=datetime.now(UTC), what="page", code="", digest=page_digest(url), records=records)
    talk.note(
        f"{counted(records, 'record')} of evidence went or were changed. No crawl of this study asks for the page "
        "again. Pages that link to it still hold its address and the words of the link."
    )


def _forget_municipality(study: StudyFolder, code: str, talk: Talk) -> None:
    town = study.municipality(code)
    if len(study.municipalities) == 1:
        raise UserError(
            f"{study.root}: {town.name_fi} is the only municipality of the study.", "Delete the folder to forget it."
        )
    parts = _evidence(study, town.code)
    _remove(*parts)
    _remove(*(study.state / "logs").glob("*"), *study.state.glob("audit/*"))
    for host in {host_of(address) for address in town.addresses}:
        _remove(*(path for path in study.state.glob("hosts/*") if path.name.startswith(f"{host.replace(':', '_')}-")))
    _rewrite_decisions(study, lambda row: [] if town.code in row else row)
    _drop_town(study.municipalities_file, town.code)
    note_forgotten(study.root, at=datetime.now(UTC), what="municipality", code=town.code, digest="", records=len(parts))
    talk.note(f"{counted(len(parts), 'file')} of evidence went, and the row in {study.municipalities_file.name}.")


def _remove_indexes(study: StudyFolder) -> None:
    """The indexes beside evidence name addresses; `analyze` makes those anew that have a part."""
    _remove(*(path for path in study.evidence.rglob("*.cdxj")))


def _evidence(study: StudyFolder, code: str) -> list[Path]:
    """Evidence of one municipality or of all, that which was set aside too."""
    name = re.compile(r".+-\d{5}\.warc(\.gz)?" if code == "*" else rf"{re.escape(code)}-\d{{5}}\.warc(\.gz)?")
    return sorted(path for path in study.evidence.rglob("*") if path.is_file() and name.fullmatch(path.name))


def _keep_lines(path: Path, keep: Callable[[str], bool]) -> None:
    with storage_errors(path):
        text = path.read_text(encoding="utf-8", errors="replace")
        kept = "".join(line for line in text.splitlines(keepends=True) if keep(line))
        if kept != text:
            path.write_text(kept, encoding="utf-8")


def _rewrite_decisions(study: StudyFolder, change: Callable[[list[str]], list[str]]) -> None:
    """Every row of what people decided, changed; one that becomes empty goes."""
    for path in study.review.glob("*.csv"):
        with storage_errors(path):
            text = path.read_bytes().decode("utf-8", "replace")
            rows = list(csv.reader(io.StringIO(text, newline="")))
            kept = [row for row in (change(row) if number else row for number, row in enumerate(rows)) if row]
            if kept != rows:
                out = io.StringIO(newline="")
                csv.writer(out, lineterminator="\n").writerows(kept)
                path.write_text(out.getvalue(), encoding="utf-8", newline="")


def _drop_town(path: Path, code: str) -> None:
    """Take a municipality's line out of the list; the others stay as their author wrote them."""
    with storage_errors(path):
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        delimiter = max(",;\t", key=lines[0].count)
        names = [name.strip().casefold() for name in next(csv.reader([lines[0]], delimiter=delimiter))]
        column = names.index("code")

        def has_code(line: str) -> bool:
            row = next(csv.reader([line], delimiter=delimiter), [])
            return len(row) > column and row[column].strip().casefold() == code.casefold()

        path.write_text("".join(line for line in lines if not has_code(line)), encoding="utf-8")


def _remove(*paths: Path) -> None:
    for path in paths:
        with storage_errors(path):
            if path.is_file():
                path.unlink()


def _empty(folder: Path) -> None:
    """Delete what commands have made there; they make it anew."""
    with storage_errors(folder):
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _renew_tables(study: StudyFolder, talk: Talk) -> None:
    """The tables without it; where they came from other crawlers' files there is nothing here to make them from."""
    had_tables = any(study.findings.glob("*.parquet"))
    _empty(study.findings)
    _remove(*study.state.glob("manifests/*"))
    _empty(study.memory)
    _remove_indexes(study)
    if study.warc_files():
        analyze_now(study, talk)
    elif had_tables:
        talk.warn(
            "The tables were deleted: they came from files of another crawler. Take it out of these, then analyze."
        )
