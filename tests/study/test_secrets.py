"""Passwords of a proxy or in an address: sent where they must be, written nowhere."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from study import FailureReason, StoredDocument, StoredFailure, WarcWriter, read_events, read_municipalities
from study import without_password as bare

AT = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("https://me:s3cret@a.example/x", "https://a.example/x"),
        ("https://me@a.example/", "https://a.example/"),
        ("http://u:p%40ss@127.0.0.1:8080", "http://127.0.0.1:8080"),
        (
            "proxy http://u:p@p.example:3128 refused https://v:q@b.example/",
            "proxy http://p.example:3128 refused https://b.example/",
        ),
        ("https://a.example/@me", "https://a.example/@me"),
        ("https://a.example/?mail=me@b.example", "https://a.example/?mail=me@b.example"),
        ("https://a.example/#x@y", "https://a.example/#x@y"),
        ("write to me@a.example", "write to me@a.example"),
        ('"https://a.example/", "me@b.example"', '"https://a.example/", "me@b.example"'),
        ("", ""),
    ],
)
def test_addresses_lose_user_and_password_and_nothing_else(text: str, without: str) -> None:
    assert bare(text) == without


def test_evidence_holds_no_password(tmp_path: Path) -> None:
    secret = "https://me:s3cret@a.example/x"
    with WarcWriter(tmp_path, "091") as writer:
        writer.write_exchange(
            secret,
            [(b"Proxy-Authorization", b"Basic czNjcmV0"), (b"authorization", b"Bearer s3cret"), (b"Accept", b"*/*")],
            200,
            [(b"Content-Type", b"text/html")],
            b"page",
            at=AT,
        )
        writer.write_failure(secret, FailureReason.OTHER, "no way through http://u:s3cret@proxy.example:3128/", AT)
        writer.write_rendered(secret, "<p>x</p>", AT)
        writer.write_json("unread", {}, url=secret)
    plain = gzip.decompress(writer.path.read_bytes())
    for word in (b"s3cret", b"czNjcmV0", b"me:s", b"uthorization"):
        assert word not in plain
    assert b"Accept: */*" in plain


def test_addresses_of_older_and_foreign_evidence_are_read_without_them(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "091") as writer:
        writer.write_exchange("https://HERE@a.example/", [], 200, [(b"Content-Type", b"text/html")], b"page", at=AT)
        writer.write_failure("https://a.example/y", FailureReason.DNS, "no", AT)
    old = tmp_path / "old.warc"
    plain = gzip.decompress(writer.path.read_bytes()).replace(b"https://a.example/", b"https://u:p@a.example/")
    # Four bytes more in the note's own address: its length must fit.
    old.write_bytes(plain.replace(b'"url": "https://u:p@a.example/y"', b'"url": "https://a.example/y"'))
    events = list(read_events([old]))
    assert [event.url for event in events if isinstance(event, (StoredDocument, StoredFailure))] == [
        "https://a.example/",
        "https://a.example/y",
    ]


def test_a_list_of_municipalities_is_read_without_them(tmp_path: Path) -> None:
    path = tmp_path / "municipalities.csv"
    path.write_text("code,name_fi,website,hosts\n901,Town,https://me:s3cret@town.example/x,me:p@old.example\n", "utf-8")
    (town,) = read_municipalities(path)
    assert (town.website, town.hosts) == ("https://town.example/x", ("https://old.example/",))
