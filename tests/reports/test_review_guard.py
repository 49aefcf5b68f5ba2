"""The review page answers only the browser that was given its address."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from reports.review.guard import LONGEST_FORM, Guard

TOKEN, PORT = "abc-DEF_123", 8123
HOST = (b"host", f"127.0.0.1:{PORT}".encode())


async def _inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"x")]})
    await send({"type": "http.response.body", "body": b"in"})


def ask(
    *headers: tuple[bytes, bytes], path: str = f"/{TOKEN}/", method: str = "GET"
) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    asyncio.run(Guard(_inner, TOKEN, PORT)(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def test_who_knows_the_address_gets_in_and_is_told_to_run_and_load_nothing_else() -> None:
    status, headers, body = ask(HOST)
    assert (status, body) == (200, b"in")
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert headers[b"referrer-policy"] == b"same-origin"
    assert headers[b"cache-control"] == b"no-store"
    assert b"server" not in headers


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [HOST, HOST],
        [(b"host", b"evil.example")],
        [(b"host", b"127.0.0.1")],
        [(b"host", f"127.0.0.1.evil.example:{PORT}".encode())],
        [(b"host", f"127.0.0.1:{PORT + 1}".encode())],
        [(b"host", f"[::1]:{PORT}".encode())],
    ],
)
def test_another_host_is_refused(hosts: list[tuple[bytes, bytes]]) -> None:
    assert ask(*hosts)[0] == 421


@pytest.mark.parametrize("host", [f"LocalHost:{PORT}", f"127.0.0.1:{PORT}"])
def test_this_machine_s_own_names_are_let_in_whatever_their_case(host: str) -> None:
    assert ask((b"host", host.encode()))[0] == 200


@pytest.mark.parametrize("path", ["/", "/abc/", f"/{TOKEN}x/", f"/x/{TOKEN}/", f"//{TOKEN}/", "", "/ä/"])
def test_without_the_token_there_is_nothing(path: str) -> None:
    assert ask(HOST, path=path)[0] == 404


@pytest.mark.parametrize("site", [b"cross-site", b"same-site"])
def test_another_site_in_the_same_browser_reads_nothing(site: bytes) -> None:
    assert ask(HOST, (b"sec-fetch-site", site))[0] == 403


OWN = (b"origin", f"http://127.0.0.1:{PORT}".encode())
LENGTH = (b"content-length", b"12")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([OWN, LENGTH], 200),
        ([LENGTH], 403),
        ([(b"origin", b"null"), LENGTH], 403),
        ([(b"origin", b"https://evil.example"), LENGTH], 403),
        ([(b"origin", f"http://127.0.0.1:{PORT + 1}".encode()), LENGTH], 403),
        ([OWN, OWN, LENGTH], 403),
        ([OWN], 413),
        ([OWN, (b"content-length", str(LONGEST_FORM + 1).encode())], 413),
        ([OWN, (b"content-length", b"-1")], 413),
    ],
)
def test_only_our_own_page_may_send(headers: list[tuple[bytes, bytes]], status: int) -> None:
    assert ask(HOST, *headers, method="POST")[0] == status


def test_what_is_refused_says_so_in_a_sentence() -> None:
    status, headers, body = ask(HOST, path="/")
    assert status == 404
    assert body.startswith(b"Kuntatutka: Open the address that the terminal shows")
    assert b"default-src 'none'" in headers[b"content-security-policy"]
