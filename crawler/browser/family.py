"""The processes below one and the memory that they take, as Linux tells it; nothing where a system tells nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
_HELPER, _NURSERY = b"--type=", b"--type=zygote"
_FILLED = re.compile(rb"^Rss(?:Anon|Shmem):\s*(\d+) kB", re.MULTILINE)
_PARENT = re.compile(rb"^PPid:\s*(\d+)", re.MULTILINE)
_SHARE = re.compile(rb"^Pss:\s*(\d+) kB", re.MULTILINE)


def below(pid: int) -> Iterator[int]:
    """All that were started by a process, by one of those, and so on."""
    for task in _listed(PROC / str(pid) / "task"):
        for child in _children(pid, task):
            yield child
            yield from below(child)


def born_of(pid: int) -> list[int]:
    """Whom the main thread of a process has started."""
    return _children(pid, pid)


def born_by(pid: int) -> int:
    """Who has started a process; 0 where that is not told."""
    return sum(int(number) for number in _PARENT.findall(_read(pid, "status")))


def filled(pid: int) -> int:
    """Megabytes that a process fills, pictures that it shares with the one that draws among them; 0 for one gone."""
    return sum(int(size) for size in _FILLED.findall(_read(pid, "status"))) // 1024


def share(pid: int) -> int:
    """Megabytes of a process, what it shares with others divided between them. Ask no tab: one that fills its memory as
    fast as it can holds up who asks, for a quarter of a second."""
    return sum(int(size) for size in _SHARE.findall(_read(pid, "smaps_rollup"))) // 1024


def program(pid: int) -> bytes:
    """The short name of what a process runs, which is told at once whatever it does."""
    return _read(pid, "comm")


def is_helper(pid: int) -> bool:
    """Whether it is one of Chromium's helpers: tabs, and what loads and draws for them. Held up as `share` is."""
    return _HELPER in _read(pid, "cmdline")


def is_nursery(pid: int) -> bool:
    """Whether it is the process of a browser that its tabs are forked from."""
    return _NURSERY in _read(pid, "cmdline")


def _children(pid: int, task: int | str) -> list[int]:
    return [int(child) for child in _read(pid, f"task/{task}/children").split()]


def _listed(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"{PROC}/{pid}/{name}").read_bytes()
    except OSError:
        return b""
