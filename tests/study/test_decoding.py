"""One way from bytes to text for the crawler and the analysis, whatever labels say."""

from __future__ import annotations

import pytest

from study import decode_text

TEXT = "<!doctype html><html><title>Päivähoito</title>" + "äö" * 50


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("latin-1", "text/html; charset=iso-8859-1"),
        ("latin-1", "text/html; charset=utf-8"),
        ("latin-1", "text/html; charset=idna"),
        ("latin-1", ""),
        ("utf-16", ""),
        ("utf-16-le", "text/html"),
        ("utf-16-be", "text/html"),
    ],
)
def test_what_fits_beats_what_is_said(encoding: str, content_type: str) -> None:
    assert decode_text(TEXT.encode(encoding), content_type) == TEXT


def test_a_page_cut_in_the_middle_of_a_letter_loses_that_letter_alone() -> None:
    assert decode_text(TEXT.encode()[:-1], "text/html; charset=utf-8") == TEXT[:-1]
