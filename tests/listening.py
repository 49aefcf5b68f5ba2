"""Which ports the processes of a test listen on, as the system's own tables tell."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path


def below(root: int) -> set[int]:
    """A process and all that it has started."""
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parents[int(path.name)] = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
    found, size = {root}, 0
    while size != len(found):
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found


def listening(pids: set[int]) -> dict[int, str]:
    """TCP ports that these processes listen on, and who does."""
    sockets: dict[str, str] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            for handle in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if inode := re.fullmatch(r"socket:\[(\d+)\]", str(handle.readlink())):
                        sockets[inode[1]] = name
    found = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[3] == "0A" and parts[9] in sockets:
                found[int(parts[1].rpartition(":")[2], 16)] = sockets[parts[9]]
    return found
