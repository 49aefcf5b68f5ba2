"""The sections of a report, one module each: `ORDER` says where it stands, `section(context)` returns it or None.

A module in this folder is a section by being there; nothing lists them.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from reports.context import Context
from reports.model import Section


def sections(context: Context) -> tuple[Section, ...]:
    """All sections in their order; those with nothing to say are left out. Scorecards take those that suit them."""
    modules = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    modules.sort(key=lambda module: (module.ORDER, module.__name__))
    chosen = [m for m in modules if context.only is None or getattr(m, "ON_SCORECARD", False)]
    made = [module.section(context) for module in chosen]
    return tuple(item for item in made if item is not None)
