"""municipalities.csv: what people bring, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from study import StudyMunicipality, UserError, read_municipalities, unknown_columns, write_municipalities

HEADER = "code,name_fi,website\n"


def write(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_codes_stay_text_and_addresses_get_a_scheme(tmp_path: Path) -> None:
    found = read_municipalities(write(tmp_path, HEADER + "091,Helsinki,www.hel.fi\n005,Alajärvi,http://alajarvi.fi/\n"))
    assert [(m.code, m.website) for m in found] == [("005", "http://alajarvi.fi/"), ("091", "https://www.hel.fi/")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter_and_a_byte_order_mark_will_do(tmp_path: Path, delimiter: str) -> None:
    text = (
        "\ufeff" + HEADER.replace(",", delimiter) + delimiter.join(["091", "Helsinki", "https://www.hel.fi"]) + "\r\n"
    )
    assert read_municipalities(write(tmp_path, text))[0].name_fi == "Helsinki"


def test_written_file_reads_back(tmp_path: Path) -> None:
    rows = (
        StudyMunicipality(
            "049", "Espoo", "https://www.espoo.fi/", "Esbo", "", "Uusimaa", "", 325716, ">=100000", ("fi", "sv")
        ),
        StudyMunicipality("X1", 'Ku"nta, uusi', "http://127.0.0.1:8000/", hosts=("http://127.0.0.1:8001/",)),
    )
    path = tmp_path / "municipalities.csv"
    write_municipalities(path, rows)
    assert read_municipalities(path) == rows


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("nimi,koodi\nHelsinki,091\n", ["line 1", "column code is missing", "code,name_fi,website"]),
        ("", ["column code is missing"]),
        (HEADER, ["holds no municipality"]),
        (HEADER + "091,Helsinki,\n", ["line 2", "website is empty"]),
        (HEADER + "091,Helsinki,ei ole\n", ["line 2", "is not a web address"]),
        (HEADER + "091,Helsinki,ftp://hel.fi/\n", ["is not a web address"]),
        (HEADER + "../x,Helsinki,https://hel.fi/\n", ["line 2", "code"]),
        (HEADER + "091,A,https://a.fi/\n091,B,https://b.fi/\n", ["line 3", "occurs twice"]),
        ("code,name_fi,website,population\n1,A,https://a.fi/,paljon\n", ["line 2", "population"]),
        (HEADER.encode() + "091,Jyväskylä,https://jkl.fi/\n".encode("latin-1"), ["line 2", "CSV UTF-8"]),
        ((HEADER + "1,A,https://a.fi/\n").encode("utf-16"), ["CSV UTF-8"]),
        (HEADER + "091,Helsinki,http:/hel.fi\n", ["line 2", "http:/hel.fi", "two slashes"]),
        (HEADER + "091,Helsinki,https//hel.fi\n", ["line 2", "two slashes"]),
        ("code,name_fi,website,languages\n1,A,https://a.fi/,suomi\n", ["line 2", "languages", "suomi", "fi+sv"]),
        (HEADER + '091,"Helsinki,https://hel.fi/\n', ["quotation marks"]),
    ],
)
def test_a_mistake_is_named_with_line_and_remedy(tmp_path: Path, content: str | bytes, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        read_municipalities(write(tmp_path, content))
    for word in ["list.csv", *words]:
        assert word in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no\.csv.*code,name_fi,website"):
        read_municipalities(tmp_path / "no.csv")


def test_columns_that_nobody_reads_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "Code;name_fi;website;region_fi;Mayor;notes\n091;A;https://a.fi/;B;C;D\n")
    assert unknown_columns(path) == ("Mayor", "notes")


@pytest.mark.parametrize("address", ["http:8080/", "localhost:8000/", "https.example/", "HTTPS://Hel.fi"])
def test_odd_but_possible_addresses_are_taken(tmp_path: Path, address: str) -> None:
    assert read_municipalities(write(tmp_path, HEADER + f"091,A,{address}\n"))[0].website.lower().startswith("http")
