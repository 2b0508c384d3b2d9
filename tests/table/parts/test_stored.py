"""Questions about a table in an object store, which those who do the tasks read by ranges."""

import asyncio
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from parts_fixture import (
    QUESTIONS,
    hard_table,
    profiles_at_once,
    profiles_in_parts,
    rows_at_once,
    rows_in_parts,
)
from relay_fixture import wait_for
from stored_fixture import tables_of_relay, take_in

from tsvshare_widget.errors import NotFound, Stale, Unavailable
from tsvshare_widget.objects.manifest import folder_of
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.parts.local import LocalExecutor
from tsvshare_widget.table.parts.rows import Rows, cut_rows, opened
from tsvshare_widget.table.parts.stored import StoredContents, StoredFiles
from tsvshare_widget.table.state import Moment, Stored
from tsvshare_widget.table.storage.ranged import BLOCK_BYTES, STEP_BYTES, RangedFile, RangedOffsets

pytest.importorskip("obstore", reason="needs the extra tsvshare-widget[cluster]")


class AtStore:
    """A table as those know it who have its store alone."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def moment(self) -> Moment:
        return self._moment


def stored(data: bytes, folder: Path, options: ReadOptions | None = None) -> Moment:
    """The moment of a table that is in a store, of which no folder is there any more."""

    async def store() -> Moment:
        url = (folder / "shared").as_uri()
        async with tables_of_relay(url, folder / "relay") as tables:
            table_id = await take_in(tables, data, options=options)
            table = tables.acquire(table_id)
            moment = msgspec.structs.replace(table.moment(), stored=tables.stored_at(table_id))
            tables.release(table_id)
            return moment

    moment = asyncio.run(store())
    shutil.rmtree(folder / "relay")
    assert moment.stored is not None
    return moment


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    table = hard_table(tmp_path_factory.mktemp("near"))
    yield table
    table.close()


@pytest.fixture(scope="module")
def far(near: Table, tmp_path_factory: pytest.TempPathFactory) -> AtStore:
    data = (Path(near.moment().folder) / "raw").read_bytes()
    return AtStore(stored(data, tmp_path_factory.mktemp("far")))


@pytest.mark.slow
def test_the_same_rows_and_profiles(near: Table, far: AtStore) -> None:
    with LocalExecutor() as executor:
        for query in QUESTIONS:
            assert rows_in_parts(executor, far, query) == rows_at_once(near, query), query
        assert profiles_in_parts(executor, far) == profiles_at_once(near)
        some = list(range(0, 300, 7))
        assert profiles_in_parts(executor, far, some) == profiles_at_once(near, some)


def test_a_task_fetches_its_rows_and_little_more(tmp_path: Path) -> None:
    row = b"x" * 99 + b"\n"
    moment = stored(row * 300_000, tmp_path, ReadOptions(header=False))
    assert moment.stored is not None
    objects = Objects(moment.stored.store)
    files = StoredFiles(objects, moment.stored.table)
    parts = cut_rows(moment, 3_000_000)
    assert len(parts) == 10
    for part in (parts[0], parts[4], parts[9]):
        before = objects.bytes_read
        reading = StoredContents(moment, files)
        reading.expect(*part)
        found = reading.contents.index.bounds(part.first, part.stop - part.first)
        begin = int(found.starts[0])
        assert reading.contents.text.read(begin, int(found.ends[-1]) - begin) == row * 30_000
        index_bytes = 8 * 30_000
        assert objects.bytes_read - before < 3_000_000 + index_bytes + 4 * BLOCK_BYTES
        reading.contents.close()
    objects.close()


def test_rows_of_any_size_are_cut(tmp_path: Path) -> None:
    random.seed(7)
    rows = [b"x" * random.choice((1, 10, 50_000)) for _ in range(400)]
    moment = stored(b"\n".join(rows) + b"\n", tmp_path, ReadOptions(header=False))
    parts = cut_rows(moment, 100_000)
    assert parts[0].first == 0
    assert parts[-1].stop == 400
    assert all(part.stop == other.first for part, other in pairwise(parts))
    for part in parts:
        size = sum(len(row) + 1 for row in rows[part.first : part.stop])
        assert size <= 125_000


def test_segments_that_were_put_anew_are_found(tmp_path: Path) -> None:
    url = (tmp_path / "shared").as_uri()

    async def grow() -> bytes:
        async with tables_of_relay(url, tmp_path / "relay") as tables:
            table_id = await take_in(tables, b"a\tb\n" + b"1\t2\n" * 1000)
            table = tables.acquire(table_id)
            objects = Objects(url)
            before = names_of(objects, table_id)
            files = StoredFiles(objects, table_id)
            file = files.open("raw", files.size("raw"))
            # The same rows are in other segments then, and those that were known are deleted.
            await asyncio.to_thread(table.append_bytes, b"3\t4\n" * 2000)
            wait_for(lambda: not before & names_of(objects, table_id))
            text = await asyncio.to_thread(file.read, 0, 12)
            await asyncio.to_thread(objects.delete_all, folder_of(table_id))
            with pytest.raises(Stale):
                await asyncio.to_thread(files.open("raw", 12).read, 0, 12)
            objects.close()
            tables.release(table_id)
            return text

    assert asyncio.run(grow()) == b"a\tb\n1\t2\n1\t2\n"


def names_of(objects: Objects, table_id: str) -> set[str]:
    """The names of the segments of a table's text."""
    return {entry.key for entry in objects.entries(f"{folder_of(table_id)}/raw")}


class Source:
    """A file of random bytes, and what is asked of it."""

    def __init__(self, size: int) -> None:
        self.data = random.Random(3).randbytes(size)
        self.asked: list[tuple[int, int]] = []
        self.fails = 0

    def fetch(self, start: int, size: int) -> bytes:
        self.asked.append((start, size))
        if self.fails:
            self.fails -= 1
            raise Unavailable("not now")
        return self.data[start : start + size]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def test_any_bytes_of_a_file(pool: ThreadPoolExecutor) -> None:
    source = Source(3 * STEP_BYTES + 12345)
    file = RangedFile(len(source.data), source.fetch, pool)
    chance = random.Random(5)
    for number in range(300):
        if number == 150:
            file.expect(STEP_BYTES // 2 + 8, 2 * STEP_BYTES + 77)
        start = chance.randrange(len(source.data))
        size = chance.choice((0, 1, 100, BLOCK_BYTES, 3_000_000, STEP_BYTES + 1))
        assert file.read(start, size) == source.data[start : start + size]
        target = bytearray(min(size, len(source.data) - start))
        file.read_into(start, memoryview(target))
        assert target == source.data[start : start + size]
        with file.view(start, size) as (memory, inside):
            assert memory[inside:][:100] == source.data[start : start + min(size, 100)]
    assert (
        file.gather([5, 9_000_000], [3, 4]) == source.data[5:8] + source.data[9_000_000:9_000_004]
    )
    with pytest.raises(EOFError):
        file.read_into(len(source.data) - 1, memoryview(bytearray(2)))
    file.close()
    with pytest.raises(NotFound):
        file.read(0, 1)


def test_who_reads_on_asks_for_much_at_once_and_for_nothing_twice(pool: ThreadPoolExecutor) -> None:
    source = Source(4 * STEP_BYTES)
    file = RangedFile(len(source.data), source.fetch, pool)
    first, stop = STEP_BYTES - 1000, 3 * STEP_BYTES + 500
    file.expect(first, stop)
    found = b"".join(
        file.read(place, min(1 << 20, stop - place)) for place in range(first, stop, 1 << 20)
    )
    assert found == source.data[first:stop]
    assert sorted(source.asked) == [
        (first, 1000),
        (STEP_BYTES, STEP_BYTES),
        (2 * STEP_BYTES, STEP_BYTES),
        (3 * STEP_BYTES, 500),
    ]


def test_what_failed_is_asked_for_again(pool: ThreadPoolExecutor) -> None:
    source = Source(1000)
    source.fails = 1
    file = RangedFile(1000, source.fetch, pool)
    with pytest.raises(Unavailable):
        file.read(0, 10)
    assert file.read(0, 10) == source.data[:10]


def test_numbers_anywhere(pool: ThreadPoolExecutor) -> None:
    numbers = np.arange(500_000, dtype="<i8") * 7
    data = numbers.tobytes()
    file = RangedFile(len(data), lambda start, size: data[start : start + size], pool)
    offsets = RangedOffsets(file)
    places = np.random.default_rng(1).integers(0, len(numbers) - 1, 10_000)
    assert (offsets.numbers_at(places) == numbers[places]).all()
    assert len(offsets.numbers_at(places[:0])) == 0
    few = places[:100]
    assert (offsets.pairs_at(few) == np.stack((few, few + 1), axis=1) * 7).all()
    file.expect(8 * 100_001, 8 * 200_003)
    assert (offsets.read_numbers(100_001, 100_000) == numbers[100_001:200_001]).all()
    assert (offsets.numbers_at(places) == numbers[places]).all()
    assert (offsets.view_numbers(10) == numbers[:10]).all()


def test_a_store_that_is_gone(tmp_path: Path) -> None:
    moment = stored(b"a\n1\n", tmp_path)
    nowhere = Stored(store=(tmp_path / "nowhere").as_uri(), table="none")
    with pytest.raises(Stale), opened(msgspec.structs.replace(moment, stored=nowhere)):
        pass
    with opened(moment) as table:
        assert [begin for begin, _, _ in table.scan(Rows(0, 1)).each_block(lambda _: 0)] == [0]
