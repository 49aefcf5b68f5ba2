"""The gateway of the browsers lets through what pages ask for, and robots.txt is read by way of it and no other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from crawler.browser import asked as asking
from crawler.browser import robots
from crawler.browser.gateway import Gateway
from crawler.browser.key import DOOR
from crawler.manners.guard import Guard
from crawler.manners.robots_rules import Rules
from crawler.processes.audit import audit_study
from study import FailureReason

from .audits import Study, plan_for, results
from .conftest import Reply, Served, html

Serve = Callable[..., Served]
TEXT = {"Content-Type": "text/plain"}


def through(gateway_of: Served, work: Callable[[Gateway], Awaitable[Any]]) -> tuple[Any, Gateway]:
    """What this work gives with a gateway that leads to one site only."""

    async def run() -> tuple[Any, Gateway]:
        gateway = Gateway(Guard([gateway_of.host]))
        await gateway.start()
        try:
            return await work(gateway), gateway
        finally:
            await gateway.close()

    return asyncio.run(run())


async def said(gateway: Gateway, line: str, key: str | None = None) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    shown = f"Proxy-Authorization: {gateway.key.header if key is None else key}"
    writer.write(f"{line} HTTP/1.1\r\nHost: x\r\n{shown}\r\nContent-Length: 0\r\n\r\n".encode())
    answer = await reader.readline()
    writer.close()
    return answer.decode("latin-1").split(" ")[1]


def test_what_no_page_asked_for_is_refused_and_counted(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_PATIENCE_SECONDS", 0.2)
    site = serve({"/": "sivu"})

    async def work(gateway: Gateway) -> list[str]:
        unknown = [await said(gateway, "GET " + site.url), await said(gateway, "CONNECT accounts.example:443")]
        gateway.asked.note(site.url)
        known = [await said(gateway, f"{method} {site.url}") for method in ("GET", "POST", "PUT", "DELETE")]
        gateway.asked.note(site.url + "rajapinta", "POST", "ping")
        ping = await said(gateway, f"POST {site.url}rajapinta")
        return [*unknown, *known, ping]

    told, gateway = through(site, work)
    assert told == ["403", "403", "200", "403", "403", "403", "403"]
    assert site.paths == ["/"]
    assert gateway.unasked == {site.host: 5, "accounts.example": 1}


def test_a_request_that_is_told_of_later_waits_for_the_word(serve: Serve) -> None:
    site = serve({"/": "sivu"})

    async def work(gateway: Gateway) -> str:
        asyncio.get_running_loop().call_later(0.5, gateway.asked.note, site.url)
        return await said(gateway, "GET " + site.url)

    told, gateway = through(site, work)
    assert told == "200"
    assert not gateway.unasked


def test_without_the_key_the_gateway_leads_nowhere(serve: Serve) -> None:
    site = serve({"/": "sivu"})

    async def work(gateway: Gateway) -> list[str]:
        gateway.asked.note(site.url)
        other = Gateway(Guard([site.host]))
        keys = ("", "Basic", other.key.header, gateway.key.header[:-1], gateway.key.header.replace("Basic", "Bearer"))
        return [await said(gateway, f"{line} {site.url}", key) for key in keys for line in ("GET", "CONNECT")]

    told, _ = through(site, work)
    assert told == ["407"] * 10
    assert site.asked == []


def test_nothing_of_the_door_itself_leaves_by_the_proxy_of_the_environment(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve({"/": "sivu"})
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.setenv("no_proxy", "")
    icons = [f"GET http://{name}/favicon.ico" for name in ("gateway.invalid", "GATEWAY.invalid:80", "gateway.invalid.")]
    tunnels = [f"CONNECT gateway.invalid:{port}" for port in (80, 443)]

    async def work(gateway: Gateway) -> list[str]:
        for url in (DOOR, "https://gateway.invalid/", "http://gateway.invalid./"):
            gateway.asked.note(url)  # the tab goes to the door as to any page
        return [await said(gateway, line) for line in (*icons, *tunnels, f"GET {DOOR}")]

    told, gateway = through(proxy, work)
    assert told == ["403"] * 5 + ["200"]
    assert (proxy.asked, gateway.contacted, gateway.unasked) == ([], set(), {})


@pytest.mark.browser
def test_a_site_that_asks_for_a_proxys_password_neither_gets_nor_spoils_the_key(serve: Serve, study: Study) -> None:
    wants = Reply("", 407, {"Proxy-Authenticate": 'Basic realm="kuntatutka"'})
    site = serve({"/tahtoo": wants, "/": html("Sivu")})
    folder = study({"901": (site.url,)})
    audit_study(folder, {"901": plan_for(site, "/tahtoo", "/")})
    found = results(folder)
    assert found["/tahtoo"]["error"].startswith("http-502")
    assert found["/"]["error"] == ""
    assert not any(name.lower() == "proxy-authorization" for _, _, headers in site.asked for name in headers)


def rules_at(site: Served) -> Rules:
    async def work(gateway: Gateway) -> Rules:
        return await robots.robots_reader(gateway, "kuntatutka")(f"{site.url}robots.txt")

    return through(site, work)[0]  # type: ignore[no-any-return]


def test_robots_txt_is_read_and_its_redirects_followed(serve: Serve) -> None:
    site = serve({
        "/robots.txt": Reply("", 301, {"Location": "/toinen.txt"}),
        "/toinen.txt": Reply("User-agent: *\nDisallow: /oma", headers=TEXT),
    })  # fmt: skip
    rules = rules_at(site)
    assert not rules.allows(site.url + "oma")
    assert rules.allows(site.url + "muu")


@pytest.mark.parametrize("way", ["*", "127.0.0.1,localhost", ""])
def test_no_redirect_of_robots_txt_gets_past_the_guard(serve: Serve, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setenv("no_proxy", way)
    monkeypatch.setenv("NO_PROXY", way)
    inside = serve({"/salaisuus": "vain sisäverkossa"})
    site = serve({"/robots.txt": Reply("", 302, {"Location": f"{inside.url}salaisuus"})})
    assert rules_at(site).allows(site.url), "the address of robots.txt is refused as one that is not there"
    assert inside.asked == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/robots.txt", "data:text/plain,User-agent:*"])
def test_a_redirect_to_another_scheme_is_no_robots_txt(serve: Serve, target: str) -> None:
    site = serve({"/robots.txt": Reply("", 302, {"Location": target})})
    rules = rules_at(site)
    assert rules.closed is None
    assert rules.allows(site.url)


def test_a_robots_txt_that_drips_has_an_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "_WHOLE_SECONDS", 1.5)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")
            while True:
                writer.write(b"X: y\r\n")
                await writer.drain()
                await asyncio.sleep(0.2)
        except OSError:
            return

    async def run() -> Rules:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        gateway = Gateway(Guard([host]))
        await gateway.start()
        read = robots.robots_reader(gateway, "kuntatutka")
        try:
            return await read(f"http://{host}/robots.txt")
        finally:
            await gateway.close()
            server.close()

    started = time.monotonic()
    rules = asyncio.run(run())
    assert rules.closed is FailureReason.TIMEOUT
    assert time.monotonic() - started < 15
