"""What a register declared of one municipality, as evidence: a WARC series of its own in evidence/register/.

A visit begins with a note that says where the answers come from and ends with one that says whether all were had.
Of several visits the newest whole one counts, else the newest. Addresses that were asked whether they are alive stand
beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from study.evidence import StoredDocument, StoredJson, WarcWriter, read_events
from study.folder import StudyFolder

from .models import Connection, DeclaredChannel, DeclaredService, Organisation
from .shapes import BrokenItemError, page_of, read_item

_START, _ITEM, _END, _CHECK = "register-start", "register-item", "register-end", "register-check"
_PART = re.compile(r"-\d{5}\.warc\.gz$")


def register_folder(study: StudyFolder) -> Path:
    """Where the register's answers lie in a study."""
    return study.evidence / "register"


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a declared address is alive, as it was asked."""

    url: str
    alive: bool | None
    """None where the answer tells neither: refused, busy, slow."""
    reason: str
    at: datetime
    final_url: str = ""


@dataclass(slots=True)
class Visit:
    """One asking for what a municipality declares."""

    source: str
    started_at: datetime
    services: dict[str, DeclaredService] = field(default_factory=dict)
    channels: dict[str, DeclaredChannel] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    """Addresses of the interface that were answered whole, and how many pages their list has."""
    connected: dict[str, dict[str, None]] = field(default_factory=dict)
    """Channels by service, where connections told of them."""
    broken: int = 0
    is_whole: bool = False
    is_cut: bool = False
    """Whether it came to its end with a file that was cut in the middle: what it lacks is not known."""

    def take(self, data: Any) -> None:
        """Keep an item; one that cannot be understood is counted."""
        try:
            item = read_item(data)
        except BrokenItemError:
            self.broken += 1
            return
        if isinstance(item, DeclaredService):
            self.services[item.id] = item
            self._connect(item.id)
        elif isinstance(item, Connection):
            self.connected.setdefault(item.service, {})[item.channel] = None
            self._connect(item.service)
        elif isinstance(item, DeclaredChannel):
            self.channels[item.id] = item
        else:
            self.organisations[item.id] = item

    def _connect(self, name: str) -> None:
        """Give a service the channels that connections told of, whichever of both came first."""
        service, told = self.services.get(name), self.connected.get(name)
        if service is not None and told:
            self.services[name] = replace(service, channels=tuple(dict.fromkeys((*service.channels, *told))))


@dataclass(slots=True)
class Kept:
    """What the evidence of one municipality says of the register."""

    visits: list[Visit] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    """By address; of several the newest."""

    @property
    def visit(self) -> Visit | None:
        """The visit that counts; None where the register was never asked."""
        whole = [visit for visit in self.visits if visit.is_whole]
        return next(reversed(whole or self.visits), None)

    @property
    def unfinished(self) -> Visit | None:
        """The newest visit where it did not come to its end: it can be gone on with."""
        return self.visits[-1] if self.visits and not self.visits[-1].is_whole else None


class RegisterEvidence:
    """The register's series of one municipality: reads it, and writes to its end."""

    def __init__(self, study: StudyFolder, code: str) -> None:
        self._folder, self._code = register_folder(study), code

    @property
    def files(self) -> tuple[Path, ...]:
        """Its parts in order."""
        if not self._folder.is_dir():
            return ()
        named = (path for path in self._folder.iterdir() if path.name.startswith(f"{self._code}-"))
        return tuple(sorted(path for path in named if _PART.fullmatch(path.name[len(self._code) :])))

    def read(self) -> Kept:
        """Everything that was kept."""
        kept = Kept()
        for event in read_events(self.files):
            if isinstance(event, StoredJson):
                _take_note(kept, event)
            elif isinstance(event, StoredDocument) and kept.visits:
                _take_answer(kept.visits[-1], event)
        return kept

    def writer(self, software: str) -> WarcWriter:
        """Opens the series for writing; close it."""
        return WarcWriter(self._folder, self._code, software=software)


def note_start(writer: WarcWriter, source: str) -> None:
    """Note that a visit begins; what follows belongs to it."""
    writer.write_json(_START, {"source": source})


def note_item(writer: WarcWriter, data: Any) -> None:
    """Keep an item that a file gave."""
    writer.write_json(_ITEM, data)


def note_end(writer: WarcWriter, counts: Mapping[str, int], *, is_cut: bool = False) -> None:
    """Note that everything was had, or everything that a cut file held."""
    writer.write_json(_END, {**counts, "is_cut": True} if is_cut else dict(counts))


def note_check(writer: WarcWriter, url: str, alive: bool | None, reason: str, final_url: str, at: datetime) -> None:
    """Keep what an address answered when it was asked whether it is alive."""
    writer.write_json(_CHECK, {"alive": alive, "reason": reason, "final_url": final_url}, url=url, at=at)


def _take_note(kept: Kept, event: StoredJson) -> None:
    data = event.data if isinstance(event.data, dict) else {}
    if event.kind == _START:
        kept.visits.append(Visit(str(data.get("source", "")), event.at))
    elif event.kind == _ITEM and kept.visits:
        kept.visits[-1].take(event.data)
    elif event.kind == _END and kept.visits:
        kept.visits[-1].is_cut = data.get("is_cut") is True
        kept.visits[-1].is_whole = not kept.visits[-1].is_cut
    elif event.kind == _CHECK:
        alive = data.get("alive")
        told = str(data.get("reason", "")), event.at, str(data.get("final_url", ""))
        kept.checks[event.url] = Check(event.url, alive if isinstance(alive, bool) else None, *told)


def _take_answer(visit: Visit, event: StoredDocument) -> None:
    if event.status != 200 or event.truncated:
        return
    try:
        items, pages = page_of(json.loads(event.body))
        for data in items[:1]:
            read_item(data)  # else it is no list of the register at all
    except (ValueError, RecursionError):
        return
    visit.answered[event.url] = pages
    for data in items:
        visit.take(data)
