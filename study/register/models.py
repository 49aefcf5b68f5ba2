"""What a register declares, in our words: services, the channels that serve them, and who declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Texts = Mapping[str, str]
"""Texts by language, two letters; a language without a text is left out."""


@dataclass(frozen=True, slots=True)
class DeclaredService:
    """A service that somebody declares."""

    id: str
    names: Texts
    other_names: Texts = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    """Summary, description and instruction, a line each."""
    classes: tuple[str, ...] = ()
    general_description: str = ""
    """Id of the national description that it follows; empty without one."""
    channels: tuple[str, ...] = ()
    """Ids of its channels."""
    organisations: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    """Codes or names of the municipalities that the item itself names; empty where it names none."""


@dataclass(frozen=True, slots=True)
class DeclaredChannel:
    """A way of using services that somebody declares."""

    id: str
    type: str
    """Type as the interface calls it: EChannel, WebPage, PrintableForm, Phone or ServiceLocation."""
    names: Texts
    urls: tuple[tuple[str, str], ...] = ()
    """Language and web address."""
    phones: tuple[tuple[str, str], ...] = ()
    emails: tuple[tuple[str, str], ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    """Language and street with number; a place without a street is left out."""
    services: tuple[str, ...] = ()
    organisation: str = ""
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """Somebody who declares services."""

    id: str
    names: Texts
    type: str = ""
    municipality: str = ""
    """Code of the municipality that it is, or works in."""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """That a channel serves a service, where the interface tells it apart from both."""

    service: str
    channel: str

    @property
    def id(self) -> str:
        """Both ids: a connection has none of its own."""
        return f"{self.service} {self.channel}" if self.service and self.channel else ""
