"""The link to a cluster: reached, its workers held against this machine, and left again."""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from study import ClusterError, StudyFolder, UserError, no_follow, storage_errors

from .worker import Introduced, Wanted, differences, introduce, own_method

_CONNECT_SECONDS = 10.0
_AWAY_SECONDS = 20.0  # a scheduler or the last worker may be away for so long before the command gives up
INSTALL = "pip install 'kuntatutka[cluster]'"


class Cluster:
    """A scheduler and its workers, those that are fit for a study."""

    def __init__(self, address: str, client: Any, wanted: Wanted) -> None:
        self.address, self.client, self.wanted = address, client, wanted
        self.fit: tuple[str, ...] = ()
        """Addresses of the workers that were found fit."""
        self._away_since: float | None = None

    def workers(self) -> dict[str, dict[str, Any]]:
        """The workers there are now, by address."""
        info = self.client.scheduler_info(n_workers=-1)
        return dict(info.get("workers", {}))

    def introduced(self, *, with_browser: bool = False) -> dict[str, Introduced | str]:
        """What each worker says of itself, by address, or in words why it says nothing."""
        answers: dict[str, Any] = self.client.run(introduce, self.wanted, with_browser, on_error="return")
        return {
            name: told if isinstance(told, Introduced) else _why_dumb(told) for name, told in sorted(answers.items())
        }

    def check(self, *, needs_locks: bool) -> tuple[Introduced, ...]:
        """Raise ClusterError for the first worker that would work in another way or does not see the study."""
        found = self.introduced()
        if not found:
            raise ClusterError(
                f"{self.address}: the scheduler has no worker.",
                f"Start some: dask worker {self.address} --nworkers 2 --nthreads 1",
            )
        for address, told in found.items():
            why, remedy = self.fault(told, needs_locks=needs_locks)
            if why:
                raise ClusterError(f"Worker {address}: {why}.", remedy)
        self.fit = tuple(found)
        return tuple(told for told in found.values() if isinstance(told, Introduced))

    def fault(self, told: Introduced | str, *, needs_locks: bool) -> tuple[str, str]:
        """What is wrong with a worker, and what to do about it; both empty where it is fit."""
        if isinstance(told, str):
            return told, f"Install the same version there as here, and start its worker anew: {INSTALL}"
        if unlike := differences(self.wanted.method, told.method):
            return f"has {unlike}", "Install the same there as here, and start its worker anew; `kuntatutka doctor`."
        if told.sees:
            place = self.wanted.token_file.parent.parent
            return (
                f"does not see the study ({told.sees})",
                f"Mount the disk so that {place} is the same folder on every machine, and may be written to.",
            )
        if needs_locks and not told.shuts_out:
            return (
                f"{self.wanted.token_file.parent} does not keep locks between machines, so sites would be asked by two",
                "Use a disk that does (NFS 4, Lustre with -o flock), or crawl and audit on one machine.",
            )
        return "", ""

    def look(self) -> None:
        """Raise ClusterError where scheduler or fit workers have been away for too long."""
        status, now = str(self.client.status), time.monotonic()
        is_there = status == "running" and any(name in self.fit for name in self.workers())
        if is_there:
            self._away_since = None
            return
        self._away_since = self._away_since or now
        if status == "closed" or now - self._away_since > _AWAY_SECONDS:
            raise self.gone("its last worker" if status == "running" else "the scheduler")

    def gone(self, what: str) -> ClusterError:
        """The error for a cluster that was there and is no more."""
        return ClusterError(
            f"{self.address}: {what} has gone; what was done is kept.",
            "Start it again and repeat the command, or leave --cluster away; it goes on from here.",
        )


def _why_dumb(error: object) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"has no package {error.name}"
    if isinstance(error, AttributeError | ImportError):
        return f"has another version of Kuntatutka ({error})"
    return f"cannot be asked ({type(error).__name__}: {error})"


@contextmanager
def open_cluster(address: str, study: StudyFolder) -> Iterator[Cluster]:
    """A cluster for a study, its workers not yet held against this machine.

    Raises UserError without Dask, and ClusterError where no scheduler answers.
    """
    with _token(study) as wanted, _client(address) as client:
        yield Cluster(address, client, wanted)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UserError(
            f"--cluster needs Dask, which is not installed here ({error.name} is missing).", INSTALL
        ) from error
    for name in ("distributed", "distributed.client", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they tell of every lost connection; so do we, once
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions that differ are told in one sentence
            client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"{address}: no Dask scheduler answers there.",
            "Start one with `dask scheduler`, or give its address as tcp://HOST:8786.",
        ) from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)


@contextmanager
def _token(study: StudyFolder) -> Iterator[Wanted]:
    """A file by which workers tell that they see this study, locked while the command runs."""
    path, token = study.state / f"cluster-{os.getpid()}", secrets.token_hex(16)
    country = study.config.study.country
    with storage_errors(path):
        study.state.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", opener=no_follow) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
            try:
                shared = study.config.study.shared_with_group
                yield Wanted(country, own_method(country), Path(path), token, shared)
            finally:
                path.unlink(missing_ok=True)
