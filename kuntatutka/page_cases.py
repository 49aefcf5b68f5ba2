"""What the labelled pages of the source code still lack, as sentences: a service that no two pages show, a draft."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from taxonomy import Taxonomy

from .drafts import PAGE_DRAFT

_FOLDER = "pages"
_WANTED = 2


def missing_cases(taxonomy: Taxonomy, tests: Path = Path("tests")) -> Iterator[str]:
    """What is missing; nothing outside the source code."""
    folder = tests / _FOLDER
    if not folder.is_dir():
        return
    seen: Counter[str] = Counter()
    for path in folder.rglob("expected.toml"):
        expected = tomllib.loads(path.read_text(encoding="utf-8"))
        seen.update({taxonomy.present("service", name) for name in expected.get("services", ())})
    for service in taxonomy.services:
        if seen[service] < _WANTED:
            yield (
                f"{folder}: {service} stands on {seen[service]} labelled pages; {_WANTED} are wanted, "
                "so that a change for the worse is noticed."
            )
    for path in sorted(folder.rglob(PAGE_DRAFT)):
        yield f"{path}: is a draft; complete it and its page, then rename it to expected.toml."
