"""Values of Python, numpy and pandas in filters."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.widget.convert.header import Header
from tsvshare_widget.widget.convert.query import read_filters
from tsvshare_widget.widget.convert.scalars import read_value

HEADER = Header(["a", "b"], 2)


@pytest.mark.parametrize(
    "unit", ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"]
)
def test_dates_of_every_unit(unit: str) -> None:
    text, by = read_value(np.array("1970-01-01", f"M8[{unit}]")[()])
    assert by == "date"
    assert pd.Timestamp(str(text)) == pd.Timestamp("1970-01-01")


@pytest.mark.parametrize(
    ("value", "sent", "by"),
    [
        (np.datetime64("2020-03-01T05", "h"), "2020-03-01T05:00:00", "date"),
        (np.datetime64("2020-03-01T00:00:00.123456789"), "2020-03-01T00:00:00.123456789", "date"),
        (pd.Timestamp("2020-03-01 12:00:00.000000001"), "2020-03-01T12:00:00.000000001", "date"),
        (pd.Timestamp("2020-03-01", tz="Europe/Berlin"), "2020-03-01T00:00:00+01:00", "date"),
        (datetime.date(2020, 3, 1), "2020-03-01", "date"),
        (pd.Series(pd.to_datetime(["2020-03-01"])), "2020-03-01T00:00:00", "date"),
        (np.int64(7), 7, "auto"),
        (np.uint64(2**64 - 1), "18446744073709551615", "number"),
        (np.float32(0.1), 0.1, "auto"),
        (np.float64(0.1), 0.1, "auto"),
        (np.array(5), 5, "auto"),
        (np.array([5]), 5, "auto"),
        (np.str_("x"), "x", "auto"),
        (math.inf, "inf", "number"),
        (-np.float32("inf"), "-inf", "number"),
        (decimal.Decimal("0.10"), "0.10", "number"),
        (decimal.Decimal("Infinity"), "Infinity", "number"),
        (2**53, 2**53, "auto"),
        (2**53 + 1, "9007199254740993", "number"),
    ],
)
def test_values(value: Any, sent: Any, by: str) -> None:
    found = read_value(value)
    assert found == (pytest.approx(sent) if isinstance(sent, float) else sent, by)
    assert type(found[0]) is type(sent)


def test_dates_of_numpy_in_any_precision_are_the_same_moment() -> None:
    moments = {
        pd.Timestamp(str(read_value(np.datetime64("2020-03-01T05:06", unit))[0]))
        for unit in ("m", "s", "ms", "us", "ns")
    }
    assert moments == {pd.Timestamp("2020-03-01T05:06")}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (math.nan, "no cell compares with nan"),
        (pd.NaT, "NaT"),
        (pd.NA, "<NA>"),
        (np.datetime64("NaT", "s"), "NaT"),
        (decimal.Decimal("NaN"), "NaN"),
        (np.timedelta64(2, "ns"), "not with .*2"),
        (pd.Timedelta("1D"), "not with Timedelta"),
        (datetime.timedelta(1), "not with"),
        (np.bool_(True), "True is no cell"),
        (b"x", "not with b'x'"),
        (np.array([1, 2]), "one value, not with 2"),
        (np.datetime64(1, "ps"), "finer than a nanosecond"),
        pytest.param(10**5000, "so many digits", id="many digits"),
    ],
)
def test_what_no_cell_compares_with_is_said(value: Any, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        read_value(value)


@pytest.mark.parametrize(
    ("values", "sent", "by"),
    [
        ([5, 2**53 + 1], (5, "9007199254740993"), "number"),
        ([5, decimal.Decimal("9007199254740993")], (5, "9007199254740993"), "number"),
        ([0.5, 2**70, math.inf], (0.5, str(2**70), "inf"), "number"),
        (np.array([1, 2]), (1, 2), "auto"),
        (np.array(["2020-06-01"], "M8[ns]"), ("2020-06-01T00:00:00.000000000",), "date"),
        (pd.Series([2**60, 1]), (str(2**60), 1), "number"),
        (["a", "b"], ("a", "b"), "auto"),
    ],
)
def test_lists_of_values(values: Any, sent: tuple[Any, ...], by: str) -> None:
    (wanted,) = read_filters([("a", "in", values)], HEADER)
    assert (wanted.value, wanted.by) == (sent, by)


def test_lists_of_several_kinds_are_refused() -> None:
    for values in (
        [2**70, "x"],
        [5, np.datetime64("2020-01-01")],
        ["2020-01-01", datetime.date.min],
    ):
        with pytest.raises(BadValue, match="values of one kind"):
            read_filters([("a", "in", values)], HEADER)
