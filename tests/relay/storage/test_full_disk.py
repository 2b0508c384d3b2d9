"""A relay whose disk is full, or takes nothing: it serves readers and refuses writers in words."""

import contextlib
import errno
import os
import select
import subprocess

import pytest
from relay_fixture import Document, RelayProcess, SlowUpload, request, tsv, wait_for

from tsvshare_widget.errors import DiskFull, EngineDown, Unavailable
from tsvshare_widget.relay.storage.disk import DiskGuard, storage_error

SIZE = 16_000_000


def test_a_share_of_the_disk_is_kept_free(tmp_path):
    DiskGuard(tmp_path, 0.0).check()
    with pytest.raises(DiskFull, match="nearly full"):
        DiskGuard(tmp_path, 0.0).check(10**18)


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskFull), (errno.EROFS, Unavailable), (errno.EIO, Unavailable)],
)
def test_what_cannot_be_stored_says_why(number, kind):
    error = storage_error(OSError(number, os.strerror(number)))
    assert type(error) is kind
    assert os.strerror(number) in error.message


def test_a_store_that_is_away_is_not_called_a_full_disk():
    away = EngineDown("Redis does not answer")
    assert storage_error(away) is away


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A small disk of its own; mounting one takes root on Linux."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # for the views of a relay that is killed
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("a disk of its own cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def free_bytes(folder):
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@contextlib.contextmanager
def full(folder):
    """Not a byte is free on a disk within the block."""
    with (folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    try:
        yield
    finally:
        (folder / "filler").unlink()


@contextlib.contextmanager
def read_only(folder):
    """A disk takes nothing within the block; nobody may have a file open for writing then."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


@contextlib.contextmanager
def started(folder):
    relay = RelayProcess(folder / "data")
    try:
        yield relay
    finally:
        relay.kill()


def assert_is_served(document):
    """People can look at a table, by themselves and with scripts, and load it down."""
    with document.viewer() as bob:
        table = bob.welcome["state"]["table"]["id"]
        top = (bob.welcome["state"]["view"]["page"] - 1) * 100
        assert bob.welcome["page"]["rows"][0] == [f"r{top}c0", f"r{top}c1"]
        bob.send(type="look", id="v:1", table=table, page=3, page_size=100)
        assert bob.next("page")["page"]["rows"][0] == ["r200c0", "r200c1"]
    assert request("GET", f"{document.url}/page/2").status == 200
    assert request("GET", f"{document.url}/table").body == tsv(500)
    assert request("GET", f"{document.base}/livez").status == 200


@pytest.mark.slow
def test_an_upload_that_fills_the_disk_is_refused_and_gives_back_its_room(disk):
    with started(disk) as relay:
        document = Document(relay.url)
        table = document.put(tsv(500), header="true").json["id"]
        before = free_bytes(disk)
        answer = fill_up(document)
        assert (answer.status, answer.code) == (507, "disk_full")
        wait_for(lambda: free_bytes(disk) > before - 500_000)
        assert_is_served(document)
        with document.editor() as ann:
            assert ann.welcome["state"]["table"]["id"] == table
            assert ann.op(table, page=2)["type"] == "ack"


def fill_up(document):
    """Upload more than the disk has room for, of which nobody said how much it is."""
    upload = SlowUpload(document)
    line = os.urandom(20_000).hex().encode() + b"\n"
    with contextlib.suppress(OSError), contextlib.closing(upload._connection):
        for _ in range(SIZE // len(line) + 10):
            with contextlib.suppress(OSError):
                upload.send(line)
            if select.select([upload._connection.sock], [], [], 0)[0]:
                break  # it has been answered
        return upload.answer()


def assert_refuses(document, code):
    """Nobody can change anything, and hears why.

    A page may still be turned while the journal has room in the block that it has begun.
    """
    with document.editor() as ann:
        table = ann.welcome["state"]["table"]["id"]
        answers = (ann.op(table, page=2 + turn % 2) for turn in range(50))
        refused = next(answer for answer in answers if answer["type"] == "reject")
        assert refused["code"] == code
    assert document.put(tsv(10)).code == code
    assert request("POST", f"{document.base}/d").code == code
    ready = request("GET", f"{document.base}/readyz")
    assert (ready.status, ready.code) == ({"disk_full": 507, "unavailable": 503}[code], code)


def assert_goes_on(document):
    """Everything is possible again."""
    assert request("GET", f"{document.base}/readyz").status == 200
    with document.editor() as ann:
        assert ann.op(ann.welcome["state"]["table"]["id"], page=2)["type"] == "ack"


@pytest.mark.slow
def test_a_full_disk_stops_writers_alone(disk):
    with started(disk) as relay:
        document = Document(relay.url)
        document.put(tsv(500), header="true")
        with full(disk):
            assert_refuses(document, "disk_full")
            assert_is_served(document)
            relay.kill()
            relay.start()
            assert_is_served(document)
            assert_refuses(document, "disk_full")
        assert_goes_on(document)


@pytest.mark.slow
def test_a_disk_that_takes_nothing_stops_writers_alone(disk):
    with started(disk) as relay:
        document = Document(relay.url)
        document.put(tsv(500), header="true")
        relay.kill()
        with read_only(disk):
            relay.start()
            assert_is_served(document)
            assert_refuses(document, "unavailable")
            relay.kill()
        relay.start()
        assert_goes_on(document)
