"""A country's register of services: where municipalities declare what they offer, and how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from .base import Id, Line, Model, Text


class RegisterPaths(Model):
    """Where the lists of a register's interface lie, behind its address."""

    organisations: Line
    services: Line
    channels: Line
    channels_by_id: Line
    page: Line
    most_ids: int
    municipality_type: Line
    """What the register calls an organisation that is a municipality."""


class Register(Model):
    """A country's register in which municipalities declare their services, and where it is asked."""

    id: Id
    name: Text
    url: Line
    versions: Annotated[tuple[int, ...], Field(min_length=1)]
    licence: Line
    paths: RegisterPaths
    descriptions: Mapping[str, Id] = {}
    """Ids of national descriptions, and the service that each describes."""
