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
    from .since import Change
    from .sites import Host


PRESENT = 0
"""The year of the country as its files describe it; earlier ones are those of `years/`."""


def serve(
    sites: Mapping[str, Host] | None = None, port: int = 0, year: int = PRESENT
) -> AbstractContextManager[Served]:
    """Serves the practice country, or the given hosts, on loopback until the block ends; port 0 means any free one.

    With an earlier `year` the country answers as it did then.
    """
    from .server import serve as start

    return start(sites, port, year)


def truth(year: int = PRESENT) -> dict[str, dict[str, dict[str, Any]]]:
    """Municipality code -> service id -> what is true of it, or was in an earlier year (see `expected.py`)."""
    from .expected import truth as read

    return read(year)


def municipality_truth(year: int = PRESENT) -> dict[str, dict[str, Any]]:
    """Municipality code -> expected crawl status, hosts, languages and accessibility statement."""
    from .expected import municipality_truth as read

    return read(year)


def changes(year: int) -> tuple[Change, ...]:
    """What changed from an earlier year to the present, each with its kind (see `since.py`)."""
    from .since import changes as read

    return read(year)


__all__ = ["PRESENT", "changes", "municipality_truth", "serve", "truth"]
