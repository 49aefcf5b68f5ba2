"""Records as JSON and back, by the types that their classes declare: data only, so nothing that is read can run.

Parts that come again and again (the links of a menu) are written once. What was written by other classes, or by hand,
does not fit and raises ValueError; the caller makes it anew.
"""

from __future__ import annotations

import json
import types
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Turn = Callable[[Any], Any]
_AS_THEY_ARE = frozenset({str, int, float, bool, type(None), Any, object})
_SETS: dict[Any, Callable[[Iterable[Any]], Any]] = {frozenset: frozenset, set: set}
_MAPS: dict[Any, Callable[[Any], Any]] = {dict: dict, Mapping: dict, Counter: Counter}
_OF_MANY = {tuple, list, Sequence, *_SETS, *_MAPS}


def pack(kind: Any, value: Any, *, shared: Iterable[type] = ()) -> bytes:
    """A value of a declared type as JSON; equal records of the `shared` classes are written once."""
    packing = _Packing(tuple(shared))
    body = packing.turn(kind)(value)
    # A shared record may hold another: those that are held come first.
    tables = [list(packing.found[one]) for one in packing.shared]
    made = json.dumps([tables, body], ensure_ascii=False, separators=(",", ":"))
    return made.encode("utf-8", errors="surrogatepass")


def unpack(kind: Any, data: bytes, *, shared: Iterable[type] = (), home: Path | None = None) -> Any:
    """What `pack` wrote; equal shared records are one object. Paths lie in `home`. Raises ValueError for all else."""
    unpacking = _Unpacking(tuple(shared), home or Path())
    try:
        tables, body = json.loads(data.decode("utf-8", errors="surrogatepass"))
        for one, table in zip(unpacking.shared, tables, strict=True):
            turn = unpacking.record(one)
            unpacking.tables[one].extend(turn(item) for item in table)
        return unpacking.turn(kind)(body)
    except (TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"is no packed {getattr(kind, '__name__', kind)} ({type(error).__name__})") from error


@cache
def _parts(record: type) -> tuple[tuple[str, Any], ...]:
    """Names and types of a record's fields."""
    hints = get_type_hints(record)
    return tuple((field.name, hints[field.name]) for field in fields(record) if field.init)


def _itself(value: Any) -> Any:
    return value


def _one_of(args: tuple[Any, ...]) -> Any:
    """The type that a value may have beside None; Any where it may have several plain ones."""
    rest = [arg for arg in args if arg is not type(None)]
    if len(rest) == 1:
        return rest[0]
    if all(arg in _AS_THEY_ARE for arg in rest):
        return Any
    raise TypeError(f"{args}: which of them a value is cannot be told")


class _Turns(ABC):
    """How values of types are turned; a way is made once for each type."""

    def __init__(self) -> None:
        self._turns: dict[Any, Turn] = {}

    def turn(self, kind: Any) -> Turn:
        """How values of a type are turned."""
        if kind not in self._turns:
            self._turns[kind] = self._made(kind)
        return self._turns[kind]

    def _made(self, kind: Any) -> Turn:
        origin, args = get_origin(kind), get_args(kind)
        if kind in _AS_THEY_ARE or origin is Literal:
            return _itself
        if origin in (Union, types.UnionType):
            turn = self.turn(_one_of(args))
            return turn if turn is _itself else lambda value: None if value is None else turn(value)
        return self._of_many(origin, args) if origin in _OF_MANY else self._single(kind)

    @abstractmethod
    def _of_many(self, origin: Any, args: tuple[Any, ...]) -> Turn:
        """A tuple, list, set or mapping."""

    @abstractmethod
    def _single(self, kind: Any) -> Turn:
        """Anything else, a record among them."""


class _Packing(_Turns):
    """Values to plain lists."""

    def __init__(self, shared: tuple[type, ...]) -> None:
        super().__init__()
        self.shared = shared
        self.found: dict[type, list[Any]] = {one: [] for one in shared}
        self._numbers: dict[type, dict[Any, int]] = {one: {} for one in shared}

    def _of_many(self, origin: Any, args: tuple[Any, ...]) -> Turn:
        if origin is tuple and (len(args) != 2 or args[1] is not Ellipsis):
            turns = [self.turn(arg) for arg in args]
            return lambda value: [turn(item) for turn, item in zip(turns, value, strict=True)]
        if origin in (tuple, list, Sequence):
            turn = self.turn(args[0])
            return _itself if turn is _itself else lambda value: [turn(item) for item in value]
        if origin in _SETS:
            turn = self.turn(args[0])
            return lambda value: sorted(turn(item) for item in value)
        key, turn = self.turn(args[0]), self.turn(args[1] if len(args) > 1 else int)
        return lambda value: [[key(name), turn(item)] for name, item in value.items()]

    def _single(self, kind: Any) -> Turn:
        if is_dataclass(kind) and isinstance(kind, type):
            return self._numbered(kind) if kind in self.shared else self._record(kind)
        if issubclass(kind, Enum):
            return lambda value: value.value
        if issubclass(kind, date):
            return lambda value: value.isoformat()
        if issubclass(kind, Path):
            return lambda value: value.name
        raise TypeError(f"{kind}: values of this type cannot be kept")

    def _record(self, kind: type) -> Turn:
        parts = [(name, self.turn(hint)) for name, hint in _parts(kind)]
        return lambda value: [turn(getattr(value, name)) for name, turn in parts]

    def _numbered(self, kind: type) -> Turn:
        turn, numbers, found = self._record(kind), self._numbers[kind], self.found[kind]
        # Mostly the very object comes again; it lives as long as the value that is packed.
        same: dict[int, int] = {}

        def number(value: Any) -> int:
            known = same.get(id(value))
            if known is None:
                known = numbers.get(value)
                if known is None:
                    known = numbers[value] = len(found)
                    found.append(turn(value))
                same[id(value)] = known
            return known

        return number


class _Unpacking(_Turns):
    """Plain lists to values."""

    def __init__(self, shared: tuple[type, ...], home: Path) -> None:
        super().__init__()
        self.shared, self._home = shared, home
        self.tables: dict[type, list[Any]] = {one: [] for one in shared}

    def _of_many(self, origin: Any, args: tuple[Any, ...]) -> Turn:
        if origin is tuple and (len(args) != 2 or args[1] is not Ellipsis):
            turns = [self.turn(arg) for arg in args]
            return lambda value: tuple(turn(item) for turn, item in zip(turns, value, strict=True))
        if origin in (tuple, list, Sequence):
            turn = self.turn(args[0])
            made: Turn = list if origin is list else tuple
            return made if turn is _itself else lambda value: made(map(turn, value))
        if origin in _SETS:
            turn, make = self.turn(args[0]), _SETS[origin]
            return lambda value: make(map(turn, value))
        key, turn, made = self.turn(args[0]), self.turn(args[1] if len(args) > 1 else int), _MAPS[origin]
        return lambda value: made({key(name): turn(item) for name, item in value})

    def _single(self, kind: Any) -> Turn:
        if kind in self.tables:
            known = self.tables[kind]
            return lambda number: known[number]
        if is_dataclass(kind) and isinstance(kind, type):
            return self.record(kind)
        if issubclass(kind, Enum):
            return lambda value: kind(value)
        if issubclass(kind, date):
            return lambda value: kind.fromisoformat(value)
        if issubclass(kind, Path):
            return lambda value: self._home / Path(value).name
        raise TypeError(f"{kind}: values of this type cannot be kept")

    def record(self, kind: type) -> Turn:
        """How records of a class are read."""
        turns = [self.turn(hint) for _, hint in _parts(kind)]
        return lambda value: kind(*[turn(item) for turn, item in zip(turns, value, strict=True)])
