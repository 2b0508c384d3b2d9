"""How long things live: over restarts and kills, through idle times, until the relay goes."""

import asyncio
import json

import pytest
from relay_fixture import Document, RelayProcess, SlowUpload, request, tsv, wait_for

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings


def position(message):
    return message["epoch"], message["seq"]


def test_a_restart_on_the_same_folder_loses_nothing(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    table = document.put(tsv(250), name="genes.tsv", header="true").json["id"]
    with document.editor() as ann:
        ann.op(table, page=3, id="a:1")
        before = ann.state()
        relay.stop()
    make_relay(data_dir=tmp_path, port=relay.port)
    have = {"epoch": before["epoch"], "seq": before["seq"]}
    with document.editor(have=have) as ann, document.viewer() as bob:
        assert ann.welcome["unchanged"] is True
        assert position(bob.welcome) == position(before)
        assert (bob.welcome["state"], bob.welcome["page"]) == (before["state"], before["page"])
        assert ann.op(table, page=3, id="a:1")["seq"] == before["seq"]
        assert ann.op(table, page=1)["seq"] == before["seq"] + 1
    assert request("GET", f"{document.url}/table").body == tsv(250)


def test_a_killed_relay_has_lost_nothing_that_was_seen(relay_process: RelayProcess):
    document = Document(relay_process.url)
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor() as ann:
        for number, page in enumerate((2, 3, 1, 2)):
            ann.send(type="op", id=f"a:{number}", table=table, set={"page": page})
            before = ann.state()
        relay_process.kill()
    relay_process.start()
    with document.editor() as ann:
        assert position(ann.welcome) == position(before)
        assert ann.welcome["page"] == before["page"]
        assert ann.welcome["role"] == "edit"


def test_an_upload_that_a_kill_cut_off_is_reverted(relay_process: RelayProcess, tmp_path):
    document = Document(relay_process.url)
    old = document.put(tsv(250), header="true").json["id"]
    upload = SlowUpload(document, 1_000_000, header="true")
    with document.viewer() as bob:
        upload.send(tsv(500))
        seen = bob.state(lambda state: state["state"]["table"]["id"] != old)
        relay_process.kill()
        upload.disconnect()
    relay_process.start()
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["id"] == old
        assert bob.welcome["page"]["rows"][0] == ["r0c0", "r0c1"]
        assert bob.welcome["seq"] > seen["seq"]


def test_without_a_folder_documents_go_with_their_relay(make_relay):
    relay = make_relay()
    document = Document(relay.url)
    document.put(tsv(250))
    folder = relay.hub.tables.folder
    relay.stop()
    assert not folder.exists()
    make_relay(port=relay.port)
    with document.viewer(say_hello=False) as bob:
        bob.send(type="hello", v=1, cid="b")
        assert bob.close_code() == 4504


def test_a_relay_that_stops_says_when_to_come_back(make_relay):
    relay = make_relay()
    document = Document(relay.url)
    with document.viewer() as ann, document.viewer() as bob:
        relay.stop()
        for viewer in (ann, bob):
            bye = viewer.next("bye")
            assert bye["code"] == 4001
            assert 0 < bye["retry_ms"] <= 5000
            assert viewer.close_code() == 4001


def test_idle_documents_are_removed_and_used_ones_stay(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)
    idle, used = Document(relay.url), Document(relay.url)
    table = idle.put(tsv(10)).json["id"]

    def is_swept(document):
        relay.run(relay.hub.lifetimes.sweep())
        return request("GET", document.url).status == 404

    with used.viewer():
        assert not is_swept(idle)
        relay.hub.lifetimes._idle_seconds = 0.0
        wait_for(lambda: is_swept(idle))
        assert not (tmp_path / "documents" / f"{idle.uuid}.json").exists()
        wait_for(lambda: not (tmp_path / "tables" / table).exists())
        assert not is_swept(used)
    wait_for(lambda: is_swept(used))


def test_tables_that_no_document_needs_are_removed(make_relay, tmp_path):
    leftover = tmp_path / "tables" / "leftover"
    leftover.mkdir(parents=True)
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    table = document.put(tsv(10)).json["id"]
    relay.run(relay.hub.lifetimes.sweep())
    wait_for(lambda: not leftover.exists())
    assert (tmp_path / "tables" / table).exists()


def test_a_damaged_document_costs_no_other_one(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    table = document.put(tsv(10)).json["id"]
    relay.stop()
    (tmp_path / "documents" / "damaged.json").write_text("{")
    again = make_relay(data_dir=tmp_path, port=relay.port)
    again.run(again.hub.lifetimes.sweep())
    assert (tmp_path / "tables" / table).exists()
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["id"] == table


def test_no_key_is_written_to_disk(make_relay, tmp_path):
    document = Document(make_relay(data_dir=tmp_path).url)
    stored = (tmp_path / "documents" / f"{document.uuid}.json").read_text()
    assert json.loads(stored)["uuid"] == document.uuid
    assert document.key not in stored


def test_two_relays_in_one_process_do_not_meet(make_relay):
    one, two = make_relay(), make_relay()
    here, there = Document(one.url), Document(two.url)
    table = here.put(tsv(250), header="true").json["id"]
    with here.editor() as ann, there.viewer() as bob:
        ann.op(table, page=2)
        assert ann.state()["state"]["view"]["page"] == 2
        assert bob.welcome["viewers"] == 1
        assert bob.welcome["state"]["table"] is None
    assert request("GET", f"{two.url}/d/{here.uuid}").status == 404
    assert 'ops_total{result="ok"} 1' in one.hub.metrics_text()
    assert "ops_total{" not in two.hub.metrics_text()


@pytest.mark.parametrize("what", ["port", "folder"])
def test_what_another_relay_has_cannot_be_taken(make_relay, tmp_path, what):
    relay = make_relay(data_dir=tmp_path / "one")
    port = relay.port if what == "port" else 0
    folder = tmp_path / ("one" if what == "folder" else "two")
    says = f"cannot listen on 127.0.0.1 port {port}" if port else "in use by another relay"
    with pytest.raises(Unavailable, match=says):
        asyncio.run(start(Settings(data_dir=folder), port=port))
    asyncio.run(start_and_stop(tmp_path / "two"))


async def start_and_stop(folder):
    relay = await start(Settings(data_dir=folder))
    await relay.stop()
