"""The table of a municipality's page that tells what its pages say of their customers' say and help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from reports import StudyData, build
from reports.blocks.offered import ROWS
from reports.model import Section, Table
from study import CustomerSign, OfferedEservice


def sign(code: str, kind: str, path: str, snippet: str, place: str = "service-page") -> CustomerSign:
    return CustomerSign(code, kind, f"https://a.example/{path}", snippet, place, (), "fi", "a.warc.gz", 1)


def tables(sections: Sequence[Section]) -> Iterator[Table]:
    for section in sections:
        yield from (block for block in section.blocks if isinstance(block, Table))
        yield from tables(section.children)


def made(inventor: Callable[..., Any], language: str, signs: Callable[[str], list[CustomerSign]]) -> dict[str, Table]:
    study = inventor(6)
    code = study.rows["municipalities"][0].code
    study.rows["customer_signs"] = signs(code)
    data = StudyData("T", 2026, (language,), "", 400, study.taxonomy, study.rows)
    return {table.id: table for table in tables(build(data, language).sections) if table.id.endswith("-customer")}


@pytest.mark.parametrize(("language", "kind"), [("fi", "varaus"), ("sv", "bokning"), ("en", "booking")])
def test_the_list_of_e_services_tells_whose_address_and_name_each_bears(
    inventor: Callable[..., Any], language: str, kind: str
) -> None:
    study = inventor(6)
    code, service = study.rows["municipalities"][0].code, sorted(study.taxonomy.services)[0]
    forms = [
        OfferedEservice(code, f"a.example/{n:02}", None, "form", "own", "unknown", None, (), "https://a.example/")
        for n in range(ROWS + 1)
    ]
    booking = OfferedEservice(
        code, "maker.example", None, "booking", "maker", "own", "timmi", (service,), "https://a.example/b"
    )
    study.rows["offered_eservices"] = [*forms, booking]
    data = StudyData("T", 2026, (language,), "", 400, study.taxonomy, study.rows)
    (table,) = [t for t in tables(build(data, language).sections) if t.id.endswith("-eservices")]
    assert str(ROWS + 2) in table.caption
    assert len(table.rows) == ROWS
    first = table.rows[0].cells
    assert (first[0].text, first[-1].links[0].href) == ("maker.example", "https://a.example/b")
    assert first[1].text == kind
    assert first[2].text
    assert "2" in table.footnotes[-1]


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("fi", "Digipalvelujen käyttöön tarjotaan apua"),
        ("sv", "Hjälp med digitala tjänster erbjuds"),
        ("en", "Help with digital services is offered"),
    ],
)
def test_each_sign_has_its_pages_and_a_sentence_as_proof(
    inventor: Callable[..., Any], language: str, name: str
) -> None:
    """The sentence of a service page comes first, marked with its language, with the page as a link."""

    def signs(code: str) -> list[CustomerSign]:
        return [
            sign(code, "digital-support", "a", "Muualla autetaan.", "other-page"),
            sign(code, "digital-support", "z", "Saat digitukea kirjastosta."),
            sign(code, "digital-support", "z", "Tukea saa maanantaisin."),
        ]

    (table,) = made(inventor, language, signs).values()
    (row,) = table.rows
    assert row.cells[0].text == name
    assert row.cells[1].value == 2
    assert (row.cells[2].text, row.cells[2].lang) == ("Saat digitukea kirjastosta.", "fi")
    assert row.cells[3].href == "https://a.example/z"


def test_no_table_where_nothing_was_seen(inventor: Callable[..., Any]) -> None:
    assert made(inventor, "en", lambda code: []) == {}
