"""What the programs that we start get to know of our environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_VARIABLES = frozenset((
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP", "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS",
    "XDG_CONFIG_DIRS", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "FONTCONFIG_SYSROOT", "LD_LIBRARY_PATH",
    "PLAYWRIGHT_BROWSERS_PATH", "CHROME_DEVEL_SANDBOX", "DBUS_SESSION_BUS_ADDRESS",
))  # fmt: skip


def browser_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What a browser gets to know of our environment: where things lie and how to speak, no keys and no proxy."""
    kept = {name: value for name, value in environment.items() if name in _VARIABLES or name.startswith("LC_")}
    return {"HOME": str(Path.cwd()), **kept}
