"""Shared hosts: one visitor at a time among all crawl processes of a study, and no landing page fetched twice.

Each shared host has a file in .state/hosts/ that is locked while somebody visits; it remembers the last visit and which
municipality's evidence holds which landing page.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any


class HostGate:
    """Locks of shared hosts for one crawl process."""

    def __init__(self, folder: Path, code: str) -> None:
        self._folder, self._code = folder, code
        self._held: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def enter(self, host: str) -> dict[str, Any] | None:
        """Lock the host and give what is known of it (last_visit: seconds since the epoch; landings: by address).

        None while another process is visiting.
        """
        if host in self._held:
            return None
        handle = os.open(self._path(host), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        self._held[host] = handle
        return self._read(handle)

    def leave(self, host: str, now: float, landing: str | None = None) -> None:
        """Note the visit, and the landing page that is now in our evidence, and let the next one in."""
        handle = self._held.pop(host, None)
        if handle is None:
            return
        known = self._read(handle)
        known["last_visit"] = now
        if landing is not None:
            known["landings"].setdefault(landing, self._code)
        data = json.dumps(known, sort_keys=True).encode()
        os.pwrite(handle, data, 0)
        os.ftruncate(handle, len(data))
        os.close(handle)

    def abandon(self, host: str) -> None:
        """Let go without having visited."""
        handle = self._held.pop(host, None)
        if handle is not None:
            os.close(handle)

    def holder_of(self, host: str, landing: str) -> str | None:
        """Code of the other municipality whose evidence holds this landing page; None where nobody's does."""
        path = self._path(host)
        if not path.is_file():
            return None
        with path.open("rb") as handle:
            code = self._read(handle.fileno())["landings"].get(landing)
        return code if code != self._code else None

    def _path(self, host: str) -> Path:
        name = re.sub(r"[^a-z0-9.-]", "_", host)[:80]
        return self._folder / f"{name}-{hashlib.sha256(host.encode()).hexdigest()[:8]}.json"

    @staticmethod
    def _read(handle: int) -> dict[str, Any]:
        raw = os.pread(handle, os.fstat(handle).st_size, 0)
        try:
            known = json.loads(raw)
        except ValueError:
            known = {}
        known.setdefault("last_visit", 0.0)
        known.setdefault("landings", {})
        return dict(known)
