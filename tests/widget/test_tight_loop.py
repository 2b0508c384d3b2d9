"""Scripts that set pages faster than a relay can turn them: the last one counts."""

import itertools
import threading

import pytest
from patience import PATIENCE
from relay_fixture import RelayThread, Viewer, tsv, wait_for

from tsvshare_widget.client import Link

MOST_UNDER_WAY = 3
"""Pages, and what waits on."""


def under_way(widget):
    """How much of what was set is held anywhere, on its way to the relay."""
    connection = widget._shared.connection
    return len(connection._session._requests._pending) + len(connection._in_flight._callbacks)


def viewer_of(widget, **options):
    link = Link.parse(widget.url)
    return Viewer(f"{link.http_url.replace('http', 'ws', 1)}/ws", link.key, **options)


@pytest.mark.slow
def test_a_loop_that_sets_pages_hears_others_and_ends_on_the_last_page(share):
    widget = share(tsv(500))
    over = threading.Timer(PATIENCE, lambda: None)
    over.start()
    with viewer_of(widget, cid="bob") as bob:
        bob.send(
            type="op", id="bob:1", table=bob.welcome["state"]["table"]["id"], set={"search": "r"}
        )
        most = 0
        for number in itertools.count():
            widget.page = number % 5 + 1
            most = max(most, under_way(widget))
            if number > 2000 and widget.search == "r":
                break
            assert over.is_alive(), "what others do does not reach the script"
        over.cancel()
        widget.page = 3
        assert widget.rows[0] == ["r200c0", "r200c1"]
        bob.state(lambda state: state["state"]["view"]["page"] == 3 and state["by"] != "bob")
    assert most <= 2 * MOST_UNDER_WAY


def test_while_there_is_no_relay_the_newest_page_is_what_waits(share, make_relay, tmp_path):
    relay = RelayThread(data_dir=tmp_path / "data")
    widget = share(tsv(500), relay=relay.url)
    widget.wait()
    before = widget._shared.connection.snapshot.position
    relay.stop()
    wait_for(lambda: widget._shared.snapshot.status == "stale")
    for page in range(2, 5):
        widget.page = page
        wait_for(lambda: under_way(widget) == 2)
    make_relay(data_dir=tmp_path / "data", port=relay.port)
    assert widget.rows[0] == ["r300c0", "r300c1"]
    assert widget._shared.connection.snapshot.position.seq == before.seq + 1


def test_pages_that_wait_are_turned_before_what_is_asked_for_after_them(share):
    widget = share(tsv(500))
    old = widget.n_total
    widget.upload(tsv(300))
    for number in range(100):
        widget.page = number % 3 + 1
    widget.undo()
    assert widget.n_total == old
    widget.undo()
    assert (widget.n_total, widget.page) == (300, 1)
