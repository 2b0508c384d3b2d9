"""Changes that are not synced at once: appended to a journal, and put in their place later."""

import asyncio
import errno
import os
from pathlib import Path

import msgspec
import pytest

from tsvshare_widget import document as docs
from tsvshare_widget.protocol import Settings
from tsvshare_widget.relay.storage import documents_folder
from tsvshare_widget.relay.storage.documents import store_next
from tsvshare_widget.relay.storage.documents_folder import FolderDocumentStore
from tsvshare_widget.relay.storage.journal import Journal


@pytest.fixture
def open_store(tmp_path):
    """Open the documents of one folder, as a relay does that has just been started."""
    stores = []

    def open_store():
        stores.append(FolderDocumentStore(tmp_path))
        return stores[-1]

    yield open_store
    for store in stores:
        asyncio.run(store.close())


def resized(page_size):
    def step(document):
        settings = Settings(page_size=page_size)
        return docs.apply(document, settings, table=None, op_id=None, by=None, now=0.0)

    return step


async def saved(store, *page_sizes, uuid="u-1"):
    """A new document whose page size has been changed so often."""
    document = docs.create(uuid, key="secret", now=0.0)
    assert await store.save(document, None)
    for page_size in page_sizes:
        document = await store_next(store, document, resized(page_size))
    return document


def page_size_of(store, uuid="u-1"):
    return asyncio.run(store.load(uuid)).state.view.page_size


def in_its_place(folder, uuid="u-1"):
    """What the document's own file says."""
    return docs.from_json((folder / f"{uuid}.json").read_bytes()).state.view.page_size


def test_a_relay_that_was_killed_has_lost_no_change(open_store, tmp_path):
    document = asyncio.run(saved(open_store(), 20, 30))
    assert in_its_place(tmp_path) != 30
    again = open_store()
    assert asyncio.run(again.load("u-1")) == document
    asyncio.run(again.sync())
    assert in_its_place(tmp_path) == 30
    assert sorted(path.name for path in tmp_path.iterdir()) == ["u-1.json"]


def test_what_is_put_in_its_place_while_it_is_read_is_read_as_it_is_now(
    open_store, tmp_path, monkeypatch
):
    store, read = open_store(), documents_folder._decoded
    document = asyncio.run(saved(store, 20, 30))

    def read_and_sync(path, uuid):
        found = read(path, uuid)
        store._sync()
        return found

    monkeypatch.setattr(documents_folder, "_decoded", read_and_sync)
    assert in_its_place(tmp_path) == 100
    assert asyncio.run(store.load("u-1")) == document


def test_half_a_record_is_none(open_store, tmp_path):
    asyncio.run(saved(open_store(), 20, 30))
    journal = tmp_path / "changes.log"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-10])
    assert page_size_of(open_store()) == 20
    journal.write_bytes(whole[:10] + b"\n" + whole[-10:] + b"\n")
    assert page_size_of(open_store()) == 100


def test_what_the_journal_says_of_documents_that_have_gone_counts_for_nothing(open_store, tmp_path):
    asyncio.run(saved(open_store(), 20))
    (tmp_path / "u-1.json").unlink()
    store = open_store()
    assert asyncio.run(store.load("u-1")) is None
    asyncio.run(store.sync())
    assert not list(tmp_path.iterdir())


def test_what_is_synced_counts_more_than_what_came_before_it(open_store, tmp_path):
    async def steps(store):
        document = await saved(store, 20)
        renewed = msgspec.structs.replace(
            document, revision=document.revision + 1, key_hash=docs.hash_key("another")
        )
        assert await store.save(renewed, document.version)
        return renewed

    renewed = asyncio.run(steps(open_store()))
    again = open_store()
    assert asyncio.run(again.load("u-1")) == renewed
    asyncio.run(again.sync())
    assert asyncio.run(again.load("u-1")) == asyncio.run(open_store().load("u-1")) == renewed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["u-1.json"]


def test_changes_go_on_while_others_are_synced(open_store, tmp_path):
    async def steps(store):
        document = await saved(store, 20)
        syncing = asyncio.create_task(store.sync())
        for page_size in range(30, 60):
            document = await store_next(store, document, resized(page_size))
            await asyncio.sleep(0)
        await syncing
        return document

    document = asyncio.run(steps(open_store()))
    again = open_store()
    assert asyncio.run(again.load("u-1")) == document
    asyncio.run(again.sync())
    assert in_its_place(tmp_path) == 59


def test_one_sync_after_another_that_failed_loses_nothing(open_store, tmp_path):
    async def steps(store):
        document = await saved(store, 20)
        other = await saved(store, 25, uuid="u-2")
        (tmp_path / "u-1.sync").mkdir()  # where the draft is to be written
        with pytest.raises(OSError, match=r"u-1\.sync"):
            await store.sync()
        await store_next(store, document, resized(30))
        await store_next(store, other, resized(35))

    asyncio.run(steps(open_store()))
    again = open_store()
    assert (page_size_of(again), page_size_of(again, "u-2")) == (30, 35)
    (tmp_path / "u-1.sync").rmdir()
    asyncio.run(again.sync())
    assert (in_its_place(tmp_path), in_its_place(tmp_path, "u-2")) == (30, 35)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_without_room_nothing_is_added(tmp_path):
    journal = Journal(tmp_path, "changes")
    (tmp_path / "changes.log").symlink_to("/dev/full")
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        journal.append(b"record")
    journal.close()
    (tmp_path / "changes.log").unlink()
    journal.append(b"record")
    journal.close()
    assert list(journal.read()) == [b"record"]
