"""Bins of numbers and dates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profile_fixture import check_histogram

from tsvshare_widget.table.profile.histogram import histogram


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_bins_of_any_numbers(values: list[float]) -> None:
    found = histogram(np.sort(values), dates=False)
    assert found is not None
    check_histogram(found, values)


@given(st.floats(-6e10, 2.5e11), st.lists(st.floats(0, 1), max_size=9), st.floats(0, 11))
def test_bins_of_any_dates(low: float, others: list[float], power: float) -> None:
    values = [low, *(min(low + other * 10**power, 2.5e11) for other in others)]
    found = histogram(np.sort(values), dates=True)
    assert found is not None
    check_histogram(found, values)


def days(*dates: str) -> list[float]:
    return np.array(dates, "M8[s]").astype(float).tolist()


@pytest.mark.parametrize(
    ("values", "is_dates", "edges"),
    [
        ([1, 2, 3, 3], False, [1, 2, 3, 4]),
        ([0.1, 0.35, 0.4], False, [n / 50 for n in range(5, 21)]),
        ([0.37], False, [0.36, 0.38]),
        ([7], False, [7, 8]),
        ([0, 1000], False, [n * 100 for n in range(11)] + [1100]),
        (days("2020-01-30", "2020-02-02"), True, days("2020-01-30", "2020-02-03")),
        (days("2019-03-04", "2021-11-30"), True, days("2019-03-01", "2022-01-01")),
        (days("2020-01-01", "2020-03-01"), True, days("2020-01-01", "2020-04-01")),
        (days("2001-05-06", "2030-05-06"), True, days("2000-01-01", "2032-01-01")),
    ],
)
def test_edges_are_round(values: list[float], is_dates: bool, edges: list[float]) -> None:
    found = histogram(np.sort(np.array(values, float)), dates=is_dates)
    assert found is not None
    if is_dates:
        assert [found.edges[0], found.edges[-1]] == edges
    else:
        assert found.edges == edges
