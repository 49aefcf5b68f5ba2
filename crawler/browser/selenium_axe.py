"""Runs axe-core through axe-selenium-python in a session of a Selenium Grid.

A driver listens on a port without asking who speaks, so none is started on this machine: a Grid is somebody's own, in a
place of its own. What the wrapper gets wrong is put right here: options go as JSON, every frame gets the script, and a
run that never answers is an error.
"""

from __future__ import annotations

import json
from typing import Any

from axe_selenium_python import Axe
from selenium.common.exceptions import (
    InvalidSessionIdException,
    JavascriptException,
    NoSuchElementException,
    NoSuchFrameException,
    NoSuchWindowException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from urllib3.exceptions import HTTPError

from .axe import MAX_FRAMES, SCRIPT_SECONDS, TOO_LONG, AxeRun, AxeScript, BrowserLostError, read_script
from .visit import script_source

_MAX_FRAME_DEPTH = 3
# The driver marks each frame it enters with an attribute that would stand in the markup of findings, new every time.
_FORGET_MARKS = "for (const frame of (FRAMES)()) frame.removeAttribute('cd_frame_id_');"


class AxeDriver:
    """A Selenium session that can run axe-core in its tab. Close it when done."""

    def __init__(self, driver: WebDriver, script: AxeScript) -> None:
        self.driver, self._script = driver, script
        self._wrap, self._open_frame = read_script("wrap_axe.js"), read_script("open_frame.js")
        frames = script_source("frames.js").strip()
        self._find_frames, self._forget = f"return ({frames})();", _FORGET_MARKS.replace("FRAMES", frames)
        driver.set_script_timeout(SCRIPT_SECONDS)

    @property
    def browser_version(self) -> str:
        """Version of the browser, as the driver says."""
        return str(self.driver.capabilities.get("browserVersion", ""))

    def run(self) -> AxeRun:
        """Run axe-core in the current tab.

        A page that cannot be audited gives an AxeRun with an error. Raises BrowserLostError when the browser is gone.
        """
        try:
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
        answer = axe.run(options=json.dumps(self._script.options))
        if not isinstance(answer, str):
            return AxeRun(None, "script-error: axe-core gave no result", seen, reached)
        results: dict[str, Any] = json.loads(answer)
        if "failed" in results:
            return AxeRun(None, f"script-error: {str(results['failed'])[:200]}", seen, reached)
        return AxeRun(results, "", seen, reached)

    def _inject_frames(self, axe: Axe, depth: int, seen: int) -> tuple[int, int]:
        """Give every frame below the current document the script; counts frames met and frames reached."""
        reached = 0
        frames: list[WebElement] = self.driver.execute_script(self._find_frames)
        if depth >= _MAX_FRAME_DEPTH:
            return seen + len(frames), reached
        for frame in frames:
            seen += 1
            if seen > MAX_FRAMES:
                continue
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
        if frames:
            self.driver.execute_script(self._forget)
        return seen, reached

    def close(self) -> None:
        """End the session."""
        try:
            self.driver.quit()
        except (WebDriverException, HTTPError, OSError):
            return  # it is gone already, which is what was wanted


def is_by_navigation(error: BaseException) -> bool:
    """Whether the driver only says that the page was replaced under its hands; the browser is well."""
    return "aborted by navigation" in short_reason(error)


def short_reason(error: BaseException) -> str:
    """What an exception of the driver says, without its stack."""
    text = getattr(error, "msg", None) or str(error) or type(error).__name__
    return " ".join(str(text).split("Stacktrace")[0].split())[:200]
