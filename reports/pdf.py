"""Prints a report as a tagged PDF with outline, page numbers and running title, through Chromium.

The only module of the report that needs a browser. The page is our own file, loaded without network.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ByteStringObject, ArrayObject

from study import UserError

from .html import html
from .model import ReportModel

SYSTEM_BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
"""Looked at in this order before the browser that Playwright may have downloaded."""
TIMEOUT_MS = 300_000
"""A report of 300 municipalities lays out in under a minute on two slow cores; the rest is mercy."""


def pdf(model: ReportModel) -> bytes:
    """The report as PDF; raises UserError where no Chromium can be started."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=_system_browser(), args=_arguments())
        except PlaywrightError as error:
            raise UserError(
                f"Chromium could not be started, so no PDF was written ({_first_line(error)}).",
                "Run `kuntatutka doctor`: it names what is missing and the command that installs it. "
                "`--format html` needs no browser.",
            ) from error
        try:
            page = browser.new_page(java_script_enabled=False, offline=True)
            first = _print(page, html(model, for_print=True))
            raw = _print(page, html(model, for_print=True, pages=section_pages(first)))
        finally:
            browser.close()
    return _steady(raw, model)


def _print(page, text: str) -> bytes:  # type: ignore[no-untyped-def]
    page.set_content(text, wait_until="load", timeout=TIMEOUT_MS)
    made: bytes = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    return made


def section_pages(raw: bytes) -> dict[str, int]:
    """Page number of each anchor that the contents may name."""
    reader = PdfReader(io.BytesIO(raw))
    return {str(name).lstrip("/"): (reader.get_destination_page_number(place) or 0) + 1
            for name, place in reader.named_destinations.items()}


def _steady(raw: bytes, model: ReportModel) -> bytes:
    """Title and language set, dates and random ids out: the same report gives the same bytes."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(raw)))
    writer.metadata = {"/Title": model.cover.title, "/Subject": model.cover.subtitle, "/Creator": "Kuntatutka"}
    writer._ID = ArrayObject([ByteStringObject(b"kuntatutka"), ByteStringObject(b"kuntatutka")])
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _system_browser() -> str | None:
    return next((path for path in SYSTEM_BROWSERS if Path(path).is_file()), None)


def _arguments() -> list[str]:
    quiet = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    # Chromium refuses its sandbox to root; only our own file is opened, without scripts and without network.
    return [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet


def _first_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error).strip().splitlines()[0])[:160] if str(error).strip() else type(error).__name__
