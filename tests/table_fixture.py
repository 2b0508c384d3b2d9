"""Tables out of their bytes, and all that can be seen of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tsvshare_widget.table import Facts, Rows, Table, Told

EVERYTHING = 10**9
SAMPLE = b"gene\tscore\nTP53\t0.5\nBRCA1\t0.25\n"


def fill(folder: Path, data: bytes, *, chunk: int = EVERYTHING, told: Told = Told()) -> Table:  # noqa: B008
    table = Table.create(folder, told=told)
    for start in range(0, len(data), chunk):
        table.feed(data[start : start + chunk])
    table.finish()
    return table


def everything(table: Table) -> tuple[Facts, list[str] | None, Rows]:
    return (
        table.facts,
        table.names(0, EVERYTHING),
        table.rows(0, EVERYTHING, 0, EVERYTHING),
    )


@contextmanager
def making(folder: Path) -> Iterator[Callable[..., Table]]:
    """A function that makes tables in a folder; all of them are closed at the end."""
    tables: list[Table] = []

    def make(data: bytes, **how: object) -> Table:
        tables.append(fill(folder / f"table{len(tables)}", data, **how))  # type: ignore[arg-type]
        return tables[-1]

    yield make
    for table in tables:
        table.close()
