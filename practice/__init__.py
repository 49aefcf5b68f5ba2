"""The practice country: invented municipalities with web sites served on loopback, and the truth about them.

For `kuntatutka demo`, the tests and the benches. The sites are data, TOML and Jinja files beside this module. `serve()`
answers for all their hosts, `truth()` says what a study of them ought to find.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .server import Served
    from .sites import Host


def serve(sites: Mapping[str, Host] | None = None, port: int = 0) -> AbstractContextManager[Served]:
    """Serves the practice country, or the given hosts, on loopback until the block ends; port 0 means any free one."""
    from .server import serve as start

    return start(sites, port)


def truth() -> dict[str, dict[str, dict[str, Any]]]:
    """Municipality code -> service id -> what is true of it (see `expected.py`)."""
    from .expected import truth as read

    return read()


def municipality_truth() -> dict[str, dict[str, Any]]:
    """Municipality code -> expected crawl status, hosts, languages and accessibility statement."""
    from .expected import municipality_truth as read

    return read()


__all__ = ["municipality_truth", "serve", "truth"]
