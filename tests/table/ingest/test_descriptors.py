"""What a table opened is closed when it is closed, whoever else still refers to it."""

from __future__ import annotations

import gc
import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from table_fixture import SAMPLE

from tsvshare_widget.errors import BadTable, NotFound, TooLarge, TSVShareError
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="open descriptors are counted in /proc"
)


def opened(folder: Path) -> list[str]:
    """The files in a folder, deleted or not, that this process has open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:  # that of this very list
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


@pytest.fixture(autouse=True)
def no_garbage_is_collected() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


class Held:
    """All that a relay may still refer to when a table is closed."""

    def __init__(self, table: Table) -> None:
        self.me = self  # never goes by itself
        self.table = table
        self.frozen = table.frozen()
        self.error: BaseException | None = None


def read_all_ways(table: Table) -> None:
    table.rows(0, 5, 0, 5)
    table.rows_at(np.array([1, 0]), 0, 5)
    table.line_number(0)


UPLOADS = [
    SAMPLE * 30_000,
    gzip.compress(SAMPLE * 30_000),
    (SAMPLE * 30_000).decode().encode("utf-16"),
    SAMPLE,
    gzip.compress(SAMPLE * 3),
    b"",
    b"\x1f",
]


@pytest.mark.parametrize("data", UPLOADS, ids=range(len(UPLOADS)))
def test_uploads_that_are_given_up(tmp_path: Path, data: bytes) -> None:
    table = Table.create(tmp_path / "t", durable=False)
    table.feed_bytes(data)
    held = Held(table)
    if table.facts.rows > 1:
        read_all_ways(table)
        read_all_ways(held.frozen)
    table.close()
    assert opened(tmp_path) == []
    if data:
        with pytest.raises(NotFound, match="closed"):
            held.frozen.rows(0, 1, 0, 1)


@pytest.mark.parametrize(
    ("data", "options", "error"),
    [
        (b"PK\x03\x04", ReadOptions(), BadTable),
        (gzip.compress(SAMPLE * 100_000), ReadOptions(), TooLarge),
        (SAMPLE * 100_000, ReadOptions(), TooLarge),
        (SAMPLE * 10_000 + b"\t" * 5_000, ReadOptions(), BadTable),
        (b"\x1f\x8bnothing", ReadOptions(), BadTable),
    ],
)
def test_uploads_that_fail(
    tmp_path: Path, data: bytes, options: ReadOptions, error: type[TSVShareError]
) -> None:
    table = Table.create(
        tmp_path / "t", options=options, limit=1_000_000, max_columns=1000, durable=False
    )
    held = Held(table)
    try:
        table.feed_bytes(data)
        held.frozen = table.frozen()
        table.finish_input()
    except TSVShareError as failed:
        held.error = failed  # with all that its traceback refers to
    assert isinstance(held.error, error)
    table.close()
    assert opened(tmp_path) == []


def test_a_table_that_is_used(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t", durable=False)
    table.feed_bytes(SAMPLE * 30_000)
    held = [Held(table)]
    table.finish_input()
    for step in range(5):
        held.append(Held(table))
        read_all_ways(held[-1].frozen)
        table.append_bytes(b"x\t1\n")
        held.append(Held(table))
        read_all_ways(held[-1].frozen)
        table.reread(ReadOptions(delimiter=",;"[step % 2]))
        read_all_ways(held[-1].frozen)  # as it was before
    with pytest.raises(BadTable):
        table.append_bytes(b"\x1f\x8b")
    table.close()
    assert opened(tmp_path) == []
    for one in held:
        assert one.frozen.facts.rows > 1
        with pytest.raises(NotFound, match="closed"):
            one.frozen.rows(0, 1, 0, 1)


@pytest.mark.parametrize("bad", [b'x\t"y\n' + SAMPLE * 20_000 + b'x\t"y" z\n', b"\xe9\n" * 60_000])
def test_readings_that_are_tried(tmp_path: Path, bad: bytes) -> None:
    table = Table.create(tmp_path / "t", durable=False)
    table.feed_bytes(SAMPLE * 30_000 + bad)
    held = Held(table)
    table.finish_input()
    read_all_ways(held.frozen)  # until the table is closed
    assert len([path for path in opened(tmp_path) if "rows" in path]) <= 4
    table.close()
    assert opened(tmp_path) == []


def test_what_is_frozen_may_be_closed_alone(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t", durable=False)
    table.feed_bytes(SAMPLE)
    table.finish_input()
    frozen = table.frozen()
    frozen.close()
    read_all_ways(table)
    table.close()
    table.close()
    assert opened(tmp_path) == []


def test_opened_again(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t", durable=False)
    table.feed_bytes(SAMPLE)
    table.finish_input()
    table.close()
    again = Table.open(tmp_path / "t")
    held = Held(again)
    read_all_ways(held.frozen)
    again.close()
    assert opened(tmp_path) == []
    (tmp_path / "t" / "rows.u64").write_bytes(b"")
    with pytest.raises(BadTable, match="index"):
        Table.open(tmp_path / "t")
    assert opened(tmp_path) == []


def test_a_read_under_way_is_not_cut_off(tmp_path: Path) -> None:
    """Its descriptor stays open until it has been read, even if the table is closed meanwhile."""
    table = Table.create(tmp_path / "t", durable=False)
    table.feed_bytes(SAMPLE)
    table.finish_input()
    contents = table._last.contents
    assert contents is not None
    with contents.text.view(0, len(SAMPLE)) as (buffer, start):
        table.close()
        assert buffer[start : start + len(SAMPLE)] == SAMPLE
    assert opened(tmp_path) == []


def test_the_end_of_a_program_closes_no_file_under_those_who_read_it(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"text")
    script = """
import atexit, sys
from pathlib import Path
from tsvshare_widget.table.storage.files import ReadFile
atexit.register(lambda: print(file.read(0, 4).decode()))  # as a relay is stopped: last of all
file = ReadFile(Path(sys.argv[1]))
"""
    command = [sys.executable, "-c", script, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("text\n", "")
