"""Addresses of Redis, and what is found out about it at the start."""

import asyncio
import contextlib
import socket
import threading

import pytest
from patience import PATIENCE
from redis_fixture import RedisServer, redis_server
from redis_relays import SHORT, new_document, relay, resize, size_of, sized, two_relays, until
from relay_fixture import free_port, wait_for
from tls_fixture import TLS_CERT, TLS_KEY

from tsvshare_widget.errors import BadValue, EngineDown, Unavailable
from tsvshare_widget.relay.storage import redis_client
from tsvshare_widget.relay.storage.documents import store_next

pytestmark = pytest.mark.slow


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
    with redis_server(tmp_path, "redis", *clustered(free_port())) as server:
        server.ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        wait_for(lambda: b"cluster_state:ok" in server.ask("CLUSTER", "INFO"))
        opened(server.url)


def test_many_servers_of_a_cluster_are_refused(tmp_path):
    """No server has all keys, and which documents there are would be seen in part."""
    thirds = ((0, 5460), (5461, 10922), (10923, 16383))
    ports = [free_port() for _ in thirds]
    with contextlib.ExitStack() as held:
        servers = [
            held.enter_context(redis_server(tmp_path / str(port), "redis", *clustered(port)))
            for port in ports
        ]
        for server, slots in zip(servers, thirds, strict=True):
            server.ask("CLUSTER", "ADDSLOTSRANGE", *slots)
            for other, port in zip(servers, ports, strict=True):
                server.ask("CLUSTER", "MEET", "127.0.0.1", other.port, port)
        for server in servers:
            wait_for(lambda server=server: len(owners_of_slots(server)) == 3)
            with pytest.raises(Unavailable, match="one of several servers of a Redis Cluster"):
                opened(server.url)


def clustered(port):
    """The settings of a server of a cluster, which speaks to the others on this port."""
    return ("--cluster-enabled", "yes", "--cluster-port", str(port))


def owners_of_slots(server):
    return {bytes(each[2][2]) for each in server.ask("CLUSTER", "SLOTS")}


@pytest.mark.exhaustive
def test_sentinels_lead_to_whichever_server_is_the_main_one(tmp_path):
    with redis_server(tmp_path / "main") as main, sentinel(tmp_path, main) as port:
        opened(f"redis+sentinel://127.0.0.1:{port}/tables/0")
        opened(f"redis+sentinel://127.0.0.1:1,127.0.0.1:{port}/tables", "u-2")
        with pytest.raises(Unavailable):
            opened(f"redis+sentinel://127.0.0.1:{port}/others")


@pytest.mark.exhaustive
@pytest.mark.parametrize("how", ["killed", "demoted"])
def test_when_another_server_takes_over_documents_go_on_there(tmp_path, monkeypatch, how):
    monkeypatch.setattr(
        redis_client, "ANSWER_SECONDS", PATIENCE
    )  # of sentinels, on a busy computer

    def takes_over(replica, main):
        return replica.ask("ROLE")[0] == b"master" and (how == "killed" or is_replica(main))

    def is_replica(server):
        return server.ask("ROLE")[0] == b"slave"

    async def steps(main, replica, port):
        async with relay(f"redis+sentinel://127.0.0.1:{port}/tables/0", answer=SHORT) as (one, ear):
            await new_document(one)
            await until(lambda: replica.ask("EXISTS", "tsvshare:{u-1}"))
            if how == "killed":
                main.kill()
            else:
                await until(lambda: hands_over(port))
            await until(lambda: takes_over(replica, main))

            async def resized():
                with contextlib.suppress(EngineDown):
                    return await resize(one, 20)

            while await resized() is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            assert b'"page_size":20' in replica.ask("HGET", "tsvshare:{u-1}", "d")
            assert ear.gone == []

    with redis_server(tmp_path / "main") as main:
        follow = ("--replicaof", "127.0.0.1", str(main.port), "--repl-diskless-sync-delay", "0")
        with redis_server(tmp_path / "replica", "redis", *follow) as replica:
            wait_for(lambda: replica.ask("ROLE")[3] == b"connected")
            with sentinel(tmp_path, main) as port:
                asyncio.run(steps(main, replica, port))


def hands_over(port):
    """Have a sentinel make the replica the main server; whether it knows enough of that by now."""
    import redis

    with redis.Redis(port=port) as client, contextlib.suppress(redis.ResponseError):
        return client.execute_command("SENTINEL", "FAILOVER", "tables")


@contextlib.contextmanager
def sentinel(folder, main):
    """A sentinel that watches ``main`` under the name ``tables``; its port."""
    settings = folder / "sentinel.conf"
    settings.write_text(
        f"sentinel monitor tables 127.0.0.1 {main.port} 1\n"
        "sentinel down-after-milliseconds tables 500\n"
        "sentinel failover-timeout tables 2000\n"
    )

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
