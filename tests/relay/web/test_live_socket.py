"""What viewers of one document see and may do, on the wire."""

import socket

import pytest
from relay_fixture import Document, tsv, wait_for

from tsvshare_widget.protocol import MAX_ID, SUBPROTOCOL


def shown(document, rows=250, **query):
    """The id of a table that has been uploaded to ``document``."""
    answer = document.put(tsv(rows), header="true", **query)
    assert answer.status == 200, answer.body
    return answer.json["id"]


def test_everyone_sees_a_page_turned(document):
    table = shown(document)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        ann.send(type="op", id="a:1", table=table, set={"page": 3})
        for viewer in (ann, bob):
            state = viewer.state()
            assert state["state"]["view"]["page"] == 3
            assert (state["by"], state["event"]) == ("a", "page")
            assert state["page"]["first_row"] == 200
            assert state["page"]["rows"][0] == ["r200c0", "r200c1"]
            assert state["page"]["columns"] == {
                "start": 0,
                "total": 2,
                "names": ["name0", "name1"],
                "named_by": "file",
            }


def test_a_welcome_shows_where_everyone_is(document):
    table = shown(document)
    with document.editor() as ann:
        seq = ann.op(table, page=2)["seq"]
    with document.viewer() as bob:
        assert bob.welcome["seq"] == seq
        assert bob.welcome["role"] == "look"
        assert bob.welcome["page"]["rows"][0][0] == "r100c0"


def test_an_empty_document_has_a_position_and_no_page(document):
    with document.editor() as ann:
        assert ann.welcome["role"] == "edit"
        assert (ann.welcome["seq"], ann.welcome["page"]) == (0, None)
        assert ann.welcome["state"]["table"] is None


def test_the_page_size_can_be_set_before_there_is_a_table(document):
    with document.editor() as ann:
        assert ann.op(None, page_size=20)["type"] == "ack"
    shown(document)
    with document.viewer() as bob:
        assert len(bob.welcome["page"]["rows"]) == 20


def test_who_resumes_where_it_was_gets_no_page_again(document):
    table = shown(document)
    with document.editor() as ann:
        have = {key: ann.welcome[key] for key in ("epoch", "seq")}
        with document.viewer(have=have) as bob:
            assert bob.welcome["unchanged"] is True
            assert (bob.welcome["state"], bob.welcome["page"]) == (None, None)
        ann.op(table, page=2)
    with document.viewer(have=have) as bob:
        assert bob.welcome["unchanged"] is False
        assert bob.welcome["state"]["view"]["page"] == 2


def test_the_subprotocol_is_chosen_if_offered(document):
    with document.viewer(subprotocols=["other", SUBPROTOCOL]) as bob:
        assert bob.socket.subprotocol == SUBPROTOCOL
    with document.viewer() as bob:
        assert bob.socket.subprotocol is None


def test_another_version_is_told_what_is_wrong_and_closed_for_good(document):
    with document.viewer(say_hello=False, subprotocols=["tsvshare.v2"]) as bob:
        assert bob.socket.subprotocol == "tsvshare.v2"  # else a browser could not hear of it
        bob.send(type="hello", v=2, who="b")
        error = bob.receive()
        assert (error["type"], error["code"]) == ("error", "wrong_version")
        assert "version 2" in error["message"]
        assert bob.close_code() == 4510


def test_fields_and_requests_of_a_later_version_do_no_harm(document):
    table = shown(document)
    with document.editor(say_hello=False) as ann:
        ann.send(type="hello", v=1, cid="a", key=document.key, colour="blue")
        assert ann.next("welcome")["role"] == "edit"
        for message in ({"type": "jump"}, {"type": "op", "table": table, "set": {"colour": 1}}):
            ann.send(id="a:1", **message)
            answer = ann.next("reject", "error")
            assert (answer["type"], answer["id"]) == ("reject", "a:1")
            assert answer["code"] == "bad_request"
        assert ann.op(table, page=2)["type"] == "ack"


def test_any_page_may_connect(document):
    with document.viewer(additional_headers={"Origin": "https://lab.example.org"}) as bob:
        assert bob.welcome["viewers"] == 1


# --- changes that cannot be ----------------------------------------------------------------------


def test_an_op_made_against_a_replaced_table_is_stale(document):
    old = shown(document)
    shown(document)
    with document.editor() as ann:
        answer = ann.op(old, page=2)
        assert (answer["type"], answer["code"]) == ("reject", "stale")
        assert ann.welcome["state"]["view"]["page"] == 1


def test_the_look_only_link_cannot_turn_the_page(document):
    table = shown(document)
    with document.viewer() as bob, document.viewer() as other:
        answer = bob.op(table, page=2)
        assert (answer["type"], answer["code"]) == ("reject", "forbidden")
        with document.editor() as ann:
            assert ann.op(table, page=3)["seq"] == bob.welcome["seq"] + 1
        assert other.state()["state"]["view"]["page"] == 3


def test_a_wrong_key_is_told_and_allows_looking(document):
    table = shown(document)
    with document.viewer(say_hello=False) as bob:
        bob.send(type="hello", v=1, cid="b", key="0" * 32)
        error, welcome = bob.receive(), bob.receive()
        assert (error["type"], error["code"]) == ("error", "wrong_key")
        assert (welcome["type"], welcome["role"]) == ("welcome", "look")
        assert bob.op(table, page=2)["code"] == "forbidden"


def test_pages_that_do_not_exist_are_refused(document):
    table = shown(document)
    with document.editor() as ann:
        for page in (0, 4, -2):
            assert ann.op(table, page=page)["code"] == "no_such_page"
        assert ann.op(table, page_size=0)["code"] == "bad_value"
        assert ann.op(table, page=-1)["type"] == "ack"


def test_what_changes_nothing_is_acknowledged_and_told_to_nobody(document):
    table = shown(document)
    with document.editor() as ann, document.viewer() as bob:
        seq = ann.welcome["seq"]
        assert ann.op(table, page=1)["seq"] == seq
        ann.op(table, page=2)
        assert bob.state()["seq"] == seq + 1


def test_a_retry_leads_to_the_same_position(document):
    table = shown(document)
    with document.editor() as ann:
        first = ann.op(table, page=2, id="a:1")
        ann.op(table, page=3, id="a:2")
        again = ann.op(table, page=2, id="a:1")
        assert again["seq"] == first["seq"]
        with document.viewer() as bob:
            assert bob.welcome["state"]["view"]["page"] == 3


# --- looking privately ---------------------------------------------------------------------------


def test_looking_moves_nobody(document):
    table = shown(document)
    with document.viewer() as bob:
        bob.send(type="look", id="v:1", table=table, page=5, page_size=50, columns=[1, 9])
        page = bob.next("page")
        assert page["id"] == "v:1"
        assert page["page"]["rows"][0] == ["r200c1"]
        assert page["page"]["columns"] == {
            "start": 1,
            "total": 2,
            "names": ["name1"],
            "named_by": "file",
        }
        assert (page["page"]["page"], page["page"]["n_pages"]) == (5, 5)
    with document.viewer() as bob:
        assert bob.welcome["state"]["view"] == {
            "page": 1,
            "page_size": 100,
            "n_pages": 3,
            "n_rows": 250,
            "stick": False,
            "query": {},
            "of_rows": 250,
            "brought": 0,
        }


def test_looks_that_cannot_be_are_rejected(document):
    table = shown(document)
    wrong = [
        ({"table": "gone", "page": 1, "page_size": 100}, "stale"),
        ({"table": table, "page": 9, "page_size": 100}, "no_such_page"),
        ({"table": table, "page": 1, "page_size": 5000}, "bad_value"),
        ({"table": table, "page": 1, "page_size": 10, "columns": [0, 5000]}, "bad_value"),
        ({"table": table, "page": 1, "page_size": 10, "columns": [-1, 5]}, "bad_value"),
    ]
    with document.viewer() as bob:
        for number, (look, code) in enumerate(wrong):
            bob.send(type="look", id=f"v:{number}", **look)
            answer = bob.next("reject")
            assert (answer["id"], answer["code"]) == (f"v:{number}", code)


def test_a_long_cell_is_cut_and_can_be_fetched(document):
    long = "x" * 50_000
    document.put(f"a\tb\n1\t{long}\n".encode(), header="true")
    with document.viewer() as bob:
        table = bob.welcome["state"]["table"]["id"]
        assert bob.welcome["page"]["cut"] == [[0, 1, 50_000]]
        assert len(bob.welcome["page"]["rows"][0][1]) < 50_000
        bob.send(type="cell", id="v:1", table=table, row=0, column=1)
        assert bob.next("cell") == {
            "type": "cell",
            "id": "v:1",
            "text": long,
            "bytes": 50_000,
            "cut": False,
        }
        for row, column in ((1, 0), (0, 2), (-1, 0), (0, -1)):
            bob.send(type="cell", id="v:2", table=table, row=row, column=column)
            assert bob.next("reject")["code"] == "not_found"


# --- messages that are none ----------------------------------------------------------------------


def test_a_bad_message_is_told_and_the_connection_lives(document):
    table = shown(document)
    with document.editor() as ann:
        for message in (
            "page 3",
            '{"type": "jump"}',
            b"a\tb\n",
            '{"type":"hello","v":1,"cid":"c"}',
        ):
            ann.socket.send(message)
            assert ann.next("error")["code"] == "bad_request"
        assert ann.op(table, page=2)["type"] == "ack"


def test_a_document_that_does_not_exist_is_final(relay, document):
    document.url = f"{relay.url}/d/00000000-no-such-document"
    with document.viewer(say_hello=False) as bob:
        bob.send(type="hello", v=1, cid="b")
        assert bob.receive()["code"] == "not_found"
        assert bob.close_code() == 4504


def test_a_connection_begins_with_a_hello(document):
    with document.viewer(say_hello=False) as bob:
        bob.send(type="op", id="b:1", table=None, set={"page": 1})
        assert bob.receive()["code"] == "bad_request"
        assert bob.close_code() == 4509


def test_a_message_over_the_limit_closes_for_good_before_a_hello(document):
    with document.viewer(say_hello=False) as bob:
        bob.socket.send("x" * 70_000)
        assert bob.close_code() == 4509


def test_what_is_asked_at_too_great_length_is_refused(document):
    table = shown(document)
    with document.editor() as ann:
        assert ann.op(table, search={"text": "x" * 70_000})["code"] == "too_large"
        ann.socket.send("x" * 70_000)
        assert ann.next("error")["code"] == "too_large"
        assert ann.op(table, page=2)["type"] == "ack"
        ann.socket.send("x" * 2_000_000)  # far over it
        assert ann.close_code() == 1009


def test_who_says_nothing_is_dropped(make_relay):
    relay = make_relay(hello_seconds=0.05, heartbeat=0.2)
    with Document(relay.url).viewer(say_hello=False) as bob:
        assert bob.close_code() == 4013  # it may come back


# --- heartbeats --------------------------------------------------------------------------------


def test_heartbeats_are_sent_and_must_be_answered(make_relay):
    relay = make_relay(heartbeat=60.0)
    document = Document(relay.url)
    with document.viewer() as awake, document.viewer() as asleep:
        assert awake.welcome["heartbeat"] == 60.0
        for beat in range(1, 7):
            relay.look_after_viewers(later=beat * 60.0)
            assert awake.next("hb") == {"type": "hb"}
            awake.send(type="pong")
            wait_for(lambda: any(viewer._unanswered == 0 for viewer in relay.hub.connections))
        assert asleep.close_code() == 4012
    text = relay.hub.metrics_text()
    assert 'tsvshare_closed_total{code="4012"} 1' in text


def test_the_last_viewer_leaving_loses_nothing(relay, document):
    table = shown(document)
    with document.editor() as ann:
        ann.op(table, page=2)
    wait_for(lambda: "tsvshare_documents 0" in relay.hub.metrics_text())
    with document.viewer() as bob:
        assert bob.welcome["state"]["view"]["page"] == 2


def test_viewers_that_vanish_in_mid_hello_leave_nothing_behind(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)  # where a hello takes longer
    document = Document(relay.url)
    shown(document, rows=2000)
    for _ in range(20):
        with document.viewer(say_hello=False) as bob:
            bob.send(type="hello", v=1, cid="b")
            bob.socket.socket.shutdown(socket.SHUT_RDWR)
    wait_for(lambda: not relay.hub.connections)
    wait_for(lambda: "tsvshare_documents 0" in relay.hub.metrics_text())


# --- ids -----------------------------------------------------------------------------------------

REQUESTS = [
    {"type": "op", "set": {"page": 2}},
    {"type": "look", "page": 1, "page_size": 9},
    {"type": "cell", "row": 0, "column": 0},
    {"type": "profile", "column": 0},
    {"type": "describe", "columns": [0, 1]},
    {"type": "columns", "text": "a"},
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request["type"])
def test_ids_have_a_length(document, request_):
    table = shown(document)
    with document.editor() as ann:
        ann.send(**request_, id="i" * (MAX_ID + 1), table=table)
        assert ann.next("error")["code"] == "bad_request"
        ann.send(**request_, id="i" * MAX_ID, table=table)
        kind = {"op": "ack", "look": "page"}.get(request_["type"], request_["type"])
        assert ann.next(kind)["id"] == "i" * MAX_ID


def test_cancelling_takes_no_longer_id_either(document):
    with document.viewer() as bob:
        bob.send(type="cancel", id="i" * (MAX_ID + 1))
        assert bob.next("error")["code"] == "bad_request"


@pytest.mark.slow
def test_who_asks_too_often_is_heard_later(make_relay):
    """Nothing is refused, and in time all is done, in order; others are served meanwhile."""
    relay = make_relay(requests_per_second=5.0)
    document = Document(relay.url)
    table = shown(document, rows=5000)
    with document.editor(cid="a") as ann, document.editor(cid="b") as bob:
        for page in range(2, 22):
            ann.send(type="op", id=f"a:{page}", table=table, set={"page": page})
        assert bob.op(table, page=50)["type"] == "ack"
        answers = [ann.next("ack", "reject") for _ in range(2, 22)]
        assert [answer["id"] for answer in answers] == [f"a:{page}" for page in range(2, 22)]
        assert {answer["type"] for answer in answers} == {"ack"}
        assert bob.state(lambda state: state["state"]["view"]["page"] == 21)


def test_a_document_that_is_changed_too_often_says_so(make_relay):
    relay = make_relay(changes_per_second=0.001)
    first, second = Document(relay.url), Document(relay.url)
    table, other = shown(first), shown(second)
    with first.editor(cid="a") as ann, second.editor(cid="b") as bob:
        assert ann.op(table, page=2)["type"] == "ack"
        refused = ann.op(table, page=3)
        assert (refused["type"], refused["code"]) == ("reject", "too_many")
        assert "again in" in refused["message"]
        assert 'ops_total{result="too_many"} 1' in relay.hub.metrics_text()
        assert bob.op(other, page=2)["type"] == "ack", "another document is not concerned"
