"""Items of version 12 of the register's interface (a beta) as our records.

Texts lie by language in `languageVersions`, a missing translation is an empty text. Services do not say by which
channels they are used: connections do, items of their own. Two types of channels bear another name than in version 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .models import Connection, DeclaredChannel, DeclaredService, Organisation, Texts
from .values import object_of, objects_of, strings_of, text_of

_TYPES = {"EService": "EChannel", "TelephoneService": "Phone"}
_NO_CALLS = frozenset({"Fax", "Sms"})
_PARTS = ("summary", "description", "userInstructions")
Versions = Mapping[str, Mapping[str, Any]]


def read_item_12(data: Mapping[str, Any]) -> DeclaredService | DeclaredChannel | Organisation | Connection | None:
    """The record of an item; None where it is none of the kinds that are known."""
    if "serviceContentId" in data and "channelContentId" in data:
        return Connection(text_of(data.get("serviceContentId")), text_of(data.get("channelContentId")))
    if "serviceChannelType" in data:
        return _channel(data)
    if "serviceType" in data:
        return _service(data)
    if "organizationType" in data:
        return _organisation(data)
    return None


def _service(data: Mapping[str, Any]) -> DeclaredService:
    versions = _versions(data)
    owners = (text_of(data.get("organizationContentId")), *strings_of(data.get("otherResponsibleOrganizations")))
    return DeclaredService(
        id=text_of(data.get("contentId")),
        names=_each(versions, "name"),
        other_names=_each(versions, "alternativeName"),
        texts=_all_texts(versions),
        classes=tuple(sorted(set(strings_of(data.get("serviceClasses"))))),
        general_description=text_of(data.get("generalDescriptionContentId")),
        organisations=tuple(dict.fromkeys(filter(None, owners))),
        municipalities=_municipalities(data),
    )


def _channel(data: Mapping[str, Any]) -> DeclaredChannel:
    versions = _versions(data)
    kind = text_of(data.get("serviceChannelType"))
    return DeclaredChannel(
        id=text_of(data.get("contentId")),
        type=_TYPES.get(kind, kind),
        names=_each(versions, "name"),
        urls=_once(_addresses(versions)),
        phones=_once(_phones(versions)),
        emails=_once(_listed(versions, "contactEmails", "email")),
        addresses=_once(_streets(object_of(data.get("location")))),
        organisation=text_of(data.get("organizationContentId")),
        municipalities=_municipalities(data),
    )


def _organisation(data: Mapping[str, Any]) -> Organisation:
    return Organisation(
        id=text_of(data.get("contentId")),
        names=_each(_versions(data), "name"),
        type=text_of(data.get("organizationType")),
        municipality=next(iter(_municipalities(data)), ""),
        parent=text_of(data.get("parentOrganizationContentId")),
    )


def _versions(data: Mapping[str, Any]) -> Versions:
    found = object_of(data.get("languageVersions"))
    return {code: own for code, own in found.items() if isinstance(code, str) and isinstance(own, Mapping)}


def _each(versions: Versions, key: str) -> Texts:
    return {code: text for code, own in versions.items() if (text := text_of(own.get(key)))}


def _all_texts(versions: Versions) -> Texts:
    joined = {code: "\n".join(filter(None, (text_of(own.get(k)) for k in _PARTS))) for code, own in versions.items()}
    return {code: text for code, text in joined.items() if text}


def _addresses(versions: Versions) -> Iterator[tuple[str, str]]:
    for code, own in versions.items():
        yield code, text_of(object_of(own.get("webAddress")).get("url"))
    yield from _listed(versions, "formFiles", "url")
    yield from _listed(versions, "contactWebPages", "url")


def _listed(versions: Versions, list_key: str, key: str) -> Iterator[tuple[str, str]]:
    for code, own in versions.items():
        yield from ((code, text_of(item.get(key))) for item in objects_of(own.get(list_key)))


def _phones(versions: Versions) -> Iterator[tuple[str, str]]:
    for code, own in versions.items():
        for item in (*objects_of(own.get("phoneNumbers")), *objects_of(own.get("contactPhoneNumbers"))):
            if text_of(item.get("type")) not in _NO_CALLS and (number := text_of(item.get("number"))):
                yield code, f"{text_of(item.get('dialCode'))} {number}".strip()


def _streets(location: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in objects_of(location.get("streetAddresses")):
        number = text_of(item.get("addressDetail"))
        for code, name in object_of(item.get("streetName")).items():
            if street := text_of(name):
                yield str(code), f"{street} {number}".strip()


def _once(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(pair for pair in pairs if pair[1]))


def _municipalities(data: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(strings_of(object_of(data.get("area")).get("municipalities"))))
