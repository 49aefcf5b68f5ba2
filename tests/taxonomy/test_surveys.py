"""Every rule on surveys and earlier figures has a file that breaks it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from taxonomy import check_taxonomy, load_taxonomy

TODAY = dt.date(2026, 6, 1)
COUNTRY = "countries/saari/country.toml"
SURVEYS = """
[subjects.help]
fi = "Tuki"
sv = "Stöd"
[[surveys]]
id = "saari-2021"
year = 2021
url = "https://surveys.example"
name = { fi = "Kysely", sv = "Enkät" }
respondents = { fi = "kunnat", sv = "kommuner" }
[[answers]]
survey = "saari-2021"
subject = "help"
wording = { fi = "Onko tukea?", sv = "Finns stöd?" }
share = 0.5
population_from = 100
url = "https://surveys.example/a"
where = { fi = "luku 1", sv = "kapitel 1" }
[[pairs]]
subject = "help"
theme = "leisure"
compare = "no"
why = { fi = "eri asia", sv = "annat" }
"""
SURVEY_BREAKS = [
    ('survey = "saari-2021"', 'survey = "saari-2031"', "answers.0.survey", "is no survey"),
    ('subject = "help"\nwording', 'subject = "hope"\nwording', "answers.0.subject", "is no subject"),
    ('subject = "help"\ntheme', 'subject = "hope"\ntheme', "pairs.0.subject", "is no subject"),
    ("share = 0.5", "", "answers.0", "0 values are given"),
    ("share = 0.5", "share = 0.5\nleast = 0.4", "answers.0", "2 values are given"),
    ("share = 0.5", "least = 0.5\nmost = 0.4", "answers.0.most", "is not above least"),
    ("share = 0.5", "share = 50", "answers.0.share", "does not fit"),
    ("share = 0.5", 'share = 0.5\nanswer = "yes"', "answers.0.answer", "is not a known key"),
    (
        "population_from = 100",
        "population_from = 100\npopulation_below = 90",
        "answers.0.population_below",
        "not above",
    ),
    ('url = "https://surveys.example/a"', 'url = "chapter 4"', "answers.0.url", "is no address"),
    ('theme = "leisure"', "", "pairs.0", "does not name one thing"),
    ('theme = "leisure"', 'theme = "boats"', "pairs.0.theme", "is no theme"),
    (', sv = "annat"', "", "pairs.0.why.sv", "is missing"),
    ('\nsv = "Stöd"', "", "subjects.help.sv", "is missing"),
]


def test_sound_surveys_have_no_problems(root: Path) -> None:
    (root / "countries/saari/surveys.toml").write_text(SURVEYS, encoding="utf-8")
    assert check_taxonomy("saari", root, TODAY) == []


@pytest.mark.parametrize(("old", "new", "key", "message"), SURVEY_BREAKS)
def test_each_rule_of_surveys_names_key_and_remedy(root: Path, old: str, new: str, key: str, message: str) -> None:
    assert old in SURVEYS
    (root / "countries/saari/surveys.toml").write_text(SURVEYS.replace(old, new), encoding="utf-8")
    found = check_taxonomy("saari", root, TODAY)
    fitting = [p for p in found if p.key == key and message in p.message]
    assert fitting, [str(problem) for problem in found]
    assert all(problem.file == "countries/saari/surveys.toml" and problem.remedy.endswith(".") for problem in fitting)


def test_every_chapter_has_an_answer_or_the_reason_of_each_survey() -> None:
    """Nothing is passed over in silence: what could not be read is a row that says so."""
    surveys = load_taxonomy("fi").surveys
    chapters = ("digital-share", "satisfaction-asked", "digital-support", "automation", "hindrances")
    known = {(answer.survey, answer.subject) for answer in surveys.answers}
    assert {(survey.id, subject) for survey in surveys.surveys for subject in chapters} <= known
    for answer in surveys.answers:
        said = (answer.share, answer.least, answer.words, answer.missing)
        assert any(value is not None for value in said)
        assert answer.url.startswith("http")
        assert answer.where


def test_two_surveys_have_two_ids(root: Path) -> None:
    one = SURVEYS.split("[[surveys]]")[1].split("[[answers]]")[0]
    (root / "countries/saari/surveys.toml").write_text(f"{SURVEYS}[[surveys]]{one}", encoding="utf-8")
    assert [p.key for p in check_taxonomy("saari", root, TODAY)] == ["surveys.saari-2021"]


def test_the_list_of_an_earlier_study_is_one_of_the_lists(root: Path) -> None:
    text = (root / COUNTRY).read_text(encoding="utf-8")
    (root / COUNTRY).write_text(
        text.replace('id = "saari"', 'id = "saari"\nearlier_list = "top9"', 1), encoding="utf-8"
    )
    assert [p.key for p in check_taxonomy("saari", root, TODAY)] == ["earlier_list"]


@pytest.mark.parametrize(
    ("tiles", "key"), [("{ 9 = [0, 0] }", "region_tiles"), ("{ 8 = [0, 0], 9 = [0, 0] }", "region_tiles.9")]
)
def test_each_tile_of_the_map_is_a_region_in_a_place_of_its_own(root: Path, tiles: str, key: str) -> None:
    text = (root / COUNTRY).read_text(encoding="utf-8")
    changed = text.replace('id = "saari"', f'id = "saari"\nregion_tiles = {tiles}', 1)
    (root / COUNTRY).write_text(changed, encoding="utf-8")
    assert key in [p.key for p in check_taxonomy("saari", root, TODAY)]
