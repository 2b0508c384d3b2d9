"""The relay in a background thread: one for a process, and gone with it."""

import os
import subprocess
import sys
import threading

import pytest
from patience import PATIENCE
from relay_fixture import Document, request, tsv, wait_for
from views_fixture import DESCENDING, show

from tsvshare_widget.errors import BadTable, NotFound, Superseded, TooLarge, Unavailable, WrongKey
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay import embedded as module
from tsvshare_widget.relay import hub
from tsvshare_widget.relay.embedded import EmbeddedRelay
from tsvshare_widget.relay.queries.starting import start_process
from tsvshare_widget.relay.settings import Settings


@pytest.fixture
def make_embedded():
    relays = []

    def make(**settings):
        relays.append(EmbeddedRelay(Settings(**settings)))
        relays[-1].start()
        return relays[-1]

    yield make
    for relay in relays:
        relay.stop(timeout=PATIENCE)


@pytest.fixture
def embedded(make_embedded):
    return make_embedded()


@pytest.fixture
def run_python():
    processes = []

    def run(script):
        command = [sys.executable, "-c", script]
        pipe = subprocess.PIPE
        processes.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
        return processes[-1]

    yield run
    for process in processes:
        with process:
            process.kill()


def test_a_file_is_opened_without_http(embedded, tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_bytes(tsv(250))
    document = Document(embedded.url)
    reports = []
    with document.viewer() as bob:
        state = embedded.open_path(
            document.uuid,
            document.key,
            path,
            options=ReadOptions(header=True),
            on_progress=lambda done, total: reports.append((done, total)),
        )
        assert (state.name, state.rows, state.status) == ("genes.tsv", 250, "complete")
        seen = bob.state(lambda s: s["state"]["table"]["status"] == "complete")
        assert seen["state"]["table"]["id"] == state.id
        assert seen["page"]["rows"][0] == ["r0c0", "r0c1"]
    size = path.stat().st_size
    assert reports[-1] == (size, size)
    path.write_bytes(b"changed later\n")
    assert request("GET", f"{document.url}/table").body == tsv(250)


def test_everyone_sees_a_large_file_while_it_is_read(embedded, tmp_path):
    path = tmp_path / "large.tsv"
    path.write_bytes(tsv(200_000, columns=4))
    document = Document(embedded.url)
    shown = threading.Event()

    def wait_for_the_first_page(done, total):
        assert shown.wait(PATIENCE)  # the file is not read on before somebody has seen a part of it

    with document.viewer() as bob:
        opening = threading.Thread(
            target=embedded.open_path,
            args=(document.uuid, document.key, path),
            kwargs={"on_progress": wait_for_the_first_page},
        )
        opening.start()
        first = bob.state()
        shown.set()
        last = bob.state(lambda s: s["event"] == "complete")
        opening.join(PATIENCE)
    assert (first["event"], first["state"]["table"]["status"]) == ("table", "receiving")
    assert 0 < first["state"]["view"]["n_rows"] < last["state"]["view"]["n_rows"]


def test_what_cannot_be_opened_raises_and_changes_nothing(make_embedded, tmp_path):
    embedded = make_embedded(max_upload=100_000)
    document = Document(embedded.url)
    good, book, large = (tmp_path / name for name in ("good.tsv", "book.xlsx", "large.tsv"))
    good.write_bytes(tsv(10))
    book.write_bytes(b"PK\x03\x04" + bytes(1000))
    large.write_bytes(tsv(20_000))
    old = embedded.open_path(document.uuid, document.key, good)
    for arguments, error in (
        ((document.uuid, document.key, book), BadTable),
        ((document.uuid, document.key, large), TooLarge),
        ((document.uuid, document.key, tmp_path / "missing.tsv"), FileNotFoundError),
        ((document.uuid, "0" * 32, good), WrongKey),
        (("no-such-document", document.key, good), NotFound),
    ):
        with pytest.raises(error):
            embedded.open_path(*arguments)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["id"] == old.id


def test_a_newer_upload_stops_the_reading_of_a_file(embedded, tmp_path):
    path = tmp_path / "large.tsv"
    path.write_bytes(tsv(200_000, columns=4))
    document = Document(embedded.url)
    reports = []

    def upload_something_else(done, total):
        reports.append(done)
        if len(reports) == 1:
            with document.viewer() as bob:
                if bob.welcome["state"]["table"] is None:
                    bob.state()
            assert document.put(tsv(10), name="newer.tsv").status == 200

    with pytest.raises(Superseded):
        embedded.open_path(document.uuid, document.key, path, on_progress=upload_something_else)
    assert reports[-1] < path.stat().st_size
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["name"] == "newer.tsv"


def test_an_interrupt_while_a_file_is_read_brings_the_old_table_back(embedded, tmp_path):
    path = tmp_path / "large.tsv"
    path.write_bytes(tsv(100_000))
    document = Document(embedded.url)

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedded.open_path(document.uuid, document.key, path, on_progress=interrupt)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"] is None


def test_a_stopped_relay_says_good_bye_and_then_that_it_is_gone(embedded, tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes(tsv(1))
    document = Document(embedded.url)
    with document.viewer() as bob:
        embedded.stop(timeout=PATIENCE)
        assert bob.next("bye")["code"] == 4001
        assert bob.close_code() == 4001
    assert not embedded.alive
    embedded.stop()
    with pytest.raises(Unavailable, match="has stopped"):
        embedded.open_path(document.uuid, document.key, path)


def test_there_is_one_for_a_process_also_after_a_reload(run_python):
    script = """
import importlib, sys
from tsvshare_widget.relay import embedded
first = embedded.get_relay()
assert embedded.get_relay() is first
for name in [name for name in sys.modules if name.startswith("tsvshare_widget.relay.")]:
    importlib.reload(sys.modules[name])
assert embedded.get_relay() is first
first.stop()
second = embedded.get_relay()
assert second.alive and second is not first and second.url != first.url
print("good", flush=True)
"""
    process = run_python(script)
    assert process.communicate(timeout=PATIENCE)[0] == "good\n"
    assert process.returncode == 0


def test_the_end_of_the_process_is_a_clean_stop(run_python):
    process = run_python("""
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.embedded import get_relay
print(get_relay().url, flush=True)
input()
""")
    document = Document(process.stdout.readline().strip())
    with document.viewer() as bob:
        process.communicate("\n", timeout=PATIENCE)
        last = bob.next("error")
        assert last["code"] == "deleted"
        assert "notebook was closed" in last["message"]
        assert bob.close_code() == 4504
    assert process.returncode == 0


def test_who_ends_just_after_it_has_started_hears_of_no_failure():
    code = f"from {module.__name__} import get_relay; get_relay()"
    for _ in range(3):  # what a relay does at once is then under way, as a rule
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert ended.stderr == b""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_does_not_answer_for_its_parent(run_python):
    process = run_python("""
import os, sys
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.embedded import get_relay
relay = get_relay()
down, up = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    own = get_relay()
    os.write(up[1], b"y" if own is not relay and own.url != relay.url else b"n")
    os.read(down[0], 1)
    own.stop()
    os._exit(0)
print(os.read(up[0], 1).decode(), relay.url, flush=True)
input()
relay.stop()
print("stopped", flush=True)
input()
os.write(down[1], b"x")
os.waitpid(child, 0)
""")
    has_its_own, url = process.stdout.readline().split()
    assert has_its_own == "y"
    assert request("GET", f"{url}/livez").status == 200
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "stopped\n"
    with pytest.raises(ConnectionRefusedError):
        request("GET", f"{url}/livez")
    process.communicate("\n", timeout=PATIENCE)
    assert process.returncode == 0


def test_questions_that_are_expected_find_a_process_that_has_started(embedded):
    workers = embedded._running.hub.workers
    assert not workers._idle
    embedded.expect_questions()
    embedded.expect_questions()
    wait_for(lambda: workers._idle)
    assert len(workers._idle) == 1
    embedded.stop(timeout=PATIENCE)
    embedded.expect_questions()  # too late, and no harm


def test_a_process_that_answers_questions_is_the_first_thing_started(monkeypatch):
    monkeypatch.setattr(hub, "PREPARE_SECONDS", PATIENCE)  # no second one while this one sorts
    early = EmbeddedRelay(Settings(), asked_soon=True)
    early.start()
    try:
        (worker,) = early._running.hub.workers._idle
        document = Document(early.url)
        table = show(document)
        with document.editor() as ann:
            assert ann.op(table, sort=DESCENDING)["type"] == "ack"
        assert early._running.hub.workers._idle == [worker]
    finally:
        early.stop(timeout=PATIENCE)
    assert not worker.alive


def test_a_relay_that_does_not_start_leaves_no_process(tmp_path, monkeypatch):
    begun = []

    async def begin(command):
        begun.append(await start_process(command))
        return begun[-1]

    monkeypatch.setattr(module, "start_process", begin)
    taken = tmp_path / "taken"
    taken.write_bytes(b"")
    with pytest.raises(Unavailable, match="did not start"):
        EmbeddedRelay(Settings(data_dir=taken), asked_soon=True).start()
    assert begun[0].returncode is not None


UNUSED = ("tarfile", "urllib.request", "difflib", "tsvshare_widget.relay.cluster.cluster")


def test_a_kernel_loads_nothing_that_a_first_page_does_not_need():
    code = (
        "import sys; import tsvshare_widget; from tsvshare_widget.relay.embedded import prepare; "
        f"prepare(); assert not (loaded := {{*sys.modules}} & {{*{UNUSED}}}), loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
