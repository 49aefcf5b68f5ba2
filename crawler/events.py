"""What a process of ours tells whoever started it."""

from __future__ import annotations

import json
import sys


def emit(event: str, code: str, **values: object) -> None:
    """One JSON line on standard output for whoever started this process."""
    line = json.dumps({"event": event, "code": code, **values}, ensure_ascii=True)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
