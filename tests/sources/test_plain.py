"""Lists, dictionaries and arrays as text."""

import datetime
import decimal
import math
from collections import namedtuple
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.sources.cells import Rows, write_cell, write_rows
from tsvshare_widget.sources.recognise import recognise_source
from tsvshare_widget.widget.convert.reading import to_read_options


def opened(source, **options: Any):
    """The lines of what is opened, and whether the first is said to be names."""
    found: Any = recognise_source(source, options=to_read_options(cast(Any, options)))
    return b"".join(found.body).decode().splitlines(), found.options.header


Gene = namedtuple("Gene", "gene score")
PLAIN = np.array([(1, b"x", 0.5)], dtype=[("n", "i4"), ("s", "S3"), ("x", "f4")])


@pytest.mark.parametrize(
    ("source", "lines", "header"),
    [
        ([["gene", "score"], ["TP53", 0.5]], ["gene\tscore", "TP53\t0.5"], None),
        (([1, None], (2.0, "x", True)), ["1\t", "2.0\tx\tTrue"], None),
        ([Gene("TP53", 1), ("x", 2)], ["gene\tscore", "TP53\t1", "x\t2"], True),
        ([{"a": 1}, {"b": "007", "a": math.nan}], ["a\tb", "1\t", "\t007"], True),
        ([np.array([1, 2]), np.array([3, 4])], ["1\t2", "3\t4"], None),
        ({"a": [1, None], "b": ("x", "y")}, ["a\tb", "1\tx", "\ty"], True),
        ({"a": range(2), "b": np.array([0.1, 1], dtype="f4")}, ["a\tb", "0\t0.1", "1\t1.0"], True),
        ({"a": 1, "b": "x"}, ["a\tb", "1\tx"], True),
        ({"a": pd.Series([1.5], index=[9])}, ["a", "1.5"], True),
        ({"a": []}, ["a"], True),
        (np.array([1, 2]), ["1", "2"], False),
        (np.array([[0.1, np.nan], [1e300, 3]], dtype=float), ["0.1\t", "1e+300\t3.0"], False),
        (np.array([[0.1]], dtype="f4"), ["0.1"], False),
        (np.array([["a", "b"], ["c", None]], dtype=object), ["a\tb", "c\t"], False),
        (PLAIN[["n", "x"]], ["n\tx", "1\t0.5"], True),
        (PLAIN[["n", "x"]].view(np.recarray), ["n\tx", "1\t0.5"], True),
        (np.array(["2026-01-02"], dtype="M8[ns]"), ["2026-01-02"], False),
    ],
    ids=repr,
)
def test_tables_of_python_and_numpy_become_text(source, lines, header):
    assert opened(source) == (lines, header)


def test_names_may_be_given_or_said_to_be_the_first_row():
    rows = [["a", "b"], ["c", "d"]]
    assert opened(rows, names=["x", "y"]) == (["x\ty", "a\tb", "c\td"], True)
    assert opened(rows, header=True) == (["a\tb", "c\td"], True)
    assert opened(rows, header=False)[1] is False
    assert opened(np.arange(4).reshape(2, 2), names=["x", "y"])[0] == ["x\ty", "0\t1", "2\t3"]
    assert opened(np.array(rows), header=True)[1] is True
    assert opened([], names=["x", "y"]) == (["x\ty"], True)


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ([], {}, "an empty list"),
        ({}, {}, "an empty dictionary"),
        ({"a": [1, 2], "b": [1]}, {}, "'a': 2, 'b': 1"),
        ({"a": [1, 2], "b": 1}, {}, "a list of as many cells"),
        ([["a"], {"a": 1}], {}, "row 2 is {'a': 1}: the rows before it are lists"),
        ([{"a": 1}, ["a"]], {}, "row 2 is .* are dictionaries"),
        ([["a"], "text" * 40], {}, r"row 2 is 'text.*\.\.\.: the rows"),
        (np.zeros((2, 2, 2)), {}, "3 dimensions"),
        (np.array(1), {}, "0 dimensions"),
        (np.zeros((2, 2)), {"names": ["a"]}, "1 names for 2 columns"),
    ],
)
def test_what_is_no_table_is_said(source, options, said):
    with pytest.raises(BadValue, match=said):
        opened(source, **options)


DAY = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[(None, ""), ("007", "007"), (0.1, "0.1"), (10**20, "1" + 20 * "0"), (True, "True")],
        *[(math.nan, ""), (math.inf, "inf"), (pd.NA, ""), (pd.NaT, ""), (np.float32(0.1), "0.1")],
        *[(b"a\xff", "a\\xff"), (decimal.Decimal("1.50"), "1.50"), (decimal.Decimal("nan"), "")],
        *[(DAY, "2026-01-02 03:04:05+00:00"), (DAY.date(), "2026-01-02"), (np.int8(3), "3")],
        *[([1, None], "[1, null]"), ({"a": DAY.date()}, '{"a": "2026-01-02"}')],
        *[(np.array([1, 2]), "[1, 2]"), (np.datetime64("2026-01-02"), "2026-01-02")],
        (np.datetime64("2026-01-02T03:04:05.500000000"), "2026-01-02 03:04:05.5"),
        (np.datetime64("2026-01-02T03:04:05.000"), "2026-01-02 03:04:05"),
        *[(np.datetime64("NaT", "s"), ""), (pd.Timestamp("2026-01-02"), "2026-01-02 00:00:00")],
    ],
    ids=repr,
)
def test_values_as_cells(value, text):
    assert write_cell(value) == text


def test_cells_are_quoted_where_they_would_be_read_otherwise():
    rows = Rows(["\ufeffa", "b"], [[["x\ty", 'say "hi"'], ["c\rd", ""]], [[""]]])
    assert b"".join(write_rows(rows)).decode() == (
        '"\ufeffa"\t"b"\n"x\ty"\t"say ""hi"""\n"c\rd"\t""\n""\n'
    )
