"""Landing pages of a whole study as a file: every unit may ask for any of them, and few ask for many.

A task names the file; each process reads it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from study import StorageError, open_kept, pack, unpack, write_kept

from .index import LandingPlace


@dataclass(frozen=True, slots=True)
class LandingFile:
    """Where the landing places of a study are written down, and their digest."""

    path: Path
    evidence: Path
    digest: str


def keep_landing(memory: Path, evidence: Path, places: Mapping[str, LandingPlace]) -> LandingFile:
    """Write the landing places of a study down where they are not so already."""
    data = pack(dict[str, LandingPlace], places)
    path, digest = memory / "landing", sha256(data).hexdigest()
    kept = open_kept(path)
    if kept is None or kept.facts.get("digest") != digest or not kept.is_whole():
        write_kept(path, {"places": data}, {"digest": digest})
    return LandingFile(path, evidence, digest)


@lru_cache(maxsize=1)
def landing_of(file: LandingFile) -> Mapping[str, LandingPlace]:
    """The landing places of a study, read once per process."""
    kept = open_kept(file.path)
    data = kept.block("places") if kept is not None and kept.facts.get("digest") == file.digest else None
    if data is None:
        raise StorageError(f"{file.path}: was changed while the analysis ran.", "Run `kuntatutka analyze` again.")
    found: Mapping[str, LandingPlace] = unpack(dict[str, LandingPlace], data, home=file.evidence)
    return found


class AskedLanding(Mapping[str, LandingPlace]):
    """Places of landing pages that remember which addresses were asked for.

    What the answers were is part of what a municipality's rows rest on; no other landing page of the study is.
    """

    def __init__(self, places: Mapping[str, LandingPlace]) -> None:
        self._places = places
        self._asked: set[str] = set()

    def __getitem__(self, url: str) -> LandingPlace:
        self._asked.add(url)
        return self._places[url]

    def __contains__(self, url: object) -> bool:
        if isinstance(url, str):
            self._asked.add(url)
        return url in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def answers(self) -> dict[str, str]:
        """Digests of what was found, by address; empty where there was nothing."""
        return {url: _digest(self._places.get(url)) for url in sorted(self._asked)}


def changed_answers(places: Mapping[str, LandingPlace], answers: Mapping[str, str]) -> frozenset[str]:
    """The addresses among these whose answers are not what they were; all of them are asked for."""
    return frozenset([url for url, answer in answers.items() if _digest(places.get(url)) != answer])


def _digest(landing: LandingPlace | None) -> str:
    """One digest over what is read of a landing page and where it was found."""
    if landing is None:
        return ""
    places = [place for place in (landing.place, landing.rendering) if place is not None]
    stands = [(p.path.name, p.offset, p.status, p.content_type, p.fetched_at, p.sha256, p.head) for p in places]
    told = (landing.final_url, landing.way, landing.rendering is not None, stands)
    return sha256(repr(told).encode(errors="surrogatepass")).hexdigest()[:24]
