"""The review page in Chromium and as a command: keyboard, hostile pages, other sites, ends of every kind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

from crawler import find_chromium
from crawler.browser.axe import axe_script
from reports.review.desk import open_desk
from study import TABLES, PageService, StudyFolder, WarcWriter, read_decisions, read_events, write_table
from tests.review_desk import Browser

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120
HOSTILE = """<!DOCTYPE html><html><head><base href="{evil}/"><meta http-equiv="refresh" content="0;url={evil}/refresh">
<link rel="stylesheet" href="{evil}/style.css"><script src="{evil}/script.js"></script>
<style>body,a{{position:fixed!important;inset:0!important;z-index:2147483647!important;background:red url({evil}/css)}}
@import url({evil}/import);</style></head>
<body onload="top.location='{evil}/onload'" background="{evil}/background">
<img src="{evil}/img" onerror="fetch('{evil}/onerror')">
<script>fetch('{evil}/inline');top.location='{evil}/top'</script>
<a href="{evil}/link" target="_top" id="bait" style="width:100vw;height:100vh">Click</a>
<a href="javascript:fetch('{evil}/javascript')">script</a><iframe src="{evil}/iframe"></iframe>
<form action="{evil}/form" method="post"><input name="x" autofocus><button accesskey="a">send</button></form>
<svg onload="fetch('{evil}/svg')"><image href="{evil}/svgimage"/></svg><object data="{evil}/object"></object>
<video src="{evil}/video" autoplay></video><details ontoggle="fetch('{evil}/toggle')" open>x</details>
<p>{filling}</p></body></html>"""


@dataclass(frozen=True)
class Running:
    """A review that is being served."""

    process: subprocess.Popen[str]
    address: str


@contextmanager
def reviewing(study: StudyFolder, *options: str) -> Iterator[Running]:
    """`kuntatutka review` as a process of its own."""
    command = [sys.executable, "-m", "kuntatutka", "review", str(study.root), "--no-browser", "--reviewer", "Aino"]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert process.stdout
        yield Running(process, process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def study(six: StudyFolder, tmp_path: Path) -> StudyFolder:
    shutil.copytree(six.root, tmp_path / "study")
    return StudyFolder(tmp_path / "study")


@contextmanager
def evil_site(review: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A site that notes whoever asks it, and tries to reach the review page from a page of its own."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            target = review[0] if review else ""
            body = f"""<script>(async()=>{{const out=[];
            for(const make of [()=>fetch("{target}",{{mode:"cors"}}).then(r=>r.text()),
              ()=>fetch("{target}",{{mode:"no-cors"}}).then(r=>r.text()),
              ()=>fetch("{target}undo",{{method:"POST",mode:"no-cors",body:"x=1"}}).then(r=>r.type)])
              try{{out.push(await make())}}catch(e){{out.push("refused")}}
            document.title=JSON.stringify(out)}})()</script><iframe src="{target}"></iframe>""".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that the library asks for

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(**options: Any) -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_context(**options).new_page()


def with_page(study: StudyFolder, html: str) -> tuple[str, str]:
    """Put a page into the evidence as the best one of a cell; gives the cell."""
    writer = WarcWriter(study.evidence, "X01")
    at = datetime(2026, 11, 1, tzinfo=UTC)
    url = "https://www.rantala.example/page"
    writer.write_exchange(url, [], 200, [(b"Content-Type", b"text/html; charset=utf-8")], html.encode(), at=at)
    writer.close()
    stored = next(e for e in read_events(study.warc_files("X01")) if getattr(e, "url", "") == url)
    cell = open_desk(study, "x").queue[0]
    pages = study.read("pages")
    page = replace(
        pages[0], municipality_code=cell.code, url=url, warc_file=stored.warc_file, warc_offset=stored.warc_offset
    )
    write_table(study.findings / "pages.parquet", TABLES["pages"].record, [*pages, page])
    served = PageService(cell.code, url, cell.service, cell.theme, 1.0, True, ())
    rows = [*study.read("page_services"), served]
    write_table(study.findings / "page_services.parquet", TABLES["page_services"].record, rows)
    return cell.code, cell.service


@pytest.mark.browser
def test_cells_are_confirmed_by_one_key_each(study: StudyFolder) -> None:
    with reviewing(study) as running, tab(viewport={"width": 1280, "height": 800}) as page:
        page.goto(running.address)
        page.keyboard.press("n")
        page.wait_for_url("**/cell/**")
        for _ in range(10):
            before = page.url.partition("?")[0]
            page.wait_for_load_state("domcontentloaded")
            page.keyboard.press("a")
            page.wait_for_function("before => location.href.split('?')[0] !== before", arg=before)
        assert len(read_decisions(study.review).decisions) == 10
        page.keyboard.press("?")
        assert page.locator("dialog").is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("e")
        assert page.evaluate("document.activeElement.name") == "state"
        # From within the form: saved by one chord, left by one key.
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        page.keyboard.press("e")
        before = page.url.partition("?")[0]
        page.keyboard.press("Control+Enter")
        page.wait_for_function("before => location.href.split('?')[0] !== before", arg=before)
        assert len(read_decisions(study.review).decisions) == 11
        page.keyboard.press("q")
        page.wait_for_url(lambda url: "/cell/" not in url)
        page.keyboard.press("/")
        page.keyboard.type("Helsinki")
        page.keyboard.press("Enter")
        page.wait_for_url("**find=Helsinki**")
        assert {text.split()[-1] for text in page.locator(".queue .what").all_inner_texts()} == {"Helsinki"}


def disputed(study: StudyFolder) -> str:
    """Let two people differ about a cell; gives it."""
    desk = open_desk(study, "Aino")
    cell = next(cell for cell in desk.queue if cell.state == "found")
    where = f"cell/{cell.code}/{cell.service}"
    Browser(desk).send(where, action="confirm", replaces="")
    Browser(open_desk(study, "Bo", share=1.0)).send(where, action="cannot-judge", replaces="")
    return where


LOOKS: tuple[tuple[str, Any, int, int], ...] = (
    ("fi", "light", 1280, 1),
    ("sv", "dark", 320, 1),
    ("en", "dark", 1280, 1),
    ("fi", "light", 640, 2),
)
"""Language, colours, width of the window, and how many times as large as usual the text is."""


@pytest.mark.browser
def test_pages_pass_axe_and_fit(study: StudyFolder) -> None:
    where = disputed(study)
    found: dict[Any, Any] = {}
    with reviewing(study) as running, chromium() as browser:
        for look in LOOKS:
            language, colours, width, text = look
            with closing(
                browser.new_context(viewport={"width": width, "height": 800}, color_scheme=colours)
            ) as context:
                page = context.new_page()
                for path in ("", where, "hosts", "agreement"):
                    page.goto(f"{running.address}{language}/{path}")
                    found[look, path] = faults_and_overflow(page, text)
    assert {place: told for place, told in found.items() if told != ([], 0)} == {}


def faults_and_overflow(page: Page, text: int) -> tuple[list[Any], int]:
    """What axe finds on a page with all of it open, and how much wider than its window it is."""
    page.evaluate("size => document.documentElement.style.fontSize = size", f"{100 * text}%")
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.evaluate(axe_script().source)
    found = page.evaluate("axe.run(document, {iframes: false, resultTypes: ['violations']})")["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [(v["id"], [n["html"] for n in v["nodes"]]) for v in found], max(0, wide)


@pytest.mark.browser
def test_a_hostile_archived_page_runs_nothing_sends_nothing_and_covers_no_button(study: StudyFolder) -> None:
    with evil_site([]) as (evil, asked):
        code, service = with_page(study, HOSTILE.format(evil=evil, filling="x " * 10_000_000))
        with reviewing(study) as running, tab(viewport={"width": 1280, "height": 800}) as page:
            page.goto(f"{running.address}en/cell/{code}/{service}?url=https://www.rantala.example/page")
            frame = page.frame_locator("iframe")
            frame.locator("#bait").wait_for()
            before = page.url
            frame.locator("#bait").click(force=True)
            button = page.locator("[data-key=a]").bounding_box()
            assert button
            middle = (button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
            on_top = page.evaluate("([x, y]) => document.elementFromPoint(x, y).dataset.key", middle)
            assert (on_top, page.url) == ("a", before)
            # The address of the frame alone is as harmless: the policy goes with it.
            page.goto(page.frames[1].url)
            page.locator("#bait").click(force=True)
            assert page.evaluate("document.body.innerText").count("Click") == 1
            assert urlsplit(page.url).netloc == urlsplit(running.address).netloc
        assert asked == []


@pytest.mark.browser
def test_another_site_in_the_same_browser_reads_and_writes_nothing(study: StudyFolder) -> None:
    review: list[str] = []
    with reviewing(study) as running, evil_site(review) as (evil, _), tab() as page:
        page.goto(f"{running.address}en/")
        review.append(f"{running.address}en/")  # even one that knew the address
        refused: list[int] = []
        page.on("response", lambda r: refused.append(r.status) if r.url.startswith(running.address) else None)
        page.goto(evil)
        page.wait_for_function("document.title.startsWith('[')")
        answers = page.title()
        assert "What to look at" not in answers
        assert "basic" not in answers
        assert refused
        assert set(refused) == {403}
    assert read_decisions(study.review).decisions == ()


def said(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=PATIENCE)[1]


def run(study: StudyFolder, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kuntatutka", "review", str(study.root), "--no-browser", *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE, check=False)


def test_ctrl_c_ends_it_and_says_what_comes_next(study: StudyFolder) -> None:
    with reviewing(study) as running:
        running.process.send_signal(signal.SIGINT)
        told = said(running.process)
        assert running.process.returncode == 0
    assert "Every decision is kept in" in told
    assert "kuntatutka analyze" in told


def test_a_second_review_a_port_in_use_and_a_study_without_findings_are_one_sentence_each(study: StudyFolder) -> None:
    with reviewing(study):
        second = run(study)
        assert second.returncode == 2
        assert "is being reviewed already" in second.stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = run(study, "--port", str(taken.getsockname()[1]))
        assert busy.returncode == 2
        assert "cannot be had" in busy.stderr
    shutil.rmtree(study.findings)
    empty = run(study)
    assert empty.returncode == 2
    assert "there are no findings to review yet" in empty.stderr
    for failure in (second, busy, empty):
        assert "Traceback" not in failure.stderr


def test_kill_9_loses_nothing_that_was_decided_and_the_next_review_goes_on(study: StudyFolder) -> None:
    from http.client import HTTPConnection
    from urllib.parse import urlencode

    with reviewing(study) as running:
        parts = urlsplit(running.address)
        cells = [cell.key for cell in open_desk(study, "x").queue[:3]]
        for code, service in cells:
            connection = HTTPConnection(parts.netloc, timeout=PATIENCE)
            headers = {"Origin": f"http://{parts.netloc}", "Content-Type": "application/x-www-form-urlencoded"}
            form = urlencode({"action": "confirm", "replaces": ""})
            connection.request("POST", f"{parts.path}en/cell/{code}/{service}", form, headers)
            assert connection.getresponse().status == 303
            connection.close()
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait(PATIENCE)
    assert [(d.municipality_code, d.service_id) for d in read_decisions(study.review).decisions] == cells
    with reviewing(study) as again:
        assert again.address.startswith("http://127.0.0.1:")
        assert again.address != running.address
