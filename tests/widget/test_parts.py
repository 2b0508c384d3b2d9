"""The parts of the widget that need no relay."""

import io
import math
import re
import threading
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tsvshare_widget.client import Snapshot
from tsvshare_widget.errors import BadValue, Forbidden, NoSuchPage, Unavailable
from tsvshare_widget.protocol import (
    Columns,
    DocumentState,
    Page,
    Position,
    Problem,
    TableState,
    ViewState,
)
from tsvshare_widget.table.export.tsv import write_rows
from tsvshare_widget.widget.comm.front_end import Rate, release_subshell
from tsvshare_widget.widget.convert.frames import read_text, to_frame
from tsvshare_widget.widget.convert.header import Header
from tsvshare_widget.widget.convert.reading import read_options
from tsvshare_widget.widget.convert.sources import is_link, recognise, write_frame
from tsvshare_widget.widget.convert.static_html import render
from tsvshare_widget.widget.live.observers import NewestOnly
from tsvshare_widget.widget.live.pending import Wish, check_number, check_right, is_due
from tsvshare_widget.widget.traits import describe

# --- sources -----------------------------------------------------------------------------------


def found(source, **options: Any):
    return recognise(source, name=options.pop("name", None), options=read_options(options))  # type: ignore[arg-type]


def test_names_come_from_the_source(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_bytes(b"a\tb\n")
    assert found(path).name == found(str(path)).name == "genes.tsv"
    assert found(path).path == path
    assert found(b"a\n").name == found(io.BytesIO(b"a\n")).name == "table.tsv"
    with path.open("rb") as file:
        assert found(file).name == "genes.tsv"
    assert found(path, name="mine.tsv").name == "mine.tsv"


def test_a_path_that_cannot_be_read_is_said_at_once(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.tsv"):
        found(tmp_path / "missing.tsv")
    with pytest.raises(IsADirectoryError):
        found(tmp_path)


@pytest.mark.parametrize("source", [3, ["a"], object()])
def test_what_is_no_table_is_named(source):
    with pytest.raises(TypeError, match=f"cannot open a {type(source).__name__}"):
        found(source)


def test_only_text_with_a_scheme_is_a_link():
    assert is_link("https://h/d/u")
    assert not is_link("genes.tsv")
    assert not is_link(b"https://h/d/u")


FRAME = pd.DataFrame(
    {
        "gene": ["TP53", 'say "hi"', None, "tab\there"],
        "score": [0.5, math.nan, 1e300, -3.0],
        "count": [1, 2, 3, 4],
        "when": pd.to_datetime(["2026-01-01 00:00", "2026-01-02 03:04", None, "2026-01-03 00:00"]),
        "note": ["", "two\nlines", "é", "007"],
    }
)


@pytest.mark.parametrize(
    "frame",
    [
        FRAME,
        FRAME.head(0),
        pd.DataFrame(),
        pd.DataFrame({"only": []}),
        pd.DataFrame({"x": np.arange(60_001), "y": "a"}),
    ],
    ids=["mixed", "no rows", "nothing", "one column", "long"],
)
def test_a_dataframe_becomes_text_by_pandas_own_rules(frame):
    expected = frame.to_csv(sep="\t", index=False, lineterminator="\n").encode()
    assert b"".join(write_frame(frame)) == expected


def test_a_dataframe_is_read_as_it_was_written():
    options = found(FRAME, header=False).options
    assert (options.header, options.quoting, options.comments) == (True, "excel", False)
    assert (options.delimiter, options.encoding) == ("\t", "utf-8")


# --- wishes ------------------------------------------------------------------------------------


def known(*, n_pages=3, status="complete", role="edit", **changes):
    table = TableState(id="t1", name="t.tsv", rows=n_pages * 100, status=status)
    view = ViewState(n_pages=n_pages, n_rows=n_pages * 100)
    fields = {
        "status": "live",
        "position": Position("e", 1),
        "role": role,
        "state": DocumentState(table=table, view=view),
    }
    return Snapshot(**fields | changes)


def due(name, value, snapshot, *, is_opening=False, is_moving=False):
    return is_due(Wish(name, value), snapshot, is_opening=is_opening, is_moving=is_moving)


@pytest.mark.parametrize("value", ["3", 2.0, None, True, 0, -2, [1]])
def test_nonsense_is_refused_as_a_page(value):
    with pytest.raises(BadValue):
        check_number("page", value)


@pytest.mark.parametrize("value", [0, -1, 1001, "10"])
def test_nonsense_is_refused_as_a_page_size(value):
    with pytest.raises(BadValue):
        check_number("page_size", value)


def test_whole_numbers_of_any_kind_are_pages():
    assert check_number("page", np.int64(7)) == 7
    assert check_number("page", -1) == -1
    assert type(check_number("page_size", np.uint8(7))) is int


def test_a_page_that_is_there_is_turned_to_and_one_that_is_not_is_refused():
    assert due("page", 3, known())
    assert due("page", -1, known())
    with pytest.raises(NoSuchPage, match="pages 1 to 3"):
        due("page", 4, known())


def test_a_page_that_may_still_come_is_waited_for():
    assert not due("page", 4, known(status="receiving"))
    assert due("page", 2, known(status="receiving"))
    empty = known(state=DocumentState())
    assert not due("page", 4, empty, is_opening=True)
    assert not due("page_size", 10, empty, is_opening=True)
    with pytest.raises(NoSuchPage, match="page 1"):
        due("page", 4, empty)


def test_a_page_is_counted_in_the_page_size_set_before():
    assert not due("page", 50, known(), is_moving=True)


def test_nothing_is_sent_before_the_document_is_known():
    assert not due("page", 4, Snapshot())


def test_who_may_not_change_anything_hears_so_at_once():
    check_right(known())
    check_right(Snapshot())
    with pytest.raises(Forbidden, match="look-only"):
        check_right(known(role="look"))
    with pytest.raises(Unavailable, match="closed"):
        check_right(Snapshot(status="closed"))


# --- what people are told ----------------------------------------------------------------------


def test_the_status_reads_as_a_sentence():
    assert str(describe(Snapshot())) == "connecting: no table yet"
    assert str(describe(known())) == "live"
    assert str(describe(known(status="receiving"))) == "live: table receiving"
    lost = known(status="complete")
    stale = Snapshot(status="stale", since=0.0, state=lost.state, problem=Problem("x", "it broke"))
    assert str(describe(stale)).startswith("stale since ")
    assert str(describe(stale)).endswith(": it broke")
    assert describe(known(), OSError("disk full")).message == "disk full"


def test_observers_get_the_newest_value_and_each_at_most_once():
    heard, may_go, has_begun = [], threading.Event(), threading.Event()

    def hear(value):
        heard.append(value)
        has_begun.set()
        may_go.wait(10)

    newest = NewestOnly(hear)
    newest.offer(1)
    assert has_begun.wait(10)
    for value in (2, 3, 4):
        newest.offer(value)
    newest.close()
    may_go.set()
    newest.join(10)
    assert heard == [1, 4]


class KernelComm:
    """A comm as ipykernel 7.4 makes it."""

    def _reply_subshell_for(self, data, default):
        return "the busy one"


def test_messages_are_handled_where_the_front_end_asks():
    comm = KernelComm()
    release_subshell(comm)
    assert comm._reply_subshell_for({}, "as asked") == "as asked"
    release_subshell(None)


def test_updates_may_come_at_once_but_not_for_long():
    rate = Rate(per_second=20.0, burst=3)
    assert [rate.next(100.0) for _ in range(3)] == [100.0] * 3
    assert rate.next(100.0) == pytest.approx(100.05)
    assert rate.next(100.05) == pytest.approx(100.1)
    assert rate.next(200.0) == 200.0


# --- DataFrames --------------------------------------------------------------------------------


ROWS = [["007", "1"], ["x"], ["", "2", "extra"], [""]]


def test_verbatim_cells_in_a_frame():
    frame = to_frame(ROWS, ["id", "n"], 3, dtype=str, index=range(200, 204))
    assert list(frame.columns) == ["id", "n", "(3)"]
    assert list(frame.index) == [200, 201, 202, 203]
    assert frame["id"].tolist() == ["007", "x", "", ""]
    assert frame["n"].isna().tolist() == [False, True, False, True]
    assert frame["(3)"].isna().tolist() == [True, True, False, True]


def test_inferred_types_in_a_frame():
    frame = to_frame(ROWS, None, 3, dtype=None)
    assert list(frame.columns) == [0, 1, 2]
    assert len(frame) == 4
    assert frame[1].tolist()[:1] == [1.0]
    assert frame[0].isna().tolist() == [False, False, True, True]


def test_names_that_occur_twice_and_frames_without_anything():
    assert list(to_frame([["1", "2"]], ["x", "x"], 2, dtype=None).columns) == ["x", "x"]
    assert to_frame([], None, 0, dtype=None).shape == (0, 0)
    assert to_frame([], ["a"], 1, dtype=None).shape == (0, 1)
    assert to_frame([], ["a"], 1, dtype=str).shape == (0, 1)


CELLS = st.text(st.sampled_from("a\"\t\n\r ,é#'0"), max_size=4)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_no_row_and_no_cell_is_lost_on_the_way_through_pandas(rows):
    total = max(len(row) for row in rows)
    frame = to_frame(rows, None, total, dtype="object")
    verbatim = to_frame(rows, None, total, dtype=str)
    assert frame.shape == verbatim.shape == (len(rows), total)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            assert verbatim.iat[i, j] == cell
            assert frame.iat[i, j] == cell or (cell == "" and pd.isna(cast(Any, frame.iat[i, j])))


ANY_CELLS = st.text(st.sampled_from("a\"\t\n\r ,é#'0\ufeff"), max_size=4)


@given(st.lists(st.lists(ANY_CELLS, min_size=1, max_size=4), max_size=6), st.booleans())
@example([["\ufeff"]], False)
def test_the_text_of_a_view_is_read_as_its_cells_are(rows, with_header):
    total = max([4, *map(len, rows)])
    names = ["a", "b\nc", '"', "\t"] if with_header else None
    header = Header(names, total, "file" if with_header else None)
    lines = [names, *rows] if with_header else rows
    text = io.BytesIO(write_rows(lines, first=True))
    frame = read_text(text, header, dtype=None, skip=int(header.is_line))
    pd.testing.assert_frame_equal(frame, to_frame(rows, names, total, dtype=None))


# --- the static table --------------------------------------------------------------------------


def page(rows, names=None, total=None, **changes):
    width = max([len(row) for row in rows], default=0)
    fields: dict[str, Any] = {
        "table": "t1",
        "page": 2,
        "n_pages": 3,
        "page_size": 100,
        "n_rows": 1204,
    }
    fields |= {"first_row": 100, "rows": rows}
    fields["columns"] = Columns(start=0, total=total or width, names=names)
    return Page(**fields | changes)


def test_the_static_table_holds_the_page_and_says_where_it_is_from():
    html = render(known().state, page([["TP53", "007"], ["BRCA1"]], ["gene", "n"], total=150))
    where = ("<b>t.tsv</b>", "page 2 of 3", "300 rows", "148 more")
    for text in ("TP53", "007", "gene", "101", *where):
        assert text in html


def test_numbers_of_the_static_table_are_aligned_right():
    rows = [["-1.5e3", "007", "1"], ["NA", "x", ""], ["", "8"]]
    html = render(known().state, page(rows, ["a", "b", "c"]))
    cells = re.findall(r"text-align:(left|right)(?:;[^>]*)?\">([^<]*)<", html)
    right = {text for side, text in cells if side == "right"}
    assert right >= {"a", "-1.5e3", "NA", "c", "1"}
    assert not right & {"b", "007", "x", "8"}


def test_nothing_from_a_file_is_markup():
    evil = '<script>alert("1")</script>'
    state = DocumentState(table=TableState(id="t", name=evil))
    html = render(state, page([[evil]], [evil]))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3


def test_long_cells_are_cut_and_no_table_is_said_to_be_none():
    assert len(render(known().state, page([["x" * 100_000]]))) < 3000
    assert "No table yet" in render(DocumentState(), None)
