"""Processes that are shared by several documents, and processes that end while they start."""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import cast

import pytest
from patience import PATIENCE

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.query import Query
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.queries.pool import WorkerPool
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.table import Facts, Moment
from tsvshare_widget.table.worker.jobs import FoundRows, ViewJob

ANSWERING = [sys.executable, str(Path(__file__).parents[2] / "fixtures" / "answering.py")]


def job(search, table):
    moment = Moment(folder=table, generation=0, headers=0, facts=Facts())
    return ViewJob(moment=moment, query=Query(search=search), out="out")


@pytest.mark.parametrize("steps", [0, 1, 3, 10])
@pytest.mark.parametrize("cancel", [True, False])
def test_a_pool_that_stops_while_a_process_starts_leaves_nothing_behind(caplog, steps, cancel):
    async def main():
        pool = WorkerPool(Settings(), Metrics(), ANSWERING)
        asking = asyncio.create_task(pool.run(job("", "a")))
        for _ in range(steps):
            await asyncio.sleep(0)
        if cancel:
            asking.cancel()
        await pool.stop()
        with contextlib.suppress(asyncio.CancelledError, Unavailable):
            await asking
        return pool._aside, pool._idle, pool.pids

    # A process that is left would be told of as a warning, which is an error here.
    assert asyncio.run(main()) == (set(), [], set())
    assert not caplog.records


def test_a_process_whose_asker_has_gone_serves_the_next_one():
    async def main():
        pool = WorkerPool(Settings(), Metrics(), ANSWERING)
        asking = asyncio.create_task(pool.run(job("", "a")))
        await asyncio.sleep(0.001)
        asking.cancel()
        async with asyncio.timeout(PATIENCE):
            while not pool._idle:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        (pid,) = [worker.pid for worker in pool._idle]
        answer = cast(FoundRows, await pool.run(job("", "a")))
        await pool.stop()
        return pid, answer.ids.count

    pid, worked = asyncio.run(main())
    assert pid == worked


def test_two_long_questions_about_one_table_do_not_keep_others_out():
    async def main():
        pool = WorkerPool(Settings(workers=2), Metrics(), ANSWERING)
        long = [asyncio.create_task(pool.run(job("work", "a"))) for _ in range(2)]
        async with asyncio.timeout(PATIENCE):
            while len(pool.pids) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            before = pool.pids
            await pool.run(job("", "b"))
            while len(pool.pids) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        after = pool.pids
        for asking in long:
            asking.cancel()
        await asyncio.wait(long)
        await pool.stop()
        return len(before & after), [asking.cancelled() for asking in long]

    assert asyncio.run(main()) == (1, [True, True])
