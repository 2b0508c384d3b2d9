"""What of a query stays when a table is read anew: that about columns of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.changes.new_reading import carry_to_reading
from tsvshare_widget.table import Table

DATA = b"a,b\tc\td\n1,2\t3\tx\n4,5\t6\ty\n"


def carried(folder: Path, before: dict[str, Any], after: dict[str, Any], query: Query) -> Query:
    tables = []
    for name, told in (("before", before), ("after", after)):
        table = Table.create(folder / name, options=ReadOptions(**told), durable=False)
        table.feed_bytes(DATA)
        table.finish_input()
        tables.append(table)
    try:
        return carry_to_reading(query, *tables)
    finally:
        for table in tables:
            table.close()


def asked(*columns: int, search: str = "") -> Query:
    return Query(
        sort=tuple(Sort(column=column, direction="desc") for column in columns),
        filters=tuple(Filter(column=column, op=">", value=5) for column in columns),
        search=search,
    )


TABS = {"delimiter": "\t", "header": True}


@pytest.mark.parametrize(
    ("before", "after", "query", "kept"),
    [
        # Columns: a,b | c | d, and then: a | b<tab>c<tab>d.
        (TABS, {"delimiter": ",", "header": True}, asked(1, search="x"), asked(search="x")),
        (TABS, {"delimiter": ",", "header": False}, asked(1), asked()),
        ({**TABS, "header": False}, {"delimiter": ",", "header": False}, asked(1), asked()),
        (TABS, {**TABS, "header": False}, asked(1, 2), asked(1, 2)),
        ({**TABS, "header": False}, TABS, asked(2), asked(2)),
        (TABS, TABS, asked(0, 2, search="y"), asked(0, 2, search="y")),
        # Names that say otherwise: the columns go with them, or with nothing.
        (TABS, {**TABS, "header_line": 2}, asked(1), asked()),
        (
            TABS,
            {**TABS, "header": False, "skip": 1, "names": ("c", "d", "e")},
            asked(1, 2),
            asked(0, 1),
        ),
    ],
)
def test_columns_are_known_by_name(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], query: Query, kept: Query
) -> None:
    assert carried(tmp_path, before, after, query) == kept
