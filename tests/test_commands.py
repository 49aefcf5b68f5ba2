"""What runs the commands of the tests fails at once, in a sentence, where its process is gone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Commands, CommandsEndedError

FAILS = "sys.exit('no module named knowledge')"


def test_a_process_that_ends_at_its_start_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(CommandsEndedError, match=r"ended with status 1; `make setup` .* no module named knowledge"):
        Commands(tmp_path, [sys.executable, "-c", f"import sys; {FAILS}"])


@pytest.mark.parametrize("hears_an_order", [True, False])
def test_a_process_that_ends_later_is_told_at_the_next_command(tmp_path: Path, hears_an_order: bool) -> None:
    waits = "sys.stdin.readline(); " if hears_an_order else ""
    running = Commands(tmp_path, [sys.executable, "-c", f"import sys; print(0, flush=True); {waits}{FAILS}"])
    for _ in range(2):
        with pytest.raises(CommandsEndedError, match="no module named knowledge"):
            running.run(["--version"], tmp_path, {}, 600)
    running.close()
