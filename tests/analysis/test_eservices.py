"""The way to e-services: redirects, arrival, language, log-in, tier of evidence, shared installations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analysis.examine import examine
from analysis.findings import PageSource, SiteContext
from analysis.fold.eservices import Ways, eservice_paths, shared_installations, tenant_of
from analysis.fold.index import LandingPages, index_evidence, landing_places
from study import EservicePath, WarcWriter
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
OWN = frozenset({"mikkeli.example"})
PAGE = "https://www.mikkeli.example/varhaiskasvatus/hoitoajat"
AT = datetime(2026, 10, 5, tzinfo=UTC)
LOGIN = (
    '<html lang="sv"><head><title>Logga in</title></head><body><main><h1>Logga in</h1><form><label>Kod<input name="u">'
    '</label><label>Lösen<input type="password" name="p"></label><button>Logga in</button></form></main></body></html>'
)
SHEET = '<html lang="fi"><head><title>{0}</title></head><body><main><h1>{0}</h1>{1}</main></body></html>'
OPEN = SHEET.format("Varaus", "<p>Valitse aika ja jatka.</p>")


def ways(tmp_path: Path, answers: dict[str, str]) -> Ways:
    """Landing pages; an answer that is an address is a redirect."""
    writer = WarcWriter(tmp_path, "491")
    for number, (url, answer) in enumerate(answers.items()):
        moved = answer.startswith("http")
        headers = [(b"Content-Type", b"text/html; charset=utf-8")] + ([(b"Location", answer.encode())] if moved else [])
        at = AT + timedelta(seconds=number)
        writer.write_exchange(url, [], 302 if moved else 200, headers, b"" if moved else answer.encode(), at=at)
    writer.close()
    index = index_evidence(sorted(tmp_path.glob("*.warc.gz")))
    return Ways(TAXONOMY, LandingPages(landing_places([index], OWN)))


def paths(tmp_path: Path, body: str, answers: dict[str, str] | None = None) -> list[EservicePath]:
    known = ways(tmp_path, answers or {})
    html = SHEET.format("Hoitoajat", f"<p>Hoitoajat varataan sähköisesti.</p>{body}")
    found = examine(PageSource(PAGE, html), TAXONOMY, SiteContext(OWN, None, known.landing))
    return eservice_paths("491", [(PAGE, found)], OWN, known)


def one(tmp_path: Path, url: str, answers: dict[str, str] | None = None) -> EservicePath:
    return paths(tmp_path, f'<p><a href="{url}">Siirry palveluun</a></p>', answers)[0]


@pytest.mark.parametrize(
    ("url", "quality"),
    [
        ("https://kunta.inschool.fi/", "portal-root"),
        ("https://kunta.inschool.fi/login?langid=2", "portal-root"),
        ("https://dp1.daisynet.fi/mikkeli/fi", "portal-root"),
        ("https://www.lupapiste.fi/fi/", "portal-root"),
        ("https://www.lupapiste.fi/fi/hakija/uusi", "deep-link"),
        ("https://www.lupapiste.fi/app#!/hakemus/5", "deep-link"),
        ("https://kunta.e-lomake.fi/lomakkeet/5/lomake.html", "deep-link"),
    ],
)
def test_where_one_arrives(tmp_path: Path, url: str, quality: str) -> None:
    assert one(tmp_path, url).path_quality == quality


def test_what_was_not_read_is_unknown(tmp_path: Path) -> None:
    row = one(tmp_path, "https://kunta.inschool.fi/")
    assert (row.log_in, row.language_kept, row.landing_language, row.redirects) == ("unknown", "unknown", None, ())
    assert row.is_new_host


def test_redirects_language_and_account(tmp_path: Path) -> None:
    link = "https://lyhyt.example/x"
    way = {link: "https://siirto.example/y", "https://siirto.example/y": "https://kunta.inschool.fi/login",
           "https://kunta.inschool.fi/login": LOGIN}  # fmt: skip
    row = one(tmp_path, link, way)
    assert (row.product_id, row.final_url) == ("wilma", "https://kunta.inschool.fi/login")
    assert row.redirects == ("https://siirto.example/y",)
    assert (row.log_in, row.landing_language, row.language_kept) == ("account", "sv", "lost")
    assert (row.tier, row.matched) == ("A", "*.inschool.fi")


def test_strong_identification_stands_before_the_service_and_is_not_it(tmp_path: Path) -> None:
    link, wall = "https://vaka.example/hakemus/5", "https://tunnistautuminen.suomi.fi/sivut?x=1"
    passed = "https://evaka.kunta.fi/applications"
    row = one(tmp_path, link, {link: passed, passed: wall, wall: OPEN})
    assert (row.product_id, row.log_in) == ("evaka", "suomi.fi")
    assert row.path_quality == "deep-link"


@pytest.mark.parametrize(
    ("url", "tier"),
    [
        ("https://kunta.inschool.fi/x", "A"),
        ("https://palvelu.kunta.fi/WebTimmi/a", "B"),
        ("https://wilma.kunta.fi/x", "B"),
        ("https://varhaiskasvatus.ouka.fi/x", "D"),
        ("https://palvelu.kunta.fi/jotain", "U"),
    ],
)
def test_tier(tmp_path: Path, url: str, tier: str) -> None:
    assert one(tmp_path, url).tier == tier


def test_markup_and_names_are_lower_rungs(tmp_path: Path) -> None:
    link = "https://koulu.kunta.fi/kirjaudu"
    assert one(tmp_path, link, {link: LOGIN.replace("<form>", '<form id="login-frontdoor">')}).tier == "C"
    (named,) = paths(tmp_path / "b", '<p>Koulu: <a href="https://siirto.example/a">Siirry Lupapisteeseen</a></p>')
    assert (named.tier, named.product_id) == ("E", "lupapiste")


def test_form_that_sends_elsewhere(tmp_path: Path) -> None:
    form = (
        '<form action="https://link.webropolsurveys.com/S/64D47EA341787F28" method="post">'
        '<label>Nimi<input name="n"></label><label>Päivä<input name="d"></label><button>Lähetä</button></form>'
    )
    (row,) = {(r.product_id, r.evidence_type) for r in paths(tmp_path, form)}
    assert row == ("webropol", "form")


def test_installation_and_its_members() -> None:
    tenant = tenant_of(TAXONOMY, "https://heili.finna.fi/Record/1")
    assert tenant is not None
    assert "405" in tenant.municipality_codes
    daisy = tenant_of(TAXONOMY, "https://dp1.daisynet.fi/mikkeli/x")
    assert daisy is not None
    assert daisy.municipality_codes == ("491",)
    assert tenant_of(TAXONOMY, "https://dp1.daisynet.fi/mikkelinkoti") is None
    assert tenant_of(TAXONOMY, "https://kirjasto.example/") is None


def test_shared_installation_is_credited_to_members_and_links_are_told(tmp_path: Path) -> None:
    rows = paths(tmp_path, '<p><a href="https://heili.finna.fi/">Uusi lainat verkkokirjastossa</a></p>')
    linked = {r.host: (r.is_member, r.is_linked) for r in shared_installations("405", rows, TAXONOMY)}
    assert linked["heili.finna.fi"] == (True, True)
    unlinked = {r.host: (r.is_member, r.is_linked) for r in shared_installations("405", (), TAXONOMY)}
    assert unlinked["heili.finna.fi"] == (True, False)
    neighbour = {r.host: (r.is_member, r.is_linked) for r in shared_installations("091", rows, TAXONOMY)}
    assert neighbour["heili.finna.fi"] == (False, True)
    assert neighbour["helmet.finna.fi"] == (True, False)
