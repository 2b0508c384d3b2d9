"""Fixtures of the tests of profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from profile_fixture import fill

from tsvshare_widget.table import Table


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[list[str]], Table]]:
    """A table of one column, after one that is empty, so that no row is blank."""
    tables: list[Table] = []

    def make(cells: list[str]) -> Table:
        data = "".join(f"\t{cell}\n" for cell in cells).encode()
        tables.append(fill(tmp_path / f"table{len(tables)}", data))
        return tables[-1]

    yield make
    for table in tables:
        table.close()
