"""A taxonomy after somebody renamed a part of it, for the tests of everything that reads ids."""

from __future__ import annotations

from taxonomy import Taxonomy


def with_renamed(taxonomy: Taxonomy, table: str, former: str, present: str) -> Taxonomy:
    """The taxonomy with one part of `services`, `products` or `themes` under another id."""
    parts = getattr(taxonomy, table)
    part = parts[former].model_copy(update={"id": present, "former_ids": (former,)})
    others = {key: value for key, value in parts.items() if key != former}
    renamed = taxonomy.model_copy(update={table: {**others, present: part}})
    # What was derived from the parts is derived anew.
    for name in ("renames", "services_by_theme", "machinery"):
        renamed.__dict__.pop(name, None)
    return renamed
