"""Documents in Redis, each of which one relay has: what gets lost is found, whatever fails.

What every store does is in ``test_documents.py``.
"""

import asyncio
import contextlib
import socket
import threading

import msgspec
import pytest
from redis_fixture import Line, RedisServer, redis_server
from redis_relays import NEVER, SHORT, die, new_document, relay, resize, size_of, sized, until
from relay_fixture import wait_for
from tls_fixture import TLS_CERT, TLS_KEY

from tsvshare_widget import document as docs
from tsvshare_widget.errors import (
    BadValue,
    Elsewhere,
    EngineDown,
    NotFound,
    TSVShareError,
    Unavailable,
)
from tsvshare_widget.protocol import SetAccess
from tsvshare_widget.relay.storage import redis_client
from tsvshare_widget.relay.storage.copies import FolderCopies
from tsvshare_widget.relay.storage.documents import store_next

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path):
    with redis_server(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def line(server):
    line = Line(server.port)
    yield line
    line.close()


async def two_relays(steps, url, other_url, folder=None, **pace):
    """Run ``steps`` with a relay at ``url``, and with one at ``other_url`` that has u-1."""
    async with relay(url, folder) as (one, _), relay(other_url, folder, **pace) as (other, ear):
        await new_document(other)
        await steps(one, other, ear)


# --- whose a document is -------------------------------------------------------------------------


def test_a_document_is_the_one_relays_that_made_it(server):
    async def steps(one, other, ear):
        assert other.has("u-1")
        assert await one.address_of_owner("u-1") == f"at {server.url}"
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
        other._keeping = asyncio.create_task(other._keep())  # it was only held up
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
        other._keeping = asyncio.create_task(other._keep())
        await until(lambda: other.alive.node not in nodes)
        assert size_of(await resize(other, 30)) == 30
        with pytest.raises(Elsewhere):
            await one.load("u-1")
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


# --- Redis fails ---------------------------------------------------------------------------------


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
        copies = FolderCopies(tmp_path, "draft")
        first = docs.create("u-1", key="secret", now=0.0)
        second = msgspec.structs.replace(first, revision=1)
        other = msgspec.structs.replace(second, epoch="another", revision=2)
        for document, past in ((second, set()), (first, set()), (other, set())):
            await copies.write(document, past)
            assert await copies.read("u-1") == second
        await copies.write(other, {second.epoch})
        assert await copies.read("u-1") == other
        (tmp_path / "u-2.json").write_bytes(b"{")
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


# --- addresses, and what is found out at the start -----------------------------------------------


def opened(url, uuid="u-1"):
    """Open a store, use it, and close it again."""

    async def use():
        async with relay(url) as (store, _):
            await new_document(store, uuid)
            assert size_of(await resize(store, 20, uuid)) == 20
            assert await store.uuids() == [uuid]
            await store.delete(uuid)

    asyncio.run(use())


def test_a_password(tmp_path):
    with redis_server(tmp_path, "redis", "--requirepass", "open sesame") as server:
        address = f"127.0.0.1:{server.port}"
        opened(f"redis://:open%20sesame@{address}")
        with pytest.raises(Unavailable, match="does not take this password") as wrong:
            opened(f"redis://:wrong@{address}")
        assert "wrong@" not in str(wrong.value)
        with pytest.raises(Unavailable, match="password"):
            opened(f"redis://{address}")


@pytest.mark.exhaustive
def test_tls(tmp_path):
    files = ["--tls-cert-file", str(TLS_CERT), "--tls-key-file", str(TLS_KEY)]
    files += ["--tls-auth-clients", "no"]
    with redis_server(tmp_path, "redis") as plain:
        pass
    with redis_server(tmp_path, "redis", "--tls-port", str(plain.port), *files) as server:
        opened(f"rediss://localhost:{plain.port}?ssl_ca_certs={TLS_CERT}")
        with pytest.raises(Unavailable, match="certificate"):
            opened(f"rediss://localhost:{plain.port}")
        assert server.port != plain.port


@pytest.mark.exhaustive
def test_a_socket_of_unix(tmp_path):
    path = tmp_path / "s"
    with redis_server(tmp_path, "redis", "--unixsocket", str(path)):
        opened(f"unix://{path}?db=1")


@pytest.mark.exhaustive
def test_the_keys_of_a_document_are_on_one_server_of_a_cluster(tmp_path):
    with redis_server(tmp_path, "redis", "--cluster-enabled", "yes") as server:
        server.ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        wait_for(lambda: b"cluster_state:ok" in server.ask("CLUSTER", "INFO"))
        opened(server.url)


@pytest.mark.exhaustive
def test_sentinels_lead_to_whichever_server_is_the_main_one(tmp_path):
    with redis_server(tmp_path / "main") as main, sentinel(tmp_path, main) as port:
        opened(f"redis+sentinel://127.0.0.1:{port}/tables/0")
        opened(f"redis+sentinel://127.0.0.1:1,127.0.0.1:{port}/tables", "u-2")
        with pytest.raises(Unavailable):
            opened(f"redis+sentinel://127.0.0.1:{port}/others")


@contextlib.contextmanager
def sentinel(folder, main):
    """A sentinel that watches ``main`` under the name ``tables``; its port."""
    settings = folder / "sentinel.conf"
    settings.write_text(f"sentinel monitor tables 127.0.0.1 {main.port} 1\n")

    class Sentinel(RedisServer):
        def command(self, program):
            return [program, str(settings), "--port", str(self.port), "--sentinel"]

    server = Sentinel(folder / "sentinel")
    try:
        yield server.port
    finally:
        server.kill()


def test_nothing_is_there(line):
    line.refuse()
    with pytest.raises(Unavailable, match=f"redis://127.0.0.1:{line.port}/0 does not answer"):
        opened(line.url)


def test_what_is_there_is_no_redis():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(Unavailable, match=r"a Redis|does not answer"):
            opened(f"redis://127.0.0.1:{listener.getsockname()[1]}")


@pytest.mark.exhaustive
def test_a_replica_is_refused(tmp_path, server):
    replica = redis_server(tmp_path / "other", "redis", "--replicaof", f"127.0.0.1 {server.port}")
    with replica as it, pytest.raises(Unavailable, match="replica"):
        opened(it.url)


@pytest.mark.parametrize(
    "url",
    ["", "localhost:6379", "http://localhost", "redis://", "redis://h:x", "redis+sentinel://h:1"],
)
def test_what_is_no_address(url):
    with pytest.raises(BadValue):
        opened(url)


def test_an_address_is_shown_without_its_password():
    assert redis_client.shown("rediss://me:secret@host:1/2?x=secret") == "rediss://host:1/2"


def test_a_redis_that_drops_documents_is_refused(tmp_path):
    words = ["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"]
    with redis_server(tmp_path, "redis", *words) as server:
        with pytest.raises(Unavailable, match="set maxmemory-policy noeviction"):
            opened(server.url)
        server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
        opened(server.url)


@pytest.mark.exhaustive
def test_a_redis_that_takes_nothing_says_why(server):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        server.ask("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(EngineDown, match="refuses"):
            await store_next(other, document, sized(20))
        assert size_of(await other.load("u-1")) == 100
        server.ask("CONFIG", "SET", "maxmemory", "0")
        await until(lambda: ear.health == [True, False])
        await store_next(other, document, sized(20))

    asyncio.run(two_relays(steps, server.url, server.url))
