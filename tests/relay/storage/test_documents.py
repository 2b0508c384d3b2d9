"""Where documents and tables are kept: the same promises, in memory and in a folder."""

import asyncio
import threading
from contextlib import AsyncExitStack

import msgspec
import pytest
from patience import PATIENCE
from redis_fixture import KINDS as REDIS_KINDS
from redis_fixture import redis_server
from relay_fixture import wait_for

from tsvshare_widget import document as docs
from tsvshare_widget.errors import BadValue, NotFound, TSVShareError, Unavailable
from tsvshare_widget.protocol import Settings
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.storage.deleter import Deleter
from tsvshare_widget.relay.storage.documents import DocumentStore, store_next
from tsvshare_widget.relay.storage.documents_folder import FolderDocumentStore
from tsvshare_widget.relay.storage.documents_memory import MemoryDocumentStore
from tsvshare_widget.relay.storage.documents_redis import RedisDocumentStore
from tsvshare_widget.relay.storage.engine import Pace
from tsvshare_widget.relay.storage.locking import lock_folder
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.table_states import table_state


@pytest.fixture(params=["memory", "folder", *REDIS_KINDS])
def run(request, tmp_path):
    """Run steps on a new store of each kind."""

    async def run_on_new(steps):
        async with AsyncExitStack() as stack:
            store = await opened(request.param, stack, tmp_path)
            stack.push_async_callback(store.close)
            await steps(store)

    return lambda steps: asyncio.run(run_on_new(steps))


async def opened(kind, stack, folder) -> DocumentStore:
    """A new store, with what it needs as long as ``stack`` is open."""
    if kind == "memory":
        return MemoryDocumentStore()
    if kind == "folder":
        return FolderDocumentStore(folder / "documents")
    server = stack.enter_context(redis_server(folder / "redis", kind))
    return await RedisDocumentStore.open(server.url, Pace(answer=PATIENCE))


def new_document(uuid="u-1"):
    return docs.create(uuid, key="secret", now=0.0)


def resized(page_size):
    def step(document):
        wish = Settings(page_size=page_size)
        return docs.apply(document, wish, table=None, op_id=None, by=None, now=0.0)

    return step


def stored_next(document, **changes):
    """The next document to be stored, which looks the same unless there are ``changes``."""
    return msgspec.structs.replace(document, revision=document.revision + 1, **changes)


def test_what_is_saved_is_loaded(run):
    async def steps(documents):
        document = new_document()
        assert await documents.load("u-1") is None
        assert await documents.save(document, None)
        assert await documents.load("u-1") == document
        assert await documents.uuids() == ["u-1"]
        await documents.delete("u-1")
        await documents.delete("u-1")
        assert await documents.load("u-1") is None

    run(steps)


def test_a_save_that_expects_something_else_changes_nothing(run):
    async def steps(documents):
        first = new_document()
        assert await documents.save(first, None)
        second = stored_next(first, touched=1.0)
        assert not await documents.save(second, None)
        assert not await documents.save(second, second.version)
        assert not await documents.save(stored_next(new_document()), new_document().version)
        assert await documents.load("u-1") == first
        assert await documents.save(second, first.version)
        assert not await documents.save(stored_next(first, touched=2.0), first.version)
        assert not await documents.save(new_document("u-2"), first.version)

    run(steps)


def test_who_watches_hears_of_what_was_stored_and_only_of_that(run):
    async def steps(documents):
        heard = []
        documents.watch(heard.append)
        first = new_document()
        await documents.save(first, None)
        await documents.save(resized(20)(first), None)
        second = await store_next(documents, first, resized(30))
        await store_next(documents, second, resized(30))
        assert heard == [first, second]

    run(steps)


def test_changes_at_the_same_time_all_take_effect(run):
    async def steps(documents):
        first = new_document()
        await documents.save(first, None)
        sizes = range(10, 30)
        done = await asyncio.gather(
            *(store_next(documents, first, resized(size)) for size in sizes)
        )
        assert {document.state.view.page_size for document in done} == set(sizes)
        assert sorted(document.seq for document in done) == list(range(1, 21))
        assert (await documents.load("u-1")).seq == 20

    run(steps)


def test_a_change_raises_what_its_step_raises_and_stores_nothing(run):
    async def steps(documents):
        first = new_document()
        await documents.save(first, None)
        with pytest.raises(BadValue):
            await store_next(documents, first, resized(0))
        assert await documents.load("u-1") == first
        await documents.delete("u-1")
        with pytest.raises(NotFound):
            await store_next(documents, first, resized(10))

    run(steps)


@pytest.mark.parametrize("uuid", ["../u", "u/v", "", ".", "u\x00"])
def test_no_uuid_leads_out_of_the_folder(tmp_path, uuid):
    with pytest.raises(NotFound):
        asyncio.run(FolderDocumentStore(tmp_path / "documents").load(uuid))


def test_a_damaged_file_is_named_and_left_alone(tmp_path):
    damaged = tmp_path / "u-1.json"
    damaged.write_bytes(b"{")
    with pytest.raises(TSVShareError, match="u-1 is damaged"):
        asyncio.run(FolderDocumentStore(tmp_path).load("u-1"))
    assert damaged.read_bytes() == b"{"


def test_one_relay_alone_works_on_a_folder(tmp_path):
    release = lock_folder(tmp_path / "data")
    with pytest.raises(Unavailable, match="in use by another relay"):
        lock_folder(tmp_path / "data")
    release()
    lock_folder(tmp_path / "data")()


# --- tables --------------------------------------------------------------------------------------


def made(store, data=b"a\tb\n"):
    table_id, table = store.create(ReadOptions(header=False), limit=10_000)
    table.feed_bytes(data)
    table.finish_input()
    store.release(table_id)
    return table_state(table_id, "t.tsv", table.facts, ReadOptions(header=False), finished=True)


def test_a_table_is_there_again_after_a_restart(tmp_path):
    store = TableStore(tmp_path)
    state = made(store)
    store.close()
    again = TableStore(tmp_path)
    with again.use(state) as table:
        assert table.facts.bytes == 4
    with pytest.raises(NotFound):
        again.acquire("no-such-table")
    again.close()


def test_a_discarded_table_stays_while_it_is_used(tmp_path):
    store = TableStore(tmp_path)
    state = made(store)
    with store.use(state) as table, store.use(state) as same:
        assert table.raw_path == same.raw_path
        store.discard(state.id)
        assert table.rows(0, 1, 0, 2).cells == [["a", "b"]]
    wait_for(lambda: not (tmp_path / state.id).exists())
    with pytest.raises(NotFound):
        store.acquire(state.id)


def acquired(store, table_id):
    table = store.acquire(table_id)
    store.release(table_id)
    return table


@pytest.mark.slow
def test_only_so_many_tables_stay_open(tmp_path):
    store = TableStore(tmp_path, kept_open=2)
    opened = {state.id: acquired(store, state.id) for state in [made(store) for _ in range(3)]}
    are_the_same = [acquired(store, id) is opened[id] for id in reversed(opened)]
    assert are_the_same == [True, True, False]
    store.close()


def test_a_sweep_takes_only_what_nobody_has_begun_to_use(tmp_path):
    store = TableStore(tmp_path)
    unwanted, wanted = made(store), made(store)
    with store.use(wanted):
        assert asyncio.run(store.unused()) == {unwanted.id}
        asyncio.run(store.sweep({unwanted.id}))
        wait_for(lambda: not (tmp_path / unwanted.id).exists())
        assert (tmp_path / wanted.id).exists()
    store.close()


def test_folders_are_deleted_one_after_the_other_by_one_thread(tmp_path):
    folders = [tmp_path / str(number) for number in range(50)]
    for folder in folders:
        (folder / "inner").mkdir(parents=True)
    before, deleter = set(threading.enumerate()), Deleter()
    for folder in folders:
        deleter.delete(folder)
        assert len(set(threading.enumerate()) - before) <= 1
    wait_for(lambda: not list(tmp_path.iterdir()))
    wait_for(lambda: set(threading.enumerate()) <= before)


def test_what_no_thread_could_be_had_for_is_deleted_with_the_next(tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    deleter = Deleter()
    with monkeypatch.context() as while_ending:
        while_ending.setattr(threading.Thread, "start", no_thread)
        deleter.delete(first)
    assert first.exists()
    deleter.delete(second)
    wait_for(lambda: not first.exists() and not second.exists())


def no_thread(self):
    raise RuntimeError("can't create new thread at interpreter shutdown")
