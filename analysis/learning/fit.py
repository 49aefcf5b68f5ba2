"""Logistic regression over named signals: sparse, penalised, deterministic, weighted by example.

scipy's L-BFGS does the descent; weights are held to start values (a Gaussian prior), nought where there are none.
Nothing here runs when pages are analysed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

# Read when scipy is loaded. Vectors are short here: threads would wait for each other ten times as long as they work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit, logsumexp

Matrix = NDArray[np.float64]
Signals = Mapping[str, float]
_STEPS = 400
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

    found: Matrix = minimize(loss, first.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return found.reshape(shape)


def fit_yes_no(x: csr_matrix, y: Matrix, counts: Matrix, hold: float, first: Matrix | None = None) -> Matrix:
    """Weights of a yes, the last one what it starts with."""
    start: Matrix = np.zeros(x.shape[1]) if first is None else first
    # What a judge starts with is not held: it is how common a yes is.
    held = np.full(x.shape[1], hold)
    held[-1] = 0.0

    def loss(w: Matrix) -> tuple[float, Matrix]:
        z = x @ w
        away = w - start
        value = float(counts @ (np.logaddexp(0.0, z) - y * z) + (held * away * away).sum() / 2)
        slope: Matrix = x.T @ ((expit(z) - y) * counts) + held * away
        return value, slope

    found: Matrix = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return found


def as_weights(names: Sequence[str], weights: Matrix, smallest: float = 0.0) -> tuple[float, dict[str, float]]:
    """What a class starts with, and its weights by name; those that say next to nothing are left out."""
    table = {
        name: rounded
        for name, value in zip(names, weights[:-1], strict=True)
        if abs(rounded := round(float(value), _DIGITS)) > smallest
    }
    return round(float(weights[-1]), _DIGITS), table
