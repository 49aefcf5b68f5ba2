"""`kuntatutka audit` as a user runs it: wrong flags, a site with faults, a build that must fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from study import CrawlSection, StudyConfig, StudyFolder, StudyMunicipality, StudySection, create_study

TEXT = "Kunnan sivu kertoo palveluista ja niiden käytöstä. " * 6
LINKS = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("yhteystiedot", "venepaikat", "kirjasto"))


def page(title: str, fault: str = "") -> str:
    return (
        f'<!doctype html><html lang="fi"><head><title>{title}</title></head><body><main><h1>{title}</h1>'
        f'<p>{TEXT}</p>{fault}<ul style="line-height: 2">{LINKS}</ul></main></body></html>'
    )


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, str]]]:
    pages = {f"/{name}": page(name.title() or "Etusivu") for name in ("", "yhteystiedot", "venepaikat", "kirjasto")}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "poissa").encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


def study_of(root: Path, host: str) -> StudyFolder:
    config = StudyConfig(
        study=StudySection(title="Testi", year=2026),
        crawl=CrawlSection(delay_seconds=0, allow_private_hosts=[host], render=False),
    )
    return create_study(root, config, (StudyMunicipality(code="901", name_fi="Testilä", website=f"http://{host}/"),))


def analyzed(kuntatutka: Callable[..., Any], root: Path, host: str) -> StudyFolder:
    """A study whose site has been crawled and analyzed."""
    folder = study_of(root, host)
    for command in ("crawl", "analyze"):
        kuntatutka(command, folder.root, no_proxy="127.0.0.1")
    return folder


def test_an_unknown_impact_is_refused(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    folder = study_of(tmp_path / "s", "127.0.0.1:9")
    done = kuntatutka("audit", folder.root, "--fail-on", "terrible")
    assert done.status == 2
    assert "minor, moderate, serious, critical" in done.err


def test_an_audit_before_any_analysis_says_what_to_do(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    folder = study_of(tmp_path / "s", "127.0.0.1:9")
    done = kuntatutka("audit", folder.root)
    assert done.status == 2
    assert f"`kuntatutka run {folder.root}`" in done.err


def test_an_axe_script_that_is_none_is_refused(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    folder = study_of(tmp_path / "s", "127.0.0.1:9")
    text = folder.config_file.read_text(encoding="utf-8")
    folder.config_file.write_text(text.replace('axe_script = ""', 'axe_script = "/nowhere/axe.js"'), encoding="utf-8")
    kuntatutka("analyze", folder.root)
    done = kuntatutka("audit", folder.root)
    assert (done.status, "axe_script" in done.err) == (2, True)


@pytest.mark.browser
def test_without_a_browser_the_audit_is_incomplete_and_says_why(
    kuntatutka: Callable[..., Any], tmp_path: Path, site: tuple[str, dict[str, str]]
) -> None:
    folder = analyzed(kuntatutka, tmp_path / "s", site[0])
    done = kuntatutka("audit", folder.root, "--fail-on", "minor", no_proxy="127.0.0.1", PATH="/nowhere")
    assert done.status == 3
    assert "doctor" in done.err
    assert "Traceback" not in done.err


@pytest.mark.browser
@pytest.mark.slow
def test_a_build_fails_where_pages_do(
    kuntatutka: Callable[..., Any], tmp_path: Path, site: tuple[str, dict[str, str]]
) -> None:
    host, pages = site
    folder = analyzed(kuntatutka, tmp_path / "s", host)
    clean = kuntatutka("audit", folder.root, "--fail-on", "minor", "--sample", "4", no_proxy="127.0.0.1")
    assert clean.status == 0, clean.err
    assert {row.error for row in folder.read("accessibility_pages")} == {None}
    before = (folder.findings / "accessibility_pages.parquet").read_bytes()
    kuntatutka("analyze", folder.root)
    assert (folder.findings / "accessibility_pages.parquet").read_bytes() == before
    pages["/"] = page("Etusivu", '<img src="/x.png">')
    failed = kuntatutka("audit", folder.root, "--fail-on", "serious", "--sample", "4", "--again", no_proxy="127.0.0.1")
    assert failed.status == 1
    assert f"critical\timage-alt\t1.1.1\t1\thttp://{host}/\timg" in failed.out
    passed = kuntatutka("audit", folder.root, "--only", "901", "--sample", "4", no_proxy="127.0.0.1")
    assert passed.status == 0
