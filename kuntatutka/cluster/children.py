"""Child processes of a crawl or an audit on the machines of a cluster."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from study import ClusterError

from .crew import result_of
from .link import Cluster
from .worker import Introduced, Order, Unfit, run_child, stop_children

if TYPE_CHECKING:
    from crawler import Told

_CRASHED = 1


@dataclass(slots=True)
class _Child:
    order: Order
    future: Any
    worker: str
    heard: float


class ClusterChildren:
    """The children of one command, each on the worker that had the fewest; a dead worker's go on at another."""

    def __init__(self, cluster: Cluster, logs: Path, introduced: Sequence[Introduced]) -> None:
        self._cluster, self._logs, self._run = cluster, logs, f"kuntatutka-{secrets.token_hex(8)}"
        self._children: dict[str, _Child] = {}
        self._queue: SimpleQueue[Any] = SimpleQueue()
        self._told: list[Told] = []
        cores = {told.machine: told.cores for told in introduced}
        self.machines = len(cores)
        """Machines, each with its own way to the network."""
        self.cores = sum(cores.values())
        """Cores of all of them."""
        cluster.client.subscribe_topic(self._run, self._queue.put)

    def __len__(self) -> int:
        return len(self._children)

    def start(self, name: str, module: str, arguments: Sequence[str], log: str) -> None:
        """Start a module as a program on the worker with the fewest."""
        self._logs.mkdir(parents=True, exist_ok=True)
        order = Order(self._run, name, module, tuple(arguments), self._logs, log, self._cluster.wanted)
        self._submit(order)

    def listen(self, timeout: float) -> Told | None:
        """The next thing that a child tells; None where all are silent for so long."""
        if not self._told:
            try:
                self._hear(self._queue.get(timeout=timeout))
            except Empty:
                self._cluster.look()
        if not self._told:
            return None
        told = self._told.pop(0)
        if told.event is None:
            self._children.pop(told.child, None)
        return told

    def silent_for(self, seconds: float) -> list[str]:
        """Children that have told nothing for longer than this."""
        now = time.monotonic()
        return [name for name, child in self._children.items() if now - child.heard > seconds]

    def kill(self, name: str) -> None:
        """Nobody waits for a child any more: its worker ends it."""
        from crawler import Told

        child = self._children[name]
        with suppress(Exception):  # the cluster may be gone
            self._cluster.client.cancel([child.future], force=True)
        child.heard = time.monotonic()
        self._told.append(Told(name, None, _CRASHED))

    def end(self, patience: float, listen: Callable[[float], None]) -> None:
        """Ask all to finish what they are at, listening meanwhile; nobody waits for those that do not."""
        deadline = time.monotonic() + patience
        try:
            with suppress(ClusterError, OSError, TimeoutError):
                if self._children:
                    self._cluster.client.run(stop_children, self._run, on_error="return")
                while self._children and time.monotonic() < deadline:
                    listen(0.2)
        finally:
            with suppress(Exception):  # the cluster may be gone
                self._cluster.client.unsubscribe_topic(self._run)
                self._cluster.client.cancel([child.future for child in self._children.values()], force=True)
            self._children.clear()

    def _submit(self, order: Order) -> None:
        held = Counter(child.worker for child in self._children.values())
        there = [name for name in self._cluster.workers() if name in self._cluster.fit]
        worker = min(there or self._cluster.fit, key=lambda name: held[name])
        key = f"{self._run}-{order.name}-{secrets.token_hex(4)}"
        future = self._cluster.client.submit(
            run_child, order, key=key, pure=False, workers=[worker], allow_other_workers=True
        )
        self._children[order.name] = _Child(order, future, worker, time.monotonic())
        future.add_done_callback(lambda ended: self._queue.put((order.name, ended)))

    def _hear(self, heard: Any) -> None:
        """An event of a child while it runs (a stamped mapping), or its end."""
        from crawler import Told

        if not isinstance(heard[0], str) or not isinstance(heard[1], dict):
            self._end_of(*heard)
            return
        name = str(heard[1].get("child"))
        if name in self._children:
            self._children[name].heard = time.monotonic()
            self._told.append(Told(name, heard[1]["event"]))

    def _end_of(self, name: str, future: Any) -> None:
        from crawler import Told

        child = self._children.get(name)
        if child is None or child.future is not future:
            return
        result = result_of(self._cluster, future)
        if isinstance(result, Unfit):
            self._submit(replace(child.order))
            return
        status, events = result
        self._told += [Told(name, event) for event in events]
        self._told.append(Told(name, None, status))
