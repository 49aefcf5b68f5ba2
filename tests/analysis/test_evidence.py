"""What the analysis takes for a page, whatever the server calls it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.fold.index import index_evidence, read_source
from analysis.page.read import read_page
from study import HTML_TYPES, WarcWriter
from taxonomy import load_taxonomy

URL = "https://kunta.example/paivahoito"
PAGE = "<!doctype html><html lang='fi'><head><title>Päivähoito</title></head><body><h1>Päivähoito</h1></body></html>"


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        (None, "utf-8"),
        ("text/html, text/html; charset=utf-8", "utf-8"),
        ("application/octet-stream", "utf-8"),
        ("text/html; charset=utf-16", "utf-16-le"),
        ("text/html", "utf-16-be"),
        ("text/html", "utf-16"),
        ("text/html; charset=utf-8", "latin-1"),
    ],
)
def test_a_page_is_read_whatever_it_is_called(tmp_path: Path, content_type: str | None, encoding: str) -> None:
    headers = [(b"Content-Type", content_type.encode())] if content_type else []
    writer = WarcWriter(tmp_path, "901")
    writer.write_exchange(URL, [], 200, headers, PAGE.encode(encoding), at=datetime(2026, 10, 5, tzinfo=UTC))
    writer.close()
    index = index_evidence(sorted(tmp_path.glob("*.warc.gz")))
    assert index.documents[URL].content_type in HTML_TYPES
    source = read_source(index, URL)
    assert source is not None
    read = read_page(source.body, URL, load_taxonomy("fi"), content_type=source.content_type)
    assert (read.title, read.h1) == ("Päivähoito", "Päivähoito")
