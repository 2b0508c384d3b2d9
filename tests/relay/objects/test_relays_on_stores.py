"""Relays that keep tables in an object store: another one goes on where the first was; failures."""

import asyncio
import contextlib
import re
import shutil
from typing import Any

import pytest
from objects_fixture import KINDS, use_endpoint
from parted_fixture import PartedUpload
from redis_fixture import Line
from relay_fixture import Document, RelayProcess, SlowUpload, request, tsv, wait_for

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.objects.manifest import SEGMENT_BYTES
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings

pytestmark = pytest.mark.slow
pytest.importorskip("obstore", reason="needs the extra tsvshare-widget[cluster]")

SORT = [{"column": 0, "direction": "desc", "by": "natural"}]


@pytest.fixture(params=KINDS)
def url(request, url_of):
    return url_of(request.param)


@pytest.fixture
def line(server, monkeypatch):
    """The way to the S3 service, which can be cut; the URL of a bucket there is ``line.url``."""
    line = Line(server.port)
    use_endpoint(monkeypatch, line.port)
    line.url = f"s3://{server.new_bucket()}/inside"
    yield line
    line.close()


def with_documents_of(old, new):
    """A data folder with the documents of another one, and none of its tables."""
    new.mkdir()
    for name in ("documents", "ended"):
        if (old / name).exists():
            shutil.copytree(old / name, new / name)
    return new


def elsewhere(document, relay):
    """The same document on another relay."""
    other = Document.__new__(Document)
    other.base, other.uuid, other.key = relay.url, document.uuid, document.key
    other.url = f"{relay.url}/d/{document.uuid}"
    return other


def append(document, data):
    headers = {"X-TSVShare-Key": document.key}
    return request("POST", f"{document.url}/table", data, headers)


class StoreProcess(RelayProcess):
    """A relay on a store, in a process that can be killed."""

    def __init__(self, data_dir, url):
        self._store = url
        super().__init__(data_dir)

    def code(self):
        found = super().code()
        return found.replace(
            "data_dir=Path(sys.argv[1])", f"data_dir=Path(sys.argv[1]), store={self._store!r}"
        )


def large(segments):
    """A table of so many segments, whose lines are long."""
    return (b"x" * 4000 + b"\t1\n") * (segments * SEGMENT_BYTES // 4003)


def page(document, number=1):
    return request("GET", f"{document.url}/page/{number}").json


def test_a_relay_that_never_saw_a_table_goes_on_with_it(url, make_relay, tmp_path):
    first = make_relay(data_dir=tmp_path / "one", store=url)
    document = Document(first.url)
    data = tsv(1000)
    assert document.put(data, name="x.tsv").status == 200
    with document.editor() as viewer:
        table = viewer.welcome["state"]["table"]["id"]
        assert viewer.op(table, page=4)["type"] == "ack"
    before = page(document, 4)
    first.stop()
    second = make_relay(data_dir=with_documents_of(tmp_path / "one", tmp_path / "two"), store=url)
    document = elsewhere(document, second)
    assert page(document, 4) == before
    wait_for(lambda: second.hub.tables.is_here(table))  # it is small
    with document.editor(cid="d") as viewer:
        assert viewer.welcome["page"]["rows"][0] == ["r300c0", "r300c1"]
        assert viewer.op(table, page=1)["type"] == "ack"
        assert viewer.state()["page"]["rows"][0] == ["r0c0", "r0c1"]
    assert append(document, b"new\trow\n").status == 200
    assert request("GET", f"{document.url}/table").body == data + b"new\trow\n"
    with document.editor(cid="e") as viewer:
        assert viewer.op(table, sort=SORT)["type"] == "ack"
        state = viewer.state(lambda state: state["page"] is not None)
        assert state["page"]["rows"][0] == ["r999c0", "r999c1"]


@pytest.mark.exhaustive
def test_a_deleted_document_leaves_nothing_in_the_store(url, make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path / "one", store=url)
    document = Document(relay.url)
    document.put(tsv(10))
    document.put(tsv(20))
    headers = {"X-TSVShare-Key": document.key}
    assert request("DELETE", document.url, headers=headers).status in (200, 204)
    wait_for(lambda: not Objects(url).entries("tables"))


@pytest.mark.exhaustive
def test_an_upload_that_breaks_off_leaves_nothing_in_the_store(url, make_relay, tmp_path, slow_put):
    relay = make_relay(data_dir=tmp_path / "one", store=url)
    document = Document(relay.url)
    data = large(2)
    upload = slow_put(document, 2 * len(data))
    upload.send(data)
    objects = Objects(url)
    wait_for(lambda: any("/raw/" in entry.key for entry in objects.entries("tables")))
    upload.disconnect()
    wait_for(lambda: not objects.entries("tables"))


@pytest.mark.parametrize("ended", ["stopped", "killed"])
def test_an_upload_in_parts_goes_on_at_another_relay(tmp_path, make_relay, ended):
    url = (tmp_path / "shared").as_uri()
    data = large(3)
    first = StoreProcess(tmp_path / "one", url) if ended == "killed" else None
    try:
        relay: Any = first or make_relay(data_dir=tmp_path / "one", store=url)
        document = Document(relay.url)
        upload = PartedUpload(document, total=len(data))
        connection = upload.break_off(0, data[: 2 * SEGMENT_BYTES + 1000])
        objects = Objects(url)
        wait_for(lambda: len(objects.entries("tables")) >= 2)
        relay.kill() if first else relay.stop()
        connection.close()
    finally:
        if first:
            first.kill()
    second = make_relay(data_dir=with_documents_of(tmp_path / "one", tmp_path / "two"), store=url)
    document = elsewhere(document, second)
    upload.url = document.url + upload.url[upload.url.index("/uploads/") :]
    assert upload.offset == 2 * SEGMENT_BYTES
    assert upload.patch(upload.offset, data[upload.offset :]).status == 204
    assert request("GET", f"{document.url}/table").body == data
    wait_for(lambda: len(objects.folders("tables")) == 1)


def test_an_upload_in_parts_that_was_done_is_known_at_another_relay(tmp_path, make_relay):
    url, data = (tmp_path / "shared").as_uri(), tsv(1000)
    first = make_relay(data_dir=tmp_path / "one", store=url)
    document = Document(first.url)
    upload = PartedUpload(document, total=len(data))
    done = upload.patch(0, data, Accept="application/json").json
    first.stop()  # before whoever sends it was told, say
    second = make_relay(data_dir=with_documents_of(tmp_path / "one", tmp_path / "two"), store=url)
    document = elsewhere(document, second)
    upload.url = document.url + upload.url[upload.url.index("/uploads/") :]
    assert upload.offset == len(data)
    assert upload.patch(len(data), b"more").status == 400
    assert upload.patch(len(data), b"", Accept="application/json").json == done
    assert request("GET", f"{document.url}/table").body == data


def test_an_upload_in_parts_is_forgotten_after_its_end(tmp_path, make_relay):
    url = (tmp_path / "shared").as_uri()
    relay = make_relay(data_dir=tmp_path / "one", store=url, resume_seconds=0.1)
    upload = PartedUpload(Document(relay.url), total=4)
    assert upload.patch(0, b"a\tb\n").status == 204
    wait_for(lambda: not Objects(url).entries("uploads"))


def test_an_upload_in_parts_that_is_cancelled_is_gone_from_the_store(tmp_path, make_relay):
    url = (tmp_path / "shared").as_uri()
    relay = make_relay(data_dir=tmp_path / "one", store=url)
    upload = PartedUpload(Document(relay.url), total=100)
    upload.break_off(0, b"a\tb\n").close()
    objects = Objects(url)
    assert len(objects.entries("uploads")) == 1
    assert request("DELETE", upload.url, headers=upload.key).status == 204
    wait_for(lambda: not objects.entries("uploads") + objects.entries("tables"))


# --- failures ------------------------------------------------------------------------------------


def test_while_the_store_is_away_tables_that_are_here_go_on_and_none_come_in(
    line, make_relay, tmp_path
):
    first = make_relay(data_dir=tmp_path / "one", store=line.url)
    here, far = Document(first.url), Document(first.url)
    for document in (here, far):
        assert document.put(tsv(1000)).status == 200
    first.stop()
    second = make_relay(
        data_dir=with_documents_of(tmp_path / "one", tmp_path / "two"), store=line.url
    )
    here, far = elsewhere(here, second), elsewhere(far, second)
    with here.editor() as viewer:
        table = viewer.welcome["state"]["table"]["id"]
        assert viewer.op(table, sort=SORT)["type"] == "ack"  # so all of it is here
        line.refuse()
        assert viewer.op(table, page=3)["type"] == "ack"
        answer = here.put(tsv(5))
        assert (answer.status, answer.code) == (503, "unavailable")
        assert "object store" in answer.json["error"]["message"]
        assert append(here, b"a\tb\n").status == 503
        assert request("GET", f"{second.url}/readyz").status == 503
        assert request("GET", f"{second.url}/livez").status == 200
        counted = request("GET", f"{second.url}/metrics").body.decode()
        assert re.search(r'tsvshare_store_failures_total\{kind="put"\} [1-9]', counted)
        assert re.search(r'tsvshare_store_requests_total\{kind="get"\} [1-9]', counted)
        assert re.search(r"tsvshare_store_read_bytes_total [1-9]", counted)
        assert re.search(r"tsvshare_store_seconds_count [1-9]", counted)
        assert re.search(r"tsvshare_cache_misses_total [1-9]", counted)
        assert re.search(r"tsvshare_cache_hits_total [1-9]", counted)
        assert page(here)["total_number"] == 1000  # as before, and it is not shown half
        assert request("GET", f"{far.url}/page/1").status == 503
        with far.viewer() as looker:
            assert looker.welcome["page"] is None
            line.accept()
            shown = looker.state(lambda state: state["page"] is not None)
            assert shown["page"]["rows"][0] == ["r0c0", "r0c1"]
        wait_for(lambda: here.put(tsv(7)).status == 200)
        wait_for(lambda: request("GET", f"{second.url}/readyz").status == 200)
        assert page(here)["total_number"] == 7
        assert page(far)["total_number"] == 1000
        assert append(far, b"a\tb\n").status == 200


@pytest.mark.exhaustive
def test_an_upload_in_whose_middle_the_store_goes_is_refused_and_the_old_table_stays(
    line, make_relay, tmp_path, slow_put
):
    relay = make_relay(data_dir=tmp_path / "one", store=line.url)
    document = Document(relay.url)
    assert document.put(tsv(10)).status == 200
    data = large(3)
    upload = slow_put(document, len(data))
    upload.send(data[: 2 * SEGMENT_BYTES])
    wait_for(lambda: relay.hub.tables.stored.objects.requests["put"] > 6)
    line.refuse()
    with contextlib.suppress(OSError):  # it may be refused before all has been sent
        upload.send(data[2 * SEGMENT_BYTES :])
        answer = upload.answer()
        assert (answer.status, answer.code) == (503, "unavailable")
    wait_for(lambda: page(document)["total_number"] == 10)


@pytest.mark.exhaustive
def test_a_cut_in_the_middle_of_an_upload_is_no_matter(line, make_relay, tmp_path, slow_put):
    relay = make_relay(data_dir=tmp_path / "one", store=line.url)
    document = Document(relay.url)
    data = large(3)
    upload = slow_put(document, len(data))
    for at in range(0, len(data), SEGMENT_BYTES):
        upload.send(data[at : at + SEGMENT_BYTES])
        line.cut()
    assert upload.answer().status == 200
    second = make_relay(
        data_dir=with_documents_of(tmp_path / "one", tmp_path / "two"), store=line.url
    )
    assert request("GET", f"{elsewhere(document, second).url}/table").body == data


@pytest.mark.exhaustive
def test_a_slow_store_holds_up_nobody_who_does_not_need_it(line, make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path / "one", store=line.url)
    document = Document(relay.url)
    assert document.put(tsv(1000)).status == 200
    line.pause()
    other = Document(relay.url)
    with document.editor() as viewer:
        table = viewer.welcome["state"]["table"]["id"]
        for number in (2, 3, 4):
            assert viewer.op(table, page=number)["type"] == "ack"
            viewer.state()
        line.go_on()
    assert other.put(tsv(3)).status == 200


def test_a_relay_that_is_killed_in_an_upload_comes_back_with_the_old_table(tmp_path):
    url = (tmp_path / "shared").as_uri()
    process = StoreProcess(tmp_path / "data", url)
    try:
        document = Document(process.url)
        assert document.put(tsv(10)).status == 200
        assert append(document, b"a\tb\n").status == 200
        data = large(2)
        upload = SlowUpload(document, 2 * len(data))
        upload.send(data)
        objects = Objects(url)
        wait_for(lambda: any(entry.size == SEGMENT_BYTES for entry in objects.entries("tables")))
        process.kill()
        upload.disconnect()
        shutil.rmtree(tmp_path / "data" / "tables")  # a disk that is another one now
        process.start()
        assert page(document)["total_number"] == 11
        assert append(document, b"c\td\n").status == 200
        assert page(document)["total_number"] == 12
    finally:
        process.kill()


def test_what_was_stored_just_before_a_relay_was_killed_is_shown_by_the_next(tmp_path, make_relay):
    url = (tmp_path / "shared").as_uri()
    relay = make_relay(data_dir=tmp_path / "one", store=url)
    document = Document(relay.url)
    assert document.put(tsv(10)).status == 200
    saved = with_documents_of(tmp_path / "one", tmp_path / "two")  # as of before the append
    assert append(document, b"a\tb\n").status == 200
    relay.stop()
    second = make_relay(data_dir=saved, store=url)
    document = elsewhere(document, second)
    with document.viewer() as viewer:
        if viewer.welcome["state"]["table"]["rows"] == 10:
            assert viewer.state()["state"]["table"]["rows"] == 11


def test_a_store_that_takes_nothing_ends_the_start(server, monkeypatch, tmp_path):
    use_endpoint(monkeypatch, server.port)
    settings = Settings(data_dir=tmp_path / "data", store="s3://no-such-bucket/x")
    with pytest.raises(Unavailable, match="has no such bucket"):
        asyncio.run(start(settings, port=0))


@pytest.mark.exhaustive
def test_who_gives_up_a_question_ends_what_was_fetched_for_it(line, make_relay, tmp_path):
    first = make_relay(data_dir=tmp_path / "one", store=line.url)
    document = Document(first.url)
    assert document.put(large(1)).status == 200
    first.stop()
    data = with_documents_of(tmp_path / "one", tmp_path / "two")
    second = make_relay(data_dir=data, store=line.url)
    document = elsewhere(document, second)
    with document.editor() as viewer:
        table = viewer.welcome["state"]["table"]["id"]
        line.pause()
        viewer.send(type="op", id="q:1", table=table, set={"sort": SORT})
        viewer.next("working")
        viewer.send(type="cancel", id="q:1")
        assert viewer.next("reject")["code"] == "cancelled"
        line.go_on()
        assert viewer.op(table, page=2)["type"] == "ack"
