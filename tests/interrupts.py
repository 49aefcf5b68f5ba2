"""For children that are to be stopped as with Ctrl-C."""

from __future__ import annotations

import signal


def obey_interrupts() -> None:
    """Run in the child before the program: what a shell runs in the background would pass on that it ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
