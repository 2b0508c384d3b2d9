"""How a table is read, as a notebook sees and changes it; DataFrames in and out."""

import math
import warnings

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from relay_fixture import tsv, wait_for

from tsvshare_widget.errors import BadValue, Forbidden, TimedOut
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import Dialect, LineCount, LineStats, MissingIn, ReadOptions
from tsvshare_widget.widget.convert.reading import LinesOfKind, describe_reading, to_read_options

MESSY = b'# made by hand\nid,note\n1,"a, b"\n2\n\n3,x,y\n' + b"4,z\n" * 20
"""A comment, a header, a quoted cell, a short row, a blank one, a long one, twenty usual ones."""


# --- what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, ReadOptions()),
        ({"header": None, "comments": None}, ReadOptions()),
        ({"header": True, "skip": 0}, ReadOptions(header=True, skip=0)),
        ({"header": 3}, ReadOptions(header=True, header_line=3)),
        ({"comments": "#"}, ReadOptions(comments=("#",))),
        ({"comments": ["#", "!"]}, ReadOptions(comments=("#", "!"))),
        ({"comments": False}, ReadOptions(comments=False)),
        (
            {"quoting": "backslash", "delimiter": ";"},
            ReadOptions(quoting="backslash", delimiter=";"),
        ),
        ({"delimiter": "tab"}, ReadOptions(delimiter="\t")),
        ({"delimiter": "Comma"}, ReadOptions(delimiter=",")),
        ({"delimiter": "\t"}, ReadOptions(delimiter="\t")),
        ({"encoding": "latin-1"}, ReadOptions(encoding="latin-1")),
        ({"names": ["a", "b"], "header": False}, ReadOptions(names=("a", "b"), header=False)),
        ({"missing": ["-", "none given"]}, ReadOptions(missing=("-", "none given"))),
        ({"missing": "-"}, ReadOptions(missing=("-",))),
        ({"missing": -9}, ReadOptions(missing=("-9",))),
        ({"missing": []}, ReadOptions(missing=())),
        (
            {"missing": {"age": [-9, np.int64(99)], np.int64(2): "x", "c": []}},
            ReadOptions(
                missing_in=(
                    MissingIn(column="age", words=("-9", "99")),
                    MissingIn(column=2, words=("x",)),
                    MissingIn(column="c", words=()),
                )
            ),
        ),
        (
            {"missing": {None: ["-"], "a": ["x"]}},
            ReadOptions(missing=("-",), missing_in=(MissingIn(column="a", words=("x",)),)),
        ),
        ({"types": ["auto", "text"]}, ReadOptions(types=("auto", "text"))),
    ],
)
def test_read_options_are_sent_as_given(options, sent):
    assert to_read_options(options) == sent


@pytest.mark.parametrize(
    "options",
    [
        {"quoting": "double"},
        {"delimiter": 3},
        {"skip": "x"},
        {"header": "yes"},
        {"comments": 1},
        {"missing": {1.5: ["x"]}},
        {"types": ["zip"]},
    ],
)
def test_what_is_no_read_option_is_named(options):
    with pytest.raises(BadValue, match=next(iter(options))):
        to_read_options(options)


def test_what_nobody_knows_is_refused(share):
    with pytest.raises(TypeError, match="colour="):
        share(b"a\n", colour="red")
    widget = share(b"a\n")
    with pytest.raises(TypeError, match="colour="):
        widget.reread(colour="red")


# --- the report --------------------------------------------------------------------------------


def test_a_report_says_how_and_why():
    table = TableState(
        id="t1",
        name="genes.csv",
        rows=12_012,
        columns=3,
        status="complete",
        dialect=Dialect(
            delimiter=",",
            compression="gzip",
            header_line=3,
            comments=("#", "!"),
            notes={"delimiter": "every row has 2 commas", "line_ends": "LF only"},
        ),
        options=ReadOptions(header=True),
        line_stats=LineStats(
            short=LineCount(1, (7,)), long=LineCount(9, (8, 9, 10, 11, 1200)), undecodable=4
        ),
    )
    reading = describe_reading(table)
    assert (reading.delimiter, reading.header_line, reading.short.lines) == (",", 3, [7])
    assert repr(reading).splitlines() == [
        "how 'genes.csv' was read",
        "  format         none",
        "  delimiter      comma",
        "  quoting        as Excel writes: cells in double quotes",
        "  encoding       utf-8",
        "  line ends      LF",
        "  compression    gzip",
        "  header         line 3",
        "  comments       lines that start with # !",
        "  missing        among numbers and dates: NA N/A #N/A #NA #N/A N/A <NA> NaN -NaN NaT null "
        "(null) #NULL! None nil . - -- ? \\N 1.#IND ...",
        "  rows           12,012 of up to 3 cells",
        "  short rows     1 (line 7)",
        "  long rows      9 (lines 8, 9, 10, 11, 1,200, ...)",
        "  blank lines    none",
        "  comment lines  none",
        "  undecodable    4 bytes",
        "  told           header=True",
        "why",
        "  delimiter      every row has 2 commas",
        "  line ends      LF only",
    ]


def test_names_of_a_format_are_said_to_be_such():
    def said(**dialect):
        return repr(describe_reading(TableState(id="t", name="x.bed", dialect=Dialect(**dialect))))

    named = {"header": False, "names": ("chrom", "start")}
    assert "header         none; the columns are named by BED" in said(**named, format="BED")
    assert "header         none; the columns are named by whoever told" in said(**named)
    assert "header         line 3, a comment" in said(**named, header_line=3)
    assert "delimiter      '~'" in said(delimiter="~")


# --- in a notebook -----------------------------------------------------------------------------


def test_the_reading_of_a_messy_file(share):
    reading = share(MESSY, name="messy.csv").reading
    assert (reading.delimiter, reading.quoting, reading.header) == (",", "excel", True)
    assert (reading.header_line, reading.rows) == (2, 24)
    assert (reading.short, reading.long) == (LinesOfKind(1, [4]), LinesOfKind(1, [6]))
    assert (reading.blank, reading.comment_lines) == (LinesOfKind(1, [5]), LinesOfKind(1, [1]))
    assert reading.notes
    assert share().reading is None


def test_lines_of_the_file(share):
    widget = share(MESSY)
    assert widget.rows[:4] == [["1", "a, b"], ["2"], [""], ["3", "x", "y"]]
    assert widget.lines == [*range(3, 27)]
    assert share().lines == []


@pytest.mark.parametrize("embedded", [True, False])
def test_read_options_can_be_given_when_opening(share, tmp_path, embedded):
    path = tmp_path / "messy.csv"
    path.write_bytes(MESSY)
    options = {"relay": None} if embedded else {}
    widget = share(path, delimiter="\t", header=False, comments=False, **options)
    assert widget.rows[0] == ["# made by hand"]
    assert widget.reading.told == {"delimiter": "\t", "header": False, "comments": False}
    widget.upload(path, header=3, comments="#")
    assert (widget.columns, widget.reading.header_line) == (["1", "a, b"], 3)
    widget.upload("é;ü\n".encode("latin-1"), encoding="latin-1", delimiter=";", header=False)
    assert widget.rows == [["é", "ü"]]


def test_reading_anew_is_for_everyone(share):
    widget = share(tsv(250), header=True)
    other = share(widget.url)
    widget.page = 3
    heard = []
    other.observe(lambda change: heard.append(change.new), "n_rows")
    widget.reread(header=False)
    assert (widget.n_rows, widget.page, widget.columns) == (251, 3, [])
    assert ["r200c0", "r200c1"] in widget.rows
    wait_for(lambda: heard and heard[-1] == 251)
    assert other.reading == widget.reading
    assert other.rows == widget.rows
    widget.reread()
    assert (widget.n_rows, widget.reading.told) == (250, {})
    assert widget.columns == ["name0", "name1"]


def test_a_reading_that_is_refused_changes_nothing(share):
    widget = share(tsv(10))
    before = widget.reading
    with pytest.raises(BadValue, match="klingon"):
        widget.reread(encoding="klingon")
    assert widget.reading == before
    assert str(widget.status) == "live"
    with pytest.raises(Forbidden):
        share(widget.view_url).reread(header=False)


def test_a_table_that_comes_in_is_waited_for(share, slow_upload):
    widget = share()
    upload = slow_upload(widget)
    upload.send(tsv(10))
    wait_for(lambda: widget.n_rows)
    with pytest.raises(TimedOut):
        widget.reread(header=False, timeout=0.1)
    assert upload.end().status == 200
    widget.reread(header=False)
    assert widget.n_rows == 11


def test_a_wide_header_is_fetched_again_for_another_reading(share):
    widget = share(tsv(2, columns=1500), header=True)
    assert widget.columns[1499] == "name1499"
    widget.reread(header=2)
    assert widget.columns[1499] == "r0c1499"


def test_a_screen_can_have_it_read_anew(share, screens):
    widget = share(tsv(10), header=True)
    screen, table = screens[0], widget._snapshot.table_id
    screen.send(type="op", id="v1:1", table=table, set={"reading": {"header": False}})
    assert screen.answer("v1:1")["type"] == "ack"
    assert widget.n_rows == 11
    wait_for(lambda: widget._page["lines"][0] == 1)


# --- DataFrames --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"quoting": "none"}, {"header": False}, {"delimiter": "\t"}, {"comments": False}],
    ids=str,
)
def test_frames_hold_what_shows(share, options):
    widget = share(MESSY, **options)
    frame = widget.to_pandas(dtype=str)
    rows = [[cell for cell in row if not pd.isna(cell)] for row in frame.itertuples(index=False)]
    assert rows == widget.rows
    assert widget.view_df.equals(widget.df)
    assert len(widget.df) == widget.n_rows


SOME = st.text(st.sampled_from('ab"\t\n\r ,;#é'), max_size=4)
TEXT = st.tuples(SOME, st.sampled_from("abé"), SOME).map("".join)

FRAMES = st.integers(1, 8).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "whole": st.lists(st.integers(-(2**63), 2**63 - 1), min_size=n, max_size=n),
            "float": st.lists(
                st.floats(allow_nan=False, allow_infinity=False), min_size=n, max_size=n
            ),
            'na"me\t': st.lists(TEXT, min_size=n, max_size=n),
        }
    )
)


@pytest.mark.slow
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(columns=FRAMES)
def test_dataframes_go_round(share, columns):
    frame = pd.DataFrame(columns)
    widget = share()
    widget.upload(frame, progress=False)
    pd.testing.assert_frame_equal(widget.df, frame, check_exact=True)
    widget.close()


def test_missing_values_of_a_dataframe_come_back_as_nan(share):
    frame = pd.DataFrame({"x": [1.5, None, np.nan], "y": ["a", None, ""], "z": [1, 2, 3]})
    widget = share(frame)
    assert widget.rows == [["1.5", "a", "1"], ["", "", "2"], ["", "", "3"]]
    back = widget.df
    assert [math.isnan(value) for value in back["x"]] == [False, True, True]
    assert back["y"].isna().tolist() == [False, True, True]
    assert msgspec.json.decode(back["z"].to_json(orient="values")) == [1, 2, 3]


def test_what_is_asked_goes_with_the_names_and_what_does_not_is_said(share):
    widget = share(b"a,b\tc\n1,2\t3\n4,5\t6\n7,8\t9\n", delimiter="\t", header=True)
    widget.filters, widget.sort, widget.search = [("c", ">", 5)], [("c", "desc")], "7"
    with pytest.warns(UserWarning, match=r"not asked any more.*: c > 5, sorted by c \(down\)$"):
        widget.reread(delimiter=",", header=True)
    assert (widget.filters, widget.sort, widget.search) == ([], [], "7")
    assert widget.n_rows == 1
    widget.search, widget.sort = None, ["a"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        widget.reread(delimiter=",", header=False)
    assert (widget.sort, widget.n_rows) == ([(0, "asc")], 4)
