"""Reports on a full disk and without a browser: one sentence with the remedy, and what could be made is made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reports import render
from study import StudyFolder, UserError

ROOT = Path(__file__).parent.parent.parent
SMALL = "300k"
"""Room for a few pages and not for all."""


def _mounts() -> bool:
    """Whether a small disk can be made for one process."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.mark.skipif(not _mounts(), reason="the machine lets nobody mount a small disk (unshare -rm, tmpfs)")
def test_full_disk_is_one_sentence_and_no_half_file(six: StudyFolder) -> None:
    """A disk that fills while pages are written: status 1, file and remedy named, nothing half written left behind."""
    six.reports.mkdir(exist_ok=True)
    script = (
        f'mount -t tmpfs -o size={SMALL} tmpfs "$1" && "$2" -m kuntatutka report "$3" --lang fi --format html; '
        'status=$?; find "$1" -type f; exit $status'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", str(six.reports), sys.executable, str(six.root)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "The disk is full: free some room" in done.stderr
    assert "Traceback" not in done.stderr
    written = done.stdout.splitlines()
    assert any(name.endswith("report.fi.html") for name in written)
    assert not [name for name in written if name.endswith(".tmp")]


def test_without_a_browser_all_but_the_pdf_is_made(six: StudyFolder, tmp_path: Path) -> None:
    """The message names the command that tells what is missing."""
    with pytest.raises(UserError, match="kuntatutka doctor"):
        render(
            six,
            languages=("en",),
            formats=("pdf", "html", "xlsx", "pptx", "json"),
            chromium=str(tmp_path / "no-browser"),
        )
    names = {path.name for path in six.reports.iterdir()}
    assert {"report.en.html", "report.xlsx", "report.en.pptx", "report.json"} <= names
    assert not [name for name in names if name.endswith((".pdf", ".tmp"))]
