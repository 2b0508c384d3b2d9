"""Documents in Redis, each of which one relay has.

What every store does is in ``test_documents.py``, what gets lost in ``test_redis_losses.py``.
"""

import asyncio

import pytest
from redis_relays import die, new_document, relay, resize, size_of, sized, two_relays, until

from tsvshare_widget import document as docs
from tsvshare_widget.errors import Elsewhere, NotFound
from tsvshare_widget.relay.storage.documents import store_next

pytestmark = pytest.mark.slow


def test_a_document_is_the_one_relays_that_made_it(server):
    async def steps(one, other, ear):
        assert other.has("u-1")
        assert await one.address_of_owner("u-1") == other.alive.address
        assert await other.address_of_owner("u-1") is None
        for refused in (one.load("u-1"), one.delete("u-1")):
            with pytest.raises(Elsewhere):
                await refused
        document = await resize(other, 20)
        with pytest.raises(Elsewhere):
            await store_next(one, document, sized(30))
        assert await other.load("u-1") == document
        assert (await one.uuids(), await other.uuids()) == ([], ["u-1"])

    asyncio.run(two_relays(steps, server.url, server.url))


def test_what_was_let_go_is_whose_it_is_next(server):
    async def steps(one, other, ear):
        before = await resize(other, 20)
        assert [each async for each in one.strays()] == []
        await other.release("u-1")
        assert [each async for each in one.strays()] == [before]
        assert one.count() == 1
        assert await one.load("u-1") == before
        with pytest.raises(Elsewhere):
            await other.load("u-1")

    asyncio.run(two_relays(steps, server.url, server.url))


def test_documents_of_a_relay_that_is_dead_are_taken(server):
    async def steps(one, other, ear):
        before = await resize(other, 20)
        await die(other)
        assert await one.address_of_owner("u-1") is None
        assert [each async for each in one.strays()] == [before]
        assert size_of(await resize(one, 30)) == 30
        other.keeper.start()  # it was only held up
        await until(lambda: ear.gone == ["u-1"])
        with pytest.raises(Elsewhere):
            await other.load("u-1")

    asyncio.run(two_relays(steps, server.url, server.url))


def test_who_was_held_up_stores_nothing_over_what_another_has_stored(server):
    async def steps(one, other, ear):
        before = await resize(other, 20)
        await die(other)
        after = await resize(one, 30)
        with pytest.raises(Elsewhere):
            await store_next(other, before, sized(40))
        assert ear.gone == ["u-1"]
        assert await one.load("u-1") == after

    asyncio.run(two_relays(steps, server.url, server.url))


def test_who_was_held_up_keeps_what_nobody_has_taken(server):
    async def steps(one, other, ear):
        await resize(other, 20)
        nodes = {other.alive.node}
        await die(other)
        other.keeper.start()
        await until(lambda: other.alive.node not in nodes)
        assert size_of(await resize(other, 30)) == 30
        with pytest.raises(Elsewhere):
            await one.load("u-1")
        assert ear.gone == []

    asyncio.run(two_relays(steps, server.url, server.url))


@pytest.mark.parametrize("what", ["load", "save"])
def test_an_answer_from_before_a_document_was_let_go_is_none(server, what):
    async def steps(one, other, ear):
        document = await resize(other, 20)
        run, asked, may_go_on = one.engine.run, asyncio.Event(), asyncio.Event()

        async def late(*asking):
            answer = await run(*asking)
            asked.set()
            await may_go_on.wait()
            return answer

        await other.release("u-1")
        if what == "save":
            await one.load("u-1")
        one.engine.run = late
        work = one.load("u-1") if what == "load" else store_next(one, document, sized(30))
        task = asyncio.create_task(work)
        await asked.wait()
        one.engine.run = run
        await one.release("u-1")
        after = await resize(other, 40)
        may_go_on.set()
        with pytest.raises(Elsewhere):
            await task
        assert not one.has("u-1")
        assert await other.load("u-1") == after

    asyncio.run(two_relays(steps, server.url, server.url))


def test_who_comes_back_where_it_was_has_what_it_had_at_once(server):
    async def steps():
        async with relay(server.url, address="at home") as (killed, _):
            await new_document(killed)
            after = await resize(killed, 20)
            await killed.keeper.stop()  # what says that it is alive is still there
            async with relay(server.url, address="at home") as (again, _):
                assert await again.address_of_owner("u-1") is None
                assert await again.load("u-1") == after

    asyncio.run(steps())


def test_who_has_lost_a_document_finds_out_before_it_refuses_for_good(server):
    async def steps(one, other, ear):
        before = await resize(other, 20)
        await other.confirm("u-1")
        assert await other.load("u-1") == before
        await die(other)
        await resize(one, 30)
        assert await other.load("u-1") == before  # as far as it knows
        with pytest.raises(Elsewhere):
            await other.confirm("u-1")
        assert ear.gone == ["u-1"]

    asyncio.run(two_relays(steps, server.url, server.url))


def test_what_was_dropped_while_it_was_asked_for_is_not_taken_from_who_has_it(server, monkeypatch):
    async def steps(one, other, ear):
        ask = one._ask_for

        async def ask_and_drop(*words):
            answer = await ask(*words)
            monkeypatch.setattr(one, "_ask_for", ask)
            one._forget("u-1")
            return answer

        monkeypatch.setattr(one, "_ask_for", ask_and_drop)
        with pytest.raises(Elsewhere):
            await one.load("u-1")
        assert size_of(await resize(other, 30)) == 30
        assert ear.gone == []

    asyncio.run(two_relays(steps, server.url, server.url))


def test_who_ends_leaves_all_to_the_others(server):
    async def steps():
        async with relay(server.url) as (one, _):
            async with relay(server.url) as (other, _):
                await new_document(other)
                after = await resize(other, 20)
            assert await one.load("u-1") == after

    asyncio.run(steps())


def test_a_document_that_was_deleted_is_gone_for_all(server):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        await other.delete("u-1")
        assert await one.load("u-1") is None
        assert not await one.save(docs.create("u-1", key="secret", now=0.0), None)
        with pytest.raises(NotFound):
            await store_next(one, document, sized(20))
        assert await other.uuids() == []

    asyncio.run(two_relays(steps, server.url, server.url))


def test_all_relays_know_the_same_secret(server):
    async def steps(one, other, ear):
        secret = await one.alive.secret()
        assert len(secret) == 64
        assert await other.alive.secret() == secret
        server.ask("FLUSHALL")
        assert await other.alive.secret() == secret

    asyncio.run(two_relays(steps, server.url, server.url))
