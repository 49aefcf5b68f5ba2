"""A register's interface on loopback: paging, busy and cut answers, going on, keys; and addresses asked for life."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler import Asking, RegisterVisit, check_addresses, fetch_register
from study import RegisterError, StudyFolder, UserError, read_events
from study.register import Check, RegisterEvidence
from taxonomy import RegisterVersion, load_taxonomy

from .conftest import Reply, Served

_KNOWN = load_taxonomy("fi").service_register
assert _KNOWN is not None
_ELEVEN = _KNOWN.version(11)
assert _ELEVEN is not None
REGISTER: RegisterVersion = _ELEVEN


def named(kind: str, text: str) -> list[dict[str, str]]:
    return [{"language": "fi", "value": text, "type": kind}]


def service(name: str, channels: Sequence[str] = ()) -> dict[str, Any]:
    links = [{"serviceChannel": {"id": channel}} for channel in channels]
    return {"id": name, "serviceNames": named("Name", name), "serviceChannels": links or None}


def channel(name: str) -> dict[str, Any]:
    return {"id": name, "serviceChannelType": "WebPage", "serviceChannelNames": named("Name", name)}


def organisation(name: str, code: str, *, parent: str = "", kind: str = "Municipality") -> dict[str, Any]:
    return {
        "id": name,
        "organizationType": kind,
        "organizationNames": named("Name", name),
        "municipality": {"code": code},
        "parentOrganizationId": parent or None,
    }


class Interface:
    """What the register holds, in pages of two; `troubles` are answers to give first, by a part of the address."""

    def __init__(self, serve: Callable[..., Served]) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {
            "/Organization/list/area/Municipality/code/901": [
                organisation("town", "901"),
                organisation("school", "901", parent="town", kind="Organization"),
                organisation("shop", "901", kind="Company"),
            ],
            "/Service/list/organization town": [service("s1", ("c1", "c9")), service("s2"), service("s3", ("c2",))],
            "/Service/list/organization school": [service("s4", ("c3",))],
            "/ServiceChannel/list/organization town": [channel("c1"), channel("c2")],
            "/ServiceChannel/list/organization school": [channel("c3")],
        }
        self.others = {"c9": channel("c9")}
        self.troubles: dict[str, list[Reply]] = {}
        self.site = serve({}, self.answer)

    def answer(self, path: str) -> Reply | str:
        if path == "/robots.txt":
            return Reply("nothing here", 404)
        for part, replies in self.troubles.items():
            if part in path and replies:
                return replies.pop(0)
        parts, query = urlsplit(path), parse_qs(urlsplit(path).query)
        if parts.path == "/ServiceChannel/list":
            asked = query["guids"][0].split(",")
            return self.as_json([self.others[name] for name in asked if name in self.others])
        key = " ".join((parts.path, *query.get("organizationId", ())))
        if key not in self.lists:
            return Reply("no such list", 404)
        items, number = self.lists[key], int(query["page"][0])
        page = items[2 * number - 2 : 2 * number]
        return self.as_json({"pageNumber": number, "pageSize": 2, "pageCount": -(-len(items) // 2), "itemList": page})

    @staticmethod
    def as_json(data: Any) -> Reply:
        return Reply(json.dumps(data), headers={"Content-Type": "application/json"})

    @property
    def asked(self) -> list[str]:
        return [path for path in self.site.paths if path != "/robots.txt"]


@pytest.fixture
def interface(serve: Callable[..., Served]) -> Interface:
    return Interface(serve)


@pytest.fixture
def folder(study: Callable[..., StudyFolder], interface: Interface) -> StudyFolder:
    return study({"901": (interface.site.url,)})


class Pauses:
    """Pauses that take no time, and how long each would have been."""

    def __init__(self) -> None:
        self.made: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.made.append(seconds)


def ask(folder: StudyFolder, interface: Interface, codes: Sequence[str] = ("901",), **more: Any) -> list[RegisterVisit]:
    pause: Callable[[float], Awaitable[None]] = more.pop("pause", Pauses())
    on_step: Callable[[str, int, str], None] = more.pop("on_step", lambda code, done, what: None)
    asking = Asking(interface.site.url.rstrip("/"), REGISTER, more.pop("secret", {}), pause=pause, **more)
    return fetch_register(folder, codes, asking, on_step)


def test_all_pages_of_all_own_organisations(folder: StudyFolder, interface: Interface) -> None:
    told: list[int] = []
    (visit,) = ask(folder, interface, on_step=lambda code, done, what: told.append(done))
    assert (visit.services, visit.channels, visit.failure) == (4, 4, "")
    assert (told[0], told[-1]) == (0, 1), "what is done is told, the last one too"
    assert interface.site.most_busy == 1, "one request at a time"
    kept = RegisterEvidence(folder, "901").read().visit
    assert kept is not None
    assert kept.is_whole
    assert sorted(kept.services) == ["s1", "s2", "s3", "s4"]
    assert sorted(kept.channels) == ["c1", "c2", "c3", "c9"], "a channel of somebody else's that serves the town's"
    assert not any("shop" in path for path in interface.asked)


def test_what_was_had_is_not_asked_again(folder: StudyFolder, interface: Interface) -> None:
    ask(folder, interface)
    before = len(interface.asked)
    (visit,) = ask(folder, interface)
    assert len(interface.asked) == before
    assert (visit.services, visit.channels) == (4, 4)
    ask(folder, interface, again=True)
    assert len(interface.asked) == 2 * before


def test_a_busy_register_is_given_its_time(folder: StudyFolder, interface: Interface) -> None:
    busy = Reply("wait", 429, {"Retry-After": "17"})
    interface.troubles["organizationId=town&page=2"] = [busy, Reply("down", 503)]
    pause = Pauses()
    (visit,) = ask(folder, interface, pause=pause)
    assert visit.failure == ""
    assert pause.made == [17.0, 4.0]


def test_a_register_that_wants_too_long_a_pause_is_left(folder: StudyFolder, interface: Interface) -> None:
    interface.troubles["Service/list"] = [Reply("wait", 429, {"Retry-After": "86400"})] * 9
    pause = Pauses()
    with pytest.raises(RegisterError, match="asks to wait 86400 s"):
        ask(folder, interface, pause=pause)
    assert pause.made == []


def test_cut_answers_are_asked_for_again(folder: StudyFolder, interface: Interface) -> None:
    whole = interface.as_json({"pageCount": 1, "itemList": [service("s4", ("c3",))]})
    interface.troubles["Service/list/organization?organizationId=school"] = [replace(whole, body=str(whole.body)[:50])]
    (visit,) = ask(folder, interface)
    assert (visit.services, visit.failure) == (4, "")


def test_a_stopped_visit_goes_on_where_it_stopped(folder: StudyFolder, interface: Interface) -> None:
    interface.troubles["ServiceChannel/list/organization?organizationId=town"] = [Reply("down", 500)] * 5
    with pytest.raises(RegisterError, match="answers 500"):
        ask(folder, interface)
    visit = RegisterEvidence(folder, "901").read().unfinished
    assert visit is not None
    had = len(visit.answered)
    assert had == 6
    before = len(interface.asked)
    assert ask(folder, interface)[0].failure == ""
    later = interface.asked[before:]
    assert not set(later) & {url.removeprefix(interface.site.url.rstrip("/")) for url in visit.answered}
    kept = RegisterEvidence(folder, "901").read()
    assert len(kept.visits) == 1
    assert kept.visit is not None
    assert len(kept.visit.services) == 4


def test_one_municipality_failing_does_not_stop_the_next(
    study: Callable[..., StudyFolder], interface: Interface
) -> None:
    folder = study({"900": (interface.site.url,), "901": (interface.site.url,)})
    interface.troubles["code/900"] = [Reply("down", 500)] * 5
    first, second = ask(folder, interface, ("900", "901"))
    assert "answers 500" in first.failure
    assert (second.services, second.failure) == (4, "")


def test_a_municipality_that_the_register_does_not_know_declares_nothing(
    study: Callable[..., StudyFolder], interface: Interface
) -> None:
    folder = study({"900": (interface.site.url,)})
    (visit,) = ask(folder, interface, ("900",))
    assert (visit.services, visit.channels, visit.failure) == (0, 0, "")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"items": [], "totalPages": 0}, "version 12 .* version of study.toml is 11"),
        ({"pageCount": 1, "itemList": [{"id": "x", "languageVersions": {}}]}, "no list of the register"),
        ({"message": "hello"}, "no list of the register"),
    ],
)
def test_another_interface_is_refused_in_one_sentence(
    folder: StudyFolder, interface: Interface, answer: Any, said: str
) -> None:
    interface.troubles["Organization"] = [interface.as_json(answer)]
    with pytest.raises(UserError, match=said):
        ask(folder, interface)
    # With the right address all is asked that has not been had.
    interface.troubles.clear()
    assert ask(folder, interface, again=True)[0].services == 4


def test_a_key_is_sent_and_kept_nowhere(folder: StudyFolder, interface: Interface) -> None:
    ask(folder, interface, secret={"X-API-Key": "very-secret"})
    sent = [headers.get("X-API-Key") for _, path, headers in interface.site.asked if path != "/robots.txt"]
    assert set(sent) == {"very-secret"}
    files = RegisterEvidence(folder, "901").files
    assert not any("very-secret" in repr(event) for event in read_events(files))


def test_a_wrong_key_is_told(folder: StudyFolder, interface: Interface) -> None:
    interface.troubles["Organization"] = [Reply("no", 401)]
    with pytest.raises(UserError, match="answers 401"):
        ask(folder, interface)


def test_robots_txt_is_obeyed(study: Callable[..., StudyFolder], serve: Callable[..., Served]) -> None:
    closed = serve({"/robots.txt": Reply("User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"})})
    folder = study({"901": (closed.url,)})
    with pytest.raises(RegisterError, match="robots"):
        fetch_register(folder, ["901"], Asking(closed.url.rstrip("/"), REGISTER, {}), lambda code, done, what: None)
    assert closed.paths == ["/robots.txt"]


def test_private_addresses_are_not_asked(study: Callable[..., StudyFolder], serve: Callable[..., Served]) -> None:
    site = serve({"/": "hello"})
    folder = study({"901": ("http://127.0.0.1:1/",)})
    check_addresses(folder, {"901": [site.url]}, lambda code, done, what: None)
    assert site.paths == []
    assert checked(folder)[site.url].reason == "private-address"


def checked(folder: StudyFolder) -> dict[str, Check]:
    return RegisterEvidence(folder, "901").read().checks


def test_addresses_are_alive_dead_or_say_neither(
    study: Callable[..., StudyFolder], serve: Callable[..., Served]
) -> None:
    site = serve(
        {
            "/robots.txt": Reply("User-agent: *\nDisallow: /closed", headers={"Content-Type": "text/plain"}),
            "/": "front",
            "/here": "here",
            "/gone": Reply("gone", 410),
            "/moved": Reply("", 301, {"Location": "/here"}),
            "/home": Reply("", 302, {"Location": "/"}),
            "/busy": Reply("", 503),
            "/loop": Reply("", 302, {"Location": "/loop2"}),
            "/loop2": Reply("", 302, {"Location": "/loop"}),
            "/closed": "closed",
        }
    )
    folder = study({"901": (site.url,)})
    base = site.url.rstrip("/")
    names = ("here", "gone", "missing", "moved", "home", "busy", "loop", "closed")
    urls = [f"{base}/{name}" for name in names] + ["http://no-such-town.example/"]
    assert check_addresses(folder, {"901": urls}, lambda code, done, what: None) == len(urls)
    found = {url.removeprefix(base).strip("/"): check for url, check in checked(folder).items()}
    alive = {name: found[name].alive for name in names}
    assert alive == {
        "here": True,
        "gone": False,
        "missing": False,
        "moved": True,
        "home": None,
        "busy": None,
        "loop": None,
        "closed": None,
    }
    assert found["moved"].final_url == f"{base}/here"
    assert (found["home"].reason, found["closed"].reason) == ("leads to a front page", "robots")
    assert checked(folder)["http://no-such-town.example/"].alive is False
    assert "/closed" not in site.paths


def test_the_command_asks_keeps_and_does_not_ask_again(
    folder: StudyFolder, interface: Interface, kuntatutka: Callable[..., Any]
) -> None:
    text = folder.config_file.read_text(encoding="utf-8")
    wanted = f'url = "{interface.site.url.rstrip("/")}"\n# Version of the interface'
    assert 'url = ""\n# Version of the interface' in text
    folder.config_file.write_text(text.replace('url = ""\n# Version of the interface', wanted), encoding="utf-8")
    done = kuntatutka("register", folder.root)
    assert done.status == 0, done.err
    assert "declares 4 services and 4 channels" in done.err
    before = len(interface.asked)
    assert before > 0
    assert kuntatutka("register", folder.root).status == 0
    assert len(interface.asked) == before
    assert kuntatutka("doctor", folder.root).out.count("register/901-00001.warc.gz") == 1


def test_one_of_several_that_failed_is_told_and_the_status_says_so(
    study: Callable[..., StudyFolder], interface: Interface, kuntatutka: Callable[..., Any]
) -> None:
    folder = study({"900": (interface.site.url,), "901": (interface.site.url,)})
    text = folder.config_file.read_text(encoding="utf-8")
    wanted = f'url = "{interface.site.url.rstrip("/")}"\n# Version of the interface'
    folder.config_file.write_text(text.replace('url = ""\n# Version of the interface', wanted), encoding="utf-8")
    interface.troubles["code/900"] = [Reply("teapot", 418)]
    done = kuntatutka("register", folder.root)
    assert done.status == 3, done.err
    assert "Kunta 900: " in done.err
    assert "answers 418" in done.err
    assert "Kunta 901 declares 4 services" in done.err
