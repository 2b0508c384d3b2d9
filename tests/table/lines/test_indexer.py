"""Row ends, against the rules spelled out byte by byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reference import row_ends, rows

from tsvshare_widget.table.lines import indexer, quotes
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.syntax import Syntax

CAREFUL = Syntax(quotes="careful")

messy_bytes = st.lists(
    st.sampled_from([b"\t", b"\n", b"\r", b'"', b'""', b"a", b"\xc3\xa9"]), max_size=60
).map(b"".join)


def pieces(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """``data`` in pieces of the given sizes, over and over."""
    position = turn = 0
    while position < len(data):
        size = sizes[turn % len(sizes)]
        yield data[position : position + size]
        position, turn = position + size, turn + 1


def index(data: bytes, sizes: list[int], *, quoting: bool = True) -> tuple[list[int], list[int]]:
    """Row ends, and numbers of cells; the ends are the same if cells are not counted."""
    syntax = CAREFUL if quoting else Syntax()
    parts, uncounted = (
        [found.index_bytes(piece) for piece in pieces(data, sizes)] + [found.index_rest()]
        for found in (Indexer(syntax), Indexer(syntax, counting=False))
    )
    ends = [int(end) for part in parts for end in part.ends]
    assert [int(end) for part in uncounted for end in part.ends] == ends
    widths = [int(width) for part in parts for width in part.widths]
    return ends, widths


@given(messy_bytes, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.booleans())
@example(b'"a\n"\r', [1], True)
@example(b'"a\n"\r\nb', [1], True)
@example(b'"a\r\n\r\n"\r\n\t', [2, 1], True)
def test_any_bytes_in_any_chunks(data: bytes, sizes: list[int], quoting: bool) -> None:
    ends, widths = index(data, sizes, quoting=quoting)
    assert ends == row_ends(data, quoting=quoting)
    assert widths == list(map(len, rows(data, quoting=quoting)))


@given(messy_bytes, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(2, 12))
def test_a_quoted_cell_has_a_longest_length(data: bytes, sizes: list[int], longest: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexer, "MAX_QUOTED_BYTES", longest)
        patch.setattr(quotes, "MAX_QUOTED_BYTES", longest)
        ends, _ = index(data, sizes)
    assert ends == row_ends(data, quoting=True, longest=longest)


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        (b"", []),
        (b"\n", [1]),
        (b"a", [1]),
        (b"a\n", [2]),
        (b"a\n\nb\n", [2, 3, 5]),
        (b'"a\nb"\nc\n', [6, 8]),
        (b'x\t"a\nb"\nc\n', [8, 10]),
        (b'x "a\nb"\nc\n', [5, 8, 10]),  # not at the start of a cell
        (b'"a\nb\tc"\n', [3, 8]),  # line feed and tab: not a cell
        (b'"never closed\na\tb\n', [14, 18]),
        (b'"a"b"\nc"\n', [6, 9]),  # the next odd run does not close it
    ],
)
def test_rules(data: bytes, ends: list[int]) -> None:
    assert index(data, [100])[0] == ends
    assert index(data, [1])[0] == ends


def test_memory_is_bounded_by_the_longest_quoted_cell() -> None:
    found = Indexer(CAREFUL)
    found.index_bytes(b'"')
    rows = sum(len(found.index_bytes(b"\n" * 100_000).ends) for _ in range(24))
    assert rows > 1_300_000  # what is beyond the limit was let go
    found = Indexer(CAREFUL)
    for _ in range(24):
        found.index_bytes(b'"' * 100_000)
    assert list(found.index_rest().ends) == [2_400_000]


@pytest.mark.slow
def test_many_tiny_chunks_in_an_open_cell_stay_cheap() -> None:
    found = Indexer(CAREFUL)
    found.index_bytes(b'"')
    ends = [int(end) for _ in range(20_000) for end in found.index_bytes(b"a\n").ends]
    assert ends == []
    assert list(found.index_bytes(b'"\t').ends) == []
    last = found.index_bytes(b"x\n")
    assert (list(last.ends), list(last.widths)) == ([40_005], [2])
