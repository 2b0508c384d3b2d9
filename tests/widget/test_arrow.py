"""Tables of other libraries, by their Arrow streams; where these are installed."""

import datetime
import sys

import pytest
from patience import PATIENCE

from tsvshare_widget.errors import BadTable, BadValue
from tsvshare_widget.widget.convert.arrow import load, write_cell


def test_values_as_cells():
    day = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    values = [None, "007", 0.1, 10**20, True, b"a\xff", day, [1, None], {"a": day.date()}]
    assert [write_cell(value) for value in values] == [
        *["", "007", "0.1", "100000000000000000000", "True", "a\\xff"],
        *["2026-01-02 03:04:05+00:00", "[1, null]", '{"a": "2026-01-02"}'],
    ]


def test_a_library_that_is_not_installed_is_named_with_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadValue, match="needs pyarrow: pip install pyarrow"):
        load("pyarrow", "opening a Table")


def table():
    pyarrow = pytest.importorskip("pyarrow")
    columns = {"id": ["007", "a\tb", "c\r\nd", None], "n": [1, None, 3, 2**62]}
    return pyarrow.table(columns)


ROWS = [["007", "1"], ["a\tb", ""], ["c\r\nd", "3"], ["", str(2**62)]]


def test_an_arrow_table_comes_in_and_goes_out(share):
    source = table()
    widget = share(source)
    assert (widget.columns, widget.rows) == (["id", "n"], ROWS)
    assert widget.to_arrow(dtype=str).column("id").to_pylist()[:2] == ["007", "a\tb"]
    pyarrow = pytest.importorskip("pyarrow")
    assert pyarrow.table(widget).num_rows == 4
    widget.upload(source.slice(0, 1))
    assert widget.wait(PATIENCE).rows == ROWS[:1]


def test_polars_and_duckdb(share):
    polars = pytest.importorskip("polars")
    widget = share(polars.from_arrow(table()))
    assert widget.rows == ROWS
    assert widget.to_polars(dtype=str)["id"].to_list()[0] == "007"
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        assert share(connection.sql("select 1 as a, 'x' as b")).rows == [["1", "x"]]


def test_a_stream_that_ends_early_leaves_the_document_as_it_was(share):
    pyarrow = pytest.importorskip("pyarrow")
    schema = pyarrow.schema([("a", pyarrow.int64())])

    def batches():
        yield pyarrow.record_batch([pyarrow.array([1])], schema=schema)
        raise OSError("the disk went away")

    widget = share(b"b\n2\n")
    with pytest.raises(BadTable, match="ended early"):
        widget.upload(pyarrow.RecordBatchReader.from_batches(schema, batches()))
    assert widget.wait(PATIENCE).columns == ["b"]
