"""What people filter by and search for, case by case; and what large tables take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asked_fixture import ask, hits, matching, order
from query_fixture import cells_of, fill

from tsvshare_widget.errors import BadValue, TooMuchMemory
from tsvshare_widget.query import Filter, FilterOp, Query, Sort
from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import snapshot_at

# --- filters ------------------------------------------------------------------------------------


def test_missing_is_not_empty(tmp_path: Path) -> None:
    data = "a\tb\n\t\na\n"
    assert matching(tmp_path, data, Filter(column=1, op="missing")) == [2]
    assert matching(tmp_path, data, Filter(column=1, op="present")) == [0, 1]
    assert matching(tmp_path, data, Filter(column=1, op="==", value="")) == [1]
    assert matching(tmp_path, data, Filter(column=1, op="!=", value="b")) == [1, 2]
    assert matching(tmp_path, data, Filter(column=1, op="contains", value="")) == [0, 1]


def test_a_number_compares_exactly(tmp_path: Path) -> None:
    data = "9007199254740992\n9007199254740993\n9007199254740994.0\nx\n1e16\n"
    exactly = Filter(column=0, op="==", value=9007199254740993)
    assert matching(tmp_path, data, exactly) == [1]
    assert matching(tmp_path, data, Filter(column=0, op="in", value=(9007199254740993,))) == [1]
    assert matching(tmp_path, data, Filter(column=0, op=">", value=9007199254740993)) == [2, 4]
    written = Filter(column=0, op="<=", value="9007199254740993.5", by="number")
    assert matching(tmp_path, data, written) == [0, 1]


def test_decimals_equal_the_float_they_are(tmp_path: Path) -> None:
    data = "0.1\n1.000000000000000056e-01\n0.10000000000000001\n0.1000000000000001\n5.0\n"
    for value in (0.1, float("1.000000000000000056e-01")):
        assert matching(tmp_path, data, Filter(column=0, op="==", value=value)) == [0, 1, 2]
        assert matching(tmp_path, data, Filter(column=0, op="in", value=(value, 5))) == [0, 1, 2, 4]
        assert matching(tmp_path, data, Filter(column=0, op=">", value=value)) == [3, 4]
        assert matching(tmp_path, data, Filter(column=0, op="!=", value=value)) == [3, 4]
    exactly = Filter(column=0, op="==", value="0.1", by="number")
    assert matching(tmp_path, data, exactly) == [0]


def test_infinity_compares_as_a_number(tmp_path: Path) -> None:
    data = "9.5\ninf\n1e400\n-Inf\nx\n+Infinity\n"
    assert matching(tmp_path, data, Filter(column=0, op=">", value=5)) == [0, 1, 2, 5]
    assert matching(tmp_path, data, Filter(column=0, op="<", value=-1e308)) == [3]
    for value, op, rows in (
        ("inf", "==", [1, 5]),
        ("inf", "<", [0, 2, 3]),
        ("1e400", ">", [1, 5]),
        ("-INFINITY", "==", [3]),
        ("-inf", ">=", [0, 1, 2, 3, 5]),
    ):
        wanted = Filter(column=0, op=op, value=value, by="number")  # type: ignore[arg-type]
        assert matching(tmp_path, data, wanted) == rows, (value, op)
    wanted = Filter(column=0, op="in", value=("inf", "9.5"), by="number")
    assert matching(tmp_path, data, wanted) == [0, 1, 5]


def test_dates_finer_than_a_tick(tmp_path: Path) -> None:
    cells = [f"2020-01-01T00:00:00.0000001{n:02}Z" for n in (50, 7, 99, 0, 98)]
    assert order(tmp_path, cells) == sorted(cells)
    assert order(tmp_path, cells, "date", "desc") == sorted(cells, reverse=True)
    data = "".join(f"{cell}\n" for cell in cells)
    for op, value, rows in (
        ("==", cells[1], [1]),
        ("<", cells[0], [1, 3]),
        (">=", cells[4], [2, 4]),
        ("in", (cells[0], cells[3], "2020-01-01T00:00:00.0000001"), [0, 3]),
    ):
        wanted = Filter(column=0, op=op, value=value, by="date")  # type: ignore[arg-type]
        assert matching(tmp_path, data, wanted) == rows, (op, value)


def test_a_date_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="'next week' is not a date"):
        matching(tmp_path, "x\n", Filter(column=0, op=">", value="next week", by="date"))


def test_a_match_is_within_its_cell(tmp_path: Path) -> None:
    data = "ab\tcd\nx\tab\n"
    assert matching(tmp_path, data, Filter(column=0, op="contains", value="ab")) == [0]
    assert matching(tmp_path, data, Filter(column=0, op="contains", value="b\tc")) == []
    assert hits(tmp_path, data, "b\tc") == []
    assert hits(tmp_path, 'ab\tcd\n"b\tc"\n', "b\tC") == [1]


# --- search -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "cell", "is_there"),
    [
        ("strasse", "Hauptstraße 1", True),
        ("STRASSE", "hauptstrasse", True),
        ("ß", "STRASSE", True),
        ("ﬁn", "FINE", True),
        ("fin", "\ufb01ne", True),
        ("i", "\ufb01ne", True),
        ("kelvin", "\u212aelvin", True),
        ("s", "\u017f", True),
        ("éa", "ÉA", True),
        ("ω", "Ω", True),
        ("ω", "\u2126", True),
        ("ω", "\u0389", False),  # its bytes are of those that Ω and ω have
        ("i", "İ", True),
        ("İ", "i\u0307", True),
        ("東京", "in 東京都", True),
        ("東京", "東都京", False),
        ("\ufffd", "x", False),
        ("café", "CAFE\u0301 noir", True),
        ("cafe\u0301", "Café", True),
        ("Zu\u0308rich", "ZÜRICH", True),
        ("ö", "o\u0323\u0308", False),  # another letter
        ("ộ", "o\u0302\u0323", True),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8", True),
        ("Å", "\u212b", True),
        ("a", "a\u0301", True),
        ("á", "a", False),
    ],
)
def test_case_folded(tmp_path: Path, search: str, cell: str, is_there: bool) -> None:
    data = f"other\tone\nx\t{cell}\n"
    assert hits(tmp_path, data, search) == [1] * is_there
    wanted = Filter(column=1, op="contains", value=search, caseless=True)
    assert matching(tmp_path, data, wanted) == [1] * is_there


@pytest.mark.parametrize("dialect", ["none", "careful", "strict", "backslash", "wrapped"])
def test_text_is_found_in_any_normal_form_and_compared_verbatim(
    tmp_path: Path, dialect: str
) -> None:
    between = "\t|\t" if dialect == "wrapped" else "\t"
    cells = ["Málaga", "Ma\u0301laga", "Malaga", "MA\u0301LAGA"]
    data = "".join(f"x{between}{cell}\n" for cell in cells)
    for search in cells[:2]:
        assert hits(tmp_path, data, search, dialect) == [0, 1, 3]
        ops: tuple[FilterOp, ...] = ("contains", "startswith", "endswith")
        for op in ops:
            wanted = Filter(column=1, op=op, value=search)
            assert matching(tmp_path, data, wanted, dialect) == [0, 1]
            wanted = Filter(column=1, op=op, value=search, caseless=True)
            assert matching(tmp_path, data, wanted, dialect) == [0, 1, 3]
        same = Filter(column=1, op="==", value=search)
        assert matching(tmp_path, data, same, dialect) == [cells.index(search)]
    assert hits(tmp_path, data, "malaga", dialect) == [2]


def test_what_stands_otherwise_in_the_file(tmp_path: Path) -> None:
    assert hits(tmp_path, '"a"b\nab\n"a""b"\n', "ab", "strict") == [0, 1]
    assert hits(tmp_path, '"say ""hi"""\nsay "hi"\n', '"hi"') == [0, 1]
    assert hits(tmp_path, "a\\tb\na\\\tb\nab\n", "tb", "backslash") == []
    assert hits(tmp_path, "a\\tb\na\\\tb\nab\n", "a\tb", "backslash") == [0, 1]
    assert hits(tmp_path, "a\t|\tb|c\t|\n", "|", "wrapped") == [0]
    assert hits(tmp_path, "a\t|\tbc\t|\n", "|", "wrapped") == []
    assert hits(tmp_path, b"a\xff\nb\n", "\ufffd") == [0]
    assert hits(tmp_path, "# ab\nab\n#ab\ncd\n", "AB", "comments") == [0]


# --- sizes --------------------------------------------------------------------------------------


@pytest.fixture
def one_giant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    """A table of which one row is giant, by its second cell."""
    monkeypatch.setattr(load, "BLOCK_BYTES", 100)
    monkeypatch.setattr(load, "GIANT_ROW_BYTES", 1000)
    monkeypatch.setattr(load, "LARGEST_CELL_BYTES", 5000)
    return fill(tmp_path, b"b\tx\nc\t" + b"y" * 6000 + b'\ta "z"\na\tx\n')


def test_a_giant_cell_does_not_matter_to_other_columns(one_giant: Table) -> None:
    assert ask(one_giant, Query(sort=(Sort(column=0),))) == [2, 0, 1]
    assert ask(one_giant, Query(filters=(Filter(column=2, op="contains", value='"z'),))) == [1]
    assert ask(one_giant, Query(filters=(Filter(column=3, op="missing"),))) == [0, 1, 2]
    one_giant.close()


def test_a_giant_cell_is_refused(one_giant: Table) -> None:
    with pytest.raises(TooMuchMemory, match="a cell of 6,000 bytes"):
        ask(one_giant, Query(sort=(Sort(column=1),)))
    with pytest.raises(TooMuchMemory, match="too large to be compared"):
        ask(one_giant, Query(search="x"))
    one_giant.close()


def test_more_rows_take_only_a_look_at_them(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "grows")
    table.feed_bytes(b"n\n" + b"".join(b"%d\n" % number for number in range(40_000)))
    query = Query(filters=(Filter(column=0, op="endswith", value="7"),))
    before = snapshot_at(table.moment())
    rows = find_rows(before, query, lambda done: None)
    table.feed_bytes(b"7\n8\n17\n")
    after = snapshot_at(table.moment())
    seen: list[float] = []
    wrong = rows.copy()
    wrong[0] = 5  # to see that what is known is not found again
    more: Any = find_rows(after, query, seen.append, wrong, before.facts.rows)  # type: ignore[arg-type]
    assert more.tolist() == [5, *rows[1:], 40_000, 40_002]
    assert seen[-1] == 1
    table.finish_input()
    table.close()


def test_progress_ascends_to_the_end(tmp_path: Path) -> None:
    table = fill(tmp_path, b"".join(b"%d\tabcdefghij%d\n" % (n % 7, n) for n in range(150_000)))
    keys = (Sort(column=0), Sort(column=1))
    seen: list[float] = []
    rows = find_rows(snapshot_at(table.moment()), Query(sort=keys, search="j"), seen.append)
    assert len(rows) == 150_000
    assert seen == sorted(seen)
    assert len(seen) > 5
    assert (seen[0] < 0.3, seen[-1]) == (True, 1)
    table.close()


LONG = "the same beginning of very many letters, and then "


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_few_different_long_cells_are_ranked(tmp_path: Path, direction: str) -> None:
    some = [*(f"{LONG}{n}" for n in (3, 1, 2)), LONG, f"{LONG}\N{GREEK SMALL LETTER PI}", ""]
    cells = [some[n * n % 11 % len(some)] for n in range(400)]
    ranks = {cell: rank for rank, cell in enumerate(sorted(some[:-1], reverse=direction == "desc"))}
    expected = sorted(cells, key=lambda cell: ranks.get(cell, len(some)))
    assert order(tmp_path, cells, "text", direction) == expected


def test_backslashes_before_delimiters(tmp_path: Path) -> None:
    rows = ["a\\\tb\tc", "a\\\\\tb\tc", "a\\\\\\\tb\tc", "\\\t\td", "a\tb\\\n\tc"]
    data = "".join(f"{row}\n" for row in rows * 50).encode()
    table = fill(tmp_path, data, "backslash")
    cells = cells_of(table)
    assert cells[:3] == [["a\tb", "c"], ["a\\", "b", "c"], ["a\\\tb", "c"]]
    for column, value in ((0, "a"), (0, "a\tb"), (1, "b"), (1, "c"), (1, "d"), (2, "c")):
        wanted = Query(filters=(Filter(column=column, op="==", value=value),))
        expected = [n for n, row in enumerate(cells) if column < len(row) and row[column] == value]
        assert ask(table, wanted) == expected, (column, value)
    table.close()
