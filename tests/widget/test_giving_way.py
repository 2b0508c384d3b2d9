"""Who reads on in a large table waits until its first page is on its way to the screen."""

import threading

import pytest
from patience import PATIENCE

from tsvshare_widget.client import Connection, Link
from tsvshare_widget.widget.live.giving_way import GivingWay


@pytest.fixture
def connection():
    """One that nobody opens: it has a snapshot, and those who wait for another one."""
    return Connection(Link.parse("http://127.0.0.1:9/d/00000000-0000-4000-8000-000000000000"))


def begin(way):
    """Hold a thread up that has all rows it needs; the thread, once it waits."""
    asked = threading.Event()

    def lacks_rows(_known):
        asked.set()
        return False

    thread = threading.Thread(target=way.hold, args=[lacks_rows])
    thread.start()
    assert asked.wait(PATIENCE)
    return thread


def test_it_waits_until_the_cell_has_ended_and_never_again(connection):
    way = GivingWay(connection, seconds=10 * PATIENCE)
    thread = begin(way)
    assert thread.is_alive()
    way.end()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    way.hold(lambda _: False)


def test_it_does_not_wait_while_the_page_lacks_rows_and_may_wait_later(connection):
    way = GivingWay(connection, seconds=10 * PATIENCE)
    way.hold(lambda _: True)
    thread = begin(way)
    assert thread.is_alive()
    way.end()
    thread.join(PATIENCE)


def test_a_cell_that_runs_for_long_holds_nobody_up(connection):
    way = GivingWay(connection, seconds=0.001)
    way.hold(lambda _: False)
    way.hold(lambda _: pytest.fail("asked once more"))
