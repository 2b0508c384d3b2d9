"""Uploads in parts, by tus: they go on after a loss, show what has come, and end for good."""

import pytest
from parted_fixture import DATA, PartedUpload
from relay_fixture import Document, RelayThread, request, tsv, wait_for


def name_of(state):
    return state["state"]["table"] and state["state"]["table"]["name"]


def test_a_table_comes_in_parts(document):
    upload = PartedUpload(document)
    assert upload.made.status == 201
    assert upload.made.headers["Tus-Resumable"] == "1.0.0"
    for start in range(0, len(DATA), 20_000):
        assert upload.offset == start
        answer = upload.patch(start, DATA[start : start + 20_000])
        assert (answer.status, answer.headers["Upload-Offset"]) == (
            204,
            str(min(start + 20_000, len(DATA))),
        )
    assert request("GET", f"{document.url}/table").body == DATA
    assert upload.offset == len(DATA)


def test_a_loss_brings_back_the_old_table_and_what_comes_after_it_the_new_one(document):
    document.put(tsv(10), name="old.tsv")
    upload = PartedUpload(document)
    with document.viewer() as bob:
        connection = upload.break_off(0, DATA[:30_000])
        assert name_of(bob.state()) == "parts.tsv"
        connection.close()
        assert name_of(bob.state(lambda state: state["event"] == "reverted")) == "old.tsv"
        assert upload.offset == 30_000
        assert upload.patch(29_000, b"x").status == 409
        connection = upload.break_off(30_000, DATA[30_000:40_000])
        shown = bob.state(lambda state: name_of(state) == "parts.tsv")
        assert shown["page"]["rows"][0][0] in ("r0c0", "name0")
        connection.close()
        assert name_of(bob.state(lambda state: state["event"] == "reverted")) == "old.tsv"
        assert upload.patch(40_000, DATA[40_000:]).status == 204
        bob.state(lambda state: state["state"]["table"]["status"] == "complete")
    assert request("GET", f"{document.url}/table").body == DATA


def test_a_newer_upload_ends_one_that_waits(document):
    upload = PartedUpload(document)
    upload.break_off(0, DATA[:30_000]).close()
    assert document.put(tsv(3), name="newer.tsv").status == 200
    refused = wait_for(lambda: (answer := upload.patch(30_000, b"x")).status == 409 and answer)
    assert refused.code == "superseded"


def test_what_was_cancelled_is_gone(document, relay):
    upload = PartedUpload(document)
    upload.break_off(0, DATA[:30_000]).close()
    assert request("DELETE", upload.url, headers=upload.key).status == 204
    assert upload.patch(30_000, DATA[30_000:]).code == "cancelled"
    wait_for(lambda: not list(relay.hub.tables.folder.iterdir()))


def test_what_was_not_resumed_in_time_is_gone(make_relay):
    relay = make_relay(resume_seconds=0.01)
    upload = PartedUpload(Document(relay.url))
    wait_for(lambda: not list(relay.hub.tables.folder.iterdir()))
    assert upload.offset in (400, 404)


def test_silence_between_two_parts_brings_back_the_old_table(make_relay):
    document = Document(make_relay(body_seconds=0.05).url)
    document.put(tsv(10), name="old.tsv")
    upload = PartedUpload(document)
    with document.viewer() as bob:
        assert upload.patch(0, DATA[:30_000]).status == 204
        assert name_of(bob.state(lambda state: state["event"] == "reverted")) == "old.tsv"
        assert upload.patch(30_000, DATA[30_000:]).status == 204


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 400, "bad_request"),
        ({"Upload-Length": "many"}, 400, "bad_request"),
        ({"Upload-Length": "9" * 17}, 413, "too_large"),
        ({"Upload-Metadata": "filename ???"}, 400, "bad_request"),
        ({"X-TSVShare-Key": "0" * 32}, 403, "wrong_key"),
    ],
)
def test_what_cannot_begin_is_said(headers, status, code, document):
    made = PartedUpload(document, **headers).made
    assert (made.status, made.code) == (status, code)


def test_more_bytes_than_were_said_end_it(document):
    upload = PartedUpload(document, total=10)
    refused = upload.patch(0, b"a\tb\n" * 5)
    assert (refused.status, refused.code) == (400, "bad_request")


def test_what_is_no_table_is_said_at_the_end(document):
    upload = PartedUpload(document, total=4)
    refused = upload.patch(0, b"\x00\xff\x00\xfe")
    assert (refused.status, refused.code) == (422, "bad_table")


def test_browsers_of_any_page_may_ask(document: Document):
    answer = request("OPTIONS", f"{document.url}/uploads")
    assert answer.status == 204
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert "Upload-Offset" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Tus-Extension"] == "creation,termination"


def test_a_relay_that_stops_ends_uploads_that_wait(make_relay):
    relay: RelayThread = make_relay()
    PartedUpload(Document(relay.url)).break_off(0, DATA[:30_000]).close()
    relay.stop()
