"""Prints a report as a tagged PDF with outline, page numbers and running title, through Chromium.

The only module of the report that needs a browser. It is held by a pipe, stays in its sandbox unless root runs it, runs
no script, and is given one text: it opens no file and asks nobody.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pikepdf
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from study import UserError, browser_environment

from .html import html
from .model import Note, ReportModel, Section, Table
from .pdf_ua import mend
from .proofs import Proof, Proofs
from .theme import PLAIN, Theme

_ANCHOR = re.compile(r'\bid="([^"]+)"')
_LINK = re.compile(r'<a href="#([^"]+)"[^>]*>')
TIMEOUT_MS = 300_000
"""A report of 300 municipalities lays out in under a minute on two slow cores; the rest is mercy."""


PROOF_LIMIT = 1500
"""Most grid cells whose proof is printed, about 200 pages; beyond that only the HTML report has it."""


def pdf(model: ReportModel, chromium: str | None) -> bytes:
    """The whole model as one PDF, printed by the browser at this path; raises UserError where it cannot be started."""
    return next(pdfs([model], chromium))


def pdfs(models: Iterable[ReportModel], chromium: str | None, theme: Theme = PLAIN) -> Iterator[bytes]:
    """Each model as a PDF, printed by one browser; raises UserError where it cannot be started."""
    with _printer(chromium) as browser:
        for model in models:
            yield _pdf(browser, printable(model), theme)


@contextmanager
def _printer(chromium: str | None) -> Iterator[Browser]:
    """A browser that prints; raises UserError where it cannot be started."""
    with sync_playwright() as playwright:
        try:
            browser = start(playwright, chromium)
        except PlaywrightError as error:
            raise UserError(
                f"Chromium could not be started, so no PDF was written ({_first_line(error)}).",
                "Run `kuntatutka doctor`: it names what is missing and the command that installs it. "
                "`--format html` needs no browser.",
            ) from error
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that is laid out already: its HTML, and what the PDF's properties say of it."""

    text: str
    title: str
    subject: str
    language: str


def print_sheets(sheets: Iterable[Sheet], chromium: str | None) -> Iterator[bytes]:
    """Each sheet as a PDF, printed by one browser; raises UserError where it cannot be started."""
    with _printer(chromium) as browser:
        for sheet in sheets:
            yield _steady(_print(browser, sheet.text), sheet.title, sheet.subject, sheet.language, {})


def _pdf(browser: Browser, model: ReportModel, theme: Theme) -> bytes:
    # Twice: only the laid out pages know the numbers that the contents print. Nothing there follows the proof.
    draft = _print(browser, _paper(_without_proof(model), {}, theme), final=False)
    raw = _print(browser, _paper(model, section_pages(draft), theme))
    return _steady(raw, model.cover.title, model.cover.subtitle, model.language, dict(_names(model.sections)))


def _paper(model: ReportModel, pages: Mapping[str, int], theme: Theme) -> str:
    """The text that is printed; what leads into another volume is no link on paper."""
    text = html(model, for_print=True, pages=pages, theme=theme)
    known = set(_ANCHOR.findall(text))
    return _LINK.sub(lambda match: match[0] if match[1] in known else "<a>", text)


def printable(model: ReportModel) -> ReportModel:
    """The report as it goes to paper: of each channel the surest proof, and no appendix longer than the report."""
    proofs = [b for s in model.sections for c in s.children for b in c.blocks if isinstance(b, Proofs)]
    if sum(len(block.groups) for block in proofs) > PROOF_LIMIT:
        note = Note("info", model.frame["evidence_title"], model.frame["evidence_elsewhere"])
        kept = tuple(replace(s, children=(), blocks=(note,)) if s.role == "evidence" else s for s in model.sections)
        return replace(model, sections=kept)
    return replace(model, sections=tuple(_surest(s) if s.role == "evidence" else s for s in model.sections))


def _without_proof(model: ReportModel) -> ReportModel:
    return replace(
        model, sections=tuple(replace(s, children=()) if s.role == "evidence" else s for s in model.sections)
    )


def _surest(section: Section) -> Section:
    parts = []
    for part in section.children:
        blocks = tuple(
            replace(b, groups=tuple(replace(g, items=_first_of_each(g.items), more="") for g in b.groups))
            if isinstance(b, Proofs)
            else b
            for b in part.blocks
        )
        parts.append(replace(part, blocks=blocks))
    return replace(section, children=tuple(parts))


def _first_of_each(items: tuple[Proof, ...]) -> tuple[Proof, ...]:
    channels: dict[str, Proof] = {}
    for item in items:
        channels.setdefault(item.icon, item)
    return tuple(channels.values())


def _print(browser: Browser, text: str, *, final: bool = True) -> bytes:
    # A page of its own: one that shows a second text still holds the policy of the first, which forbids other styles.
    page = closed_page(browser)
    try:
        page.set_content(text, wait_until="load", timeout=TIMEOUT_MS)
        return page.pdf(prefer_css_page_size=True, print_background=final, tagged=final, outline=final)
    finally:
        page.close()


def section_pages(raw: bytes) -> dict[str, int]:
    """Page number of each anchor that the contents may name."""
    with pikepdf.open(io.BytesIO(raw)) as document:
        number: dict[tuple[int, int], int] = {
            page.obj.objgen: index for index, page in enumerate(document.pages, start=1)
        }
        places = document.Root.get("/Dests", pikepdf.Dictionary())
        return {str(name).lstrip("/"): number.get(place[0].objgen) or 0 for name, place in places.items()}


def _steady(raw: bytes, title: str, subject: str, language: str, names: dict[str, str]) -> bytes:
    """Properties set, the clock taken out, objects packed: the same report gives the same, small file."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        for key in list(document.docinfo.keys()):
            del document.docinfo[key]
        document.docinfo["/Title"] = title
        document.docinfo["/Subject"] = subject
        document.docinfo["/Creator"] = "Kuntatutka"
        mend(document, title, language, names)
        document.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return stream.getvalue()


def _names(sections: Iterable[Section]) -> Iterator[tuple[str, str]]:
    """What the anchors of the report are called."""
    for section in sections:
        yield section.id, section.title
        for block in section.blocks:
            if isinstance(block, Table):
                yield from ((row.anchor, row.cells[0].text) for row in block.rows if row.anchor)
            elif isinstance(block, Proofs):
                yield from ((group.anchor, group.title) for group in block.groups)
        yield from _names(section.children)


def start(playwright: Playwright, chromium: str | None) -> Browser:
    """The browser that prints; raises Playwright's Error where none can be started."""
    is_root = os.geteuid() == 0  # Chromium refuses its sandbox to root, and Playwright leaves it out unless asked
    return playwright.chromium.launch(
        executable_path=chromium,
        args=launch_arguments(),
        chromium_sandbox=not is_root,
        env=browser_environment(os.environ),  # type: ignore[arg-type]
    )


def closed_page(browser: Browser) -> Page:
    """A page that shows what it is given: no script runs, no address and no file is opened."""
    page = browser.new_page(java_script_enabled=False, offline=True)
    page.route("**/*", lambda route: route.abort())
    return page


def launch_arguments() -> list[str]:
    """Flags that keep Chromium quiet."""
    return [
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--proxy-server=http://127.0.0.1:9",  # nobody listens there: what Chromium asks by itself goes nowhere
        "--proxy-bypass-list=<-loopback>",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    ]


def _first_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error).strip().splitlines()[0])[:160] if str(error).strip() else type(error).__name__
