"""Sorts, filters, searches and profiles: for everyone, and for one viewer alone."""

import json
import os
import sys
from urllib.parse import quote
from uuid import uuid4

import pytest
from patience import PATIENCE
from relay_fixture import Document, SlowUpload, request, tsv, wait_for
from websockets.sync.client import connect

from tsvshare_widget.relay.embedded import EmbeddedRelay
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.web.handler import KEY_HEADER
from tsvshare_widget.relay.web.requests import MOST_WAITING

NUMBERS = [7, 3, 11, 0, 5, 2, 13, 1]


def numbers(values=NUMBERS):
    """A table of a number and a name made of it, in the order of ``values``."""
    lines = ["number\tname", *(f"{value}\tn{value}" for value in values)]
    return "".join(f"{line}\n" for line in lines).encode()


def show(document, data=None):
    answer = document.put(numbers() if data is None else data, header="true")
    assert answer.status == 200, answer.body
    return answer.json["id"]


def first_cells(page):
    return [row[0] for row in page["rows"]]


DESCENDING = [{"column": 0, "direction": "desc"}]
EVEN = [{"column": 0, "op": "in", "value": [0, 2]}]


def above(value):
    return [{"column": 0, "op": ">", "value": value}]


def ask(viewer, table, **settings):
    """Change what everyone sees, and return the state that shows it."""
    viewer.send(type="op", id=uuid4().hex, table=table, set=settings)
    shown, seq = None, None
    while seq is None or shown is None or shown["seq"] < seq:
        message = viewer.next("state", "ack")
        if message["type"] == "ack":
            seq = message["seq"]
        else:
            shown = message
    return shown


def look(viewer, table, query, *, id="v:1", page=1, page_size=100, columns=None):
    """Ask for a page privately."""
    viewer.send(
        type="look",
        id=id,
        table=table,
        page=page,
        page_size=page_size,
        columns=columns,
        query=query,
    )


ANSWERS = ("page", "reject", "profile", "describe", "columns", "ack")


def answer(viewer, id="v:1"):
    """The answer to a request, whichever it is."""
    while (message := viewer.next(*ANSWERS))["id"] != id:
        pass
    return message


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


WAITING = """
import os, sys, time
while not os.path.exists(sys.argv[1]):
    time.sleep(0.005)
os.execv(sys.argv[2], sys.argv[2:])
"""


class SlowWorker:
    """The relay's processes, which do nothing until :meth:`go_on`."""

    def __init__(self, pool, gate):
        self._pool = pool
        self._gate = gate
        self._seen = set()
        pool._command = [sys.executable, "-c", WAITING, str(gate), *pool._command]

    def pid(self):
        """The number of the process that works now, and did not when this was asked before."""
        (pid,) = wait_for(lambda: self._pool.pids - self._seen)
        self._seen.add(pid)
        return pid

    def go_on(self):
        self._gate.touch()


@pytest.fixture
def slow_worker(relay, tmp_path):
    return SlowWorker(relay.hub.workers, tmp_path / "gate")


# --- for everyone --------------------------------------------------------------------------------


def test_everyone_sees_the_same_rows_of_a_sorted_table(document):
    table = show(document)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        assert ann.op(table, sort=DESCENDING)["type"] == "ack"
        state = bob.state(lambda message: message["event"] == "query")
        assert first_cells(state["page"]) == ["13", "11", "7", "5", "3", "2", "1", "0"]
        assert state["page"]["ids"] == [6, 2, 0, 4, 1, 5, 7, 3]
        assert state["page"]["lines"] == [8, 4, 2, 6, 3, 7, 9, 5]
        assert state["by"] == "a"
        view = state["state"]["view"]
        assert (view["n_rows"], view["of_rows"], view["page"]) == (8, 8, 1)
        assert view["query"] == {"sort": DESCENDING}
    with document.viewer() as carol:
        assert carol.welcome["page"]["ids"] == [6, 2, 0, 4, 1, 5, 7, 3]


def test_a_filter_turns_to_page_1_and_says_how_many_of_how_many(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, page_size=2)
        ann.op(table, page=3)
        state = ask(ann, table, filters=above(4))
        view = state["state"]["view"]
        assert (view["page"], view["n_pages"], view["n_rows"], view["of_rows"]) == (1, 2, 4, 8)
        assert first_cells(state["page"]) == ["7", "11"]
        state = ask(ann, table, page=-1)
        assert (first_cells(state["page"]), state["page"]["first_row"]) == (["5", "13"], 2)
        state = ask(ann, table, filters=[], page=4)
        assert (first_cells(state["page"]), state["page"]["ids"]) == (["13", "1"], [])


def test_a_search_that_finds_nothing_has_one_empty_page(document):
    table = show(document)
    with document.editor() as ann:
        state = ask(ann, table, search="nowhere")
        assert (state["state"]["view"]["n_rows"], state["state"]["view"]["n_pages"]) == (0, 1)
        assert state["page"]["rows"] == []


def test_settings_add_to_what_is_set_already(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, filters=above(2))
        ann.op(table, sort=DESCENDING)
        state = ask(ann, table, search="N1")
        assert first_cells(state["page"]) == ["13", "11"]
        query = state["state"]["view"]["query"]
        assert set(query) == {"sort", "filters", "search"}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"sort": [{"column": 2}]}, "bad_value"),
        ({"filters": [{"column": 0, "op": "matches", "value": "("}]}, "bad_value"),
        ({"search": "1", "page": 9}, "no_such_page"),
    ],
)
def test_what_cannot_be_asked_is_refused(document, wanted, code):
    table = show(document)
    with document.editor() as ann:
        refused = ann.op(table, **wanted)
        assert (refused["type"], refused["code"]) == ("reject", code)
    with document.viewer() as bob:
        assert bob.welcome["state"]["view"]["query"] == {}


def test_asking_for_everyone_takes_the_key_and_the_table_that_shows(document):
    table = show(document)
    with document.viewer() as bob:
        assert bob.op(table, sort=DESCENDING)["code"] == "forbidden"
    with document.editor() as ann:
        assert ann.op("another", sort=DESCENDING)["code"] == "stale"


def test_an_op_that_is_sent_again_is_not_done_again(document):
    table = show(document)
    with document.editor() as ann:
        seq = ann.op(table, id="same", sort=DESCENDING)["seq"]
        ann.op(table, sort=[])
        assert ann.op(table, id="same", sort=DESCENDING)["seq"] == seq
        assert ann.op(table, page=1)["seq"] == seq + 1


def test_a_query_that_is_asked_already_changes_nothing(document):
    table = show(document)
    with document.editor() as ann:
        seq = ann.op(table, sort=DESCENDING)["seq"]
        assert ann.op(table, sort=DESCENDING)["seq"] == seq


def test_what_several_ask_at_once_is_one_question(document, slow_worker):
    table = show(document)
    with document.editor(cid="a") as ann, document.editor(cid="b") as bob:
        with document.viewer() as carol:
            ann.send(type="op", id="a:1", table=table, set={"search": "n1"})
            old = slow_worker.pid()
            bob.send(type="op", id="b:1", table=table, set={"sort": DESCENDING})
            wait_for(lambda: not exists(old))
            slow_worker.go_on()
            seqs = {answer(ann, "a:1")["seq"], answer(bob, "b:1")["seq"]}
            assert len(seqs) == 1
            state = carol.state()
            assert state["seq"] in seqs
            assert first_cells(state["page"]) == ["13", "11", "1"]
            assert state["by"] == "b"
        assert ann.op(table, id="b:1", sort=[])["seq"] in seqs
        assert ann.op(table, id="a:1", search="")["seq"] in seqs


def test_a_newer_question_takes_the_place_of_an_older_one_at_once(document, slow_worker):
    table = show(document)
    with document.editor() as ann:
        ann.send(type="op", id="c:x", table=table, set={"search": "n"})
        old = slow_worker.pid()
        ann.send(type="op", id="c:y", table=table, set={"search": ""})
        wait_for(lambda: not exists(old))  # by itself it would wait for ever
        assert answer(ann, "c:x")["type"] == "ack"
        assert answer(ann, "c:y")["type"] == "ack"


def test_the_newest_of_many_questions_is_worked_on(relay, document, slow_worker):
    table = show(document)
    with document.editor() as ann:
        words = ["n", "n1", "n11", "n1", "n13", "n1", ""]
        for number, word in enumerate(words):
            ann.send(type="op", id=f"c:{number}", table=table, set={"search": word})
            if number == 0:
                slow_worker.pid()
        seqs = {answer(ann, f"c:{number}")["seq"] for number in range(len(words))}
        assert len(seqs) == 1
        assert not relay.hub.workers.pids


def test_pages_are_turned_while_a_question_is_worked_on(document, slow_worker):
    table = show(document, numbers(range(300)))
    with document.editor(cid="a") as ann, document.editor(cid="b") as bob:
        ann.send(type="op", id="a:1", table=table, set={"search": "n"})
        slow_worker.pid()
        assert bob.op(table, page=2)["type"] == "ack"
        assert ann.state()["state"]["view"]["page"] == 2
        slow_worker.go_on()
        assert answer(ann, "a:1")["type"] == "ack"


def test_a_closed_tab_ends_its_question(document, slow_worker):
    table = show(document)
    with document.editor() as ann:
        ann.send(type="op", id="c:1", table=table, set={"search": "n"})
        pid = slow_worker.pid()
    wait_for(lambda: not exists(pid))
    with document.viewer() as bob:
        assert bob.welcome["state"]["view"]["query"] == {}


def test_a_question_that_others_have_added_to_outlives_a_closed_tab(document, slow_worker):
    table = show(document)
    with document.editor(cid="b") as bob, document.viewer() as carol:
        with document.editor(cid="a") as ann:
            ann.send(type="op", id="a:1", table=table, set={"search": "n1"})
            slow_worker.pid()
            bob.send(type="op", id="b:1", table=table, set={"sort": DESCENDING})
            slow_worker.pid()
        slow_worker.go_on()
        assert answer(bob, "b:1")["type"] == "ack"
        state = carol.state(lambda message: message["event"] == "query")
        assert first_cells(state["page"]) == ["13", "11", "1"]


def test_a_question_can_be_taken_back(document, slow_worker):
    table = show(document)
    with document.editor() as ann:
        ann.send(type="op", id="c:1", table=table, set={"search": "n"})
        pid = slow_worker.pid()
        ann.send(type="cancel", id="c:1")
        assert answer(ann, "c:1")["code"] == "cancelled"
        wait_for(lambda: not exists(pid))
        assert ann.op(table, page=1)["type"] == "ack"


def test_a_table_that_is_replaced_ends_the_question(document, slow_worker):
    table = show(document)
    with document.editor() as ann:
        ann.send(type="op", id="c:1", table=table, set={"search": "n"})
        pid = slow_worker.pid()
        show(document)
        assert answer(ann, "c:1")["code"] == "stale"
        wait_for(lambda: not exists(pid))


def test_everyone_is_told_of_what_takes_long(document, slow_worker):
    table = show(document)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        ann.send(type="op", id="a:1", table=table, set={"search": "n"})
        slow_worker.pid()
        options = bob.next("working")
        assert (options["by"], options["query"]) == ("a", {"search": "n"})
        assert bob.next("working")["query"] == {"search": "n"}
        slow_worker.go_on()
        while (options := bob.next("working"))["query"] is not None:
            pass
        assert options["by"] is None


def test_nobody_is_told_of_what_is_done_at_once(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING)  # from now on there is a process
        ann.op(table, search="n1")
        ann.send(type="op", id="c:end", table=table, set={"page_size": 5})
        types = set()
        while (message := ann.receive()).get("id") != "c:end":
            types.add(message["type"])
        assert "working" not in types


# --- for one viewer alone ------------------------------------------------------------------------


def test_looking_at_a_query_of_ones_own_moves_nobody(document):
    table = show(document)
    with document.viewer() as bob:
        look(bob, table, {"sort": DESCENDING, "filters": above(2)}, page_size=2, page=-1)
        page = answer(bob)["page"]
        assert first_cells(page) == ["3"]
        assert (page["page"], page["n_pages"], page["first_row"]) == (3, 3, 4)
        assert (page["n_rows"], page["of_rows"], page["ids"]) == (5, 8, [1])
    with document.viewer() as carol:
        assert carol.welcome["state"]["view"]["query"] == {}


def test_the_same_query_is_found_once_for_all(relay, document):
    table = show(document)
    with document.editor() as ann, document.viewer() as bob:
        shared = ask(ann, table, sort=DESCENDING)
        look(bob, table, {"sort": DESCENDING})
        assert answer(bob)["page"]["ids"] == shared["page"]["ids"]
        ann.op(table, sort=[])
        ann.op(table, sort=DESCENDING)
    assert 'queries_total{result="ok"} 1' in relay.hub.metrics_text()


def test_those_who_ask_the_same_at_once_wait_for_one_process(relay, document, slow_worker):
    table = show(document)
    with document.viewer() as ann, document.viewer() as bob:
        look(ann, table, {"search": "n1"})
        pid = slow_worker.pid()
        look(bob, table, {"search": "n1"})
        wait_for(lambda: len(relay.hub.views._finding._jobs) == 1)
        assert relay.hub.workers.pids == {pid}
        slow_worker.go_on()
        assert answer(ann)["page"]["ids"] == answer(bob)["page"]["ids"] == [2, 6, 7]
    assert 'queries_total{result="ok"} 1' in relay.hub.metrics_text()


def test_the_work_goes_on_while_anybody_waits(document, slow_worker):
    table = show(document)
    with document.viewer() as bob:
        with document.viewer() as ann:
            look(ann, table, {"search": "n1"})
            slow_worker.pid()
            look(bob, table, {"search": "n1"})
            assert bob.next("progress")["id"] == "v:1"
        slow_worker.go_on()
        assert answer(bob)["page"]["ids"] == [2, 6, 7]


def test_a_newer_look_with_another_query_ends_the_older_one(document, slow_worker):
    table = show(document)
    with document.viewer() as bob:
        look(bob, table, {"search": "n"}, id="v:1")
        pid = slow_worker.pid()
        look(bob, table, {"search": "n1"}, id="v:2")
        assert answer(bob, "v:1")["code"] == "cancelled"
        wait_for(lambda: not exists(pid))
        slow_worker.go_on()
        assert answer(bob, "v:2")["page"]["n_rows"] == 3


def test_a_look_of_another_output_ends_none(document, slow_worker):
    table = show(document)
    with document.viewer() as kernel:
        look(kernel, table, {"search": "n"}, id="v:1")
        slow_worker.pid()
        look(kernel, table, {}, id="w:1")
        assert answer(kernel, "w:1")["page"]["n_rows"] == len(NUMBERS)
        slow_worker.go_on()
        assert answer(kernel, "v:1")["page"]["n_rows"] == 8


def test_looks_at_the_same_query_end_none(document, slow_worker):
    table = show(document)
    with document.viewer() as bob:
        for number in range(6):
            look(bob, table, {"search": "n"}, id=f"v:{number}", page_size=1, page=number + 1)
        slow_worker.pid()
        slow_worker.go_on()
        cells = [first_cells(answer(bob, f"v:{number}")["page"]) for number in range(6)]
        assert cells == [[str(value)] for value in NUMBERS[:6]]


def test_of_too_many_requests_the_oldest_is_given_up(document, slow_worker):
    table = show(document)
    with document.viewer() as bob:
        for number in range(MOST_WAITING + 1):
            look(bob, table, {"search": "n"}, id=f"v:{number}")
        assert answer(bob, "v:0")["code"] == "cancelled"
        slow_worker.go_on()
        for number in range(1, MOST_WAITING + 1):
            assert answer(bob, f"v:{number}")["page"]["n_rows"] == 8


def test_other_requests_are_answered_meanwhile(document, slow_worker):
    table = show(document)
    with document.viewer() as bob:
        look(bob, table, {"search": "n"})
        slow_worker.pid()
        bob.send(type="cell", id="v:2", table=table, row=2, column=1)
        assert bob.next("cell")["text"] == "n11"
        bob.send(type="columns", id="v:3", table=table, text="NAM")
        found = answer(bob, "v:3")
        assert (found["total"], found["found"]) == (1, [[1, "name"]])


def test_a_lost_connection_ends_what_it_asked_for(document, slow_worker):
    table = show(document)
    with document.viewer() as bob:
        look(bob, table, {"search": "n"})
        pid = slow_worker.pid()
    wait_for(lambda: not exists(pid))


def test_a_table_that_is_replaced_ends_private_looks(document, slow_worker):
    table = show(document)
    with document.viewer() as bob:
        look(bob, table, {"search": "n"})
        pid = slow_worker.pid()
        show(document)
        assert answer(bob)["code"] == "stale"
        wait_for(lambda: not exists(pid))


def test_progress_is_told_to_who_asked_alone(document, slow_worker):
    table = show(document)
    with document.viewer() as bob, document.viewer() as ann:
        look(bob, table, {"search": "n"})
        slow_worker.pid()
        assert bob.next("progress")["id"] == "v:1"
        bob.send(type="cancel", id="v:1")
        assert answer(bob)["code"] == "cancelled"
        look(ann, table, {})
        assert ann.receive()["type"] in ("presence", "page")


def test_a_column_is_profiled_over_the_table_and_over_a_view(relay, document):
    table = show(document)
    with document.viewer() as bob, document.viewer() as ann:
        for viewer in (bob, ann):
            viewer.send(type="profile", id="v:1", table=table, column=1)
            found = answer(viewer)
            assert (found["profile"]["rows"], found["of_rows"]) == (8, 8)
        bob.send(type="profile", id="v:2", table=table, column=0, query={"filters": above(4)})
        found = answer(bob, "v:2")
        assert (found["profile"]["column"], found["profile"]["rows"]) == (0, 4)
        bob.send(type="profile", id="v:3", table=table, column=7)
        assert answer(bob, "v:3")["code"] == "not_found"
    # One for both viewers, and for the view its rows and their profile.
    assert 'queries_total{result="ok"} 3' in relay.hub.metrics_text()


def test_several_columns_are_described_at_once(document):
    rows = b"".join(b"%d\t%s\n" % (n, b"x" * 300) for n in range(8))
    table = show(document, b"id\tnote\n" + rows)
    with document.viewer() as bob:
        asked = {"type": "describe", "table": table}
        bob.send(**asked, id="v:1", columns=[0, 2])
        found = answer(bob)
        assert (found["of_rows"], [one["column"] for one in found["profiles"]]) == (8, [0, 1])
        assert [one["rows"] for one in found["profiles"]] == [8, 8]
        assert found["profiles"][1]["top"] == [["x" * 200, 8]]
        bob.send(**asked, id="v:2", columns=[1, 2], query={"filters": above(4)})
        assert [one["rows"] for one in answer(bob, "v:2")["profiles"]] == [3]
        for columns in ([0, 3], [1, 1], [-1, 1], [0, 501]):
            bob.send(**asked, id="v:3", columns=columns)
            assert answer(bob, "v:3")["code"] == "bad_value"


# --- elsewhere -----------------------------------------------------------------------------------


def test_scripts_and_the_plain_protocol_see_the_current_view(relay, document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING, filters=above(2))
    page = request("GET", f"{document.url}/page/2?page_size=2").json
    assert (page["total_number"], page["data"]) == (5, [["7", "n7"], ["5", "n5"]])
    assert request("GET", f"{document.url}/page/4?page_size=2").code == "no_such_page"


def test_the_plain_protocol_turns_the_pages_of_the_view(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, page_size=2)
        plain_url = f"{document.base}/parser/ws/{document.uuid}".replace("http", "ws", 1)
        with connect(plain_url, additional_headers={KEY_HEADER: document.key}) as plain:
            assert json.loads(plain.recv(PATIENCE))["data"] == [["7", "n7"], ["3", "n3"]]
            ann.op(table, sort=DESCENDING)
            shown = json.loads(plain.recv(PATIENCE))
            assert (shown["page_no"], shown["data"]) == (1, [["13", "n13"], ["11", "n11"]])
            plain.send("2")
            shown = json.loads(plain.recv(PATIENCE))
            assert (shown["page_no"], shown["data"]) == (2, [["7", "n7"], ["5", "n5"]])
            assert shown["total_number"] == 8


def test_the_view_is_downloaded_in_its_order(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING, filters=above(5))
    body = request("GET", f"{document.url}/table?view=1").body
    assert body == numbers([13, 11, 7])
    assert request("GET", f"{document.url}/table").body == numbers()
    own = quote(json.dumps({"search": "n1"}))
    body = request("GET", f"{document.url}/table?view=1&query={own}").body
    assert body == numbers([11, 13, 1])
    assert request("GET", f"{document.url}/table?view=1&query=%7B").code == "bad_value"


def test_a_new_table_clears_the_query(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING)
    show(document)
    with document.viewer() as bob:
        assert bob.welcome["state"]["view"]["query"] == {}
        assert first_cells(bob.welcome["page"]) == [str(value) for value in NUMBERS]


def test_a_new_reading_keeps_what_can_still_be_asked(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, filters=[{"column": 0, "op": "contains", "value": "1"}])
        state = ask(ann, table, reading={"header": False, "comments": ["7"]})
        assert state["event"] == "reading"
        view = state["state"]["view"]
        assert (view["n_rows"], view["of_rows"]) == (3, 8)
        assert first_cells(state["page"]) == ["11", "13", "1"]
        assert state["page"]["ids"] == [2, 6, 7]


def test_a_new_reading_drops_what_cannot_be_asked_any_more(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=[{"column": 1, "direction": "desc"}], filters=above(2))
        view = ask(ann, table, reading={"delimiter": ";", "header": True})["state"]["view"]
        assert view["query"] == {"filters": above(2)}
        assert view["n_rows"] == 0


@pytest.mark.slow
def test_rows_that_come_are_taken_in(document):
    upload = SlowUpload(document, header="true")
    try:
        upload.send(numbers([5, 9]))
        with document.editor() as ann:
            state = ann.state() if ann.welcome["state"]["table"] is None else ann.welcome
            table = state["state"]["table"]["id"]
            assert ann.op(table, sort=DESCENDING)["type"] == "ack"
            upload.send(b"7\tn7\n1\tn1\n")
            state = ann.state(lambda message: message["state"]["view"]["n_rows"] == 4)
            assert first_cells(state["page"]) == ["9", "7", "5", "1"]
            upload.send(b"8\tn8\n")
            assert upload.end().status == 200
            state = ann.state(lambda message: message["state"]["view"]["of_rows"] == 5)
            assert first_cells(state["page"]) == ["9", "8", "7", "5", "1"]
    finally:
        upload.disconnect()


def test_a_view_is_found_again_when_its_rows_are_not_kept_any_more(make_relay):
    relay = make_relay(view_cache_bytes=1)
    document = Document(relay.url)
    table = show(document)
    with document.editor() as ann, document.viewer() as bob:
        ann.op(table, sort=DESCENDING)
        look(bob, table, {"search": "n1"})
        assert answer(bob)["page"]["n_rows"] == 3
        ann.send(type="op", id="c:9", table=table, set={"page_size": 3})
        state = bob.state(lambda message: message["page"] and message["page"]["page_size"] == 3)
        assert first_cells(state["page"]) == ["13", "11", "7"]


def test_the_query_outlives_a_restart(relay_process):
    document = Document(relay_process.url)
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING, filters=above(4))
        ann.op(table, page_size=2)
        ann.op(table, page=2)
    relay_process.kill()
    relay_process.start()
    with document.viewer() as bob:
        state = bob.welcome
        if state["page"] is None:
            state = bob.state(lambda message: message["page"])
        assert first_cells(state["page"]) == ["7", "5"]
        assert state["state"]["view"]["page"] == 2
    assert request("GET", f"{document.url}/page/1").json["data"] == [["13", "n13"], ["11", "n11"]]


# --- when something goes wrong -------------------------------------------------------------------


HOPELESS = [{"column": 0, "op": "matches", "value": "(a+)+$"}]


def show_what_takes_for_ever(document):
    return show(document, ("text\n" + "a" * 40 + "b\n").encode())


def test_a_regular_expression_that_takes_for_ever_stops_nobody(make_relay):
    relay = make_relay(query_seconds=10 * PATIENCE, query_stall_seconds=10 * PATIENCE)
    document, other = Document(relay.url), Document(relay.url)
    table, elsewhere = show_what_takes_for_ever(document), show(other, tsv(5_000))
    with document.editor() as ann, other.editor(cid="o") as bob:
        ann.send(type="op", id="c:x", table=table, set={"filters": HOPELESS})
        working = wait_for(lambda: relay.hub.workers.pids)
        for page in range(2, 30):
            assert bob.op(elsewhere, page=page)["type"] == "ack"
        assert relay.hub.workers.pids == working
        assert ann.op(table, filters=[])["type"] == "ack"


def test_a_regular_expression_that_takes_for_ever_is_given_up(make_relay):
    relay = make_relay(query_stall_seconds=0.5)
    document = Document(relay.url)
    table = show_what_takes_for_ever(document)
    with document.editor() as ann:
        refused = ann.op(table, filters=HOPELESS)
        assert (refused["type"], refused["code"]) == ("reject", "too_slow")
        assert "(a+)+$" in refused["message"]
        assert ann.op(table, search="a")["type"] == "ack"


@pytest.mark.slow
@pytest.mark.parametrize("order", [["bad", "good"], ["good", "bad"]])
def test_what_somebody_asks_in_vain_is_refused_to_them_alone(make_relay, order):
    relay = make_relay(query_stall_seconds=0.5)
    document = Document(relay.url)
    table = show_what_takes_for_ever(document)
    wanted = {"bad": {"filters": HOPELESS}, "good": {"sort": DESCENDING}}
    with document.editor(cid="a") as ann, document.editor(cid="b") as bob:
        viewers = dict(zip(order, (ann, bob), strict=True))
        for name, viewer in viewers.items():
            viewer.send(type="op", id=f"{name}:1", table=table, set=wanted[name])
        assert answer(viewers["bad"], "bad:1")["code"] == "too_slow"
        assert answer(viewers["good"], "good:1")["type"] == "ack"
    with document.viewer() as carol:
        query = carol.welcome["state"]["view"]["query"]
        assert query["sort"][0]["direction"] == "desc"
        assert not query.get("filters")


def test_a_process_that_is_killed_from_outside_costs_one_question(document, slow_worker):
    table = show(document)
    with document.editor() as ann:
        ann.send(type="op", id="c:1", table=table, set={"search": "n"})
        os.kill(slow_worker.pid(), 9)
        assert answer(ann, "c:1")["code"] == "too_much_memory"
        slow_worker.go_on()
        assert ann.op(table, search="n")["type"] == "ack"


def test_no_process_and_no_file_is_left_of_a_relay(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING)
        pids = [worker.pid for worker in relay.hub.workers._idle]
        assert pids
        assert len(list((tmp_path / "views").iterdir())) == 1
    relay.stop()
    assert not any(exists(pid) for pid in pids)
    assert not (tmp_path / "views").exists()


def test_the_files_of_views_go_with_their_table(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path, undo_seconds=0)
    document = Document(relay.url)
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING)
    show(document)
    wait_for(lambda: not list((tmp_path / "views").iterdir()))


def test_an_embedded_relay_answers_and_leaves_no_process():
    relay = EmbeddedRelay(Settings())
    relay.start()
    document = Document(relay.url)
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING)
        pids = [worker.pid for worker in relay._running.hub.workers._idle]
    relay.stop()
    assert pids
    assert not any(exists(pid) for pid in pids)


def test_a_view_that_cannot_be_found_any_more_gives_way_to_the_table(make_relay):
    relay = make_relay(view_cache_bytes=1)
    document = Document(relay.url)
    table = show(document)
    with document.editor() as ann, document.viewer() as bob:
        ann.op(table, sort=DESCENDING)
        look(bob, table, {"search": "n1"})
        assert answer(bob)["page"]["n_rows"] == 3
        relay.hub.workers._command = [sys.executable, "-c", "raise SystemExit(3)"]
        for worker in relay.hub.workers._idle:
            os.kill(worker.pid, 9)
        assert ann.op(table, page_size=3)["type"] == "ack"
        state = bob.state(lambda message: message["state"]["view"]["query"] == {})
        assert first_cells(state["page"]) == ["7", "3", "11"]
