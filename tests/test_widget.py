"""The widget against real relays, as a notebook without a screen uses it."""

import asyncio
import json
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import dataclass

import pandas as pd
import pytest
from relay_fixture import RelayThread, SlowUpload, free_port, request, tsv, wait_for

from tsvshare_widget import TSVShare
from tsvshare_widget.client import Connection, Link, download, upload
from tsvshare_widget.client.backoff import Backoff
from tsvshare_widget.errors import (
    BadTable,
    BadValue,
    Forbidden,
    NoSuchPage,
    NotFound,
    Superseded,
    TimedOut,
    TooLarge,
    Unavailable,
    UploadBroken,
)
from tsvshare_widget.protocol import Settings
from tsvshare_widget.relay.embedded import get_relay
from tsvshare_widget.widget.front_end import BURST, PER_SECOND


@pytest.fixture
def share(relay):
    """Open tables on the relay; all widgets are closed at the end."""
    widgets = []

    def open_one(source=None, **options):
        if not str(source).startswith("http"):
            options.setdefault("relay", relay.url)
        widgets.append(TSVShare(source, **options))
        return widgets[-1]

    yield open_one
    for widget in widgets:
        widget.close()


@dataclass
class Target:
    """A document as ``SlowUpload`` wants it."""

    url: str
    key: str


@pytest.fixture
def slow_upload():
    """Begin to upload to a widget's document, piece by piece."""
    begun = []

    def begin(widget):
        link = Link.parse(widget.url)
        begun.append(SlowUpload(Target(link.http_url, link.key), name="slow.tsv"))
        return begun[-1]

    yield begin
    for sending in begun:
        sending.disconnect()


@pytest.fixture(scope="session", autouse=True)
def _no_relay_is_left():
    """The relay of this process, which some tests use, stops before pytest looks for leaks."""
    yield
    get_relay().stop()


# --- opening -----------------------------------------------------------------------------------


def test_a_file_is_there_when_the_widget_is(share, tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_bytes(b"gene\tscore\nTP53\t007\nBRCA1\n")
    for relay in ({"relay": None}, {}):
        widget = share(path, **relay)
        assert widget.rows == [["TP53", "007"], ["BRCA1"]]
        assert widget.columns == ["gene", "score"]
        assert (widget.n_rows, widget.n_pages, widget.page) == (2, 1, 1)
        assert "'genes.tsv'" in repr(widget)
        assert str(widget.status) == "live"


def test_everything_that_can_be_opened(share, tmp_path):
    data = b"a\tb\n1\t2\n"
    path = tmp_path / "x.tsv"
    path.write_bytes(data)
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        for source in (path, str(path), data, bytearray(data), binary, text):
            assert share(source).rows == [["1", "2"]]


def test_a_widget_without_a_table_waits_for_one(share):
    widget = share()
    assert (widget.rows, widget.columns, widget.n_rows) == ([], [], 0)
    assert widget.df.empty
    assert widget.page_df.empty
    widget.upload(tsv(3), name="new.tsv")
    assert widget.rows[2] == ["r2c0", "r2c1"]


def test_how_to_read_it_can_be_told(share):
    data = b'1\t"a"\n2\tb\n'
    assert share(data, header=True, quoting="excel").columns == ["1", "a"]
    assert share(data, header=False, quoting="none").rows[0] == ["1", '"a"']
    assert share(data, header=False, quoting="excel").rows[0] == ["1", "a"]
    assert share(data, header=False).columns == []


def test_a_page_size_can_be_chosen(share):
    widget = share(tsv(25), page_size=10)
    assert (widget.page_size, widget.n_pages, len(widget.rows)) == (10, 3, 10)


def test_what_cannot_be_opened_is_said_at_once(share, tmp_path):
    with pytest.raises(FileNotFoundError):
        share(tmp_path / "missing.tsv")
    with pytest.raises(TypeError, match="colour"):
        share(b"a\n", colour="red")
    with pytest.raises(BadValue, match="page has 1 to 1,000 rows"):
        share(b"a\n", page_size=0)
    with pytest.raises(TypeError, match="header="):
        share("http://127.0.0.1:1/d/u", header=True)


def test_a_file_that_is_no_table_is_an_error_on_every_relay(share, tmp_path):
    path = tmp_path / "paper.tsv"
    path.write_bytes(b"%PDF-1.7\n\0\0" + b"x" * 1000)
    for relay in ({"relay": None}, {}):
        with pytest.raises(BadTable, match="PDF"):
            share(path, **relay)


def test_a_relay_that_is_not_there(share):
    with pytest.raises(Unavailable, match="cannot reach the relay"):
        share(b"a\n", relay=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TimedOut, match="trying again"):
        share(f"http://127.0.0.1:{free_port()}/d/u", timeout=0.2)


def test_the_relay_named_by_the_environment_is_used(share, relay, monkeypatch):
    monkeypatch.setenv("TSVSHARE_RELAY", f"{relay.url}/")
    assert share(b"a\n", relay=None).view_url.startswith(f"{relay.url}/d/")


def test_people_are_given_the_public_address(make_relay):
    relay = make_relay(public_url="https://tsv.example.org/share")
    widget = TSVShare(tsv(3), relay=relay.url)
    try:
        assert widget.url.startswith("https://tsv.example.org/share/d/")
        assert len(widget.rows) == 3
    finally:
        widget.close()


SCRIPT = """
import os, sys
from tsvshare_widget import TSVShare
from tsvshare_widget.errors import Unavailable

widget = TSVShare(sys.argv[1])
assert widget.n_rows == 3, widget
if os.fork() == 0:
    own = TSVShare(sys.argv[1])
    assert own.view_url.split("/d/")[0] != widget.view_url.split("/d/")[0]
    assert len(own.rows) == 3
    try:
        widget.upload(b"x\\n")
    except Unavailable:
        os._exit(7)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7
widget.page_size = 2
print(widget.rows)
"""


def test_a_process_ends_and_forks_without_a_sound(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(tsv(3))
    began = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", SCRIPT, path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout == "[['r0c0', 'r0c1'], ['r1c0', 'r1c1']]\n"
    assert time.monotonic() - began < 30


# --- together ----------------------------------------------------------------------------------


def test_two_widgets_are_on_the_same_page(share):
    mine = share(tsv(1000))
    yours = TSVShare.join(mine.url)
    try:
        yours.page = 7
        assert yours.page == 7
        assert yours.rows[0] == ["r600c0", "r600c1"]
        wait_for(lambda: mine.page == 7)
        assert mine.rows == yours.rows
        mine.page = -1
        assert mine.page == 10
        wait_for(lambda: yours.page == 10)
        wait_for(lambda: mine.viewers == yours.viewers == 2)
        yours.upload(b"x\ty\n1\t2\n", name="other.tsv")
        wait_for(lambda: mine.n_rows == 1)
        assert mine.rows == [["1", "2"]]
    finally:
        yours.close()
    wait_for(lambda: mine.viewers == 1)


def test_a_look_only_link_looks_and_no_more(share):
    full = share(tsv(1000))
    looker = share(full.view_url)
    assert looker.rows == full.rows
    assert looker.url == looker.view_url == full.view_url
    with pytest.raises(Forbidden):
        looker.page = 2
    with pytest.raises(Forbidden):
        looker.upload(b"x\n")
    full.page = 3
    full.wait()
    wait_for(lambda: looker.page == 3)


def test_a_wrong_key_is_told_of(share):
    widget = share(f"{share(tsv(3)).view_url}#k={'0' * 32}")
    assert len(widget.rows) == 3
    assert widget.status.message
    with pytest.raises(Forbidden):
        widget.page = 1


def test_joining_what_is_no_more(share, relay):
    with pytest.raises(NotFound):
        share(f"{relay.url}/d/00000000-0000-0000-0000-000000000000")
    with pytest.raises(BadValue, match="not a link"):
        TSVShare.join("genes.tsv")


def test_closing_detaches_the_widget_and_keeps_the_document(share):
    widget = share(tsv(3))
    widget.close()
    wait_for(lambda: widget.status.connection == "closed")
    with pytest.raises(Unavailable, match="closed"):
        widget.rows  # noqa: B018
    with pytest.raises(Unavailable, match="closed"):
        widget.page = 1
    assert len(share(widget.url).rows) == 3
    widget.close()


# --- setting -----------------------------------------------------------------------------------


def test_a_page_that_is_not_there_is_refused_at_once(share):
    widget = share(tsv(250))
    with pytest.raises(NoSuchPage, match="pages 1 to 3"):
        widget.page = 4
    with pytest.raises(BadValue, match="whole number"):
        widget.page = "2"
    assert widget.page == 1
    widget.page_size = 10
    widget.page = 25
    assert widget.rows[0][0] == "r240c0"
    widget.page_size = 1000
    assert (len(widget.rows), widget.page, widget.n_pages) == (250, 1, 1)


def test_a_refusal_that_comes_later_is_raised_by_who_waits_and_undone(share):
    widget = share(tsv(250))
    widget.page_size = 1000
    widget.page = 2
    with pytest.raises(NoSuchPage):
        widget.rows  # noqa: B018
    assert widget.page == 1
    assert len(widget.rows) == 250


def test_a_page_may_be_set_before_its_rows_have_come(share, slow_upload):
    widget = share()
    sending = slow_upload(widget)
    sending.send(tsv(150))
    wait_for(lambda: widget.n_rows > 100)
    widget.page = 4
    assert widget.page == 4
    assert widget._snapshot.state.view.page == 1
    sending.send(tsv(400, header=False))
    assert sending.end().status == 200
    assert widget.rows[0][0] == "r150c0"
    assert widget._snapshot.state.view.page == 4


def test_observers_hear_of_each_change_once(share):
    widget, heard = share(tsv(1000)), []
    wait_for(lambda: widget._trait_values.get("n_rows") == 1000)
    widget.observe(lambda change: heard.append((change.name, change.old, change.new)))
    other = share(widget.url)
    wait_for(lambda: ("viewers", 1, 2) in heard)
    other.page = 5
    wait_for(lambda: ("page", 1, 5) in heard)
    widget.page = 6
    wait_for(lambda: ("page", 5, 6) in heard)
    widget.wait()
    assert [change for change in heard if change[0] == "page"] == [("page", 1, 5), ("page", 5, 6)]


def test_an_observer_may_read_and_set_and_fail(share, capsys):
    widget, seen = share(tsv(1000, columns=150)), []

    def follow(change):
        seen.append(widget.rows[0][149])
        if change.new == 2:
            widget.page = 3
        raise ValueError("a mistake of mine")

    widget.observe(follow, names="page")
    widget.page = 2
    wait_for(lambda: len(seen) == 2)
    assert seen == ["r100c149", "r200c149"]
    wait_for(lambda: "a mistake of mine" in capsys.readouterr().err)


# --- cells -------------------------------------------------------------------------------------


def test_wide_tables(share):
    widget = share(tsv(3, columns=1500))
    with pytest.warns(UserWarning, match=r"first 1,000 of 1,500 columns"):
        rows = widget.rows
    assert [len(row) for row in rows] == [1000] * 3
    assert rows[2][999] == "r2c999"
    assert widget.columns == [f"name{c}" for c in range(1500)]
    assert widget.df.shape == (3, 1500)
    with pytest.warns(UserWarning, match="first 1,000"):
        assert widget.page_df.shape == (3, 1000)


def test_long_cells_are_cut_on_the_page_and_whole_in_the_frame(share):
    widget = share(b"a\tb\n" + b"x" * 50_000 + b"\t1\n")
    with pytest.warns(UserWarning, match="1 long cells are cut"):
        assert len(widget.rows[0][0]) < 20_000
    assert len(widget.df["a"][0]) == 50_000


def test_awkward_cells_stay_as_they_are(share):
    data = b'a\tb\tc\n\tb\tc\n007\t\n1\t2\t3\t4\n"x\ny"\tq"q\tNA\n\n'
    widget = share(data, header=True, quoting="excel")
    rows = [["", "b", "c"], ["007", ""], ["1", "2", "3", "4"], ["x\ny", 'q"q', "NA"], [""]]
    assert widget.rows == rows
    frame = widget.to_pandas(dtype=str)
    assert list(frame.columns) == ["a", "b", "c", "(4)"]
    assert len(frame) == len(widget.df) == 5
    for i, row in enumerate(rows):
        assert frame.iloc[i].tolist()[: len(row)] == row
        assert frame.iloc[i, len(row) :].isna().all()
    assert widget.page_df.equals(widget.df)


def test_a_dataframe_goes_round(share):
    frame = pd.DataFrame(
        {"gene": ["TP53", 'say "hi"', "two\nlines", "tab\there"], "score": [0.5, None, 1e300, -3]}
    )
    widget = share(frame)
    pd.testing.assert_frame_equal(widget.df, frame)
    assert "'dataframe.tsv'" in repr(widget)


def test_a_page_as_a_frame_is_a_part_of_the_whole(share):
    widget = share(tsv(250))
    widget.page = 3
    pd.testing.assert_frame_equal(widget.page_df, widget.df.iloc[200:], check_index_type=False)


def test_reading_gives_no_warning_where_nothing_is_cut(share):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert share(tsv(3, columns=150)).rows[0][149] == "r0c149"
    assert caught == []


# --- waiting -----------------------------------------------------------------------------------


def test_cells_may_await(share):
    widget = share(tsv(3))
    assert asyncio.run(widget.ready()) is widget


def test_the_first_page_is_there_before_the_upload_ends(share, slow_upload):
    widget = share()
    sending = slow_upload(widget)
    sending.send(tsv(150))
    wait_for(lambda: widget.n_rows >= 100)
    assert len(widget.rows) == 100
    assert str(widget.status) == "live: table receiving"
    with pytest.raises(TimedOut):
        widget.to_pandas(timeout=0.1)
    assert sending.end().status == 200
    assert len(widget.df) == 150


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
    assert widget.status.table == "complete"


# --- the front end's side ----------------------------------------------------------------------


class Screen:
    """What a front end sees and sends; stands at the widget's comm."""

    def __init__(self, widget):
        self.messages = []
        self._widget = widget
        widget.send = lambda content, buffers=None: self.messages.append(content)

    def send(self, **content):
        """As the comm delivers it: on any thread."""
        message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        caller = threading.Thread(target=self._widget._handle_msg, args=(message,))
        caller.start()
        caller.join()

    def answer(self, id):
        """The first message that answers ``id``."""
        return wait_for(lambda: next((m for m in self.messages if m.get("id") == id), None))


@pytest.fixture
def screen(monkeypatch, relay):
    """A widget with 1,000 rows, and a front end of it."""
    screens = []
    connect = TSVShare._connect

    def connect_with_screen(widget):
        screens.append(Screen(widget))
        connect(widget)

    monkeypatch.setattr(TSVShare, "_connect", connect_with_screen)
    widget = TSVShare(tsv(1000), relay=relay.url)
    yield widget, screens[0]
    widget.close()


def test_a_view_is_given_the_key_by_message_only(screen):
    widget, view = screen
    key = Link.parse(widget.url).key
    view.send(type="hi", id="v1:0")
    assert view.answer("v1:0") == {"type": "hi", "id": "v1:0", "key": key, "beat": 10.0}
    assert key not in json.dumps(widget.get_state())
    assert key not in json.dumps(widget._repr_mimebundle_())
    assert view.messages[0] == {"type": "beat"}


def test_a_view_turns_the_page_for_everyone(screen):
    widget, view = screen
    wait_for(lambda: widget._state and widget._state["state"]["table"])
    table = widget._state["state"]["table"]["id"]
    view.send(type="op", id="v1:1", table=table, set={"page": 3})
    assert view.answer("v1:1")["type"] == "ack"
    assert widget.page == 3
    wait_for(lambda: widget._page["page"] == 3)
    assert widget._state["by"] == widget._link["cid"]
    view.send(type="op", id="v1:2", table=table, set={"page": 300})
    assert view.answer("v1:2")["code"] == "no_such_page"
    view.send(type="op", id="v1:3", table="another", set={"page": 1})
    assert view.answer("v1:3")["code"] == "stale"


def test_a_view_looks_around_on_its_own(screen):
    widget, view = screen
    wait_for(lambda: widget._state and widget._state["state"]["table"])
    table = widget._state["state"]["table"]["id"]
    view.send(type="look", id="v1:1", table=table, page=9, page_size=50)
    answer = view.answer("v1:1")
    assert answer["page"]["rows"][0] == ["r400c0", "r400c1"]
    assert widget.page == 1
    view.send(type="cell", id="v1:2", table=table, row=7, column=1)
    assert view.answer("v1:2") == {
        "type": "cell",
        "id": "v1:2",
        "text": "r7c1",
        "bytes": 4,
        "cut": False,
    }


@pytest.mark.parametrize(
    "content",
    [
        {"type": "jump"},
        {"type": "op", "id": "v:1", "set": {}},
        {"type": "hello", "v": 1, "cid": "c"},
        {"type": "pong"},
    ],
)
def test_what_a_view_does_not_say_is_an_error_and_nothing_breaks(screen, content):
    _, view = screen
    view.send(**content)
    error = wait_for(lambda: next((m for m in view.messages if m["type"] == "error"), None))
    assert error["code"] == "bad_request"
    view.send(type="hi", id="v1:0")
    view.answer("v1:0")


def test_the_traits_hold_the_page_and_the_link(screen):
    widget, _ = screen
    wait_for(lambda: widget._state and widget._state["event"] == "complete")
    assert len(widget._page["rows"]) == 100
    link = Link.parse(widget.url)
    described = dict(widget._link)
    assert described.pop("cid")
    assert described == {
        "status": "live",
        "since": None,
        "role": "edit",
        "viewers": 1,
        "uuid": link.uuid,
        "base": link.base,
        "view_url": widget.view_url,
        "limits": {"upload": 10_000_000_000},
        "message": None,
    }


def test_updates_are_few_and_the_last_one_is_never_lost(screen):
    widget, _ = screen
    shown = []
    widget.observe(lambda change: shown.append(change.new["seq"]), names="_state")
    with Connection(Link.parse(widget.url)) as fast:
        fast.wait(lambda known: known.table_id is not None, 10)
        began = time.monotonic()
        for page in [*range(1, 10)] * 8:
            fast.set(Settings(page=page), table=fast.snapshot.table_id).result(10)
        last = fast.snapshot.position.seq
    wait_for(lambda: shown and shown[-1] == last)
    assert len(shown) <= 2 + BURST + (time.monotonic() - began) * PER_SECOND
    assert widget._page["page"] == 9


def test_the_static_table_is_in_the_bundle(screen):
    widget, _ = screen
    data, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "r99c1" in data["text/html"]
    assert data["text/plain"].startswith("<TSVShare 'table.tsv': page 1 of 10, 1,000 rows; live>")


# --- over losses -------------------------------------------------------------------------------


def quick(widget):
    """Do not wait long between two attempts."""
    widget._shared.connection._backoff = Backoff(first=0.05, most=0.1)
    return widget


def test_a_killed_relay_comes_back_and_nothing_is_lost(relay_process):
    widget = quick(TSVShare(tsv(1000), relay=relay_process.url))
    other = quick(TSVShare.join(widget.url))
    try:
        widget.page = 4
        widget.wait()
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


def test_a_silent_relay_is_left_and_sought_again(make_relay, monkeypatch):
    from tsvshare_widget.client import connection

    monkeypatch.setattr(connection, "GRACE", -0.5)
    relay = make_relay(heartbeat=1.0)
    link = Link.parse(request("POST", f"{relay.url}/d").json["url"])
    statuses = []
    with Connection(link, backoff=Backoff(first=0.05, most=0.1)) as seeking:
        seeking._on_change = lambda: statuses.append(seeking.snapshot.status)
        wait_for(lambda: "stale" in statuses and statuses[-1] == "live")
