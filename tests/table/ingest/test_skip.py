"""Lines that are skipped by their number, however far the first row is from the start."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from table_fixture import everything, fill

from tsvshare_widget.read_options import LineCount, ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.dialect.sniff import LARGEST_SAMPLE_BYTES
from tsvshare_widget.table.lines.skipping import LineSkipper

LINES = 60_000
FAR = 50_000


def lines(end: str = "\n", count: int = LINES) -> bytes:
    """A header and rows that tell which line they stand on, from 1."""
    rows = (f"line {n}\tsome text that fills it\t{n}{end}" for n in range(2, count + 1))
    return ("name\ttext\tnumber" + end + "".join(rows)).encode()


def first_line(table: Table) -> list[str]:
    return table.rows(0, 1, 0, 9).cells[0]


def test_as_many_rows_as_lines_are_left(make_table: Callable[..., Table]) -> None:
    data = b"a\tb\n" + b"".join(b"%d\t%d\n" % (n, n) for n in range(200_000))
    table = make_table(data, ReadOptions(skip=50_000))
    assert (table.facts.rows, table.facts.dialect.skip) == (150_001, 50_000)
    assert first_line(table) == ["49999", "49999"]


@pytest.mark.parametrize(
    ("options", "rows", "first", "names"),
    [
        ({"skip": FAR}, LINES - FAR, FAR + 1, None),
        ({"skip": FAR, "header": True}, LINES - FAR - 1, FAR + 2, FAR + 1),
        ({"header_line": FAR + 1}, LINES - FAR - 1, FAR + 2, FAR + 1),
        ({"skip": FAR, "names": ("x",)}, LINES - FAR, FAR + 1, None),
        ({"skip": LINES - 1, "header": False}, 1, LINES, None),
    ],
)
@pytest.mark.parametrize(
    "end", ["\n", *(pytest.param(end, marks=pytest.mark.exhaustive) for end in ("\r\n", "\r"))]
)
def test_far_beyond_the_sample(
    tmp_path: Path,
    options: dict[str, Any],
    rows: int,
    first: int,
    names: int | None,
    end: str,
) -> None:
    data, told = lines(end), ReadOptions(**options)
    assert len(data) > 2 * LARGEST_SAMPLE_BYTES
    whole = fill(tmp_path / "whole", data, told)
    pieces = fill(tmp_path / "pieces", data, told, chunk=65_537)
    packed = fill(tmp_path / "packed", gzip.compress(data, 1), told, chunk=7_919)
    other = fill(tmp_path / "other", data)
    other.reread(told)
    again = Table.open(tmp_path / "pieces")
    for table in (whole, pieces, packed, other, again):
        assert table.facts.rows == rows
        assert first_line(table)[0] == f"line {first}"
        assert table.line_number(0) == first
        assert table.facts.line_stats.comments.count == (names or first) - 1
        assert table.facts.dialect.skip == (names or first) - 1
        assert table.facts.dialect.header_line == names
        assert table.facts.dialect.delimiter == "\t"
        if names:
            assert (table.names(0, 1) or [""])[0] == f"line {names}"
    assert everything(whole) == everything(pieces)
    for table in (whole, pieces, packed, other, again):
        table.close()


def test_what_is_skipped_tells_nothing_of_the_rows(make_table: Callable[..., Table]) -> None:
    """The dialect, and whether there is a header, is found where the table begins."""
    report = b"This line is part, as many are, of a report.\n" * 40_000
    table = b"gene;score\n" + b"".join(b"g%d;%d.5\n" % (n, n) for n in range(10_000))
    found = make_table(report + table, ReadOptions(skip=40_000))
    assert (found.facts.dialect.delimiter, found.facts.dialect.header) == (";", True)
    assert (found.facts.dialect.header_line, found.facts.rows) == (40_001, 10_000)
    assert found.names(0, 9) == ["gene", "score"]


def test_no_row_is_shown_before_the_first_one(tmp_path: Path) -> None:
    data = lines()
    table = Table.create(tmp_path / "t", options=ReadOptions(skip=FAR), durable=False)
    seen = []
    for start in range(0, len(data), 30_011):
        table.feed_bytes(data[start : start + 30_011])
        if table.facts.rows:
            seen.append(first_line(table)[0])
        table.moment()
    assert set(seen) == {f"line {FAR + 1}"}
    table.finish_input()
    assert table.facts.rows == LINES - FAR
    table.close()


@pytest.mark.parametrize("lines_before", [0, 2, 40_000])
def test_more_lines_than_there_are(
    make_table: Callable[..., Table], lines_before: int, tmp_path: Path
) -> None:
    """They are skipped as they come: also those that are appended."""
    data = lines(count=lines_before) if lines_before else b""
    skip = lines_before + 3
    table = make_table(data, ReadOptions(skip=skip, header=False))
    assert (table.facts.rows, table.facts.dialect.skip) == (0, skip)
    assert Table.open(table.raw_path.parent).facts == table.facts
    if data:
        table.append_bytes(b"x\t1\nx\t2\nx\t3\nx\t4\nx\t5")
        assert table.rows(0, 9, 0, 9).cells == [["x", "4"], ["x", "5"]]
        assert table.facts.line_stats.comments.count == skip
        table.append_bytes(b"x\t6\n")
        assert table.rows(2, 9, 0, 9).cells == [["x", "6"]]


def test_the_largest_number(make_table: Callable[..., Table]) -> None:
    table = make_table(b"a\tb\n1\t2", ReadOptions(skip=(1 << 53) - 1))
    assert (table.facts.rows, table.facts.line_stats.comments) == (0, LineCount(2, (1, 2)))


def test_appends_after_a_far_first_row(tmp_path: Path) -> None:
    table = fill(tmp_path / "t", lines(), ReadOptions(header_line=FAR))
    table.append_bytes(b"last\tone\t1\n")
    assert table.facts.rows == LINES - FAR + 1
    assert table.rows(table.facts.rows - 1, 1, 0, 1).cells == [["last"]]
    assert table.line_number(table.facts.rows - 1) == LINES + 1
    table.close()


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("ends", "text", "skip", "rest"),
    [
        ("any", b"a\r\nb\rc\n\r\nd\r\r\ne", 4, b"d\r\r\ne"),
        ("any", b"a\r\nb\rc\n\r\nd\r\r\ne", 5, b"e"),
        ("any", b"a\r\nb\rc\n\r\nd\r\re", 6, b"e"),
        ("any", b"a\r\nb", 1, b"b"),
        ("any", b"a\r", 1, b""),
        ("lf", b"a\r\rb\nc", 1, b"c"),
        ("cr", b"a\n\rb\rc", 1, b"b\rc"),
        ("cr", b"a\n\rb\rc", 0, b"a\n\rb\rc"),
    ],
)
def test_pieces_of_any_size(size: int, ends: Any, text: bytes, skip: int, rest: bytes) -> None:
    skipper, left = LineSkipper(skip, ends), b""
    for start in range(0, len(text), size):
        left += skipper.rest_of(text[start : start + size]) or b""
    if not left:
        skipper.skip_rest()
    assert (left, skipper.position, skipper.skipped) == (rest, len(text) - len(rest), skip)
