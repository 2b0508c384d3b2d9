"""Columns of many rows at once are what pages show of one row after the other."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from query_fixture import DIALECTS, any_bytes, cells_of, column_of, fill

from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load
from tsvshare_widget.table.columns.load import load_block, plan_blocks
from tsvshare_widget.table.state import snapshot_at


def columns_of(table: Table, number: int) -> list[str | None]:
    """A column through blocks."""
    contents = snapshot_at(table.moment()).contents
    found: list[str | None] = []
    if contents is None:
        return found
    for first, stop in plan_blocks(contents, 0, table.facts.rows):
        column = load_block(contents, first, stop).column(number)
        found += [
            None if missing else text
            for text, missing in zip(column.texts(), column.missing, strict=True)
        ]
    return found


@example(b'"\t', "strict", False, 9)
@given(any_bytes, st.sampled_from(sorted(DIALECTS)), st.booleans(), st.sampled_from([1, 9, 10**6]))
def test_any_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, dialect: str, header: bool, size: int
) -> None:
    table = fill(tmp_path_factory.mktemp("columns"), data, dialect, header=header)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "BLOCK_BYTES", size)
        for number in range(max(map(len, cells_of(table)), default=0) + 1):
            assert columns_of(table, number) == column_of(table, number)
    table.close()
