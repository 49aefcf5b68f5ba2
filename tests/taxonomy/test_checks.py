"""Every rule of the taxonomy check has a file that breaks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from taxonomy import available_countries, check_taxonomy

TODAY = dt.date(2026, 6, 1)
SERVICE = "countries/saari/services/boat-berth.toml"
PRODUCT = "products/varaaja.toml"
COUNTRY = "countries/saari/country.toml"
TOWNS = "countries/saari/municipalities.csv"
SITES = "countries/saari/sites.csv"
TENANTS = "countries/saari/tenants.csv"
LISTS = "countries/saari/lists.toml"


def test_a_sound_taxonomy_has_no_problems(root: Path) -> None:
    assert check_taxonomy("saari", root, TODAY) == []


@pytest.mark.parametrize("country", available_countries())
def test_shipped_taxonomies_keep_all_rules(country: str) -> None:
    assert [str(problem) for problem in check_taxonomy(country)] == []


# file, what stands there, what is written instead, where the problem is reported, a part of its message
BREAKS = [
    (SERVICE, 'id = "boat-berth"', 'id = "berth"', SERVICE, "id", "is not the name of the file"),
    (PRODUCT, 'id = "varaaja"', 'id = "varaajat"', PRODUCT, "id", "is not the name of the file"),
    (COUNTRY, 'id = "saari"', 'id = "saaret"', COUNTRY, "id", "is not the name of the folder"),
    ("languages/fi.toml", 'code = "fi"', 'code = "fin"', "languages/fi.toml", "code", "is not the name of the file"),
    ("languages/fi.toml", 'stemmer = "finnish", ', "", "languages/fi.toml", "grammar.stemmer", "is missing"),
    ("languages/fi.toml", '"finnish"', '"latin"', "languages/fi.toml", "grammar.stemmer", "is no stemmer"),
    (
        "languages/fi.toml",
        "is_compounding = true",
        'linking = ["n"]',
        "languages/fi.toml",
        "grammar.linking",
        "joins no words",
    ),
    (
        "languages/fi.toml",
        "is_compounding = true",
        'fold = [["sch", "sh"]]',
        "languages/fi.toml",
        "grammar.fold.0",
        "is not one letter",
    ),
    (SERVICE, 'theme = "leisure"', 'theme = "boats"', SERVICE, "theme", "is no theme"),
    (SERVICE, "[terms]", '[terms]\nxx = ["berth"]', SERVICE, "xx", "is no language"),
    (SERVICE, 'sv = ["båtplats"]', "", SERVICE, "terms.sv", 'no terms in the official language "sv"'),
    (SERVICE, 'fi = ["venepaikka"]', "fi = []", SERVICE, "terms.fi", "is empty"),
    (SERVICE, 'fi = ["venepaikka"]', 'fi = [""]', SERVICE, "terms.fi.0", "is empty"),
    (SERVICE, 'fi = ["venepaikka"]', 'fi = ["venepaikka", "v*"]', SERVICE, "terms.fi", "too short"),
    (SERVICE, "[terms]", '[not_terms]\nfi = ["venepaikka"]\n[terms]', SERVICE, "not_terms.fi", "is also a term"),
    (SERVICE, 'fi = "Venepaikat", ', "", SERVICE, "name.fi", "is missing"),
    (SERVICE, 'title = "Båtplatser"', 'title = "Simhall"', SERVICE, 'hits "Simhall"', "none of the terms"),
    (
        SERVICE,
        'title = "Uimaranta"',
        'title = "Venepaikat"',
        SERVICE,
        'misses "Venepaikat"',
        'holds the term "venepaikka"',
    ),
    (SERVICE, '[[misses]]\nlanguage = "sv"\ntitle = "Badstrand"\n', "", SERVICE, "misses", "1 given"),
    (SERVICE, '[[hits]]\nlanguage = "sv"\ntitle = "Båtplatser"\n', "", SERVICE, "hits", '"sv"'),
    (SERVICE, 'who = "state"', 'who = "county"', SERVICE, "responsible.0.who", '"county" is not known'),
    (
        SERVICE,
        "valid_to = 2020-12-31",
        "valid_from = 2022-01-01, valid_to = 2020-12-31",
        SERVICE,
        "responsible.0",
        "ends before",
    ),
    (
        SERVICE,
        "valid_from = 2021-01-01",
        "valid_from = 2030-01-01",
        SERVICE,
        "responsible",
        "nobody is responsible today",
    ),
    (
        SERVICE,
        "valid_from = 2021-01-01 }",
        'only_codes = ["S09"] }',
        SERVICE,
        "responsible.1",
        '"S09" is no municipality',
    ),
    (SERVICE, 'theme = "leisure"', 'theme = "leisure"\ncolour = "blue"', SERVICE, "colour", "is not a known key"),
    (SERVICE, 'theme = "leisure"\n', "", SERVICE, "theme", "is missing"),
    (SERVICE, 'theme = "leisure"', "theme = leisure", SERVICE, "", "is not valid TOML"),
    (PRODUCT, 'services = ["boat-berth"]', 'services = ["berth"]', PRODUCT, "services", '"berth" is no service'),
    (PRODUCT, 'basis = "seen"', 'basis = "guess"', PRODUCT, "basis", "'guess' does not fit"),
    (PRODUCT, 'basis = "seen"', 'basis = "seen"\nrenamed_to = "uusi"', PRODUCT, "renamed_to", '"uusi" is no product'),
    (
        PRODUCT,
        'basis = "seen"',
        'basis = "seen"\ncountries = ["saari", "meri"]',
        PRODUCT,
        "countries",
        '"meri" is no country',
    ),
    (PRODUCT, "verified_on = 2026-03-01", "verified_on = 2026-07-01", PRODUCT, "verified_on", "is in the future"),
    (PRODUCT, "valid_from = 2020-01-01", "valid_from = 2027-01-01", PRODUCT, "vendors.valid_from", "is in the future"),
    (
        PRODUCT,
        "valid_from = 2020-01-01",
        "valid_from = 2020-01-01\nvalid_to = 2019-01-01",
        PRODUCT,
        "vendors",
        "ends before",
    ),
    (PRODUCT, 'host = "varaaja.example"', 'markup = "x"', PRODUCT, "patterns.0", "almost anything"),
    (PRODUCT, 'host = "varaaja.example"', 'host = "*.*"', PRODUCT, "patterns.0", "almost anything"),
    (
        PRODUCT,
        'host = "varaaja.example"',
        'host = "varaaja.example/kunta"',
        PRODUCT,
        "patterns.0.host",
        "holds a slash",
    ),
    (PRODUCT, 'host = "varaaja.example"', 'path = "kunta"', PRODUCT, "patterns.0.path", "does not begin with a slash"),
    (PRODUCT, '"https://varaaja.example/kunta", ', "", PRODUCT, "hits", "1 given"),
    (PRODUCT, ', "Varaaja lämmittää veden."', "", PRODUCT, "misses", "1 given"),
    (PRODUCT, "https://varaaja.example/kunta", "https://toinen.example/", PRODUCT, "hits", "is not recognised"),
    (PRODUCT, 'name = "Varaaja"', 'name = "?"', PRODUCT, "name", "has to be filled in"),
    (PRODUCT, "the product's website", "?", PRODUCT, "source", "has to be filled in"),
    (
        PRODUCT,
        "https://www.kunta.example/varaaja",
        "https://varaaja.example/",
        PRODUCT,
        "misses",
        "is taken for the product",
    ),
    (PRODUCT, "needs_context = true", "", PRODUCT, "misses", "is taken for the product"),
    (PRODUCT, 'category = "booking"', 'category = "forms"', PRODUCT, "needs_context", "none are given"),
    (PRODUCT, '"Varaajassa"]', '"Varaajassa", "V"]', PRODUCT, "aliases", "too short"),
    (
        PRODUCT,
        "[[patterns]]",
        '[[patterns]]\nhits = ["https://varaaja.example/"]',
        PRODUCT,
        "patterns.0.hits",
        "is not a known key",
    ),
    (
        COUNTRY,
        'study_languages = ["fi", "sv"]',
        'study_languages = ["fi"]',
        COUNTRY,
        "study_languages",
        '"sv" is missing',
    ),
    (
        COUNTRY,
        'study_languages = ["fi", "sv"]',
        'study_languages = ["fi", "sv", "de"]',
        "languages/de.toml",
        "",
        "is missing",
    ),
    (COUNTRY, 'code_pattern = "S[0-9]{2}"', 'code_pattern = "S[0-9"', COUNTRY, "code_pattern", "no regular expression"),
    (
        COUNTRY,
        'version = "1"',
        'version = "1"\npostal_code_pattern = "("',
        COUNTRY,
        "postal_code_pattern",
        "no regular",
    ),
    (COUNTRY, "at_least = 5000", "at_least = 0", COUNTRY, "size_classes", "do not rise"),
    (COUNTRY, 'version = "1"', 'version = "1"\ninherits = "saari"', COUNTRY, "inherits", "cannot be used"),
    (COUNTRY, 'version = "1"', 'version = "1"\ninherits = "meri"', COUNTRY, "inherits", "cannot be used"),
    (COUNTRY, 'fi = "Saari", ', "", COUNTRY, "name.fi", "is missing"),
    (COUNTRY, 'state = { fi = "valtio" }', "", "languages/fi.toml", "moved.state", "who may be responsible"),
    (TOWNS, "S02,Lahti", "2,Lahti", TOWNS, "2", "does not fit S[0-9]{2}"),
    (TOWNS, "S02,Lahti", "S01,Lahti", TOWNS, "line 3: code", "occurs twice"),
    (TOWNS, "S02,Lahti", "S02,", TOWNS, "S02", "has no name"),
    (TOWNS, "6000,2025,large", "6000,2025,small", TOWNS, "S01", 'size class "small" does not fit'),
    (TOWNS, "6000", "many", TOWNS, "line 2.population", "'many' does not fit"),
    (TOWNS, "https://lahti.example/", "https://lahti2.example/", SITES, "S02", "is not the one primary site"),
    (SITES, "S02,https://lahti.example/,primary,\n", "", SITES, "S02", "(none)"),
    (SITES, "other-language,sv", "other-language,de", SITES, "S01", "does not say its language"),
    (SITES, "https://www.udden.example/", "https://lahti.example/", SITES, "S02", "also belongs to S01"),
    (SITES, "https://www.udden.example/", "udden", SITES, "S01", "is no address"),
    (SITES, "other-language", "mirror", SITES, "line 3.role", "'mirror' does not fit"),
    (TENANTS, "varaaja,", "varaajat,", TENANTS, "varaaja.example/niemi", "is no product"),
    (TENANTS, "S01 S02", "S01 S09", TENANTS, "varaaja.example/niemi", '"S09" is no municipality'),
    (
        TENANTS,
        "S01 S02\n",
        "S01\nvaraaja,varaaja.example,/niemi,S02\n",
        TENANTS,
        "varaaja.example/niemi",
        "occurs twice",
    ),
    (LISTS, '["S01"]', '["S01", "S09"]', LISTS, "north.codes", '"S09" is no municipality'),
    (LISTS, '["S01"]', '["S01", "S01"]', LISTS, "north.codes", "occurs 2 times"),
    (LISTS, '["S01"]', "[1]", LISTS, "north.codes", "a list of municipality codes is expected"),
    (
        "countries/saari/themes.toml",
        "[leisure]",
        '[work]\nname = { fi = "Työ", sv = "Arbete" }\n[leisure]',
        "countries/saari/themes.toml",
        "work",
        "no service",
    ),
    (
        "countries/saari/themes.toml",
        ', sv = "Fritid"',
        "",
        "countries/saari/themes.toml",
        "leisure.name.sv",
        "is missing",
    ),
    (
        "countries/saari/themes.toml",
        "[leisure]",
        'x = "y"\n[leisure]',
        "countries/saari/themes.toml",
        "x",
        "a table is expected",
    ),
    ("channels.toml", ', sv = "Nät"', "", "channels.toml", "digital.name.sv", "is missing"),
    ("page_types.toml", "{ fi = { title", "{ xx = { title", "page_types.toml", "service.cues.xx", "is no language"),
    ("languages/fi.toml", "[cues.digital]", "[cues.fax]", "languages/fi.toml", "cues.fax", "is no channel"),
    ("languages/fi.toml", "e-form = ", "paper = ", "languages/fi.toml", "cues.digital.subtypes.paper", "is no subtype"),
    ("languages/fi.toml", '"k", "l"]', '"k"]', "languages/fi.toml", "months", "11 months"),
    (
        "languages/sv.toml",
        '[lists]\nform_words = ["blankett"]',
        "",
        "languages/sv.toml",
        "lists.form_words",
        "fi has it",
    ),
]


CHANGES = "countries/saari/changes.csv"
HEAD = "day,kind,code,became,name_fi,region,languages,source\n"
# a row of changes.csv, a part of the message it gets
CHANGE_BREAKS = [
    ("2020-01-01,joined,S09,S08,Kari,,,x", '"S08" is no municipality'),
    ("2020-01-01,joined,S09,,Kari,,,x", "joined does not go with became S09"),
    ("2020-01-01,joined,S09,S01 S02,Kari,,,x", "joined needs one code"),
    ("2020-01-01,split,S09,S01,Kari,,,x", "split needs several codes"),
    ("2020-01-01,joined,S09,S01,,,,x", "has no name"),
    ("2020-01-01,renamed,S01,S02,Kari,,,x", "renamed does not go with became S02"),
    ("2020-01-01,region,S01,,,,,x", "does not say what it was before"),
    ("2020-01-01,joined,S09,S01,Kari,,,x\n2021-01-01,joined,S09,S02,Kari,,,x", "ends 2 times"),
    ("2020-01-01,joined,S09,S01,Kari,,,x\n2021-01-01,joined,S08,S09,Luoto,,,x", "S09 ended on 2020-01-01"),
    ("2020-01-01,merged,S09,S01,Kari,,,x", "'merged' does not fit"),
    ("2020-13-01,joined,S09,S01,Kari,,,x", "'2020-13-01' does not fit"),
    ("2020-01-01,joined,S09,S01,Kari,,,", "is missing"),
]


@pytest.mark.parametrize(("row", "message"), CHANGE_BREAKS)
def test_changes_of_municipalities_that_cannot_be(root: Path, row: str, message: str) -> None:
    (root / CHANGES).write_text(f"{HEAD}{row}\n", encoding="utf-8")
    fitting = [p for p in check_taxonomy("saari", root, TODAY) if p.file == CHANGES and message in p.message]
    assert fitting
    assert all(problem.remedy.endswith(".") for problem in fitting)


# a file of the country, what it holds, a part of the message it gets
YEAR_BREAKS = [
    ("populations.csv", "code,year,population\nS08,2010,5\n", '"S08" is no municipality'),
    ("populations.csv", "code,year,population\nS01,2010,5\nS01,2010,6\n", "has a population of 2010 already"),
    ("populations.csv", "code,year,population\nS01,2010,many\n", "does not fit"),
    ("reforms.toml", '[a]\nday = 2021-01-02\nsource = "x"\nname = { fi = "A" }\n', "no service changed hands"),
    ("lists.toml", "[a]\nrule = { largest = 3, year = 1999 }\n", "no population of 1999 is known"),
    ("lists.toml", '[a]\nrule = { region = "Kuu" }\n', "no municipality meets it"),
    ("lists.toml", '[a]\ncodes = ["S01"]\nrule = { largest = 3 }\n', "either codes or a rule"),
    ("lists.toml", "[a]\nrule = { biggest = 3 }\n", "is not a known key"),
    ("responsible.toml", '[fishing]\nresponsible = [{ who = "state" }]\n', '"fishing" is no service'),
]


@pytest.mark.parametrize(("name", "text", "message"), YEAR_BREAKS)
def test_files_of_the_years_that_cannot_be(root: Path, name: str, text: str, message: str) -> None:
    file = f"countries/saari/{name}"
    (root / file).write_text(text, encoding="utf-8")
    found = check_taxonomy("saari", root, TODAY)
    assert [p for p in found if p.file == file and message in p.message], [str(problem) for problem in found]


def test_every_day_on_which_a_service_changed_hands_is_a_reform(root: Path) -> None:
    reforms = root / "countries/saari/reforms.toml"
    reforms.write_text('[a]\nday = 2021-01-01\nsource = "x"\nname = { fi = "A" }\n', encoding="utf-8")
    assert check_taxonomy("saari", root, TODAY) == []
    service = (root / SERVICE).read_text(encoding="utf-8")
    (root / SERVICE).write_text(service.replace("2021-01-01", "2021-02-01"), encoding="utf-8")
    assert "no reform is known on 2021-02-01." in [p.message for p in check_taxonomy("saari", root, TODAY)]


@pytest.mark.parametrize(("file", "old", "new", "where", "key", "message"), BREAKS)
def test_each_rule_names_file_key_and_remedy(
    root: Path, edit: Callable[[str, str, str], None], file: str, old: str, new: str, where: str, key: str, message: str
) -> None:
    edit(file, old, new)
    found = check_taxonomy("saari", root, TODAY)
    fitting = [p for p in found if p.file == where and p.key.startswith(key) and message in p.message]
    assert fitting, [str(problem) for problem in found]
    assert all(problem.remedy.endswith(".") for problem in fitting)


def test_two_products_may_not_claim_one_address_or_name(root: Path) -> None:
    twin = (root / PRODUCT).read_text(encoding="utf-8").replace('"varaaja"', '"toinen"')
    (root / "products/toinen.toml").write_text(twin, encoding="utf-8")
    messages = [problem.message for problem in check_taxonomy("saari", root, TODAY) if problem.file == PRODUCT]
    assert "varaaja.example is also claimed by toinen." in messages
    assert '"Varaaja" is also a name of toinen.' in messages


def test_two_services_may_not_share_a_term(root: Path) -> None:
    twin = (root / SERVICE).read_text(encoding="utf-8").replace('"boat-berth"', '"marina"')
    (root / "countries/saari/services/marina.toml").write_text(twin, encoding="utf-8")
    messages = [problem.message for problem in check_taxonomy("saari", root, TODAY)]
    assert '"venepaikka" is also a term of boat-berth.' in messages


def test_a_former_id_may_not_be_in_use(root: Path, edit: Callable[[str, str, str], None]) -> None:
    edit(SERVICE, 'theme = "leisure"', 'theme = "leisure"\nformer_ids = ["boat-berth"]')
    assert '"boat-berth" is in use.' in [p.message for p in check_taxonomy("saari", root, TODAY)]


def test_a_counted_product_must_be_recognisable(root: Path) -> None:
    text = (root / PRODUCT).read_text(encoding="utf-8").partition("[[vendors]]")[0]
    bare = "\n".join(line for line in text.splitlines() if not line.startswith(("aliases", "needs_context", "hits")))
    (root / PRODUCT).write_text(bare, encoding="utf-8")
    assert [p.key for p in check_taxonomy("saari", root, TODAY)] == ["patterns"]


def test_only_an_address_can_be_somebody_elses(root: Path) -> None:
    with (root / PRODUCT).open("a", encoding="utf-8") as file:
        file.write('\n[[not_patterns]]\nmarkup = "x"\n')
    assert [p.key for p in check_taxonomy("saari", root, TODAY)] == ["not_patterns.0"]


def test_a_product_nobody_can_recognise_stays_when_not_counted(root: Path) -> None:
    text = (root / PRODUCT).read_text(encoding="utf-8").partition("[[vendors]]")[0]
    bare = "\n".join(line for line in text.splitlines() if not line.startswith(("aliases", "needs_context", "hits")))
    (root / PRODUCT).write_text(f"is_counted = false\n{bare}", encoding="utf-8")
    assert check_taxonomy("saari", root, TODAY) == []


def test_a_missing_official_language_may_be_excused(root: Path, edit: Callable[[str, str, str], None]) -> None:
    edit(SERVICE, 'sv = ["båtplats"]', "")
    edit(SERVICE, '[[hits]]\nlanguage = "sv"\ntitle = "Båtplatser"', '[[hits]]\nlanguage = "fi"\ntitle = "Venepaikka"')
    edit(SERVICE, 'theme = "leisure"', 'theme = "leisure"\nlanguages_without_terms = ["sv"]')
    assert check_taxonomy("saari", root, TODAY) == []


def test_a_country_without_sources_is_told(root: Path) -> None:
    text = (root / COUNTRY).read_text(encoding="utf-8").partition("[[sources]]")[0]
    (root / COUNTRY).write_text(text, encoding="utf-8")
    assert [problem.key for problem in check_taxonomy("saari", root, TODAY)] == ["sources"]


def test_marks_of_a_draft_are_told_one_by_one(root: Path, edit: Callable[[str, str, str], None]) -> None:
    edit(SERVICE, 'fi = "Venepaikat"', 'fi = "?"')
    edit("languages/fi.toml", 'form_words = ["lomake"]', 'form_words = ["?"]')
    told = {(problem.file, problem.key) for problem in check_taxonomy("saari", root, TODAY)}
    assert told == {(SERVICE, "name.fi"), ("languages/fi.toml", "lists.form_words")}


def test_a_language_without_words_of_furniture_is_told(root: Path) -> None:
    (root / "markup.toml").write_text('[words.fi]\ncookie = ["eväste"]\n[words.sv]\ncookie = []\n', encoding="utf-8")
    (problem,) = check_taxonomy("saari", root, TODAY)
    assert (problem.file, problem.key) == ("markup.toml", "words.sv.cookie")


def test_services_that_are_inherited_may_be_listed(root: Path) -> None:
    island = root / "countries" / "luoto"
    island.mkdir()
    country = (root / COUNTRY).read_text(encoding="utf-8").replace('id = "saari"', 'id = "luoto"\ninherits = "saari"')
    for name, listed in {"boat-berth": [], "ferry": ["ferry"]}.items():
        text = country.replace('version = "1"', f'version = "1"\nservices = ["{name}"]')
        (island / "country.toml").write_text(text, encoding="utf-8")
        told = [p.message for p in check_taxonomy("luoto", root, TODAY) if p.key == "services"]
        assert told == [f'"{service}" is no service.' for service in listed]
