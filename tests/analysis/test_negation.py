"""How far a "not", an "if" or a "no longer" reaches, clause by clause, in three languages."""

from __future__ import annotations

import pytest

from analysis.words.negation import read_sentences
from analysis.words.phrases import PhraseBook, phrase_books, split_words, word_fits
from taxonomy import load_taxonomy

BOOKS = phrase_books(load_taxonomy("fi"))


def senses(text: str, lang: str = "fi") -> list[tuple[str, str]]:
    return [
        (text[clause.start : clause.end].strip(" .,"), clause.sense)
        for sentence in read_sentences(text, BOOKS[lang])
        for clause in sentence.clauses
    ]


def sense_of(word: str, text: str, lang: str = "fi") -> str:
    return next(sense for clause, sense in senses(text, lang) if word in clause)


@pytest.mark.parametrize(
    ("lang", "text", "word", "expected"),
    [
        ("fi", "Koodi annetaan vain paikan päällä, ei puhelimessa eikä sähköpostissa.", "paikan päällä", "stated"),
        ("fi", "Koodi annetaan vain paikan päällä, ei puhelimessa eikä sähköpostissa.", "puhelimessa", "denied"),
        ("fi", "Puhelimitse, sähköpostilla tai tekstiviestillä ei voi ilmoittautua.", "Puhelimitse", "denied"),
        ("fi", "Varaukset puhelimitse, ei sähköpostilla.", "puhelimitse", "stated"),
        ("fi", "Lomaketta ei tarvitse tulostaa.", "tulostaa", "stated"),
        ("fi", "Hakea voi verkossa, mutta ei puhelimitse.", "verkossa", "stated"),
        ("fi", "Hakea voi verkossa, mutta ei puhelimitse.", "puhelimitse", "denied"),
        ("fi", "Jos sähköinen haku ei onnistu, soita toimistoon.", "sähköinen", "fallback"),
        ("fi", "Ellei verkkolomake aukea, soita toimistoon.", "verkkolomake", "fallback"),
        ("fi", "Järjestelmä on poistunut käytöstä.", "Järjestelmä", "retired"),
        ("fi", "Palvelu otetaan käyttöön ensi vuonna.", "Palvelu", "future"),
        ("sv", "PIN-koden ges inte per telefon.", "telefon", "denied"),
        ("sv", "Anmäl dig på nätet, inte per e-post.", "på nätet", "stated"),
        ("sv", "Anmäl dig på nätet, inte per e-post.", "e-post", "denied"),
        ("sv", "Ansökan kräver ingen identifiering.", "Ansökan", "stated"),
        ("sv", "Tjänsten används inte längre.", "Tjänsten", "retired"),
        ("en", "PIN codes are given at the library, never by phone or e-mail.", "library", "stated"),
        ("en", "PIN codes are given at the library, never by phone or e-mail.", "phone", "denied"),
        ("en", "You can apply not only online but also by post.", "online", "stated"),
        ("en", "If you cannot apply online, call us.", "online", "fallback"),
        ("en", "The system is no longer in use.", "system", "retired"),
    ],
)
def test_sense(lang: str, text: str, word: str, expected: str) -> None:
    assert sense_of(word, text, lang) == expected


def test_abbreviations_and_decimals_do_not_end_sentences() -> None:
    text = "Soita toimistoon, puh. 040 123 4567 klo 9.00. Toimisto on auki."
    assert [s.text for s in read_sentences(text, BOOKS["fi"])] == [
        "Soita toimistoon, puh. 040 123 4567 klo 9.00.",
        "Toimisto on auki.",
    ]


def test_obfuscated_address_stays_in_its_clause() -> None:
    assert senses("Kirjoita osoitteeseen satama(at)kunta.example.")[0][0].endswith("satama(at)kunta.example")


def test_empty_and_wordless_texts_have_no_sentences() -> None:
    assert read_sentences("", BOOKS["fi"]) == ()
    assert [s.clauses for s in read_sentences("– – –", BOOKS["fi"]) if s.roles] == []


@pytest.mark.parametrize(
    ("pattern", "word", "expected"),
    [
        ("hake*", "hakeminen", True),
        ("hake*", "haku", False),
        ("*lomak*", "hakulomakkeella", True),
        ("*toimisto*ssa", "liikuntatoimistossa", True),
        ("*toimisto*ssa", "liikuntatoimistoon", False),
        ("soita", "soitan", False),
        ("*info", "tuusinfo", True),
        ("a*b*c", "aXbYc", True),
    ],
)
def test_word_patterns(pattern: str, word: str, expected: bool) -> None:
    assert word_fits(pattern, word) is expected


def test_phrases_of_several_words_and_gaps() -> None:
    book = PhraseBook({"contact": ["ota .. yhteyt*"], "pin": ["kortin numero"]})
    assert book.roles("Ota sinne heti yhteyttä") == {"contact"}
    assert book.roles("Ota huomenna sinne heti taas yhteyttä") == frozenset()
    assert book.roles("Anna kortin numero") == {"pin"}
    assert book.roles("Anna kortin vanha numero") == frozenset()


def test_words_keep_their_place() -> None:
    text = "Suomi.fi-tunnistus: käytä e-palvelua"
    assert [text[w.start : w.end] for w in split_words(text)] == ["Suomi.fi-tunnistus", "käytä", "e-palvelua"]


def test_every_language_plays_the_same_roles() -> None:
    languages = load_taxonomy("fi").languages
    roles = {code: set(language.roles) for code, language in languages.items()}
    assert roles["fi"] == roles["sv"] == roles["en"]
