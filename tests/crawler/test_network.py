"""No network at all is told from sites that do not answer."""

from __future__ import annotations

import socket

import pytest

from crawler.manners import network
from crawler.manners.guard import Guard
from crawler.manners.network import no_network

FAR = ["https://www.kunta.fi/", "https://www.toinen.fi/"]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def answering(error: int | None) -> object:
    def look_up(host: str, port: object) -> list[object]:
        if error is not None:
            raise socket.gaierror(error, "told")
        return []

    return look_up


@pytest.mark.parametrize(
    ("way_out", "error", "told"),
    [
        (False, None, "this computer has no network"),
        (True, socket.EAI_AGAIN, "no name can be looked up"),
        (True, socket.EAI_NONAME, None),
        (True, None, None),
    ],
)
def test_what_lies_with_the_computer(
    monkeypatch: pytest.MonkeyPatch, way_out: bool, error: int | None, told: str | None
) -> None:
    monkeypatch.setattr(network, "has_way_out", lambda: way_out)
    monkeypatch.setattr(socket, "getaddrinfo", answering(error))
    why = no_network(FAR, Guard(()))
    assert why is None if told is None else why is not None and why.startswith(told)


@pytest.mark.parametrize("near", ["http://127.0.0.1:8000/", "http://practice.example:9/", "http://kunta.test/"])
def test_sites_of_this_machine_need_no_network(monkeypatch: pytest.MonkeyPatch, near: str) -> None:
    monkeypatch.setattr(network, "has_way_out", lambda: False)
    assert no_network([near], Guard(["practice.example:9", "kunta.test"])) is None


def test_a_proxy_that_does_not_answer_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("https_proxy", f"http://user:secret@127.0.0.1:{port}")
    why = no_network(FAR, Guard(()))
    assert why is not None
    assert f"127.0.0.1:{port} does not answer" in why
    assert "secret" not in why
