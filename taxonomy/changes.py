"""What changes over the years besides websites: municipalities, who arranges what, and who is compared with whom.

Models only; `lineage` follows the changes and `peers` the groups.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Id, Line, Model, Text, Words

ChangeKind = Literal["joined", "united", "divided", "split", "recoded", "renamed", "region", "languages"]
"""How a municipality changed.

`joined`: it ended and became part of one that goes on. `united`: it ended and a new one took its place, with others.
`divided`: it ended and several that go on share it. `split`: it ended and several new ones take its place.
`recoded`, `renamed`: the same municipality under another code or name. `region`, `languages`: it belongs elsewhere, or
has other official languages.
"""
ENDS: frozenset[ChangeKind] = frozenset({"joined", "united", "divided", "split", "recoded"})
"""After these the code is no municipality any more."""
BEGINS: frozenset[ChangeKind] = frozenset({"united", "split", "recoded"})
"""With these the codes that it became begin."""


class MunicipalityChange(Model):
    """A change of one municipality on a day. Name, region and languages are those that it had until then."""

    day: dt.date
    kind: ChangeKind
    code: Line
    became: Words
    """Codes that hold its area from that day on; its own code where it goes on."""
    name: Text | None = None
    region: str = ""
    languages: tuple[str, ...] = ()
    source: Line

    @property
    def is_end(self) -> bool:
        """Whether the code ended with the change."""
        return self.kind in ENDS


class Reform(Model):
    """A day on which the arranging of services passed from one kind of authority to another."""

    id: Id
    day: dt.date
    name: Text
    source: Line


class Population(Model):
    """How many lived in a municipality at the end of a year."""

    code: Line
    year: Annotated[int, Field(ge=1900, le=2200)]
    population: Annotated[int, Field(ge=0)]


class PeerRule(Model):
    """Who belongs to a peer group: all that meet every condition given; of those the `largest` so many, if given."""

    largest: Annotated[int, Field(ge=1)] | None = None
    year: int | None = None
    """The year of the population that `largest` and `size` go by; without one the latest that is known."""
    size: str = ""
    region: str = ""
    county: str = ""
    language: str = ""


class PeerGroup(Model):
    """A named peer group: codes fixed for good as they were on a day, or a rule."""

    name: Text | None = None
    codes: tuple[Line, ...] = ()
    as_of: dt.date | None = None
    """The day whose municipalities the codes are; mergers since then are followed. Without one they are today's."""
    rule: PeerRule | None = None

    @model_validator(mode="after")
    def _fixed_or_by_rule(self) -> PeerGroup:
        if bool(self.codes) == (self.rule is not None):
            raise ValueError("either codes or a rule is expected")
        return self
