"""Documents in Redis, on which several relays work: what gets lost is found, whatever fails.

What every store does is in ``test_documents.py``.
"""

import asyncio
import contextlib
import logging
import socket
import threading

import msgspec
import pytest
from redis_fixture import Line, RedisServer, redis_server
from redis_relays import SHORT, new_document, relay, resize, size_of, sized, until
from relay_fixture import wait_for
from tls_fixture import TLS_CERT, TLS_KEY

from tsvshare_widget import document as docs
from tsvshare_widget.errors import BadValue, EngineDown, NotFound, TSVShareError, Unavailable
from tsvshare_widget.relay.storage import redis_client
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


async def two_relays(steps, url, other_url, **pace):
    """Run ``steps`` with a relay at ``url``, and with one at ``other_url`` that follows u-1."""
    async with relay(url) as (one, _), relay(other_url, **pace) as (other, ear):
        await new_document(one)
        await other.follow("u-1")
        await other.load("u-1")
        await steps(one, other, ear)


# --- hearing of each other -----------------------------------------------------------------------


def test_a_relay_hears_what_others_change_of_what_it_follows(server):
    async def steps(one, other, ear):
        await new_document(one, "u-2")
        await resize(one, 20, "u-2")
        await resize(one, 20)
        await until(lambda: size_of(ear.newest()) == 20)
        assert ear.newest("u-2") is None
        await resize(other, 30)
        assert size_of(await one.load("u-1")) == 30
        assert [size_of(document) for document in ear.heard] == [100, 20, 30]

    asyncio.run(two_relays(steps, server.url, server.url))


def test_a_large_document_is_heard_of_too(server):
    async def steps(one, other, ear):
        large = tuple((f"someone:{number}", number) for number in range(1000))
        await store_next(
            one, await one.load("u-1"), lambda before: msgspec.structs.replace(before, ops=large)
        )
        await until(lambda: ear.newest().ops == large)

    asyncio.run(two_relays(steps, server.url, server.url))


@pytest.mark.exhaustive
def test_what_nobody_wants_any_more_is_not_followed(server):
    async def steps(one, other, ear):
        ear.unwanted.add("u-1")
        await until(lambda: other._followed.newest("u-1") is None)
        heard = len(ear.heard)
        await resize(one, 20)
        ear.unwanted.clear()
        await other.follow("u-1")
        assert size_of(await other.load("u-1")) == 20
        assert len(ear.heard) == heard + 1

    asyncio.run(two_relays(steps, server.url, server.url, check=0.02, linger=0.0))


def test_who_deletes_a_document_ends_it_everywhere(server):
    async def steps(one, other, ear):
        await one.delete("u-1")
        await until(lambda: ear.gone == ["u-1"])
        assert await other.load("u-1") is None
        assert not await other.save(docs.create("u-1", key="secret", now=0.0), None)
        assert await other.uuids() == []

    asyncio.run(two_relays(steps, server.url, server.url))


# --- what is missed is found ---------------------------------------------------------------------


def test_what_was_changed_while_the_line_was_cut_is_heard(server, line):
    async def steps(one, other, ear):
        line.refuse()
        await resize(one, 20)
        line.accept()
        await until(lambda: size_of(ear.newest()) == 20)
        await resize(one, 30)
        await until(lambda: size_of(ear.newest()) == 30)

    asyncio.run(two_relays(steps, server.url, line.url))


def test_a_line_that_is_deaf_is_found_out(server, line):
    async def steps(one, other, ear):
        line.drop_messages(b"message")
        await resize(one, 20)
        await until(lambda: size_of(ear.newest()) == 20)
        line.drop_messages()
        await until(lambda: other._link._up.is_set())
        await resize(one, 30)
        await until(lambda: size_of(ear.newest()) == 30)

    asyncio.run(two_relays(steps, server.url, line.url, probe=0.1, answer=SHORT))


def test_a_gap_has_everything_looked_at(server, line):
    async def steps(one, other, ear):
        await new_document(one, "u-2")
        await other.follow("u-2")
        await other.load("u-2")
        await resize(one, 20)
        await until(lambda: size_of(ear.newest()) == 20)
        line.drop_messages(b"message")
        await resize(one, 30)
        await resize(one, 30, "u-2")
        assert await other._client.ping()  # what was said before it has come, and was dropped
        await until(lambda: line.n_dropped >= 2)
        line.drop_messages()
        await resize(one, 40)
        await until(lambda: size_of(ear.newest("u-2")) == 30)
        assert size_of(ear.newest()) == 40

    asyncio.run(two_relays(steps, server.url, line.url))


def test_what_nothing_tells_of_is_found_after_a_while(server, line):
    async def steps(one, other, ear):
        line.drop_messages(b"message")
        await resize(one, 20)
        await until(lambda: size_of(ear.newest()) == 20)

    asyncio.run(two_relays(steps, server.url, line.url, check=0.1))


def test_a_document_that_could_not_be_deleted_is_followed_on(server, line):
    async def steps(one, other, ear):
        line.refuse()
        with pytest.raises(EngineDown):
            await other.delete("u-1")
        line.accept()
        await resize(one, 20)
        await until(lambda: size_of(ear.newest()) == 20)
        assert ear.gone == []

    asyncio.run(two_relays(steps, server.url, line.url))


def test_a_document_deleted_while_the_line_was_cut_does_not_come_back(server, line):
    async def steps(one, other, ear):
        line.refuse()
        await one.delete("u-1")
        line.accept()
        await until(lambda: ear.gone == ["u-1"])
        assert await one.load("u-1") is None

    asyncio.run(two_relays(steps, server.url, line.url))


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
            await other.follow("u-2")
        assert ear.health == [True]
        line.accept()
        line.go_on()
        await until(lambda: ear.health == [True, False])
        await other.check()
        assert size_of(await resize(other, 30)) == 30
        assert size_of(await one.load("u-1")) == 30

    asyncio.run(two_relays(steps, server.url, line.url, answer=SHORT))


@pytest.mark.exhaustive
def test_that_redis_is_away_is_known_without_asking(server, line):
    async def steps(one, other, ear):
        line.pause()
        await until(lambda: ear.health == [True])

    asyncio.run(two_relays(steps, server.url, line.url, probe=0.1, answer=SHORT))


@pytest.mark.exhaustive
def test_a_change_that_was_answered_too_late_is_heard_of(server, line):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        line.pause()
        with pytest.raises(EngineDown):
            await store_next(other, document, sized(20))
        line.go_on()
        await until(lambda: ear.health == [True, False])
        stored = await one.load("u-1")
        assert ear.newest() == stored

    asyncio.run(two_relays(steps, server.url, line.url, answer=SHORT))


def test_a_redis_that_comes_back_empty_gets_its_documents_under_a_new_epoch(server):
    async def steps(one, other, ear):
        before = await resize(one, 20)
        await until(lambda: ear.newest() == before)
        server.kill()
        await until(lambda: ear.health == [True])
        server.start()
        again = await until(lambda: ear.newest() if ear.newest() != before else None)
        assert again.epoch != before.epoch
        assert again.state == before.state
        assert await one.load("u-1") == again
        # A change on the way meanwhile begins again from there.
        after = await store_next(one, before, sized(30))
        assert (after.epoch, size_of(after)) == (again.epoch, 30)
        await until(lambda: ear.newest() == after)

    asyncio.run(two_relays(steps, server.url, server.url, answer=SHORT))


def test_changes_that_redis_forgot_are_stored_again_under_a_new_epoch(server):
    async def steps(one, other, ear):
        kept = server.ask("DUMP", "tsvshare:{u-1}")
        known = await resize(one, 20)
        await until(lambda: ear.newest() == known)
        server.ask("RESTORE", "tsvshare:{u-1}", 0, kept, "REPLACE")  # as after a failover
        again = await until(lambda: ear.newest() if ear.newest() != known else None)
        assert again.epoch != known.epoch
        assert size_of(again) == 20
        assert await one.load("u-1") == again

    asyncio.run(two_relays(steps, server.url, server.url, check=0.1))


def test_an_epoch_that_redis_forgot_does_not_come_back(server):
    async def steps(one, other, ear):
        kept = server.ask("DUMP", "tsvshare:{u-1}")
        server.ask("FLUSHALL")
        second = await other.load("u-1")
        server.ask("RESTORE", "tsvshare:{u-1}", 0, kept, "REPLACE")
        third = await other.load("u-1")
        assert len({(await one.load("u-1")).epoch, second.epoch, third.epoch}) == 2
        assert ear.newest() == third

    asyncio.run(two_relays(steps, server.url, server.url))


def test_what_cannot_be_read_is_named_and_stops_nothing_else(server):
    async def steps(one, other, ear):
        await new_document(one, "u-2")
        await other.follow("u-2")
        await other.load("u-2")
        server.ask("HSET", "tsvshare:{u-1}", "d", "{", "r", "9")
        with pytest.raises(TSVShareError, match="document u-1 in Redis cannot be read"):
            await other.load("u-1")
        await resize(one, 20, "u-2")
        await until(lambda: size_of(ear.newest("u-2")) == 20)
        await until(lambda: not other._is_degraded)

    asyncio.run(two_relays(steps, server.url, server.url, check=0.1))


@pytest.mark.exhaustive
def test_relays_that_bring_a_document_back_at_once_agree(server):
    async def steps():
        async with contextlib.AsyncExitStack() as stack:
            relays = [await stack.enter_async_context(relay(server.url)) for _ in range(4)]
            await new_document(relays[0][0])
            for store, _ in relays:
                await store.follow("u-1")
                await store.load("u-1")
            server.ask("FLUSHALL")
            found = await asyncio.gather(*(store.load("u-1") for store, _ in relays))
            assert len({document.version for document in found}) == 1

    asyncio.run(steps())


# --- addresses, and what is found out at the start -----------------------------------------------


def opened(url, uuid="u-1"):
    """Open a store, use it, and close it again."""

    async def use():
        async with relay(url) as (store, _):
            await new_document(store, uuid)
            await store.follow(uuid)
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


@pytest.mark.exhaustive
def test_a_redis_that_drops_documents_is_warned_of(tmp_path, caplog):
    words = ["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"]
    with redis_server(tmp_path, "redis", *words) as server, caplog.at_level(logging.WARNING):
        opened(server.url)
    assert "noeviction" in caplog.text


@pytest.mark.exhaustive
def test_a_redis_that_drops_nothing_is_not(server, caplog):
    with caplog.at_level(logging.WARNING):
        opened(server.url)
    assert "noeviction" not in caplog.text


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


def test_no_store_brings_back_what_was_deleted(server):
    async def steps(one, other, ear):
        document = await other.load("u-1")
        await one.delete("u-1")
        with pytest.raises(NotFound):
            await store_next(other, document, sized(20))

    asyncio.run(two_relays(steps, server.url, server.url))
