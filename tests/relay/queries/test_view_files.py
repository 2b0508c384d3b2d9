"""The files of views: they take no descriptors, and stay while somebody reads them."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from patience import PATIENCE
from relay_fixture import Document, tsv

from tsvshare_widget.errors import Stale
from tsvshare_widget.query import Query
from tsvshare_widget.relay.queries.view import SMALL_VIEW, View
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.table.worker.jobs import RowIds

DESCRIPTORS = Path("/proc/self/fd")
LARGE = SMALL_VIEW // 4 + 100


def view_of(path, count):
    np.arange(count, dtype="<u4").tofile(path)
    file = RowIds(path=str(path), count=count, of_rows=count, width=4)
    return View(None, file, 0.0, 0.0)


@pytest.mark.parametrize("count", [10, LARGE])
def test_ids_are_those_of_the_file(tmp_path, count):
    view = view_of(tmp_path / "1.ids", count)
    assert view.ids(0, 3).tolist() == [0, 1, 2]
    assert view.ids(count - 2, 5).tolist() == [count - 2, count - 1]
    assert view.ids(count, 5).tolist() == []


def test_one_whose_file_has_gone_is_stale(tmp_path):
    view = view_of(tmp_path / "1.ids", LARGE)
    (tmp_path / "1.ids").unlink()
    with pytest.raises(Stale):
        view.ids(0, 3)


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="no /proc here")
def test_many_views_take_no_descriptors(tmp_path):
    before = len(list(DESCRIPTORS.iterdir()))
    views = [view_of(tmp_path / f"{number}.ids", LARGE) for number in range(50)]
    assert [view.ids(number, 1)[0] for number, view in enumerate(views)] == list(range(50))
    assert len(list(DESCRIPTORS.iterdir())) < before + 10


def test_a_file_that_somebody_holds_outlasts_its_table(relay):
    document = Document(relay.url)
    document.put(tsv(LARGE), header="true")
    views: Views = relay.hub.views

    async def read() -> tuple[bool, int, str]:
        table = (await relay.hub.documents.load(document.uuid)).state.table
        view = await asyncio.wait_for(views.find(table, Query(search="c0")), PATIENCE)
        with views.hold(view):
            views.forget(table.id)
            gone = views.kept(table, view.key.query, view.key.rows) is None
            first = int(view.ids(5, 1)[0])
        return gone, first, view.file.path

    gone, first, path = relay.run(read())
    assert (gone, first, Path(path).exists()) == (True, 5, False)


def test_rows_that_are_not_kept_any_more_are_never_taken_for_all(relay):
    document = Document(relay.url)
    document.put(tsv(10), header="true")
    views: Views = relay.hub.views

    async def read() -> str | None:
        table = (await relay.hub.documents.load(document.uuid)).state.table
        view = await asyncio.wait_for(views.find(table, Query(search="r3c0")), PATIENCE)
        with views.using(view) as ids:
            path = None if ids is None else ids.path
        views.forget(table.id)
        with pytest.raises(Stale, match="not kept any more"), views.using(view):
            pass
        with views.using(None) as everything:
            assert everything is None
        return path

    assert relay.run(read()) is not None
