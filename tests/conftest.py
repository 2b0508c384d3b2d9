"""Fixtures that tests of several modules share."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from cli_fixture import starting
from edges_fixture import THROUGH_EDGES, EdgedRelay
from hypothesis import HealthCheck, settings
from leftovers import nothing_is_left
from objects_fixture import ON_STORE, on_store
from patience import PATIENCE
from relay_fixture import Document, Gate, RelayProcess, RelayThread, SlowUpload
from widget_fixture import Screen, begin_upload

from tsvshare_widget.relay.embedded import get_relay
from tsvshare_widget.table import Table

# The settings of whoever runs the tests must not count.
os.environ["TSVSHARE_CONFIG"] = os.devnull
os.environ["TSVSHARE_LINKS"] = os.devnull
# Hundreds of processes load the package: compiled, as it is where it was installed.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Whether the tests pass must depend neither on chance nor on how busy the computer is.
settings.register_profile(
    "gate",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    max_examples=25,
)
settings.register_profile(
    "search", settings.get_profile("gate"), derandomize=False, max_examples=1000
)
settings.register_profile("quick", settings.get_profile("gate"), max_examples=10)
settings.load_profile("quick")

# A shell starts what runs in the background deaf to Ctrl-C, and so would be what the tests start.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config):
    """Run files that are named in the command whole, also what is slow."""
    quick = config.getini("addopts")[-1]
    if config.option.markexpr == quick and all(".py" in argument for argument in config.args):
        config.option.markexpr = ""


def pytest_make_parametrize_id(val, argname):
    """Bytes are too long for a name, and packed ones are others each time."""
    return argname if isinstance(val, bytes) and len(val) > 20 else None


def pytest_collection_modifyitems(config, items):
    """Let processes that share the tests take whole files.

    One of them takes all tests of notebooks in a browser, and one those of pages alone.

    The large search for examples may take as long as it does.
    """
    searching = config.getoption("--hypothesis-profile") == "search"
    e2e = Path(__file__).parent / "e2e"
    for item in items:
        shown_in = "notebooks" if "lab" in getattr(item, "fixturenames", ()) else "pages"
        group = shown_in if e2e in item.path.parents else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
        if searching:
            item.add_marker(pytest.mark.timeout(0))


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left(tmp_path_factory):
    """No process and no folder of ours outlives the tests."""
    tmp_path_factory.getbasetemp()  # this one stays, for who wants to see what tests wrote
    with nothing_is_left():
        yield


@pytest.fixture
def make_relay(tmp_path):
    """Start relays in threads of this process; all of them are stopped at the end."""
    relays = []
    kind = EdgedRelay if os.environ.get(THROUGH_EDGES) else RelayThread

    def make(**settings):
        if os.environ.get(ON_STORE):
            settings |= on_store(tmp_path, settings)
        relays.append(kind(**settings))
        return relays[-1]

    yield make
    for relay in relays:
        relay.stop()


@pytest.fixture
def relay(make_relay):
    """A relay with the usual settings."""
    return make_relay()


@pytest.fixture
def gate(monkeypatch):
    """Holds up all tables that are to be read anew, until it is opened."""
    gate = Gate(Table.reread)
    monkeypatch.setattr(Table, "reread", lambda *args: gate(*args))
    yield gate
    gate.opened.set()


@pytest.fixture
def slow_put():
    """Begin uploads, or appends by ``POST``, of which the test sends one piece at a time."""
    uploads = []

    def begin(document, total=None, **query):
        uploads.append(SlowUpload(document, total, **query))
        return uploads[-1]

    yield begin
    for upload in uploads:
        upload.disconnect()


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


@pytest.fixture
def share(relay, _no_relay_is_left):
    """Open widgets, on the relay unless another one is named; all are closed at the end."""
    from tsvshare_widget import TSVShare  # not above: it needs the built front end

    widgets = []

    def open_one(source=None, **options):
        if not str(source).startswith("http"):
            options.setdefault("relay", relay.url)
        widgets.append(TSVShare(source, **options))
        return widgets[-1]

    yield open_one
    for widget in widgets:
        widget.close()


@pytest.fixture
def screens(monkeypatch):
    """The front ends of all widgets made in this test."""
    from tsvshare_widget import TSVShare

    screens = []
    connect = TSVShare._connect

    def connect_with_screen(widget):
        screens.append(Screen(widget))
        connect(widget)

    monkeypatch.setattr(TSVShare, "_connect", connect_with_screen)
    return screens


@pytest.fixture
def slow_upload():
    """Begin to upload to a widget's document, piece by piece."""
    begun = []

    def begin(widget, total=None):
        begun.append(begin_upload(widget, total))
        return begun[-1]

    yield begin
    for sending in begun:
        sending.disconnect()


@pytest.fixture(scope="session")
def _no_relay_is_left():
    """The relay of this process, which some tests use, stops before pytest looks for leaks."""
    yield
    get_relay().stop(timeout=PATIENCE)


@pytest.fixture
def start(tmp_path):
    """Start ``tsvshare`` with these words; it is ended with the test."""
    with starting(tmp_path) as start:
        yield start
