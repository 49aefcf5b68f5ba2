"""Who does the units of an analysis: this process, or one process per core that shares what was compiled once.

What is needed to judge a page (terms, phrases, products) takes seconds to compile; it is made before the processes are
forked, so that each finds it in its memory. Where all that is kept still holds, nothing is compiled.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from types import TracebackType
from typing import Protocol, Self, TypeVar

from analysis.examine import examine
from analysis.findings import PageSource
from taxonomy import Taxonomy

Task = TypeVar("Task")
Result = TypeVar("Result")

_SELDOM = 100_000, 20, 100
_A_FEW = 4
_since_giving_back = 0
# The least page that every judge looks at.
_FIRST_PAGE = (
    "<html><head><title>-</title></head><body><main><h1>-</h1><p>-</p>"
    "<a href='/x'>-</a><a href='https://x.invalid/'>-</a></main></body></html>"
)


class Crew(Protocol):
    """Whoever does the units of an analysis: processes of this machine, or a cluster that sees the study folder."""

    def each(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Every task with its result, as they become ready."""


class Hands:
    """Does tasks in any order; started when they are first needed."""

    def __init__(self, workers: int | None, tasks: int, taxonomy: Taxonomy) -> None:
        self._count = min(workers or os.cpu_count() or 1, tasks)
        self._taxonomy = taxonomy
        self._pool: ProcessPoolExecutor | None = None
        self._usual = gc.get_threshold()

    def __enter__(self) -> Self:
        _collect_seldom()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.set_threshold(*self._usual)
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=kind is not None)
            gc.unfreeze()

    def each(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Every task with its result, as they become ready; one process keeps their order."""
        if self._count <= 1 or (self._pool is None and len(tasks) == 1):
            yield from ((task, function(task)) for task in tasks)
        elif tasks:
            pool = self._pool or self._start()
            waiting = {pool.submit(_do, function, task): task for task in tasks}
            for future in as_completed(waiting):
                yield waiting.pop(future), future.result()

    def _start(self) -> ProcessPoolExecutor:
        examine(PageSource("https://page.example/", _FIRST_PAGE), self._taxonomy)
        gc.collect()
        gc.freeze()  # what the processes share stays shared: the collector does not touch it
        fork = multiprocessing.get_context("fork")
        self._pool = ProcessPoolExecutor(self._count, mp_context=fork, initializer=_collect_seldom)
        return self._pool


def _collect_seldom() -> None:
    """Pages hardly hold circles, and what is remembered of a site would be looked through again and again."""
    gc.set_threshold(*_SELDOM)


def _do(function: Callable[[Task], Result], task: Task) -> Result:
    """One task in a process of its own. What it needed no more lies between what is remembered: every few tasks it is
    given back to the system, so that a process is as large after three hundred as after ten."""
    global _since_giving_back
    result = function(task)
    _since_giving_back += 1
    if _since_giving_back >= _A_FEW:
        _since_giving_back = 0
        gc.collect()
        _trim()(0)
    return result


@cache
def _trim() -> Callable[[int], object]:
    """What gives free memory back; where the system's library has no such thing, it is left to the library."""
    trim: Callable[[int], object] = getattr(ctypes.CDLL(None), "malloc_trim", lambda kept: None)
    return trim
