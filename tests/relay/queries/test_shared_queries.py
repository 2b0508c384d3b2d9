"""Sorts, filters and searches for everyone."""

import pytest
from relay_fixture import wait_for
from views_fixture import DESCENDING, above, answer, ask, exists, first_cells, numbers, show


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
