"""What the rules look at: a taxonomy that loaded, and the files its parts came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from .models import Taxonomy


@dataclass(frozen=True, slots=True)
class Subject:
    """A taxonomy under examination; answers which file holds what, relative to the taxonomy folder."""

    taxonomy: Taxonomy
    root: Path
    today: dt.date

    def own(self, name: str) -> str:
        """The file of the country itself."""
        return f"countries/{self.taxonomy.country.id}/{name}"

    def service(self, service_id: str) -> str:
        """The file of a service, the country's own or the inherited one."""
        return self._found(f"services/{service_id}.toml")

    def product(self, product_id: str) -> str:
        """The file of a product, a country's or the common one."""
        common = f"products/{product_id}.toml"
        return common if (self.root / common).is_file() else self._found(common)

    def themes(self) -> str:
        """The file of the themes, the country's own or the inherited one."""
        return self._found("themes.toml")

    def language(self, code: str) -> str:
        """The file of a language."""
        return f"languages/{code}.toml"

    def _found(self, name: str) -> str:
        own = self.own(name)
        inherited = f"countries/{self.taxonomy.country.inherits}/{name}"
        return own if (self.root / own).is_file() or not self.taxonomy.country.inherits else inherited
