"""A widget that nothing shows and nobody holds lets go of all that it took."""

import gc
import subprocess
import sys
import weakref

import pytest
from kernel_counts import is_flat
from kernel_fixture import Kernel
from patience import PATIENCE
from relay_fixture import tsv, wait_for

from tsvshare_widget import TSVShare
from tsvshare_widget.client import Connection, Link
from tsvshare_widget.relay.embedded import get_relay

pytestmark = pytest.mark.slow


# --- in Python ----------------------------------------------------------------------------------


@pytest.fixture
def uuids(_no_relay_is_left):
    """The documents on the relay of this process."""

    def uuids():
        hub = get_relay()._running.hub
        return set(get_relay()._running.run(hub.lifetimes._store.uuids()))

    return uuids


@pytest.fixture(autouse=True)
def _no_gc():
    """No widget waits for the garbage collector, which may come late."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def tables():
    return {folder.name for folder in get_relay()._running.hub.tables.folder.iterdir()}


def test_a_widget_ends_with_its_last_variable_and_its_document_with_it(uuids):
    before, bytes_before = uuids(), tables()
    widget = TSVShare(tsv(300))
    widget.observe(print, "page")
    assert len(uuids() - before) == len(tables() - bytes_before) == 1
    ref = weakref.ref(widget)
    del widget
    wait_for(lambda: ref() is None)  # a thread may be at work for it
    wait_for(lambda: uuids() == before)
    wait_for(lambda: tables() == bytes_before)
    wait_for(lambda: get_relay()._running.hub.rooms.n_viewers() == 0)


def test_what_a_link_was_read_of_stays(uuids):
    before = uuids()
    url = TSVShare(tsv(300)).url
    view_url = TSVShare(tsv(200)).view_url
    for link, rows in ((url, 300), (view_url, 200)):
        joined = TSVShare.join(link)
        assert joined.n_rows == rows
        joined.close()
    assert len(uuids() - before) == 2


def test_what_somebody_else_has_looked_at_stays(uuids):
    before = uuids()
    widget = TSVShare(tsv(300))
    link = Link.parse(widget._document.url)
    with Connection(link) as visitor:
        visitor.wait(lambda known: known.table_id is not None, PATIENCE)
    widget.wait()
    widget = None
    wait_for(lambda: get_relay()._running.hub.rooms.n_viewers() == 0)
    assert len(uuids() - before) == 1


def test_one_that_could_not_be_opened_leaves_nothing(uuids, tmp_path):
    before = uuids()
    path = tmp_path / "paper.tsv"
    path.write_bytes(b"%PDF-1.7\n\0\0" + b"x" * 1000)
    with pytest.raises(Exception, match="PDF"):
        TSVShare(path)
    wait_for(lambda: uuids() == before)


def test_a_widget_that_was_closed_is_closed_once(share):
    widget = share(tsv(3))
    widget.close()
    widget.close()
    widget._let_go()
    wait_for(lambda: str(widget.status) == "closed")


SCRIPT = """
from tsvshare_widget import TSVShare
for _ in range(5):
    w = TSVShare(b"a\\n1\\n")
kept = [TSVShare(b"a\\n1\\n") for _ in range(3)]
"""


def test_a_script_ends_without_a_sound():
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)


IMPORT = """
import os, sys, threading
from tsvshare_widget import TSVShare
assert threading.active_count() == 1, threading.enumerate()
assert "numpy" not in sys.modules
if os.path.isdir("/proc/self/fd"):
    paths = [f"/proc/self/fd/{fd}" for fd in range(3, 64)]
    opened = [os.readlink(path) for path in paths if os.path.lexists(path)]
    assert not [name for name in opened if name.startswith("socket:")], opened
"""


def test_an_import_in_a_script_starts_nothing():
    command = [sys.executable, "-c", IMPORT]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)


# --- in a kernel --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel():
    kernel = Kernel()
    yield kernel
    kernel.end()


CELLS = {
    "w = TSVShare({path!r})\nw": 50,
    "TSVShare({path!r})": 5,
    "from IPython.display import display\ndisplay(TSVShare({path!r}))": 5,
    "w = TSVShare({path!r})": 5,
    "import pandas\nTSVShare(pandas.DataFrame({{'a': range(1000)}}))": 5,
    "w = TSVShare({path!r})\nw.observe(print, 'page')\nw": 5,
}
"""And how often each of them runs."""


FIRST, *OTHERS = CELLS


@pytest.mark.parametrize(
    "cell", [FIRST, *(pytest.param(cell, marks=pytest.mark.exhaustive) for cell in OTHERS)]
)
def test_a_cell_that_runs_often_leaves_what_one_run_does(kernel, cell, tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(tsv(20_000))
    code = "from tsvshare_widget import TSVShare\n" + cell.format(path=str(path))
    for _ in range(7):  # the tables of some runs before can come back
        kernel.run(code, cell=cell)
    first = kernel.counts()
    for _ in range(CELLS[cell]):
        kernel.run(code, cell=cell)
    wait_for(lambda: is_flat(first, kernel.counts()))


@pytest.fixture
def two_runs(kernel, tmp_path):
    """Run a cell, do something, run it again; whether the first widget still lives."""
    path = tmp_path / "x.tsv"
    path.write_bytes(tsv(3))
    code = f"from tsvshare_widget import TSVShare\nTSVShare({str(path)!r})"

    def run(between="", *, other=None, views=(), cell="the cell"):
        kernel.run(code, cell=cell)
        comm = kernel.value("_.comm.comm_id")
        for view in views:
            kernel.say(comm, type="hi", id=f"{view}:1")
        kernel.run(between or "pass")
        kernel.run(other or code, cell="another" if other else cell)
        kernel.run("pass")
        return comm, kernel.value(f"{comm!r} in get_comm_manager().comms")

    return run


def test_what_the_first_table_needs_is_loaded_while_the_user_writes_on():
    kernel = Kernel("import json, sys, threading\nfrom tsvshare_widget import TSVShare")
    try:
        kernel.run("[t.join() for t in threading.enumerate() if t.name == 'tsvshare-loading']")
        assert kernel.value("'tsvshare_widget.relay.server' in sys.modules")
        assert not kernel.value("'_tsvshare_relay' in sys.modules")  # no relay has been started
    finally:
        kernel.end()


def test_history_does_not_hold_a_widget_and_says_so(kernel, two_runs):
    _, lives = two_runs()
    assert not lives
    assert "closed" in kernel.run("print([o for o in Out.values() if hasattr(o, 'viewers')][0])")


def test_what_somebody_holds_lives(two_runs):
    assert two_runs("held = _")[1]
    assert two_runs("held = [{'it': _}]")[1]


def test_another_cell_is_no_reason_to_go(two_runs):
    assert two_runs(other="1 + 1")[1]


def test_a_view_that_is_still_there_keeps_it_until_it_leaves(kernel, two_runs):
    comm, lives = two_runs(views=["v"])
    assert lives
    kernel.say(comm, type="leave", id="v:")

    def has_gone():
        kernel.run("pass")
        return not kernel.value(f"{comm!r} in get_comm_manager().comms")

    wait_for(has_gone)


def test_what_is_displayed_outside_of_cells_waits_for_its_view(kernel, tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(tsv(3))
    kernel.run(
        "import ipywidgets\nfrom IPython.display import display\n"
        "from tsvshare_widget import TSVShare\n"
        f"def show(*_):\n    display(TSVShare({str(path)!r}))\n"
        "button = ipywidgets.Button()\nbutton.on_click(show)\n"
    )
    before = kernel.counts()["connections"]
    button = kernel.value("button.comm.comm_id")
    kernel.say(button, event="click")
    wait_for(lambda: kernel.counts()["connections"] == before + 1)
    kernel.run("1 + 1")
    assert kernel.counts()["connections"] == before + 1
