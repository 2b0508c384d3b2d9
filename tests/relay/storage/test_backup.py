"""Backups of a data folder, most of them while a relay works on it; and what is there again."""

import gzip
import json
import shutil
import threading

import pytest
from relay_fixture import Document, RelayThread, SlowUpload, request, tsv, wait_for

from tsvshare_widget.cli.main import main
from tsvshare_widget.errors import BadValue
from tsvshare_widget.relay.storage.backup import back_up

VIEW = {
    "id": "v1",
    "name": "Latest first",
    "query": {"sort": [{"column": 0, "direction": "desc"}]},
    "names": [[0, "name0"]],
}

CLOSED = b'{"look": false, "keep": "2d"}'


@pytest.fixture
def relay(tmp_path):
    relay = RelayThread(data_dir=tmp_path / "data")
    yield relay
    relay.stop()


@pytest.fixture
def restored(tmp_path):
    """Start a relay on a copy of the backup."""
    relays = []

    def start():
        folder = tmp_path / f"restored{len(relays)}"
        shutil.copytree(tmp_path / "backup", folder)
        relays.append(RelayThread(data_dir=folder))
        return relays[-1]

    yield start
    for relay in relays:
        relay.stop()


def at(relay, document):
    """The same document on another relay."""
    there = object.__new__(Document)
    there.base, there.uuid, there.key = relay.url, document.uuid, document.key
    there.url = f"{relay.url}/d/{document.uuid}"
    return there


def everything(document):
    """What a document shows, and its bytes, for who has the key."""
    headers = {"X-TSVShare-Key": document.key}
    state = request("GET", f"{document.url}/state", headers=headers).json
    with document.editor() as viewer:
        viewer.send(type="views", id="c:v")
        saved = viewer.next("views")["views"]
    table = request("GET", f"{document.url}/table", headers=headers).body
    page = request("GET", f"{document.url}/page/1", headers=headers).json
    return {**{name: state[name] for name in state if name not in ("epoch", "seq")}}, (
        saved,
        table,
        page,
    )


def with_views(document):
    """Sort, save that under a name, and go to another page."""
    with document.editor() as editor:
        table = editor.welcome["state"]["table"]["id"]
        sort = [{"column": 0, "direction": "desc"}]
        assert editor.op(table, sort=sort)["type"] == "ack"
        assert editor.op(table, save_view=VIEW)["type"] == "ack"
        assert editor.op(table, page=2)["type"] == "ack"


@pytest.mark.slow
def test_all_is_there_again(relay, restored, tmp_path):
    sorted_, packed, closed, empty, plain = (Document(relay.url) for _ in range(5))
    sorted_.put(tsv(250), name="old.tsv")
    sorted_.put(tsv(500), name="sorted.tsv")  # an undo brings back the one before
    with_views(sorted_)
    packed.put(gzip.compress(tsv(1000, columns=4)), name="packed.tsv.gz")
    closed.put(tsv(3))
    key = {"X-TSVShare-Key": closed.key}
    assert request("PATCH", closed.url, CLOSED, key).status == 200
    plain.put(tsv(20))
    more = {"X-TSVShare-Key": plain.key}
    assert request("POST", f"{plain.url}/table", tsv(20, header=False), more).status == 200

    done = back_up(tmp_path / "data", tmp_path / "backup")
    assert (done.documents, done.problems) == (5, [])
    there = restored()
    for document in (sorted_, packed, closed, plain):
        before, after = everything(document), everything(at(there, document))
        assert before == after
    assert at(there, sorted_).put(b"a\n", key="wrong" * 6 + "12").status == 403
    assert request("GET", f"{there.url}/d/{closed.uuid}/state").status == 403
    assert request("GET", f"{there.url}/d/{empty.uuid}/state").status == 200
    epochs = [request("GET", f"{one.url}/state").json["epoch"] for one in (plain, at(there, plain))]
    assert epochs[0] != epochs[1]  # whoever has seen a later state than is in the backup is told


def test_a_later_backup_copies_what_is_new_and_forgets_what_was_deleted(relay, restored, tmp_path):
    first, second, third = (Document(relay.url) for _ in range(3))
    for document in (first, second, third):
        document.put(tsv(500))
    assert back_up(tmp_path / "data", tmp_path / "backup").copied > 3 * len(tsv(500))
    assert back_up(tmp_path / "data", tmp_path / "backup").copied == 0
    key = {"X-TSVShare-Key": second.key}
    request("POST", f"{second.url}/table", b"more\trows\n", key)
    request("DELETE", third.url, headers={"X-TSVShare-Key": third.key})
    done = back_up(tmp_path / "data", tmp_path / "backup")
    assert len(tsv(500)) < done.copied < 2 * len(tsv(500))
    there = restored()
    assert request("GET", f"{there.url}/d/{second.uuid}/table").body == tsv(500) + b"more\trows\n"
    gone = request("GET", f"{there.url}/d/{third.uuid}/state")
    assert (gone.status, gone.code) == (404, "deleted")
    assert len(list((tmp_path / "backup" / "tables").iterdir())) == 2


def test_a_table_on_its_way_is_not_in_it_and_the_one_before_is(relay, restored, tmp_path):
    document = Document(relay.url)
    document.put(tsv(50))
    upload = SlowUpload(document, 10_000)
    try:
        upload.send(tsv(100)[:1000])
        state = f"{document.url}/state"
        wait_for(lambda: request("GET", state).json["state"]["table"]["status"] == "receiving")
        assert back_up(tmp_path / "data", tmp_path / "backup").problems == []
    finally:
        upload.disconnect()
    assert request("GET", f"{restored().url}/d/{document.uuid}/table").body == tsv(50)


def test_a_backup_while_much_happens_can_be_shown(relay, restored, tmp_path):
    """Rows are added and tables replaced: each document is in it as it was at some moment."""
    grows, changes = Document(relay.url), Document(relay.url)
    grows.put(tsv(10))
    changes.put(tsv(10))
    over = threading.Event()

    def work():
        for number in range(200):
            request("POST", f"{grows.url}/table", b"x\ty\n", {"X-TSVShare-Key": grows.key})
            if number % 5 == 0:
                changes.put(tsv(10 + number))
            if over.is_set():
                return

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(5):
            done = back_up(tmp_path / "data", tmp_path / "backup")
            assert (done.documents, done.problems) == (2, [])
    finally:
        over.set()
        worker.join()
    there = restored()
    body = request("GET", f"{there.url}/d/{grows.uuid}/table").body
    assert body == tsv(10) + b"x\ty\n" * ((len(body) - len(tsv(10))) // 4)
    rows = request("GET", f"{there.url}/d/{changes.uuid}/state").json["state"]["table"]["rows"]
    assert request("GET", f"{there.url}/d/{changes.uuid}/table").body == tsv(rows)


def test_what_is_damaged_is_named_and_the_rest_is_there(relay, tmp_path):
    whole, broken = Document(relay.url), Document(relay.url)
    whole.put(tsv(10))
    broken.put(tsv(10))
    (tmp_path / "data" / "documents" / f"{broken.uuid}.json").write_text(json.dumps({"uuid": 1}))
    done = back_up(tmp_path / "data", tmp_path / "backup")
    assert done.documents == 1
    assert [broken.uuid in problem for problem in done.problems] == [True]


def test_a_backup_goes_nowhere_else(relay, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "photos").write_text("")
    for target in (tmp_path / "data", tmp_path / "data" / "inside", tmp_path / "mine"):
        with pytest.raises(BadValue):
            back_up(tmp_path / "data", target)
    assert (tmp_path / "mine" / "photos").exists()


def test_tables_that_are_in_an_object_store_are_copied_there(relay, tmp_path):
    """What is here of them may be a part."""
    document = Document(relay.url)
    document.put(tsv(10))
    (table,) = (tmp_path / "data" / "tables").iterdir()
    for name in ("stored.json", "partial"):
        (table / name).touch()
        with pytest.raises(BadValue, match="object store"):
            back_up(tmp_path / "data", tmp_path / "backup")
        (table / name).unlink()
    relay.stop()
    (table / "stored.json").touch()
    assert main(["admin", "list", "--data-dir", str(tmp_path / "data")]) == 1
