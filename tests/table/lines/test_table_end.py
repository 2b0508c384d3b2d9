"""Lines after the end of a table are cut off, however the bytes come."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.table.lines.table_end import TableEnd

MARKS = (b"##FASTA", b">")

parts = st.sampled_from(
    [b"##FASTA", b"##", b"#", b"FASTA", b">", b"a\tb", b"\n", b"\r\n", b"\r", b"x>y"]
)


@given(st.lists(parts, max_size=12).map(b"".join), st.integers(1, 9))
def test_the_same_in_chunks_of_any_size(text: bytes, size: int) -> None:
    found = re.search(rb"(?<![^\r\n])(##FASTA|>)", text)
    end, kept = TableEnd(MARKS), b""
    for start in range(0, len(text), size):
        kept += end.before(text[start : start + size])
    kept += end.rest()
    assert kept == (text if found is None else text[: found.start()])
    assert end.is_reached == (found is not None)


def test_without_marks_everything_stays() -> None:
    end = TableEnd(())
    assert (end.before(b"##FASTA\n"), end.rest(), end.is_reached) == (b"##FASTA\n", b"", False)
