"""Progress and messages: plain lines in a log, nothing with -q, everything on stderr."""

from __future__ import annotations

import re

import pytest

from kuntatutka.progress import Talk, in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (8.4, "8 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_durations_in_words(seconds: float | int, words: str) -> None:
    assert in_words(seconds) == words


def test_a_log_gets_plain_dated_lines_with_count_and_total(capsys: pytest.CaptureFixture[str]) -> None:
    with Talk().steps("Crawl", "page", 40) as steps:
        steps.update(10, now="Espoo")
        steps.update(40)
    seen = capsys.readouterr()
    assert seen.out == ""
    first, last = seen.err.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d Crawl: 10 of 40 pages \(Espoo\)", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d Crawl: 40 pages in 0 s", last)


def test_a_log_is_not_flooded(capsys: pytest.CaptureFixture[str]) -> None:
    with Talk().steps("Crawl", "page") as steps:
        for number in range(1000):
            steps.update(number)
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_quiet_says_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    talk = Talk(quiet=True)
    talk.note("a note")
    talk.detail("a detail")
    with talk.steps("Crawl", "page") as steps:
        steps.update(1)
    talk.warn("a warning")
    assert capsys.readouterr().err.strip().endswith("a warning")


def test_details_need_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    Talk().detail("fine print")
    assert capsys.readouterr().err == ""
    Talk(verbose=1).detail("fine print")
    assert "fine print" in capsys.readouterr().err


def test_on_a_terminal_a_bar_shows_rate_and_unit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    with Talk().steps("Crawl", "page", 40) as steps:
        steps.update(20, now="Espoo")
        steps.update(40)
    shown = capsys.readouterr().err
    assert "40/40" in shown
    assert "pages" in shown


def test_work_that_is_broken_off_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        with Talk().steps("Crawl", "page", 400) as steps:
            steps.update(12)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert "Crawl: stopped at 12 of 400 pages" in capsys.readouterr().err.splitlines()[-1]
