"""The status in words, and observers."""

import threading

from relay_fixture import wait_for
from widget_fixture import known

from tsvshare_widget.client import Snapshot
from tsvshare_widget.protocol import (
    Problem,
)
from tsvshare_widget.widget.live.observers import NewestOnly
from tsvshare_widget.widget.traits import describe_status


def test_the_status_reads_as_a_sentence():
    assert str(describe_status(Snapshot())) == "connecting: no table yet"
    assert str(describe_status(known())) == "live"
    assert str(describe_status(known(status="receiving"))) == "live: table receiving"
    lost = known(status="complete")
    stale = Snapshot(status="stale", since=0.0, state=lost.state, problem=Problem("x", "it broke"))
    assert str(describe_status(stale)).startswith("stale since ")
    assert str(describe_status(stale)).endswith(": it broke")
    assert describe_status(known(), OSError("disk full")).message == "disk full"


def test_observers_get_the_newest_value_and_each_at_most_once():
    heard, may_go, has_begun = [], threading.Event(), threading.Event()

    def hear(value):
        heard.append(value)
        has_begun.set()
        may_go.wait(10)

    newest = NewestOnly(hear)
    newest.offer(1)
    assert has_begun.wait(10)
    for value in (2, 3, 4):
        newest.offer(value)
    newest.close()
    newest.offer(5)
    may_go.set()
    wait_for(lambda: len(heard) == 2)
    assert heard == [1, 4]


def test_all_observers_of_a_process_share_a_thread():
    threads = set()
    heard = []

    def hear(value):
        threads.add(threading.current_thread().ident)
        heard.append(value)

    for value in range(10):
        NewestOnly(hear).offer(value)
    wait_for(lambda: len(heard) == 10)
    assert len(threads) == 1
    assert sum(thread.name == "tsvshare-observers" for thread in threading.enumerate()) == 1
