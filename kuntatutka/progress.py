"""What a command says while it works: a live display on a terminal, plain dated lines in a log.

Everything here goes to stderr; results go to stdout and are written by the commands themselves. No judging, no files.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from study import counted

from .tables import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, TaskID

_LINE_EVERY_SECONDS = 15.0  # in a log: often enough to see that it lives, seldom enough to read an eight-hour crawl
_STOPPED = "stopped"
_HAS_RATE = frozenset({"page"})  # a few files or municipalities have no speed worth a figure


@dataclass
class Talk:
    """The voice of one command: how much it says, and where."""

    verbose: int = 0
    quiet: bool = False

    def __post_init__(self) -> None:
        level = logging.ERROR if self.quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(self.verbose, 2)]
        logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        # These say nothing a person can use below a warning, and say it thousands of times.
        for name in ("matplotlib", "urllib3", "asyncio"):
            logging.getLogger(name).setLevel(max(level, logging.WARNING))
        for name in ("filelock", "warcio"):  # the latter repeats what stands in the evidence, unmasked and unescaped
            logging.getLogger(name).setLevel(logging.ERROR)

    def note(self, text: str) -> None:
        """One line about what happens now; silent with -q."""
        if not self.quiet:
            _line(text)

    def detail(self, text: str) -> None:
        """One line for those who asked with -v."""
        if self.verbose:
            _line(text)

    def warn(self, text: str) -> None:
        """One line that stands even with -q."""
        _line(text)

    @contextmanager
    def steps(self, what: str, unit: str, total: int | None = None) -> Iterator[Steps]:
        """Progress of a longer piece of work, counted in `unit` ("page"); `total` may become known later."""
        if self.quiet:
            yield Steps(what, unit, total)
        elif sys.stderr.isatty():
            with _live() as progress:
                units = counted(total or 0, unit).partition(" ")[2]
                task = progress.add_task(what, total=total, units=units, has_rate=unit in _HAS_RATE, now="")
                try:
                    yield _LiveSteps(what, unit, total, progress=progress, task=task)
                except BaseException:
                    progress.update(task, now=_STOPPED)
                    progress.stop_task(task)  # the bar stays where the work was, and promises no time any more
                    raise
        else:
            steps = _LoggedSteps(what, unit, total)
            try:
                yield steps
            except BaseException:
                steps.end(_STOPPED)
                raise
            steps.end()


@dataclass
class Steps:
    """Counts without showing; the two below show."""

    what: str
    unit: str
    total: int | None
    done: int = 0
    started: float = field(default_factory=time.monotonic)

    def update(self, done: int, total: int | None = None, now: str = "") -> None:
        """`done` of `total` are ready; `now` names the one at hand."""
        self.done, self.total = done, total or self.total
        self._show(now)

    def say(self, text: str) -> None:
        """A line beside the display; silent with -q."""

    def _show(self, now: str) -> None:
        """Nothing to see with -q."""


@dataclass
class _LiveSteps(Steps):
    progress: Progress | None = None
    task: TaskID | None = None

    def say(self, text: str) -> None:
        assert self.progress is not None
        self.progress.console.print(text, markup=False)

    def _show(self, now: str) -> None:
        assert self.progress is not None
        assert self.task is not None
        self.progress.update(self.task, completed=self.done, total=self.total, now=now)


@dataclass
class _LoggedSteps(Steps):
    last: float = 0.0

    def say(self, text: str) -> None:
        _line(text)

    def _show(self, now: str) -> None:
        moment = time.monotonic()
        if moment - self.last >= _LINE_EVERY_SECONDS:
            self.last = moment
            self._say(now)

    def end(self, how: str = "") -> None:
        """The closing line with what it all came to, and that it did not come to its end where that is so."""
        if how:
            count = f"{self.done} of {counted(self.total, self.unit)}" if self.total else counted(self.done, self.unit)
            _line(f"{self.what}: {how} at {count}")
            return
        seconds = time.monotonic() - self.started
        speed = f"{self.done / seconds:.1f}" if seconds >= 1 and self.unit in _HAS_RATE else "0.0"
        rate = "" if speed == "0.0" else f", {speed} a second"
        _line(f"{self.what}: {counted(self.done, self.unit)} in {in_words(seconds)}{rate}")

    def _say(self, now: str) -> None:
        seconds = time.monotonic() - self.started
        left = ""
        if self.total and self.done and seconds >= 1:
            left = f", about {in_words(seconds / self.done * max(self.total - self.done, 0))} left"
        count = f"{self.done} of {counted(self.total, self.unit)}" if self.total else counted(self.done, self.unit)
        _line(f"{self.what}: {count}{left}{f' ({now})' if now else ''}")


def in_words(seconds: float) -> str:
    """A duration for people: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def _line(text: str) -> None:
    prefix = "" if sys.stderr.isatty() else time.strftime("%H:%M:%S ")
    sys.stderr.write(f"{prefix}{printable(text)}\n")
    sys.stderr.flush()


def _live() -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[units]}"),
        _rate_column(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        TextColumn("{task.fields[now]}", style="dim"),
        console=error_console(),
        transient=False,
    )


def _rate_column() -> ProgressColumn:
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class Rate(ProgressColumn):
        """Steps a second, empty until there is one."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            shown = speed and task.fields["has_rate"]
            return Text(f"{speed:.1f}/s" if shown else "", style="dim")

    return Rate()


def error_console() -> Console:
    """Rich on stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)
