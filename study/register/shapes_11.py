"""Items of version 11 of the register's interface as our records, and the condensed form in which files keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .models import DeclaredChannel, DeclaredService, Organisation, Texts
from .values import object_of, objects_of, strings_of, text_of, texts_of

_NAME, _OTHER_NAME = ("Name", ""), ("AlternativeName", "AlternateName")


def read_item_11(data: Mapping[str, Any]) -> DeclaredService | DeclaredChannel | Organisation | None:
    """The record of an item; None where it is neither a service nor a channel nor an organisation."""
    if "serviceNames" in data:
        return _service(data)
    if "serviceChannelNames" in data:
        return _channel(data)
    if "organizationNames" in data:
        return _organisation(data)
    if isinstance(data.get("names"), Mapping) and "channel_ids" in data:
        return _condensed_service(data)
    if isinstance(data.get("name"), Mapping) and "urls" in data:
        return _condensed_channel(data)
    return None


def _service(data: Mapping[str, Any]) -> DeclaredService:
    links = (object_of(link.get("serviceChannel")) for link in objects_of(data.get("serviceChannels")))
    owners = (object_of(role.get("organization")) for role in objects_of(data.get("organizations")))
    return DeclaredService(
        id=text_of(data.get("id")),
        names=_by_language(data.get("serviceNames"), _NAME),
        other_names=_by_language(data.get("serviceNames"), _OTHER_NAME),
        texts=_all_texts(data.get("serviceDescriptions")),
        classes=tuple(sorted({code for item in objects_of(data.get("serviceClasses")) if (code := _class_of(item))})),
        general_description=text_of(
            data.get("generalDescriptionId") or data.get("statutoryServiceGeneralDescriptionId")
        ),
        channels=_ids(links),
        organisations=_ids(owners),
        municipalities=_municipalities(data.get("areas")),
    )


def _channel(data: Mapping[str, Any]) -> DeclaredChannel:
    owner = data.get("organizationId")
    links = (object_of(link.get("service")) for link in objects_of(data.get("services")))
    pages = (*objects_of(data.get("webPages")), *objects_of(data.get("channelUrls")), *objects_of(data.get("urls")))
    return DeclaredChannel(
        id=text_of(data.get("id")),
        type=text_of(data.get("serviceChannelType") or data.get("type")),
        names=_by_language(data.get("serviceChannelNames"), _NAME),
        urls=_pairs(pages, "url"),
        phones=tuple(_phones(objects_of(data.get("phoneNumbers")))),
        emails=_pairs(objects_of(data.get("emails")), "value"),
        addresses=tuple(_streets(data.get("addresses"))),
        services=_ids(links),
        organisation=text_of(owner),
        municipalities=_municipalities(data.get("areas")),
    )


def _organisation(data: Mapping[str, Any]) -> Organisation:
    return Organisation(
        id=text_of(data.get("id")),
        names=_by_language(data.get("organizationNames"), _NAME),
        type=text_of(data.get("organizationType")),
        municipality=text_of(object_of(data.get("municipality")).get("code")),
        parent=text_of(data.get("parentOrganizationId") or data.get("parentOrganization")),
    )


def _condensed_service(data: Mapping[str, Any]) -> DeclaredService:
    parts = [texts_of(data.get(key)) for key in ("summary", "description", "instruction")]
    languages = sorted({language for part in parts for language in part})
    return DeclaredService(
        id=text_of(data.get("id")),
        names=texts_of(data.get("names")),
        other_names=texts_of(data.get("alt")),
        texts={code: "\n".join(part[code] for part in parts if code in part) for code in languages},
        classes=strings_of(data.get("classes")),
        general_description=text_of(data.get("general_description")),
        channels=strings_of(data.get("channel_ids")),
        municipalities=tuple(filter(None, (text_of(data.get("municipality") or data.get("city")),))),
    )


def _condensed_channel(data: Mapping[str, Any]) -> DeclaredChannel:
    return DeclaredChannel(
        id=text_of(data.get("id")),
        type=text_of(data.get("type")),
        names=texts_of(data.get("name")),
        urls=_pairs(objects_of(data.get("urls")), "url"),
        phones=tuple(_phones(objects_of(data.get("phones")))),
        emails=_pairs(objects_of(data.get("emails")), "value"),
        addresses=tuple(_streets(data.get("addresses"))),
        services=strings_of(data.get("services")),
    )


def _ids(items: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for item in items if (name := text_of(item.get("id")))))


def _by_language(value: Any, kinds: tuple[str, ...]) -> Texts:
    found: dict[str, str] = {}
    for item in objects_of(value):
        code, text = text_of(item.get("language")), text_of(item.get("value"))
        if code and text and text_of(item.get("type")) in kinds:
            found.setdefault(code, text)
    return found


def _all_texts(value: Any) -> Texts:
    found: dict[str, list[str]] = {}
    for item in objects_of(value):
        code, text = text_of(item.get("language")), text_of(item.get("value"))
        if code and text:
            found.setdefault(code, []).append(text)
    return {code: "\n".join(parts) for code, parts in found.items()}


def _class_of(item: Mapping[str, Any]) -> str:
    """The code of a service class: given as such, or at the end of its address."""
    return text_of(item.get("code")).rpartition("/")[2] or text_of(item.get("uri")).rpartition("/")[2]


def _pairs(items: Iterable[Mapping[str, Any]], key: str) -> tuple[tuple[str, str], ...]:
    found = ((text_of(item.get("language")), text_of(item.get(key))) for item in items)
    return tuple(dict.fromkeys(pair for pair in found if pair[1]))


def _phones(items: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for item in items:
        number = text_of(item.get("number"))
        prefix = "" if item.get("isFinnishServiceNumber") else text_of(item.get("prefixNumber"))
        if number and prefix:
            # Behind the country's prefix the number is written without its leading nought.
            number = f"{prefix} {number.removeprefix('0')}"
        if number:
            yield text_of(item.get("language")), number


def _streets(value: Any) -> Iterator[tuple[str, str]]:
    for item in objects_of(value):
        street = object_of(item.get("streetAddress"))
        number = text_of(street.get("streetNumber"))
        for name in objects_of(street.get("street")):
            if text := text_of(name.get("value")):
                yield text_of(name.get("language")), f"{text} {number}".strip()


def _municipalities(value: Any) -> tuple[str, ...]:
    named = (place for area in objects_of(value) for place in objects_of(area.get("municipalities")))
    return tuple(dict.fromkeys(code for place in named if (code := text_of(place.get("code")))))
