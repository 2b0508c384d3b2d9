"""The widget against real relays, as a notebook without a screen uses it."""

import asyncio
import subprocess
import sys
import threading

import pytest
from patience import PATIENCE
from relay_fixture import free_port, tsv, wait_for

from tsvshare_widget import TSVShare
from tsvshare_widget.client import Connection, Link
from tsvshare_widget.errors import (
    BadTable,
    BadValue,
    Forbidden,
    NoSuchPage,
    NotFound,
    TimedOut,
    Unavailable,
)

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


def test_how_to_read_it_can_be_given(share):
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


def test_an_opening_that_fails_later_is_raised_wherever_one_looks(
    share, screens, tmp_path, monkeypatch
):
    path, may_go, send = tmp_path / "paper.tsv", threading.Event(), TSVShare._send_table
    path.write_bytes(b"%PDF-1.7\n\0\0" + b"x" * 1000)

    def send_later(widget, *args):
        may_go.wait(10)
        return send(widget, *args)

    monkeypatch.setattr(TSVShare, "_send_table", send_later)
    widget = share(path, relay=None)
    assert str(widget.status) == "live: no table yet"
    widget.page_size = 10
    may_go.set()
    for look in (widget.wait, lambda: widget.rows, lambda: widget.df):
        with pytest.raises(BadTable, match="PDF"):
            look()
    assert "PDF" in str(widget.status)
    wait_for(lambda: any(m.get("code") == "bad_table" for m in screens[0].messages))
    widget.upload(tsv(30))
    assert (len(widget.rows), widget.n_pages, widget.status.message) == (10, 3, "")


def test_a_relay_that_is_not_there(share):
    with pytest.raises(Unavailable, match="cannot reach the relay"):
        share(b"a\n", relay=f"http://127.0.0.1:{free_port()}")
    link = f"http://127.0.0.1:{free_port()}/d/u"
    with pytest.raises(Unavailable, match="cannot reach the relay"):
        share(link, timeout=0.2)
    with Connection(Link.parse(link)) as seeking:
        seen = seeking.wait(lambda known: known.problem is not None, PATIENCE)
        assert "trying again" in seen.problem.message


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
from tsvshare_widget.client import Connection, Link
from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.embedded import get_relay

widget = TSVShare(sys.argv[1])
assert widget.n_rows == 3, widget
if os.fork() == 0:
    own = TSVShare(sys.argv[1])
    assert own.view_url.split("/d/")[0] != widget.view_url.split("/d/")[0]
    assert len(own.rows) == 3
    try:
        widget.upload(b"x\\n")
    except Unavailable:
        get_relay().stop(timeout=60)
        os._exit(7)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7
widget.page_size = 2
print(widget.rows)
"""


@pytest.mark.slow
def test_a_process_ends_and_forks_without_a_sound(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(tsv(3))
    result = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", SCRIPT, path],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout == "[['r0c0', 'r0c1'], ['r1c0', 'r1c1']]\n"


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


def test_a_wrong_key_shows_in_the_status(share):
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


# --- waiting -----------------------------------------------------------------------------------


def test_cells_may_await(share):
    widget = share(tsv(3))
    assert asyncio.run(widget.ready()) is widget


@pytest.mark.slow
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
