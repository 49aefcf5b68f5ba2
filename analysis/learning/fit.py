"""Logistic regression over named signals: sparse, penalised, deterministic, weighted by example.

scipy's L-BFGS does the descent; weights are held to start values (a Gaussian prior), nought where there are none.
Nothing here runs when pages are analysed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Read when scipy is loaded. Vectors are short here: threads would wait for each other ten times as long as they work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit, logsumexp

Matrix = NDArray[np.float64]
Rows = csr_matrix
Signals = Mapping[str, float]
_GAIN = 1e-6
_DESCENT = {"maxiter": 400, "ftol": _GAIN}
"""Steps at most, and the gain of a step at which it is enough: a smaller one changes no verdict on pages set apart."""
_DIGITS = 3


def names_of(rows: Sequence[Signals], fewest: int) -> list[str]:
    """The signals that occur in at least so many rows, sorted."""
    seen = Counter(name for row in rows for name in row)
    return sorted(name for name, count in seen.items() if count >= fewest)


def matrix(rows: Sequence[Signals], names: Sequence[str]) -> csr_matrix:
    """One row each, one column a name and a last one of ones; what is not named is left out."""
    place = {name: number for number, name in enumerate(names)}
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        for name, value in row.items():
            column = place.get(name)
            if column is not None and value:
                data.append(value)
                columns.append(column)
        data.append(1.0)
        columns.append(len(names))
        ends.append(len(data))
    return csr_matrix((data, columns, ends), shape=(len(rows), len(names) + 1))


def fit_classes(x: csr_matrix, target: Matrix, counts: Matrix, first: Matrix, hold: float) -> Matrix:
    """Multinomial weights, one row a class; ``target`` has a one in each row, ``counts`` weighs the rows."""
    shape = first.shape

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        w = flat.reshape(shape)
        z = x @ w.T
        total = logsumexp(z, axis=1)
        away = w - first
        error = (np.exp(z - total[:, None]) - target) * counts[:, None]
        value = float(counts @ (total - (z * target).sum(axis=1)) + hold / 2 * (away * away).sum())
        slope: Matrix = (x.T @ error).T + hold * away
        return value, slope.ravel()

    found: Matrix = minimize(loss, first.ravel(), jac=True, method="L-BFGS-B", options=_DESCENT).x
    return found.reshape(shape)


def fit_yes_no(
    x: csr_matrix, y: Matrix, counts: Matrix, hold: float, begin: Matrix | None = None, gain: float = _GAIN
) -> Matrix:
    """Weights of a yes, the last one the bias; the descent begins at ``begin`` and ends at so small a gain."""
    start: Matrix = np.zeros(x.shape[1]) if begin is None else begin
    # What a judge starts with is not held: it is how common a yes is.
    held = np.full(x.shape[1], hold)
    held[-1] = 0.0

    def loss(w: Matrix) -> tuple[float, Matrix]:
        z = x @ w
        value = float(counts @ (np.logaddexp(0.0, z) - y * z) + (held * w * w).sum() / 2)
        slope: Matrix = x.T @ ((expit(z) - y) * counts) + held * w
        return value, slope

    found: Matrix = minimize(loss, start, jac=True, method="L-BFGS-B", options={**_DESCENT, "ftol": gain}).x
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """Options with their signals, which of them is right, and how much it counts."""

    options: Sequence[Signals]
    right: int
    counts: float


def fit_choice(choices: Sequence[Choice], hold: float, fewest: int) -> tuple[list[str], Matrix]:
    """Names and weights of the signals by which the right one of several options is chosen; the last weight is idle."""
    rows = [signals for choice in choices for signals in choice.options]
    names = names_of(rows, fewest)
    x = matrix(rows, names)
    starts = np.cumsum([0, *(len(choice.options) for choice in choices)])[:-1]
    page_of = np.repeat(np.arange(len(choices)), [len(choice.options) for choice in choices])
    right = starts + np.array([choice.right for choice in choices])
    counts = np.array([choice.counts for choice in choices])

    def loss(w: Matrix) -> tuple[float, Matrix]:
        z = x @ w
        highest = np.maximum.reduceat(z, starts)
        powers = np.exp(z - highest[page_of])
        totals = np.add.reduceat(powers, starts)
        error = powers / totals[page_of]
        error[right] -= 1.0
        value = float(counts @ (highest + np.log(totals) - z[right]) + hold / 2 * (w @ w))
        slope: Matrix = x.T @ (error * counts[page_of]) + hold * w
        return value, slope

    found: Matrix = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options=_DESCENT).x
    return names, found


def as_weights(names: Sequence[str], weights: Matrix, smallest: float = 0.0) -> tuple[float, dict[str, float]]:
    """What a class starts with, and its weights by name; those that say next to nothing are left out."""
    table = {
        name: rounded
        for name, value in zip(names, weights[:-1], strict=True)
        if abs(rounded := round(float(value), _DIGITS)) > smallest
    }
    return round(float(weights[-1]), _DIGITS), table
