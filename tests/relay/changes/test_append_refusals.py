"""Appends that are refused."""

import gzip

import pytest
from appends_fixture import append, download, lines, upload
from relay_fixture import Document, request, tsv


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
