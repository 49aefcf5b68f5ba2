"""Takes the pictures of the report that the documentation shows, by default of the study that `make demo` made.

python docs/picture.py [STUDY]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from crawler import find_chromium

HERE = Path(__file__).parent
SIZE = {"width": 1280, "height": 860}
PICTURES = {
    "report.png": ("theme-housing-construction", "theme-housing-construction"),
    "report-summary.jpg": ("", "summary"),
    "report-comparison.jpg": ("comparison", "themes-spread"),
    "report-ladder.jpg": ("comparison", "maturity"),
    "report-product.jpg": ("product-hertta", "product-hertta"),
    "report-municipality.jpg": ("municipality-P01", "m-P01"),
}
"""Each picture's page of the report, its front page without a name, and what stands at its top."""


def main() -> None:
    """Write docs/images/."""
    study = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "demo"
    reports = (study / "reports").resolve()
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    (HERE / "images").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        for name, (file, top) in PICTURES.items():
            page.goto((reports / "report.en" / f"{file}.html" if file else reports / "report.en.html").as_uri())
            page.locator(f"#{top}").evaluate("element => element.scrollIntoView({block: 'start'})")
            path = HERE / "images" / name
            if path.suffix == ".jpg":
                page.screenshot(path=path, type="jpeg", quality=72)
            else:
                page.screenshot(path=path)
            print(path)
        browser.close()


if __name__ == "__main__":
    main()
