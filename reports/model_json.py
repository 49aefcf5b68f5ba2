"""A report's model as plain JSON values, and sequences of it that are made only when somebody goes through them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar, overload

T = TypeVar("T")


class Later(Sequence[T]):
    """A sequence that is made when somebody goes through it and is not kept: a country's pages never stand together."""

    def __init__(self, make: Callable[[], Sequence[T]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[T]:
        return iter(self._make())

    def __len__(self) -> int:
        return len(self._make())

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._make()[index]


def as_json(value: Any) -> Any:
    """A model or any part of it as plain JSON values; each block carries its type."""
    kind: type = type(value)
    if kind in (str, int, float, bool) or value is None:
        return value
    if names := _field_names(kind):
        plain = {name: as_json(getattr(value, name)) for name in names}
        return {"type": kind.__name__, **{k: v for k, v in plain.items() if v not in ("", None, [], False)}}
    if isinstance(value, tuple | list | Later):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(k): as_json(v) for k, v in sorted(value.items())}
    return value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Names of a record's fields; empty for what is none."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
