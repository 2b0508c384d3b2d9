"""What cells and DataFrames come out of the widget, and go in."""

import warnings

import pandas as pd
import pytest
from relay_fixture import tsv

from tsvshare_widget.widget.convert.frames import to_frame


def test_wide_tables(share):
    widget = share(tsv(3, columns=1500))
    with pytest.warns(UserWarning, match=r"first 1,000 of 1,500 columns"):
        rows = widget.rows
    assert [len(row) for row in rows] == [1000] * 3
    assert rows[2][999] == "r2c999"
    assert widget.columns == [f"name{c}" for c in range(1500)]
    assert widget.df.shape == (3, 1500)
    with pytest.warns(UserWarning, match="first 1,000"):
        assert widget.page_df.shape == (3, 1000)


def test_long_cells_are_cut_on_the_page_and_whole_in_the_frame(share):
    widget = share(b"a\tb\n" + b"x" * 50_000 + b"\t1\n")
    with pytest.warns(UserWarning, match="1 long cells are cut"):
        assert len(widget.rows[0][0]) < 20_000
    assert len(widget.df["a"][0]) == 50_000


def test_awkward_cells_stay_as_they_are(share):
    data = b'a\tb\tc\n\tb\tc\n007\t\n1\t2\t3\t4\n"x\ny"\tq"q\tNA\n\n'
    widget = share(data, header=True, quoting="excel")
    rows = [["", "b", "c"], ["007", ""], ["1", "2", "3", "4"], ["x\ny", 'q"q', "NA"], [""]]
    assert widget.rows == rows
    frame = widget.to_pandas(dtype=str)
    assert list(frame.columns) == ["a", "b", "c", "(4)"]
    assert len(frame) == len(widget.df) == 5
    for i, row in enumerate(rows):
        assert frame.iloc[i].tolist()[: len(row)] == row
        assert frame.iloc[i, len(row) :].isna().all()
    assert widget.page_df.equals(widget.df)


def test_a_dataframe_goes_round(share):
    frame = pd.DataFrame(
        {"gene": ["TP53", 'say "hi"', "two\nlines", "tab\there"], "score": [0.5, None, 1e300, -3]}
    )
    widget = share(frame)
    pd.testing.assert_frame_equal(widget.df, frame)
    assert "'dataframe.tsv'" in repr(widget)


def test_a_page_as_a_frame_is_a_part_of_the_whole(share):
    widget = share(tsv(250))
    widget.page = 3
    pd.testing.assert_frame_equal(widget.page_df, widget.df.iloc[200:], check_index_type=False)


def test_reading_gives_no_warning_where_nothing_is_cut(share):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert share(tsv(3, columns=150)).rows[0][149] == "r0c149"
    assert caught == []


FILES = {
    "plain": b"a\tb\n007\tx\n\tNA\n1.5\n",
    "no header": b"1\t2\n3\t4\n",
    "blank lines": b"a\tb\n1\t2\n\n3\t4\n\n",
    "no end": b"a\tb\n1\t2",
    "long rows": b"a\tb\n1\t2\t3\n4\n",
    "quotes": b'a\tb\n"1\t2"\t3\n5\'10"\t6\n',
    "crlf": b"a\tb\r\n1\t2\r\n",
    "comments": b"#c\na\tb\n1\t2\n#d\n3\t4\n",
    "other encoding": "a\tb\n\xe9\t2\n".encode("latin-1"),
    "mark": b"\xef\xbb\xbfa\tb\n1\t2\n",
    "commas": b"a,b\n1,2\n3,4\n",
    "one column": b"a\n1\n\n2\n",
    "only a header": b"a\tb\n",
    "nothing": b"",
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_the_whole_table_is_what_its_cells_are(share, data):
    widget = share(data)
    rows, names = widget.rows, widget.columns or None
    total = widget._snapshot.state.table.columns
    expected = to_frame(rows, names, total, dtype=None)
    pd.testing.assert_frame_equal(widget.df, expected, check_index_type=False)
    verbatim = to_frame(rows, names, total, dtype=str)
    pd.testing.assert_frame_equal(
        widget.to_pandas(dtype=str), verbatim, check_index_type=False, check_column_type=False
    )
