"""Tables in an object store: what a relay that never saw them reads is what the first one had."""

import asyncio
import gzip
import random

import numpy as np
import pytest
from append_fixture import seen
from relay_fixture import tsv
from stored_fixture import look_at, opened, tables_of_relay, take_in

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.objects.manifest import SEGMENT_BYTES, manifests_of
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

pytestmark = pytest.mark.slow
pytest.importorskip("obstore", reason="needs the extra tsvshare-widget[cluster]")


def manifests(tables, table_id):
    return [entry.key for entry in tables.stored.objects.entries(manifests_of(table_id))]


def many_lines(rows):
    """A table of which a cell has line ends in it in every row, and comments lie between them."""
    cells = (f'{row}\t"a\nb{row}"\n# {row} is so\n' for row in range(rows))
    return ("number\ttext\n" + "".join(cells)).encode()


TABLES = {
    "plain": tsv(3000),
    "empty": b"",
    "header alone": b"a\tb\n",
    "no line end": b"a\tb\n1\t2",
    "quotes": b'a\tb\n"x\ty"\t"two\nlines"\n"he said ""so"""\t\n',
    "comments and blank lines": b"# about\n#more\na\tb\n1\t2\n\n# between\n3\t4\n\n\n5\t6\n",
    "row names": b"a\tb\none\t1\t2\ntwo\t3\t4\n",
    "ragged": b"a\tb\tc\n1\n1\t2\t3\t4\t5\n\t\t\n",
    "windows": b"a\tb\r\n1\t2\r\n3\t4\r\n",
    "latin-1": "name\tcity\nJos\xe9\tM\xe1laga\nAnn\tZ\xfcrich\n".encode("latin-1"),
    "utf-16": "a\tb\n\u00e9\t\u4e2d\n".encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbfa\tb\n1\t2\n",
    "compressed": gzip.compress(tsv(2000), mtime=0),
    "compressed and cut": gzip.compress(tsv(2000), mtime=0)[:-100],
    "many lines a row": many_lines(200),
}


@pytest.mark.parametrize("kind", TABLES)
def test_another_relay_sees_the_same(url, tmp_path, kind):
    async def steps():
        async with tables_of_relay(url, tmp_path / "one") as one:
            table_id = await take_in(one, TABLES[kind], name="x.tsv")
            before = await look_at(one, table_id)
        async with tables_of_relay(url, tmp_path / "two") as two:
            assert await look_at(two, table_id) == before
            async with opened(two, table_id) as table:
                file = table.open_raw()
                size = len(TABLES[kind]) + 1
                assert await asyncio.to_thread(file.read, 0, size) == TABLES[kind]
                file.close()
            async with opened(two, table_id, whole=True) as table:
                assert two.is_here(table_id)
                assert seen(table) == before
                assert seen(Table.at(table.moment())) == before  # as another process reads it

    asyncio.run(steps())


@pytest.mark.parametrize(
    "kind", ["plain", "no line end", "latin-1", "compressed", "header alone", "many lines a row"]
)
def test_what_is_appended_on_another_relay_is_there_on_a_third(url, tmp_path, kind):
    more = b'new\t"x"\n'

    async def steps():
        async with tables_of_relay(url, tmp_path / "one") as one:
            table_id = await take_in(one, TABLES[kind], name="x.tsv")
        async with tables_of_relay(url, tmp_path / "two") as two:
            async with opened(two, table_id) as table:
                for number in range(5):
                    await asyncio.to_thread(table.append_bytes, more, f"op{number}")
                after = await asyncio.to_thread(seen, table)
            assert len(manifests(two, table_id)) <= 2  # the last one may go a moment later
        async with tables_of_relay(url, tmp_path / "three") as three:
            assert await look_at(three, table_id) == after
            async with opened(three, table_id) as table:
                assert table.last_append == "op4"

    asyncio.run(steps())


def test_what_is_read_anew_on_another_relay_is_so_on_a_third(url, tmp_path):
    data = b"a,b\tc\n1,2\t3\n\n4,5\t6\n"

    async def steps():
        async with tables_of_relay(url, tmp_path / "one") as one:
            table_id = await take_in(one, data, name="x.tsv")
        async with tables_of_relay(url, tmp_path / "two") as two:
            async with opened(two, table_id) as table:
                for options in (ReadOptions(delimiter=","), ReadOptions(header=False)):
                    await asyncio.to_thread(table.reread, options)
                after = await asyncio.to_thread(seen, table)
            assert await look_at(two, table_id) == after
        async with tables_of_relay(url, tmp_path / "three") as three:
            assert await look_at(three, table_id) == after

    asyncio.run(steps())


def big_table(rows, width=80):
    """Lines of the same length, so that one knows where each is."""
    fill = "x" * (width - 12)
    return ("number\ttext".ljust(width - 1) + "\n").encode() + b"".join(
        f"{row:010d}\t{fill}\n".encode() for row in range(rows)
    )


def test_a_large_table_comes_in_parts(url, tmp_path):
    data = big_table(250_000)  # three segments
    assert len(data) > 2 * SEGMENT_BYTES

    async def steps():
        async with tables_of_relay(url, tmp_path / "one") as one:
            table_id = await take_in(one, data)
            assert one.stored.begin(table_id).is_stored
        async with tables_of_relay(url, tmp_path / "two") as two:
            objects = two.stored.objects
            async with opened(two, table_id) as table:
                first = await asyncio.to_thread(table.rows, 0, 100, 0, 2)
                assert first.cells[99][0] == "0000000099"
                # A list, the manifest, and at once the beginnings of the text and the index.
                assert sum(objects.requests.values()) <= 6
                objects.requests.clear()
                late = await asyncio.to_thread(table.rows, 200_000, 100, 0, 2)
                assert late.cells[0][0] == "0000200000"
                assert sum(objects.requests.values()) <= 2  # the index, then the text
                picked = np.array([249_999, 5, 130_000])
                rows = await asyncio.to_thread(table.rows_at, picked, 0, 1)
                assert [row[0] for row in rows.cells] == ["0000249999", "0000000005", "0000130000"]
                assert objects.bytes_read < len(data) / 4
            assert not two.is_here(table_id)
            progress = []
            await two.prepare(table_id, whole=True, on_advance=progress.append)
            assert two.is_here(table_id)
            assert progress[-1] == 1
            assert (tmp_path / "two" / table_id / "raw").read_bytes() == data

    asyncio.run(steps())


def test_long_lists_of_comments_are_searched_where_they_are(folder_url, tmp_path):
    rows = 80_000  # so that the lists of comments and lines are longer than comes as a whole

    async def steps():
        async with tables_of_relay(folder_url, tmp_path / "one") as one:
            options = ReadOptions(comments=("#",), quoting="excel", header=True)
            table_id = await take_in(one, many_lines(rows), options=options)
        async with (
            tables_of_relay(folder_url, tmp_path / "two") as two,
            opened(two, table_id) as table,
        ):
            page = await asyncio.to_thread(table.rows, 70_000, 3, 0, 2)
            assert page.cells[1] == ["70001", "a\nb70001"]
            numbers = await asyncio.to_thread(table.line_numbers, 70_000, 3)
            assert numbers == [2 + 3 * row for row in range(70_000, 70_003)]
            assert two.stored.objects.bytes_read < 4_000_000

    asyncio.run(steps())


# --- several relays ------------------------------------------------------------------------------


def test_of_two_that_change_a_table_the_second_is_refused(url, tmp_path):
    async def steps():
        async with (
            tables_of_relay(url, tmp_path / "one") as one,
            tables_of_relay(url, tmp_path / "two") as two,
        ):
            table_id = await take_in(one, tsv(10))
            async with opened(one, table_id) as old, opened(two, table_id) as new:
                await asyncio.to_thread(new.append_bytes, b"n\t1\n")
                await asyncio.to_thread(new.append_bytes, b"n\t2\n")
                before = seen(old)
                for _ in range(2):
                    with pytest.raises(Unavailable, match=r"another relay|not as it was stored"):
                        await asyncio.to_thread(old.append_bytes, b"o\t1\n")
                    assert seen(old) == before
                after = await asyncio.to_thread(seen, new)
            assert await look_at(one, table_id) == after  # opened anew

    asyncio.run(steps())


def test_what_another_relay_changed_is_seen_when_a_table_is_opened_again(url, tmp_path):
    async def steps():
        async with (
            tables_of_relay(url, tmp_path / "one") as one,
            tables_of_relay(url, tmp_path / "two") as two,
        ):
            table_id = await take_in(one, tsv(10))
            async with opened(two, table_id) as table:
                await asyncio.to_thread(table.append_bytes, b"n\t1\n")
                after = await asyncio.to_thread(seen, table)
            one.close_idle([table_id])
            assert await look_at(one, table_id) == after
            two.close_idle([table_id])
            assert await look_at(two, table_id) == after

    asyncio.run(steps())


def test_what_is_still_looked_for_when_a_relay_has_ended_brings_no_folder_back(url, tmp_path):
    async def steps():
        async with tables_of_relay(url, tmp_path / "one") as one:
            table_id = await take_in(one, tsv(10))
        async with tables_of_relay(url, tmp_path / "two") as two:
            (tmp_path / "two").rmdir()
            with pytest.raises(FileNotFoundError):
                await two.prepare(table_id)
            assert not (tmp_path / "two").exists()

    asyncio.run(steps())


def test_a_seeded_mixture_of_appends_and_readings_on_relays_in_turn(folder_url, tmp_path):
    chance = random.Random(5)

    async def steps():
        async with tables_of_relay(folder_url, tmp_path / "first") as relay:
            table_id = await take_in(relay, tsv(20))
        for turn in range(12):
            async with (
                tables_of_relay(folder_url, tmp_path / f"r{turn % 3}") as relay,
                opened(relay, table_id) as table,
            ):
                if chance.random() < 0.3:
                    options = ReadOptions(header=chance.random() < 0.5)
                    await asyncio.to_thread(table.reread, options)
                else:
                    rows = chance.choice([1, 50, 3000])
                    await asyncio.to_thread(table.append_bytes, tsv(rows, header=False))
                after = await asyncio.to_thread(seen, table)
            async with tables_of_relay(folder_url, tmp_path / f"c{turn}") as cold:
                assert await look_at(cold, table_id) == after
                async with opened(cold, table_id, whole=True) as table:
                    assert seen(table) == after

    asyncio.run(steps())
