"""Pages whose scripts fill or open a part of them: shadow roots, late content, accordions, tabs, buttons for more."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.processes.run import crawl_study
from study import CrawlStatus, StoredRendering, read_events
from study.document import parse

from .conftest import Reply, Served, html, make_study

KINDS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "filled").glob("*.html"))
}
CARD = "<p>Palvelun hoitaja PERSON vastaa numerosta PHONE.</p>"
FAR = "<div style='height: 2600px'>Palvelusta kerrotaan alempana.</div>"
LATE = "setTimeout(() => document.querySelector('main').insertAdjacentHTML('beforeend', '%s'), 500)"
LIBRARY = (
    "document.querySelectorAll('[hx-get]').forEach(place => new IntersectionObserver(() => fetch(place.getAttribute("
    "'hx-get')).then(r => r.text()).then(t => { place.innerHTML = t })).observe(place))"
)
PUSHED = """<form action='/lahetetty'><button id='laheta'>Näytä lisää</button></form>
<a href='/linkki' role='button'>Näytä lisää</a>
<nav><button type='button' id='valikko' aria-expanded='false'>Valikko</button></nav>
<script>for (const name of ['laheta', 'valikko'])
  document.getElementById(name).onclick = () => fetch('/painettu?' + name);
document.write('')</script>"""


def phone(kind: str) -> str:
    return f"040 555 60{list(KINDS).index(kind):02d}"


def filled(kind: str, text: str) -> str:
    person = kind.replace("-", "").capitalize()
    card = CARD.replace("PERSON", person)
    return text.replace("CARD", card).replace("FAR", FAR).replace("KEY", kind).replace("PHONE", phone(kind))


def page(kind: str, body: str) -> str:
    words = f"Rakennuslupa haetaan ennen työn aloittamista, ja kunta auttaa hakemuksen tekemisessä {kind}. " * 4
    return html("Rakennuslupa", text=f"{words}</p>{filled(kind, body)}<p>")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The HTML that the evidence holds of each page as a browser saw it."""
    script = {"Content-Type": "text/javascript"}

    def late(path: str) -> Reply | str:
        what, _, kind = path.partition("?")
        if what == "/library.js":
            return Reply(LIBRARY, headers=script)
        if what not in ("/card", "/late.js"):
            return Reply("gone", 404)
        return filled(kind, "CARD") if what == "/card" else Reply(LATE % filled(kind, "CARD"), headers=script)

    pages: dict[str, Reply | str] = {f"/rakennuslupa/{kind}": page(kind, body) for kind, body in KINDS.items()}
    pages["/rakennuslupa/nappeja"] = page("open-shadow-root", PUSHED)
    pages["/"] = html("Kunta", *((path, f"Rakennuslupa {path}") for path in pages))
    site = Served(pages, late)
    folder = make_study(tmp_path_factory.mktemp("filled") / "s", {"901": (site.url,)}, render=True)
    (outcome,) = crawl_study(folder)
    site.close()
    assert outcome.status is CrawlStatus.COMPLETE, outcome
    events = read_events(folder.warc_files("901"))
    found = {e.url.rpartition("/")[2]: e.html for e in events if isinstance(e, StoredRendering)}
    return {**found, "asked": "\n".join(site.paths)}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_script_shows_is_in_the_evidence(rendered: dict[str, str], kind: str) -> None:
    assert kind in rendered, "the page was not taken for one that a browser has to open"
    shown = parse(rendered[kind])
    for hidden in shown.css("script, template"):
        hidden.decompose()
    assert shown.body is not None
    assert phone(kind) in shown.body.text(deep=True)


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_is_sent_followed_or_opened_in_menus(rendered: dict[str, str]) -> None:
    assert "nappeja" in rendered
    asked = rendered["asked"]
    assert "/painettu" not in asked
    assert "/lahetetty" not in asked
