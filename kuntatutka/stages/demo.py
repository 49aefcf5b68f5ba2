"""`kuntatutka demo`: the practice country served on loopback and studied like any other.

The crawler runs unmodified: the practice server is its HTTP proxy for as long as the crawl lasts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.notices import PRACTICE_COUNTRY
from kuntatutka.progress import Talk
from study import StudyFolder, UserError, open_study
from taxonomy import DEFAULTS

from .new import new_study
from .run import run_study

PEERS = "demo"
SAMPLE_PAGES = 6  # audited per municipality: enough to show what an audit says, and done in half a minute
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


def run_demo(folder: Path, talk: Talk, *, formats: tuple[str, ...], languages: tuple[str, ...]) -> ExitStatus:
    """Make the practice study where there is none, then run it; a second call goes on from what is there."""
    from practice.server import serve

    study = _practice_study(folder, talk)
    with serve() as server, _proxy(server.proxy_url):
        talk.note(f"The practice country is served on this machine ({server.proxy_url}).")
        return run_study(study.root, talk, formats=formats, languages=languages)


def _practice_study(folder: Path, talk: Talk) -> StudyFolder:
    if not (folder / "study.toml").exists():
        return new_study(
            folder,
            talk,
            municipalities=PEERS,
            title="",
            year=None,
            languages=DEFAULTS.report_languages,
            country=PRACTICE_COUNTRY,
            contact="",
            delay_seconds=0,
            sample_pages=SAMPLE_PAGES,
        )
    study = open_study(folder)
    if study.config.study.country != PRACTICE_COUNTRY:
        raise UserError(
            f"{folder}: holds a study of country {study.config.study.country}, not the practice study.",
            "Give the demo a folder of its own, such as: kuntatutka demo demo",
        )
    return study


@contextmanager
def _proxy(url: str) -> Iterator[None]:
    """Send this process and its children through the practice server, and put everything back afterwards."""
    names = [variant for name in _PROXY_VARIABLES for variant in (name, name.upper())]
    before = {name: os.environ.get(name) for name in names}
    for name in names:
        os.environ.pop(name, None)
    os.environ.update({"http_proxy": url, "https_proxy": url, "no_proxy": ""})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
