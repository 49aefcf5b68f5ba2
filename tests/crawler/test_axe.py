"""axe-core in a real browser: what it finds and what it must not find, in one audit of many pages."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from crawler.browser.axe import asked_tags, axe_script
from crawler.processes.audit import audit_study
from study import UserError

from .audits import BAD, GOOD, plan_for, results, rules
from .conftest import Reply, Served, html, make_study

CARRIED_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


def test_the_carried_script_is_the_verified_one() -> None:
    script = axe_script()
    assert (script.version, script.sha256, script.tags) == ("4.14.1", CARRIED_SHA256, asked_tags())


@pytest.mark.parametrize("text", ["", "alert('no axe here')", "/*! axe v4 */"])
def test_another_file_must_be_an_axe_script(tmp_path: Path, text: str) -> None:
    path = tmp_path / "axe.js"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="is not an axe-core script"):
        axe_script(str(path))


def test_a_script_that_is_not_there_is_a_user_error() -> None:
    with pytest.raises(UserError, match="axe_script"):
        axe_script("/nowhere/axe.min.js")


AMD = "<script>window.define = () => {}; window.define.amd = {}; window.module = {exports: {}};</script>"
LAYER = (
    "<div class='sheet' role='dialog' aria-modal='true' style='position:fixed;inset:0;background:#fff'>"
    "<p style='color:#eee'>Käytämme evästeitä.</p>"
    "<button onclick='fetch(\"/accepted\")'>Hyväksy kaikki</button></div>"
)
HIDDEN = html("Etusivu").replace("<main>", "<main aria-hidden='true'>").replace("</body>", f"{LAYER}</body>")
POLICY = {"Content-Security-Policy": "default-src 'self'; script-src 'none'; style-src 'none'"}
SEEN: dict[str, Any] = {
    "/bad": BAD,
    "/worse": BAD,
    "/good": GOOD,
    "/outer": html("Ulko", text="Teksti.")
    + "<iframe title='Sisä' src='/inner'></iframe><iframe src='/inner'></iframe>",
    "/layer": HIDDEN.replace("<h1>", "<img src='/x.png'><h1>"),
    "/policy": Reply(BAD, headers=POLICY),
    "/amd": html("Vanha", text="<button></button>", head=AMD),
    "/dialog": html("Ilmoitus", text="<button></button>", head="<script>alert('Hei'); confirm('?')</script>"),
    "/wide": html("Leveä", text="<div style='width:900px'>leveä</div>"),
}
FAR = '<div style="height:2500px"></div>'
SHOWN = (
    "<script>const io = new IntersectionObserver(es => es.forEach(e => { if (e.isIntersecting) {"
    " e.target.classList.add('on'); if (e.target.id === 'x')"
    " e.target.innerHTML = '<img src=/x.png><button></button>' }}));"
    "document.querySelectorAll('.part, #x').forEach(e => io.observe(e))</script>"
)
STYLE = "<style>.part{opacity:.15;transition:opacity .6s} .on{opacity:1 !important} .pale{color:#bbb}</style>"
LOOKED = Path(__file__).parent / "looked"
DRAWN = "<svg xmlns=%22http://www.w3.org/2000/svg%22><path fill=%22red%22 d=%22M0 0h999v999H0z%22/></svg>"
PHOTO = f"width=300 height=200 src='data:image/svg+xml,{DRAWN}'"
RED = "background-image:linear-gradient(red,red)"
FAULTS, NEARLY = ((LOOKED / f"{name}.html").read_text(encoding="utf-8") for name in ("faults", "nearly"))
LOCK = "<style>body{overflow:hidden}</style>"
SEEN |= {
    "/pale-below": html("Lupa", text=f"Teksti.{FAR}<span class='part pale'>Vaalea teksti.</span>{SHOWN}", head=STYLE),
    "/put-in-below": html("Vene", text=f"Teksti.{FAR}<span id='x'></span>{SHOWN}"),
    "/fades-in-below": html("Tontti", text=f"Teksti.{FAR}<span class='part'>Musta teksti.</span>{SHOWN}", head=STYLE),
    "/wall": "<html><title>Request Rejected</title><body>The requested URL was rejected. ID: 1</body></html>",
    "/shadow": html("Kehys", text="<span id='h'></span>")
    + "<script>h.attachShadow({mode: 'open'}).innerHTML = '<iframe title=Sisä src=/inner></iframe>'</script>",
    "/photo": html(
        "Kuva", text=f"Venepaikat.<img {PHOTO}><span id='h'></span><div style='width:300px;height:200px;{RED}'></div>"
    )
    + f"<script>h.attachShadow({{mode: 'open'}}).innerHTML = `<img {PHOTO}>`</script>",
    "/faults": html("Viat", text=f"</p>{FAULTS}<p>"),
    "/nearly": html("Melkein", text=f"</p>{NEARLY}<p>"),
    "/locked": html("Lukko", text="<div style='width:900px'>leveä</div>", head=LOCK).replace(
        "</body>", f"{LAYER}</body>"
    ),
}
INNER = "<html lang='fi'><title>t</title><main><h1>Sisä</h1><img src='/x.png'></main></html>"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What one audit of these pages found, by path; under "asked" the paths that the browser asked for."""
    site = Served({**SEEN, "/inner": INNER})
    folder = make_study(tmp_path_factory.mktemp("audited") / "study", {"901": (site.url,)})
    audit_study(folder, {"901": plan_for(site, *SEEN)})
    yield {**results(folder), "asked": site.paths}
    site.close()


@pytest.mark.browser
def test_violations_are_found_and_the_circumstances_kept(found: dict[str, Any]) -> None:
    assert {"image-alt", "button-name", "label", "link-name"} <= rules(found["/bad"])
    assert rules(found["/good"]) == set()
    data = found["/bad"]
    assert data["engine"] == axe_script().describe()
    assert data["viewport"] == {"width": 1280, "height": 720}
    assert data["facts"]["title"] == "Huono"
    assert "html-has-lang" in data["axe"]["passes"]


@pytest.mark.browser
def test_frames_are_looked_into_and_leave_no_marks(found: dict[str, Any]) -> None:
    data = found["/outer"]
    assert data["frames"] == {"met": 2, "reached": 2}
    images = next(rule for rule in data["axe"]["violations"] if rule["id"] == "image-alt")
    assert [len(node["target"]) for node in images["nodes"]] == [2, 2]
    assert "cd_frame_id_" not in str(data["axe"])


@pytest.mark.browser
def test_the_consent_layer_is_hidden_recorded_and_answered_by_nobody(found: dict[str, Any]) -> None:
    data = found["/layer"]
    assert data["consent"][0]["layer"] == "div.sheet"
    assert data["consent"][0]["restored"] == 1
    assert "image-alt" in rules(data)
    assert "color-contrast" not in rules(data)
    assert "/layer" in found["asked"]
    assert "/accepted" not in found["asked"]


@pytest.mark.browser
def test_strict_policies_odd_globals_and_dialogs_do_not_keep_a_page_from_its_audit(found: dict[str, Any]) -> None:
    assert "image-alt" in rules(found["/policy"])
    assert "button-name" in rules(found["/amd"])
    assert "button-name" in rules(found["/dialog"])


@pytest.mark.browser
def test_a_grave_fault_is_pictured_once(found: dict[str, Any]) -> None:
    pictures = found["/bad"]["pictures"]
    assert {"button-name", "label"} <= {picture["rule"] for picture in pictures}
    assert all(base64.b64decode(picture["jpeg"]).startswith(b"\xff\xd8") for picture in pictures)
    assert found["/worse"]["pictures"] == found["/good"]["pictures"] == []


@pytest.mark.browser
def test_a_page_is_seen_small_and_without_its_photographs(found: dict[str, Any]) -> None:
    """So small that text cannot be read. Photographs are blank, inside what it is built of too; its words are there."""
    with Image.open(io.BytesIO(base64.b64decode(found["/photo"]["view"]))) as seen:
        assert seen.size == (256, 144)
        raw = seen.convert("RGB").tobytes()
    colours = list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))
    assert not any(red > 150 and green < 100 for red, green, _ in colours)
    assert any(max(colour) < 190 for colour in colours)
    assert "image-alt" in rules(found["/photo"])


@pytest.mark.browser
def test_a_page_is_measured_at_phone_width(found: dict[str, Any]) -> None:
    assert found["/wide"]["reflow"]["overflow"] > 500
    assert found["/good"]["reflow"]["overflow"] == 0


@pytest.mark.browser
def test_what_comes_when_scrolled_to_is_audited_as_the_visitor_sees_it(found: dict[str, Any]) -> None:
    assert "color-contrast" in rules(found["/pale-below"])
    assert {"image-alt", "button-name"} <= rules(found["/put-in-below"])
    assert "color-contrast" not in rules(found["/fades-in-below"])


@pytest.mark.browser
def test_a_wall_is_an_error_of_the_visit_and_no_fault_of_the_town(found: dict[str, Any]) -> None:
    assert found["/wall"]["error"].startswith("wall")
    assert not found["/wall"].get("axe")


@pytest.mark.browser
def test_frames_in_open_shadow_roots_are_audited(found: dict[str, Any]) -> None:
    assert "image-alt" in rules(found["/shadow"])
    assert found["/shadow"]["frames"] == {"met": 1, "reached": 1}


@pytest.mark.browser
def test_the_scroll_lock_goes_with_the_consent_layer(found: dict[str, Any]) -> None:
    assert found["/locked"]["consent"]
    assert found["/locked"]["reflow"]["overflow"] > 500
    assert not found["/locked"]["reflow"]["clipped"]


@pytest.mark.browser
def test_places_to_look_at_are_told_with_proof_and_near_misses_are_not(found: dict[str, Any]) -> None:
    told = {kind["id"]: kind for kind in found["/faults"]["look_here"]}
    assert set(told) == {
        "fake-heading",
        "table-without-heads",
        "ungrouped-choices",
        "empty-picture-words",
        "form-without-button",
        "focus-unmarked",
    }
    assert "Hakemuksen liitteet" in told["fake-heading"]["nodes"][0]["html"]
    assert told["empty-picture-words"]["count"] == 2
    assert found["/nearly"]["look_here"] == []
