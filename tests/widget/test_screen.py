"""The widget's comm, as a front end sees it."""

import json
import time

import pytest
from patience import PATIENCE
from relay_fixture import tsv, wait_for

from tsvshare_widget.client import Connection, Link
from tsvshare_widget.protocol import Settings
from tsvshare_widget.widget.comm.rate import BURST_UPDATES, UPDATES_PER_SECOND


@pytest.fixture
def screen(screens, share):
    """A widget with 1,000 rows, and a front end of it."""
    widget = share(tsv(1000))
    return widget, screens[0]


def test_a_view_is_given_the_key_by_message_only(screen):
    widget, view = screen
    key = Link.parse(widget.url).key
    view.send(type="hi", id="v1:0")
    assert view.answer("v1:0") == {"type": "hi", "id": "v1:0", "key": key, "beat": 10.0}
    assert key not in json.dumps(widget.get_state())
    assert key not in json.dumps(widget._repr_mimebundle_())
    assert view.messages[0] == {"type": "beat", "seq": 0}


def test_a_view_that_never_got_something_gets_it_again(screen):
    widget, view = screen
    wait_for(lambda: widget._page)
    widget.page = 2
    wait_for(lambda: widget._state["state"]["view"]["page"] == 2)
    sent = []
    widget.send_state = lambda key=None: sent.append(key)
    seq = widget._state["seq"]
    for number, has in enumerate((None, seq), start=1):
        view.send(type="hi", id=f"v1:{number}", seq=has)
        view.answer(f"v1:{number}")
    assert (widget._state["seq"], sent) == (seq, [])
    view.send(type="hi", id="v1:3", seq=seq - 1)
    wait_for(lambda: sent == [["_link", "_page", "_state"]])
    widget._front_end._connection.thread.call(widget._front_end._beat)
    wait_for(lambda: view.messages[-1] == {"type": "beat", "seq": seq})


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


def test_one_widget_brings_the_front_end(share):
    first, second = share(tsv(3)), share(tsv(3))
    bringer, other = sorted((first, second), key=lambda widget: -len(widget._esm))
    assert len(other._esm) < 5_000 < len(bringer._esm)
    assert len(other._get_embed_state()["state"]["_esm"]) == len(bringer._esm)
    bringer.close()
    assert share(tsv(3))._esm == bringer._esm


def test_a_page_whose_rows_stay_is_sent_once(screen):
    widget, _ = screen
    wait_for(lambda: widget._page and widget._state["state"]["view"]["n_rows"] == 1000)
    sent = []
    widget.observe(sent.append, "_page")
    widget.append([["x", "y"]])
    wait_for(lambda: widget._state["state"]["view"]["n_rows"] == 1001)
    widget.page = 11
    wait_for(lambda: widget._page["page"] == 11)
    assert [change["new"]["rows"] for change in sent] == [[["x", "y"]]]


def test_a_view_that_asks_at_too_great_length_is_refused_and_all_goes_on(screen):
    widget, view = screen
    wait_for(lambda: widget._state and widget._state["state"]["table"])
    table = widget._state["state"]["table"]["id"]
    many = {"column": 0, "op": "in", "value": [f"gene{n}" for n in range(20_000)]}
    long = {"column": 0, "op": "contains", "value": "x" * 9_000_000}
    for id, asked in (("v1:1", many), ("v1:2", long)):
        view.send(type="op", id=id, table=table, set={"filters": [asked]})
        refused = view.answer(id)
        assert (refused["type"], refused["code"]) == ("reject", "too_large")
    widget.page = 2
    assert widget.wait(PATIENCE).page == 2
    assert str(widget.status) == "live"


def test_the_traits_hold_the_page_and_the_link(screen):
    widget, _ = screen
    wait_for(lambda: widget._state and widget._state["event"] == "complete")
    assert len(widget._page["rows"]) == 100
    link = Link.parse(widget.url)
    wait_for(lambda: widget._link["people"])
    described = json.loads(json.dumps(widget._link))
    cid = described.pop("cid")
    formats = described["limits"].pop("formats")  # it depends on what is installed
    assert "tsv" in formats
    assert described.pop("people") == [{"cid": cid, "role": "edit", "name": None, "at": None}]
    assert described == {
        "status": "live",
        "since": None,
        "role": "edit",
        "viewers": 1,
        "working": None,
        "name": None,
        "uuid": link.uuid,
        "base": link.base,
        "path": None,
        "view_url": widget.view_url,
        "limits": {"upload": 10_000_000_000, "pointing": 200, "idle": 86400},
        "apart": 0,
        "message": None,
    }


@pytest.mark.slow
def test_updates_are_few_and_the_last_one_is_never_lost(screen):
    widget, _ = screen
    shown = []
    widget.observe(lambda change: shown.append(change.new["seq"]), names="_state")
    with Connection(Link.parse(widget.url)) as fast:
        fast.wait(lambda known: known.table_id is not None, PATIENCE)
        began = time.monotonic()
        for page in [*range(1, 10)] * 8:
            fast.set(Settings(page=page), table=fast.snapshot.table_id).result(PATIENCE)
        last = fast.snapshot.position.seq
    wait_for(lambda: shown and shown[-1] == last)
    assert len(shown) <= 2 + BURST_UPDATES + (time.monotonic() - began) * UPDATES_PER_SECOND
    assert widget._page["page"] == 9


def test_the_static_table_is_in_the_bundle(screen):
    widget, _ = screen
    data, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "r99c1" in data["text/html"]
    assert data["text/plain"].startswith("<TSVShare 'table.tsv': page 1 of 10, 1,000 rows; live>")
