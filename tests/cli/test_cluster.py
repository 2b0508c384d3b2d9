"""``tsvshare serve --redis``: relays that the command starts, and what is wrong is said once."""

import signal
import socket
import sys

import pytest
from cli_fixture import landing_page, run
from patience import PATIENCE
from redis_fixture import redis_server
from relay_fixture import request, tsv

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path):
    with redis_server(tmp_path / "redis") as server:
        yield server


def test_two_relays_show_the_same_document(start, server, tmp_path):
    words = ("serve", "--port", 0, "--redis", server.url, "--data-dir", tmp_path / "data")
    processes = [start(*words) for _ in range(2)]
    one, other = map(landing_page, processes)
    made = request("POST", f"{one}/d").json
    headers = {"X-TSVShare-Key": made["key"]}
    where = f"d/{made['uuid']}"
    assert request("PUT", f"{other}/{where}/table", tsv(3), headers).status == 200
    assert request("GET", f"{one}/{where}/table").body == tsv(3)
    if sys.platform != "win32":
        processes[0].send_signal(signal.SIGTERM)
        assert processes[0].wait(PATIENCE) == 0
        assert request("GET", f"{other}/{where}/table").body == tsv(3)


def refused(*words):
    """The one line that says what is wrong."""
    ended = run("serve", "--port", 0, *words)
    assert ended.returncode != 0
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


@pytest.mark.exhaustive
def test_what_is_wrong_is_said_at_the_start(server, tmp_path):
    data = ("--data-dir", tmp_path / "data")
    assert "a folder that is the same for all" in refused("--redis", server.url)
    assert "--peers goes with --redis" in refused("--peers", "localhost:1")
    assert "start more relays" in refused("--redis", server.url, *data, "--processes", 2)
    assert "this is not the address of a Redis" in refused("--redis", "http://h", *data)
    assert "write HOST:PORT" in refused("--redis", server.url, *data, "--peers", "here")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        there = f"127.0.0.1:{taken.getsockname()[1]}"
        assert "cannot listen on 127.0.0.1" in refused(
            "--redis", server.url, *data, "--peers", there
        )
    server.ask("CONFIG", "SET", "requirepass", "open sesame")
    assert "password" in refused("--redis", server.url, *data)
    server.kill()
    assert "does not answer" in refused("--redis", server.url, *data)
