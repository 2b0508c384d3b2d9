"""What fuzzing (tests/fuzz) has found, each made small."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsvshare_widget.read_options import NO_OPTIONS, LineEnds, ReadOptions
from tsvshare_widget.table import Facts, Table
from tsvshare_widget.table.ingest import finder, scan

EVERYTHING = 10**9


def fill(
    folder: Path, data: bytes, options: ReadOptions = NO_OPTIONS, chunk: int = EVERYTHING
) -> Table:
    table = Table.create(folder, options=options, durable=False)
    for start in range(0, len(data), chunk):
        table.feed_bytes(data[start : start + chunk])
    table.finish_input()
    return table


def in_any_chunks(folder: Path, data: bytes) -> Facts:
    """The facts of a table that was decided on a few bytes; the same whatever the chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SAMPLE_BYTES", 32)
        patch.setattr(finder, "LARGEST_SAMPLE_BYTES", 64)
        facts = [fill(folder / str(chunk), data, chunk=chunk).facts for chunk in (1, 7, EVERYTHING)]
    assert facts[0] == facts[1] == facts[2]
    return facts[0]


def test_delimiters_in_a_strict_quote_that_never_closes(tmp_path: Path) -> None:
    table = fill(
        tmp_path / "t", b'a\tb\n1\t"x\ty\n2\t3\t4', ReadOptions(quoting="excel", delimiter="\t")
    )
    assert table.rows(0, 9, 0, 9).cells == [["1", "x\ty\n2\t3\t4"]]
    assert table.facts.columns == 2


def test_lines_that_a_format_skips_and_that_have_not_come(tmp_path: Path) -> None:
    head = b"psLayout version 3\n\nmatch\tmis\n"
    facts = in_any_chunks(tmp_path / "head", head)
    assert facts.dialect.skip == 3  # all lines that were known when it was decided
    facts = in_any_chunks(tmp_path / "rows", head + b"1\t2\n" * 20)
    assert (facts.dialect.skip, facts.line_stats.rows) == (5, 18)


def test_quotes_go_with_no_bars_around_cells(tmp_path: Path) -> None:
    data = b"1\t|\troot\t|\t\t|\tscientific name\t|\n"
    table = fill(tmp_path / "t", data, ReadOptions(quoting="excel"))
    assert table.facts.dialect.delimiter == "\t"


def test_what_is_refused_is_counted_in_any_chunks(tmp_path: Path) -> None:
    regular = b"id\tname\tnote\n" + b"1\tx\ty\n" * 20
    facts = in_any_chunks(tmp_path, regular + b'2\t"a\tb\nc"\td\n3\t"e\nf\tg"\th\n')
    assert facts.dialect.strict


def test_line_ends_after_a_backslash_are_lines_of_the_file(tmp_path: Path) -> None:
    table = fill(
        tmp_path / "t", b"1\ta\\\nb\n2\tc\\\n\\\nd\n3\te\n", ReadOptions(quoting="backslash")
    )
    rows = table.facts.rows
    assert table.line_numbers(0, 9) == [1, 3, 6][3 - rows :]
    assert [table.row_at_line(line) for line in (5, 6)] == [rows - 2, rows - 1]


def test_full_comments_are_counted_in_any_chunks(tmp_path: Path) -> None:
    facts = in_any_chunks(tmp_path, b"# one\n# two\n# three\nword\n# a\tb\nx\ty\n# c\n1\t2\n")
    assert facts.line_stats.rows == facts.rows


def test_a_window_that_ends_in_a_quoted_delimiter(tmp_path: Path) -> None:
    options = ReadOptions(quoting="excel", strict=False, header=False, delimiter="\t")
    table = fill(tmp_path / "t", b'1\t"x\ty"\n', options)
    assert table.rows(0, 1, 1, 2).cells == [["x\ty"]]
    assert table.cell(0, 1, 9).text == "x\ty"


def test_bars_around_cells_are_not_read_with_quotes_later_on(tmp_path: Path) -> None:
    data = b"a\t|\tb\t|\n" + b"1\t|\t2\t|\n" * 5000 + b'3\t|\t"x\ny"\t|\n' * 5
    table = fill(tmp_path / "t", data, ReadOptions(delimiter="\t|\t", format="", header=True))
    assert table.facts.dialect.quoting == "none"
    assert table.rows(5000, 2, 0, 9).cells == [["3", '"x'], ['y"']]


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 7, EVERYTHING])
@pytest.mark.parametrize("line_ends", ["lf", "crlf", "cr", "mixed"])
def test_delimiters_of_several_bytes_do_not_overlap(
    tmp_path: Path, line_ends: LineEnds, chunk: int
) -> None:
    rows = {
        b"a\t|\t|\tb\t|": ["a", "|\tb"],
        b"c\t|\t|\t|\td\t|": ["c", "|", "d"],
        b"e\t|\t|": ["e\t|"],  # the bar at the end comes first
        b"f\t|\t|\t|": ["f", "|"],
        b"g\t|\th": ["g", "h"],
    }
    options = ReadOptions(delimiter="\t|\t", format="", header=False, line_ends=line_ends)
    end = {"lf": b"\n", "crlf": b"\r\n", "cr": b"\r", "mixed": b"\r"}[line_ends]
    for number, ended in enumerate((b"", end)):
        for row, cells in rows.items():
            table = fill(tmp_path / f"{number}{row[0]}", row + ended, options, chunk)
            assert table.rows(0, 9, 0, 9).cells == [cells]
            assert table.facts.columns == len(cells)


@pytest.mark.parametrize("chunk", [1, 3, EVERYTHING])
def test_text_that_begins_like_lzma(tmp_path: Path, chunk: int) -> None:
    for number, text in enumerate((b"]\0\0\ta\n1\t2\n", "]\0\0é".encode(), b"]\0\0")):
        table = fill(tmp_path / str(number), text, ReadOptions(encoding="utf-8"), chunk)
        assert table.facts.columns == text.count(b"\ta") + 1
