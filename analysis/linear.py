"""A linear model kept as a small readable file: named signals in, shares per class out.

Used by the judges of page type, services and theme. Training is in bench/train.py; here is only the sum. No numpy: a
page has a few dozen signals.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

MODELS = Path(__file__).with_name("models")
"""Where the learned weights stand, and the hand-set ones that they started from."""


_TOLD, _AGAINST, _WORTH_TELLING = 4, 2, 0.05


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights per class and signal; ``sharpness`` calibrates the shares."""

    bias: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    sharpness: float = 1.0
    _of_signal: dict[str, list[tuple[int, float]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A page has few of the signals that are known, and most of them speak of few classes.
        place = {name: number for number, name in enumerate(self.bias)}
        of_signal: dict[str, list[tuple[int, float]]] = {}
        for name, weights in self.weights.items():
            for signal, weight in weights.items():
                of_signal.setdefault(signal, []).append((place[name], weight))
        object.__setattr__(self, "_of_signal", of_signal)

    def sums(self, signals: Mapping[str, float]) -> dict[str, float]:
        """The weighted sum of each class."""
        sums, of_signal = list(self.bias.values()), self._of_signal
        for signal, value in signals.items():
            if signal in of_signal:
                for place, weight in of_signal[signal]:
                    sums[place] += weight * value
        return dict(zip(self.bias, sums, strict=True))

    def shares(self, signals: Mapping[str, float]) -> dict[str, float]:
        """Probabilities of the classes; they add up to one."""
        sums = {name: value * self.sharpness for name, value in self.sums(signals).items()}
        highest = max(sums.values())
        powers = {name: math.exp(value - highest) for name, value in sums.items()}
        total = sum(powers.values())
        return {name: power / total for name, power in powers.items()}

    def choice(self, name: str, options: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        """Probabilities of options of which one is right, each with its signals, by the weights of one class."""
        sums = {option: self.sharpness * self.sum_of(name, signals) for option, signals in options.items()}
        highest = max(sums.values())
        powers = {option: math.exp(value - highest) for option, value in sums.items()}
        total = sum(powers.values())
        return {option: power / total for option, power in powers.items()}

    def sum_of(self, name: str, signals: Mapping[str, float]) -> float:
        """The weighted sum of some signals for a class, without what the class starts with."""
        weights = self.weights[name]
        return sum(weights[signal] * value for signal, value in signals.items() if signal in weights)

    def probability(self, name: str, signals: Mapping[str, float]) -> float:
        """Probability of a yes for a class that is judged alone."""
        weights = self.weights[name]
        total = self.bias[name] + sum(weights[signal] * value for signal, value in signals.items() if signal in weights)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total * self.sharpness))))

    def telling(self, name: str, signals: Mapping[str, float]) -> str:
        """What spoke most for a class and most against it, as "signal +1.2, other signal -0.7"."""
        parts = [(signal, self.weights[name].get(signal, 0.0) * value) for signal, value in signals.items()]
        parts.sort(key=lambda part: (-part[1], part[0]))
        told = [part for part in parts[:_TOLD] if part[1] > _WORTH_TELLING]
        told += [part for part in parts[len(told) :][-_AGAINST:] if part[1] < -_WORTH_TELLING]
        return ", ".join(f"{signal} {value:+.1f}" for signal, value in told)


_NOUGHT = 0.01


def odds_above_nothing(share: float) -> float:
    """A third of the logarithm of a share's odds, bounded, counted from those of a share of nothing: 0 to about 3."""
    return (math.log((share + _NOUGHT) / (1 + _NOUGHT - share)) - math.log(_NOUGHT / (1 + _NOUGHT))) / 3


@cache
def load_linear(name: str) -> Linear:
    """The model of that name from the package's own files."""
    data = json.loads((MODELS / f"{name}.json").read_text(encoding="utf-8"))
    return Linear(data["bias"], data["weights"], data.get("sharpness", 1.0))


@dataclass(frozen=True, slots=True)
class Marks:
    """How sure a cell must be to be said without a person's look, as measured on pages that nobody had tuned to."""

    found: float
    not_found: float


@cache
def marks() -> Marks:
    """The measured marks (``models/marks.json``, made by bench/quality.py)."""
    data = json.loads((MODELS / "marks.json").read_text(encoding="utf-8"))
    return Marks(data["found"], data["not_found"])
