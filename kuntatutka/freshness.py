"""What a stage of `run` was made from, kept as its manifest, so that an unchanged stage need not be done again.

Inputs are compared by content: evidence, settings, taxonomy, tables and the program's own files. Single commands
(`analyze`, `report`, `export`) never ask this; they always work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from study import StorageError, StudyFolder, file_digest

from . import PACKAGES, __version__

_HOME = Path(__file__).parent.parent


@cache
def program_digest() -> str:
    """One digest over the program's own files: a changed rule makes every table stale."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((_HOME / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(_HOME)} {file_digest(path)}\n".encode())
    return digest.hexdigest()


def inputs_digest(files: Iterable[Path], *choices: object) -> str:
    """One digest over files (missing ones too), the program and what the user chose."""
    digest = hashlib.sha256(program_digest().encode())
    for path in sorted(files):
        digest.update(f"{path.name} {file_digest(path) if path.is_file() else 'missing'}\n".encode())
    digest.update(repr(choices).encode())
    return digest.hexdigest()


def kept_fact(study: StudyFolder, stage: str, name: str) -> Any:
    """What the last manifest of a stage says under a name; None where there is none that can be read."""
    try:
        kept = json.loads((study.state / "manifests" / f"{stage}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept.get(name) if isinstance(kept, dict) else None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a run with the digest of everything it is made from."""

    study: StudyFolder
    name: str
    inputs: str
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def _manifest(self) -> Path:
        return self.study.state / "manifests" / f"{self.name}.json"

    def unchanged_outputs(self) -> tuple[Path, ...]:
        """The files made from the same inputs before, if each is still as it was written; else nothing."""
        try:
            kept = json.loads(self._manifest.read_text(encoding="utf-8"))
            outputs = {self.study.root / name: digest for name, digest in kept["outputs"].items()}
            fresh = kept["inputs"] == self.inputs and all(file_digest(path) == was for path, was in outputs.items())
        except (OSError, StorageError, ValueError, KeyError, TypeError, AttributeError):
            # No manifest, one of another version, or a file that has gone: the stage is done again.
            return ()
        return tuple(outputs) if fresh else ()

    def keep(self, outputs: Iterable[Path], facts: Mapping[str, Any] | None = None) -> None:
        """Write the manifest: versions, inputs, outputs, seconds and what else is worth knowing."""
        ended = datetime.now(UTC)
        root = self.study.root
        content = {
            "program": __version__,
            "inputs": self.inputs,
            "outputs": {path.relative_to(root).as_posix(): file_digest(path) for path in outputs},
            "started_at": self.started.isoformat(timespec="seconds"),
            "seconds": round((ended - self.started).total_seconds(), 1),
            "settings": self.study.config.model_dump(),
            **(facts or {}),
        }
        self.study.write_manifest(self.name, content)
