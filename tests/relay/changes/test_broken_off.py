"""An upload that breaks off while somebody comes to look: what was there before shows again."""

import asyncio
import threading

from patience import PATIENCE
from relay_fixture import Document, SlowUpload, request, tsv, wait_for

from tsvshare_widget.protocol import Position


class LateLoads:
    """Has each load of a document that somebody comes to look at wait, once it is done."""

    def __init__(self, relay):
        self._relay = relay
        self._load = relay.hub.rooms._load
        self._gates = [asyncio.Event(), asyncio.Event()]
        self.loaded = [threading.Event(), threading.Event()]
        self._waiting = iter(range(2))
        relay.hub.rooms._load = self

    async def __call__(self, uuid):
        document = await self._load(uuid)
        number = next(self._waiting, None)
        if number is not None:
            self.loaded[number].set()
            await self._gates[number].wait()
        return document

    def let_go(self, number):
        self._relay._loop.call_soon_threadsafe(self._gates[number].set)


def test_who_comes_while_an_upload_breaks_off_sees_what_was_there_before(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path / "data")
    document = Document(relay.url)
    assert document.put(tsv(5)).status == 200
    late = LateLoads(relay)
    with document.editor(say_hello=False) as ann:
        ann.send(**ann._hello)
        assert late.loaded[0].wait(PATIENCE)
        upload = SlowUpload(document, 1_000_000)
        upload.send(tsv(300))
        wait_for(lambda: shown(document)["status"] == "receiving")
        late.let_go(0)
        assert late.loaded[1].wait(PATIENCE)
        upload.disconnect()
        wait_for(lambda: stored(relay, document).before is None)
        late.let_go(1)
        seen = ann.next("welcome")
        while seen["state"]["table"]["status"] != "complete":
            seen = ann.next("state")
        assert shown(document)["status"] == "complete"


def test_no_position_is_shown_that_is_not_stored(make_relay, tmp_path, monkeypatch):
    relay = make_relay(data_dir=tmp_path / "data")
    document = Document(relay.url)
    assert document.put(tsv(5)).status == 200
    upload = SlowUpload(document, 1_000_000)
    upload.send(tsv(300))
    wait_for(lambda: shown(document)["status"] == "receiving")
    monkeypatch.setattr(relay.hub.uploads, "has", lambda uuid: False)  # as after a kill
    state = request("GET", f"{document.url}/state").json
    assert state["state"]["table"]["status"] == "complete"
    assert stored(relay, document).position == Position(state["epoch"], state["seq"])
    upload.disconnect()


def shown(document):
    return request("GET", f"{document.url}/state").json["state"]["table"]


def stored(relay, document):
    return relay.run(relay.running._store.load(document.uuid))
