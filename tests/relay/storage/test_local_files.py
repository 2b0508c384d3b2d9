"""Files taken into a relay by a path: what the command line does with a relay of its own."""

import asyncio
import contextlib
import logging
import threading

import pytest
from relay_fixture import Document, request, tsv

from tsvshare_widget.errors import Forbidden, Unavailable
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.local_files import open_path
from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings


@pytest.fixture
def running(relay):
    """The relay as whoever started it has it."""
    return relay.running


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_bytes(tsv(50_000, columns=4))
    return path


def test_a_file_shows_as_if_it_had_been_uploaded(running, document, path):
    reports = []
    options = ReadOptions(header=True)
    state = open_path(
        running,
        document.uuid,
        document.key,
        path,
        options=options,
        on_progress=lambda *report: reports.append(report),
    )
    assert (state.name, state.rows, state.options) == (
        "genes.tsv",
        50_000,
        ReadOptions(header=True),
    )
    assert reports[-1] == (path.stat().st_size, path.stat().st_size)
    path.write_bytes(b"changed\n")
    assert request("GET", f"{document.url}/table").body == tsv(50_000, columns=4)


def test_who_has_no_key_takes_in_nothing(running, document, path):
    with pytest.raises(Forbidden):
        open_path(running, document.uuid, None, path)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"] is None


def test_what_progress_raises_ends_it_and_the_old_table_comes_back(running, document, path):
    old = document.put(tsv(3), header="true").json["id"]

    def stop(done, total):
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        open_path(running, document.uuid, document.key, path, on_progress=stop)
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["id"] == old


def test_a_relay_that_stops_meanwhile_says_so(relay, running, document, path):
    with pytest.raises(Unavailable):
        open_path(
            running, document.uuid, document.key, path, on_progress=lambda *report: relay.stop()
        )
    with pytest.raises(Unavailable, match="has stopped"):
        open_path(running, document.uuid, document.key, path)


@pytest.mark.parametrize("moment", ["begin", "first rows", "later", "end"])
def test_a_relay_may_stop_at_any_moment(make_relay, tmp_path, caplog, moment):
    relay = make_relay()
    document = Document(relay.url)
    path = tmp_path / "large.tsv"
    path.write_bytes(tsv(300_000, columns=4))
    size = path.stat().st_size
    stopping = threading.Thread(target=relay.stop)

    def stop_when(now):
        if now and not stopping.is_alive():
            with contextlib.suppress(RuntimeError):  # it has been started before
                stopping.start()

    def progress(done, total):
        stop_when(moment == "first rows" or done > size // 2 or (moment == "end" and done == total))

    stop_when(moment == "begin")
    try:
        state = open_path(relay.running, document.uuid, document.key, path, on_progress=progress)
        assert state.rows == 300_000
    except Unavailable:
        pass
    stop_when(True)
    stopping.join()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not list(tmp_path.glob("tsvshare*"))


def test_what_is_begun_after_a_relay_has_ended_is_refused_though_its_loop_still_runs():
    called = []

    async def begin_too_late():
        running = await start(Settings())
        await running.stop()
        with pytest.raises(Unavailable, match="has stopped"):
            await asyncio.to_thread(running.run, asyncio.sleep(0))
        await asyncio.to_thread(running.call, called.append, "too late")
        await asyncio.sleep(0)

    asyncio.run(begin_too_late())
    assert called == []
