"""Audits that are broken off, repeated, or run on a Selenium Grid: they go on, and they say the same."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.processes.audit import AuditEvent, audit_study

from .audits import BAD, GOOD, Serve, Study, plan_for, reason, results
from .conftest import Reply, html


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
    shadow = "<div><template shadowrootmode='open'><iframe title='Varjossa' src='/bad'></iframe></template></div>"
    frames = f"<iframe title='Sisä' src='/bad'></iframe>{shadow}"
    outer = html("Ulko", text=f"{frames}<div style='width:900px'>leveä</div>")
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
        assert ours[path]["frames"] == grid[path]["frames"], path
    assert grid["/outer"]["frames"] == {"met": 2, "reached": 2}
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
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10):
            break
        time.sleep(0.05)
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
