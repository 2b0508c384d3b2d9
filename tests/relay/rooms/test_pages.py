"""Pages and downloads that copy rows of the file say the same as those that split them."""

import asyncio
import sys

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_fixture import DIALECTS, any_bytes, cells_of, fill
from relay_fixture import tsv

from tsvshare_widget.protocol import decode_page
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.rooms import pages as pages_module
from tsvshare_widget.relay.rooms.page_window import window_of
from tsvshare_widget.relay.rooms.pages import Renderer, read_columns, read_page
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.table_states import table_state
from tsvshare_widget.relay.threads import FairThreads, Stop
from tsvshare_widget.table.export.row_set import RowSet
from tsvshare_widget.table.export.tsv import write_rows, write_table

BOM = "\ufeff".encode()


def page_of(table, ids=None):
    """A page of all rows of a table, or of some."""
    facts = table.facts
    state = table_state("t", "t.tsv", facts, ReadOptions(), finished=True)
    count = facts.rows if ids is None else len(ids)
    window = window_of(state, 1, 1000, None)
    columns = read_columns(table, state, window)
    return read_page(table, state, window, RowSet(0, count, ids), columns, Stop())


plain_bytes = st.lists(
    st.sampled_from([b"a", b"12", b"\t", b"\n", "é".encode(), b"\r\n", b" "]), max_size=40
).map(b"".join)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=any_bytes | plain_bytes, order=st.randoms(use_true_random=False))
def test_a_page_has_the_cells_of_its_rows(tmp_path_factory, dialect, data, order):
    table = fill(tmp_path_factory.mktemp("t"), data, dialect)
    cells = cells_of(table)
    assert decode_page(page_of(table)).rows == cells
    ids = list(range(len(cells))) * 2
    order.shuffle(ids)
    assert decode_page(page_of(table, np.array(ids, np.int64))).rows == [cells[i] for i in ids]
    table.close()


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=any_bytes | plain_bytes | any_bytes.map(lambda data: b"\n" + BOM + data))
def test_a_download_is_what_its_cells_are_written_as(tmp_path_factory, dialect, data):
    table = fill(tmp_path_factory.mktemp("t"), data, dialect)
    assert b"".join(write_table(table)) == write_rows(cells_of(table), first=True)
    table.close()


def test_a_page_is_written_as_msgspec_writes_it(tmp_path):
    data = 'a\t"b\tc"\té\n\n1\t2\n\x7f\t\u2028\t/\n3"\t\\\n'.encode()
    table = fill(tmp_path, data)
    page = page_of(table)
    assert page == msgspec.json.encode(decode_page(page))


def test_long_cells_are_cut_in_plain_rows_too(tmp_path):
    table = fill(tmp_path, b"a\tb\n" + b"x" * 10_001 + b"\tb\nc\td\n")
    page = decode_page(page_of(table))
    assert [len(row[0]) for row in page.rows] == [1, 10_000, 1]
    assert page.cut == [(1, 0, 10_001)]


def test_headers_without_names_are_forgotten_too(tmp_path, monkeypatch):
    monkeypatch.setattr(pages_module, "HEADERS_BYTES", 2000)

    async def main():
        tables = TableStore(tmp_path)
        renderer = Renderer(tables, FairThreads("reading", 1))
        options = ReadOptions(header=False)
        table_id, table = tables.create(options, 10**9)
        table.feed_bytes(b"\t".join([b"x"] * 50) + b"\n")
        table.finish_input()
        state = table_state(table_id, "t.tsv", table.facts, options, finished=True)
        for start in range(50):
            await renderer.page(state, window_of(state, 1, 10, (start, 50)))
        tables.release(table_id)
        tables.close()
        return len(renderer._headers)

    assert 0 < asyncio.run(main()) < 5


def test_the_names_of_columns_follow_the_reading(tmp_path):
    async def pages():
        store = TableStore(tmp_path)
        renderer = Renderer(store, FairThreads("reading", 2))
        table_id, table = store.create(ReadOptions(header=True, quoting="none"), sys.maxsize)
        table.feed_bytes(tsv(10))
        table.finish_input()
        names = []
        for options in (
            ReadOptions(header=True),
            ReadOptions(header=True),
            ReadOptions(header=False),
        ):
            table.reread(options)
            state = table_state(table_id, "t.tsv", table.facts, options, finished=True)
            for page_size in (2, 3):
                page = await renderer.page(state, window_of(state, 1, page_size, None))
                names.append(decode_page(page).columns.names)
        store.release(table_id)
        store.close()
        return names

    header = ["name0", "name1"]
    assert asyncio.run(pages()) == [header] * 4 + [None] * 2
