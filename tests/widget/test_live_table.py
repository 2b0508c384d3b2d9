"""A table without a widget, for scripts."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from patience import PATIENCE
from relay_fixture import Document, tsv, wait_for

import tsvshare_widget
from tsvshare_widget import TSVShare
from tsvshare_widget.errors import BadValue, Forbidden, NoSuchPage, NotFound, UploadBroken


@pytest.fixture
def link(document):
    document.put(tsv(250))
    return f"{document.url}#k={document.key}"


def test_pages_are_read_and_the_view_is_set(link, share):
    widget = share(link)
    with tsvshare_widget.connect(link) as table:
        assert (table.url, table.n_rows, table.n_total, table.n_pages) == (link, 250, 250, 3)
        assert table.columns == ["name0", "name1"]
        table.page = 3
        assert table.rows[0] == ["r200c0", "r200c1"]
        assert table.read_page(1, 2) == [["r0c0", "r0c1"], ["r1c0", "r1c1"]]
        assert table.page == 3  # everyone stays
        table.page_size, table.page = 50, -1
        assert table.page == 5
        table.search, table.sort = "r1c", [("name0", "desc")]
        table.filters = [("name1", "contains", "r1c")]
        assert (table.n_rows, table.sort, table.search) == (1, [("name0", "desc")], "r1c")
        assert table.filters == [("name1", "contains", "r1c")]
        wait_for(lambda: widget.n_rows == 1)
        assert list(table.to_pandas(view=True)["name0"]) == ["r1c0"]
        assert len(table.to_pandas(dtype=str)) == 250
        for wrong in (0, 99):
            with pytest.raises((BadValue, NoSuchPage)):
                table.page = wrong
        with pytest.raises(BadValue):
            table.sort = "nothing"
    wait_for(lambda: table.status.connection == "closed")


def test_rows_are_appended_and_tables_replaced(link):
    with tsvshare_widget.connect(link) as table:
        table.append([["x", "y"], {"name1": "z"}])
        assert table.n_total == 252
        table.upload(b"a\tb\n1\t2\n", name="other.tsv")
        assert (table.columns, table.n_total) == (["a", "b"], 1)


def test_changes_are_waited_for_and_called_back(link):
    heard = []
    called = threading.Event()

    def hear(table):
        heard.append((table.page, threading.current_thread()))  # it may read
        if table.page == 2:
            called.set()

    with (
        tsvshare_widget.connect(link, on_change=hear) as table,
        tsvshare_widget.connect(link) as other,
    ):
        assert not table.wait_for_change(timeout=0.01)
        other.page = 2
        assert table.wait_for_change(PATIENCE)
        assert table.page == 2
        assert called.wait(PATIENCE)
    assert threading.current_thread() not in {thread for _, thread in heard}


def test_links_that_allow_less_or_nothing(document, link, relay):
    with tsvshare_widget.connect(document.url) as table:
        assert len(table.rows) == 100
        for change in (lambda: setattr(table, "page", 2), lambda: table.append([["x"]])):
            with pytest.raises(Forbidden):
                change()
    with pytest.raises(NotFound):
        tsvshare_widget.connect(f"{relay.url}/d/nothing")
    with pytest.raises(BadValue):
        tsvshare_widget.connect("nothing")
    with tsvshare_widget.connect(Document(relay.url).url) as empty:
        assert (empty.rows, empty.n_total, empty.columns) == ([], 0, [])


def test_several_things_are_set_in_one_step(link):
    with tsvshare_widget.connect(link) as table:
        table.set(page_size=10, sort=[("name0", "desc")], search="r1", page=2)
        assert (table.page, table.page_size, table.search) == (2, 10, "r1")
        table.set(sort=None, search=None)
        assert (table.sort, table.search, table.page, table.n_rows) == ([], "", 1, 250)
        with pytest.raises(BadValue):
            table.set(sort="nothing", page=3)
        assert table.page == 1


def test_changes_are_gone_through_by_their_names(link):
    with (
        tsvshare_widget.connect(link) as table,
        tsvshare_widget.connect(link) as other,
    ):
        changes = table.changes(timeout=PATIENCE)
        other.page = 2
        assert "page" in next(name for name in changes if name != {"viewers"})
        other.append([["x", "y"]])
        assert {"n_total", "n_rows"} <= next(name for name in changes if "n_total" in name)
        other.upload(b"a\n1\n")
        assert any("table" in names for names in changes)
        assert list(table.changes(timeout=0.01)) == []
        table.close()
        assert list(changes) == []


def test_an_upload_reports_how_far_it_is_and_can_be_cancelled(link):
    told, cancelled = [], threading.Event()
    with tsvshare_widget.connect(link) as table:
        table.upload(tsv(50), name="x.tsv", header=False, on_progress=lambda *now: told.append(now))
        assert told[-1] == (len(tsv(50)), len(tsv(50)))
        assert table.n_total == 51

        def pieces():
            yield b"x\n"
            cancelled.set()
            while True:
                yield b"y\n"

        with pytest.raises(UploadBroken, match="cancelled"):
            table.upload(pieces(), cancelled=cancelled)


def test_a_table_is_awaited(link):
    async def use():
        async with tsvshare_widget.connect(link) as table:
            assert await table.columns == ["name0", "name1"]
            assert (await table.n_rows, await table.n_total, await table.n_pages) == (250, 250, 3)
            await table.set(page=3)
            assert (await table.rows)[0] == ["r200c0", "r200c1"]
            assert await table.read_page(1, 1) == [["r0c0", "r0c1"]]
            await table.append([["x", "y"]])
            assert await table.n_total == 251
            await table.set(search="r1c", sort="name0")
            assert (await table.sort, await table.search) == ([("name0", "asc")], "r1c")
            assert len(await table.to_pandas(view=True)) == await table.n_rows
            await table.upload({"a": [1, 2]})
            assert (await table.columns, await table.viewers) == (["a"], 1)
            assert table.status.connection == "live"
            with pytest.raises(BadValue):
                await table.set(sort="nothing")
            assert table.url == link
        table = await tsvshare_widget.connect(link)
        table.close()

    asyncio.run(use())


def test_changes_are_awaited_while_the_loop_goes_on(link):
    async def use():
        async with tsvshare_widget.connect(link) as table, tsvshare_widget.connect(link) as other:
            changes = table.changes(timeout=PATIENCE)

            async def turn():
                await other.set(page=2)

            turning = asyncio.create_task(turn())
            async for names in changes:
                if "page" in names:
                    break
            await turning
            assert await table.page == 2
            assert await table.wait_for_change(PATIENCE)
            while await table.wait_for_change(timeout=0.05):
                pass
            table.close()
            assert [names async for names in table.changes()] == []

    asyncio.run(use())


def test_an_await_that_is_cancelled_ends_its_upload(link, document):
    async def use():
        begun, go_on = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        def pieces():
            yield b"a\n1\n"
            loop.call_soon_threadsafe(begun.set)
            go_on.wait()
            yield b"2\n"

        async with tsvshare_widget.connect(link) as table:
            sending = asyncio.create_task(table.upload(pieces()))
            await begun.wait()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            go_on.set()

    asyncio.run(use())


def test_inside_a_loop_nothing_waits_before_it_is_used(link, relay):
    async def use():
        with tsvshare_widget.connect(link) as table:  # as cells of notebooks do
            assert table.n_rows == 250
        assert tsvshare_widget.connect(f"{relay.url}/d/nothing").status.connection == "connecting"
        for opening in (tsvshare_widget.connect(f"{relay.url}/d/nothing") for _ in range(2)):
            with pytest.raises(NotFound):
                await opening

    asyncio.run(use())


def test_a_table_is_used_from_many_threads(link):
    with tsvshare_widget.connect(link) as table, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: table.append([[f"t{i}", ""]]), range(40)))
        assert table.n_total == 290
        assert {rows[0][0] for rows in pool.map(lambda _: table.rows, range(40))} == {"r0c0"}


def test_a_widget_is_closed_with_its_block(relay):
    with TSVShare(tsv(3), relay=relay.url) as widget:
        assert widget.n_rows == 3
    wait_for(lambda: widget.status.connection == "closed")

    async def use():
        async with TSVShare(tsv(3), relay=relay.url) as widget:
            assert widget.n_rows == 3
        return widget

    widget = asyncio.run(use())
    wait_for(lambda: widget.status.connection == "closed")
