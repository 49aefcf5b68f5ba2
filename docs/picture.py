"""Takes the README's picture of a report page from a study, by default the one that `make demo` made.

python docs/picture.py [STUDY]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from crawler import find_chromium

HERE = Path(__file__).parent
SECTION = "theme-housing-construction"
SIZE = {"width": 1400, "height": 900}


def main() -> None:
    """Write docs/images/report.png."""
    study = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "demo"
    report = (study / "reports" / "report.en.html").resolve()
    picture = HERE / "images" / "report.png"
    picture.parent.mkdir(exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        page.goto(report.as_uri())
        page.locator(f"#{SECTION}").evaluate("element => element.scrollIntoView({block: 'start'})")
        page.screenshot(path=picture)
        browser.close()
    print(picture)


if __name__ == "__main__":
    main()
