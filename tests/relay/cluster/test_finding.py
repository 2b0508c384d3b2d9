"""Which relay has a document, when what was known of that is not true any more."""

import contextlib

import pytest
from cluster_fixture import CALM, SharedDocument, comes_back, relays_on_redis
from relay_fixture import request, tsv, wait_for

from tsvshare_widget.relay.cluster.places import KNOWN_SECONDS, MOST_KNOWN, Places
from tsvshare_widget.relay.storage.redis_keys import relay_key_of


def store_of(relay):
    return relay.running._cluster.store


@pytest.fixture
def relays(tmp_path):
    with relays_on_redis(tmp_path, CALM) as relays:
        yield relays


async def leave(relay, document):
    await store_of(relay).release(document.uuid)
    relay.hub.let_go(document.uuid)


@pytest.mark.slow
def test_a_request_that_came_to_the_wrong_relay_is_the_last_one_that_does(relays):
    one, other, third = (relays.start() for _ in range(3))
    document = SharedDocument(one)
    document.put(tsv(3))
    url = f"{document.url_at(third)}/state"
    assert request("GET", url).status == 200
    one.run(leave(one, document))
    assert request("GET", f"{document.url_at(other)}/state").status == 200
    assert store_of(other).has(document.uuid)
    assert request("GET", url).code == "elsewhere"
    assert request("GET", url).status == 200


@pytest.mark.slow
def test_who_has_lost_a_document_refuses_nobody_who_has_a_newer_link(relays):
    one, other = relays.start(), relays.start()
    document = SharedDocument(one)
    document.put(tsv(3))
    one.run(store_of(one).keeper.stop())  # it does not find out by itself
    relays.server.ask("DEL", relay_key_of(store_of(one).alive.node))
    headers = {"X-TSVShare-Key": document.key}
    new = request("POST", f"{document.url_at(other)}/links", b"", headers).json["key"]
    assert store_of(one).has(document.uuid)
    with document.at(one, new, say_hello=False) as viewer:
        viewer.send(**viewer._hello)
        assert viewer.next("bye", "welcome", "error")["type"] == "bye"
    put = request("PUT", f"{document.url_at(one)}/table", tsv(4), {"X-TSVShare-Key": new})
    assert put.status in (200, 503)
    with comes_back(document, one, new) as viewer:
        assert viewer.welcome["role"] == "edit"
    answer = request("GET", f"{document.url_at(one)}/state", headers={"X-TSVShare-Key": new})
    assert answer.json["role"] == "edit"


@pytest.mark.slow
def test_a_wrong_key_is_refused_also_while_redis_does_not_answer(relays):
    relay = relays.start()
    document = SharedDocument(relay)
    document.put(tsv(3))
    with contextlib.ExitStack() as held:
        assert held.enter_context(document.at(relay, "wrong")).welcome["role"] == "look"
        relays.server.kill()
        held.callback(relays.server.start)
        assert held.enter_context(document.at(relay, "wrong")).welcome["role"] == "look"
    wait_for(lambda: not store_of(relay).engine.is_away)


def test_where_a_document_is_is_asked_again_after_a_while():
    places = Places()
    places.take("u-1", "a", 0.0)
    assert places.newest("u-1", KNOWN_SECONDS) == "a"
    assert places.newest("u-1", KNOWN_SECONDS + 1) is None
    assert places.last("u-1") == "a"
    places.take("u-1", None, 11.0)
    assert "u-1" not in places


def test_of_very_many_documents_the_oldest_are_forgotten():
    places = Places()
    for n in range(MOST_KNOWN + 1):
        places.take(f"u-{n}", "a" if n % 2 else "b", 0.0)
    assert ("u-0" in places, "u-1" in places) == (False, True)
    places.forget_all_at("a")
    assert ("u-1" in places, "u-2" in places) == (False, True)
