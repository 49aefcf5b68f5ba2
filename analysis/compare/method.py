"""What a study's tables were made by, so far as the tables themselves say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from analysis.made_by import made_by


@dataclass(frozen=True, slots=True)
class Method:
    """Digests of rules, weights and taxonomy; empty where a table was made before they were kept."""

    rules: str = ""
    weights: str = ""
    taxonomy: str = ""

    @classmethod
    def of(cls, metadata: Mapping[str, str]) -> Method:
        """The method that a table's own metadata tell."""
        return cls(*(metadata.get(f"{field.name}_digest", "") for field in fields(cls)))

    @classmethod
    def today(cls, taxonomy_digest: str) -> Method:
        """The method of this program with a taxonomy."""
        return cls.of({**made_by(), "taxonomy_digest": taxonomy_digest})

    def differs(self, other: Method) -> tuple[str, ...]:
        """Parts that differ or are not known: none where two studies were made alike."""
        pairs = ((f.name, getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return tuple(name for name, mine, theirs in pairs if not mine or mine != theirs)

    @property
    def name(self) -> str:
        """A short name, the same for the same method."""
        return "-".join(digest[:8] for digest in (self.rules, self.weights, self.taxonomy))
