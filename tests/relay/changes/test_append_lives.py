"""Tables that grow after a restart, a kill, an undo, and from a pipe."""

import errno

import pytest
from appends_fixture import append, download, lines, total, upload
from relay_fixture import Document, RelayThread, tsv, wait_for

from tsvshare_widget.errors import EngineDown
from tsvshare_widget.relay.changes import appends
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.table import Table


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


@pytest.mark.slow
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
    table.append_bytes(lines(250, 5), "a:1")
    table.close()
    make_relay(data_dir=tmp_path, port=relay.port)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["rows"] == 255
    assert append(document, lines(250, 5), id="a:1").json["rows"] == 255
    assert append(document, lines(255, 5), id="a:2").json["rows"] == 260
    assert download(document) == tsv(260)


def test_what_was_never_told_of_is_shown_once_what_keeps_the_table_answers(
    tmp_path, make_relay, monkeypatch
):
    relay = RelayThread(data_dir=tmp_path)
    document = Document(relay.url)
    id = upload(document)
    relay.stop()
    table = Table.open(tmp_path / "tables" / id)
    table.append_bytes(lines(250, 5), "a:1")
    table.close()
    prepare, failures = TableStore.prepare, []

    async def prepare_at_last(*args, **options):
        if len(failures) < 3:
            failures.append(id)
            raise EngineDown("away")
        return await prepare(*args, **options)

    monkeypatch.setattr(TableStore, "prepare", prepare_at_last)
    monkeypatch.setattr(appends, "FIRST_REST_SECONDS", 0.05)
    make_relay(data_dir=tmp_path, port=relay.port)
    with document.viewer() as bob:
        bob.state(total(255))
    assert len(failures) == 3


def test_what_was_done_is_acknowledged_again_when_the_table_was_replaced(document):
    old = upload(document)
    append(document, lines(250, 5), id="a:1", table=old)
    upload(document, 10)
    again = append(document, lines(250, 5), id="a:1", table=old)
    assert (again.status, again.json["id"], again.json["rows"]) == (200, old, 255)
    refused = append(document, lines(255, 5), id="a:2", table=old)
    assert (refused.status, refused.code) == (409, "stale")


@pytest.fixture
def added_unseen(relay, document, monkeypatch):
    """A table that has rows which could not be shown, and of which nobody was told."""
    table = upload(document)
    store = relay.hub.documents._store
    with monkeypatch.context() as away:

        async def engine_down(*args):
            raise EngineDown("away")

        away.setattr(store, "save", engine_down)
        assert append(document, lines(250, 5), id="a:1", table=table).code == "engine_down"
    return table


def test_what_was_added_unseen_is_acknowledged_when_the_table_was_replaced(document, added_unseen):
    new = upload(document, 10)
    assert append(document, lines(255, 5), id="a:2", table=added_unseen).code == "stale"
    again = append(document, lines(250, 5), id="a:1", table=added_unseen)
    assert (again.status, again.json["rows"]) == (200, 255)
    with document.editor() as ann:
        assert ann.op(new, undo=added_unseen)["type"] == "ack"
        assert ann.state(total(255))
    assert download(document) == tsv(255)


def test_what_was_added_unseen_is_there_once_when_the_table_was_read_anew(document, added_unseen):
    with document.editor() as ann:
        assert ann.op(added_unseen, reading={"header": False})["type"] == "ack"
        assert ann.state(total(256))
    assert append(document, lines(250, 5), id="a:1", table=added_unseen).json["rows"] == 256
    assert download(document) == tsv(255)


@pytest.mark.parametrize("again", ["a:1", "a:2"])
def test_what_could_not_be_told_of_is_there_once(relay, document, monkeypatch, again):
    upload(document)
    save = relay.hub.documents._store.save

    async def disk_full(*args):
        monkeypatch.setattr(relay.hub.documents._store, "save", save)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(relay.hub.documents._store, "save", disk_full)
    assert append(document, lines(250, 5), id="a:1").code == "disk_full"
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
