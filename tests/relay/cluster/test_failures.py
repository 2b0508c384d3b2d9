"""Relays and Redis end, are held up, come back empty: everyone is on the right page again.

What may happen, and which test shows what comes of it; those elsewhere are in ``test_redis_losses``
(L), ``test_documents_redis`` (D), ``test_redis_addresses`` (A), ``test_relays_on_stores`` (S),
``test_refused_soon`` (R), ``test_let_go`` (G) and ``test_behind_proxies`` (P).

Redis hangs on a write     while_redis_is_away; within a second, whatever is to be changed: all (R)
Redis refuses, or is cut   while_redis_is_away_changes_are_refused (L)
Redis away, a new viewer   while_redis_is_away: shown what is known, else asked to come back
Redis is there again       when_redis_is_back
nobody asks meanwhile      that_redis_is_away_is_known_without_asking (L)
an answer that is late     a_change_that_was_answered_too_late (L)
Redis comes back empty     when_redis_comes_back_empty; a_redis_that_comes_back_empty (L)
a failover loses the tail  changes_that_redis_forgot (L); sentinels_lead, another_server_takes_over
                           (A): of a server that is killed, and of one that is there, but demoted
nobody noticed a loss      all is looked at every ``check``: changes_that_redis_forgot (L)
Redis takes nothing        a_redis_that_takes_nothing_says_why (A): its memory is full
Redis reached by one of    a_relay_that_is_cut_from_redis: shown on, and told; edits refused; then
  two relays               its viewers come back to who has it
links are taken back, and  links_are_not_taken_back (L): refused
  the store is away
Redis would drop keys      a_redis_that_drops_documents_is_refused (A)
Redis and all relays gone  tables_and_links_are_there
the store is away          while_the_store_is_away (S)
a relay is killed          what_was_acknowledged; viewers_find_the_way
a relay is ended           a_relay_that_is_ended; who_comes_to_a_relay_that_goes (G); one reconnect
                           for each that is restarted: a_rolling_restart (P)
a relay is held up         a_relay_that_is_held_up; who_was_held_up (D)
relays of other versions   relays_of_another_version
relays cannot reach each   a_cut_between_relays: their viewers come back, edits by the others go on
  other
who reads slowly, at an    who_does_not_read_at_another_relay: nobody else waits
  edge relay
Redis Cluster, many nodes  refused at the start: many_servers_of_a_cluster_are_refused (A)
no conditional puts        refused at the start: a_store_without_conditional_puts (``test_objects``)
"""

import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cluster_fixture import QUICK, SharedDocument, comes_back, relays_on_redis
from patience import PATIENCE
from redis_fixture import Line
from relay_fixture import free_port, request, tsv, wait_for
from slow_fixture import make_busy, slow_viewer

from tsvshare_widget.client import Connection, Link
from tsvshare_widget.protocol import Settings
from tsvshare_widget.relay.storage.redis_keys import relay_key_of

pytestmark = pytest.mark.slow

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def relays(tmp_path):
    with relays_on_redis(tmp_path) as relays:
        yield relays


@pytest.fixture
def line(relays):
    """A way to Redis that can be cut."""
    line = Line(relays.server.port)
    yield line
    line.close()


def made_at(relay, *others, rows=250):
    """A document that this relay has, and the id of its table."""
    document = SharedDocument(relay, *others)
    assert document.put(tsv(rows)).status == 200
    return document


def turned(viewer, page):
    """The ack of a page turn; on a busy computer Redis may seem to be away for a moment."""

    def turn():
        answer = viewer.op(table_of(viewer), page=page)
        return answer if answer["type"] == "ack" else None

    return wait_for(turn)


def append(document, relay, rows):
    headers = {"X-TSVShare-Key": document.key}
    return request("POST", f"{document.url_at(relay)}/table", rows, headers)


def table_of(viewer):
    return viewer.welcome["state"]["table"]["id"]


def test_what_was_acknowledged_is_there_when_its_relay_was_killed(relays):
    owner, other = relays.start_process(), relays.start()
    document = made_at(owner)
    with comes_back(document, other, document.key) as ann:
        assert wait_for(lambda: append(document, other, tsv(5, header=False)).status == 200)
        ack = turned(ann, 3)
        owner.kill()
    with comes_back(document, other, document.key) as ann:
        assert (ann.welcome["epoch"], ann.welcome["seq"]) == (ack["epoch"], ack["seq"])
        assert ann.welcome["state"]["table"]["rows"] == 255
        assert ann.welcome["page"]["rows"][0] == ["r200c0", "r200c1"]


def test_viewers_find_the_way_by_themselves_when_a_relay_was_killed(relays):
    owner, other = relays.start_process(), relays.start()
    document = made_at(owner)
    with Connection(Link(other.url, document.uuid, document.key)) as ann:
        ann.wait(lambda known: known.table_id is not None, PATIENCE)
        ann.set(Settings(page=3), table=ann.snapshot.table_id).result(PATIENCE)
        owner.kill()
        ann.set(Settings(page=2), table=ann.snapshot.table_id).result(PATIENCE)
        assert ann.snapshot.state.view.page == 2


@needs_signals
def test_a_relay_that_is_ended_leaves_its_documents_at_once(relays):
    owner, other = relays.start_process(), relays.start()
    document = made_at(owner)
    with comes_back(document, other, document.key) as ann:
        ack = turned(ann, 2)
        owner.end()
    with comes_back(document, other) as ann:
        assert (ann.welcome["epoch"], ann.welcome["seq"]) == (ack["epoch"], ack["seq"])


@pytest.mark.exhaustive
@needs_signals
def test_a_relay_that_is_held_up_does_no_harm(relays):
    owner, other = relays.start_process(), relays.start()
    document = made_at(owner)
    with document.at(owner, document.key, cid="bob") as bob:
        table = table_of(bob)
        owner.hold_up()
        with comes_back(document, other, document.key) as ann:
            ack = turned(ann, 3)
            bob.send(type="op", id="bob:1", table=table, set={"page": 2})
            owner.go_on()
            while (said := bob.receive())["type"] not in ("reject", "bye"):
                assert said["type"] != "ack"
            assert bob.close_code() == 4001
            with comes_back(document, owner, document.key, cid="bob") as again:
                assert again.welcome["seq"] == ack["seq"]
                turned(ann, 1)
                assert again.state()["state"]["view"]["page"] == 1


def test_a_relay_that_is_held_up_in_an_append_writes_over_nothing(relays, line, monkeypatch):
    held, other = relays.start(line.url), relays.start()
    document = made_at(held)
    objects = held.hub.tables.stored.objects
    put_new, began, may_go_on = objects.put_new, threading.Event(), threading.Event()

    def late(key, data):
        began.set()
        assert may_go_on.wait(PATIENCE)
        return put_new(key, data)

    monkeypatch.setattr(objects, "put_new", late)
    rows = tsv(5, header=False)
    with ThreadPoolExecutor(1) as thread:
        refused = thread.submit(append, document, held, b"late\trow\n")
        assert began.wait(PATIENCE)
        line.pause()  # so it is dead for the others, soon
        key = relay_key_of(held.running._cluster.store.alive.node)
        wait_for(lambda: not relays.server.ask("EXISTS", key))
        assert wait_for(lambda: append(document, other, rows).status == 200)
        may_go_on.set()
        assert refused.result().status == 503
    line.go_on()
    for relay in (other, held):
        url = f"{document.url_at(relay)}/table"
        assert wait_for(lambda url=url: request("GET", url).body == tsv(250) + rows)


def test_a_cut_between_relays_is_found_and_their_viewers_come_back(relays):
    line = Line(port := free_port())
    owner = relays.start(peers=f"127.0.0.1:{port}", advertised=f"127.0.0.1:{line.port}")
    other = relays.start()
    document = made_at(owner, other)
    with (
        document.at(owner, document.key) as ann,
        document.at(other, document.key, cid="bob") as bob,
    ):
        line.refuse()
        assert bob.next("bye")["retry_ms"] > 0
        ack = turned(ann, 2)  # the owner and Redis do not need the other one
        answer = request("GET", f"{document.url_at(other)}/state")
        assert (answer.status, answer.code) == (503, "unavailable")
        with document.at(other, say_hello=False) as eve:
            eve.send(**eve._hello)
            assert eve.next("bye")["retry_ms"] > 0
        assert ann.welcome["epoch"] == ack["epoch"]
        line.accept()
        with comes_back(document, other, document.key, cid="bob") as bob:
            assert bob.welcome["seq"] == ack["seq"]
            assert turned(bob, 3)["seq"] > ack["seq"]
    line.close()


def test_a_relay_that_is_cut_from_redis_shows_on_and_stores_nothing_over_who_has_it_now(
    relays, line
):
    cut, other = relays.start(line.url), relays.start()
    document = made_at(cut)
    with document.at(cut, document.key, cid="bob") as bob:
        line.refuse()
        assert bob.next("error")["code"] == "engine_down"  # and it is shown on
        with comes_back(document, other, document.key, cid="ann") as ann:
            ack = turned(ann, 3)
            assert bob.op(table_of(bob), page=2)["code"] == "engine_down"
            line.accept()
            assert bob.next("bye")["retry_ms"] > 0
            with comes_back(document, cut, document.key, cid="bob") as again:
                assert (again.welcome["epoch"], again.welcome["seq"]) == (ack["epoch"], ack["seq"])


@pytest.mark.exhaustive
def test_a_line_between_relays_that_says_nothing_is_given_up(relays, monkeypatch):
    channel = "tsvshare_widget.relay.edges.channel"
    monkeypatch.setattr(f"{channel}.BEAT_SECONDS", 0.2)
    monkeypatch.setattr(f"{channel}.SILENT_SECONDS", 3.0)
    line = Line(port := free_port())
    owner = relays.start(peers=f"127.0.0.1:{port}", advertised=f"127.0.0.1:{line.port}")
    other = relays.start()
    document = made_at(owner, other)
    with document.at(other, document.key) as bob:
        line.pause()
        assert bob.next("bye")["retry_ms"] > 0
        line.go_on()
        with comes_back(document, other, document.key) as bob:
            assert turned(bob, 3)["type"] == "ack"
    line.close()


def test_who_does_not_read_at_another_relay_holds_up_nobody(relays):
    owner, other = relays.start(), relays.start(slow_seconds=1000.0)
    document = SharedDocument(owner, other)
    assert document.put(tsv(3000, columns=60), header="true").status == 200
    there = SharedDocument.__new__(SharedDocument)
    there.__dict__ |= document.__dict__ | {"base": other.url, "url": document.url_at(other)}
    with (
        document.at(owner, document.key, cid="ann") as ann,
        document.at(other, document.key, cid="bob") as bob,
        slow_viewer(there) as sloth,
    ):
        ann.op(table_of(ann), page_size=1000)
        turns = make_busy(other, ann, table_of(ann))
        for turn in range(turns + 1, turns + 11):
            last = ann.op(table_of(ann), page=turn % 3 + 1)["seq"]
            bob.state(lambda state, last=last: state["seq"] == last)
        seen = [sloth.state()]
        while seen[-1]["seq"] < last:
            seen.append(sloth.state())
        assert seen[-1]["page"]["page"] == turn % 3 + 1
        assert len(seen) < turns + 5, "it was sent frames that were old already"


@pytest.mark.exhaustive
def test_when_redis_is_back_those_who_were_told_hear_it(tmp_path):
    # A relay that is not given up meanwhile keeps its viewers.
    with relays_on_redis(tmp_path, replace(QUICK, expire=PATIENCE)) as relays:
        line = Line(relays.server.port)
        document = made_at(relay := relays.start(line.url))
        with document.at(relay) as bob:
            line.pause()
            assert bob.next("error")["code"] == "engine_down"
            line.go_on()
            assert bob.next("over", "bye") == {"type": "over", "code": "engine_down"}
        line.close()


@pytest.mark.exhaustive
def test_while_redis_is_away_pages_are_shown_and_changes_refused(relays, line):
    relay = relays.start(line.url)
    document = made_at(relay)
    with document.at(relay, document.key) as ann:
        table = table_of(ann)
        line.pause()
        # Within a second of the relay's own time: see an_answer_is_waited_for (L).
        assert ann.op(table, page=2)["code"] == "engine_down"
        assert request("GET", f"{relay.url}/readyz").status == 503
        counted = request("GET", f"{relay.url}/metrics").body.decode()
        assert "tsvshare_redis_away 1\n" in counted
        for name in ("redis_requests_total", "redis_failures_total", "redis_seconds_count"):
            assert re.search(rf"tsvshare_{name} [1-9]", counted)
        assert request("GET", f"{relay.url}/livez").status == 200
        assert request("GET", f"{document.url}/page/2").json["page_no"] == 2
        assert request(
            "PUT", f"{document.url}/table", tsv(3), {"X-TSVShare-Key": document.key}
        ).code
        assert ann.next("error")["code"] == "engine_down"
        with document.at(relay) as bob:
            assert bob.next("error")["code"] == "engine_down"
            assert bob.welcome["page"]["rows"][0] == ["r0c0", "r0c1"]
        stranger = SharedDocument.__new__(SharedDocument)
        stranger.uuid = "another"
        with stranger.at(relay, say_hello=False) as eve:
            eve.send(**eve._hello)
            assert eve.next("bye")["retry_ms"] > 0
        assert request("GET", f"{relay.url}/d/another/state").code == "engine_down"
        line.go_on()
        wait_for(lambda: request("GET", f"{relay.url}/readyz").status == 200)
    with comes_back(document, relay, document.key) as ann:
        assert wait_for(lambda: ann.op(table, page=3)["type"] == "ack")


def test_when_redis_comes_back_empty_everyone_is_where_they_were(relays):
    one, other = relays.start(), relays.start()
    document = made_at(one)
    with Connection(Link(other.url, document.uuid, document.key)) as ann:
        ann.wait(lambda known: known.table_id is not None, PATIENCE)
        ann.set(Settings(page=2), table=ann.snapshot.table_id).result(PATIENCE)
        before = ann.snapshot.position
        relays.server.kill()
        relays.server.start()
        ann.wait(lambda known: known.position.epoch != before.epoch, PATIENCE)
        assert ann.snapshot.state.view.page == 2
        assert b'"r100c0","r100c1"' in bytes(ann.snapshot.page)


def test_tables_and_links_are_there_when_redis_and_all_relays_were_lost(relays):
    owner = relays.start_process()
    document = made_at(owner)
    owner.kill()
    relays.server.kill()
    relays.server.start()
    other = relays.start()
    with comes_back(document, other, document.key) as ann:
        assert ann.welcome["role"] == "edit"
        assert ann.welcome["state"]["table"]["rows"] == 250
        assert ann.welcome["page"]["rows"][0] == ["r0c0", "r0c1"]


def test_relays_of_another_version_are_not_spoken_with(relays, monkeypatch, caplog):
    from tsvshare_widget.relay.cluster import handshake

    owner, other = relays.start_process(), relays.start()
    document = made_at(owner)
    monkeypatch.setattr(handshake, "VERSION", handshake.VERSION + 1)
    with document.at(other, say_hello=False) as ann:
        ann.send(**ann._hello)
        assert ann.next("bye")["retry_ms"] > 0
    assert "another version" in caplog.text
    answer = request("GET", f"{document.url_at(other)}/state")
    assert (answer.status, answer.code) == (503, "unavailable")
    # Each goes on with what it has, and a later one takes over what the older one lets go.
    with document.at(owner, document.key, cid="bob") as bob:
        ack = turned(bob, 3)
    new = made_at(other)
    assert new.put(tsv(7)).status == 200
    owner.kill()
    with comes_back(document, other, document.key) as ann:
        assert (ann.welcome["epoch"], ann.welcome["seq"]) == (ack["epoch"], ack["seq"])
