"""While Redis says nothing, whoever wants to change something hears so within a second.

Not by the clock of a busy computer: Redis is given ``ANSWER_SECONDS`` of the relay's own time for
an answer (``test_own_time``), so what counts is for how many answers a refusal waits: for one.
"""

import asyncio
import os
import signal
import sys
from typing import Any

import pytest
from cluster_fixture import QUICK, SharedDocument, relays_on_redis
from redis_fixture import Line
from relay_fixture import request, tsv, wait_for

from tsvshare_widget.protocol import new_key
from tsvshare_widget.relay.storage.redis_client import ANSWER_SECONDS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]

OPS: dict[str, dict[str, Any]] = {
    "page": {"page": 2},
    "query": {"sort": [{"column": 0}]},
    "reading": {"reading": {"header": False}},
    "view": {"save_view": {"id": "v1", "name": "All", "query": {}}},
}

REQUESTS = {
    "append": ("POST", "/table?id=a:1", b"a\tb\n"),
    "upload": ("PUT", "/table", tsv(7)),
    "links": ("POST", "/links", b""),
    "end": ("DELETE", "", None),
}


@pytest.fixture(scope="module")
def relays(tmp_path_factory):
    with relays_on_redis(tmp_path_factory.mktemp("refused"), QUICK) as relays:
        yield relays


@pytest.fixture(scope="module")
def relay(relays):
    """A relay that reaches Redis by a line."""
    line = Line(relays.server.port)
    yield relays.start(line.url)
    line.close()


@pytest.fixture
def document(relay):
    store = relay.running._cluster.store
    wait_for(lambda: not store.engine.is_away)
    document = SharedDocument(relay)
    document.put(tsv(250))
    return document


@pytest.fixture
def asked(relays, relay, document, monkeypatch):
    """What Redis, which has stopped, was asked for by those who wait for it."""
    store, asked = relay.running._cluster.store, []
    answered = type(store.engine).answered

    async def count(engine, *words):
        if asyncio.current_task() is not store.keeper._working:
            asked.append(words)
        return await answered(engine, *words)

    monkeypatch.setattr(type(store.engine), "answered", count)
    os.kill(relays.server.pid, signal.SIGSTOP)
    yield asked
    os.kill(relays.server.pid, signal.SIGCONT)


def test_one_answer_is_waited_for_less_than_a_second():
    assert ANSWER_SECONDS < 1.0


@pytest.mark.parametrize("what", OPS)
def test_what_everyone_is_to_see_is_refused(relay, document, asked, what):
    with document.at(relay, document.key) as ann:
        asked.clear()
        answer = ann.op(ann.welcome["state"]["table"]["id"], **OPS[what])
        waited_for = len(asked)
        assert (answer["type"], answer["code"]) == ("reject", "engine_down")
        assert waited_for <= 1


def test_who_may_open_it_stays_as_it_is(relay, document, asked):
    with document.at(relay, document.key) as ann:
        asked.clear()
        ann.send(type="access", id="x:1", key=new_key())
        answer = ann.next("access", "reject")
        assert (answer["type"], answer["code"], len(asked)) == ("reject", "engine_down", 1)


@pytest.mark.parametrize("what", REQUESTS)
def test_what_is_asked_for_by_http_is_refused(document, asked, what):
    method, path, body = REQUESTS[what]
    headers = {"X-TSVShare-Key": document.key}
    answer = request(method, document.url + path, body, headers)
    waited_for = len(asked)
    assert (answer.status, answer.code) == (503, "engine_down")
    assert waited_for <= 1
