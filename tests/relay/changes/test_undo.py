"""The table that an upload replaced comes back, for a while."""

import pytest
from relay_fixture import Document, RelayThread, request, tsv, wait_for


def upload(document, rows, name="t.tsv"):
    return document.put(tsv(rows), name=name, header="true").json["id"]


def undo(viewer, table, wanted, **options):
    return viewer.op(table, undo=wanted, **options)


def folders(relay):
    return {folder.name for folder in relay.hub.tables.folder.iterdir()}


def of(table):
    return lambda message: message["state"]["table"]["id"] == table


def test_a_replaced_table_comes_back_with_its_view_and_can_go_again(document):
    old = upload(document, 250, "old.tsv")
    with document.editor(cid="a") as ann, document.viewer() as bob:
        ann.op(old, page=3)
        new = upload(document, 1200, "new.tsv")
        shown = bob.state(lambda message: of(new)(message) and message["event"] == "complete")
        offered = shown["state"]["undo"]
        assert (offered["table"], offered["name"], offered["rows"]) == (old, "old.tsv", 250)

        assert undo(ann, new, old)["type"] == "ack"
        back = bob.state(of(old))
        assert (back["event"], back["by"]) == ("undo", "a")
        assert (back["state"]["view"]["page"], back["page"]["rows"][0][0]) == (3, "r200c0")
        assert back["state"]["undo"]["table"] == new

        assert undo(ann, old, new)["type"] == "ack"
        assert bob.state(of(new))["page"]["rows"][0][0] == "r0c0"


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_question_asked_of_the_old_table_is_answered_again(relay, document, is_forgotten):
    old = upload(document, 250)
    with document.editor(cid="a") as ann:
        ann.op(old, sort=[{"column": 0, "direction": "desc", "by": "natural"}], search="c1")
        ann.op(old, page=2)
        new = upload(document, 20)
        if is_forgotten:
            relay.run(forget_views(relay, old))
        undo(ann, new, old)
        back = ann.state(lambda message: of(old)(message) and message["page"] is not None)
        assert back["state"]["view"]["query"]["search"] == "c1"
        assert back["page"]["rows"][0][0] == "r149c0"


async def forget_views(relay, table):
    """As if there had been no room for them."""
    relay.hub.views.forget(table)


def test_an_undo_that_is_sent_again_is_done_once(document):
    old, new = upload(document, 10), upload(document, 20)
    with document.editor() as ann:
        first = undo(ann, new, old, id="c:9")
        assert undo(ann, new, old, id="c:9") == first


def test_only_who_may_change_undoes_and_only_what_can_come_back(document):
    old, new = upload(document, 10), upload(document, 20)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        assert undo(bob, new, old)["code"] == "forbidden"
        assert undo(ann, new, "nothing")["code"] == "not_found"
        assert undo(ann, old, old)["code"] == "stale"
        assert ann.op(new, undo=old, page=1)["code"] == "bad_value"


def test_the_first_table_of_a_document_has_nothing_before_it(document):
    table = upload(document, 10)
    with document.editor() as ann:
        assert ann.welcome["state"]["undo"] is None
        assert undo(ann, table, table)["code"] == "not_found"


def test_as_many_tables_are_kept_as_the_relay_allows_and_not_more(make_relay):
    relay = make_relay(undo_tables=2)
    document = Document(relay.url)
    first, second, third, last = (upload(document, rows) for rows in (10, 20, 30, 40))
    wait_for(lambda: folders(relay) == {second, third, last})
    with document.editor() as ann, document.viewer() as bob:
        assert undo(ann, last, first)["code"] == "not_found"
        assert [each["table"] for each in bob.welcome["state"]["earlier"]] == [second]
        assert undo(ann, last, second)["type"] == "ack"
        back = bob.state(of(second))["state"]
        assert back["undo"]["table"] == last
        assert [each["table"] for each in back["earlier"]] == [third]


def test_tables_are_kept_by_their_size(make_relay):
    relay = make_relay(undo_bytes=1)
    document = Document(relay.url)
    _, second, third = (upload(document, rows) for rows in (10, 20, 30))
    wait_for(lambda: folders(relay) == {second, third})


def test_what_can_come_back_is_forgotten_in_time_also_if_nobody_looks(make_relay):
    relay = make_relay(undo_seconds=0.6)
    seen, alone = Document(relay.url), Document(relay.url)
    with seen.viewer() as bob:
        new = {upload(document, rows) for rows in (10, 20) for document in (seen, alone)}
        forgotten = bob.state(lambda message: message["event"] == "forgotten")
        assert forgotten["state"]["undo"] is None
        wait_for(lambda: len(folders(relay)) == 2)
        assert folders(relay) < new


def test_without_time_for_it_there_is_no_undo(make_relay):
    relay = make_relay(undo_seconds=0)
    document = Document(relay.url)
    upload(document, 10)
    new = upload(document, 20)
    with document.viewer() as bob:
        assert bob.welcome["state"]["undo"] is None
    wait_for(lambda: folders(relay) == {new})


def test_while_an_upload_shows_nothing_is_undone_and_afterwards_both_can_be(
    relay, document, slow_put
):
    first, second = upload(document, 10), upload(document, 20)
    with document.editor(cid="a") as ann:
        coming = slow_put(document, len(tsv(5000)), header="true")
        coming.send(tsv(5000)[:20_000])
        third = ann.state(lambda message: message["event"] == "table")["state"]["table"]["id"]
        assert undo(ann, third, first)["code"] == "not_yet"
        coming.disconnect()

        reverted = ann.state(lambda message: message["event"] == "reverted")["state"]
        assert (reverted["table"]["id"], reverted["undo"]["table"]) == (second, first)
        assert undo(ann, second, first)["type"] == "ack"
        wait_for(lambda: folders(relay) == {first, second})


def test_a_table_that_is_read_anew_while_it_is_hidden_comes_back_so(document, gate):
    old = document.put(b"a,b\n1,2\n", delimiter="\t", header="true").json["id"]
    with document.editor(cid="a") as ann:
        reading = {"delimiter": ",", "header": True}
        ann.send(type="op", id="a:9", table=old, set={"reading": reading})
        ann.state(lambda message: message["event"] == "rereading")
        new = upload(document, 20)
        assert undo(ann, new, old)["code"] == "not_yet"
        gate.opened.set()
        ann.next("ack")
        assert undo(ann, new, old)["type"] == "ack"
        back = ann.state(of(old))
        assert back["state"]["table"]["status"] == "complete"
        assert back["page"]["rows"] == [["1", "2"]]


def test_a_relay_that_stops_while_a_hidden_table_is_read_anew(tmp_path, make_relay, gate):
    relay = RelayThread(data_dir=tmp_path)
    document = Document(relay.url)
    old = document.put(b"a,b\n1,2\n", delimiter="\t", header="true").json["id"]
    with document.editor(cid="a") as ann:
        ann.send(type="op", id="a:9", table=old, set={"reading": {"delimiter": ","}})
        ann.state(lambda message: message["event"] == "rereading")
        new = upload(document, 20)
    relay.stop()
    make_relay(data_dir=tmp_path, port=relay.port)
    with document.editor(cid="a") as ann:
        assert undo(ann, new, old)["type"] == "ack"
        assert ann.state(of(old))["page"]["rows"] == [["1,2"]]


@pytest.mark.slow
@pytest.mark.parametrize("is_killed", [False, True])
def test_after_a_restart_it_can_still_come_back(tmp_path, is_killed, relay_process, make_relay):
    if is_killed:
        document = Document(relay_process.url)
    else:
        relay = RelayThread(data_dir=tmp_path / "stopped")
        document = Document(relay.url)
    old, new = upload(document, 250), upload(document, 20)
    if is_killed:
        relay_process.kill()
        relay_process.start()
    else:
        relay.stop()
        make_relay(data_dir=tmp_path / "stopped", port=relay.port)
    with document.editor() as ann:
        assert undo(ann, new, old)["type"] == "ack"
        assert ann.state(of(old))["page"]["rows"][0] == ["r0c0", "r0c1"]
    assert request("GET", f"{document.url}/table").body == tsv(250)


def test_an_upload_of_a_relay_that_was_killed_leaves_the_undo_before_it(
    relay_process, tmp_path, slow_put
):
    document = Document(relay_process.url)
    first, second = upload(document, 10), upload(document, 20)
    with document.viewer() as bob:
        coming = slow_put(document, 10**6, header="true")
        coming.send(tsv(2000)[:20_000])
        third = bob.state(lambda message: message["event"] == "table")["state"]["table"]["id"]
    relay_process.kill()
    coming.disconnect()
    relay_process.start()
    with document.viewer() as bob:
        state = bob.welcome["state"]
        assert (state["table"]["id"], state["undo"]["table"]) == (second, first)
    wait_for(lambda: not (tmp_path / "data/tables" / third).exists())
    with document.editor() as ann:
        assert undo(ann, second, first)["type"] == "ack"


# --- bringing everyone ---------------------------------------------------------------------------


def test_an_editor_brings_everyone_to_one_place(document):
    table = upload(document, 500)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        before = bob.welcome["state"]["view"]["brought"]
        bob.send(type="look", id="v:1", table=table, page=5, page_size=100)
        bob.next("page")
        seq = ann.op(table, page=2, bring=True)["seq"]
        options = bob.state(lambda message: message["event"] == "bring")
        assert options["by"] == "a"
        assert (options["state"]["view"]["page"], options["state"]["view"]["brought"]) == (2, seq)
        assert before < seq
        again = ann.op(table, page=2, bring=True)["seq"]
        assert bob.state()["state"]["view"]["brought"] == again > seq


def test_who_may_only_look_brings_nobody(document):
    table = upload(document, 500)
    with document.viewer() as bob:
        assert bob.op(table, bring=True)["code"] == "forbidden"


def test_a_new_table_and_its_undo_bring_nobody(document):
    old = upload(document, 500)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        brought = ann.op(old, page=2, bring=True)["seq"]
        new = upload(document, 20)
        assert bob.state(of(new))["state"]["view"]["brought"] == brought
        undo(ann, new, old)
        assert bob.state(of(old))["state"]["view"]["brought"] == brought
