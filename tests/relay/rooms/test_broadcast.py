"""One frame for everyone: who is slow holds nobody up and misses nothing that still matters."""

import asyncio
import json
import re
import time

import msgspec
import pytest
from relay_fixture import Document, tsv, wait_for
from slow_fixture import busy, make_busy, slow_viewer

from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.rooms.broadcast import LastFrame
from tsvshare_widget.relay.rooms.page_window import window_of
from tsvshare_widget.relay.rooms.pages import Renderer
from tsvshare_widget.relay.rooms.room import COALESCE_SECONDS
from tsvshare_widget.relay.rooms.viewers import Viewer
from tsvshare_widget.relay.rooms.wire_frames import Frame, text_frame, text_of
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.table_states import table_state
from tsvshare_widget.relay.threads import FairThreads
from tsvshare_widget.relay.web.deflate import inflate

WIDE = tsv(3000, columns=60)


def test_a_slow_reader_holds_nobody_up_and_gets_the_newest_frame(relay, document):
    table = document.put(WIDE, header="true").json["id"]
    with document.editor(cid="a") as ann, slow_viewer(document) as sloth:
        ann.op(table, page_size=1000)
        turns = make_busy(relay, ann, table)
        for turn in range(turns + 1, turns + 11):
            last = ann.op(table, page=turn % 3 + 1)["seq"]
            ann.state(lambda state, last=last: state["seq"] == last)
        seen = [sloth.state()]
        while seen[-1]["seq"] < last:
            seen.append(sloth.state())
        assert seen[-1]["page"]["page"] == turn % 3 + 1
        assert len(seen) < turns + 5, "it was sent frames that were old already"


def test_who_takes_nothing_for_long_is_dropped(make_relay):
    relay = make_relay(slow_seconds=1000.0)
    document = Document(relay.url)
    table = document.put(WIDE, header="true").json["id"]
    with document.editor(cid="a") as ann, slow_viewer(document):
        ann.op(table, page_size=1000)
        make_busy(relay, ann, table)
        wait_for(lambda: len(busy(relay)) == 1)
        relay.look_after_viewers(later=0.0)
        assert "closed_total{" not in relay.hub.metrics_text()
        relay.look_after_viewers(later=1001.0)
        wait_for(lambda: 'closed_total{code="4008"} 1' in relay.hub.metrics_text())
        assert ann.op(table, page=2)["type"] == "ack"


def test_who_takes_nothing_does_not_hold_up_the_stop(relay, document):
    table = document.put(WIDE, header="true").json["id"]
    with slow_viewer(document), document.editor(cid="a") as ann:
        ann.op(table, page_size=1000)
        make_busy(relay, ann, table)
        relay.stop()
        assert ann.next("bye")["code"] == 4001
        assert not relay.hub.connections


def test_many_changes_at_once_are_few_broadcasts(relay, document):
    table = document.put(tsv(5000), header="true").json["id"]
    with document.editor(cid="a") as ann, document.viewer() as bob:
        began = time.monotonic()
        for number in range(100):
            op = {"id": f"a:{number}", "table": table, "set": {"page": (number + 1) % 50 + 1}}
            ann.send(type="op", **op)
        last = bob.state(lambda state: state["seq"] == bob.welcome["seq"] + 100)
        assert last["page"]["page"] == 1
        broadcasts = re.search(r"^tsvshare_broadcasts_total (\d+)", relay.hub.metrics_text(), re.M)
        assert int(broadcasts[1]) <= 3 + (time.monotonic() - began) / COALESCE_SECONDS


def test_who_may_turn_pages_is_shown_them_first():
    shown = []

    class Noting(Viewer):
        """What is shown to it is written down."""

        def __init__(self, name, role, takes_deflated):
            self.name, self.role, self.takes_deflated = name, role, takes_deflated

        def show_frame(self, frame, taken=0):
            shown.append((self.name, inflated(frame.data)))

    def inflated(data):
        text = bytes(text_of(data))
        return inflate(text, 1 << 20) if data[0] == 0xC1 else text

    page = b"a page " * 1000
    viewers = [
        Noting("looks", "look", False),
        Noting("looks, far", "look", True),
        Noting("edits", "edit", False),
        Noting("edits, far", "edit", True),
    ]
    frames = LastFrame(Metrics())
    asyncio.run(frames.send_frame(viewers, Frame("d", 1, text_frame(page))))
    assert [name for name, _ in shown] == ["edits", "edits, far", "looks", "looks, far"]
    assert all(text == page for _, text in shown)


async def closed_idle(hub):
    hub.make_room()


def test_a_page_that_cannot_be_read_stops_nobody(relay, document):
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor() as ann, document.viewer() as bob:
        relay.run(closed_idle(relay.hub))  # so that it has to be opened again
        (relay.hub.tables.folder / table / "meta.json").unlink()
        assert ann.op(table, page=2)["type"] == "ack"
        state = bob.state()
        assert (state["state"]["view"]["page"], state["page"]) == (2, None)
        bob.send(type="look", id="v:1", table=table, page=3, page_size=100)
        assert bob.next("reject")["code"] == "not_found"
        new = document.put(tsv(10), header="true").json["id"]
        assert bob.state(lambda s: s["state"]["table"]["id"] == new)["page"]["rows"]


# --- rendering -----------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path):
    store = TableStore(tmp_path)
    yield store
    store.close()


def stored(store, data):
    options = ReadOptions(header=True)
    table_id, table = store.create(options, 10**9)
    table.feed_bytes(data)
    table.finish_input()
    store.release(table_id)
    return table_state(table_id, "t.tsv", table.facts, options, finished=True)


class CountingStore(TableStore):
    """A store that counts how often a table was opened for reading a page."""

    def __init__(self, folder):
        super().__init__(folder)
        self.reads = 0

    def acquire(self, table_id, **options):
        self.reads += 1
        return super().acquire(table_id, **options)


@pytest.mark.parametrize("columns", [3, 2000], ids=["inline", "in a thread"])
def test_a_page_is_rendered_once_for_everyone(tmp_path, columns):
    store = CountingStore(tmp_path)
    table = stored(store, tsv(100, columns=columns))
    renderer = Renderer(store, FairThreads("reading", 2))

    async def look():
        window = window_of(table, 1, 100, None)
        return await asyncio.gather(*(renderer.page(table, window) for _ in range(20)))

    pages = {asyncio.run(look())[0]} | set(asyncio.run(look()))
    assert len(pages) == 1
    assert store.reads == (1 if columns == 3 else 2)  # one to see how large it is
    store.close()


def test_a_page_of_a_grown_table_is_rendered_anew(store):
    table = stored(store, tsv(150))
    renderer = Renderer(store, FairThreads("reading", 2))

    async def page(rows):
        grown = msgspec.structs.replace(table, rows=rows)
        return json.loads(await renderer.page(grown, window_of(grown, 2, 100, None)))

    assert len(asyncio.run(page(120))["rows"]) == 20
    later = asyncio.run(page(150))
    assert (len(later["rows"]), later["n_rows"]) == (50, 150)


def test_a_failed_page_is_not_remembered(store):
    table = stored(store, tsv(10))
    renderer = Renderer(store, FairThreads("reading", 2))

    async def look(state):
        return await renderer.page(state, window_of(state, 1, 100, None))

    gone = TableState(id="gone", name="t.tsv", rows=10, columns=2)
    for _ in range(2):
        with pytest.raises(LookupError):
            asyncio.run(look(gone))
    assert json.loads(asyncio.run(look(table)))["rows"]
