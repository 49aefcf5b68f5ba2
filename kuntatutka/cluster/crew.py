"""Units of an analysis, done by the workers of a cluster."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from study import ClusterError

from .link import Cluster
from .worker import Unfit, unit

Task = TypeVar("Task")
Result = TypeVar("Result")
_LISTEN_SECONDS = 1.0


class ClusterCrew:
    """Does the units of an analysis on a cluster; what a worker that dies was at, another one does."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def each(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Every task with its result, as they become ready."""
        ended: SimpleQueue[Any] = SimpleQueue()
        waiting = {self._submit(function, task, ended): task for task in tasks}
        try:
            while waiting:
                future = self._next(ended)
                task = waiting.pop(future, None)
                if task is None:
                    continue
                result = result_of(self._cluster, future)
                if isinstance(result, Unfit):
                    waiting[self._submit(function, task, ended, only=self._cluster.fit)] = task
                else:
                    yield task, result
        finally:
            if waiting:
                with suppress(Exception):  # the cluster may be gone
                    self._cluster.client.cancel(list(waiting), force=True)

    def _submit(self, function: Any, task: Any, ended: SimpleQueue[Any], only: Sequence[str] | None = None) -> Any:
        key = f"kuntatutka-{function.__name__}-{secrets.token_hex(8)}"
        future = self._cluster.client.submit(
            unit, function, task, self._cluster.wanted, key=key, pure=False, workers=list(only) if only else None
        )
        future.add_done_callback(ended.put)
        return future

    def _next(self, ended: SimpleQueue[Any]) -> Any:
        while True:
            with suppress(Empty):
                return ended.get(timeout=_LISTEN_SECONDS)
            self._cluster.look()


def result_of(cluster: Cluster, future: Any) -> Any:
    """What a future that has ended gives; ClusterError where its workers died or the scheduler has gone."""
    from distributed import KilledWorker

    if future.status in ("cancelled", "lost"):
        raise cluster.gone("the scheduler")
    try:
        return future.result(timeout=30)
    except KilledWorker as error:
        raise ClusterError(
            f"{cluster.address}: one piece of work has ended {error.allowed_failures + 1} workers one after the other.",
            "Give workers more memory (dask worker --memory-limit 4GB), and repeat the command; the rest is kept.",
        ) from error
