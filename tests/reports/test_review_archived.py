"""The archived page beside a cell: nothing of it runs, loads or leads away; its proof is marked; its text is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.review.archived import (
    POLICY,
    ArchivedPage,
    MissingEvidenceError,
    Proofs,
    harmless,
    read_archived,
    readable_text,
)
from study import CrawlStatus, StoredDocument, WarcWriter, read_events

URL = "https://www.rantala.example/venepaikat"
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def shown(markup: str, proofs: Proofs = Proofs()) -> str:  # noqa: B008 - frozen
    return harmless(ArchivedPage(URL, markup, True), proofs).lower()


@pytest.mark.parametrize(
    ("markup", "gone"),
    [
        ("<script>alert(1)</script>", "alert"),
        ("<svg><script>alert(1)</script></svg>", "alert"),
        ("<img src=x onerror=alert(1)>", "onerror"),
        ("<p OnMouseOver='alert(1)'>x</p>", "alert"),
        ("<meta http-equiv=refresh content='0;url=https://evil.example/'>", "evil"),
        ("<base href='https://evil.example/'>", "evil"),
        ("<iframe src='https://evil.example/'></iframe>", "evil"),
        ("<iframe srcdoc='<script>alert(1)</script>'></iframe>", "alert"),
        ("<object data='https://evil.example/'></object>", "evil"),
        ("<embed src='https://evil.example/'>", "evil"),
        ("<link rel=stylesheet href='https://evil.example/x.css'>", "evil"),
        ("<a href='javascript:alert(1)'>x</a>", "javascript"),
        ("<a href='https://evil.example/' target=_top ping='https://evil.example/p'>x</a>", "evil"),
        ("<form action='https://evil.example/'><button formaction='https://evil.example/'>x</button></form>", "evil"),
        ("<img src='https://evil.example/x.png' srcset='https://evil.example/y.png 2x'>", "evil"),
        ("<video src='https://evil.example/v'></video>", "evil"),
        ("<noscript><meta http-equiv=refresh content='0;url=https://evil.example/'></noscript>", "evil"),
        ("<svg><a xlink:href='https://evil.example/'><text>x</text></a></svg>", "evil"),
        ("<template><script>alert(1)</script></template>", "alert"),
        ("<input autofocus accesskey=a>", "accesskey"),
        ("<p id=kuntatutka-proof>x</p>", "id="),
    ],
)
def test_what_runs_loads_leads_away_or_takes_the_keyboard_is_gone(markup: str, gone: str) -> None:
    page = shown(f"<html><head><title>t</title></head><body><p>kept</p>{markup}</body></html>")
    assert gone not in page
    assert "kept" in page


def test_the_browser_is_told_the_same() -> None:
    assert POLICY.startswith("sandbox;")
    assert "default-src 'none'" in POLICY
    assert "allow-" not in POLICY


def test_pictures_within_the_page_stay() -> None:
    assert "data:image/png;base64,aa" in shown("<body><img src='data:image/png;base64,aa'></body>")


def test_the_proof_is_marked_where_it_stands_and_nothing_folds_it_away() -> None:
    page = shown(
        "<body><nav>Varaa venepaikka</nav><div hidden style='display:none'><details><p>Ohje</p>"
        "<p>Varaa  <b>venepaikka</b> verkossa.</p><a href='/varaa#x'>Varaa</a></details></div></body>",
        Proofs(("Varaa venepaikka verkossa.",), ("https://www.rantala.example/varaa",)),
    )
    assert '<a data-kuntatutka="proof" id="kuntatutka-proof">varaa</a>' in page
    assert '<p data-kuntatutka="proof">varaa  <b>' in page
    assert "<details open" in page
    assert "hidden" not in page.partition("<body")[2]
    assert "display:none" not in page


def test_a_proof_that_is_not_there_marks_nothing() -> None:
    assert 'data-kuntatutka="proof"' not in shown("<body><p>x</p></body>", Proofs(("not on this page",), ("http://[",)))


def test_a_page_in_frames_and_an_empty_one_are_shown_as_they_are() -> None:
    assert "<style>" in shown("<frameset><frame src='https://evil.example/'></frameset>")
    assert "<!doctype html>" in shown("")


def test_the_text_of_a_page_is_what_people_read() -> None:
    text = readable_text("<style>p{}</style><h1>Venepaikat</h1><script>x()</script><p>Varaa\n  paikka</p>")
    assert text == "Venepaikat\nVaraa paikka"


def evidence(folder: Path, body: bytes, kind: str = "text/html; charset=utf-8") -> StoredDocument:
    writer = WarcWriter(folder, "901")
    writer.write_exchange(URL, [], 200, [(b"Content-Type", kind.encode())], body, at=AT)
    writer.write_crawl_end(CrawlStatus.COMPLETE, None, {}, started_at=AT, ended_at=AT)
    writer.close()
    return next(e for e in read_events(sorted(folder.iterdir())) if isinstance(e, StoredDocument))


def test_a_page_is_read_from_the_evidence_and_a_giant_one_is_cut(tmp_path: Path) -> None:
    stored = evidence(tmp_path, b"<body><p>Venepaikat</p>" + b"<p>x</p>" * 2_500_000)
    page = read_archived(tmp_path, URL, stored.warc_file, stored.warc_offset)
    assert page.is_cut
    assert page.text.startswith("<body><p>Venepaikat")
    assert len(harmless(page, Proofs())) < 6_000_000


def test_a_document_that_is_no_page_says_so(tmp_path: Path) -> None:
    stored = evidence(tmp_path, b"%PDF-1.7", "application/pdf")
    assert not read_archived(tmp_path, URL, stored.warc_file, stored.warc_offset).is_html


@pytest.mark.parametrize("file", ["", "901-00007.warc.gz"])
def test_a_missing_part_of_the_evidence_is_told(tmp_path: Path, file: str) -> None:
    with pytest.raises(MissingEvidenceError, match="part of the evidence is missing"):
        read_archived(tmp_path, URL, file, 0)
