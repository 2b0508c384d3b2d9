"""The folder of a relay as a cache of the tables in its store, and what is deleted there."""

import asyncio
from pathlib import Path

import pytest
from append_fixture import seen
from relay_fixture import tsv, wait_for
from stored_fixture import look_at, opened, tables_of_relay, take_in

from tsvshare_widget.errors import Damaged, NotFound
from tsvshare_widget.relay.objects import stored_table
from tsvshare_widget.relay.storage.stored_tables import StoredTables
from tsvshare_widget.table import Table

pytestmark = pytest.mark.slow
pytest.importorskip("obstore", reason="needs the extra tsvshare-widget[cluster]")


def test_what_was_not_used_for_longest_goes_and_comes_again(url, tmp_path):
    async def steps():
        async with tables_of_relay(url, tmp_path / "one", cache_bytes=150_000) as one:
            ids = [await take_in(one, tsv(2000)) for _ in range(4)]
            here = [await look_at(one, table_id) for table_id in ids]
            async with opened(one, ids[1]):
                await one.trim_cache()
                left = {path.name for path in (tmp_path / "one").iterdir() if "." not in path.name}
                assert left < set(ids)
                assert ids[1] in left  # in use
                assert ids[3] in left or len(left) == 1
            assert [await look_at(one, table_id) for table_id in ids] == here

    asyncio.run(steps())


def test_a_table_larger_than_the_cache_can_be_had_as_a_whole(url, tmp_path):
    async def steps():
        async with tables_of_relay(url, tmp_path / "one") as one:
            table_id = await take_in(one, tsv(5000))
        async with tables_of_relay(url, tmp_path / "two", cache_bytes=1000) as two:
            await two.prepare(table_id, whole=True)
            async with opened(two, table_id, whole=True) as table:
                await two.trim_cache()
                assert (tmp_path / "two" / table_id).exists()
                assert table.facts.rows == 5000
            await two.trim_cache()
            assert not (tmp_path / "two" / table_id).exists()

    asyncio.run(steps())


def test_bytes_that_are_not_those_that_were_stored_are_told_and_do_not_stay(
    folder_url, tmp_path, caplog
):
    data = b"".join(b"%d\t%s\n" % (row, b"x" * 90) for row in range(110_000))  # two segments

    async def steps():
        async with tables_of_relay(folder_url, tmp_path / "one") as one:
            table_id = await take_in(one, data)
        segments = list((tmp_path / "shared" / "tables" / table_id / "raw").iterdir())
        assert len(segments) == 2
        for segment in segments:
            async with tables_of_relay(folder_url, tmp_path / segment.name) as two:
                stored = segment.read_bytes()
                segment.write_bytes(stored[:-5] + b"?" + stored[-4:])
                with pytest.raises(Damaged, match="upload it again"):
                    await two.prepare(table_id, whole=True)
                assert segment.name in caplog.text
                segment.write_bytes(stored)
                async with opened(two, table_id, whole=True) as table:
                    file = table.open_raw()
                    assert await asyncio.to_thread(file.read, 0, len(data) + 1) == data
                    file.close()

    asyncio.run(steps())


def test_a_table_that_is_not_stored_yet_stays_here(folder_url, tmp_path):
    data = tsv(50)
    table = Table.create(tmp_path / "one" / "old", durable=False)  # of a time without a store
    table.feed_bytes(data)
    table.finish_input()
    before = seen(table)
    table.close()

    async def steps():
        async with tables_of_relay(folder_url, tmp_path / "one", cache_bytes=1) as one:
            assert await look_at(one, "old") == before
            await one.trim_cache()
            assert (tmp_path / "one" / "old").exists()
            async with opened(one, "old") as table:  # stored with its next change
                await asyncio.to_thread(table.append_bytes, b"n\t1\n")
            await one.trim_cache()
            assert not (tmp_path / "one" / "old").exists()
            async with opened(one, "old") as table:
                assert table.facts.rows == 51

    asyncio.run(steps())


def test_what_was_here_in_part_is_fetched_anew_by_the_next_relay_and_what_was_whole_is_not(
    folder_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(stored_table, "SMALL_BYTES", 0)  # else all of it comes by itself

    async def steps():
        async with tables_of_relay(folder_url, tmp_path / "one") as one:
            table_id = await take_in(one, tsv(500))
            before = await look_at(one, table_id)
        async with tables_of_relay(folder_url, tmp_path / "two") as two:
            await look_at(two, table_id)
        for name, reads in (("one", False), ("two", True)):
            async with tables_of_relay(folder_url, tmp_path / name) as again:
                assert await look_at(again, table_id) == before
                assert bool(again.stored.objects.requests["get"]) == reads

    asyncio.run(steps())


# --- deleting ------------------------------------------------------------------------------------


def test_a_deleted_table_is_gone_from_the_store(url, tmp_path):
    async def steps():
        async with tables_of_relay(url, tmp_path / "one") as one:
            table_id = await take_in(one, tsv(50))
            one.discard(table_id)
            await until(lambda: not one.stored.objects.entries("tables"))
            with pytest.raises(NotFound):
                await one.prepare(table_id)

    asyncio.run(steps())


def test_what_a_relay_that_was_killed_left_of_an_upload_is_swept_after_a_day(
    folder_url, tmp_path, monkeypatch
):
    async def steps():
        async with tables_of_relay(folder_url, tmp_path / "one") as one:
            kept = await take_in(one, tsv(50))
            one.stored.objects.put("tables/half/raw/1", b"x")
            one.stored.forget(kept)  # as another relay knows nothing of it
            await one.stored.sweep(None)
            assert sorted(one.stored.objects.folders("tables")) == sorted(["half", kept])
            monkeypatch.setattr("tsvshare_widget.relay.storage.stored_tables.LEFT_OVER_SECONDS", 0)
            await one.stored.sweep(None)
            assert one.stored.objects.folders("tables") == [kept]
            await one.stored.sweep({kept})
            assert one.stored.objects.folders("tables") == [kept]
            await one.stored.sweep(set())
            assert one.stored.objects.folders("tables") == []

    asyncio.run(steps())


async def until(condition):
    await asyncio.to_thread(wait_for, condition)


def test_the_folders_of_a_cache_that_is_begun_anew(tmp_path):
    assert StoredTables.clear_partial(Path(tmp_path, "none")) is None
