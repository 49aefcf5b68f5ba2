"""The vote for a language: long texts, titles, what the page declares, and languages that are not read."""

from __future__ import annotations

import pytest

from analysis.page.language import vote_for
from taxonomy import load_taxonomy

VOTE = vote_for(load_taxonomy("fi"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hakemus jätetään kunnan palvelussa, ja päätös tulee postissa kahden viikon kuluessa.", "fi"),
        ("Ansökan lämnas in i kommunens tjänst och beslutet kommer med posten inom två veckor.", "sv"),
        ("The application is made in the service and you will get the decision by mail.", "en"),
        ("Die Gemeinde ist auf dem Land und wird von der Stadt nicht verwaltet, sie ist für das Dorf.", "de"),
        ("Pysäköintitunnusten hakeminen", "fi"),
        ("Gatuunderhållning och belysningsanmälan", "sv"),
    ],
)
def test_language_of_a_text(text: str, language: str) -> None:
    assert VOTE.of(text) == language


def test_what_is_declared_decides_where_words_do_not() -> None:
    assert VOTE.of("Wilma", "sv") == "sv"
    assert VOTE.of("", "en") == "en"
    assert VOTE.of("12345") == ""


def test_words_outweigh_a_wrong_declaration() -> None:
    text = "Hakemus jätetään kunnan palvelussa, ja päätös tulee postissa. Kun lupa on saatu, työ voi alkaa."
    assert VOTE.of(text, "en") == "fi"
