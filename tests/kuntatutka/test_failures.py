"""What an error ends as: one sentence, a hint and an exit status."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kuntatutka.exits import ExitStatus
from kuntatutka.failures import explain
from study import PageUnavailableError, StorageError, StudyBusyError, UserError
from taxonomy import Problem, TaxonomyError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UserError("study.toml: year: is no number.", "Put a year there."), 2),
        (StudyBusyError("Another command works here."), 2),
        (TaxonomyError(Problem("page_types.toml", "", "is not valid TOML.", "Mend it.")), 2),
        (StorageError("findings: cannot be written."), 1),
        (PageUnavailableError("The page does not answer."), 1),
        (OSError(errno.ENOSPC, "No space left on device", "findings"), 1),
    ],
)
def test_an_error_ends_as_its_sentence_and_its_exit_status(error: Exception, status: int) -> None:
    failure = explain(error)
    assert failure.status is ExitStatus(status)
    assert failure.message
    assert "\n" not in failure.message


def test_an_error_of_the_program_names_the_file_with_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    failure = explain(RuntimeError("wheel came off"))
    assert failure.status is ExitStatus.FAILED
    (log,) = tmp_path.glob("kuntatutka-*.log")
    assert str(log) in failure.hint
