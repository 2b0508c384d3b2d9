"""Questions on a Dask cluster: a scheduler and two workers, processes of their own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from dask_fixture import DaskCluster, client_of, transitions
from parts_fixture import (
    QUESTIONS,
    hard_table,
    profiles_at_once,
    profiles_in_parts,
    rows_at_once,
    rows_in_parts,
)
from relay_fixture import wait_for

from tsvshare_widget.errors import Stale
from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.queries.pool import WorkerPool
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.table import Table
from tsvshare_widget.table.parts import cluster as parts_cluster
from tsvshare_widget.table.parts.cluster import Cluster
from tsvshare_widget.table.parts.on_dask import ClusterAway, DaskExecutor
from tsvshare_widget.table.worker.jobs import FoundRows, ViewJob
from tsvshare_widget.table.worker.main import do_job
from tsvshare_widget.table.worker.row_ids import read_all
from tsvshare_widget.table.worker.views import Means

pytestmark = [pytest.mark.exhaustive, pytest.mark.xdist_group("dask")]

SORT = Query(sort=(Sort(column=1), Sort(column=4)))

FOR_EVER = """
import sys
from pathlib import Path
import msgspec
from tsvshare_widget.query import Query, Sort
from tsvshare_widget.table.parts.cluster import connect
from tsvshare_widget.table.parts.on_dask import DaskExecutor
from tsvshare_widget.table.parts.questions import find_rows_in_parts
from tsvshare_widget.table.state import Moment

moment = msgspec.json.decode(sys.stdin.buffer.read(), type=Moment)
executor = DaskExecutor(connect(sys.argv[1]))
while True:
    for _ in find_rows_in_parts(executor, moment, Query(sort=(Sort(column=4),)), print, 1_000):
        sys.stdout.flush()
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    table = hard_table(tmp_path_factory.mktemp("parts"))
    yield table
    table.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """One for those tests that leave it as it is."""
    cluster = DaskCluster(tmp_path_factory.mktemp("dask"))
    yield cluster
    cluster.close()


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    """One of which parts are killed."""
    cluster = DaskCluster(tmp_path / "dask")
    yield cluster
    cluster.close()


def view(table: Table, query: Query, folder: Path, means: Means, see: Any = None) -> list[int]:
    job = ViewJob(moment=table.moment(), query=query, out=str(folder / "ids"))
    answer = do_job(job, see or (lambda done: None), means)
    assert isinstance(answer, FoundRows), answer
    return [int(row) for row in read_all(answer.ids)]


def test_the_same_rows_as_here(table: Table, cluster: DaskCluster) -> None:
    with client_of(cluster) as client:
        executor = DaskExecutor(client)
        for query in QUESTIONS:
            assert rows_in_parts(executor, table, query) == rows_at_once(table, query), query


def test_the_same_profiles_as_here(table: Table, cluster: DaskCluster) -> None:
    with client_of(cluster) as client:
        executor = DaskExecutor(client)
        assert profiles_in_parts(executor, table) == profiles_at_once(table)


def test_tasks_say_what_they_do(table: Table, cluster: DaskCluster) -> None:
    with client_of(cluster) as client:
        executor = DaskExecutor(client)
        held = executor.start("tsvshare-sort-part", len, [])
        assert executor.result(held) == 0
        from dask.utils import key_split

        assert key_split(held.future.key) == "tsvshare-sort-part"  # type: ignore[attr-defined]


def test_an_error_of_a_task_is_that_of_the_question(tmp_path: Path, cluster: DaskCluster) -> None:
    with client_of(cluster) as client:
        executor = DaskExecutor(client)
        held = executor.start("tsvshare-fail", fail_by_name, "there is none")
        with pytest.raises(ValueError, match="there is none"):
            executor.result(held)


def test_an_error_of_a_worker_s_system_is_that_of_the_cluster(cluster: DaskCluster) -> None:
    with client_of(cluster) as client:
        executor = DaskExecutor(client)
        held = executor.start("tsvshare-fail", os.listdir, "/there/is/none")
        with pytest.raises(ClusterAway, match="there/is/none"):
            executor.result(held)


fail_by_name = int
"""A function that every worker has."""


def test_a_worker_that_is_killed_costs_only_time(table: Table, own_cluster: DaskCluster) -> None:
    killed: list[int] = []

    def kill_one(done: float) -> None:
        if done >= 0.4 and not killed:
            killed.append(own_cluster.workers[0].pid)
            own_cluster.workers[0].kill()

    from tsvshare_widget.table.parts.questions import find_rows_in_parts

    with client_of(own_cluster) as client:
        some = find_rows_in_parts(DaskExecutor(client), table.moment(), SORT, kill_one, 1_000)
        rows = [int(row) for part in some for row in part]
    assert killed
    assert rows == rows_at_once(table, SORT)


def test_without_a_scheduler_it_is_answered_here(
    table: Table, own_cluster: DaskCluster, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cluster = Cluster(own_cluster.address, 0)
    means = Means(cluster=cluster)
    with client_of(own_cluster):
        assert view(table, SORT, tmp_path, means) == rows_at_once(table, SORT)
    assert not capfd.readouterr().err

    def kill(done: float) -> None:
        own_cluster.scheduler.kill()

    (tmp_path / "ids").unlink()
    assert view(table, SORT, tmp_path, means, kill) == rows_at_once(table, SORT)
    assert "the Dask cluster at" in capfd.readouterr().err
    assert not cluster.takes(table.moment(), SORT)  # it is not asked again for a while
    cluster.close()


def test_a_scheduler_that_comes_back_is_asked_again(
    table: Table,
    own_cluster: DaskCluster,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts_cluster, "AWAY_SECONDS", 0.0)
    means = Means(cluster=Cluster(own_cluster.address, 0))
    right = rows_at_once(table, SORT)
    with client_of(own_cluster):
        assert view(table, SORT, tmp_path, means) == right
    own_cluster.kill_scheduler()
    (tmp_path / "ids").unlink()
    assert view(table, SORT, tmp_path, means) == right  # found here
    assert "no scheduler of Dask answers" in capfd.readouterr().err
    own_cluster.restart()
    with client_of(own_cluster) as client:
        before = transitions(client)
        (tmp_path / "ids").unlink()
        assert view(table, SORT, tmp_path, means) == right
        assert transitions(client) > before
    assert not capfd.readouterr().err
    means.cluster.close()


def test_who_goes_frees_the_cluster(table: Table, cluster: DaskCluster) -> None:
    with client_of(cluster) as client:
        asking = subprocess.Popen(
            [sys.executable, "-c", FOR_EVER, cluster.address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert asking.stdin is not None
        assert asking.stdout is not None
        with asking.stdin, asking.stdout:
            asking.stdin.write(msgspec.json.encode(table.moment()))
            asking.stdin.close()
            assert asking.stdout.readline()
            asking.kill()
            asking.wait()
        wait_for(lambda: not any(client.processing().values()) and not client.who_has())


def test_a_relay_asks_the_cluster(table: Table, cluster: DaskCluster, tmp_path: Path) -> None:
    settings = Settings(dask=cluster.address, dask_from=0)

    async def ask(query: Query) -> list[int]:
        pool = WorkerPool(settings, Metrics())
        try:
            job = ViewJob(moment=table.moment(), query=query, out=str(tmp_path / "ids"))
            answer = await pool.run(job)
        finally:
            await pool.stop()
        assert isinstance(answer, FoundRows)
        return [int(row) for row in read_all(answer.ids)]

    with client_of(cluster) as client:
        before = transitions(client)
        assert asyncio.run(ask(SORT)) == rows_at_once(table, SORT)
        assert transitions(client) > before
        (tmp_path / "ids").unlink()
        hostile = Query(filters=(Filter(column=3, op="matches", value="(h+)+$"),))
        after = transitions(client)
        assert asyncio.run(ask(hostile)) == rows_at_once(table, hostile)
        assert transitions(client) == after  # a pattern is tried where it can be stopped


def test_what_is_for_the_cluster(table: Table) -> None:
    moment = table.moment()
    cluster = Cluster("tcp://127.0.0.1:1", moment.facts.bytes)
    assert cluster.takes(moment, SORT)
    assert not Cluster("tcp://127.0.0.1:1", moment.facts.bytes + 1).takes(moment, SORT)
    hostile = Query(filters=(Filter(column=3, op="matches", value="(a+)+$"),))
    assert not cluster.takes(moment, hostile)


def test_a_table_that_a_worker_does_not_find(
    table: Table, cluster: DaskCluster, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    moment = table.moment()
    asked = Cluster(cluster.address, 0)

    def question(executor: Any) -> str:
        raise Stale("the files of the table are gone")

    assert asked.ask(moment, question, lambda: "found here", lambda: None) == "found here"
    assert "a worker cannot read the table" in capfd.readouterr().err
    gone = msgspec.structs.replace(moment, folder=str(tmp_path / "nowhere"))
    asked = Cluster(cluster.address, 0)
    with pytest.raises(Stale):
        asked.ask(gone, question, lambda: "found here", lambda: None)
    asked.close()
