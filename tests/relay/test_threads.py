"""Threads for one kind of work."""

import asyncio
import threading

from tsvshare_widget.relay.asker import NOBODY
from tsvshare_widget.relay.threads import FairThreads


def test_what_comes_one_after_the_other_is_done_by_one_thread():
    threads = FairThreads("test", 2)

    async def who():
        return {await threads.run(NOBODY, lambda _: threading.get_ident()) for _ in range(200)}

    assert len(asyncio.run(who())) == 1
    threads.stop()


def test_what_comes_at_once_is_done_by_several():
    threads = FairThreads("test", 2)
    both = threading.Barrier(2)

    async def who():
        work = (threads.run(NOBODY, lambda _: both.wait()) for _ in range(2))
        return await asyncio.gather(*work)

    assert sorted(asyncio.run(who())) == [0, 1]
    threads.stop()
