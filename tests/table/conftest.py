"""What the tests of tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from table_fixture import making

from tsvshare_widget.table import Table

CHUNK_BYTES = 10_007


@pytest.fixture
def make_table(tmp_path: Path) -> Iterator[Callable[..., Table]]:
    """Tables out of their bytes, which come in chunks."""
    with making(tmp_path, chunk=CHUNK_BYTES) as make:
        yield make
