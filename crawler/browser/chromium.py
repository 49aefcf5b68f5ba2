"""Where Chromium is and how it is started: quiet, behind the guarded gateway, in its sandbox."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from study import browser_environment

from .errors import BrowserUnavailableError
from .memory import watch_memory

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

_log = logging.getLogger(__name__)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # The switch has had two names; Chromium passes over the one that it does not know.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-bypass-list=<-loopback>",
)


def find_chromium() -> str | None:
    """The Chromium on the path, else the newest that Playwright has installed for this user, else None."""
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    installed = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(installed[-1]) if installed else None


async def launch_chromium(playwright: Playwright, proxy: str, arguments: Iterable[str]) -> Browser:
    """A Chromium all of whose traffic goes through the proxy; raises Playwright's Error where none can be started."""
    if not has_sandbox():
        _log.warning("Chromium runs without its sandbox, which it refuses to root")
    watch_memory.begin()
    return await playwright.chromium.launch(
        executable_path=find_chromium(),
        args=[*_ARGUMENTS, f"--proxy-server={proxy}", *arguments],
        chromium_sandbox=has_sandbox(),
        env=browser_environment(os.environ),  # type: ignore[arg-type]
    )


def has_sandbox() -> bool:
    """Whether Chromium runs in its sandbox: for everybody but root, to whom it refuses it."""
    return os.geteuid() != 0


def unavailable(error: Exception) -> BrowserUnavailableError:
    """Why no Chromium could be started, and what to do."""
    first = str(error).strip().splitlines()[0][:200]
    return BrowserUnavailableError(f"Chromium could not be started ({first}); `kuntatutka doctor` says what is missing")
