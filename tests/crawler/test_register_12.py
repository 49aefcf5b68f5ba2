"""Version 12 of a register's interface on loopback, shaped as its OpenAPI description (beta 0.1.0) says, with a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from study import StudyFolder, read_events
from study.register import RegisterEvidence

from .conftest import Reply, Served

KEY = "very-secret"


def texts(name: str, **more: Any) -> dict[str, Any]:
    return {"languageVersions": {"fi": {"name": name, **more}, "sv": {"name": ""}}}


def service(name: str) -> dict[str, Any]:
    return {"contentId": name, "serviceType": "Service", "organizationContentId": "town", **texts(name)}


def channel(name: str, kind: str = "WebPage", **more: Any) -> dict[str, Any]:
    return {"contentId": name, "serviceChannelType": kind, "organizationContentId": "town", **texts(name, **more)}


def organisation(name: str, kind: str, parent: str | None = None, codes: tuple[str, ...] = ("901",)) -> dict[str, Any]:
    area = {"areaType": "LimitedArea", "municipalities": list(codes)}
    given = {"contentId": name, "organizationType": kind, "parentOrganizationContentId": parent, "area": area}
    return given | texts(name)


class Interface12:
    """A town of 23 services in pages of ten, whose connections are asked for by at most twenty services."""

    def __init__(self, serve: Callable[..., Served]) -> None:
        self.services = [service(f"s{number:02}") for number in range(23)]
        self.channels = [channel("c1", "EService", webAddress={"url": "https://e.example/", "name": None})]
        self.others = {"c9": channel("c9", "TelephoneService", phoneNumbers=[{"type": "DomesticPhone", "number": "1"}])}
        self.links = [("s00", "c1"), ("s00", "c9"), ("s22", "c9"), ("s22", "gone")]
        self.site = serve({}, self.answer)

    def answer(self, path: str) -> Reply | str:
        if path == "/robots.txt":
            return Reply("nothing here", 404)
        if {name.lower(): value for name, value in self.site.asked[-1][2].items()}.get("x-api-key") != KEY:
            return self.as_json({"title": "Unauthorized", "status": 401}, 401)
        parts, query = urlsplit(path), parse_qs(urlsplit(path).query)
        kind, _, name = parts.path.strip("/").partition("/")
        if name != "search":
            found = self.others.get(name)
            return self.as_json(found) if found else self.as_json({"reason": "NotPublished"}, 404)
        if not 1 <= int(query["pageSize"][0]) <= 100 or len(query.get("serviceContentIds", ())) > 20:
            return self.as_json({"errors": [{"message": "too many"}]}, 400)
        return self.page(self.found(kind, query), int(query["page"][0]))

    def found(self, kind: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        if kind == "organization":
            assert (query["municipalities"], query["areaType"]) == (["901"], ["LimitedArea"])
            region = organisation("region", "RegionalOrganization", codes=("900", "901"))
            return [organisation("town", "Municipality"), organisation("school", "Organization", "town"), region]
        if kind == "connection":
            asked = query["serviceContentIds"]
            links = [link for link in self.links if link[0] in asked]
            return [{"serviceContentId": own, "channelContentId": other} for own, other in links]
        owned = self.services if kind == "service" else self.channels
        return owned if query["organizationContentIds"] == ["town"] else []

    def page(self, items: list[Any], number: int) -> Reply:
        told = {"page": number, "pageSize": 10, "totalItems": len(items), "totalPages": -(-len(items) // 10)}
        return self.as_json(told | {"items": items[10 * number - 10 : 10 * number]})

    @staticmethod
    def as_json(data: Any, status: int = 200) -> Reply:
        return Reply(json.dumps(data), status, {"Content-Type": "application/json"})


@pytest.fixture
def interface(serve: Callable[..., Served]) -> Interface12:
    return Interface12(serve)


def test_version_12_is_asked_with_a_key_and_its_connections_are_followed(
    study: Callable[..., StudyFolder], interface: Interface12, kuntatutka: Callable[..., Any]
) -> None:
    folder = study({"901": (interface.site.url,)})
    text = folder.config_file.read_text(encoding="utf-8")
    for old, new in (
        (
            'url = ""\n# Version of the interface',
            f'url = "{interface.site.url.rstrip("/")}"\n# Version of the interface',
        ),
        ("version = 11", "version = 12"),
        ('key_env = ""\n# Header', 'key_env = "MY_REGISTER_KEY"\n# Header'),
    ):
        assert old in text
        text = text.replace(old, new)
    folder.config_file.write_text(text, encoding="utf-8")

    refused = kuntatutka("register", folder.root, MY_REGISTER_KEY="wrong")
    assert (refused.status, "answers 401" in refused.err, "key_env" in refused.err) == (2, True, True)
    assert "Traceback" not in refused.err

    done = kuntatutka("register", folder.root, MY_REGISTER_KEY=KEY)
    assert done.status == 0, done.err
    assert "declares 23 services and 2 channels" in done.err
    visit = RegisterEvidence(folder, "901").read().visit
    assert visit is not None
    assert visit.is_whole
    assert sorted(visit.services["s00"].channels) == ["c1", "c9"]
    assert visit.services["s22"].channels == ("c9", "gone"), "of more than twenty services all are asked for"
    assert {name: item.type for name, item in visit.channels.items()} == {"c1": "EChannel", "c9": "Phone"}
    assert not any("region" in path for path in interface.site.paths), "nobody else's organisation is asked for"

    before = len(interface.site.paths)
    assert kuntatutka("register", folder.root, MY_REGISTER_KEY=KEY).status == 0
    assert len(interface.site.paths) == before, "what was had is not asked again"
    kept = b"".join(path.read_bytes() for path in RegisterEvidence(folder, "901").files)
    assert KEY.encode() not in kept
    assert not any(KEY in repr(event) for event in read_events(RegisterEvidence(folder, "901").files))
