"""Rows and windows of columns, read back from the files."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from reference import rows as reference_rows
from table_fixture import AS_TOLD, fill

from tsvshare_widget.errors import NotFound
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Rows, Table
from tsvshare_widget.table.cells.coded import cells_of
from tsvshare_widget.table.cells.pages import BLOCK_BYTES, WIDE_ROW_BYTES
from tsvshare_widget.table.cells.split import Cell, Span
from tsvshare_widget.table.lines.syntax import Syntax

EVERYTHING = 10**9


def fill_in(folder: Path, data: bytes, options: ReadOptions = AS_TOLD) -> Table:
    """A table in a folder of its own."""
    return fill(folder / f"table{len(list(folder.iterdir()))}", data, options)


def clipped(cells: list[list[str]], start: int, stop: int) -> list[list[str]]:
    return [row[start:stop] for row in cells]


cell_bytes = st.lists(
    st.sampled_from([b'"', b'""', b'"\t"', b'"x\n"', b"a", b"bc", "é".encode(), b"\xff", b"\r"]),
    max_size=6,
).map(b"".join)
tables = st.lists(st.lists(cell_bytes, min_size=1, max_size=6).map(b"\t".join), max_size=8).map(
    lambda lines: b"".join(line + b"\n" for line in lines)
)


@example(data=b'"\t"\n', start=0, stop=1, most=1, quoting=True)
@given(tables, st.integers(0, 5), st.integers(0, 7), st.integers(1, 12), st.booleans())
def test_any_window(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    start: int,
    stop: int,
    most: int,
    quoting: bool,
) -> None:
    options = AS_TOLD if quoting else replace(AS_TOLD, quoting="none", strict=None)
    table = fill_in(tmp_path_factory.mktemp("window"), data, options)
    expected = clipped(reference_rows(data, quoting=quoting), start, stop)
    page = table.rows(0, EVERYTHING, start, stop, most)
    assert page.cells == [[cell[:most] for cell in row] for row in expected]
    assert [place[:2] for place in page.cut] == [
        (number, start + place)
        for number, row in enumerate(expected)
        for place, cell in enumerate(row)
        if len(cell) > most
    ]
    for number, row in enumerate(expected):
        for place, cell in enumerate(row):
            assert table.cell(number, start + place, EVERYTHING).text == cell
    table.close()


def test_rows_are_clipped_to_what_there_is(tmp_path: Path) -> None:
    table = fill_in(tmp_path, b"a\tb\n1\t2\n3\t4\n", ReadOptions(header=True))
    assert table.rows(1, 5, 0, 9).cells == [["3", "4"]]
    assert table.rows(2, 5, 0, 9).cells == []
    assert table.rows(-1, 1, 0, 9).cells == [["1", "2"]]
    assert table.rows(0, 2, 2, 9).cells == [[], []]
    assert table.rows(0, 2, 1, 1).cells == [[], []]
    assert table.names(1, 9) == ["b"]
    assert table.names(5, 9) == []
    assert table.span(0, 1) == 4
    assert table.span(0, 99) == 8
    assert table.span(2, 1) == 0
    table.close()


def test_short_and_long_rows_are_as_long_as_they_are(tmp_path: Path) -> None:
    table = fill_in(tmp_path, b"1\n1\t2\t3\n\t\n")
    assert table.rows(0, 9, 0, 9).cells == [["1"], ["1", "2", "3"], ["", ""]]
    assert table.rows(0, 9, 1, 9).cells == [[], ["2", "3"], [""]]
    assert table.rows(0, 9, 1, 2).cells == [[], ["2"], [""]]
    table.close()


def test_a_huge_cell_is_cut_and_named(tmp_path: Path) -> None:
    huge = "é".encode() * 2_500_000
    table = fill_in(tmp_path, b"x\ty\n1\t" + huge + b'\t"in ""quotes"""\n2\tshort\n')
    page = table.rows(0, 9, 0, 9)
    assert page.cells == [["x", "y"], ["1", "é" * 10_000, 'in "quotes"'], ["2", "short"]]
    assert page.cut == [(1, 1, 5_000_000)]
    assert table.rows(1, 1, 1, 2, 3) == Rows([["ééé"]], [(0, 1, 5_000_000)])
    assert table.rows(1, 1, 2, 3) == Rows([['in "quotes"']], [])
    assert table.cell(1, 1, EVERYTHING).text == "é" * 2_500_000
    assert table.cell(1, 1, 4) == Cell("éééé", 5_000_000, True)
    assert table.cell(1, 2, 99) == Cell('in "quotes"', 11, False)
    table.close()


@pytest.mark.parametrize("quoted", [b"", b'"one\ttwo"\t'], ids=["plain", "one quoted"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_windows_far_along_wide_rows(tmp_path: Path, quoted: bytes, end: bytes) -> None:
    """Wider than a page is read at once; some rows end before the window, or in it."""
    sizes = [12_000, 300, 12_000, 1, 11_998, 20_000, 5, 12_000]
    rows = [[f"r{row}c{column}" for column in range(size)] for row, size in enumerate(sizes)]
    lines = ["\t".join(row).encode() for row in rows]
    if quoted:
        lines[2], rows[2] = quoted + lines[2], ["one\ttwo", *rows[2]]
    table = fill_in(tmp_path, (end or b"\n").join(lines) + end, AS_TOLD)
    assert table.span(0, 8) > 8 * WIDE_ROW_BYTES
    for start in (0, 255, 256, 299, 300, 11_998, 12_000, 20_000):
        for stop in (start, start + 3, start + 300):
            assert table.rows(0, 8, start, stop).cells == clipped(rows, start, stop)
            assert table.rows_at(np.array([7, 2, 5]), start, stop).cells == clipped(
                [rows[7], rows[2], rows[5]], start, stop
            )
    table.close()


def test_one_huge_cell_and_nothing_else(tmp_path: Path) -> None:
    table = fill_in(tmp_path, b"a" * 5_000_000, ReadOptions())
    assert (table.facts.rows, table.facts.columns, table.names(0, 9)) == (1, 1, None)
    assert table.rows(0, 9, 0, 9) == Rows([["a" * 10_000]], [(0, 0, 5_000_000)])
    options = fill_in(tmp_path, b"a" * 5_000_000, ReadOptions(header=True))
    assert options.names(0, 9) == ["a" * 10_000]
    table.close()
    options.close()


def test_rows_larger_than_a_block(tmp_path: Path) -> None:
    rows = [[f"{n}", "x" * (BLOCK_BYTES // 3 * n), f"end {n}"] for n in range(6)]
    table = fill_in(tmp_path, "".join("\t".join(row) + "\r\n" for row in rows).encode())
    page = table.rows(0, 9, 0, 9, 50)
    assert page.cells == [[a, b[:50], c] for a, b, c in rows]
    assert page.cut == [(n, 1, len(rows[n][1])) for n in range(1, 6)]
    table.close()


def test_cells_that_are_not_there(tmp_path: Path) -> None:
    table = fill_in(tmp_path, b"1\n1\t2\n")
    assert table.cell(0, 0, 9) == Cell("1", 1, False)
    for row, column in ((0, 1), (2, 0), (-1, 0), (0, -1)):
        with pytest.raises(NotFound):
            table.cell(row, column, 9)
    table.close()


@pytest.mark.parametrize("quoted", [False, True])
def test_wide(tmp_path: Path, quoted: bool) -> None:
    width = 16_262
    source = random.Random(4)
    names = [f"gene {n}" for n in range(width)]
    rows = [[f"{source.random():.4f}" for _ in range(width)] for _ in range(12)]
    mark = '"' if quoted else ""
    lines = ["\t".join(f"{mark}{cell}{mark}" for cell in row) for row in (names, *rows)]
    table = fill_in(tmp_path, "\n".join(lines).encode(), ReadOptions(header=True))
    assert (table.facts.rows, table.facts.columns) == (12, width)
    for start in (0, 8000, width - 100, width - 1):
        stop = start + 100
        assert table.names(start, stop) == names[start:stop]
        assert table.rows(0, 100, start, stop) == Rows(clipped(rows, start, stop), [])
    assert table.rows(0, 100, width, width + 100).cells == [[]] * 12
    table.close()


@pytest.mark.slow
@given(st.text(max_size=30), st.integers(1, 12), st.booleans())
def test_cutting_decodes_only_what_it_needs(text: str, most: int, quoted: bool) -> None:
    content = (text.replace('"', '""').join('""') if quoted else text).encode()
    cells = cells_of(Syntax(quotes="careful"))
    cell = cells.cell_at(content, Span(0, len(content), quoted), most)
    assert cell == Cell(text[:most], len(text.encode()), len(text) > most)
