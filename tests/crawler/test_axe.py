"""axe-core in a real browser: what it finds, what it must not find, and pages and browsers that misbehave."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.browser import visit
from crawler.browser.axe import asked_tags, axe_script
from crawler.processes.audit import AuditEvent, audit_study
from crawler.processes.audit_one import audit_one
from study import AuditPlan, SampledPage, StoredJson, StudyFolder, UserError, read_events, write_audit_plan

from .conftest import Reply, Served, html

BAD = html("Huono", text='<img src="/x.png"><button></button><input type="text"><a href="/"></a>')
GOOD = html("Hyvä", text="Kaikki on kunnossa.")
CARRIED_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
Serve = Callable[..., Served]
Study = Callable[..., StudyFolder]


def plan_for(site: Served, *paths: str, code: str = "901", **more: Any) -> AuditPlan:
    pages = tuple(SampledPage(f"{site.url}{path.lstrip('/')}", "random") for path in paths)
    return AuditPlan(code, pages, **more)


def results(folder: StudyFolder) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in read_events(folder.warc_files()):
        if isinstance(event, StoredJson) and event.kind == "axe":
            found["/" + event.url.split("/", 3)[3]] = event.data
    return found


def audited(serve: Serve, study: Study, pages: dict[str, Any], *paths: str) -> dict[str, Any]:
    site = serve(pages)
    folder = study({"901": (site.url,)})
    audit_study(folder, {"901": plan_for(site, *(paths or pages))})
    return results(folder)


def rules(data: dict[str, Any]) -> set[str]:
    return {rule["id"] for rule in data["axe"]["violations"]}


def reason(data: dict[str, Any]) -> str:
    return str(data["error"]).split(":")[0]


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


@pytest.mark.browser
def test_violations_are_found_and_the_circumstances_kept(serve: Serve, study: Study) -> None:
    found = audited(serve, study, {"/bad": BAD, "/good": GOOD})
    assert {"image-alt", "button-name", "label", "link-name"} <= rules(found["/bad"])
    assert rules(found["/good"]) == set()
    data = found["/bad"]
    assert data["engine"] == axe_script().describe()
    assert data["viewport"] == {"width": 1280, "height": 720}
    assert data["facts"]["title"] == "Huono"
    assert "html-has-lang" in data["axe"]["passes"]


@pytest.mark.browser
def test_frames_are_looked_into_and_leave_no_marks(serve: Serve, study: Study) -> None:
    inner = "<html lang='fi'><title>t</title><main><h1>Sisä</h1><img src='/x.png'></main></html>"
    outer = html("Ulko", text="Teksti.") + "<iframe title='Sisä' src='/inner'></iframe><iframe src='/inner'></iframe>"
    (data,) = audited(serve, study, {"/outer": outer, "/inner": inner}, "/outer").values()
    assert data["frames"] == {"met": 2, "reached": 2}
    images = next(rule for rule in data["axe"]["violations"] if rule["id"] == "image-alt")
    assert [len(node["target"]) for node in images["nodes"]] == [2, 2]
    assert "cd_frame_id_" not in str(data["axe"])


@pytest.mark.browser
def test_pages_that_are_no_lasting_pages_are_failures_not_clean(serve: Serve, study: Study) -> None:
    reload = "<!doctype html><title>Taas</title><script>setTimeout(() => location.reload(), 150)</script>"
    pages = {
        "/refresh": html("Uudelleen", head='<meta http-equiv="refresh" content="1">'),
        "/reload": reload,
        "/gone": Reply("poissa", 404),
        "/broken": Reply("", 500),
        "/form.pdf": Reply(b"%PDF-1.4", headers={"Content-Type": "application/pdf"}),
        "/private": GOOD,
        "/away": html("Pois", head='<meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/">'),
        "/robots.txt": Reply("User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"}),
    }
    found = audited(serve, study, pages, *(path for path in pages if path != "/robots.txt"))
    assert all("axe" not in data for data in found.values())
    told = {path: reason(data) for path, data in found.items()}
    assert told["/refresh"] == told["/reload"] == "reloads"
    assert told["/gone"] == "http-404"
    assert told["/broken"] == "http-500"
    assert told["/private"] == "robots"
    assert told["/form.pdf"] == "not-html"
    assert told["/away"] in ("moved", "private-address", "unreachable", "http-403", "http-502")


@pytest.mark.browser
def test_a_page_that_loads_itself_is_known_at_whatever_moment_it_does(
    serve: Serve, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment is made, not waited for: each page reloads when a certain script of the audit looks at it."""
    moments = ("settle.js", "facts.js", "calm.js")
    pages = {f"/{name}{where}": html(name) for name in moments for where in ("", "?on")}
    site = serve(pages)
    folder = study({"901": (site.url,)})

    def breaking(name: str) -> str:
        leave = f"location.pathname === '/{name}' && !location.search.includes('on')"
        go = "location.href = location.search === '?away' ? location.pathname + '?on' : location.href"
        return f"(value) => {{ if ({leave}) {{ {go}; return new Promise(() => {{}}); }} return ({own(name)})(value); }}"

    own = visit.script_source
    monkeypatch.setattr(visit, "script_source", breaking)
    site.pages |= {f"/{name}?away": html(name) for name in moments}
    paths = [f"/{name}{where}" for name in moments for where in ("", "?away")]
    write_audit_plan(folder.state / "audit" / "901.json", plan_for(site, *paths))
    asyncio.run(audit_one(folder.root, "901"))
    told = {path: reason(data) for path, data in results(folder).items()}
    assert {path: why for path, why in told.items() if "?" not in path} == {f"/{name}": "reloads" for name in moments}
    assert told["/settle.js?away"] == "", "a page that goes on while it settles is looked at where it went"
    assert told["/facts.js?away"] == told["/calm.js?away"] == "moved"


@pytest.mark.browser
def test_the_audit_stays_out_of_private_networks_and_log_ins(serve: Serve, study: Study) -> None:
    site, other = serve({"/": GOOD}), serve({"/": GOOD})
    folder = study({"901": (site.url,)})
    pages = (SampledPage(other.url, "landing", is_own=False), SampledPage("https://tunnistus.suomi.fi/x", "landing"))
    audit_study(folder, {"901": AuditPlan("901", pages)})
    told = sorted(str(data["error"]).split(":")[0] for data in results(folder).values())
    assert told == ["log-in", "private-address"]
    assert other.asked == []


@pytest.mark.browser
def test_the_consent_layer_is_hidden_recorded_and_answered_by_nobody(serve: Serve, study: Study) -> None:
    layer = (
        "<div class='sheet' role='dialog' aria-modal='true' style='position:fixed;inset:0;background:#fff'>"
        "<p style='color:#eee'>Käytämme evästeitä.</p>"
        "<button onclick='fetch(\"/accepted\")'>Hyväksy kaikki</button></div>"
    )
    hidden = html("Etusivu").replace("<main>", "<main aria-hidden='true'>").replace("</body>", f"{layer}</body>")
    site = serve({"/": hidden.replace("<h1>", "<img src='/x.png'><h1>")})
    folder = study({"901": (site.url,)})
    audit_study(folder, {"901": plan_for(site, "/")})
    data = results(folder)["/"]
    assert data["consent"][0]["layer"] == "div.sheet"
    assert data["consent"][0]["restored"] == 1
    assert "image-alt" in rules(data)
    assert "color-contrast" not in rules(data)
    assert "/accepted" not in site.paths


@pytest.mark.browser
def test_strict_policies_odd_globals_and_dialogs_do_not_keep_a_page_from_its_audit(serve: Serve, study: Study) -> None:
    policy = {"Content-Security-Policy": "default-src 'self'; script-src 'none'; style-src 'none'"}
    amd = "<script>window.define = () => {}; window.define.amd = {}; window.module = {exports: {}};</script>"
    pages = {
        "/policy": Reply(BAD, headers=policy),
        "/amd": html("Vanha", text="<button></button>", head=amd),
        "/dialog": html("Ilmoitus", text="<button></button>", head="<script>alert('Hei'); confirm('?')</script>"),
    }
    found = audited(serve, study, pages)
    assert "image-alt" in rules(found["/policy"])
    assert "button-name" in rules(found["/amd"])
    assert "button-name" in rules(found["/dialog"])


@pytest.mark.browser
def test_scripts_without_end_cost_their_own_page_only(
    serve: Serve, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "for (;;) {}"
    pages = {
        "/busy": html("Kiire", head=f"<script>setTimeout(() => {{ {endless} }}, 100)</script>"),
        "/trap": html("Ansa", head=f"<script>Object.defineProperty(window, 'axe', {{set() {{ {endless} }}}})</script>"),
        "/after": BAD,
    }
    site = serve(pages)
    folder = study({"901": (site.url,)})
    monkeypatch.setattr("crawler.browser.visit._PROBE_SECONDS", 8.0)
    for module in ("axe", "selenium_axe"):
        monkeypatch.setattr(f"crawler.browser.{module}.SCRIPT_SECONDS", 8.0)
    write_audit_plan(folder.state / "audit" / "901.json", plan_for(site, *pages))
    asyncio.run(audit_one(folder.root, "901"))
    found = results(folder)
    assert reason(found["/busy"]) == reason(found["/trap"]) == "timeout"
    assert "image-alt" in rules(found["/after"])


@pytest.mark.browser
def test_a_grave_fault_is_pictured_once(serve: Serve, study: Study) -> None:
    found = audited(serve, study, {"/1": BAD, "/2": BAD, "/good": GOOD})
    pictures = found["/1"]["pictures"]
    assert {"button-name", "label"} <= {picture["rule"] for picture in pictures}
    assert all(base64.b64decode(picture["jpeg"]).startswith(b"\xff\xd8") for picture in pictures)
    assert found["/2"]["pictures"] == found["/good"]["pictures"] == []


@pytest.mark.browser
def test_a_page_is_measured_at_phone_width(serve: Serve, study: Study) -> None:
    wide = html("Leveä", text="<div style='width:900px'>leveä</div>")
    found = audited(serve, study, {"/wide": wide, "/good": GOOD})
    assert found["/wide"]["reflow"]["overflow"] > 500
    assert found["/good"]["reflow"]["overflow"] == 0


@pytest.mark.browser
def test_an_audit_goes_on_where_it_stopped_and_is_not_repeated(serve: Serve, study: Study) -> None:
    site = serve({"/1": BAD, "/2": GOOD})
    folder = study({"901": (site.url,)})
    plan = plan_for(site, "/1", "/2")
    audit_study(folder, {"901": plan})
    asked = len(site.asked)
    (outcome,) = audit_study(folder, {"901": plan})
    assert outcome.skipped
    assert len(site.asked) == asked
    (again,) = audit_study(folder, {"901": plan}, again=True)
    assert (again.skipped, again.audited) == (False, 2)
    assert len(site.asked) > asked


@pytest.mark.browser
def test_three_audits_say_the_same(serve: Serve, study: Study) -> None:
    moving = html(
        "Liike",
        text="<p style='color:#888'>Harmaa teksti</p><button></button>",
        head="<style>p { animation: x 1s infinite } @keyframes x { from { color: #fff } to { color: #000 } }</style>",
    )
    site = serve({"/": moving, "/bad": BAD})
    folder = study({"901": (site.url,)})
    seen = []
    for _ in range(3):
        audit_study(folder, {"901": plan_for(site, "/", "/bad")}, again=True)
        seen.append({path: str(data["axe"]["violations"]) for path, data in results(folder).items()})
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.browser
def test_a_browser_killed_in_the_middle_costs_at_most_one_page(serve: Serve, study: Study) -> None:
    site = serve({f"/{number}": BAD for number in range(8)})
    folder = study({"901": (site.url,)})
    killed: list[int] = []

    def on_event(event: AuditEvent) -> None:
        if event.kind == "progress" and event.done == 3 and not killed:
            threading.Thread(target=lambda: killed.extend(_kill_browsers())).start()

    plan = plan_for(site, *(f"/{number}" for number in range(8)))
    (outcome,) = audit_study(folder, {"901": plan}, on_event=on_event)
    assert killed
    assert outcome.is_complete
    assert (outcome.audited + outcome.failed, outcome.failed <= 1) == (8, True)
    assert {reason(data) for data in results(folder).values()} <= {"", "browser-lost", "tab-lost"}
    assert len(results(folder)) == 8


@pytest.mark.browser
def test_a_grid_gives_the_same_findings(serve: Serve, study: Study, webdriver_server: str) -> None:
    outer = html("Ulko", text="<iframe title='Sisä' src='/bad'></iframe><div style='width:900px'>leveä</div>")
    pages = {
        "/bad": BAD, "/good": GOOD, "/outer": outer, "/gone": Reply("poissa", 404),
        "/reload": "<!doctype html><title>Taas</title><script>setTimeout(() => location.reload(), 150)</script>",
    }  # fmt: skip
    site = serve(pages)
    here, there = study({"901": (site.url,)}, "here"), study({"901": (site.url,)}, "there")
    audit_study(here, {"901": plan_for(site, *pages)})
    audit_study(there, {"901": plan_for(site, *pages)}, grid_url=webdriver_server)
    ours, grid = results(here), results(there)
    for path in ("/bad", "/good", "/outer"):
        assert ours[path]["axe"]["violations"] == grid[path]["axe"]["violations"], path
        assert ours[path]["reflow"] == grid[path]["reflow"], path
    assert (reason(grid["/gone"]), reason(grid["/reload"])) == ("http-404", "reloads")
    assert "Grid" in grid["/bad"]["browser"]


@pytest.mark.browser
def test_a_grid_that_is_not_there_is_told(serve: Serve, study: Study) -> None:
    site = serve({"/": GOOD})
    folder = study({"901": (site.url,)})
    (outcome,) = audit_study(folder, {"901": plan_for(site, "/")}, grid_url="http://127.0.0.1:9")
    assert not outcome.is_complete
    assert "http://127.0.0.1:9" in outcome.detail


@pytest.fixture
def webdriver_server() -> Iterator[str]:
    """A WebDriver end as a Selenium Grid offers it: here the driver itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    driver = shutil.which("chromedriver")
    assert driver is not None
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=30)


def _kill_browsers() -> list[int]:
    """Kill the Chromium processes below this one."""
    parents, commands = {}, {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parents[int(path.name)] = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
                commands[int(path.name)] = (path / "cmdline").read_text()
    killed = []
    for pid, command in commands.items():
        above = pid
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid() and "chromium" in command and "--remote-debugging-pipe" in command:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
    return killed


@pytest.mark.browser
def test_an_audit_that_hangs_is_ended_and_told(serve: Serve, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    site = serve({"/slow": Reply(GOOD, wait=40)})
    folder = study({"901": (site.url,)})
    monkeypatch.setattr("crawler.processes.audit._SILENT_SECONDS", 4.0)
    (outcome,) = audit_study(folder, {"901": plan_for(site, "/slow")})
    assert not outcome.is_complete
    assert "hung" in outcome.detail
    assert "901-audit.log" in outcome.detail
