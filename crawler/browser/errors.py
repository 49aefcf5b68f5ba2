"""What goes wrong with a browser."""

from __future__ import annotations


class BrowserUnavailableError(Exception):
    """No Chromium could be started; the text says what to do."""


class RenderError(Exception):
    """A page could not be rendered; the text says why."""
