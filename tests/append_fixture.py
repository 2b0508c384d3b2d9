"""Tables to append to, and all that can be seen of one."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import zstandard

from tsvshare_widget.table import Table, Told

EVERYTHING = 10**9
SAMPLE = b"gene\tscore\nTP53\t0.5\n"
GROWN = SAMPLE + b"BRCA1\t0.25\n"
MORE = b"BRCA1\t0.25\n"


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


PACKERS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "none": (bytes, bytes),
    "gzip": (gzip.compress, gzip.decompress),
    "bzip2": (bz2.compress, bz2.decompress),
    "xz": (lzma.compress, lzma.decompress),
}


def fill(folder: Path, data: bytes, told: Told = Told()) -> Table:  # noqa: B008
    table = Table.create(folder, told=told)
    table.feed(data)
    table.finish()
    return table


def seen(table: Table) -> object:
    """All that can be seen of a table but the size of its file."""
    facts = table.facts
    return (
        (facts.rows, facts.columns, facts.census, facts.complete, facts.problem),
        table.names(0, EVERYTHING),
        table.rows(0, EVERYTHING, 0, EVERYTHING),
        table.line_numbers(0, EVERYTHING),
    )
