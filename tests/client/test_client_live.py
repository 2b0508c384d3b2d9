"""Uploads to real relays, and what becomes of a connection when they go and come back."""

import contextlib
import itertools
import json
import threading

import pytest
from patience import PATIENCE
from relay_fixture import RelayThread, request, tsv, wait_for
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve
from websockets.typing import Subprotocol

from tsvshare_widget import TSVShare, protocol
from tsvshare_widget.client import Connection, Link, download, socket, upload
from tsvshare_widget.client.backoff import Backoff
from tsvshare_widget.client.in_flight import Callbacks
from tsvshare_widget.errors import (
    BadRequest,
    Forbidden,
    NotFound,
    Stale,
    Superseded,
    TooLarge,
    UploadBroken,
    WrongVersion,
)
from tsvshare_widget.protocol import DocumentState, GetCell, Limits, Position, Settings, Welcome

GREETING = Welcome(
    v=1,
    epoch="e1",
    seq=1,
    role="look",
    viewers=1,
    heartbeat=25.0,
    limits=Limits(upload=10),
    state=DocumentState(),
)

# --- uploads -----------------------------------------------------------------------------------


def test_progress_is_reported(share):
    widget, heard = share(), []
    data = tsv(200_000)
    state = upload(
        Link.parse(widget.url), data, name="t.tsv", on_progress=lambda *sent: heard.append(sent)
    )
    assert (state.rows, state.status) == (200_000, "complete")
    assert heard[-1] == (len(data), len(data))
    assert len(heard) == -(-len(data) // (1 << 20))
    assert b"".join(download(Link.parse(widget.url))) == data


def test_a_table_over_the_limit_is_refused(make_relay):
    relay = make_relay(max_upload=3_000_000)
    widget = TSVShare(tsv(3), relay=relay.url)
    try:
        with pytest.raises(TooLarge, match="3,000,000"):
            widget.upload(b"x\n" * 2_000_000)
        link = Link.parse(widget.url)
        for body in (b"x\n" * 40_000_000, (b"x\n" * 500_000 for _ in range(80))):
            with pytest.raises(TooLarge):
                upload(link, body, name="big.tsv")
        wait_for(lambda: widget.n_rows == 3)
    finally:
        widget.close()


def test_an_upload_without_the_right_is_refused(share):
    link = Link.parse(share(tsv(3)).view_url)
    with pytest.raises(Forbidden):
        upload(link, b"x\n" * 10_000_000, name="t.tsv")


def test_a_cancelled_upload_changes_nothing(share):
    widget, cancelled = share(tsv(3)), threading.Event()

    def pieces():
        yield tsv(10)
        wait_for(lambda: widget.n_rows == 10)
        cancelled.set()
        yield tsv(10)

    with pytest.raises(UploadBroken, match="cancelled"):
        upload(Link.parse(widget.url), pieces(), name="t.tsv", cancelled=cancelled)
    wait_for(lambda: widget.n_rows == 3)


def test_the_newer_of_two_uploads_wins(share):
    widget = share()
    link = Link.parse(widget.url)

    def pieces():
        yield tsv(10)
        wait_for(lambda: widget.n_rows == 10)
        upload(link, tsv(5), name="newer.tsv")
        while True:
            yield tsv(1000, header=False)

    with pytest.raises(Superseded):
        upload(link, pieces(), name="older.tsv")
    wait_for(lambda: widget.n_rows == 5)
    wait_for(lambda: widget.status.table == "complete")


def test_a_connection_looks_and_fetches_cells_without_moving_anyone(share):
    widget = share(b"a\tb\n" + b"x" * 20_000 + b"\t1\n" + tsv(300, header=False))
    with Connection(Link.parse(widget.view_url)) as looking:
        table = looking.wait(lambda known: known.table_id is not None, PATIENCE).table_id
        page = looking.look(2, 100, table=table, columns=(1, 2), timeout=PATIENCE)
        assert (page.rows[0], page.columns.names) == (["r99c1"], ["b"])
        cell = looking.cell(0, 0, table=table, timeout=PATIENCE)
        assert (cell.text, cell.bytes, cell.cut) == ("x" * 20_000, 20_000, False)
        with pytest.raises(NotFound):
            looking.cell(0, 7, table=table, timeout=PATIENCE)
        with pytest.raises(Stale):
            looking.look(1, 100, table="another", timeout=PATIENCE)
    assert widget.page == 1


def test_who_watches_a_connection_hears_of_changes_and_not_of_answers(share):
    link = Link.parse(share(tsv(300)).url)
    seen = []
    with Connection(link) as watching:
        watching._on_change = lambda: seen.append(watching.snapshot)
        table = watching.wait(lambda known: known.table_id is not None, PATIENCE).table_id
        for page in range(1, 4):
            watching.look(page, 100, table=table, timeout=PATIENCE)
        watching.set(Settings(page=3), table=table).result(PATIENCE)
    assert seen[-1].state.view.page == 3
    assert all(one is not other for one, other in itertools.pairwise(seen))


# --- over losses -------------------------------------------------------------------------------


def quick(widget):
    """Do not wait long between two attempts."""
    widget._shared.connection._session.backoff = Backoff(first=0.05, most=0.1)
    return widget


def test_a_killed_relay_comes_back_and_nothing_is_lost(relay_process):
    widget = quick(TSVShare(tsv(1000), relay=relay_process.url))
    other = quick(TSVShare.join(widget.url))
    try:
        widget.page = 4
        widget.wait()
        wait_for(lambda: other.page == 4)
        relay_process.kill()
        wait_for(lambda: widget.status.connection == other.status.connection == "stale")
        assert widget.rows[0][0] == "r300c0"
        assert widget.status.since is not None
        wait_for(lambda: widget._link["status"] == "stale")
        assert widget._link["since"] is not None
        widget.page = 2
        widget.page = 6
        assert (widget.page, other.page) == (6, 4)
        relay_process.start()
        assert widget.rows[0][0] == "r500c0"
        wait_for(lambda: other.page == 6)
        assert str(widget.status) == str(other.status) == "live"
        assert len(other.df) == 1000
    finally:
        widget.close()
        other.close()


@pytest.mark.slow
def test_a_relay_that_stops_cleanly_is_waited_for(tmp_path):
    relay = RelayThread(data_dir=tmp_path)
    widget = quick(TSVShare(tsv(300), relay=relay.url))
    try:
        relay.stop()
        wait_for(lambda: widget.status.connection == "stale")
        relay = RelayThread(data_dir=tmp_path, port=relay.port)
        wait_for(lambda: widget.status.connection == "live")
        widget.page = 2
        assert widget.rows[0][0] == "r100c0"
    finally:
        widget.close()
        relay.stop()


def test_a_document_that_is_gone_ends_the_search_for_it(relay_process, tmp_path):
    widget = quick(TSVShare(tsv(3), relay=relay_process.url))
    try:
        relay_process.kill()
        wait_for(lambda: widget.status.connection == "stale")
        relay_process._data_dir = tmp_path / "other"
        relay_process.start()
        wait_for(lambda: widget.status.connection == "gone")
        with pytest.raises(NotFound):
            widget.rows  # noqa: B018
    finally:
        widget.close()


@contextlib.contextmanager
def strange_relay(*answers, before=lambda *_: None):
    """Something that answers whatever it is told first with these messages.

    It does ``before`` when it is asked for a connection.
    """

    def handle(socket):
        with contextlib.suppress(ConnectionClosed):
            socket.recv(timeout=PATIENCE)
            for answer in answers:
                socket.send(json.dumps(answer))
            socket.recv(timeout=PATIENCE)
        codes.append(socket.protocol.close_code)

    codes = []
    protocols = [Subprotocol("tsvshare.v1")]
    with serve(handle, "127.0.0.1", 0, subprotocols=protocols, process_request=before) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        yield Link(base=f"http://127.0.0.1:{port}", uuid="u"), codes
        server.shutdown()
        thread.join(PATIENCE)


def test_a_connection_that_is_made_when_nobody_wants_it_any_more_is_closed():
    asked, closed = threading.Event(), threading.Event()

    def wait_with_the_answer(*_):
        asked.set()
        closed.wait(PATIENCE)

    with strange_relay(before=wait_with_the_answer) as (link, codes):
        with Connection(link):
            assert asked.wait(PATIENCE)
        closed.set()
        wait_for(lambda: codes)


def test_a_relay_of_another_version_is_left_for_good():
    with strange_relay({"type": "welcome", "v": 2, "hall": "great"}) as (link, codes):
        with Connection(link) as connection:
            gone = connection.wait(lambda known: known.status == "gone", PATIENCE)
            assert gone.problem.code == "wrong_version"
            with pytest.raises(WrongVersion, match="version 2"):
                connection.look(1, 10, table="t", timeout=PATIENCE)
        wait_for(lambda: codes == [4510])


def test_a_relay_that_is_newer_by_little_is_understood_as_far_as_it_goes():
    """The version is that of the hello; within it messages, fields and events are only added."""
    welcome = json.loads(protocol.encode(GREETING)) | {"weather": {"sun": True}}
    unknown = {"type": "jump", "far": True}
    state = {"type": "state", "epoch": "e1", "seq": 2, "event": "wiped", "by": None, "more": 1}
    state["state"] = json.loads(protocol.encode(DocumentState())) | {"mood": "good"}
    with strange_relay(welcome, unknown, state) as (link, codes), Connection(link) as connection:
        known = connection.wait(lambda known: known.position == Position("e1", 2), PATIENCE)
        assert (known.status, codes) == ("live", [])


def test_an_answer_that_is_not_understood_ends_its_request():
    welcome = json.loads(protocol.encode(GREETING))
    answer = {"type": "cell", "id": "c:1", "text": 7}
    with strange_relay(welcome, answer) as (link, _), Connection(link) as connection:
        answers = []
        asked = GetCell(id="c:1", table="t", row=0, column=0)
        connection.start_request(asked, Callbacks(answers.append))
        refused = wait_for(lambda: answers)[0]
        assert isinstance(refused, BadRequest)
        assert "text" in refused.message


def test_a_silent_relay_is_left_and_sought_again(make_relay, monkeypatch):
    monkeypatch.setattr(socket, "GRACE_SECONDS", -0.5)
    relay = make_relay(heartbeat=1.0)
    link = Link.parse(request("POST", f"{relay.url}/d").json["url"])
    statuses = []
    with Connection(link, backoff=Backoff(first=0.05, most=0.1)) as seeking:
        seeking._on_change = lambda: statuses.append(seeking.snapshot.status)
        wait_for(lambda: "stale" in statuses and "live" in statuses[statuses.index("stale") :])
