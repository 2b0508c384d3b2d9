"""Tables of other libraries, lists, dictionaries and iterators, in a document and out of it."""

import contextlib
import datetime
import sys
import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest
from patience import PATIENCE
from relay_fixture import wait_for
from web_fixture import serving

import tsvshare_widget
from tsvshare_widget.errors import BadTable, BadValue, NotFound
from tsvshare_widget.sources.libraries import load
from tsvshare_widget.sources.recognise import read_table
from tsvshare_widget.widget.convert.libraries import to_polars


def test_a_library_that_is_not_installed_is_named_with_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadValue, match='needs pyarrow: pip install "tsvshare-widget'):
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
    widget.upload(source.to_batches()[0])
    assert widget.wait(PATIENCE).rows == ROWS


def test_polars_and_duckdb(share):
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(table())
    widget = share(frame)
    assert widget.rows == ROWS
    assert widget.to_polars(dtype=str)["id"].to_list()[0] == "007"
    lazy = frame.lazy().filter(polars.col("n") > 1)
    assert share(lazy).rows == ROWS[2:]
    with pytest.raises(BadValue, match=r"cannot be collected: .*nothing"):
        widget.upload(frame.lazy().select("nothing"))
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        assert share(connection.sql("select 1 as a, 'x' as b")).rows == [["1", "x"]]


def test_the_view_goes_out_too(share):
    pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    widget = share([["a", "a"], [1, 2], [3, 4]], header=True)
    widget.filters = [(0, ">", 1)]
    assert widget.to_arrow(view=True).columns[1].to_pylist() == [4]
    assert widget.to_polars(view=True).to_dict(as_series=False) == {"a": [3], "a (2)": [4]}
    with tsvshare_widget.connect(widget.url) as other:
        assert other.to_arrow(view=True).num_rows == 1
        assert other.to_polars().height == 2
    widget.upload({"a": [1, 2]})
    assert polars.DataFrame(widget).height == 2


def test_polars_needs_no_pyarrow(share, monkeypatch):
    polars = pytest.importorskip("polars")
    columns = {"a": ["x", None], "n": [1, 2], "h": [None, 0.5], "t": [True, False]}
    of_pandas = pd.DataFrame(columns, dtype=object).astype({"n": int, "h": float, "t": bool})
    for name in ("pyarrow", "nanoarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    frame = polars.DataFrame(columns)
    widget = share(frame)
    rows = [["x", "1", "", "True"], ["", "2", "0.5", "False"]]
    assert widget.rows == rows
    widget.upload(frame.lazy())
    assert widget.rows == rows
    assert to_polars(of_pandas).rows() == [("x", 1, None, True), (None, 2, 0.5, False)]


def test_nanoarrow_reads_streams_where_pyarrow_is_not_there(monkeypatch):
    nanoarrow = pytest.importorskip("nanoarrow")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    kind = nanoarrow.struct({"a": nanoarrow.int64()})
    column = nanoarrow.c_array([1, None], nanoarrow.int64())
    found = read_table(nanoarrow.c_array_from_buffers(kind, 2, [None], children=[column]))
    assert (found.names, [*found.batches]) == (["a"], [[["1"], [""]]])
    with pytest.raises(BadValue, match="is no table of columns"):
        read_table(nanoarrow.Array([1], nanoarrow.int64()))


def test_without_any_reader_it_is_said_what_to_install(monkeypatch):
    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            raise AssertionError

    for name in ("pyarrow", "nanoarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadValue, match=r"opening a Stream needs pyarrow: pip .*nanoarrow"):
        read_table(Stream())


@pytest.mark.filterwarnings("ignore:.*[Ii]nterchange")
def test_the_interchange_protocol():
    pytest.importorskip("pandas.api.interchange")

    day = pd.to_datetime(["2026-01-02", None])
    frame: Any = pd.DataFrame({"a": [1, 2], "s": ["x", None], "h": [0.5, np.nan], "d": day})

    class Other:
        def __dataframe__(self, *_, **__):
            return frame.__dataframe__()

    found = read_table(Other())
    rows = [["1", "x", "0.5", "2026-01-02 00:00:00"], ["2", "", "", ""]]
    assert (found.names, [*found.batches]) == (["a", "s", "h", "d"], [rows])


def test_a_stream_that_ends_early_leaves_the_document_as_it_was(share):
    pyarrow = pytest.importorskip("pyarrow")
    schema = pyarrow.schema([("a", pyarrow.int64())])

    def batches():
        yield pyarrow.record_batch([pyarrow.array([1])], schema=schema)
        raise OSError("the disk went away")

    widget = share(b"b\n2\n")
    with pytest.raises(BadTable, match="ended early"):
        widget.upload(pyarrow.RecordBatchReader.from_batches(schema, batches()))
    assert (widget.columns, widget.rows) == (["b"], [["2"]])


# --- lists, dictionaries, arrays ---------------------------------------------------------------


def test_lists_dictionaries_and_arrays(share):
    day = datetime.date(2026, 1, 2)
    widget = share([{"gene": "TP53", "day": day}, {"gene": "007"}])
    assert (widget.columns, widget.rows) == (["gene", "day"], [["TP53", "2026-01-02"], ["007", ""]])
    for source, columns, rows in (
        ([["gene", "score"], ["TP53", 0.5]], ["gene", "score"], [["TP53", "0.5"]]),
        ([[1, 2], [3, 4]], [], [["1", "2"], ["3", "4"]]),
        ({"a": [1, None]}, ["a"], [["1"], [""]]),
        (np.array([[1.5, 2]]), [], [["1.5", "2.0"]]),
    ):
        widget.upload(source)
        assert (widget.columns, widget.rows) == (columns, rows)
    widget.upload(np.array([[1.5, 2]]), names=["x", "y"])
    assert widget.columns == ["x", "y"]
    for bad in ([], {"a": [1], "b": []}, np.zeros((1, 1, 1)), [["a"], 3]):
        with pytest.raises(BadValue):
            widget.upload(bad)
    assert widget.wait(PATIENCE).columns == ["x", "y"]


def test_tables_of_all_kinds_are_appended(share):
    widget = share(b"id\tn\n", header=True)
    widget.append({"n": range(2), "id": ["a", "b"]})
    widget.append(np.array([[7, 8]]))
    widget.append(np.array([(9, "c")], dtype=[("n", int), ("id", "U1")]))
    widget.append([np.array(["d", 1])])
    rows = [["a", "0"], ["b", "1"], ["7", "8"], ["c", "9"], ["d", "1"]]
    assert widget.wait(PATIENCE).rows == rows
    with pytest.raises(BadValue, match="it lacks 'n'; not in the table: 'm'"):
        widget.append(np.array([(9, "c")], dtype=[("m", int), ("id", "U1")]))
    items = [["e", 1], {"n": 2}, "f\t3\n", b"g\t4\n", pd.DataFrame({"n": [5], "id": ["h"]})]
    widget.append(iter(items))
    rows += [["e", "1"], ["", "2"], ["f", "3"], ["g", "4"], ["h", "5"]]
    assert widget.wait(PATIENCE).rows == rows


def test_tables_of_other_libraries_are_appended_by_the_names_of_their_columns(share):
    source = table()
    widget = share(source.slice(0, 0))
    widget.append(source.select(["n", "id"]))
    assert widget.wait(PATIENCE).rows == ROWS
    with pytest.raises(BadValue, match="it lacks 'n'"):
        widget.append(source.select(["id"]))


# --- iterators ---------------------------------------------------------------------------------


def steps(*rows):
    """A generator that yields each row when it is told to, and the events of this."""
    allowed, closed = threading.Semaphore(1), threading.Event()

    def items():
        with contextlib.ExitStack() as stack:
            stack.callback(closed.set)
            for row in rows:
                allowed.acquire()
                yield row
            allowed.acquire()

    return items(), allowed, closed


def test_rows_of_an_iterator_show_as_they_come(share):
    items, allowed, closed = steps({"a": 1}, {"a": 2})
    widget = share(items)
    wait_for(lambda: widget.n_total == 1)
    assert widget.rows == [["1"]]
    allowed.release()
    wait_for(lambda: widget.n_total == 2)
    allowed.release()
    assert widget.wait(PATIENCE).rows == [["1"], ["2"]]
    assert widget.status.table == "complete"
    wait_for(closed.is_set)


def test_an_iterator_ends_with_the_widget(share):
    items, allowed, closed = steps({"a": 1}, {"a": 2}, {"a": 3})
    widget = share(items)
    other = share(widget.url)
    wait_for(lambda: other.n_total == 1)
    assert other.rows == [["1"]]
    widget.close()
    wait_for(lambda: other.status.table == "complete")
    allowed.release()
    wait_for(closed.is_set)
    assert other.rows == [["1"]]


def test_an_iterator_that_fails_is_said_and_what_came_stays(share):
    go_on = threading.Event()

    def items():
        yield [1]
        yield [2]
        go_on.wait()
        raise OSError("the instrument was switched off")

    widget = share(items())
    wait_for(lambda: widget.n_total == 2)
    go_on.set()
    with pytest.raises(OSError, match="switched off"):
        widget.wait(PATIENCE)
    assert widget.wait(PATIENCE).rows == [["1"], ["2"]]


def test_an_iterator_without_rows_leaves_the_document_as_it_was(share):
    widget = share(b"a\n1\n")
    with pytest.raises(BadValue, match="without a row"):
        widget.upload(iter([]))
    assert widget.wait(PATIENCE).columns == ["a"]
    with pytest.raises(BadValue, match="without a row"):
        share(iter([])).wait(PATIENCE)
    widget.upload(x for x in [["b", "c"], [1, 2]])
    assert widget.wait(PATIENCE).rows == [["1", "2"]]


# --- files on the web --------------------------------------------------------------------------


def test_a_file_on_the_web_becomes_the_table_and_a_page_leaves_it_as_it_was(share):
    with serving() as web:
        widget = share(b"a\n1\n")
        widget.upload(web.add("/genes.tsv", b"gene\tn\nTP53\t1\n"))
        assert (widget.columns, widget.reading.name) == (["gene", "n"], "genes.tsv")
        cut = web.add("/cut.tsv", b"b\n2\n" * 500_000, Content_Length="9000000")
        for url, error in (
            (f"{web.url}/nothing.tsv", NotFound),
            (web.add("/page", b"<!doctype html>"), BadTable),
            (cut, BadTable),
        ):
            with pytest.raises(error):
                widget.upload(url)
            assert widget.wait(PATIENCE).columns == ["gene", "n"]
        assert share(web.add("/other.tsv", b"x\n1\n"), relay=widget._document.base).columns == ["x"]
