"""Line ends with several CRs, however the bytes come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.lines.syntax import MOST_CRS


@pytest.mark.parametrize("chunk", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"a\tb\r\r\n1\t2\r\r\n\r\r\n3\t4\r\r\n", NO_OPTIONS),
        (b"a\tb\r\r\r\n1\t2\n\n3\t4\r\n", NO_OPTIONS),
        (b"a\tb\r\r\n1\t2\r\r\n\r\n3\t4\r\r\n", ReadOptions(line_ends="mixed")),
        (b"a\tb\r1\t2\r\r\n\r\r\n3\t4\r", ReadOptions(line_ends="mixed")),
        (b'"a"\t"b"\r\r\n"1"\t"2"\r\r\n\r\n"3"\t"4"\r\r\n', NO_OPTIONS),
        (b"a\tb" + b"\r" * MOST_CRS + b"\n1\t2\r\n\r\r\r\n3\t4\n", NO_OPTIONS),
    ],
)
def test_an_lf_takes_the_crs_before_it(
    make_table: Callable[..., Table], data: bytes, options: ReadOptions, chunk: int
) -> None:
    table = make_table(data, options, chunk=chunk)
    assert table.names(0, 9) == ["a", "b"]
    assert table.rows(0, 9, 0, 9).cells == [["1", "2"], [""], ["3", "4"]]
    assert table.facts.line_stats.blank.lines == (3,)
    assert table.line_numbers(0, 9) == [2, 3, 4]


def test_cells_of_such_rows_one_by_one(make_table: Callable[..., Table]) -> None:
    table = make_table(b'a\tb\r\r\n1\t"x\r\r\ny"\r\r\n2\tz\r\n3\tw\r\r\r\n')
    assert [table.cell(row, 1, 99).text for row in range(3)] == ["x\r\r\ny", "z", "w"]
    table.append_bytes(b"4\tv\r\r\n")
    assert table.rows(3, 1, 0, 9).cells == [["4", "v"]]


def test_crs_that_no_lf_takes_are_of_the_cell(make_table: Callable[..., Table]) -> None:
    table = make_table(b"a\tb\n1\t\rx\r\n2\t" + b"\r" * (MOST_CRS + 1) + b"\n")
    assert table.rows(0, 9, 0, 9).cells == [["1", "\rx"], ["2", "\r"]]
