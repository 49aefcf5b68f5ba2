"""The evidence of a municipality as a WACZ file, the package in which web archives are passed on and replayed."""

from __future__ import annotations

from .package import About, write_package

__all__ = ["About", "write_package"]
