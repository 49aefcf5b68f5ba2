"""Terms in inflected text, compounds, link texts and addresses; with and without the morphological analyser."""

from __future__ import annotations

import pytest

import taxonomy.words as words
from taxonomy import Grammar, load_taxonomy
from taxonomy.matching import TermIndex, slug_words, term_index
from taxonomy.matching.coder import PartCoder
from taxonomy.words import StemWords, analyser_for, dictionary_available

TAXONOMY = load_taxonomy("fi")
INDEX = term_index(TAXONOMY)
FINNISH, SWEDISH, ENGLISH = (TAXONOMY.languages[code].grammar for code in ("fi", "sv", "en"))


def services(text: str, language: str = "fi") -> set[str]:
    return {match.service_id for match in INDEX.find(text, language)}


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Rakentamislupahakemuksen liitteet", "building-permit"),
        ("rakennusluvan hakeminen", "building-permit"),
        ("Rakennuslupaa haetaan Lupapisteessä", "building-permit"),
        ("päivähoitohakemukset", "ecec-application"),
        ("Varhaiskasvatukseen haetaan neljä kuukautta ennen", "ecec-application"),
        ("katuvalojen vioista ilmoitetaan", "fault-report"),
        ("venepaikkojen varaaminen", "boat-berth"),
        ("pysäköintivirhemaksusta tehdään oikaisuvaatimus", "parking-fine-appeal"),
        ("yksityisteiden avustaminen", "private-road-grant"),
        ("Omaishoidontukea haetaan", "informal-care-support"),
        ("vesimittarin lukeman ilmoittaminen", "water-services"),
    ],
)
def test_finnish_inflection_and_compounds(text: str, service: str) -> None:
    assert service in services(text)


@pytest.mark.parametrize(
    ("text", "language", "service"),
    [
        ("byggnadslovsansökan", "sv", "building-permit"),
        ("Ansökningar om småbarnspedagogik", "sv", "ecec-application"),
        ("båtplatserna hyrs ut", "sv", "boat-berth"),
        ("skolskjutsar", "sv", "school-transport"),
        ("apply for early childhood education", "en", "ecec-application"),
        ("boat berths", "en", "boat-berth"),
    ],
)
def test_swedish_compounds_and_english(text: str, language: str, service: str) -> None:
    assert service in services(text, language)


@pytest.mark.parametrize(
    ("text", "language", "service"),
    [
        ("streets and parks", "en", "parking-permit"),
        ("det finns en plan för skolhälsovården", "sv", "preschool-enrolment"),
        ("det finns inget", "sv", "library-services"),
        ("pöytäkirjat", "fi", "library-services"),
        ("kuntien lisäksi", "fi", "employer-recruitment-support"),
        ("yritystontti", "fi", "plot-application"),
    ],
)
def test_lookalikes_are_left_alone(text: str, language: str, service: str) -> None:
    assert service not in services(text, language)


def test_compounds_that_share_their_last_part_are_completed() -> None:
    found = services("Hakemukset rakennus-, toimenpide- ja maisematyöluvista")
    assert {"building-permit", "landscape-work-permit"} <= found
    assert "morning-afternoon-care" in services("aamu- ja iltapäivätoimintaan")


def test_match_tells_place_and_words() -> None:
    text = "Täällä vuokrataan venepaikkoja."
    match = next(match for match in INDEX.find(text, "fi") if match.service_id == "boat-berth")
    assert text[match.start : match.end] == "venepaikkoja"
    assert match.weight == 1.0


def test_the_longest_term_of_a_service_is_told_once() -> None:
    found = [match.term for match in INDEX.find("rakentamislupahakemus", "fi") if match.service_id == "building-permit"]
    assert len(found) == 1


def test_punctuation_parts_phrases_but_not_names_of_sites() -> None:
    assert "boat-berth" not in services("Vene. Paikka on vapaa.")
    assert "citizens-initiative" in services("Gå till tjänsten kuntalaisaloite.fi", "sv")


def test_topics_and_cues_come_with_their_kind() -> None:
    kinds = {match.kind for match in INDEX.find_all("Rakennusvalvonta neuvoo. Hae rakennuslupaa. Pöytäkirja", "fi")}
    assert {"term", "topic", "cue"} <= kinds


@pytest.mark.parametrize(
    "lines",
    [
        ("Venepaikat", "Hae rakennuslupaa. Pöytäkirja", "Varaa venepaikka: vene- ja autopaikat vuokrataan"),
        ("Haemme vene-", "ja autopaikkoja", "Rakennuslupa"),
        ("Vene- ja", "autopaikat", ""),
        ("İzmir, venepaikat", "rakennuslupa"),
    ],
)
def test_lines_are_read_as_the_text_that_they_make(lines: tuple[str, ...]) -> None:
    text, begin = "\n".join(lines), [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    whole = [
        (max(n for n, start in enumerate(begin) if start <= match.start), match.service_id, match.term, match.weight,
         text[match.start : match.end])
        for match in INDEX.find_all(text, "fi")
    ]  # fmt: skip
    apart = [
        (n, match.service_id, match.term, match.weight, words) for n, match, words in INDEX.find_lines(lines, "fi")
    ]
    assert apart == whole


def test_unknown_language_falls_back_on_the_first() -> None:
    assert "boat-berth" in services("venepaikat", "xx")
    assert services("") == set()


@pytest.mark.parametrize(
    ("text", "path", "service"),
    [
        ("Venepaikat", "/vapaa-aika/venepaikkojen-varaus/", "boat-berth"),
        ("Lue lisää", "/asuminen/rakennusluvan-hakeminen", "building-permit"),
        ("Tästä", "/el%C3%A4inl%C3%A4%C3%A4k%C3%A4rit", "veterinary-services"),
    ],
)
def test_links_promise_services_by_text_and_address(text: str, path: str, service: str) -> None:
    scores = INDEX.link_scores(text, path, "fi")
    assert max(scores, key=lambda name: scores[name]) == service
    assert all(0 < score <= 1 for score in scores.values())


def test_text_and_address_together_promise_more() -> None:
    both = INDEX.link_scores("Venepaikat", "/venepaikat", "fi")["boat-berth"]
    assert both > INDEX.link_scores("Venepaikat", "/x", "fi")["boat-berth"]
    assert INDEX.link_scores("Etusivu", "/", "fi") == {}


def test_the_analyser_knows_parts_and_derivations() -> None:
    if not dictionary_available(FINNISH):  # stems stand in for it, which another test covers
        assert isinstance(analyser_for(FINNISH), StemWords)
        return
    readings = analyser_for(FINNISH).readings
    assert readings("varhaiskasvatukseen")[0] == ("varhais", "kasvatus")
    assert readings("rakentamislupahakemus")[0] == ("rakentaa", "lupa", "hakemus")
    assert readings("toiminta-avustukset")[0] == ("toiminta", "avustus")


def test_without_the_analyser_stems_and_vocabulary_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "taxonomy.matching.coder.analyser_for", lambda grammar, vocabulary=(): StemWords(grammar, vocabulary)
    )
    index = TermIndex(TAXONOMY)
    found = {match.service_id for match in index.find("Venepaikat ja kirjastokortin uusiminen", "fi")}
    assert {"boat-berth", "library-services"} <= found


def test_absence_of_the_library_is_told_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(grammar: Grammar) -> None:
        raise OSError("no such library")

    monkeypatch.setattr(words, "voikko_words", fail)
    words.dictionary_available.cache_clear()
    try:
        assert words.dictionary_available(FINNISH) is False
        assert isinstance(words.analyser_for(FINNISH), StemWords)
    finally:
        words.dictionary_available.cache_clear()


def test_stem_words_split_compounds_fully_partly_or_not() -> None:
    swedish = StemWords(SWEDISH, ["båt", "plats", "ansökan", "byggnadslov"])
    assert swedish.readings("byggnadslovsansökan")[0] == ("byggnadslov", "ansökan")
    assert len(swedish.readings("uthyrningsansökan")[0]) == 2
    assert len(swedish.readings("solsken")[0]) == 1
    assert StemWords(ENGLISH, ["plan"]).readings("planning")[0] == ("plan",)
    assert swedish.readings("ansökan")[0] == ("ansökan",)
    assert StemWords(Grammar()).readings("ord")[0] == ("ord",)


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("vinterunderhållets", "vinterunderhåll"),
        ("tillståndet", "tillstånd"),
        ("ansökningarna", "ansökan"),
        ("båtplatsers", "båtplats"),
        ("vägars", "väg"),
        ("daghemmets", "daghem"),
    ],
)
def test_swedish_forms_that_the_stemmer_leaves_alone(form: str, base: str) -> None:
    swedish = StemWords(SWEDISH)
    assert swedish.readings(form) == swedish.readings(base)


def test_very_long_words_are_not_analysed() -> None:
    assert len(analyser_for(FINNISH).readings("a" * 500)) == 1


def test_stems_and_exact_forms_in_phrases() -> None:
    coder = PartCoder(FINNISH, ["tillgänglighet*", "=avustukset", "venepaikka"])
    assert coder.phrase("tillgänglighet*") in coder.text("tillgänglighetskravet").codes
    assert coder.phrase("=avustukset") in coder.text("Avustukset").codes
    assert coder.phrase("=avustukset") not in coder.text("avustus").codes


def test_slug_words_fold_letters() -> None:
    assert slug_words("Eläinlääkäri & Öljy") == ["elainlaakari", "oljy"]


def test_equal_taxonomies_share_one_index() -> None:
    assert term_index(TAXONOMY) is term_index(TAXONOMY)
    assert INDEX.find("venepaikka", "fi") == INDEX.find("venepaikka", "fi")
