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
from practice import PRESENT
from study import StudyFolder, UserError, open_study
from taxonomy import DEFAULTS

from .new import new_study
from .run import run_study

PEERS = "demo"  # of an earlier year: with its number behind
SAMPLE_PAGES = 6  # audited per municipality: enough to show what an audit says, and done in half a minute
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


def run_demo(
    folder: Path, talk: Talk, *, formats: tuple[str, ...], languages: tuple[str, ...], year: int | None = None
) -> ExitStatus:
    """Make the practice study where there is none, then run it; a second call goes on from what is there.

    With an earlier `year` the country answers as it did then; a study of that year does not need to be told again.
    """
    from practice.model import earlier_years
    from practice.server import serve

    if year is not None and year not in earlier_years():
        known = ", ".join(map(str, earlier_years()))
        raise UserError(f"--year {year}: the practice country has no such year.", f"Leave it out, or give {known}.")
    study = _practice_study(folder, talk, year)
    described = study.config.study.year
    then = described if described in earlier_years() else PRESENT
    with serve(year=then) as server, _proxy(server.proxy_url):
        when = f" as it was in {then}" if then else ""
        talk.note(f"The practice country is served on this machine{when} ({server.proxy_url}).")
        return run_study(study.root, talk, formats=formats, languages=languages)


def _practice_study(folder: Path, talk: Talk, year: int | None) -> StudyFolder:
    if not (folder / "study.toml").exists():
        return new_study(
            folder,
            talk,
            municipalities=f"{PEERS}-{year}" if year else PEERS,
            title="",
            year=year,
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
    if year not in (None, study.config.study.year):
        raise UserError(
            f"{folder}: holds the practice study of {study.config.study.year}, not of {year}.",
            f"Give each year a folder of its own, such as: kuntatutka demo demo-{year} --year {year}",
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
