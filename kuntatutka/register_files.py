"""Whose the items of register files are: the municipality that they name, that of their organisation, or the one told.

Pure: from items to municipalities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from study import StudyMunicipality
from study.register import Connection, DeclaredChannel, DeclaredItem, DeclaredService, Organisation


def shared_out(
    items: Sequence[DeclaredItem], towns: Sequence[StudyMunicipality], told: str = ""
) -> tuple[dict[str, list[Any]], int]:
    """The items by municipality as they stood in the files, and how many of them are nobody's in this study.

    `told` is the code of the municipality whose all of them are; a study of one needs not be told.
    """
    only = told or (towns[0].code if len(towns) == 1 else "")
    if only:
        return {only: [own.data for own in items]}, 0
    owners = _owners(items, towns)
    found: dict[str, list[Any]] = defaultdict(list)
    nobodys = 0
    for own in items:
        codes = owners.get(own.item.id, frozenset())
        nobodys += not codes
        for code in sorted(codes):
            found[code].append(own.data)
    return dict(found), nobodys


def _owners(items: Sequence[DeclaredItem], towns: Sequence[StudyMunicipality]) -> Mapping[str, frozenset[str]]:
    names = {name.casefold(): town.code for town in towns for name in (town.code, town.name_fi, town.name_sv) if name}
    organisations = {own.item.id: own.item for own in items if isinstance(own.item, Organisation)}
    places = {name: _codes((item.municipality,), names) for name, item in organisations.items()}
    owners: dict[str, frozenset[str]] = dict(places)
    for own in items:
        if isinstance(own.item, DeclaredService):
            declarer = [places[name] for name in own.item.organisations if name in places]
            owners[own.item.id] = declarer[0] if declarer else _codes(own.item.municipalities, names)
    for own in items:
        if isinstance(own.item, DeclaredChannel):
            served = (*own.item.services, *_served_by(own.item.id, items))
            of_services = frozenset().union(*(owners.get(name, frozenset()) for name in served))
            declarer_of_channel = places.get(own.item.organisation) or _codes(own.item.municipalities, names)
            owners[own.item.id] = of_services or declarer_of_channel
    for own in items:
        if isinstance(own.item, Connection):
            owners[own.item.id] = owners.get(own.item.service, frozenset())
    return owners


def _served_by(channel: str, items: Iterable[DeclaredItem]) -> list[str]:
    declared = [own.item.id for own in items if isinstance(own.item, DeclaredService) and channel in own.item.channels]
    connected = (own.item for own in items if isinstance(own.item, Connection))
    return [*declared, *(item.service for item in connected if item.channel == channel)]


def _codes(named: Iterable[str], names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(names[name.casefold()] for name in named if name.casefold() in names)
