"""What changed in the practice country from an earlier year to the present, and of which kind: the truth for comparing.

It stands in `years/<year>/changes.toml`, apart from the sites' files; the tests ask that both say the same.
"""

from __future__ import annotations

from typing import Literal

from .model import HERE, Record, read_toml

Kind = Literal["site", "coverage", "organisation"]
"""Kinds that the country itself has: what a person decides and what a method changes is not its own."""


class Change(Record):
    """A change of a service, of all cells of a municipality, or of a service everywhere, where the other is empty."""

    kind: Kind
    municipality: str = ""
    service: str = ""
    subject: Literal["", "state", "channel", "product", "pages"] = ""
    """What of the cell changed; `pages` are how a whole site is built, which no service notices."""
    old: tuple[str, ...] = ()
    """What there was then and is no more."""
    new: tuple[str, ...] = ()
    """What there is now and was not then."""

    def concerns(self, municipality: str, service: str) -> bool:
        """Tells whether the change is about this cell."""
        return self.municipality in ("", municipality) and self.service in ("", service)


def changes(year: int) -> tuple[Change, ...]:
    """Every change since that year, in the order of the file; what is in none of them did not change."""
    rows = read_toml(HERE / "years" / str(year) / "changes.toml")["change"]
    return tuple(Change.model_validate(row) for row in rows)
