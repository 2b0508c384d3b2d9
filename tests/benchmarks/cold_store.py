"""The first page of a large table on a relay that never saw it, beside reading it whole.

    python tests/benchmarks/cold_store.py [GIGABYTES]

The table is in an S3 service on this computer that streams ranges (``s3_ranges.py``).  Prints a
table: seconds, requests, and bytes that came.  Needs three times the room of the table on the disk.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tsvshare_widget.objects.manifest import folder_of
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.read_options import NO_OPTIONS
from tsvshare_widget.relay.storage.cached_tables import CachedTableStore
from tsvshare_widget.relay.storage.stored_tables import StoredTables

CACHE = 1 << 40
PIECE_ROWS = 10_000


@contextmanager
def s3_service(folder):
    """The URL of a bucket in a service that streams ranges, in a process of its own."""
    (folder / "bucket").mkdir(parents=True)
    command = [sys.executable, Path(__file__).with_name("s3_ranges.py"), folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    port = process.stdout.readline().strip()
    os.environ |= {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "us-east-1"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
    try:
        yield "s3://bucket/tables"
    finally:
        process.kill()
        process.wait()


def pieces(size):
    """About so many bytes of a table, piece by piece: a number, a name, two measurements, text."""
    yield b"id\tname\tscore\tmass\tnote\n"
    made, first = 0, 0
    while made < size:
        lines = (
            f"{row}\tgene{row % 20011}\t{row * 7919 % 100003 / 1000}\t{row % 977}.5\tnote {row}\n"
            for row in range(first, first + PIECE_ROWS)
        )
        piece = "".join(lines).encode()
        made, first = made + len(piece), first + PIECE_ROWS
        yield piece


async def take_in(url, folder, size):
    """The id and rows of a table of so many bytes, stored by a relay, and the seconds it took."""
    tables = tables_in(url, folder)
    begun = time.perf_counter()
    table_id, table = tables.create(NO_OPTIONS, CACHE)
    ahead = tables.ahead(table_id)
    for piece in pieces(size):
        await asyncio.to_thread(table.feed_bytes, piece)
        await ahead.room()
    await ahead.end()
    await asyncio.to_thread(table.finish_input)
    facts = table.facts
    tables.release(table_id)
    tables.close()
    print(f"stored {facts.bytes:,} bytes, {facts.rows:,} rows", file=sys.stderr)
    return table_id, facts.rows, time.perf_counter() - begun


def tables_in(url, folder):
    return CachedTableStore(folder, StoredTables(Objects(url), folder, CACHE), durable=False)


class Row:
    """One row of the result: seconds, requests and bytes from when it was made."""

    def __init__(self, what, objects):
        self.what, self.objects = what, objects
        self.requests, self.bytes = sum(objects.requests.values()), objects.bytes_read
        self.begun = time.perf_counter()

    def end(self):
        seconds = time.perf_counter() - self.begun
        requests = sum(self.objects.requests.values()) - self.requests
        came = (self.objects.bytes_read - self.bytes) / 1e6
        return f"| {self.what} | {seconds:.3f} s | {requests:,} | {came:,.1f} MB |"


async def read_cold(url, folder, table_id, rows):
    tables = tables_in(url, folder)
    objects = tables.stored.objects
    results = []
    row = Row("first page, 100 rows", objects)
    await tables.prepare(table_id)
    table = tables.acquire(table_id)
    for what, first in (
        ("", 0),
        ("a page in the middle", rows // 2),
        ("the next one", rows // 2 + 100),
    ):
        if what:
            row = Row(what, objects)
        page = await asyncio.to_thread(table.rows, first, 100, 0, 5)
        assert page.cells[0][0] == str(first)
        results.append(row.end())
    row = Row("all of the rest, as a sort needs it", objects)
    await tables.prepare(table_id, whole=True)
    results.append(row.end())
    tables.close()
    return results


def read_whole(url, table_id):
    """The text alone, object after object: what a relay would do that reads no ranges."""
    objects = Objects(url)
    row = Row("beside it: its text whole, object after object", objects)
    for entry in sorted(objects.entries(f"{folder_of(table_id)}/raw")):
        objects.get(entry.key)
    result = row.end()
    objects.close()
    return result


def main():
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 2) * 1e9)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with s3_service(folder / "served") as url:
            table_id, rows, seconds = asyncio.run(take_in(url, folder / "one", size))
            print(f"taken in and stored in {seconds:.1f} s\n")
            print("| | time | requests | came |\n| --- | ---: | ---: | ---: |")
            for line in asyncio.run(read_cold(url, folder / "two", table_id, rows)):
                print(line)
            print(read_whole(url, table_id))


if __name__ == "__main__":
    main()
