"""Behind an edge a relay does the same: its tests once more, each viewer at an edge."""

import sys

import pytest
from again_fixture import run_again
from edges_fixture import THROUGH_EDGES

INSIDE = [
    "test_heartbeats_are_sent_and_must_be_answered",
    "test_a_heartbeat_is_answered_while_a_reading_takes_its_time",
    "test_who_was_busy_hears",
    "test_metrics_count_what_happened",
    "test_a_page_that_could_not_be_shown_is_shown_although_telling_of_it_failed",
]
"""Tests that look at connections, or pages that are remembered, from inside: both are elsewhere."""

FILES = ["changes", "rooms/test_presence.py", "rooms/test_pointing.py", "queries"]
FILES += [f"web/test_{name}.py" for name in ("live_socket", "http", "plain_socket", "fetch")]


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")
def test_a_relay_behind_an_edge_does_all_that_it_does_alone():
    run_again(FILES, without=INSIDE, **{THROUGH_EDGES: "1"})
