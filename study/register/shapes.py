"""Items of the register's interface (version 11) as our records, and the condensed form in which files keep them.

Version 12 is another shape; it is recognised and refused. An item of a known shape that lacks what nobody can do
without is refused too; whatever else is missing or odd in it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .models import DeclaredChannel, DeclaredService, Organisation, Texts

Item = DeclaredService | DeclaredChannel | Organisation
TYPES = ("EChannel", "WebPage", "PrintableForm", "Phone", "ServiceLocation")
_TYPES_OF_12 = frozenset({"EService", "TelephoneService"})
_MARKS_OF_12 = frozenset({"languageVersions"})
_NAME, _OTHER_NAME = ("Name", ""), ("AlternativeName", "AlternateName")


class AnotherVersionError(ValueError):
    """The item has the shape of a version of the interface that is not read."""


class BrokenItemError(ValueError):
    """The item is no service, channel or organisation that can be understood; the text says what it lacks."""


def read_item(data: Any) -> Item:
    """The record of one item; raises AnotherVersionError or BrokenItemError."""
    if not isinstance(data, Mapping):
        raise BrokenItemError("it is no object")
    if data.keys() & _MARKS_OF_12 or _text(data.get("type")) in _TYPES_OF_12:
        raise AnotherVersionError("12")
    made = _made(data)
    if not made.id:
        raise BrokenItemError("it has no id")
    return made


def _made(data: Mapping[str, Any]) -> Item:
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
    raise BrokenItemError("it is neither a service nor a channel nor an organisation")


def page_of(answer: Any) -> tuple[list[Any], int]:
    """The items of an answer and how many pages its list has; an answer that is no list is one item on one page."""
    if isinstance(answer, list):
        return answer, 1
    if isinstance(answer, Mapping) and ("itemList" in answer or "pageCount" in answer):
        items = answer.get("itemList")
        count = answer.get("pageCount")
        return (items if isinstance(items, list) else []), (count if isinstance(count, int) else 1)
    if isinstance(answer, Mapping) and ("items" in answer or "totalCount" in answer):
        raise AnotherVersionError("12")
    return [answer], 1


def _service(data: Mapping[str, Any]) -> DeclaredService:
    links = (_dict(link.get("serviceChannel")) for link in _dicts(data.get("serviceChannels")))
    owners = (_dict(role.get("organization")) for role in _dicts(data.get("organizations")))
    return DeclaredService(
        id=_text(data.get("id")),
        names=_by_language(data.get("serviceNames"), _NAME),
        other_names=_by_language(data.get("serviceNames"), _OTHER_NAME),
        texts=_all_texts(data.get("serviceDescriptions")),
        classes=tuple(sorted({code for item in _dicts(data.get("serviceClasses")) if (code := _class_of(item))})),
        general_description=_text(data.get("generalDescriptionId") or data.get("statutoryServiceGeneralDescriptionId")),
        channels=_ids(links),
        organisations=_ids(owners),
        municipalities=_municipalities(data.get("areas")),
    )


def _channel(data: Mapping[str, Any]) -> DeclaredChannel:
    owner = data.get("organizationId")
    links = (_dict(link.get("service")) for link in _dicts(data.get("services")))
    pages = (*_dicts(data.get("webPages")), *_dicts(data.get("channelUrls")), *_dicts(data.get("urls")))
    return DeclaredChannel(
        id=_text(data.get("id")),
        type=_text(data.get("serviceChannelType") or data.get("type")),
        names=_by_language(data.get("serviceChannelNames"), _NAME),
        urls=_pairs(pages, "url"),
        phones=tuple(_phones(_dicts(data.get("phoneNumbers")))),
        emails=_pairs(_dicts(data.get("emails")), "value"),
        addresses=tuple(_streets(data.get("addresses"))),
        services=_ids(links),
        organisation=_text(owner),
        municipalities=_municipalities(data.get("areas")),
    )


def _organisation(data: Mapping[str, Any]) -> Organisation:
    return Organisation(
        id=_text(data.get("id")),
        names=_by_language(data.get("organizationNames"), _NAME),
        type=_text(data.get("organizationType")),
        municipality=_text(_dict(data.get("municipality")).get("code")),
        parent=_text(data.get("parentOrganizationId") or data.get("parentOrganization")),
    )


def _condensed_service(data: Mapping[str, Any]) -> DeclaredService:
    parts = [_texts(data.get(key)) for key in ("summary", "description", "instruction")]
    languages = sorted({language for part in parts for language in part})
    return DeclaredService(
        id=_text(data.get("id")),
        names=_texts(data.get("names")),
        other_names=_texts(data.get("alt")),
        texts={code: "\n".join(part[code] for part in parts if code in part) for code in languages},
        classes=_strings(data.get("classes")),
        general_description=_text(data.get("general_description")),
        channels=_strings(data.get("channel_ids")),
        municipalities=tuple(filter(None, (_text(data.get("municipality") or data.get("city")),))),
    )


def _condensed_channel(data: Mapping[str, Any]) -> DeclaredChannel:
    return DeclaredChannel(
        id=_text(data.get("id")),
        type=_text(data.get("type")),
        names=_texts(data.get("name")),
        urls=_pairs(_dicts(data.get("urls")), "url"),
        phones=tuple(_phones(_dicts(data.get("phones")))),
        emails=_pairs(_dicts(data.get("emails")), "value"),
        addresses=tuple(_streets(data.get("addresses"))),
        services=_strings(data.get("services")),
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _dicts(value: Any) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list; null, which the interface writes for an empty one, has none."""
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(text for item in value if (text := _text(item))) if isinstance(value, list) else ()


def _ids(items: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for item in items if (name := _text(item.get("id")))))


def _texts(value: Any) -> Texts:
    return {code: text for code, own in _dict(value).items() if isinstance(code, str) and (text := _text(own))}


def _by_language(value: Any, kinds: tuple[str, ...]) -> Texts:
    found: dict[str, str] = {}
    for item in _dicts(value):
        code, text = _text(item.get("language")), _text(item.get("value"))
        if code and text and _text(item.get("type")) in kinds:
            found.setdefault(code, text)
    return found


def _all_texts(value: Any) -> Texts:
    found: dict[str, list[str]] = {}
    for item in _dicts(value):
        code, text = _text(item.get("language")), _text(item.get("value"))
        if code and text:
            found.setdefault(code, []).append(text)
    return {code: "\n".join(parts) for code, parts in found.items()}


def _class_of(item: Mapping[str, Any]) -> str:
    """The code of a service class: given as such, or at the end of its address."""
    return _text(item.get("code")).rpartition("/")[2] or _text(item.get("uri")).rpartition("/")[2]


def _pairs(items: Iterable[Mapping[str, Any]], key: str) -> tuple[tuple[str, str], ...]:
    found = ((_text(item.get("language")), _text(item.get(key))) for item in items)
    return tuple(dict.fromkeys(pair for pair in found if pair[1]))


def _phones(items: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for item in items:
        number = _text(item.get("number"))
        prefix = "" if item.get("isFinnishServiceNumber") else _text(item.get("prefixNumber"))
        if number and prefix:
            # Behind the country's prefix the number is written without its leading nought.
            number = f"{prefix} {number.removeprefix('0')}"
        if number:
            yield _text(item.get("language")), number


def _streets(value: Any) -> Iterator[tuple[str, str]]:
    for item in _dicts(value):
        street = _dict(item.get("streetAddress"))
        number = _text(street.get("streetNumber"))
        for name in _dicts(street.get("street")):
            if text := _text(name.get("value")):
                yield _text(name.get("language")), f"{text} {number}".strip()


def _municipalities(value: Any) -> tuple[str, ...]:
    named = (place for area in _dicts(value) for place in _dicts(area.get("municipalities")))
    return tuple(dict.fromkeys(code for place in named if (code := _text(place.get("code")))))
