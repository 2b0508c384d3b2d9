"""Tables on their way in: what everyone sees meanwhile, and afterwards if it fails."""

import gzip

import pytest
from relay_fixture import Document, RelayThread, tsv, wait_for

from tsvshare_widget.relay import hub


def table_folders(relay):
    return {folder.name for folder in relay.hub.tables.folder.iterdir()}


def shown(document, rows=250):
    return document.put(tsv(rows), name="old.tsv", header="true").json["id"]


def is_complete(state):
    return state["state"]["table"]["status"] == "complete"


def test_an_upload_answers_with_the_table(document):
    answer = document.put(tsv(250), name="genes.tsv", header="true")
    assert answer.status == 200
    table = answer.json
    assert (table["name"], table["rows"], table["columns"]) == ("genes.tsv", 250, 2)
    assert table["bytes"] == table["total_bytes"] == len(tsv(250))
    assert (table["status"], table["problem"]) == ("complete", None)
    assert table["reading"]["header"] is True


def test_what_is_told_of_the_file_is_obeyed(document):
    assert document.put(b"a\tb\n1\t2\n", header="false").json["rows"] == 2
    assert document.put(b"a\tb\n1\t2\n", header="true").json["rows"] == 1
    answer = document.put(b"a\tb\n", header="perhaps")
    assert (answer.status, answer.code) == (400, "bad_value")


def test_a_process_for_questions_starts_once_all_has_come(relay, document, slow_put, monkeypatch):
    monkeypatch.setattr(hub, "PREPARE_SECONDS", 0)
    data, workers = tsv(5000), relay.hub.workers
    with document.viewer() as bob:
        upload = slow_put(document, len(data))
        for part in (data[:20_000], data[20_000:40_000]):
            upload.send(part)
            bob.state(lambda state: state["state"]["table"] is not None)
        assert not workers._aside
        assert not workers._idle
        upload.send(data[40_000:])
        assert upload.end().status == 200
    wait_for(lambda: workers._idle)


def test_the_first_page_shows_before_the_upload_ends(document, slow_put):
    data = tsv(5000)
    with document.viewer() as bob:
        upload = slow_put(document, len(data), name="big.tsv", header="true")
        upload.send(data[:20_000])
        state = bob.state()
        assert state["event"] == "table"
        assert state["page"]["rows"][0] == ["r0c0", "r0c1"]
        table = state["state"]["table"]
        assert (table["status"], table["total_bytes"]) == ("receiving", len(data))
        assert 100 < table["rows"] < 5000

        bob.send(type="look", id="v:1", table=table["id"], page=5, page_size=100)
        assert bob.next("page")["page"]["rows"][0][0] == "r400c0"

        upload.send(data[20_000:40_000])
        grown = bob.state()
        assert grown["event"] == "growth"
        assert grown["state"]["table"]["rows"] > table["rows"]

        upload.send(data[40_000:])
        assert upload.end().status == 200
        state = bob.state(is_complete)
        assert state["state"]["view"]["n_rows"] == 5000


def test_an_upload_of_unknown_length_grows_as_it_comes(document, slow_put):
    with document.viewer() as bob:
        upload = slow_put(document, None, header="true")
        upload.send(b"a\tb\n1\t2\n")
        state = bob.state()
        assert state["state"]["table"]["total_bytes"] is None
        assert state["page"]["rows"] == [["1", "2"]]
        upload.send(b"3\t4\n")
        assert bob.state()["page"]["rows"] == [["1", "2"], ["3", "4"]]
        assert upload.end().json["rows"] == 2


def test_the_last_page_sticks_to_the_end_of_a_growing_table(document, slow_put):
    with document.editor() as ann:
        upload = slow_put(document, None, header="true")
        upload.send(tsv(150))
        table = ann.state()["state"]["table"]["id"]
        ann.op(table, page=-1)
        upload.send(tsv(100, header=False))
        assert upload.end().status == 200
        assert ann.state(is_complete)["state"]["view"]["page"] == 3


def test_a_new_table_shows_from_its_first_page_and_keeps_the_page_size(document):
    old = shown(document)
    with document.editor() as ann:
        ann.op(old, page_size=50)
        ann.op(old, page=4)
        document.put(tsv(120), name="new.tsv", header="true")
        state = ann.state(lambda state: state["state"]["table"]["id"] != old)
        assert state["state"]["view"] == {
            "page": 1,
            "page_size": 50,
            "n_pages": 3,
            "n_rows": 120,
            "stick": False,
            "query": {},
            "of_rows": 120,
            "brought": 0,
        }


@pytest.mark.parametrize("part", [20_000, 1], ids=["shown", "one byte"])
def test_a_lost_connection_brings_the_old_table_back(relay, document, part, slow_put):
    old = shown(document)
    with document.editor() as ann:
        ann.op(old, page=2)
        upload = slow_put(document, 50_000, header="true")
        upload.send(tsv(3000)[:part])
        new = ann.state(lambda state: state["state"]["table"]["id"] != old)
        assert new["event"] == "table"
        upload.disconnect()
        state = ann.state(lambda state: state["event"] == "reverted")
        assert (state["state"]["table"]["id"], state["state"]["view"]["page"]) == (old, 2)
        assert state["page"]["rows"][0][0] == "r100c0"
    wait_for(lambda: table_folders(relay) == {old})


def test_a_file_that_is_no_table_changes_nothing(relay, document):
    old = shown(document)
    answer = document.put(b"PK\x03\x04" + bytes(1000), name="book.xlsx")
    assert (answer.status, answer.code) == (422, "bad_table")
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["id"] == old
    wait_for(lambda: table_folders(relay) == {old})


def test_a_truncated_gzip_stays_as_incomplete(document):
    whole = gzip.compress(tsv(50_000), mtime=0)
    answer = document.put(whole[: len(whole) // 2], name="cut.tsv.gz", header="true")
    assert answer.status == 200
    assert answer.json["status"] == "incomplete"
    assert answer.json["problem"]["code"] == "truncated"
    with document.viewer() as bob:
        assert bob.welcome["page"]["rows"][0] == ["r0c0", "r0c1"]


def test_an_empty_file_is_a_table_without_rows(document):
    answer = document.put(b"", name="empty.tsv")
    assert (answer.status, answer.json["rows"], answer.json["columns"]) == (200, 0, 0)
    with document.viewer() as bob:
        assert bob.welcome["page"]["rows"] == []
        assert bob.welcome["state"]["view"]["n_pages"] == 1


# --- refusals ------------------------------------------------------------------------------------


def test_a_declared_size_over_the_limit_is_refused_before_a_byte_is_sent(make_relay, slow_put):
    document = Document(make_relay(max_upload=1000).url)
    answer = slow_put(document, 1001).answer()
    assert (answer.status, answer.code) == (413, "too_large")
    assert "1 kB" in answer.json["error"]["message"]


def test_more_bytes_than_the_limit_bring_the_old_table_back(make_relay, slow_put):
    document = Document(make_relay(max_upload=10_000).url)
    old = shown(document, rows=20)
    upload = slow_put(document, None, header="true")
    with document.viewer() as bob:
        upload.send(tsv(100))
        bob.state(lambda state: state["state"]["table"]["id"] != old)
        upload.send(tsv(3000))
        answer = upload.answer()
        assert (answer.status, answer.code) == (413, "too_large")
        state = bob.state(lambda state: state["event"] == "reverted")
        assert state["state"]["table"]["id"] == old


def test_a_sender_that_does_not_listen_still_reads_the_refusal(make_relay):
    document = Document(make_relay(max_upload=1_000_000).url)
    # Sent at once, as a browser does: the answer must survive the bytes still on their way.
    answer = document.put(b"x\ty\n" * 1_000_000)
    assert (answer.status, answer.code) == (413, "too_large")


@pytest.mark.parametrize(
    ("key", "code"), [(None, "forbidden"), ("0" * 32, "wrong_key")], ids=["no key", "wrong key"]
)
def test_the_look_only_link_cannot_upload(document, key, code):
    old = shown(document)
    document.key = key or ""
    answer = document.put(tsv(10))
    assert (answer.status, answer.code) == (403, code)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["id"] == old


def test_an_upload_to_no_document_is_refused(relay, document):
    document.url = f"{relay.url}/d/no-such-document"
    answer = document.put(tsv(10))
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_newer_upload_takes_the_place_of_a_running_one(relay, document, slow_put):
    first = slow_put(document, 50_000, header="true")
    first.send(tsv(500))
    with document.viewer() as bob:
        if bob.welcome["state"]["table"] is None:
            bob.state()
        second = document.put(tsv(20), name="second.tsv", header="true").json["id"]
        answer = first.answer()  # at once, though it has sent nothing more
        assert (answer.status, answer.code) == (409, "superseded")
        wait_for(lambda: table_folders(relay) == {second})
    with document.viewer() as late:
        assert late.welcome["state"]["table"]["id"] == second


def test_an_older_upload_that_starts_late_does_not_take_over(relay, document, slow_put):
    first = slow_put(document, 50_000, header="true")
    wait_for(lambda: table_folders(relay))  # else a relay may hear of the second one first
    second = slow_put(document, 50_000, header="true", name="second.tsv")
    with document.editor() as ann:
        second.send(tsv(500))
        assert ann.state()["state"]["table"]["name"] == "second.tsv"
        first.send(tsv(500))  # answered at once: it need not send the rest to learn of it
        assert first.answer().code == "superseded"
        second.disconnect()
        assert ann.state(lambda state: state["event"] == "reverted")["state"]["table"] is None


def test_who_uploads_is_told_to_everyone(document):
    with document.viewer() as bob:
        document.put(tsv(10), cid="ann")
        assert bob.state()["by"] == "ann"


def test_uploads_that_fail_and_succeed_are_counted(relay, document):
    shown(document)
    document.put(b"PK\x03\x04" + bytes(100))
    text = relay.hub.metrics_text()
    assert 'tsvshare_uploads_total{result="ok"} 1' in text
    assert 'tsvshare_uploads_total{result="bad_table"} 1' in text


# --- the end of the relay ------------------------------------------------------------------------


def test_an_upload_under_way_is_reverted_when_the_relay_stops(make_relay, tmp_path, slow_put):
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    old = shown(document)
    upload = slow_put(document, 50_000, header="true")
    with document.viewer() as bob:
        upload.send(tsv(500))
        bob.state(lambda state: state["state"]["table"]["id"] != old)
        relay.stop()
        upload.disconnect()
    again = RelayThread(data_dir=tmp_path, port=relay.port)
    try:
        with document.viewer() as bob:
            assert bob.welcome["state"]["table"]["id"] == old
            assert bob.welcome["page"]["rows"][0][0] == "r0c0"
    finally:
        again.stop()
