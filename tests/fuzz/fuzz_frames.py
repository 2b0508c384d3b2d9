"""Coverage-guided fuzzing of DataFrames on their way into a table and of their values in filters.

    pip install 'tsvshare-widget[fuzz]'
    python tests/fuzz/fuzz_frames.py -max_total_time=600 -len_control=0 -max_len=300

The bytes of an input are made a DataFrame with any index, levels of columns and values.  Whatever
it is, the table has its rows and columns, each text as it was, and nothing where there was nothing;
the same rows are appended; and a filter with a value finds the row that it is from, or says what is
wrong with it.  A find is written to ``crash-*`` in the working directory; keep it as a test in
``tests/widget/test_sources.py`` or its neighbours.
"""

from __future__ import annotations

import datetime
import decimal
import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["tsvshare_widget"]):
    from tsvshare_widget.errors import BadValue
    from tsvshare_widget.protocol import TableState
    from tsvshare_widget.query import Query
    from tsvshare_widget.sources.cells import is_nothing
    from tsvshare_widget.sources.frame_text import flatten, has_meaning, write_frame
    from tsvshare_widget.sources.source import AS_WRITTEN
    from tsvshare_widget.table import Table
    from tsvshare_widget.table.query.find_rows import find_rows
    from tsvshare_widget.table.state import snapshot_at
    from tsvshare_widget.widget.convert.header import Header
    from tsvshare_widget.widget.convert.query import read_filters
    from tsvshare_widget.widget.convert.rows import read_rows

import numpy as np
import pandas as pd

EVERYTHING = 10**9
MOST = 4
"""Rows and columns of a frame."""

NOTHING = (None, float("nan"), pd.NaT, pd.NA, decimal.Decimal("NaN"), np.datetime64("NaT", "s"))
UNITS = ("D", "s", "ms", "us", "ns")  # whose dates are dates as they are written


def value_of(data: Any) -> Any:
    """A value of any kind."""
    kind = data.ConsumeIntInRange(0, 9)
    if kind <= 3:
        return data.ConsumeUnicodeNoSurrogates(data.ConsumeIntInRange(0, 6))
    if kind == 4:
        return data.ConsumeInt(9)
    if kind == 5:
        return data.ConsumeFloat()
    if kind == 6:
        with np.errstate(over="ignore"):
            return np.float32(data.ConsumeRegularFloat())
    if kind == 7:
        unit = UNITS[data.ConsumeIntInRange(0, len(UNITS) - 1)]
        return np.datetime64(data.ConsumeIntInRange(0, 20_000), unit)
    if kind == 8:
        return datetime.datetime(2000, 1, 1) + datetime.timedelta(
            microseconds=data.ConsumeIntInRange(0, 10**15)
        )
    return NOTHING[data.ConsumeIntInRange(0, len(NOTHING) - 1)]


def frame_of(data: Any) -> pd.DataFrame:
    """A DataFrame of any shape; its columns hold objects, as nothing else keeps all kinds."""
    rows, columns = (data.ConsumeIntInRange(1, MOST) for _ in range(2))
    levels = data.ConsumeIntInRange(1, 2)
    labels = [tuple(value_of(data) for _ in range(levels)) for _ in range(columns)]
    cells = [[value_of(data) for _ in range(columns)] for _ in range(rows)]
    frame = pd.DataFrame(cells, dtype=object)
    if levels > 1:
        frame.columns = pd.MultiIndex.from_arrays(
            [pd.Index([label[level] for label in labels], dtype=object) for level in range(levels)]
        )
    else:
        frame.columns = pd.Index([str(label[0]) for label in labels], dtype=object)
    if data.ConsumeBool():
        name = data.ConsumeUnicodeNoSurrogates(3) if data.ConsumeBool() else None
        index = [value_of(data) for _ in range(rows)]
        frame.index = pd.Index(index, dtype=object, name=name)
    return frame


def check_frame(frame: pd.DataFrame, folder: Path) -> None:
    """Let a table be made of it, and look at that."""
    flat = flatten(frame, index=has_meaning(frame.index))
    table = Table.create(folder, options=AS_WRITTEN, durable=False)
    try:
        for piece in write_frame(frame):
            table.feed_bytes(piece)
        table.finish_input()
        cells = table.rows(0, EVERYTHING, 0, EVERYTHING, EVERYTHING).cells
        assert (len(cells), table.facts.columns) == flat.shape, (cells, flat.shape)
        for row, values in zip(cells, flat.itertuples(index=False, name=None), strict=True):
            for cell, value in zip(row, values, strict=True):
                if isinstance(value, str):
                    assert cell == value
                assert not is_nothing(value) or cell == ""
        check_appended(flat, cells)
        check_filters(table, flat)
    finally:
        table.close()


def check_appended(flat: pd.DataFrame, cells: list[list[str]]) -> None:
    """The same frame appended has the same cells."""
    bare = Header(None, flat.shape[1])
    state = TableState(id="t", name="t", columns=flat.shape[1])
    assert read_rows(flat, bare, state, index=False) == cells


def check_filters(table: Table, flat: pd.DataFrame) -> None:
    """A value finds the row that it is from."""
    header = Header(None, flat.shape[1])
    snapshot = snapshot_at(table.moment())
    for number, value in enumerate(flat.iloc[:, 0]):
        try:
            filters = read_filters([(0, "==", value)], header)
        except BadValue:
            continue
        found = find_rows(snapshot, Query(filters=filters), lambda done: None)
        assert number in found.tolist(), (value, filters)


def test_one_input(data: bytes) -> None:
    """What the fuzzer calls."""
    try:
        frame = frame_of(atheris.FuzzedDataProvider(data))
    except ValueError:  # pandas makes no levels of some values that are equal
        return
    with tempfile.TemporaryDirectory() as folder:
        check_frame(frame, Path(folder, "table"))


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()
