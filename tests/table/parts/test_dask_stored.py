"""Dask workers that have nothing but an object store: they read tables there, by ranges."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dask_fixture import DaskCluster, client_of, transitions
from objects_fixture import S3Server, s3_server, use_endpoint
from parts_fixture import hard_table, rows_at_once
from stored_fixture import tables_of_relay, take_in

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.protocol import Find, TableState
from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.read_options import NO_OPTIONS
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.objects import stored_table
from tsvshare_widget.relay.queries.brought import Brought
from tsvshare_widget.relay.queries.dask_check import check_dask
from tsvshare_widget.relay.queries.pool import WorkerPool
from tsvshare_widget.relay.queries.profiles import Profiles
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.table_states import table_state
from tsvshare_widget.table import Table

pytestmark = [pytest.mark.exhaustive, pytest.mark.xdist_group("dask")]

SORT = Query(sort=(Sort(column=1), Sort(column=4)))
PATTERN = Query(filters=(Filter(column=3, op="matches", value="^c"),))


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def url(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    use_endpoint(monkeypatch, server.port)
    return f"s3://{server.new_bucket()}/inside"


@contextlib.contextmanager
def cluster_of(folder: Path, **environment: str) -> Iterator[tuple[DaskCluster, Any]]:
    cluster = DaskCluster(folder / "dask", worker_environment=environment)
    try:
        with client_of(cluster) as client:
            yield cluster, client
    finally:
        cluster.close()


async def store(url: str, folder: Path, table: Table) -> TableState:
    data = (Path(table.moment().folder) / "raw").read_bytes()
    async with tables_of_relay(url, folder) as tables:
        table_id = await take_in(tables, data)
        facts = tables.acquire(table_id).facts
        tables.release(table_id)
    return table_state(table_id, "hard.tsv", facts, NO_OPTIONS, finished=True)


async def ask(url: str, folder: Path, address: str, state: TableState) -> list[list[int]]:
    """Ask a relay that never saw a table; it is not fetched for what the cluster is asked."""
    settings = Settings(dask=address, dask_from=0, store=url, data_dir=folder)
    pool = WorkerPool(settings, Metrics())
    async with tables_of_relay(url, folder / "tables") as tables:
        brought = Brought(tables, 0)
        views = Views(pool, brought, folder / "views", 1 << 30)
        try:
            sorted_view = await views.find(state, SORT)
            _, profile = await Profiles(views, brought, pool).profile(
                state, 1, SORT, lambda _: None
            )
            asked = Find(id="f", table=state.id, text="chr", place=-1, back=False, query=SORT)
            hit = await views.hit(state, asked, lambda _: None)
            assert not tables.is_here(state.id)
            matching = await views.find(state, PATTERN)  # here, where it can be stopped
            assert tables.is_here(state.id)
        finally:
            await pool.stop()
        assert profile.rows == state.rows
        assert hit.number == 1
        assert hit.columns == [3]
    return [view.ids(0, view.count).tolist() for view in (sorted_view, matching)]


def test_a_relay_that_never_saw_a_table_has_it_sorted(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_table, "SMALL_BYTES", 0)  # else all of it comes by itself
    (tmp_path / "table").mkdir()
    table = hard_table(tmp_path / "table")
    with cluster_of(tmp_path) as (cluster, client):
        assert check_dask(cluster.address, None, url) == "2 workers with 2 threads"
        state = asyncio.run(store(url, tmp_path / "one", table))
        before = transitions(client)
        found = asyncio.run(ask(url, tmp_path / "two", cluster.address, state))
        assert transitions(client) > before
    assert found == [rows_at_once(table, SORT), rows_at_once(table, PATTERN)]
    table.close()


def test_a_worker_without_credentials(url: str, tmp_path: Path) -> None:
    # None of its own, and nobody who gives it some.
    names = {
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    }
    with (
        cluster_of(tmp_path, **names) as (cluster, _),
        pytest.raises(Unavailable, match=r"worker at tcp://\S+ cannot read the object store s3://"),
    ):
        check_dask(cluster.address, None, url)
