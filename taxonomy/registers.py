"""A country's register of services: where municipalities declare what they offer, and how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from .base import Id, Line, Model, Text


class RegisterPaths(Model):
    """Where the lists of a version of a register's interface lie, behind its address.

    `{code}` is a municipality's, `{id}` an organisation's, `{ids}` several of what the path is about.
    """

    organisations: Line
    services: Line
    channels: Line
    channels_by_id: Line
    most_ids: int
    """Channels asked for in one request."""
    connections: str = ""
    """Where it is told which channels serve a service; empty where services tell it themselves."""
    connected: str = ""
    """How one service, `{id}`, is named there."""
    most_connected: int = 1
    """Services named there in one request."""
    page: Line
    municipality_type: Line
    """What the register calls an organisation that is a municipality."""


class RegisterVersion(Model):
    """A version of a register's interface, and where it is asked."""

    number: int
    url: Line
    needs_key: bool = False
    """Whether every call needs a key."""
    paths: RegisterPaths


class Register(Model):
    """A country's register in which municipalities declare their services."""

    id: Id
    name: Text
    licence: Line
    versions: Annotated[tuple[RegisterVersion, ...], Field(min_length=1)]
    """The one that is asked where nobody says otherwise comes first."""
    descriptions: Mapping[str, Id] = {}
    """Ids of national descriptions, and the service that each describes."""

    def version(self, number: int) -> RegisterVersion | None:
        """The version of this number; None where it is not known how it is asked."""
        return next((version for version in self.versions if version.number == number), None)
