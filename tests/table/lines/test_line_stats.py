"""What the lines of a table are like, counted over all of it."""

from __future__ import annotations

from collections.abc import Callable

from tsvshare_widget.read_options import LineCount, ReadOptions
from tsvshare_widget.table import Table


def test_line_stats(make_table: Callable[..., Table]) -> None:
    rows = [b"# c", b"a\tb\tc", b"1\t2", b"", b"1\t2\t3\t4", b"#\tx", b"1\t2\t3", b"\t", b"1"]
    table = make_table(b"\n".join(rows) + b"\n\n\n", ReadOptions(comments=("#",), quoting="none"))
    line_stats = table.facts.line_stats
    assert line_stats.rows == table.facts.rows == 8
    assert line_stats.width == 3
    assert line_stats.short == LineCount(3, (3, 8, 9))
    assert line_stats.long == LineCount(1, (5,))
    assert line_stats.blank == LineCount(3, (4, 10, 11))
    assert line_stats.comments == LineCount(2, (1, 6))
    assert table.line_numbers(0, 9) == [3, 4, 5, 7, 8, 9, 10, 11]
    assert [table.row_at_line(line) for line in range(1, 13)] == [
        0,
        0,
        0,
        1,
        2,
        2,
        3,
        4,
        5,
        6,
        7,
        7,
    ]
    assert table.facts.columns == 4


def test_only_the_first_lines_are_named(make_table: Callable[..., Table]) -> None:
    table = make_table(b"a\tb\n" + b"1\n" * 100_000)
    assert table.facts.line_stats.short == LineCount(100_000, (2, 3, 4, 5, 6))
