"""What a language model is asked about one cell: the service's definition and the words of one page, well fenced."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from study import CHANNELS, ServiceFinding
from taxonomy import Service, Taxonomy

MOST_LETTERS = 12_000
"""Letters of a page that are sent: four sides of print; a longer page speaks of its subject well before its end."""
_LETTERS_A_TOKEN = 2.7
"""Of Finnish and Swedish text; English has four. Too few make an estimate too high, which is the better mistake."""
ANSWER_TOKENS = 500
"""Tokens that an answer may have; half of them are estimated."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the question, from wording.toml."""

    system: str
    user: str
    speaks_to_reader: tuple[str, ...]
    digest: str


@cache
def load_wording() -> Wording:
    """The words of the question as they ship with the program."""
    raw = resources.files("kuntatutka.reader").joinpath("wording.toml").read_bytes()
    data = tomllib.loads(raw.decode("utf-8"))
    cues = tuple(sorted(cue for cues in data["speaks_to_reader"].values() for cue in cues))
    return Wording(data["system"].strip(), data["user"].strip(), cues, hashlib.sha256(raw).hexdigest())


@dataclass(frozen=True, slots=True)
class Question:
    """One question about one cell, ready to be sent."""

    municipality_code: str
    service_id: str
    url: str
    page_digest: str
    prompt_version: str
    text: str
    """The words of the page that are sent; quotes are looked for in them."""
    messages: Sequence[Mapping[str, str]]

    @property
    def tokens(self) -> int:
        """About how many tokens are sent."""
        return round(sum(len(message["content"]) for message in self.messages) / _LETTERS_A_TOKEN)

    @property
    def speaks_to_reader(self) -> str:
        """The words with which the page speaks to a machine that reads it; empty where it does not."""
        said = plain(self.text).casefold()
        return next((cue for cue in load_wording().speaks_to_reader if cue in said), "")


def plain(text: str) -> str:
    """A text with its white space and soft hyphens as a reader sees them; words and signs as they are."""
    return re.sub(r"\s+", " ", text.replace("\u00ad", "").replace("\u200b", "")).strip()


class Questions:
    """Makes the questions of a study."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy

    def version(self, service_id: str, language: str) -> str:
        """Changes whenever the wording, the channels or the service's definition change."""
        service = self._taxonomy.services[service_id]
        words = (load_wording().digest, *self._described(service, language), self._channels(language))
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]

    def ask(self, finding: ServiceFinding, page_digest: str, language: str, text: str) -> Question:
        """The question about a cell, with the text of its page."""
        wording, url = load_wording(), finding.best_url or ""
        sent = text[:MOST_LETTERS]
        # No page can hold a digest of itself, so none can end its own fence.
        fence = "PAGE-" + hashlib.sha256(f"{url}\n{sent}".encode()).hexdigest()[:16]
        name, definition = self._described(self._taxonomy.services[finding.service_id], language)
        user = wording.user.format(name=name, definition=definition, url=url, fence=fence, text="{text}")
        system = wording.system.format(fence=fence, channels=self._channels(language))
        return Question(
            finding.municipality_code,
            finding.service_id,
            url,
            page_digest,
            self.version(finding.service_id, language),
            sent,
            (
                {"role": "system", "content": system},
                {"role": "user", "content": user.replace("{text}", sent, 1)},
            ),
        )

    def _described(self, service: Service, language: str) -> tuple[str, str]:
        return service.name.get(language), service.definition.get(language)

    def _channels(self, language: str) -> str:
        known = self._taxonomy.channels
        return "; ".join(f"{name} ({known[name].counts.get(language)})" for name in CHANNELS if name in known)
