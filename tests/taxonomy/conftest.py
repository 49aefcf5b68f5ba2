"""A taxonomy of one invented country, small enough to break one rule at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "channels.toml": """
[digital]
name = { fi = "Verkko", sv = "Nät" }
definition = { en = "Over the network." }
counts = { en = "Forms." }
does_not_count = { en = "Files." }
subtypes = { e-form = { en = "Form" } }
""",
    "page_types.toml": """
[service]
name = { fi = "Palvelu", sv = "Service" }
definition = { en = "A service." }
cues = { fi = { title = ["hakemus"] } }
""",
    "languages/fi.toml": """
code = "fi"
name = { fi = "suomi" }
grammar = { stemmer = "finnish", is_compounding = true }
months = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]
[cues.digital]
strong = ["sähköinen lomake"]
subtypes = { e-form = ["lomake"] }
[moved]
state = ["siirtyi valtiolle"]
[product_context]
booking = ["varau"]
[lists]
form_words = ["lomake"]
""",
    "languages/sv.toml": """
code = "sv"
name = { fi = "ruotsi" }
grammar = { stemmer = "swedish", is_compounding = true, words_are_whole = true }
[cues.digital]
strong = ["e-blankett"]
[moved]
state = ["överfördes till staten"]
[product_context]
booking = ["boka"]
[lists]
form_words = ["blankett"]
""",
    "products/varaaja.toml": """
id = "varaaja"
name = "Varaaja"
owner_type = "private"
category = "booking"
services = ["boat-berth"]
aliases = ["Varaaja", "Varaajassa"]
needs_context = true
basis = "seen"
source = "the product's website"
verified_on = 2026-03-01
hits = ["https://varaaja.example/kunta", "Tee varaus Varaajassa"]
misses = ["https://www.kunta.example/varaaja", "Varaaja lämmittää veden."]
[[vendors]]
name = "Varaaja Oy"
valid_from = 2020-01-01
[[patterns]]
host = "varaaja.example"
""",
    "countries/saari/country.toml": """
id = "saari"
version = "1"
languages = ["fi", "sv"]
study_languages = ["fi", "sv"]
code_pattern = "S[0-9]{2}"
name = { fi = "Saari", sv = "Ön" }
[responsible]
municipality = { fi = "kunta" }
state = { fi = "valtio" }
[[size_classes]]
id = "small"
at_least = 0
[[size_classes]]
id = "large"
at_least = 5000
[[sources]]
facts = "all"
name = "invented"
licence = "CC0 1.0"
dated = "2026-01-01"
""",
    "countries/saari/themes.toml": """
[leisure]
name = { fi = "Vapaa-aika", sv = "Fritid" }
nav_terms = { fi = ["vapaa-aika"] }
""",
    "countries/saari/services/boat-berth.toml": """
id = "boat-berth"
theme = "leisure"
interaction = "transaction"
responsible = [{ who = "state", valid_to = 2020-12-31 }, { who = "municipality", valid_from = 2021-01-01 }]
name = { fi = "Venepaikat", sv = "Båtplatser" }
definition = { en = "Boat berths." }
[terms]
fi = ["venepaikka"]
sv = ["båtplats"]
[[hits]]
language = "fi"
title = "Venepaikat"
text = "Venepaikan voi varata keväällä."
[[hits]]
language = "sv"
title = "Båtplatser"
[[misses]]
language = "fi"
title = "Uimaranta"
[[misses]]
language = "sv"
title = "Badstrand"
""",
    "countries/saari/municipalities.csv": """
code,name_fi,name_sv,languages,population,population_year,size_class,website
S01,Niemi,Udden,fi sv,6000,2025,large,https://www.niemi.example/
S02,Lahti,,fi,900,2025,,https://lahti.example/
""",
    "countries/saari/sites.csv": """
code,url,role,language
S01,https://www.niemi.example/,primary,
S01,https://www.udden.example/,other-language,sv
S02,https://lahti.example/,primary,
""",
    "countries/saari/tenants.csv": """
product,host,path,municipality_codes
varaaja,varaaja.example,/niemi,S01 S02
""",
    "countries/saari/lists.toml": """
[north]
codes = ["S01"]
""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The invented country's files."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def edit(root: Path) -> Callable[[str, str, str], None]:
    """Changes one thing in one file; the old text must be there once or more."""

    def change(name: str, old: str, new: str) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change
