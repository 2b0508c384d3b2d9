"""A table moves to another relay, with its view, its undo and all who look on; links taken back."""

import datetime
import time

import pytest
from patience import PATIENCE
from relay_fixture import Document, free_port, request, tsv, wait_for

from tsvshare_widget import TSVShare
from tsvshare_widget.client import Connection, Link
from tsvshare_widget.errors import BadValue, Deleted, Forbidden, NotYet, Revoked, Unavailable
from tsvshare_widget.relay.embedded import get_relay

TABLE = "gene\tscore\n" + "".join(f"g{n}\t{n % 7}\n" for n in range(500))


BYTES = TABLE.encode()


@pytest.fixture
def other(make_relay):
    """The relay that tables are published to."""
    return make_relay()


@pytest.fixture
def here(share):
    """A widget on the relay of this process."""

    def open_here(source=BYTES, **options):
        return share(source, relay=None, **options)

    return open_here


def test_table_view_undo_and_viewers_move_along(here, share, other):
    widget = here()
    widget.upload(BYTES.replace(b"gene", b"name"), name="second.tsv")
    widget.page_size, widget.sort, widget.search = 10, [("score", "desc")], "g1"
    widget.page = 3
    rows, old = widget.rows, widget.url
    friend, looker = share(old), share(widget.view_url)
    with Connection(Link.parse(old)) as script:
        script.wait(lambda known: known.status == "live", PATIENCE)
        links = widget.publish(other.url)
        assert links.full == widget.url != old
        assert widget.url.startswith(f"{other.url}/d/")
        assert links.reach == widget.reach
        for viewer in (widget, friend, looker):
            wait_for(lambda viewer=viewer: viewer.view_url == widget.view_url)
            assert viewer.wait(PATIENCE).rows == rows
            assert (viewer.page, viewer.page_size, viewer.search) == (3, 10, "g1")
        wait_for(lambda: script.link.http_url == Link.parse(widget.url).http_url)
    assert Link.parse(widget.url).key == Link.parse(old).key
    friend.page = 1
    wait_for(lambda: widget.page == 1)
    with pytest.raises(Forbidden):
        looker.page = 2
    widget.undo()
    assert widget.columns[0] == "gene"
    page = request("GET", Link.parse(old).http_url)  # and the old link leads there
    assert (page.status, page.headers["Location"]) == (302, widget.view_url)
    late = share(old)
    assert late.wait(PATIENCE).columns[0] == "gene"
    late.append("g9\t9\n")
    wait_for(lambda: widget.n_total == 501)
    assert widget._embedded is None
    widget.upload(BYTES, name="third.tsv")  # not into the relay of this kernel any more
    assert request("GET", f"{Link.parse(widget.url).http_url}/table").body == BYTES


def test_all_that_can_come_back_moves_along(here, other):
    widget = here(b"one\n1\n")
    for name in ("two", "three"):
        widget.upload(f"{name}\n1\n".encode(), name=f"{name}.tsv")
    widget.heatmap = "column"
    widget.publish(other.url)
    assert (widget.columns, widget.heatmap) == (["three"], {"scale": "column"})
    widget.undo(2)
    assert widget.columns == ["one"]


def test_how_a_table_is_read_and_what_was_appended_move_along(here, other):
    widget = here(b"1,2\n3,4\n", header=False, delimiter=",")
    widget.append([["5", "6"]])
    widget.page = -1
    widget.publish(other.url)
    assert widget.rows == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert widget.reading is not None


def test_an_empty_document_can_be_published(here, other):
    widget = here(None)
    widget.publish(other.url)
    widget.upload(b"a\n1\n")
    assert widget.n_total == 1


def test_the_relay_to_publish_to_can_be_named_beforehand(here, other, monkeypatch):
    widget = here()
    with pytest.raises(
        BadValue, match=r"publish to which relay.*TSVSHARE_PUBLISH, as publish in .*c\.Sharing"
    ):
        widget.publish()
    with pytest.raises(BadValue, match="not the address"):
        widget.publish("somewhere")
    monkeypatch.setenv("TSVSHARE_PUBLISH", other.url)
    assert widget.publish().full.startswith(other.url)


def test_where_it_cannot_move_everything_stays(here, share, make_relay):
    widget = here()
    before = widget.url
    with pytest.raises(Unavailable):
        widget.publish(f"http://127.0.0.1:{free_port()}")
    small = make_relay(max_upload=100)
    with pytest.raises(Exception, match="100 bytes"):
        widget.publish(small.url)
    assert not small.run(small.hub.documents._store.uuids())  # nor is anything left there
    with pytest.raises(Forbidden):
        share(widget.view_url).publish(small.url)
    assert widget.url == before
    widget.page = 2
    assert widget.wait(PATIENCE).page == 2


def test_a_table_that_comes_in_is_not_taken_along(share, make_relay, slow_upload):
    relay, other = make_relay(may_move=True), make_relay()
    widget = share(relay=relay.url)
    sending = slow_upload(widget)
    sending.send(tsv(10))
    wait_for(lambda: widget.status.table == "receiving")
    from tsvshare_widget.widget.live.publishing import take_along

    with pytest.raises(NotYet):
        take_along(Link.parse(widget.url), other.url, timeout=PATIENCE)


def test_from_a_relay_for_all_the_old_links_stay(share, other):
    widget = share(BYTES)
    before = widget.view_url
    with pytest.warns(UserWarning, match="old links go on"):
        widget.publish(other.url)
    assert widget.view_url.startswith(other.url)
    assert request("GET", f"{before}/table").body == BYTES


def test_links_that_were_taken_back_stay_so_elsewhere(here, other):
    widget = here()
    widget.new_links()
    widget.keep = "2d"
    look = Link.parse(widget.view_url).key
    widget.publish(other.url)
    assert Link.parse(widget.view_url).key == look
    address = Link.parse(widget.url).http_url
    assert request("GET", f"{address}/table").code == "revoked"
    headers = {"X-TSVShare-Key": look}
    assert request("GET", f"{address}/table", headers=headers).body == BYTES
    assert datetime.timedelta(days=1.9) < widget.keep < datetime.timedelta(days=2)


# --- links taken back ----------------------------------------------------------------------------


def test_new_links_put_the_others_out_with_a_reason(share, screens):
    widget = share(BYTES)
    old, old_look = widget.url, widget.view_url
    friend, looker = share(old), share(old_look)
    screen = screens[0]
    links = widget.new_links()
    assert (links.full, links.look) == (widget.url, widget.view_url)
    assert len({old, old_look, widget.url, widget.view_url}) == 4
    for out in (friend, looker):
        wait_for(lambda out=out: out.status.connection == "gone")
        assert "taken back" in out.status.message
        with pytest.raises(Revoked, match="taken back"):
            out.wait(PATIENCE)
    widget.page = 2
    assert widget.wait(PATIENCE).page == 2
    assert share(widget.url).wait(PATIENCE).page == 2
    late = share(widget.view_url)
    assert late.wait(PATIENCE).view_url == widget.view_url
    keys = Link.parse(widget.url).key, Link.parse(widget.view_url).key
    told = wait_for(lambda: [m for m in screen.messages if m["type"] == "hi"])
    assert (told[-1]["key"], told[-1]["look_key"]) == keys
    traits = wait_for(lambda: widget._link["access"]["look"] == "key" and str(widget._link))
    assert not any(key in traits for key in keys)  # traits are saved with notebooks


def test_a_screen_may_take_links_back_as_well(share, screens):
    widget = share(BYTES)
    screen = screens[0]
    screen.send(type="access", id="v:1", key="0123456789abcdef0123456789abcdef")
    answer = screen.answer("v:1")
    assert answer["access"]["look"] == "key"
    assert Link.parse(widget.url).key == "0123456789abcdef0123456789abcdef"
    assert share(widget.url).wait(PATIENCE).n_total == 500


def test_the_look_only_link_is_closed_and_opened(share):
    widget = share(BYTES)
    looker = share(widget.view_url)
    widget.close_look_link()
    wait_for(lambda: looker.status.connection == "gone")
    assert "taken back" in looker.status.message
    widget.open_look_link()
    assert share(widget.view_url).wait(PATIENCE).n_total == 500


def test_a_deleted_table_is_gone_for_everyone(share, relay):
    widget = share(BYTES)
    friend = share(widget.url)
    widget.delete()
    for out in (widget, friend):
        wait_for(lambda out=out: out.status.connection == "gone")
        assert "deleted" in out.status.message
    widget.delete()  # as it is already
    with pytest.raises(Deleted, match="this table was deleted"):
        TSVShare.join(widget.url)
    assert not list(relay.hub.tables.folder.iterdir()) or wait_for(
        lambda: not list(relay.hub.tables.folder.iterdir())
    )


def test_how_long_it_is_kept(share):
    widget = share(BYTES)
    assert (widget.keep, widget.ends) == (None, None)
    widget.keep = "30d"
    assert abs(widget.ends.timestamp() - time.time() - 30 * 86400) < 60
    widget.keep = datetime.timedelta(hours=1)
    assert abs(widget.ends.timestamp() - time.time() - 3600) < 60
    for nonsense in ("31d", "soon", -1):
        with pytest.raises(BadValue):
            widget.keep = nonsense
    widget.keep = None
    assert widget.ends is None


def test_only_who_has_the_full_link_may(share, relay):
    looker = share(share(BYTES).view_url)
    for take in (looker.new_links, looker.delete, looker.close_look_link):
        with pytest.raises(Forbidden):
            take()
    document = Document(relay.url)
    with pytest.raises(Forbidden):
        TSVShare.join(document.url).keep = "1d"


# --- what the share dialog of a notebook asks for ------------------------------------------------


def test_a_screen_may_publish_and_share_on_the_network(here, screens, other, monkeypatch):
    monkeypatch.setenv("TSVSHARE_PUBLISH", other.url)
    widget = here()
    screen = screens[0]
    ways = {"publish": other.url, "network": True, "server": None}
    wait_for(lambda: widget._link and widget._link.get("ways") == ways)
    screen.send(type="way", id="v:1", way="network")
    assert screen.answer("v:1")["type"] == "done"
    assert "network" in widget.reach
    wait_for(lambda: widget._link["view_url"] == widget.view_url)
    screen.send(type="way", id="v:2", way="publish")
    assert screen.answer("v:2")["type"] == "done"
    assert widget.view_url.startswith(other.url)
    wait_for(lambda: widget._link["base"] == other.url and "ways" not in widget._link)
    screen.send(type="way", id="v:3", way="network")
    assert screen.answer("v:3")["code"] == "bad_value"
    get_relay().stop(timeout=PATIENCE)  # it does not stay on the network


def test_a_table_goes_to_the_server_of_the_notebook(here, screens, other, monkeypatch):
    widget = here()
    with pytest.raises(BadValue, match="reaches no relay of a Jupyter server"):
        widget.share_on_server()
    monkeypatch.setenv("TSVSHARE_JUPYTER_URL", other.url)
    monkeypatch.setenv("TSVSHARE_JUPYTER_TOKEN", "secret")
    widget = here(host="127.0.0.1")
    screen = screens[-1]
    ways = {"publish": None, "network": True, "server": "Jupyter server"}
    wait_for(lambda: widget._link and widget._link.get("ways") == ways)
    screen.send(type="way", id="v:1", way="server")
    assert screen.answer("v:1")["type"] == "done"
    assert widget.view_url.startswith(other.url)
    assert widget._document.token == "secret"
    wait_for(lambda: widget._link["base"] == other.url and "ways" not in widget._link)
    with pytest.raises(BadValue, match="it is on"):
        widget.share_on_server()
