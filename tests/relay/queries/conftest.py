"""Processes that work slowly, for the tests of queries."""

import pytest
from views_fixture import SlowWorker


@pytest.fixture
def slow_worker(relay, tmp_path):
    return SlowWorker(relay.hub.workers, tmp_path / "gate")
