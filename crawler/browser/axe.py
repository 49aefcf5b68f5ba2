"""Runs axe-core in a browser tab through axe-selenium-python, always with a current and verified axe-core script.

Selenium attaches to the tab that somebody else opened and settled, or drives a Selenium Grid. What the wrapper gets
wrong is put right here: options go as JSON, every frame gets the script, and a run that never answers is an error.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from axe_selenium_python import Axe
from selenium import webdriver
from selenium.common.exceptions import (
    InvalidSessionIdException,
    JavascriptException,
    NoSuchElementException,
    NoSuchFrameException,
    NoSuchWindowException,
    SessionNotCreatedException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chromium.remote_connection import ChromiumRemoteConnection
from selenium.webdriver.common.by import By
from selenium.webdriver.common.proxy import Proxy
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from study import UserError

ENGINE = "axe-core"
CARRIED_SHA256 = "84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc"
"""Digest of the axe-core 4.12.1 that axe-playwright-python 0.1.8 carries."""
SCRIPT_SECONDS = 45
"""The longest an audit of one page may take; pages of 10,000 elements take about ten seconds."""
TOO_LONG = f"timeout: axe-core did not finish within {SCRIPT_SECONDS} seconds"
_ANSWER_SECONDS = SCRIPT_SECONDS + 30  # for chromedriver itself to answer; beyond that the browser hangs
_MAX_FRAMES = 25  # pages with more frames than this are galleries of advertisements
_MAX_FRAME_DEPTH = 3
_SCRIPTS = files(__package__) / "scripts"
_VERSION = re.compile(r"axe v(\d+\.\d+\.\d+)")
# The driver marks each frame it enters with an attribute that would stand in the markup of findings, new every time.
_FORGET_MARKS = (
    "for (const frame of document.querySelectorAll('[cd_frame_id_]')) frame.removeAttribute('cd_frame_id_');"
)
OPTIONS = {"resultTypes": ["violations", "incomplete"]}
"""Every rule that axe-core runs by default; of passed and inapplicable rules only the names are brought home."""


class BrowserLostError(Exception):
    """The browser or its driver does not answer any more; it has to be started anew."""


@dataclass(frozen=True, slots=True)
class AxeScript:
    """The axe-core script of an audit: where it lies, its version and its SHA-256."""

    path: Path
    version: str
    sha256: str

    def describe(self) -> dict[str, str]:
        """Name, version and digest as they stand in the evidence of each page."""
        return {"name": ENGINE, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class AxeRun:
    """What axe-core said of a page: its results, or in `error` why there are none. Frames are counted."""

    results: dict[str, Any] | None
    error: str = ""
    frames: int = 0
    frames_reached: int = 0


def axe_script(other: str = "") -> AxeScript:
    """The axe-core that comes with the program, its digest verified, or another file; raises UserError."""
    path = Path(other).expanduser() if other else _carried()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"study.toml: [audit] axe_script names {path}, which cannot be read ({error.strerror}).",
            "Give the path of an axe.min.js, or leave it empty.",
        ) from error
    digest = hashlib.sha256(raw).hexdigest()
    version = _VERSION.search(raw[:500].decode("utf-8", errors="replace"))
    if version is None:
        raise UserError(
            f"{path}: is not an axe-core script (its first line names no version).",
            "Take axe.min.js of the npm package axe-core.",
        )
    if not other and digest != CARRIED_SHA256:
        raise UserError(
            f"{path}: is not the axe-core script that was verified (SHA-256 {digest}).",
            "Install axe-playwright-python==0.1.8 anew, or name a script of your own in study.toml [audit] axe_script.",
        )
    return AxeScript(path, version.group(1), digest)


def _carried() -> Path:
    import axe_playwright_python

    return Path(axe_playwright_python.__file__).with_name("axe.min.js")


def read_script(name: str) -> str:
    """One of the small scripts that run in audited pages."""
    return (_SCRIPTS / name).read_text(encoding="utf-8")


class AxeDriver:
    """A Selenium session that can run axe-core in any tab of its browser. Close it when done."""

    def __init__(self, driver: WebDriver, script: AxeScript, service: Service | None = None) -> None:
        self.driver, self._script, self._service = driver, script, service
        self._wrap, self._open_frame = read_script("wrap_axe.js"), read_script("open_frame.js")
        driver.set_script_timeout(SCRIPT_SECONDS)

    @classmethod
    def attach(cls, debugger_address: str, script: AxeScript, chromedriver: str | None = None) -> AxeDriver:
        """Attach to a running Chromium with at least one open tab; raises BrowserLostError where it does not answer."""
        found = chromedriver or shutil.which("chromedriver")
        if found is None:
            raise BrowserLostError("there is no chromedriver on this machine")
        service = Service(found)
        options = webdriver.ChromeOptions()
        options.add_experimental_option("debuggerAddress", debugger_address)
        try:
            service.start()
            # The proxy variables are meant for web sites, not for the driver on this machine.
            config = ClientConfig(
                remote_server_addr=service.service_url, proxy=Proxy({"proxyType": "DIRECT"}), timeout=_ANSWER_SECONDS
            )
            connection = ChromiumRemoteConnection(
                remote_server_addr=service.service_url,
                vendor_prefix="goog",
                browser_name="chrome",
                client_config=config,
            )
            driver = webdriver.Remote(command_executor=connection, options=options)
        except (SessionNotCreatedException, WebDriverException, HTTPError, OSError) as error:
            service.stop()
            raise BrowserLostError(short_reason(error)) from error
        return cls(driver, script, service)

    @property
    def browser_version(self) -> str:
        """Version of the browser, as the driver says."""
        return str(self.driver.capabilities.get("browserVersion", ""))

    def run(self, window: str | None = None) -> AxeRun:
        """Run axe-core in the tab with this handle (DevTools target id), or in the current one.

        A page that cannot be audited gives an AxeRun with an error. Raises BrowserLostError when the browser is gone.
        """
        try:
            if window is not None:
                self.driver.switch_to.window(window)
            return self._run()
        except TimeoutException:
            return AxeRun(None, TOO_LONG)
        except NoSuchWindowException as error:
            return AxeRun(None, f"tab-lost: {short_reason(error)}")
        except JavascriptException as error:
            return AxeRun(None, f"script-error: {short_reason(error)}")
        except (InvalidSessionIdException, WebDriverException, HTTPError, OSError) as error:
            if is_by_navigation(error):
                return AxeRun(None, f"script-error: {short_reason(error)}")
            raise BrowserLostError(short_reason(error)) from error

    def _run(self) -> AxeRun:
        axe = Axe(self.driver, str(self._script.path))
        self.driver.switch_to.default_content()
        axe.inject()
        self.driver.execute_script(self._wrap)
        seen, reached = self._inject_frames(axe, 0, 0)
        self.driver.switch_to.default_content()
        answer = axe.run(options=json.dumps(OPTIONS))
        if not isinstance(answer, str):
            return AxeRun(None, "script-error: axe-core gave no result", seen, reached)
        results: dict[str, Any] = json.loads(answer)
        if "failed" in results:
            return AxeRun(None, f"script-error: {str(results['failed'])[:200]}", seen, reached)
        return AxeRun(results, "", seen, reached)

    def _inject_frames(self, axe: Axe, depth: int, seen: int) -> tuple[int, int]:
        """Give every frame below the current document the script; counts frames met and frames reached."""
        reached = 0
        if depth >= _MAX_FRAME_DEPTH:
            return seen, reached
        for frame in self.driver.find_elements(By.CSS_SELECTOR, "iframe, frame"):
            if seen >= _MAX_FRAMES:
                break
            seen += 1
            try:
                self.driver.switch_to.frame(frame)
            except (NoSuchFrameException, NoSuchElementException, StaleElementReferenceException):
                continue
            try:
                axe.inject()
                self.driver.execute_script(self._open_frame)
                seen, deeper = self._inject_frames(axe, depth + 1, seen)
                reached += 1 + deeper
            except JavascriptException:
                pass  # a frame that shows no document (a blocked or failed load) has nothing to audit
            self.driver.switch_to.parent_frame()
        if seen:
            self.driver.execute_script(_FORGET_MARKS)
        return seen, reached

    def close(self) -> None:
        """End the session; a browser that was only attached to goes on."""
        try:
            self.driver.quit()
        except (WebDriverException, HTTPError, OSError):
            pass  # it is gone already, which is what was wanted
        finally:
            if self._service is not None:
                self._service.stop()


def is_by_navigation(error: BaseException) -> bool:
    """Whether the driver only says that the page was replaced under its hands; the browser is well."""
    return "aborted by navigation" in short_reason(error)


def short_reason(error: BaseException) -> str:
    """What an exception of the driver says, without its stack."""
    text = getattr(error, "msg", None) or str(error) or type(error).__name__
    return " ".join(str(text).split("Stacktrace")[0].split())[:200]
