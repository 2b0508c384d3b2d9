"""Sorts, filters, searches and profiles for one viewer alone."""

from relay_fixture import Document, wait_for
from views_fixture import DESCENDING, NUMBERS, above, answer, ask, exists, first_cells, look, show

from tsvshare_widget.relay.web.requests import MOST_WAITING, WAITING_BYTES


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


def test_of_too_many_bytes_of_requests_the_oldest_is_given_up(document, slow_worker):
    table = show(document)
    padding = "x" * (WAITING_BYTES // 5)
    with document.viewer() as bob:
        for number in range(6):
            query = {"search": "n"}
            bob.send(
                type="look",
                id=f"v:{number}",
                table=table,
                page=1,
                page_size=9,
                query=query,
                unknown=padding,
            )
        for number in range(2):
            assert answer(bob, f"v:{number}")["code"] == "cancelled"
        slow_worker.go_on()
        for number in range(2, 6):
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


def test_a_sample_of_columns_is_found_once_for_all_and_without_a_process(relay, document):
    rows = b"".join(b"%d\t%d\n" % (n, n % 7) for n in range(10_000))
    table = show(document, b"id\tday\n" + rows)
    with document.viewer() as ann, document.viewer() as bob:
        asked = {"type": "describe", "table": table, "columns": [0, 2], "sample": True}
        ann.send(**asked, id="v:1")
        bob.send(**asked, id="v:1")
        found, same = answer(ann), answer(bob)
        assert (found["of_rows"], found["sampled"]) == (10_000, 2000)
        assert found["profiles"] == same["profiles"]
        ids, days = found["profiles"]
        assert (ids["rows"], ids["kind"], days["distinct"]) == (2000, "number", 7)
        assert abs(ids["mean"] - 5000) < 100
        bob.send(**asked, id="v:2", query={"filters": [{"column": 1, "op": "==", "value": 3}]})
        narrow = answer(bob, "v:2")
        assert (narrow["sampled"], narrow["profiles"][1]["minimum"]) == (1429, "3")
        bob.send(**{**asked, "columns": [0, 9]}, id="v:3")
        assert answer(bob, "v:3")["code"] == "bad_value"
    # The one process found the rows of the filter.
    assert 'queries_total{result="ok"} 1' in relay.hub.metrics_text()


def test_samples_and_groups_go_with_their_table(make_relay):
    relay = make_relay(undo_seconds=0)
    document = Document(relay.url)
    table = show(document, b"id\tday\n" + b"".join(b"%d\t%d\n" % (n, n % 7) for n in range(100)))
    kept = relay.hub.samples.answers, relay.hub.grouping.answers
    with document.viewer() as ann:
        ann.send(type="describe", id="v:1", table=table, columns=[0, 2], sample=True)
        ann.send(type="groups", id="v:2", table=table, by=[1])
        assert answer(ann, "v:1")["sampled"] == 100
        assert answer(ann, "v:2")["groups"]["total"] == 7
        assert [len(answers) for answers in kept] == [1, 1]
        show(document, b"another\n1\n")
        wait_for(lambda: [len(answers) for answers in kept] == [0, 0])


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


def test_rows_are_grouped_once_for_all_and_points_need_no_process(relay, document):
    rows = b"".join(b"%d\t%s\n" % (n, b"ab"[n % 2 : n % 2 + 1]) for n in range(8))
    table = show(document, b"id\tkind\n" + rows)
    with document.viewer() as ann, document.viewer() as bob:
        asked = {"type": "groups", "table": table, "by": [1], "value": 0}
        for viewer in (ann, bob):
            viewer.send(**asked, id="v:1")
            found = answer(viewer)
            groups = found["groups"]
            assert (found["of_rows"], groups["rows"], groups["total"]) == (8, 8, 2)
            first = groups["groups"][0]
            assert (first["cells"], first["count"], first["sum"]) == (["a"], 4, 12)
        bob.send(**asked, id="v:2", query={"filters": above(4)})
        assert answer(bob, "v:2")["groups"]["rows"] == 3
        for wrong in ({"by": []}, {"by": [0, 0]}, {"by": [9]}, {"value": -1}):
            bob.send(**{**asked, **wrong}, id="v:3")
            assert answer(bob, "v:3")["code"] == "bad_value"
        drawn = {"type": "points", "table": table, "columns": [0, 0]}
        bob.send(**drawn, id="v:4", query={"filters": above(5)})
        points = answer(bob, "v:4")
        assert (points["of_rows"], points["points"]["points"]) == (2, [[6, 6], [7, 7]])
        bob.send(**{**drawn, "columns": [0, 2]}, id="v:5")
        assert answer(bob, "v:5")["code"] == "not_found"
    # Groups of the table and of a filter, and the rows of two filters.
    assert 'queries_total{result="ok"} 4' in relay.hub.metrics_text()
