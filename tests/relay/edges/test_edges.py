"""Edges: viewers of one document in several processes, and one relay that answers all of them.

That whatever one relay does is the same by an edge is tried by ``test_the_same.py``.
"""

import contextlib
import gc
import http.client
import sys
import weakref

import pytest
from edges_fixture import EdgedRelay
from patience import PATIENCE
from relay_fixture import Document as OneDocument
from relay_fixture import Viewer, request, tsv, wait_for
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tsvshare_widget.protocol import new_key
from tsvshare_widget.relay.edges.edge_socket import EdgeSocket
from tsvshare_widget.relay.edges.relay_side import FarConversation
from tsvshare_widget.relay.rooms.viewers import LiveViewer
from tsvshare_widget.relay.web.websocket_rules import StrictProtocol

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")

OF_A_VIEWER = (EdgeSocket, LiveViewer, FarConversation, StrictProtocol)


@pytest.fixture
def make_edges():
    """Start relays with two edges; all are stopped in the end."""
    relays = []

    def make(**settings):
        relays.append(EdgedRelay(edges=2, **settings))
        return relays[-1]

    yield make
    for relay in relays:
        relay.stop()


@pytest.fixture
def relay(make_edges):
    return make_edges()


class Document(OneDocument):
    """A document whose viewers come to one edge or the other."""

    def __init__(self, relay):
        super().__init__(relay.url)
        self._relay = relay

    def at(self, edge, key=None, **options):
        """Somebody at this edge."""
        url = f"{self._relay.urls[edge]}/d/{self.uuid}/ws".replace("http", "ws", 1)
        return Viewer(url, key, **options)


@pytest.fixture
def document(relay):
    return Document(relay)


@pytest.fixture
def both(document):
    """An editor at one edge, somebody who looks on at the other, and the table they see."""
    document.put(tsv(250))
    with document.at(0, document.key, cid="ann") as ann, document.at(1, cid="bob") as bob:
        yield ann, bob, ann.welcome["state"]["table"]["id"]


def metrics(relay):
    text = request("GET", f"{relay.urls[1]}/metrics").body.decode()
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")


def test_pages_turned_at_one_edge_show_at_the_other(both):
    ann, bob, table = both
    ack = ann.op(table, page=3)
    for viewer in (ann, bob):
        shown = viewer.state(lambda state: state["seq"] == ack["seq"])
        assert shown["by"] == "ann"
        assert shown["page"]["rows"][0] == ["r200c0", "r200c1"]


def test_a_question_for_everyone_and_its_undo_show_at_both(both):
    ann, bob, table = both
    ann.op(table, filters=[{"column": 0, "op": "==", "value": "r7c0"}])
    shown = bob.state(lambda state: state["state"]["view"]["n_rows"] == 1)
    assert shown["page"]["rows"] == [["r7c0", "r7c1"]]
    assert ann.op(table, filters=[])["type"] == "ack"
    assert bob.state(lambda state: state["state"]["view"]["n_rows"] == 250)


def test_an_upload_by_one_edge_shows_at_the_other_while_it_comes(document, both, slow_put):
    _, bob, table = both
    upload = slow_put(document)
    upload.send(tsv(300))
    shown = bob.state(lambda state: state["state"]["table"]["id"] != table)
    assert shown["state"]["table"]["status"] == "receiving"
    assert shown["page"]["rows"][0] == ["r0c0", "r0c1"]
    upload.send(tsv(200, header=False))
    bob.state(lambda state: state["state"]["table"]["rows"] > 400)
    assert upload.end().status == 200
    bob.state(lambda state: state["state"]["table"]["status"] == "complete")


def test_rows_that_are_appended_show_at_both(document, both):
    ann, bob, _ = both
    headers = {"X-TSVShare-Key": document.key}
    url = f"{document.url}/table"
    assert request("POST", url, tsv(5, header=False), headers).status == 200
    for viewer in (ann, bob):
        viewer.state(lambda state: state["state"]["table"]["rows"] == 255)


@pytest.mark.slow
def test_everyone_knows_who_is_at_which_edge(document, both):
    ann, bob, _ = both
    ann.send(type="me", name="Ann", at={"page": 2, "n_pages": 3})
    for viewer in (ann, bob):
        while not (said := viewer.next("presence"))["people"][0]["name"]:
            pass
        assert (said["viewers"], said["apart"]) == (2, 1)
        assert [person["cid"] for person in said["people"]] == ["ann", "bob"]
    with document.at(1, cid="eve") as eve:
        assert eve.welcome["viewers"] == 3
        while (said := eve.next("presence"))["viewers"] < 3:
            pass
    while ann.next("presence")["viewers"] > 2:
        pass


def test_an_id_is_one_persons_at_all_edges(document, both):
    with document.at(1, cid="ann") as other:
        assert other.welcome["you"] != "ann"
    ann, *_ = both
    token = ann.welcome["token"]
    with document.at(1, cid="ann", say_hello=False) as again:
        again.send(**again._hello, token=token)
        assert again.next("welcome")["you"] == "ann"


def test_who_points_at_one_edge_is_seen_at_the_other_alone(both):
    ann, bob, table = both
    ann.send(type="point", table=table, row=4, column=1)
    assert bob.next("pointing")["spots"] == [{"by": "ann", "row": 4, "column": 1}]
    ann.send(type="op", id="x:1", table=table, set={"page": 2})
    while (message := ann.receive())["type"] != "state":
        assert message["type"] != "pointing"


def test_links_that_are_taken_back_put_out_at_all_edges(document, both):
    ann, bob, table = both
    ann.send(type="access", id="x:1", key=new_key())
    assert ann.next("access")["access"]["look"] == "key"
    assert bob.next("error")["code"] == "revoked"
    assert bob.close_code() == 4503
    assert ann.op(table, page=2)["type"] == "ack"
    with document.at(1, say_hello=False) as late:
        late.send(**late._hello)
        assert late.next("error")["code"] == "revoked"


def test_who_comes_back_to_another_edge_resumes(document, both):
    ann, _, table = both
    ack = ann.op(table, page=2)
    have = {"epoch": ack["epoch"], "seq": ack["seq"]}
    with document.at(1, have=have) as again:
        assert again.welcome["unchanged"]
        assert again.welcome["page"] is None


def test_private_pages_come_to_who_asks_alone(both):
    _, bob, table = both
    bob.send(type="look", id="l:1", table=table, page=2, page_size=10)
    assert bob.next("page")["page"]["rows"][0] == ["r10c0", "r10c1"]


def test_a_room_is_full_whatever_edge_people_come_to(make_edges):
    document = Document(make_edges(max_viewers=2))
    with document.at(0), document.at(1), document.at(1, say_hello=False) as third:
        third.send(**third._hello)
        assert third.next("error")["code"] == "too_many"


def test_the_relay_counts_what_its_edges_do(relay, both):
    ann, bob, table = both
    ann.op(table, page=2)
    bob.state()

    def counted():
        seen = metrics(relay)
        return int(seen["tsvshare_bytes_sent_total"]) > 10_000 and seen

    seen = wait_for(counted)
    assert seen["tsvshare_viewers"] == "2"
    assert seen["tsvshare_edges"] == "2"
    assert int(seen["tsvshare_fanout_seconds_count"]) >= 2


def test_an_edge_that_is_lost_takes_its_viewers_along_and_nothing_else(relay, document, both):
    ann, bob, table = both
    channel = relay.edges[1].edge.speaker.channel
    relay._loop.call_soon_threadsafe(channel.abort)
    assert bob.close_code() == 4001  # and comes back
    while ann.next("presence")["viewers"] > 1:
        pass
    assert ann.op(table, page=2)["type"] == "ack"
    with document.at(1, cid="bob") as again:  # the edge has found its relay again
        assert again.welcome["state"]["view"]["page"] == 2


def test_a_connection_is_passed_on_with_all_that_is_asked_on_it(relay, document):
    connection = http.client.HTTPConnection("127.0.0.1", relay.ports[1], timeout=PATIENCE)
    with contextlib.closing(connection):
        body = tsv(60_000)
        headers = {"X-TSVShare-Key": document.key}
        connection.request("PUT", f"/d/{document.uuid}/table", body, headers)
        assert connection.getresponse().read()
        socket = connection.sock
        for _ in range(2):
            connection.request("GET", f"/d/{document.uuid}/table")
            assert connection.getresponse().read() == body
        assert connection.sock is socket


def test_all_of_a_viewer_goes_with_its_connection(relay, both):
    gc.collect()
    gc.disable()
    try:
        held = [weakref.ref(one) for one in gc.get_objects() if issubclass(type(one), OF_A_VIEWER)]
        assert len(held) == 10  # five of each of the two
        ann, bob, _ = both
        ann.send(type="me", name="Ann")
        bob.next("presence")
        for viewer in (ann, bob):
            viewer.socket.close()
        wait_for(lambda: not any(one() for one in held))
    finally:
        gc.enable()


def test_what_is_refused_says_why_though_much_is_on_its_way(make_edges):
    document = Document(make_edges(max_upload=1_000_000))
    answer = document.put(bytes(5_000_000))
    assert (answer.status, answer.code) == (413, "too_large")


def test_names_that_are_not_the_relays_are_refused_by_both(relay, document):
    for path, ask in (("", {}), ("/ws", {"Upgrade": "websocket"})):
        url = f"{document.url}{path}"
        answer = request("GET", url, headers={"Host": "evil.example", **ask})
        assert answer.code == "wrong_host"


def test_plain_viewers_see_the_same(relay, document, both):
    ann, _, table = both
    with connect(f"{relay.urls[1].replace('http', 'ws', 1)}/parser/ws/{document.uuid}") as plain:
        assert '"page_no":1' in plain.recv(timeout=PATIENCE)
        ann.op(table, page=3)
        assert '"page_no":3' in plain.recv(timeout=PATIENCE)


def test_too_many_who_come_at_once_are_asked_to_come_back(make_edges):
    document = Document(make_edges(joins_per_second=0.001))
    with document.at(0), pytest.raises(InvalidStatus) as refused:
        document.at(0)
    assert refused.value.response.status_code == 503
    assert int(refused.value.response.headers["Retry-After"]) > 1


def test_an_edge_that_stops_asks_its_viewers_to_come_back(relay, both):
    ann, bob, table = both
    relay.run(relay.edges[1].stop())
    assert bob.next("bye")["retry_ms"] > 0
    assert bob.close_code() == 4001
    assert ann.op(table, page=2)["type"] == "ack"
