"""Who answers in time is heard, however late this process is to listen."""

import asyncio
import socket
import time

import pytest
from patience import PATIENCE

from tsvshare_widget.relay.storage.own_time import MOST_TIMES, others_take

LIMIT = 0.2


def wait_for_word(meanwhile):
    """Wait ``LIMIT`` for another side, which ``meanwhile`` is called with."""

    async def run():
        here, there = socket.socketpair()
        here.setblocking(False)
        with here, there:
            asyncio.get_running_loop().call_soon(meanwhile, there)
            async with others_take(LIMIT):
                return await asyncio.get_running_loop().sock_recv(here, 1)

    return asyncio.run(run())


def test_what_came_while_the_loop_was_held_up_counts():
    def answer(there):
        there.send(b"x")
        time.sleep(2 * LIMIT)  # somebody else's work, on the loop

    assert wait_for_word(answer) == b"x"


def test_who_says_nothing_has_so_much_time():
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        wait_for_word(lambda there: None)
    assert LIMIT <= time.monotonic() - began < PATIENCE


@pytest.mark.exhaustive
def test_a_loop_that_is_always_held_up_is_no_excuse():
    def hold_up(there):
        time.sleep(LIMIT)
        asyncio.get_running_loop().call_soon(hold_up, there)

    began = time.monotonic()
    with pytest.raises(TimeoutError):
        wait_for_word(hold_up)
    assert MOST_TIMES * LIMIT <= time.monotonic() - began < PATIENCE
