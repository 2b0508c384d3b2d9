"""Exact sum: many floats added without any rounding before the end; pure."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.table.columns.numbers import Floats

_STEP_VALUES = 1 << 16  # added at once: so few that sums of half a mantissa are floats
_MANTISSA_BITS = 53
_LOW_BITS = 26
_LEAST_EXPONENT = -1073  # of any float, as frexp has it
_EXPONENTS = 1024 - _LEAST_EXPONENT + 1
_UNIT = 1 << (_MANTISSA_BITS - _LEAST_EXPONENT)  # of the sum, in one


def mean_of(values: Floats) -> float | None:
    """The mean of ``values``, which ascend: their sum rounded once, as ``math.fsum`` has it, over
    their number.  None if one of them is not finite.
    """
    low, high = float(values[0]), float(values[-1])
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    return mean_of_sum(sum_in_units(values), len(values))


def mean_of_sum(total: int, count: int) -> float:
    """The mean of ``count`` values whose sum is ``total``, in units of :func:`sum_in_units`."""
    try:
        return total / _UNIT / count
    except OverflowError:  # the sum is too large for a float, the mean is not
        return total / (_UNIT * count)


def sum_in_units(values: Floats) -> int:
    """The sum of ``values``, which ascend and are finite, in units of the smallest bit of floats.

    Sums in such units can be added up.
    """
    if not len(values):
        return 0
    most = max(abs(float(values[0])), abs(float(values[-1])))
    if most * len(values) <= 1 << _MANTISSA_BITS and _are_whole(values):
        return int(values.sum()) * _UNIT
    return _sum_in_units(values)


def _parts(values: Floats) -> list[Floats]:
    return [values[start : start + _STEP_VALUES] for start in range(0, len(values), _STEP_VALUES)]


def _are_whole(values: Floats) -> bool:
    return all(bool((np.floor(part) == part).all()) for part in _parts(values))


def _sum_in_units(values: Floats) -> int:
    """The sum in units of the smallest bit that a float can have.

    Mantissas are added up as integers, in two halves, for each exponent.
    """
    highs, lows = np.zeros((2, _EXPONENTS), np.int64)
    for part in _parts(values):
        fractions, exponents = np.frexp(part)
        mantissas = np.ldexp(fractions, _MANTISSA_BITS).astype(np.int64)
        places = exponents - _LEAST_EXPONENT
        highs += _added(places, mantissas >> _LOW_BITS)
        lows += _added(places, mantissas & ((1 << _LOW_BITS) - 1))
    total = 0
    for place in np.flatnonzero(highs | lows).tolist():
        total += ((int(highs[place]) << _LOW_BITS) + int(lows[place])) << place
    return total


def _added(places: NDArray[np.int32], halves: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.bincount(places, halves.astype(np.float64), _EXPONENTS).astype(np.int64)
