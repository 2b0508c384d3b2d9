"""Rows written by a table's own reading read back to the same cells, or are refused by name."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import Dialect, exact_options
from tsvshare_widget.table import Table, encode_rows

EVERYTHING = 10**9

letters = st.sampled_from(list("ab\"'\t,;|\n\r\\#tNn\0\ufeff é東0 ")) | st.characters(
    exclude_categories=["Cs"]
)
cells = st.text(letters, max_size=6)
tables = st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=6)
readings = st.builds(
    Dialect,
    delimiter=st.sampled_from(["\t", ",", "|", "\t|\t"]),
    quoting=st.sampled_from(["none", "excel", "backslash"]),
    strict=st.booleans(),
    line_ends=st.sampled_from(["lf", "crlf", "cr", "mixed"]),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "latin-1", "gb18030", "shift_jis"]),
    header=st.booleans(),
    comments=st.sampled_from([(), ("#",), ("#", "a")]),
).map(
    lambda reading: (
        msgspec.structs.replace(reading, quoting="none")
        if reading.delimiter == "\t|\t"
        else reading
    )
)


def appended(rows: list[list[str]], reading: Dialect) -> list[list[str]]:
    """What a table with one row reads when more rows were appended."""
    with TemporaryDirectory() as folder:
        table = Table.create(Path(folder, "table"), options=exact_options(reading), durable=False)
        table.feed_bytes(encode_rows([["first"]], reading))
        table.finish_input()
        known = table.facts.rows
        table.append_bytes(encode_rows(rows, reading))
        found = table.rows(known, EVERYTHING, 0, EVERYTHING).cells
        table.reread(exact_options(table.facts.dialect))
        assert table.rows(known, EVERYTHING, 0, EVERYTHING).cells == found
        table.close()
        return found


@given(tables, readings)
def test_every_row_reads_back_or_is_refused(rows: list[list[str]], reading: Dialect) -> None:
    try:
        encode_rows(rows, reading)
    except BadValue:
        return
    assert appended(rows, reading) == rows


@given(tables, readings)
def test_some_readings_refuse_nothing(rows: list[list[str]], reading: Dialect) -> None:
    """Strict quotes and backslashes hold every character, in an encoding that has it."""
    reading = msgspec.structs.replace(reading, encoding="utf-8", strict=True)
    if reading.quoting == "none":
        signs = str.maketrans("", "", reading.delimiter + "\r\n#a\ufeff")
        rows = [[cell.translate(signs) for cell in row] for row in rows]
    if reading.quoting == "backslash" and "a" in reading.comments:
        return  # a backslash would make another sign of this letter
    assert appended(rows, reading) == rows


@pytest.mark.parametrize("cell", ["a\nb", "a,b\tc", '"', '""', 'a "b"', '"a', "#a", "\ufeffa", ""])
def test_careful_quotes_hold_nearly_everything(cell: str) -> None:
    reading = Dialect(quoting="excel", strict=False, comments=("#",))
    for row in ([cell], ["x", cell], [cell, "x"], [cell, cell]):
        assert appended([row], reading) == [row]


@pytest.mark.parametrize(
    ("rows", "reading", "why"),
    [
        ([["a"], ["b", "c\td"]], Dialect(quoting="none"), r"row 2, column 2 .*'c\\td', would not"),
        ([["a\nb"]], Dialect(quoting="none"), "row 1, column 1"),
        ([["x", "a\n\tb"]], Dialect(quoting="excel"), r"column 2 .* quoting excel\)"),
        ([["#a"]], Dialect(quoting="none", comments=("#",)), "row 1, column 1"),
        ([["a"], ["x", "東"]], Dialect(encoding="cp1252"), "row 2, column 2 .* cp1252"),
        ([["a"], ["\ud800"]], Dialect(), "row 2, column 1 .* utf-8"),
        ([["a"], []], Dialect(), "row 2 has no cells"),
    ],
)
def test_refused(rows: list[list[str]], reading: Dialect, why: str) -> None:
    with pytest.raises(BadValue, match=why):
        encode_rows(rows, reading)


def test_lines_end_as_in_the_table() -> None:
    rows = [["a", "b"], ["", "d"]]
    assert encode_rows(rows, Dialect(line_ends="crlf")) == b"a\tb\r\n\td\r\n"
    assert encode_rows(rows, Dialect(delimiter="\t|\t")) == b"a\t|\tb\t|\n\t|\td\t|\n"
    assert encode_rows([], Dialect()) == b""
