"""Redis fails, and forgets: what gets lost is found, whatever fails."""

import asyncio
import contextlib

import msgspec
import pytest
from redis_relays import (
    NEVER,
    SHORT,
    die,
    new_document,
    relay,
    resize,
    size_of,
    sized,
    two_relays,
    until,
)

from tsvshare_widget import document as docs
from tsvshare_widget.errors import Elsewhere, EngineDown, TSVShareError
from tsvshare_widget.protocol import SetAccess
from tsvshare_widget.relay.storage import redis_client
from tsvshare_widget.relay.storage.copies import Copies
from tsvshare_widget.relay.storage.documents import store_next
from tsvshare_widget.relay.storage.redis_keys import owner_key_of

pytestmark = pytest.mark.slow


def test_an_answer_is_waited_for_less_than_a_second():
    assert redis_client.ANSWER_SECONDS < 1.0


@pytest.mark.parametrize("how", ["refuse", "pause"])
def test_while_redis_is_away_changes_are_refused(server, line, how):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        getattr(line, how)()
        with pytest.raises(EngineDown, match="does not answer"):
            await store_next(other, document, sized(20))
        with pytest.raises(EngineDown):
            await other.check()
        with pytest.raises(EngineDown):
            await other.load("u-2")
        assert await other.load("u-1") == document
        assert ear.health == [True]
        line.accept()
        line.go_on()
        await until(lambda: ear.health == [True, False])
        await other.check()
        assert size_of(await resize(other, 30)) == 30

    asyncio.run(two_relays(steps, server.url, line.url, answer=SHORT))


@pytest.mark.exhaustive
def test_that_redis_is_away_is_known_without_asking(server, line):
    async def steps(one, other, ear):
        line.pause()
        await until(lambda: ear.health == [True])

    asyncio.run(two_relays(steps, server.url, line.url, answer=SHORT))


@pytest.mark.exhaustive
def test_a_change_that_was_answered_too_late_is_heard_of(server, line):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        line.pause()
        with pytest.raises(EngineDown):
            await store_next(other, document, sized(20))
        line.go_on()
        await until(lambda: ear.health == [True, False])
        await until(lambda: size_of(ear.newest()) == 20)

    asyncio.run(two_relays(steps, server.url, line.url, answer=SHORT))


def test_a_redis_that_comes_back_empty_gets_its_documents_under_a_new_epoch(server):
    async def steps(one, other, ear):
        before = await resize(other, 20)
        server.kill()
        await until(lambda: ear.health == [True])
        server.start()
        again = await until(lambda: ear.newest() if ear.newest() != before else None)
        assert again.epoch != before.epoch
        assert again.state == before.state
        # A change on the way meanwhile begins again from there.
        after = await store_next(other, before, sized(30))
        assert (after.epoch, size_of(after)) == (again.epoch, 30)
        assert ear.gone == []

    asyncio.run(two_relays(steps, server.url, server.url, answer=SHORT))


def test_what_no_relay_knows_comes_back_from_its_copy(server, tmp_path):
    async def steps(one, other, ear):
        document = await store_next(other, await other.load("u-1"), keyed("another key"))
        await die(other)
        server.ask("FLUSHALL")
        again = await one.load("u-1")
        assert again.epoch != document.epoch
        assert again.key_hash == document.key_hash
        assert await one.copied() == ["u-1"]
        await one.delete("u-1")
        assert await one.copied() == []

    asyncio.run(two_relays(steps, server.url, server.url, tmp_path / "copies"))


def test_links_are_not_taken_back_while_no_copy_can_say_so(server, tmp_path):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        folder, aside = tmp_path / "copies", tmp_path / "aside"
        folder.rename(aside)
        folder.write_bytes(b"")  # nobody can make it
        with pytest.raises(EngineDown, match="who may open"):
            await store_next(other, document, keyed("another key"))
        assert await other.load("u-1") == document
        assert size_of(await resize(other, 20)) == 20  # pages are turned all the same
        folder.unlink()
        aside.rename(folder)

        async def renewed():
            with contextlib.suppress(EngineDown):  # the store is left alone for a while
                return await store_next(other, await other.load("u-1"), keyed("another key"))

        while (after := await renewed()) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await die(other)
        server.ask("FLUSHALL")
        assert (await one.load("u-1")).key_hash == after.key_hash != document.key_hash

    asyncio.run(two_relays(steps, server.url, server.url, tmp_path / "copies"))


def test_links_that_could_not_be_stored_give_way_to_whatever_is(server, line, tmp_path):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        line.pause()
        with pytest.raises(EngineDown, match="does not answer"):
            await store_next(other, document, keyed("another key"))
        ahead = await other._copies.read("u-1")
        assert (ahead.version, ahead.key_hash != document.key_hash) == (document.version, True)
        line.cut()
        line.go_on()
        await until(lambda: not other.engine.is_away)
        server.ask("DEL", "tsvshare:{u-1}")  # had it been stored after all, it is not any more
        await other._look_at("u-1")
        again = await other.load("u-1")
        assert (await other._copies.read("u-1")) == again

    asyncio.run(two_relays(steps, server.url, line.url, tmp_path / "copies", answer=SHORT))


def test_a_copy_from_before_redis_was_empty_is_replaced_by_the_next_relay(server, tmp_path):
    async def steps(one, other, ear):
        copies = Copies((tmp_path / "copies").as_uri())
        known = await other.load("u-1")
        old = msgspec.structs.replace(known, epoch="before", revision=99)
        await copies.delete("u-1")
        await copies.write(old, set())
        await die(other)
        after = await store_next(one, await one.load("u-1"), keyed("another key"))
        assert await copies.read("u-1") == after
        copies.close()

    asyncio.run(two_relays(steps, server.url, server.url, tmp_path / "copies"))


def test_who_lost_a_document_before_redis_did_brings_back_what_its_next_relay_made_of_it(
    server, tmp_path
):
    async def steps(one, other, ear):
        before = await other.load("u-1")
        server.ask("DEL", owner_key_of("u-1"))  # as of a relay that was held up for too long
        after = await store_next(one, await one.load("u-1"), keyed("another key"))
        await die(one)
        server.ask("FLUSHALL")
        await other.confirm("u-1")
        again = await other.load("u-1")
        assert again.epoch not in (before.epoch, after.epoch)
        assert again.key_hash == after.key_hash != before.key_hash

    asyncio.run(two_relays(steps, server.url, server.url, tmp_path / "copies"))


def test_a_copy_waits_for_relays_that_know_more(server, tmp_path):
    async def steps():
        folder = tmp_path / "copies"
        async with relay(server.url, folder, grace=NEVER) as (one, _):
            async with relay(server.url, folder) as (other, _):
                await new_document(other)
            server.ask("FLUSHALL")
            with pytest.raises(EngineDown, match="comes back soon"):
                await one.load("u-1")
            assert await one.load("u-2") is None

    asyncio.run(steps())


def test_pages_and_sorts_are_copied_after_a_while(server, tmp_path):
    async def steps(one, other, ear):
        after = await resize(other, 20)
        assert await other._copies.read("u-1") != after
        await other.sync()
        assert await other._copies.read("u-1") == after

    asyncio.run(two_relays(steps, server.url, server.url, tmp_path / "copies", copy=0.0))


def test_a_copy_is_never_replaced_by_an_older_one(tmp_path):
    async def steps():
        copies = Copies(tmp_path.as_uri())
        first = docs.create("u-1", key="secret", now=0.0)
        second = msgspec.structs.replace(first, revision=1)
        other = msgspec.structs.replace(second, epoch="another", revision=2)
        for document, past in ((second, set()), (first, set()), (other, set())):
            await copies.write(document, past)
            assert await copies.read("u-1") == second
        await copies.write(other, {second.epoch})
        assert await copies.read("u-1") == other
        (tmp_path / "documents" / "u-2.json").write_bytes(b"{")
        assert await copies.read("u-2") is None
        assert await copies.read("../u") is None
        copies.close()

    asyncio.run(steps())


def test_changes_that_redis_forgot_are_stored_again_under_a_new_epoch(server):
    async def steps(one, other, ear):
        kept = server.ask("DUMP", "tsvshare:{u-1}")
        known = await resize(other, 20)
        server.ask("RESTORE", "tsvshare:{u-1}", 0, kept, "REPLACE")  # as after a failover
        again = await until(lambda: ear.newest() if ear.newest() != known else None)
        assert again.epoch != known.epoch
        assert size_of(again) == 20
        assert await other.load("u-1") == again

    asyncio.run(two_relays(steps, server.url, server.url, check=0.1))


def test_changes_that_redis_forgot_with_their_relay_are_in_the_copy(server, tmp_path):
    async def steps(one, other, ear):
        kept = server.ask("DUMP", "tsvshare:{u-1}")
        known = await store_next(other, await other.load("u-1"), keyed("another key"))
        server.ask("RESTORE", "tsvshare:{u-1}", 0, kept, "REPLACE")
        await die(other)
        again = await one.load("u-1")
        assert again.epoch != known.epoch
        assert again.key_hash == known.key_hash

    asyncio.run(two_relays(steps, server.url, server.url, tmp_path / "copies"))


def test_an_epoch_that_redis_forgot_does_not_come_back(server):
    async def steps(one, other, ear):
        first = await other.load("u-1")
        kept = server.ask("DUMP", "tsvshare:{u-1}")
        epochs = {first.epoch}
        for _ in range(2):
            server.ask("RESTORE", "tsvshare:{u-1}", 0, kept, "REPLACE")
            if len(epochs) == 1:
                server.ask("DEL", "tsvshare:{u-1}")
            newest = await resize(other, 20 + len(epochs))
            epochs.add(newest.epoch)
        assert len(epochs) == 3
        assert ear.newest() == newest

    asyncio.run(two_relays(steps, server.url, server.url))


def test_what_cannot_be_read_is_named_and_stops_nothing_else(server):
    async def steps(one, other, ear):
        await new_document(other, "u-2")
        await other.release("u-1")
        server.ask("HSET", "tsvshare:{u-1}", "d", "{", "r", "9")
        with pytest.raises(TSVShareError, match="document u-1 in Redis cannot be read"):
            await other.load("u-1")
        await resize(other, 20, "u-2")
        assert [each async for each in one.strays()] == []
        await until(lambda: not other.engine.is_away)

    asyncio.run(two_relays(steps, server.url, server.url, check=0.1))


@pytest.mark.exhaustive
def test_of_relays_that_take_a_document_at_once_one_has_it(server):
    async def steps():
        async with contextlib.AsyncExitStack() as stack:
            relays = [await stack.enter_async_context(relay(server.url)) for _ in range(4)]
            await new_document(relays[0][0])
            await relays[0][0].release("u-1")
            asked = (store.load("u-1") for store, _ in relays)
            found = await asyncio.gather(*asked, return_exceptions=True)
            assert sum(isinstance(each, Elsewhere) for each in found) == 3
            assert sum(store.has("u-1") for store, _ in relays) == 1

    asyncio.run(steps())


def keyed(key):
    def step(document):
        asked = SetAccess(id="x:1", key=key)
        return docs.set_access(document, asked, ends=None, by=None, now=0.0)

    return step
