"""The audit's browser beside other people of the machine: it listens on no port, and nothing goes round its gateway."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.async_api import async_playwright

from crawler.browser.axe import asked_tags, axe_script
from crawler.browser.chromium import launch_chromium
from crawler.processes.audit import audit_study
from study import AuditPlan, SampledPage, StoredJson, StudyFolder, read_events
from tests.listening import below, listening

from .conftest import Reply, Served, html

Serve = Callable[..., Served]
Study = Callable[..., StudyFolder]
# What somebody else on the machine would try: a debugging port, a driver, and the gateway as a proxy.
ATTEMPTS = """
import encodings.idna, os, socket, sys
os.setgroups([]), os.setgid(65534), os.setuid(65534)
told = []
for port in map(int, sys.argv[2:]):
    for line in ("GET /json/version", "GET /status", f"GET {sys.argv[1]}"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line_out:
            line_out.sendall(f"{line} HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n".encode())
            told.append(line_out.recv(200).decode("latin-1").split("\\r\\n")[0])
print("\\n".join(told))
"""


def plan_for(site: Served, *paths: str) -> AuditPlan:
    return AuditPlan("901", tuple(SampledPage(f"{site.url}{path.lstrip('/')}", "random") for path in paths))


def raw(folder: StudyFolder) -> dict[str, StoredJson]:
    events = (event for event in read_events(folder.warc_files()) if isinstance(event, StoredJson))
    return {"/" + event.url.split("/", 3)[3]: event for event in events if event.kind == "axe"}


@pytest.mark.browser
def test_nothing_but_the_gateway_listens_while_an_audit_runs(serve: Serve, study: Study) -> None:
    shown, told = threading.Event(), threading.Event()
    ports: dict[int, str] = {}

    def script(path: str) -> Reply:
        shown.set()  # the page is in the browser by now, and waits for its script
        told.wait(60)
        return Reply("", headers={"Content-Type": "text/javascript"})

    site = serve({"/": html("Sivu", head="<script src='/held.js'></script>")}, fallback=script)
    folder = study({"901": (site.url,)})
    before = set(listening(below(os.getpid())))
    audit = threading.Thread(target=audit_study, args=(folder, {"901": plan_for(site, "/")}))
    audit.start()
    try:
        assert shown.wait(120)
        every = listening(below(os.getpid()))
        ports = {port: name for port, name in every.items() if port not in before}
        assert len(ports) == 1, f"only the gateway of the audit: {ports}"
        assert not any("chrom" in name for name in ports.values()), ports
        if os.geteuid() == 0:
            attempts = [sys.executable, "-I", "-c", ATTEMPTS, site.url, *map(str, ports)]
            answers = subprocess.run(attempts, text=True, capture_output=True, check=False)
            assert {line.split(" ")[1] for line in answers.stdout.splitlines()} == {"403"}, answers
    finally:
        told.set()
        audit.join()
    assert raw(folder)["/"].data["error"] == ""


@pytest.fixture
def udp() -> Iterator[socket.socket]:
    """A UDP socket that nobody should send anything to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(0.1)
        yield ear


@pytest.mark.browser
def test_web_rtc_does_not_go_round_the_gateway_and_the_browser_listens_on_no_port(udp: socket.socket) -> None:
    call = """async port => {
      const line = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
      line.createDataChannel('x');
      await line.setLocalDescription(await line.createOffer());
      await new Promise(done => setTimeout(done, 1500));
    }"""

    before = set(listening(below(os.getpid())))
    ports: dict[int, str] = {}

    async def offer() -> None:
        async with async_playwright() as playwright:
            browser = await launch_chromium(playwright, "http://127.0.0.1:9", ())
            page = await browser.new_page()
            await page.evaluate(call, udp.getsockname()[1])
            ports.update(listening(below(os.getpid())))
            await browser.close()

    asyncio.run(offer())
    with pytest.raises(TimeoutError):
        udp.recv(2000)
    assert set(ports) == before, f"a browser of crawl or audit listens on no port: {ports}"


FAR = "<div style='height:2500px'></div>"
LATE = (
    f"{FAR}<div id='late'></div><script>new IntersectionObserver(seen => seen.forEach(one => {{"
    " if (one.isIntersecting && !one.target.innerHTML) one.target.innerHTML ="
    " '<img src=\"/x.png\" width=200 height=100><button></button>'; }))"
    ".observe(document.getElementById('late'))</script>"
)
FADES = (
    "<style>body{background:#fff;color:#111}.part{opacity:.15;transition:opacity .6s}.on{opacity:1 !important}</style>"
    f"{FAR}<p class='part'>Tontin varaaminen tehdään lomakkeella.</p><script>"
    "const eye = new IntersectionObserver(seen =>"
    " seen.forEach(one => { if (one.isIntersecting) one.target.classList.add('on'); }));"
    "document.querySelectorAll('.part').forEach(part => eye.observe(part))</script>"
)
INNER = f"<div style='position:fixed;inset:0;overflow:auto'>{LATE}</div>"
FRAMES = (
    "<iframe title='tavallinen' src='/inner'></iframe>"
    "<div><template shadowrootmode='open'><iframe title='varjossa' src='/inner'></iframe></template></div>"
)
INSIDE = "<html lang='fi'><title>t</title><main><h2>Sisä</h2><img src='/x.png'></main></html>"
SMALL = "<style>a.small{display:inline-block;width:10px;height:10px}</style>" + "".join(
    f"<a class='small' href='/{n}' aria-label='{n}'></a>" for n in range(4)
)


@pytest.mark.browser
def test_what_comes_on_the_way_down_and_frames_in_shadow_roots_are_audited(serve: Serve, study: Study) -> None:
    pages = {
        "/late": html("Myöhään", text=LATE), "/fades": html("Häivytys", text=FADES),
        "/inside": html("Sisällä", text=INNER),
        "/frames": html("Kehykset", text=FRAMES), "/small": html("Pienet", text=SMALL), "/inner": INSIDE,
    }  # fmt: skip
    site = serve(pages)
    folder = study({"901": (site.url,)})
    audit_study(folder, {"901": plan_for(site, *(path for path in pages if path != "/inner"))})
    found = {path: event.data for path, event in raw(folder).items()}
    rules = {path: {rule["id"]: rule for rule in data["axe"]["violations"]} for path, data in found.items()}
    for path in ("/late", "/inside"):
        assert {"image-alt", "button-name"} <= set(rules[path]), path
        assert found[path]["settled"]["screens"] > 2
    assert "color-contrast" not in rules["/fades"]
    assert [len(node["target"]) for node in rules["/frames"]["image-alt"]["nodes"]] == [2, 2]
    assert found["/frames"]["frames"] == {"met": 2, "reached": 2}
    assert "target-size" in rules["/small"]
    assert found["/small"]["engine"]["tags"] == list(asked_tags())
    assert found["/small"]["settled"]["screens"] == 0


@pytest.mark.browser
def test_every_rule_of_wcag_a_and_aa_runs_unless_axe_core_calls_it_unripe(serve: Serve, study: Study) -> None:
    site = serve({"/": html("Sivu")})
    folder = study({"901": (site.url,)})
    audit_study(folder, {"901": plan_for(site, "/")})
    axe = raw(folder)["/"].data["axe"]
    ran = {rule["id"] for kind in ("violations", "incomplete") for rule in axe[kind]}
    ran |= {*axe["passes"], *axe["inapplicable"]}
    told = dict(re.findall(r'\{id:"([a-z-]+)",[^{}]*?tags:\[([^\]]*)\]', axe_script().source))
    wanted = {
        rule
        for rule, tags in told.items()
        if re.search(r'"wcag2[12]?aa?"', tags) and not re.search('"(experimental|deprecated)"', tags)
    }
    assert len(wanted) > 55
    assert wanted <= ran
