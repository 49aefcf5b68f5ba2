"""A study folder: where everything lies, who works in it, and what a command run left in the record.

The only class that knows paths inside a study. It never deletes evidence or decisions.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from taxonomy import Taxonomy, load_taxonomy

from .config import StudyConfig, load_config, render_config
from .errors import StorageError, StudyBusyError, UserError, storage_errors
from .forgotten import FORGOTTEN
from .links import refuse_links
from .municipalities import StudyMunicipality, read_municipalities, write_municipalities
from .rights import rights
from .table_list import TABLES, holds_ids
from .tables import read_table

_PART = re.compile(r"^(?P<code>.+)-(?P<part>\d{5})\.warc(\.gz)?$")


@dataclass(frozen=True)
class StudyFolder:
    """Paths of a study and what stands in its files."""

    root: Path

    @property
    def config_file(self) -> Path:
        """Settings of the study."""
        return self.root / "study.toml"

    @property
    def municipalities_file(self) -> Path:
        """The compared municipalities."""
        return self.root / "municipalities.csv"

    @property
    def evidence(self) -> Path:
        """WARC files, append-only."""
        return self.root / "evidence"

    @property
    def findings(self) -> Path:
        """Tables, rebuilt by `analyze`."""
        return self.root / "findings"

    @property
    def review(self) -> Path:
        """Human decisions, append-only."""
        return self.root / "review"

    @property
    def reports(self) -> Path:
        """Rendered reports."""
        return self.root / "reports"

    @property
    def report_texts(self) -> Path:
        """What people add to the reports; read by commands, never written."""
        return self.root / "report"

    @property
    def export(self) -> Path:
        """The data package."""
        return self.root / "export"

    @property
    def comparison(self) -> Path:
        """What changed since an earlier study."""
        return self.root / "comparison"

    @property
    def reanalyzed(self) -> Path:
        """Tables that other versions of the program make of the same evidence, each in a folder of its name."""
        return self.root / "reanalyzed"

    @property
    def state(self) -> Path:
        """Locks, logs and manifests; safe to delete between runs."""
        return self.root / ".state"

    @property
    def memory(self) -> Path:
        """What the analysis worked out, so that it need not be worked out again; made anew where it is gone."""
        return self.state / "memory"

    def memory_of(self, code: str = "") -> Path:
        """The part of it that is about one municipality, or the folder of all these parts."""
        return self.memory / "units" / code if code else self.memory / "units"

    @property
    def own_places(self) -> tuple[Path, ...]:
        """Everything in a study that commands read and write."""
        made = (self.findings, self.reports, self.export, self.comparison, self.reanalyzed, self.state)
        folders = (self.evidence, self.review, self.report_texts, *made)
        return (self.config_file, self.municipalities_file, self.root / FORGOTTEN, *folders)

    @cached_property
    def config(self) -> StudyConfig:
        """study.toml, read once."""
        return load_config(self.config_file)

    @cached_property
    def municipalities(self) -> tuple[StudyMunicipality, ...]:
        """municipalities.csv, read once, by code."""
        return read_municipalities(self.municipalities_file)

    def municipality(self, code: str) -> StudyMunicipality:
        """The municipality with this code or name; raises UserError naming those there are."""
        for item in self.municipalities:
            if code.casefold() in (item.code.casefold(), item.name_fi.casefold(), item.name_sv.casefold()):
                return item
        known = ", ".join(f"{m.code} {m.name_fi}" for m in self.municipalities[:8])
        more = f" and {len(self.municipalities) - 8} more" if len(self.municipalities) > 8 else ""
        raise UserError(f"{code} is not a municipality of this study.", f"The study has {known}{more}.")

    def warc_files(self, code: str | None = None) -> tuple[Path, ...]:
        """Evidence files in order, of one municipality or of all."""
        if not self.evidence.is_dir():
            return ()
        parts = ((path, _PART.match(path.name)) for path in self.evidence.iterdir())
        return tuple(sorted(path for path, match in parts if match and code in (None, match["code"])))

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy of the study's country; raises TaxonomyError for a faulty file or an unknown country."""
        return load_taxonomy(self.config.study.country)

    def read(self, table: str) -> list[Any]:
        """Rows of a findings table, renamed ids as they are today; raises UserError where it has not been made yet."""
        path = self.findings / f"{table}.parquet"
        if not path.is_file():
            # Without evidence there is nothing to analyse.
            command = "analyze" if self.warc_files() else "run"
            raise UserError(
                f"{path}: the table has not been made yet.", f"Run `kuntatutka {command} {self.root}` first."
            )
        record = TABLES[table].record
        return read_table(path, record, self.taxonomy if holds_ids(record) else None)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the study for one command; raises StudyBusyError when another process has it.

        What is written meanwhile is for the study's owner, or group, alone.
        """
        with rights(shared_with_group=self.config.study.shared_with_group), self._held():
            yield

    @contextmanager
    def _held(self) -> Iterator[None]:
        self._make(self.state)
        path = self.state / "lock"
        lock = FileLock(path, timeout=0)
        with storage_errors(path):
            try:
                lock.acquire()
            except Timeout as error:
                raise StudyBusyError(
                    f"{self.root}: another kuntatutka command is working in this study ({_holder(self.state)}).",
                    "Wait for it to end, or stop it with Ctrl-C where it runs; then try again.",
                ) from error
        try:
            (self.state / "holder").write_text(f"process {os.getpid()}", encoding="utf-8")
            yield
        finally:
            lock.release()

    def write_manifest(self, command: str, content: Mapping[str, Any]) -> Path:
        """Keep what a command did (versions, digests, counts, seconds) as .state/manifests/<command>.json."""
        path = self.state / "manifests" / f"{command}.json"
        self._make(path.parent)
        with storage_errors(path):
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return path

    def _make(self, path: Path) -> None:
        with storage_errors(path):
            path.mkdir(parents=True, exist_ok=True)


def _holder(state: Path) -> str:
    try:
        return (state / "holder").read_text(encoding="utf-8")[:80]
    except OSError:
        return "unknown process"


_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}:/")


def _refuse_addresses(root: Path | str) -> None:
    """A study lies in a folder: its locks and its evidence, which grows record by record, ask for a file system."""
    if _ADDRESS.match(str(root)) and not Path(root).exists():
        raise UserError(
            f"{root}: is an address, and a study is a folder; object stores are not written to.",
            "Name a folder; on a cluster one that all machines see (docs/cluster.md).",
        )


def open_study(root: Path | str) -> StudyFolder:
    """An existing study, its settings and municipalities checked; raises UserError where it is none."""
    _refuse_addresses(root)
    folder = StudyFolder(Path(root))
    if folder.root.exists() and not folder.root.is_dir():
        raise UserError(f"{folder.root}: is a file, not a study folder.", "Name the folder that holds study.toml.")
    refuse_links(folder.own_places)
    _ = folder.config
    _ = folder.municipalities
    return folder


def create_study(root: Path | str, config: StudyConfig, municipalities: tuple[StudyMunicipality, ...]) -> StudyFolder:
    """A new study folder; raises UserError where one stands already, which is then left as it is."""
    _refuse_addresses(root)
    folder = StudyFolder(Path(root))
    if folder.config_file.exists() or folder.municipalities_file.exists():
        raise UserError(
            f"{folder.root}: there is a study already; it was left as it is.",
            "Choose another folder, or go on with `kuntatutka run` on this one.",
        )
    if folder.root.exists() and not folder.root.is_dir():
        raise UserError(f"{folder.root}: is a file.", "Choose a folder name that is free.")
    refuse_links(folder.own_places)
    try:
        with storage_errors(folder.root), rights(shared_with_group=config.study.shared_with_group):
            for path in (folder.root, folder.evidence, folder.findings, folder.review, folder.reports, folder.export):
                path.mkdir(parents=True, exist_ok=True)
            write_municipalities(folder.municipalities_file, municipalities)
            folder.config_file.write_text(render_config(config), encoding="utf-8")
    except StorageError:
        # Half a study would be taken for one that stands already; both files are our own and a moment old.
        for path in (folder.municipalities_file, folder.config_file):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    return folder


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with storage_errors(path), path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
