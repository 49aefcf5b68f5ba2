from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path

import pytest

from crawler.manners import guard
from crawler.manners.guard import Guard, is_public, numeric_address, proxy_for


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "192.88.99.1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "100:0:0:1::1",
        "fec0::1",
        "4000::1",
        "::8.8.8.8",
        "ff02::1",
        "no address",
    ],
)
def test_addresses_that_nobody_outside_can_mean(address: str) -> None:
    assert not is_public(address)


def test_every_block_of_the_registries_is_told_right() -> None:
    table = tomllib.loads((Path(guard.__file__).parent / "special_use.toml").read_text(encoding="utf-8"))
    for version in ("ipv4", "ipv6"):
        told = {ipaddress.ip_network(text): kind for kind in ("closed", "open") for text in table[version][kind]}
        for block in told:
            for ip in (block[0], block[-1]):
                narrowest = max((other for other in told if ip in other), key=lambda other: other.prefixlen)
                if narrowest != ipaddress.ip_network("64:ff9b::/96"):  # there the IPv4 address inside counts
                    assert is_public(str(ip)) is (told[narrowest] == "open"), ip


def test_what_python_calls_private_is_closed_too() -> None:
    for name in ("_private_networks",):
        for constants in (ipaddress._IPv4Constants, ipaddress._IPv6Constants):  # type: ignore[attr-defined]
            for block in getattr(constants, name):
                assert not is_public(str(block[0])), block


@pytest.mark.parametrize("port", [1, 22, 25, 110, 3306, 5432, 6379, 9200, 11211, 65535, 0])
def test_ports_of_other_things_than_the_web_are_asked_only_where_named(port: int) -> None:
    assert Guard(()).refusal(f"https://www.kunta.fi:{port}/")
    if port:
        assert Guard([f"www.kunta.fi:{port}"]).refusal(f"https://www.kunta.fi:{port}/") is None


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_ports_of_the_web_are_asked(port: int) -> None:
    assert Guard(()).refusal(f"https://www.kunta.fi:{port}/") is None


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2a00:1450:4009:81f::200e", "64:ff9b::808:808", "192.0.0.9", "2001:20::1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("kunta.fi", None),
        ("1a.fi", None),
        ("", None),
    ],
)
def test_all_spellings_of_an_address_are_understood(host: str, address: str | None) -> None:
    assert numeric_address(host) == address


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1:8080/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://localhost/",
        "http://LOCALHOST:80/",
        "http://x.localhost/",
        "http://intranet/",
        "http://intranet./sivu",
        "https://ASIAKIRJAT/",
        "http://printer.local/",
        "http://wiki.lan:8080/",
        "http://router.home.arpa/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://metadata.google.internal/",
        "http://169.254.169.254/latest/",
        "ftp://kunta.fi/",
        "file:///etc/passwd",
        "data:text/html,x",
        "http:///x",
    ],
)
def test_refused_without_resolving(url: str) -> None:
    assert Guard(()).refusal(url)


def test_public_names_pass_and_exceptions_are_by_host_or_by_host_and_port() -> None:
    assert Guard(()).refusal("https://www.kunta.fi/") is None
    assert Guard(["127.0.0.1"]).refusal("http://127.0.0.1/") is None
    assert Guard(["127.0.0.1"]).refusal("https://127.0.0.1:443/") is None
    assert Guard(["127.0.0.1"]).refusal("http://127.0.0.1:8000/"), "without a port the default ones are meant"
    assert Guard(["::1"]).refusal("http://[::1]/") is None
    assert Guard(["127.0.0.1:8000"]).refusal("http://127.0.0.1:8000/") is None
    assert Guard(["127.0.0.1:8000"]).refusal("http://127.0.0.1:8001/")
    assert Guard(["[::1]:8000"]).refusal("http://[::1]:8000/") is None
    assert Guard(["Testi.Kunta.fi"]).refusal("http://testi.kunta.fi/") is None
    assert Guard(["127.0.0.1:8000"]).refusal("http://10.0.0.1:8000/")


def test_the_proxy_of_the_environment_and_its_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "kunta.fi")
    assert proxy_for("http://other.fi/") == "http://proxy.example:3128"
    assert proxy_for("http://www.kunta.fi/") is None
    monkeypatch.delenv("http_proxy")
    assert proxy_for("http://other.fi/") is None
