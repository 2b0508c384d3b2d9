"""While a table grows nobody sees half of it, and whatever breaks off leaves it as it was."""

from __future__ import annotations

import resource
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from append_fixture import EVERYTHING, GROWN, MORE, PACKERS, SAMPLE, seen
from table_fixture import making

from tsvshare_widget.errors import BadTable, Stale
from tsvshare_widget.read_options import ReadOptions, exact_options
from tsvshare_widget.table import Table


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Table]]:
    with making(tmp_path) as make:
        yield make


# --- who reads meanwhile -----------------------------------------------------------------------


def test_earlier_moments_stay(make: Callable[..., Table]) -> None:
    table = make(SAMPLE + b"x\ty")
    frozen, moment, before = table.frozen(), table.moment(), seen(table)
    table.append_bytes(b"z\n" * 1000)
    assert seen(frozen) == before
    assert seen(Table.at(moment)) == before
    assert seen(Table.at(table.moment())) == seen(table) != before
    with pytest.raises(Stale):
        frozen.append_bytes(MORE)


@pytest.mark.slow
def test_readers_see_whole_parts(make: Callable[..., Table]) -> None:
    part = 7
    table = make(b"n\n" + b"".join(b"%d\n" % n for n in range(part)))
    done = threading.Event()

    def look() -> int:
        looks = 0
        while not done.is_set() or not looks:
            now = table.frozen()
            rows = now.facts.rows
            assert rows % part == 0
            assert now.facts.line_stats.rows == rows
            assert now.rows(0, EVERYTHING, 0, 9).cells == [[str(n)] for n in range(rows)]
            assert now.line_numbers(rows - 2, 9) == [rows, rows + 1]
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look) for _ in range(2)]
        try:
            for start in range(part, 100 * part, part):
                table.append_bytes(b"".join(b"%d\n" % n for n in range(start, start + part)))
        finally:
            done.set()
        assert all(future.result() for future in looking)


def test_several_at_once_take_turns(make: Callable[..., Table]) -> None:
    table = make(b"n\n")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: table.append_bytes(b"%d\n" % n * 3), range(60)))
    cells = [row[0] for row in table.rows(0, EVERYTHING, 0, 9).cells]
    assert cells[::3] == cells[1::3] == cells[2::3]
    assert sorted(map(int, cells[::3])) == list(range(60))


def test_appending_while_it_is_read_anew(make: Callable[..., Table]) -> None:
    table = make(b"n\tm\n" + b"1\t2\n" * 1000)
    with ThreadPoolExecutor(2) as pool:
        rereading = [pool.submit(table.reread, ReadOptions(header=bool(n % 2))) for n in range(20)]
        for _ in range(50):
            table.append_bytes(b"3\t4\n")
        for future in rereading:
            future.result()
    reading = table.facts.dialect
    assert table.facts.rows == 1051 - reading.header
    assert seen(make(table.raw_path.read_bytes(), exact_options(reading))) == seen(table)


# --- nothing is lost ---------------------------------------------------------------------------


def test_after_opening_again(make: Callable[..., Table], tmp_path: Path) -> None:
    make(SAMPLE).close()
    table = Table.open(tmp_path / "table0")
    table.append_bytes(MORE)
    assert seen(table) == seen(make(GROWN))
    assert seen(Table.open(tmp_path / "table0")) == seen(table)


@pytest.mark.parametrize("packer", list(PACKERS))
def test_killed_before_its_end(make: Callable[..., Table], tmp_path: Path, packer: str) -> None:
    """What was written goes as if it had never come, wherever it broke off."""
    table, before = make(PACKERS[packer][0](SAMPLE)), tmp_path / "before"
    shutil.copytree(tmp_path / "table0", before)
    table.append_bytes(b"# comment\n" + b"\nlost\tlost\tlost\n" * 5)
    for cut in (0, 3, 8):
        broken = tmp_path / f"broken{cut}"
        shutil.copytree(tmp_path / "table0", broken)
        shutil.copy(before / "meta.json", broken / "meta.json")
        for path in broken.glob("*.u64"):
            size = max(path.stat().st_size - cut, (before / path.name).stat().st_size)
            path.write_bytes(path.read_bytes()[:size])
        again = Table.open(broken)
        assert seen(again) == seen(Table.open(before))
        again.append_bytes(MORE)
        assert seen(again) == seen(make(PACKERS[packer][0](GROWN)))
        assert PACKERS[packer][1](again.raw_path.read_bytes()) == GROWN


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file of this process may become larger, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [1010, 2020])
def test_a_full_disk(make: Callable[..., Table], tmp_path: Path, size: int) -> None:
    """Of the file as it came, and of its index, which takes more."""
    table = make(b"n\n" + b"1\n" * 499)
    files = {path: path.read_bytes() for path in (tmp_path / "table0").iterdir()}
    before = seen(table)
    with files_up_to(size), pytest.raises(OSError, match="too large"):
        table.append_bytes(b"2\n" * 10 if size == 1010 else b"2\n" * 500)
    assert {path: path.read_bytes() for path in (tmp_path / "table0").iterdir()} == files
    assert seen(table) == before
    table.append_bytes(b"2\n")
    assert table.facts.rows == 500


def test_a_file_that_is_cut_off(make: Callable[..., Table]) -> None:
    table = make(SAMPLE)
    table.raw_path.write_bytes(SAMPLE[:-1])
    with pytest.raises(BadTable, match="raw of the table in table0 is cut off"):
        table.append_bytes(MORE)
