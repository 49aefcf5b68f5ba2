"""The table of what a language model answered, beside what the machine says now."""

from __future__ import annotations

from dataclasses import dataclass

from .columns import column


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    """What a language model answered about one cell, beside what the machine says of it now."""

    municipality_code: str = column("Code of the municipality.", key=True)
    service_id: str = column("Service id from the taxonomy.", key=True)
    model: str = column("Name of the model as study.toml has it.", key=True)
    prompt_version: str = column("Digest of the question's wording and of the service's definition.")
    url: str = column("Page that it was shown.")
    state: str = column("found or not-found; empty where it could not tell, or where its answer is void.")
    quote: str = column("Words of the page on which the answer rests, found on it word for word.")
    channels: tuple[str, ...] = column("Channels that it proved by quotes of their own, sorted.")
    why: str = column("Its reason in its own words.")
    void: str = column("Why its answer does not count; empty where it does.")
    machine_state: str = column("What the machine says of the cell now.")
    machine_verification: str = column("automatic or uncertain: how sure the machine alone is.")
    is_current: bool = column("Whether page and words are still those that it was shown; else it does not count.")
    agrees: bool | None = column("Whether it says the same state as the machine; empty where it does not count.")
