"""Uploads that go on after a loss, by whoever sends them in Python."""

import itertools
import threading
from dataclasses import replace

import pytest
from cutting_fixture import CutWay
from patience import PATIENCE
from relay_fixture import request, tsv, wait_for

from tsvshare_widget.client import Link, uploading
from tsvshare_widget.client.uploading import upload
from tsvshare_widget.errors import (
    BadTable,
    Forbidden,
    NotFound,
    TooLarge,
    Unavailable,
    UploadBroken,
)
from tsvshare_widget.read_options import ReadOptions

DATA = tsv(200_000)
SIZE = len(DATA)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(uploading, "PAUSES", (0.01,))


@pytest.fixture
def link(document):
    return Link.parse(f"{document.url}#k={document.key}")


@pytest.fixture
def cut(link, relay):
    """The document by a way that is cut after so many bytes."""
    ways = []

    def begin(*cuts):
        ways.append(CutWay(relay.port, cuts))
        return replace(link, base=f"http://127.0.0.1:{ways[-1].port}"), ways[-1]

    yield begin
    for way in ways:
        way.close()


def test_it_is_large_enough():
    assert SIZE > 3 * uploading.RESUMED_BYTES


@pytest.mark.parametrize("as_file", [True, False])
def test_it_goes_on_from_where_it_was_cut(cut, document, tmp_path, as_file):
    source = DATA
    if as_file:
        source = tmp_path / "genes.tsv"
        source.write_bytes(DATA)
    told, losses = [], []
    by_cut, way = cut(SIZE // 4, SIZE // 3)
    options = ReadOptions(header=False)
    table = upload(
        by_cut,
        source,
        name="genes.tsv",
        options=options,
        on_progress=lambda *now: told.append(now),
        on_loss=lambda sent, error: losses.append((sent, type(error))),
        timeout=PATIENCE,
    )
    assert (table.name, table.rows, table.status) == ("genes.tsv", 200_001, "complete")
    assert request("GET", f"{document.url}/table").body == DATA
    assert way.cuts == []
    # A try that hears that the one before is still coming in is no loss, and may be what is cut.
    assert [kind for _, kind in losses] in ([UploadBroken], [UploadBroken] * 2)
    assert told[-1] == (SIZE, SIZE)
    # After a cut it goes on from what the relay has, and never begins anew.
    falls = [now for (before, _), (now, _) in itertools.pairwise(told) if now < before]
    assert all(sent >= uploading.CHUNK_BYTES for sent in falls)


def test_a_way_that_stays_cut_is_given_up(cut, document):
    document.put(b"a\n1\n")
    by_cut, way = cut(SIZE // 4)
    losses = []

    def lose(*_):
        losses.append(1)
        way.close()

    with pytest.raises(Unavailable, match="cannot reach"):
        upload(by_cut, DATA, name="x", on_loss=lose, timeout=2.0)
    assert len(losses) > 1
    wait_for(lambda: request("GET", f"{document.url}/table").body == b"a\n1\n")


def test_one_that_is_cancelled_is_gone_for_good(cut, document, relay):
    document.put(b"a\n1\n")
    cancelled = threading.Event()

    def cancel(sent, _):
        if sent > SIZE // 3:
            cancelled.set()

    with pytest.raises(UploadBroken, match="was cancelled after"):
        upload(cut()[0], DATA, name="x", on_progress=cancel, cancelled=cancelled)
    [resumable] = relay.hub.resumable._known.values()
    assert resumable.is_over
    assert request("GET", f"{document.url}/table").body == b"a\n1\n"

    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upload(cut()[0], DATA, name="x", on_progress=interrupt)
    assert all(known.is_over for known in relay.hub.resumable._known.values())


def test_one_that_the_relay_has_forgotten_is_begun_anew(cut, relay, document):
    by_cut, _ = cut(SIZE // 2)

    def forget(*_):
        relay.run(drop_all())

    async def drop_all():
        for known in list(relay.hub.resumable._known.values()):
            await relay.hub.resumable.cancel(known, UploadBroken("forgotten"))
        relay.hub.resumable._known.clear()

    table = upload(by_cut, DATA, name="x", on_loss=forget, timeout=PATIENCE)
    assert table.rows == 200_000
    assert request("GET", f"{document.url}/table").body == DATA


def test_what_is_wrong_with_it_is_said_at_once(link, document, make_relay):
    with pytest.raises(Forbidden):
        upload(replace(link, key=None), DATA, name="x")
    with pytest.raises(NotFound):
        upload(replace(link, uuid="nothing"), DATA, name="x")
    with pytest.raises(BadTable, match="PDF"):
        upload(link, b"%PDF-" + DATA, name="x")
    with pytest.raises(Unavailable):
        upload(replace(link, base="http://127.0.0.1:9"), DATA, name="x")
    small = make_relay(max_upload=1 << 21)
    other = Link.parse(request("POST", f"{small.url}/d").json["view_url"])
    with pytest.raises((TooLarge, Forbidden)):
        upload(other, DATA, name="x")


def test_a_file_that_becomes_shorter_is_said(link, tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(DATA)

    def cut_file(*_):
        with path.open("r+b") as file:
            file.truncate(SIZE // 2)

    with pytest.raises(BadTable, match="shorter"):
        upload(link, path, name="x", on_progress=cut_file)
