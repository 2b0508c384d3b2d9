"""Views, against an independent and slow way to find them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_fixture import DIALECTS, any_bytes, cells_of, fill
from query_reference import view

from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load
from tsvshare_widget.table.query import sort_text
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import snapshot_at

NUMBERS = [
    *("0", "-0", "7", "007", "+7", "7.0", "7.", "-1.5", " 12 ", "1e3", "1000", "9999999999999999"),
    *("9007199254740993", "9007199254740992", "9007199254740992.5", "1e400", "-1e400", "1e-400"),
    *("123456789012345678901234567890", "123456789012345678901234567891", "0.1", "0.10", "1E+2"),
    *("0.1000000000000000055511151231257827021181583404541015625", "1.000000000000000056e-01"),
    *("inf", "-inf", "Infinity", "-1e999"),
]
DATES = [
    *("2026-11-22", "2026-11", "1999-12-31", "2026-11-22T09:30", "2026-11-22T09:30:00Z", "2025"),
    *("2026-11-22T10:30:00+01:00", "2026-11-22 09:30:00.5", "2026-02-30"),
]
TEXTS = [
    *(
        "",
        "a",
        "A",
        "ab",
        "aB",
        "abcdefgh",
        "abcdefghi",
        "abcdefgh\0",
        "abcdefghijklmnopqrstuvwxyz",
    ),
    *("abcdefghijklmnopqrstuvwxyZ", "chr2", "chr10", "chr010", "chrX", "Straße", "STRASSE", "ß"),
    *("\u017f", "s", "\u212a", "k", "\ufb01n", "FIN", "İ", "é", "É", "東京", "Ω", "\u2126", "ω"),
    *("\u0389", "\ufffd", "x y", "\ufb00"),
    *("e\u0301", "E\u0301", "\u212b", "Å", "a\u030a", "ḝ", "e\u0301\u0327", "ȩ\u0301", "ε\u0301"),
    *("한", "\u1112\u1161\u11ab", "하\u11ab", "ạ\u0308", "ä\u0323", "\u0345", "ᾳ", "ΐ", "\u1fd3"),
]
DECIMALS = ["0", "7", "007", "-1.5", "0.10", "0.1", "100", "3.25", "-1.50", "123456789.123456789"]
NOTHING = ["", "NA", "NaN", "null", ".", "-", "\\N", "n/a", "<NA>", "None", " nan ", " "]

KINDS = [NUMBERS, NUMBERS + NOTHING, DECIMALS, DECIMALS + NOTHING]
KINDS += [DATES[:5] + NOTHING, DATES, TEXTS, NOTHING]
columns = st.sampled_from(KINDS)
rows = st.integers(1, 25)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Columns of cells of a kind, some rows short, in quotes where they need not be or do."""
    kinds = draw(st.lists(columns | st.just(NUMBERS + DATES + TEXTS), min_size=1, max_size=4))
    lines = []
    for _ in range(draw(rows)):
        cells = [draw(st.sampled_from(cells)) for cells in kinds][: draw(st.integers(0, 9)) or None]
        lines.append(
            "\t".join(f'"{one}"' if draw(st.integers(0, 9)) == 0 else one for one in cells)
        )
    return "\n".join(lines).encode() + draw(st.sampled_from([b"", b"\n", b"\xff\n", b"\r\n"]))


numbers = st.integers(0, 3)
sorts = st.lists(
    st.builds(
        Sort,
        column=numbers,
        direction=st.sampled_from(["asc", "desc"]),
        by=st.sampled_from(["auto", "auto", "number", "date", "text", "caseless", "natural"]),
    ),
    max_size=3,
    unique_by=lambda key: key.column,
).map(tuple)
strings = st.sampled_from([*TEXTS, *NUMBERS, *DATES])
pieces = strings.flatmap(
    lambda text: st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
        lambda ends: text[min(ends) : max(ends)]
    )
) | st.sampled_from(["\t", '"', "\n", "a\tb", '"a', "\\", "|", "\ufffd", "ss", "f", "i\u0307"])
values = st.sampled_from([0, 7, -1.5, 0.1, 9007199254740993, 9007199254740992, 1e300]) | strings
exact = st.sampled_from([text.strip() for text in NUMBERS])
dates = st.sampled_from(DATES[:-1])
comparisons = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
filters = st.one_of(
    st.builds(Filter, column=numbers, op=comparisons, value=values, caseless=st.booleans()),
    st.builds(Filter, column=numbers, op=comparisons, value=exact, by=st.just("number")),
    st.builds(Filter, column=numbers, op=comparisons, value=dates, by=st.just("date")),
    st.builds(
        Filter,
        column=numbers,
        op=st.sampled_from(["contains", "startswith", "endswith"]),
        value=pieces,
        caseless=st.booleans(),
    ),
    st.builds(
        Filter,
        column=numbers,
        op=st.just("matches"),
        value=st.sampled_from(["a", "^a.*[hi]$", r"\d{4}-", "", "ß|é", "^$", "."]),
        caseless=st.booleans(),
    ),
    st.builds(
        Filter,
        column=numbers,
        op=st.just("in"),
        value=st.lists(values, max_size=5).map(tuple),
        caseless=st.booleans(),
    ),
    st.builds(
        Filter,
        column=numbers,
        op=st.just("in"),
        value=st.lists(exact, max_size=5).map(tuple),
        by=st.just("number"),
    ),
    st.builds(
        Filter,
        column=numbers,
        op=st.just("in"),
        value=st.lists(dates, max_size=3).map(tuple),
        by=st.just("date"),
    ),
    st.builds(Filter, column=numbers, op=st.sampled_from(["missing", "present"])),
)
queries = st.builds(
    Query,
    sort=sorts,
    filters=st.lists(filters, max_size=2).map(tuple),
    search=st.just("") | pieces,
)


def found(table: Table, query: Query) -> list[int]:
    rows: list[int] = find_rows(snapshot_at(table.moment()), query, lambda done: None).tolist()
    return rows


@given(tables(), queries, st.sampled_from(["none", "careful", "strict", "comma"]), st.booleans())
def test_any_question(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, query: Query, dialect: str, small: bool
) -> None:
    if dialect == "comma":
        data = data.replace(b"\t", b",")
    table = fill(tmp_path_factory.mktemp("view"), data, dialect)
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr(load, "BLOCK_BYTES", 40)
            patch.setattr(sort_text, "_MOST_WORDS", 1)
            patch.setattr(sort_text, "_ROWS_PER_CELL", 1)
        assert found(table, query) == view(cells_of(table), query)
    table.close()


@given(any_bytes, queries, st.sampled_from(sorted(DIALECTS)))
def test_any_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, query: Query, dialect: str
) -> None:
    table = fill(tmp_path_factory.mktemp("view"), data, dialect)
    assert found(table, query) == view(cells_of(table), query)
    table.close()
