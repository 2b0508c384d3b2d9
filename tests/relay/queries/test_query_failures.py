"""Queries that take too long, or whose process or files are gone."""

import os
import sys

import pytest
from patience import PATIENCE
from relay_fixture import Document, tsv, wait_for
from views_fixture import DESCENDING, answer, exists, first_cells, look, show

from tsvshare_widget.errors import EngineDown
from tsvshare_widget.relay.changes import view_refresh
from tsvshare_widget.relay.embedded import EmbeddedRelay
from tsvshare_widget.relay.settings import Settings

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


@pytest.mark.slow
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
    of_the_first = set((tmp_path / "views").iterdir())
    assert of_the_first
    show(document)
    wait_for(lambda: not of_the_first & set((tmp_path / "views").iterdir()))


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


@pytest.mark.slow
def test_a_passing_fault_takes_no_view_away(make_relay):
    relay = make_relay(view_cache_bytes=1)
    document = Document(relay.url)
    table = show(document)
    with document.editor() as ann, document.viewer() as bob:
        ann.op(table, sort=DESCENDING)
        look(bob, table, {"search": "n1"})
        assert answer(bob)["page"]["n_rows"] == 3
        command = relay.hub.workers._command
        relay.hub.workers._command = [sys.executable, "-c", "raise SystemExit(3)"]
        for worker in relay.hub.workers._idle:
            os.kill(worker.pid, 9)
        assert ann.op(table, page_size=3)["type"] == "ack"
        failed = relay.hub.view_refresh._failed
        wait_for(lambda: failed.get(document.uuid, 0) >= 2)
        relay.hub.workers._command = command
        state = bob.state(lambda message: message["page"] is not None)
        assert state["state"]["view"]["query"] == {"sort": DESCENDING}
        assert first_cells(state["page"]) == ["13", "11", "7"]
        wait_for(lambda: document.uuid not in failed)


def test_a_page_that_could_not_be_shown_is_shown_although_telling_of_it_failed(
    relay, document, monkeypatch
):
    table = show(document)
    change, failed = relay.hub.documents.change, []

    async def flaky(uuid, step, *shows):
        if getattr(step, "func", None) is view_refresh._tell_again and not failed:
            failed.append(uuid)
            raise EngineDown("it does not answer")
        return await change(uuid, step, *shows)

    async def forget():
        relay.hub.views.forget(table)

    monkeypatch.setattr(relay.hub.documents, "change", flaky)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING)
        relay.run(forget())
        with document.viewer() as bob:
            assert bob.welcome["page"] is None
            for viewer in (ann, bob):
                shown = viewer.state(lambda said: said["event"] == "growth")
                assert first_cells(shown["page"])[:3] == ["13", "11", "7"]
    assert failed
