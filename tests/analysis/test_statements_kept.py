"""Where accessibility statements are kept: on pages, in files, on services for them; which one is the website's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analysis import analyze_study
from study import (
    AccessibilityStatement,
    CrawlStatus,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    create_study,
)

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
SITE = "http://www.salmela.fi"
TEXT = (
    "Tämä saavutettavuusseloste koskee Salmelan kunnan ABOUT. Seloste on laadittu 15.1.2026.",
    "Digipalvelun saavutettavuuden tila",
    "CLAIM",
    "Huomasitko puutteen? Anna palautetta: saavutettavuus@salmela.fi.",
)
PARTIAL = "Verkkosivusto täyttää saavutettavuusvaatimukset osittain."
FULL = "Palvelu täyttää saavutettavuusvaatimukset kokonaan."


def lines(about: str = "verkkosivustoa", claim: str = PARTIAL) -> list[str]:
    return [line.replace("ABOUT", about).replace("CLAIM", claim) for line in TEXT]


def pdf(text: list[str]) -> bytes:
    """The smallest file that shows these lines."""
    shown = "".join(f"({line}) Tj 0 -16 Td ".replace("\u2013", "-") for line in text)
    stream = f"BT /F1 11 Tf 40 780 Td {shown}ET".encode("latin-1")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", b""
    for number, part in enumerate(parts, 1):
        places += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 6\n0000000000 65535 f \n" + places + b"trailer << /Root 1 0 R /Size 6 >>\n"
    return body + table + b"startxref\n%d\n%%%%EOF" % len(body)


def page(title: str, text: list[str], footer: str = "") -> bytes:
    shown = "".join(f"<p>{line}</p>" for line in text)
    return (
        f"<html lang='fi'><head><title>{title}</title></head><body><main><h1>{title}</h1>{shown}</main>"
        f"<footer>{footer}</footer></body></html>"
    ).encode()


class Town:
    """A municipality's evidence and its statements."""

    def __init__(self, tmp_path: Path, footer: str, *hosts: str) -> None:
        town = StudyMunicipality("901", "Salmela", f"{SITE}/", hosts=hosts, languages=("fi",))
        config = StudyConfig(study=StudySection(title="T", year=2026))
        self.folder: StudyFolder = create_study(tmp_path / "s", config, (town,))
        self.writer = WarcWriter(self.folder.evidence, "901")
        for path, name in {"/": "Salmela", "/kirjasto": "Kirjasto", "/venepaikat": "Venepaikat"}.items():
            self.answer(SITE + path, page(name, [f"{name} palvelee kunnan asukkaita ympäri vuoden."] * 3, footer))

    def answer(self, url: str, body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
        self.writer.write_exchange(url, [], status, [(b"Content-Type", kind.encode())], body, at=AT)

    def statements(self) -> list[AccessibilityStatement]:
        self.writer.write_crawl_end(CrawlStatus.COMPLETE, None, {"whole_gap": 0}, started_at=AT, ended_at=AT)
        self.writer.close()
        analyze_study(self.folder, workers=1)
        return self.folder.read("accessibility_statements")


@pytest.mark.parametrize("url", [f"{SITE}/tiedostot/seloste.pdf", "https://tiedostot.palvelin.fi/9/seloste.pdf"])
def test_a_statement_in_a_file_that_every_page_links_to_is_read(tmp_path: Path, url: str) -> None:
    town = Town(tmp_path, f"<a href='{url}'>Saavutettavuusseloste (pdf)</a>")
    town.answer(url, pdf(["Saavutettavuusseloste", *lines()]), "application/pdf")
    (row,) = town.statements()
    assert (row.url, row.found, row.compliance, row.assessed_on) == (url, True, "partial", date(2026, 1, 15))


def test_a_file_of_pictures_is_a_statement_of_which_nothing_can_be_read(tmp_path: Path) -> None:
    town = Town(tmp_path, "<a href='/seloste.pdf'>Saavutettavuusseloste</a>")
    town.answer(f"{SITE}/seloste.pdf", pdf([]), "application/pdf")
    (row,) = town.statements()
    assert (row.found, row.compliance, row.problems) == (True, "unstated", ("unreadable",))


def test_a_link_behind_which_nothing_is_is_no_statement(tmp_path: Path) -> None:
    town = Town(tmp_path, "<a href='/seloste.pdf'>Saavutettavuusseloste</a>")
    town.answer(f"{SITE}/seloste.pdf", b"no", status=404)
    (row,) = town.statements()
    assert (row.found, row.problems) == (False, ("dead-link", "missing"))


def test_a_statement_kept_on_a_service_for_statements_is_the_town_s(tmp_path: Path) -> None:
    url = "https://selosteet.palvelin.fi/salmela"
    town = Town(tmp_path, f"<a href='{url}'>Saavutettavuusseloste</a>")
    town.answer(url, page("Saavutettavuusseloste", lines("verkkosivustoa www.salmela.fi")))
    (row,) = town.statements()
    assert (row.url, row.compliance, row.is_main) == (url, "partial", True)


@pytest.mark.parametrize(
    ("url", "about"),
    [
        ("https://selosteet.palvelin.fi/toinen", "verkkosivustoa www.toinenkunta.fi"),
        ("https://www.lupapiste.fi/saavutettavuus", "palvelua"),
    ],
)
def test_somebody_else_s_statement_is_not_the_town_s(tmp_path: Path, url: str, about: str) -> None:
    town = Town(tmp_path, f"<a href='{url}'>Saavutettavuusseloste</a>")
    town.answer(url, page("Saavutettavuusseloste", lines(about, FULL)))
    assert [row.found for row in town.statements()] == [False]


@pytest.mark.parametrize(
    ("others", "host"),
    [
        ({"/s2": lines("sähköistä asiointia", FULL)}, ""),
        ({"/s2": lines("karttapalvelua", FULL), "/s3": lines("tilavarausta", FULL)}, ""),
        ({"/seloste": lines("kirjaston verkkosivustoa", FULL)}, "http://kirjasto.salmela.fi"),
    ],
    ids=["e-service", "two services", "another host"],
)
def test_of_several_statements_the_website_s_own_is_the_main_one(
    tmp_path: Path, others: dict[str, list[str]], host: str
) -> None:
    town = Town(tmp_path, "<a href='/seloste'>Saavutettavuusseloste</a>", *([f"{host}/"] if host else []))
    old = [line.replace("15.1.2026", "23.9.2020") for line in lines()]
    town.answer(f"{SITE}/seloste", page("Saavutettavuusseloste", old))
    for path, text in others.items():
        town.answer(f"{host or SITE}{path}", page("Saavutettavuusseloste", text))
    rows = town.statements()
    assert len(rows) == 1 + len(others)
    (main,) = [row for row in rows if row.is_main]
    assert (main.url, main.compliance, main.assessed_on) == (f"{SITE}/seloste", "partial", date(2020, 9, 23))
