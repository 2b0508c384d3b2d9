"""Fixtures that tests of several modules share."""

import pytest
from relay_fixture import Document, RelayProcess, RelayThread


@pytest.fixture
def make_relay():
    """Start relays in threads of this process; all of them are stopped at the end."""
    relays = []

    def make(**settings):
        relays.append(RelayThread(**settings))
        return relays[-1]

    yield make
    for relay in relays:
        relay.stop()


@pytest.fixture
def relay(make_relay):
    """A relay with the usual settings."""
    return make_relay()


@pytest.fixture
def relay_process(tmp_path):
    """A relay in a process that can be killed and started again on the same port and data."""
    process = RelayProcess(tmp_path / "data")
    yield process
    process.kill()


@pytest.fixture
def document(relay):
    """A new document on the relay."""
    return Document(relay.url)
