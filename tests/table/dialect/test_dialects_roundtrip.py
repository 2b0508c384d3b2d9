"""Any table, written in any dialect, reads back to the same cells, however its bytes come."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tsvshare_widget.errors import BadTable
from tsvshare_widget.read_options import ReadOptions, exact_options
from tsvshare_widget.table import Table
from tsvshare_widget.table.ingest import finder, scan

EVERYTHING = 10**9
LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "mixed": "\r\n"}
PACKERS: list[Callable[[bytes], bytes]] = [bytes, gzip.compress, bz2.compress, lzma.compress]
Row = list[str]

letters = st.sampled_from(list("ab\"'\t,;|\n\r\\#N é東0 ")) | st.characters(
    exclude_categories=["Cs"]
)
cells = st.text(letters, max_size=6)
tables = st.lists(st.lists(cells, min_size=1, max_size=4), max_size=6)
chunks = st.integers(1, 40) | st.just(EVERYTHING)
delimiters = st.sampled_from("\t,;|:")


def read(data: bytes, options: ReadOptions, chunk: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        table = Table.create(Path(folder, "table"), options=options, durable=False)
        for start in range(0, len(data), chunk):
            table.feed_bytes(data[start : start + chunk])
        table.finish_input()
        found = table.rows(0, EVERYTHING, 0, EVERYTHING).cells
        facts = table.facts
        assert facts.rows == facts.line_stats.rows == len(found)
        assert facts.columns == max(map(len, found), default=0)
        again = Table.open(Path(folder, "table"))
        assert again.rows(0, EVERYTHING, 0, EVERYTHING).cells == found
        table.close()
        return found


def told_all(**how: object) -> ReadOptions:
    known = {"encoding": "utf-8", "header": False, "comments": False, "line_ends": "lf"}
    return ReadOptions(**{**known, **how})  # type: ignore[arg-type]


def excel(rows: list[Row], delimiter: str, line_end: str, *, quote_all: bool) -> str:
    def write(cell: str) -> str:
        needed = quote_all or any(sign in cell for sign in (delimiter, '"', "\r", "\n"))
        return '"' + cell.replace('"', '""') + '"' if needed else cell

    return "".join(delimiter.join(map(write, row)) + line_end for row in rows)


def readable(text: str, encoding: str) -> str:
    """What is left of a text in an encoding; and no mark at its start, which is none of it."""
    return text.lstrip("\ufeff").encode(encoding, "replace").decode(encoding)


@given(
    tables,
    delimiters,
    st.sampled_from(list(LINE_ENDS)),
    st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32", "latin-1", "gb18030", "shift_jis"]),
    st.sampled_from(PACKERS),
    st.booleans(),
    chunks,
)
@example([['"\n\t"']], "\t", "lf", "utf-8", bytes, False, 1)
@example([["a" * 5 + '"' * 9]], "\t", "crlf", "utf-8", bytes, False, 1)
def test_excel_quotes(
    rows: list[Row],
    delimiter: str,
    line_ends: str,
    encoding: str,
    pack: Callable[[bytes], bytes],
    quote_all: bool,
    chunk: int,
) -> None:
    rows = [[readable(cell, encoding) for cell in row] for row in rows]
    text = excel(rows, delimiter, LINE_ENDS[line_ends], quote_all=quote_all)
    options = told_all(quoting="excel", delimiter=delimiter, line_ends=line_ends, encoding=encoding)
    assert read(pack(text.encode(encoding)), options, chunk) == rows


def without(rows: list[Row], signs: str) -> list[Row]:
    """The table without some signs, and without rows that are nothing at all."""
    table = str.maketrans("", "", signs + "\ufeff")
    return [[cell.translate(table) for cell in row] for row in rows]


@given(tables, delimiters, st.sampled_from(list(LINE_ENDS)), chunks)
def test_no_quotes(rows: list[Row], delimiter: str, line_ends: str, chunk: int) -> None:
    rows = without(rows, delimiter + "\r\n")
    text = "".join(delimiter.join(row) + LINE_ENDS[line_ends] for row in rows)
    options = told_all(quoting="none", delimiter=delimiter, line_ends=line_ends)
    assert read(text.encode(), options, chunk) == rows


ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\0": "\\0"}


@given(tables, delimiters, st.booleans(), chunks)
def test_backslashes(rows: list[Row], delimiter: str, letters: bool, chunk: int) -> None:
    """As PostgreSQL writes, with letters, and as MySQL does, with the very signs."""
    rows = without(rows, "" if letters else "\r\0")
    escapes = ESCAPES if letters else {"\\": "\\\\", "\n": "\\\n"}
    signs = str.maketrans({**escapes, delimiter: f"\\{delimiter}"})
    text = "".join(delimiter.join(cell.translate(signs) for cell in row) + "\n" for row in rows)
    options = told_all(quoting="backslash", delimiter=delimiter)
    assert read(text.encode(), options, chunk) == rows


def test_the_sign_for_nothing_stays() -> None:
    assert read(b"a\\tb\t\\N\t\\\\N\n", told_all(quoting="backslash"), 1) == [
        ["a\tb", "\\N", "\\N"]
    ]


@given(tables, st.sampled_from(list(LINE_ENDS)), chunks)
def test_tab_and_bar(rows: list[Row], line_ends: str, chunk: int) -> None:
    rows = without(rows, "\t\r\n|")
    text = "".join("\t|\t".join(row) + "\t|" + LINE_ENDS[line_ends] for row in rows)
    options = told_all(delimiter="\t|\t", line_ends=line_ends)
    assert read(text.encode(), options, chunk) == rows


@given(tables, st.sampled_from(["lf", "cr", "mixed"]), st.data(), chunks)
def test_comment_lines_anywhere(
    rows: list[Row], line_ends: str, data: st.DataObject, chunk: int
) -> None:
    rows = [row for row in without(rows, "\t\r\n") if not row[0].startswith(("#", "//"))]
    comments = st.lists(st.sampled_from(["#", "# a\tb", "//", "//x", '#"']), max_size=2)
    lines: list[str] = []
    for row in rows:
        lines += [*data.draw(comments), "\t".join(row)]
    lines += data.draw(comments)
    text = "".join(line + LINE_ENDS[line_ends] for line in lines)
    options = told_all(comments=("#", "//"), quoting="none", line_ends=line_ends, skip=0)
    assert read(text.encode(), options, chunk) == rows


# --- any bytes at all --------------------------------------------------------------------------

signs = [b"\t", b"\n", b"\r", b"\r\n", b'"', b'""', b"\\", b",", b";", b"|", b"\t|\t", b"#", b"!"]
others = [b"a", b"1", b"0.5", b"\xc3\xa9", b"\xe9", b"\xff", b"\0", b"\xff\xfe", b"\xef\xbb\xbf"]
magic = [b"\x1f\x8b", b"BZh91AY&SY", b"\xfd7zXZ\0", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"]
any_bytes = st.binary(max_size=80) | st.lists(
    st.sampled_from(signs + others) | st.sampled_from(magic), max_size=60
).map(b"".join)


def outcome(data: bytes, options: ReadOptions, chunk: int) -> object:
    """All that can be seen of a table, or the code of the error."""
    with tempfile.TemporaryDirectory() as folder:
        table = Table.create(Path(folder, "table"), options=options, durable=False)
        try:
            for start in range(0, len(data), chunk):
                table.feed_bytes(data[start : start + chunk])
            table.finish_input()
            return (
                table.facts,
                table.names(0, EVERYTHING),
                table.rows(0, EVERYTHING, 0, EVERYTHING),
                table.line_numbers(0, EVERYTHING),
            )
        except BadTable as error:
            return error.code
        finally:
            table.close()


@given(any_bytes, chunks, st.booleans())
def test_any_bytes_in_any_chunks(data: bytes, chunk: int, zipped: bool) -> None:
    data = gzip.compress(data, mtime=0) if zipped else data
    found = outcome(data, ReadOptions(), chunk)
    assert found == outcome(data, ReadOptions(), EVERYTHING)


@given(any_bytes, any_bytes, st.integers(1, 24), st.integers(16, 60))
def test_any_bytes_after_the_decision(first: bytes, rest: bytes, chunk: int, sample: int) -> None:
    """As if a reading was decided on very few bytes, so that the others can speak against it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SAMPLE_BYTES", sample)
        patch.setattr(finder, "LARGEST_SAMPLE_BYTES", 2 * sample)
        data = first + rest
        found = outcome(data, ReadOptions(), chunk)
        assert found == outcome(data, ReadOptions(), EVERYTHING)


@given(any_bytes)
def test_a_reading_can_be_told_again(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = Table.create(Path(folder, "table"))
        try:
            table.feed_bytes(data)
            table.finish_input()
        except BadTable:
            return
        rows = table.rows(0, EVERYTHING, 0, EVERYTHING)
        names = table.names(0, EVERYTHING)
        table.reread(exact_options(table.facts.dialect))
        assert table.rows(0, EVERYTHING, 0, EVERYTHING) == rows
        assert table.names(0, EVERYTHING) == names
        assert table.facts.reread is None
        table.close()


def reference_lines(data: bytes, ends: str) -> list[int]:
    """The number of the line on which each byte stands, from 1."""
    numbers, line = [], 1
    for place in range(len(data)):
        numbers.append(line)
        here, after = data[place : place + 1], data[place + 1 : place + 2]
        if ends == "cr":
            line += here == b"\r"
        else:
            line += here == b"\n" or (ends == "mixed" and here == b"\r" and after != b"\n")
    return numbers


@given(tables, st.sampled_from(["lf", "cr", "mixed"]), st.booleans())
def test_line_numbers(rows: list[Row], line_ends: str, quoted: bool) -> None:
    if quoted:
        data = excel(rows, "\t", LINE_ENDS[line_ends], quote_all=False).encode()
    else:
        signs = str.maketrans({sign: f"\\{sign}" for sign in "\\\t\r\n"})
        lines_out = ("\t".join(cell.translate(signs) for cell in row) for row in rows)
        data = "".join(line + LINE_ENDS[line_ends] for line in lines_out).encode()
    quoting = "excel" if quoted else "backslash"
    options = told_all(quoting=quoting, delimiter="\t", line_ends=line_ends)
    with tempfile.TemporaryDirectory() as folder:
        table = Table.create(Path(folder, "table"), options=options, durable=False)
        table.feed_bytes(data)
        table.finish_input()
        lines, start, expected = reference_lines(data, line_ends), 0, []
        if data.startswith(b"\xef\xbb\xbf"):
            start = 3
        for row in range(table.facts.rows):
            expected.append(lines[start] if lines else 1)
            start += table.span(row, 1)
        assert table.line_numbers(0, EVERYTHING) == expected
        for row, line in enumerate(expected):
            assert table.line_number(row) == line
            assert table.row_at_line(line) == row
        table.close()


@pytest.mark.parametrize("quoting", ["none", "excel", "backslash"])
def test_windows(tmp_path: Path, quoting: str) -> None:
    """Any window of any row is that part of the row."""
    rows = [[f'{n}"{m}' * (m % 3 + 1) for m in range(60)] for n in range(5)]
    rows[2][30], rows[3][10] = "a\tb\nc", 'x"y"' * 3000
    if quoting == "none":
        text = "".join("\t".join(row) + "\n" for row in without(rows, "\t\n"))
    elif quoting == "excel":
        text = excel(rows, "\t", "\n", quote_all=False)
    else:
        signs = str.maketrans({"\n": "\\\n", "\t": "\\\t"})
        text = "".join("\t".join(cell.translate(signs) for cell in row) + "\n" for row in rows)
    table = Table.create(tmp_path / "t", options=told_all(quoting=quoting, delimiter="\t"))
    table.feed_bytes(text.encode())
    table.finish_input()
    expected = without(rows, "\t\n") if quoting == "none" else rows
    for start, stop in ((0, 5), (8, 12), (28, 33), (55, 70), (60, 61)):
        page = table.rows(0, 9, start, stop, 10**6)
        assert page.cells == [row[start:stop] for row in expected]
        short = table.rows(0, 9, start, stop, 7)
        assert short.cells == [[cell[:7] for cell in row[start:stop]] for row in expected]
    assert table.cell(3, 10, 10**6).text == expected[3][10]
    assert table.cell(2, 30, 10**6).text == expected[2][30]
    table.close()
