"""Pages that misbehave under the audit: each is a failure with its reason and costs nobody else anything."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from crawler.browser import visit
from crawler.processes.audit import audit_study
from crawler.processes.audit_one import audit_one
from study import AuditPlan, SampledPage, write_audit_plan

from .audits import BAD, GOOD, Serve, Study, plan_for, reason, results, rules
from .conftest import Reply, html


def audited(serve: Serve, study: Study, pages: dict[str, Any], *paths: str) -> dict[str, Any]:
    site = serve(pages)
    folder = study({"901": (site.url,)})
    audit_study(folder, {"901": plan_for(site, *(paths or pages))})
    return results(folder)


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
        "/wall": "<html><head><title>Web Page Blocked</title></head><body><p>Attack ID: 20000051</p></body></html>",
        "/soft": html("Sivua ei löytynyt", text="Etsimääsi sivua ei ole."),
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
    assert (told["/wall"], told["/soft"]) == ("wall", "missing")
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
def test_an_audit_that_hangs_is_ended_and_told(serve: Serve, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    site = serve({"/slow": Reply(GOOD, wait=40)})
    folder = study({"901": (site.url,)})
    monkeypatch.setattr("crawler.processes.audit._SILENT_SECONDS", 4.0)
    (outcome,) = audit_study(folder, {"901": plan_for(site, "/slow")})
    assert not outcome.is_complete
    assert "hung" in outcome.detail
    assert "901-audit.log" in outcome.detail
