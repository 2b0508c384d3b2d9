"""The processes that answer questions: who works, who waits, and how each of them ends."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from patience import PATIENCE

from tsvshare_widget.errors import Stale, TooMuchMemory, TooSlow, TSVShareError, Unavailable
from tsvshare_widget.query import Filter, Query
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.queries import pool as workers
from tsvshare_widget.relay.queries.pool import WorkerPool
from tsvshare_widget.relay.queries.process import KILLED, Worker
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.table import Facts, Moment
from tsvshare_widget.table.worker.jobs import ViewJob

ANSWERING = [sys.executable, str(Path(__file__).parents[2] / "fixtures" / "answering.py")]

NOTHING = Moment(folder="", generation=0, headers=0, facts=Facts())


def job(search="", *filters):
    return ViewJob(moment=NOTHING, query=Query(search=search, filters=filters), out="out")


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until(condition):
    async with asyncio.timeout(PATIENCE):
        while not (found := condition()):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return found


def with_pool(test, command=ANSWERING, **settings):
    """Run ``test`` with a pool, and stop that in the end."""

    async def main():
        pool = WorkerPool(Settings(**settings), Metrics(), command)
        try:
            return await test(pool)
        finally:
            await pool.stop()
            assert not pool.pids

    return asyncio.run(main())


async def pid_of_worker(pool, search=""):
    """Have a job done, and return the number of the process that did it."""
    return (await pool.run(job(search))).ids.count


def test_a_process_is_used_again_and_ends_with_the_pool():
    async def twice(pool):
        return await pid_of_worker(pool), await pid_of_worker(pool)

    first, second = with_pool(twice)
    assert first == second
    assert not exists(first)


def test_no_process_is_started_before_there_is_work():
    async def nothing(pool):
        return pool.pids, pool._idle, pool._aside

    assert with_pool(nothing) == (set(), [], set())


def test_a_process_that_was_prepared_gets_the_first_job():
    async def prepared(pool):
        pool.prepare()
        pool.prepare()
        await until(lambda: pool._idle)
        pids = [worker.pid for worker in pool._idle]
        return pids, await pid_of_worker(pool)

    pids, pid = with_pool(prepared)
    assert pids == [pid]


def test_only_so_many_work_at_once_and_the_others_wait_in_order():
    order = []

    async def many(pool):
        async def one(number):
            await pool.run(job())
            order.append(number)

        working = asyncio.create_task(pool.run(job("work")))
        await until(lambda: pool.pids)
        others = [asyncio.create_task(one(number)) for number in range(5)]
        await until(lambda: len(pool.pids) == 2 or others[-1].done())
        await asyncio.gather(*others)
        working.cancel()
        return len(pool._idle)

    assert with_pool(many, workers=2) == 1
    assert order == [0, 1, 2, 3, 4]


def test_what_is_cancelled_is_gone_at_once_and_another_process_takes_its_place():
    async def cancel(pool):
        heard = []
        task = asyncio.create_task(pool.run(job("work"), heard.append))
        await until(lambda: heard)
        (pid,) = pool.pids
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await until(lambda: not exists(pid))  # by itself it would never end
        other = await until(lambda: pool._idle)
        return pid, other[0].pid

    pid, other = with_pool(cancel)
    assert pid != other


def test_who_is_cancelled_while_waiting_leaves_the_queue():
    async def cancel(pool):
        task = asyncio.create_task(pool.run(job("work")))
        await until(lambda: pool.pids)
        waiting = asyncio.create_task(pool.run(job("work")))
        last = asyncio.create_task(pool.run(job()))
        await asyncio.sleep(0)
        waiting.cancel()
        task.cancel()
        await last
        return waiting.cancelled(), task.cancelled() or task.cancelling()

    assert with_pool(cancel, workers=1) == (True, True)


PATTERN = Filter(column=0, op="matches", value="(a+)+$")


def test_a_regular_expression_that_does_not_get_on_is_stopped():
    async def hang(pool):
        with pytest.raises(TooSlow, match=r"regular expression '\(a\+\)\+\$'"):
            await pool.run(job("hang", PATTERN))
        return await pid_of_worker(pool)

    assert with_pool(hang, query_stall_seconds=0.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("search", "filters", "stall", "most"), [("work", [PATTERN], 2.0, 2.5), ("hang", [], 0.1, 0.5)]
)
def test_other_jobs_have_more_time_but_not_for_ever(search, filters, stall, most):
    async def work(pool):
        begun = time.monotonic()
        with pytest.raises(TooSlow):
            await pool.run(job(search, *filters))
        return time.monotonic() - begun

    assert with_pool(work, query_stall_seconds=stall, query_seconds=most) >= most


def test_what_a_process_refuses_is_raised():
    async def fail(pool):
        with pytest.raises(Stale, match="read anew"):
            await pool.run(job("fail"))

    with_pool(fail)


def test_a_process_that_fails_is_told_of_in_the_log(caplog):
    async def crash(pool):
        with pytest.raises(TSVShareError, match="exit 1"):
            await pool.run(job("crash"))
        return await pid_of_worker(pool)

    with caplog.at_level(logging.WARNING):
        assert with_pool(crash)
    assert "something is wrong" in caplog.text


def test_a_process_killed_from_outside_leaves_the_pool_in_order():
    async def killed(pool):
        task = asyncio.create_task(pool.run(job("work")))
        (pid,) = await until(lambda: pool.pids)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(TooMuchMemory, match="too little memory"):
            await task
        pid = await pid_of_worker(pool)
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not exists(pid))
        await until(lambda: any(not worker.alive for worker in pool._idle))
        return pid, [await pid_of_worker(pool) for _ in range(2)]

    pid, others = with_pool(killed)
    assert pid not in others


def test_a_process_that_is_killed_again_and_again_ends_as_one_that_was_killed(caplog):
    async def kill(times):
        worker = await Worker.start([sys.executable, "-S", "-c", "input()"])
        for _ in range(times):
            worker.kill()
        await worker.end()
        return worker.exit_code

    async def several():
        return [await kill(300) for _ in range(5)]

    assert asyncio.run(several()) == [KILLED] * 5
    assert not caplog.records


def test_an_idle_process_ends(monkeypatch):
    monkeypatch.setattr(workers, "IDLE_SECONDS", 0.1)

    async def idle(pool):
        pid = await pid_of_worker(pool)
        await until(lambda: not exists(pid))
        return pool._idle, await pid_of_worker(pool) != pid

    assert with_pool(idle) == ([], True)


def test_a_program_that_cannot_be_started_is_told_of():
    async def run(pool):
        with pytest.raises(Unavailable, match="cannot start a process"):
            await pool.run(job())

    with_pool(run, ["/nowhere/at/all"])


def test_a_stopped_pool_takes_no_more():
    async def stopped(pool):
        task = asyncio.create_task(pool.run(job("work")))
        await until(lambda: pool.pids)
        await pool.stop()
        with pytest.raises(TSVShareError):
            await task
        with pytest.raises(Unavailable, match="going away"):
            await pool.run(job())

    with_pool(stopped)


def test_what_was_done_is_counted():
    async def count(pool):
        await pool.run(job())
        with contextlib.suppress(Stale):
            await pool.run(job("fail"))
        return pool._metrics.text()

    text = with_pool(count)
    assert 'tsvshare_queries_total{result="ok"} 1' in text
    assert 'tsvshare_queries_total{result="stale"} 1' in text
