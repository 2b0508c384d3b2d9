"""Rows that are added to a table which everyone looks at, and tables that grow from a pipe."""

import contextlib
import errno
import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from relay_fixture import Document, RelayThread, request, tsv, wait_for

from tsvshare_widget.table import Table


def upload(document, rows=250, **options):
    return document.put(tsv(rows), name="t.tsv", **{"header": "true", **options}).json["id"]


def append(document, body, key=None, **query):
    headers = {"X-TSVShare-Key": document.key if key is None else key}
    return request("POST", f"{document.url}/table?{urlencode(query)}", body, headers)


def lines(first, count, columns=2):
    rows = ("\t".join(f"r{r}c{c}" for c in range(columns)) for r in range(first, first + count))
    return "".join(f"{row}\n" for row in rows).encode()


def download(document):
    return request("GET", f"{document.url}/table").body


def rows_on(page):
    return [row[0] for row in page["rows"]]


def total(rows):
    return lambda message: message["state"]["table"]["rows"] == rows


# --- what everyone sees --------------------------------------------------------------------------


def test_appended_rows_show_on_the_last_page_and_in_the_total(document):
    table = upload(document)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        ann.op(table, page=3)
        answer = append(document, lines(250, 30), cid="a")
        assert answer.status == 200
        assert (answer.json["id"], answer.json["rows"]) == (table, 280)
        options = bob.state(total(280))
        assert (options["event"], options["by"]) == ("growth", "a")
        assert (options["state"]["table"]["status"], options["state"]["view"]["n_rows"]) == (
            "complete",
            280,
        )
        assert rows_on(options["page"]) == [f"r{r}c0" for r in range(200, 280)]
    assert download(document) == tsv(280)


def test_who_sticks_to_the_end_goes_along_and_others_stay(document):
    table = upload(document)
    with document.editor() as ann:
        ann.op(table, page=3)
        append(document, lines(250, 100))
        assert ann.state(total(350))["state"]["view"]["page"] == 3
        ann.op(table, page=-1)
        append(document, lines(350, 100))
        options = ann.state(total(450))
        assert (options["state"]["view"]["page"], options["page"]["rows"][-1][0]) == (5, "r449c0")


def test_an_op_made_before_rows_were_appended_is_not_stale(document):
    table = upload(document)
    append(document, lines(250, 100))
    with document.editor() as ann:
        assert ann.op(table, page=4)["type"] == "ack"


def test_a_wider_row_makes_the_table_wider(document):
    upload(document)
    assert append(document, b"a\tb\tc\td\n").json["columns"] == 4
    state = append(document, b"x\n").json
    assert (state["columns"], state["rows"]) == (4, 252)
    assert state["census"]["short"]["count"] == 1


def test_rows_come_also_as_lists_of_cells(document):
    document.put(b'name,note\r\n1,"a,b"\r\n', header="true")
    rows = [["007", " x "], ["", 'say "hi"'], ["\u00e9", "two\nlines"], ["NA", "1,5"]]
    assert append(document, json.dumps(rows), format="rows").json["rows"] == 5
    page = request("GET", f"{document.url}/page/1").json
    assert page["data"][1:] == rows


@pytest.mark.parametrize("body", [b"[[1]]", b"{}", b"[[", b'[["a", null]]', b"\xff"])
def test_rows_that_are_none_are_refused(document, body):
    upload(document)
    answer = append(document, body, format="rows")
    assert (answer.status, answer.code) == (400, "bad_value")
    assert download(document) == tsv(250)


def test_a_cell_that_the_table_cannot_hold_is_refused_and_named(document):
    document.put(tsv(3), quoting="none", header="true")
    answer = append(document, json.dumps([["a", "b"], ["c", "d\te"]]), format="rows")
    assert (answer.status, answer.code) == (400, "bad_value")
    assert "row 2, column 2" in answer.json["error"]["message"]
    assert download(document) == tsv(3)


def test_a_compressed_table_grows_too(document):
    assert document.put(gzip.compress(tsv(10)), header="true").json["rows"] == 10
    assert append(document, lines(10, 5)).json["rows"] == 15
    assert gzip.decompress(download(document)) == tsv(15)


def test_nothing_appended_changes_nothing(document):
    upload(document)
    with document.viewer() as bob:
        seq = bob.welcome["seq"]
        assert append(document, b"").json["rows"] == 250
        assert append(document, b"[]", format="rows").json["rows"] == 250
    with document.viewer() as bob:
        assert bob.welcome["seq"] == seq


@pytest.mark.slow
def test_questions_take_appended_rows_in(document):
    table = upload(document, 250)
    with document.editor() as ann, document.viewer(cid="b") as bob:
        ann.op(table, search="r24")
        append(document, lines(250, 2250))
        options = ann.state(lambda message: message["state"]["view"]["of_rows"] == 2500)
        assert options["state"]["view"]["n_rows"] == 1 + 10 + 100
        bob.send(
            type="look",
            id="l:1",
            table=table,
            page=-1,
            page_size=10,
            query={"sort": [{"column": 0, "by": "natural"}]},
        )
        page = bob.next("page")["page"]
        assert (page["of_rows"], page["rows"][-1][0]) == (2500, "r2499c0")


# --- how often, and in which order ---------------------------------------------------------------


@pytest.mark.slow
def test_many_appends_are_few_messages_and_nothing_is_lost_or_twice(document):
    table = upload(document, 0)
    with document.editor() as ann, document.viewer(cid="b") as bob:
        ann.op(table, page=-1)
        bob.state()
        began = time.monotonic()
        for n in range(200):
            append(document, lines(10 * n, 10))
        options = [bob.state()]
        while options[-1]["state"]["table"]["rows"] < 2000:
            options.append(bob.state())
        assert len(options) <= 2 + (time.monotonic() - began) / 0.1
        assert rows_on(options[-1]["page"]) == [f"r{r}c0" for r in range(1900, 2000)]
    assert download(document) == tsv(2000)


@pytest.mark.slow
def test_a_crowd_on_the_last_page_ends_on_the_same_one(document):
    table = upload(document, 0)
    with contextlib.ExitStack() as stack:
        ann = stack.enter_context(document.editor())
        ann.op(table, page=-1)
        crowd = [stack.enter_context(document.viewer()) for _ in range(50)]
        for n in range(200):
            append(document, lines(50 * n, 50))
        pages = [viewer.state(total(10_000))["page"] for viewer in crowd]
    assert all(page == pages[0] for page in pages)
    assert rows_on(pages[0]) == [f"r{r}c0" for r in range(9_900, 10_000)]
    assert download(document) == tsv(10_000)


def test_a_page_turn_is_not_held_up_by_growth(document):
    table = upload(document, 1000)
    with document.editor() as ann, document.viewer(cid="b") as bob:
        for n in range(20):
            append(document, lines(1000 + n, 1))
            page = n % 2 + 1
            seq = ann.op(table, page=page)["seq"]
            options = bob.state(lambda message, seq=seq: message["seq"] >= seq)
            assert options["state"]["view"]["page"] == page


def test_appends_at_the_same_time_come_one_after_the_other(document):
    upload(document, 0)
    parts = [lines(100 * n, 100) for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status for answer in pool.map(lambda p: append(document, p), parts)} == {200}
    body = download(document)
    assert sorted(body.splitlines()) == sorted(tsv(2000).splitlines())
    assert all(part in body for part in parts)


def test_a_retry_appends_once(document):
    upload(document)
    first = append(document, lines(250, 5), id="a:1")
    again = append(document, lines(250, 5), id="a:1")
    assert first.json["rows"] == again.json["rows"] == 255
    assert append(document, lines(255, 5), id="a:2").json["rows"] == 260
    assert download(document) == tsv(260)


def test_appends_are_counted(relay, document):
    upload(document)
    append(document, lines(250, 5))
    append(document, b"[", format="rows")
    assert "tsvshare_appends_total 1\n" in relay.hub.metrics_text()


# --- what is refused -----------------------------------------------------------------------------


def test_only_who_may_change_appends(document):
    upload(document)
    assert append(document, b"x\ty\n", key="").code == "forbidden"
    assert append(document, b"x\ty\n", key="0" * 32).code == "wrong_key"
    assert request("POST", f"{document.base}/d/nothing/table", b"x").code == "not_found"
    assert download(document) == tsv(250)


def test_there_must_be_a_table_and_the_one_that_is_meant(document):
    assert append(document, b"x\ty\n").code == "not_found"
    old = upload(document)
    new = upload(document, 10)
    assert append(document, b"x\ty\n", table=old).code == "stale"
    assert append(document, b"x\ty\n", table=new).json["rows"] == 11


def test_a_table_that_comes_in_or_is_read_anew_cannot_be_appended_to_yet(document, gate, slow_put):
    table = upload(document)
    with document.editor(cid="a") as ann:
        ann.send(type="op", id="a:9", table=table, set={"reading": {"header": False}})
        ann.state(lambda message: message["event"] == "rereading")
        assert append(document, b"x\ty\n").code == "not_yet"
        gate.opened.set()
        assert ann.next("ack")["id"] == "a:9"
        assert append(document, b"x\ty\n").json["rows"] == 252
        coming = slow_put(document, 10**6, header="true")
        coming.send(tsv(3000)[:20_000])
        ann.state(lambda message: message["event"] == "table")
        assert append(document, b"x\ty\n").code == "not_yet"
        coming.disconnect()


def test_what_is_too_large_is_refused_before_and_after(make_relay, slow_put):
    document = Document(make_relay(max_upload=10_000).url)
    upload(document)
    answer = append(document, b"x" * 9_000)
    assert (answer.status, answer.code) == (413, "too_large")
    assert "10 kB" in answer.json["error"]["message"]
    huge = slow_put(document, method="POST", total=65 * 1024 * 1024)
    assert "several parts" in huge.answer().json["error"]["message"]
    assert download(document) == tsv(250)


def test_what_turns_out_to_be_too_large_is_refused_on_its_way(document, slow_put):
    upload(document)
    endless = slow_put(document, method="POST")
    for _ in range(66):
        endless.send(b"x" * 1024 * 1024)
    assert endless.answer().code == "too_large"
    assert download(document) == tsv(250)


def test_what_cannot_be_added_is_refused_and_the_table_stays(document):
    upload(document)
    answer = append(document, gzip.compress(lines(250, 1)))
    assert (answer.status, answer.code) == (422, "bad_table")
    assert append(document, lines(250, 1)).json["rows"] == 251
    assert download(document) == tsv(251)


def test_an_append_whose_sender_goes_adds_nothing(relay, document, slow_put):
    upload(document)
    coming = slow_put(document, method="POST", total=1000)
    coming.send(b"x\ty\n")
    coming.disconnect()
    assert append(document, lines(250, 1)).json["rows"] == 251
    assert download(document) == tsv(251)


@pytest.mark.parametrize("query", [{"format": "csv"}, {"id": "x" * 101}, {"cid": "x" * 101}])
def test_an_address_that_makes_no_sense_is_refused(document, query):
    upload(document)
    assert append(document, b"x\ty\n", **query).code == "bad_value"


# --- other tables, other lives -------------------------------------------------------------------


def test_a_table_grows_also_after_a_restart(tmp_path, make_relay):
    relay = RelayThread(data_dir=tmp_path)
    document = Document(relay.url)
    upload(document)
    append(document, lines(250, 5))
    relay.stop()
    make_relay(data_dir=tmp_path, port=relay.port)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["rows"] == 255
        assert append(document, lines(255, 5)).json["rows"] == 260
        assert bob.state(total(260))["page"]["rows"][0] == ["r0c0", "r0c1"]
    assert download(document) == tsv(260)


def test_what_was_answered_is_there_after_a_kill(relay_process):
    document = Document(relay_process.url)
    upload(document, 0)
    for n in range(10):
        assert append(document, lines(10 * n, 10)).status == 200
    relay_process.kill()
    relay_process.start()
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["rows"] == 100
    assert download(document) == tsv(100)
    assert append(document, lines(100, 1)).json["rows"] == 101


def test_what_was_written_but_never_told_of_is_there_once_after_a_kill(tmp_path, make_relay):
    relay = RelayThread(data_dir=tmp_path)
    document = Document(relay.url)
    id = upload(document)
    relay.stop()
    table = Table.open(tmp_path / "tables" / id)  # as a relay does that is killed right afterwards
    table.append(lines(250, 5), "a:1")
    table.close()
    make_relay(data_dir=tmp_path, port=relay.port)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["rows"] == 255
    assert append(document, lines(250, 5), id="a:1").json["rows"] == 255
    assert append(document, lines(255, 5), id="a:2").json["rows"] == 260
    assert download(document) == tsv(260)


@pytest.mark.parametrize("again", ["a:1", "a:2"])
def test_what_could_not_be_told_of_is_there_once(relay, document, monkeypatch, again):
    upload(document)
    save = relay.hub.engine.save

    async def disk_full(*args):
        monkeypatch.setattr(relay.hub.engine, "save", save)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(relay.hub.engine, "save", disk_full)
    assert append(document, lines(250, 5), id="a:1").code == "unavailable"
    sent = lines(250, 5) if again == "a:1" else lines(255, 5)
    assert append(document, sent, id=again).json["rows"] == (255 if again == "a:1" else 260)
    assert append(document, lines(250, 5), id="a:1").status == 200
    assert download(document) == tsv(255 if again == "a:1" else 260)


def test_a_table_that_came_back_by_undo_grows(document):
    old, new = upload(document), upload(document, 10)
    with document.editor(cid="a") as ann:
        assert ann.op(new, undo=old)["type"] == "ack"
        assert append(document, lines(250, 10)).json["rows"] == 260
        assert ann.state(total(260))["state"]["undo"]["table"] == new


# --- from a pipe ---------------------------------------------------------------------------------


def test_what_came_through_a_pipe_stays_when_its_sender_goes(document, slow_put):
    upload(document)
    with document.viewer() as bob:
        pipe = slow_put(document, growing="true", header="true")
        pipe.send(tsv(100))
        pipe.send(b"cut in the mid")
        bob.state(total(100))
        pipe.disconnect()
        last = bob.state(lambda message: message["event"] == "complete")
        assert last["page"]["rows"][:1] == [["r0c0", "r0c1"]]
        bob.send(type="look", id="l:1", table=last["state"]["table"]["id"], page=2, page_size=100)
        assert bob.next("page")["page"]["rows"] == [["cut in the mid"]]
    assert download(document) == tsv(100) + b"cut in the mid"


def test_a_pipe_of_which_nothing_came_leaves_the_old_table(relay, document, slow_put):
    old = upload(document)
    pipe = slow_put(document, growing="true")
    wait_for(lambda: relay.hub.uploads.has(document.uuid))
    pipe.disconnect()
    wait_for(lambda: not relay.hub.uploads.has(document.uuid))
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["id"] == old


def test_a_pipe_that_ends_is_an_upload_like_any(document, slow_put):
    pipe = slow_put(document, growing="true", header="true")
    pipe.send(tsv(10))
    assert pipe.end().json["status"] == "complete"
    assert append(document, lines(10, 1)).json["rows"] == 11


def test_what_came_through_a_pipe_stays_when_the_relay_goes(tmp_path, make_relay, slow_put):
    relay = RelayThread(data_dir=tmp_path)
    document = Document(relay.url)
    upload(document)
    with document.viewer() as bob:
        pipe = slow_put(document, growing="true", header="true")
        pipe.send(tsv(100))
        bob.state(total(100))
        relay.stop()
    assert pipe.answer().code == "unavailable"
    make_relay(data_dir=tmp_path, port=relay.port)
    assert append(document, lines(100, 1)).json["rows"] == 101
    assert download(document) == tsv(101)
