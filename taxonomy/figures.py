"""What others published: figures of earlier studies."""

from __future__ import annotations

from typing import Literal

from .base import Line, Model, Text


class EarlierFigure(Model):
    """A figure that an earlier study published, of a product or a theme or over a share: never the same basket."""

    measure: Literal["digital", "product", "first-theme", "last-theme"]
    subject: Line = ""
    year: int
    count: int | None = None
    base: int | None = None
    over: float | None = None
    source: Line
    url: str = ""
    note: Text | None = None
