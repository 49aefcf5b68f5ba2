"""robots.txt: our own name as RFC 9309 cuts it, and forty files read by a second parser (a port of Google's)."""

from __future__ import annotations

import pytest
from gpyrobotstxt.robots_cc import RobotsMatcher

from crawler.manners.robots_rules import rules_of
from crawler.settings import ROBOTS_TOKEN, user_agent

SITE = "https://kunta.example"
PATHS = ("/", "/index.html", "/a", "/a/b.html", "/a/b?x=1&y=2", "/salainen/x", "/haku?q=uimahalli", "/tiedosto.pdf",
         "/p%C3%A4iv%C3%A4koti", "/ab", "/A/b", "/~user/", "/a$b", "/a=b")  # fmt: skip

FILES: dict[str, bytes] = {
    "version": b"User-agent: kuntatutka/0.1.0\nDisallow: /\n",
    "version, allowed": b"User-agent: *\nDisallow: /\n\nUser-agent: kuntatutka/0.1.0\nAllow: /\n",
    "whole user agent": f"User-agent: {user_agent('me@x.example')}\nDisallow: /a\n".encode(),
    "capitals": b"USER-AGENT: KuntaTutka/9\nDISALLOW: /a\n",
    "star behind": b"User-agent: kuntatutka*\nDisallow: /a\n",
    "comment behind": b"User-agent: kuntatutka # the study\nDisallow: /a # quiet\n",
    "words behind": b"User-agent: kuntatutka bot\nDisallow: /a\n",
    "beginning of our name": b"User-agent: kunta\nDisallow: /\n",
    "longer name": b"User-agent: kuntatutka-news\nDisallow: /\n",
    "name with a digit": b"User-agent: kuntatutka2\nDisallow: /a\n",
    "name in a browser's": b"User-agent: Mozilla/5.0 (compatible; kuntatutka/0.1)\nDisallow: /\n",
    "star and words": b"User-agent: * all of you\nDisallow: /a\n",
    "star in a word": b"User-agent: *bot\nDisallow: /\n",
    "empty name": b"User-agent:\nDisallow: /\n",
    "ours beats all": b"User-agent: *\nDisallow: /\n\nUser-agent: kuntatutka\nDisallow: /salainen\n",
    "ours without rules": b"User-agent: *\nDisallow: /\n\nUser-agent: kuntatutka\nDisallow:\n",
    "ours twice": b"User-agent: kuntatutka/1\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\n"
    b"User-agent: kuntatutka\nDisallow: /salainen\n",
    "names share": b"User-agent: x\nUser-agent: kuntatutka/0.1\nUser-agent: y\nDisallow: /a\n",
    "empty lines between": b"User-agent: kuntatutka\n\n\nDisallow: /a\n",
    "delay between names": b"User-agent: kuntatutka\nCrawl-delay: 4\nUser-agent: x\nDisallow: /a\n",
    "sitemap between names": b"User-agent: kuntatutka\nSitemap: https://x.example/s.xml\nUser-agent: x\nDisallow: /a\n",
    "unknown between names": b"User-agent: kuntatutka\nNoindex: /z\nHost: x\nUser-agent: x\nDisallow: /a\n",
    "rules before a name": b"Disallow: /a\nUser-agent: x\nDisallow: /\n",
    "slips of the pen": b"useragent: kuntatutka\ndissallow: /a\nuser agent: x\n",
    "no colon": b"User-agent kuntatutka\nDisallow /a\n",
    "spaces": b"  User-agent :  kuntatutka\t\n\tDisallow\t:\t/a\n",
    "line ends": b"User-agent: kuntatutka\rDisallow: /a\r\nDisallow: /salainen\r",
    "mark": b"\xef\xbb\xbfUser-agent: kuntatutka\nDisallow: /a\n",
    "longest wins": b"User-agent: *\nDisallow: /a\nAllow: /a/b\n",
    "equal length": b"User-agent: *\nDisallow: /a\nAllow: /a\n",
    "order is nothing": b"User-agent: *\nAllow: /a/b\nDisallow: /a\n",
    "end": b"User-agent: *\nDisallow: /*.pdf$\nDisallow: /a$\n",
    "star inside": b"User-agent: *\nDisallow: /*b\nAllow: /a*x\n",
    "question": b"User-agent: *\nDisallow: /*?\n",
    "escapes": b"User-agent: *\nDisallow: /p%c3%a4iv\n",
    "letters": "User-agent: *\nDisallow: /päivä\n".encode(),
    "index page": b"User-agent: *\nDisallow: /\nAllow: /index.html\n",
    "no slash": b"User-agent: *\nDisallow: a\nDisallow: *salainen\n",
    "whole address": b"User-agent: *\nDisallow: https://kunta.example/a\n",
    "page as robots": b"<!doctype html><title>User-agent: *</title>\nDisallow: /\n",
    "plurals": b"User-agents: *\nDisallowed: /a\nAllowed: /a/b\n",
    "index page, short": b"User-agent: *\nDisallow: /\nAllow: /index.htm\n",
    "tilde": b"User-agent: *\nDisallow: /%7euser\n",
    "dollar written out": b"User-agent: *\nDisallow: /a%24b\n",
    "equals written out": b"User-agent: *\nDisallow: /a%3Db\n",
    "empty bytes": b"User-agent: *\nDisal\x00low: /a\n",
    "odd line ends": "User-agent: *\nDisallow: /z\u2028Disallow: /\n".encode(),
    "endless": b"User-agent: *\n" + b"Disallow: /x\n" * 500 + b"Allow: /a\nDisallow: /a/\n",
}
DECIDED: dict[tuple[str, str], bool] = {
    ("end", "/a$b"): False,
    ("index page, short", "/"): False,
    ("tilde", "/~user/"): False,
    ("dollar written out", "/a$b"): False,
    ("equals written out", "/a=b"): False,
    **{("empty bytes", path): False for path in PATHS if path.startswith("/a")},
}
"""Where the two differ: file, address, and what we do. docs/decisions/0023-own-name-in-robots.md gives each reason."""


def ours(body: bytes, path: str) -> bool:
    return rules_of(200, body).allows(f"{SITE}{path}")


def theirs(body: bytes, path: str) -> bool:
    return bool(RobotsMatcher().one_agent_allowed_by_robots(body, ROBOTS_TOKEN, f"{SITE}{path}"))


@pytest.mark.parametrize("name", FILES)
def test_a_second_parser_reads_the_same_but_where_it_is_decided(name: str) -> None:
    body = FILES[name]
    differing = {(name, path): ours(body, path) for path in PATHS if ours(body, path) is not theirs(body, path)}
    assert differing == {key: value for key, value in DECIDED.items() if key[0] == name}


@pytest.mark.parametrize(
    ("value", "is_us"),
    [
        ("kuntatutka", True),
        ("kuntatutka/0.1.0", True),
        ("KUNTATUTKA/99", True),
        ("kuntatutka*", True),
        ("kuntatutka bot", True),
        ("kuntatutka, others", True),
        (user_agent("me@kunta.example"), True),
        ("kunta", False),
        ("k", False),
        ("tutka", False),
        ("kuntatutka-news", False),
        ("kuntatutka_2", False),
        ("Mozilla/5.0 (compatible; kuntatutka/0.1.0)", False),
        ("", False),
    ],
)
def test_our_name_is_the_whole_token_before_the_version(value: str, is_us: bool) -> None:
    closed = f"User-agent: {value}\nDisallow: /\n".encode()
    opened = f"User-agent: *\nDisallow: /\n\nUser-agent: {value}\nAllow: /\n".encode()
    assert ours(closed, "/a") is not is_us
    assert ours(opened, "/a") is is_us


@pytest.mark.parametrize(
    ("body", "delay"),
    [
        (b"User-agent: kuntatutka/0.1.0\nCrawl-delay: 7\n", 7),
        (b"User-agent: *\nCrawl-delay: 7\nDisallow: /a\n\nUser-agent: kuntatutka\nDisallow: /b\n", 0),
        (b"User-agent: x\nCrawl-delay: 7\nUser-agent: *\nDisallow: /a\n", 0),
        (b"User-agent: kuntatutka\nUser-agent: x\nCrawl-delay: 7\nUser-agent: y\nDisallow: /a\n", 7),
        (b"User-agent: *\nCrawl delay 7\n", 7),
    ],
)
def test_a_delay_is_for_the_names_above_it(body: bytes, delay: float) -> None:
    assert rules_of(200, body).delay == delay


def test_sitemaps_stand_outside_the_groups_and_keep_their_colons() -> None:
    body = b"Sitemap https://kunta.example/1.xml\nUser-agent: x\nSite-map: https://kunta.example/2.xml\nDisallow: /\n"
    assert rules_of(200, body).sitemaps == ("https://kunta.example/1.xml", "https://kunta.example/2.xml")
