"""Messages of one viewer that wait until those before them have been handled."""

import asyncio
import functools

import pytest

from tsvshare_widget.relay.web.inbox import MOST_BYTES, MOST_WAITING, Inbox


async def settle():
    """Let everything happen that waits for nothing but its turn."""
    for _ in range(20 * MOST_WAITING):
        await asyncio.sleep(0)


@pytest.mark.parametrize("size", [1, MOST_BYTES // 4])
def test_no_more_is_read_while_much_waits(size):
    """Some fit, the next one has to wait, and all are handled in the order in which they came."""

    async def fill():
        inbox, gate, handled = Inbox(), asyncio.Event(), []

        async def handle(number):
            await gate.wait()
            handled.append(number)

        async def put_all():
            for number in range(2 * MOST_WAITING):
                put.append(number)
                await inbox.put(functools.partial(handle, number), size)

        put = []
        putting = asyncio.create_task(put_all())
        await settle()
        fit = min(MOST_WAITING, MOST_BYTES // size)
        assert fit <= len(put) <= fit + 2 < 2 * MOST_WAITING
        gate.set()
        await putting
        await settle()
        assert handled == put == list(range(2 * MOST_WAITING))

    asyncio.run(fill())


def test_a_message_is_handled_and_its_change_shown_before_more_is_read():
    async def hear():
        inbox, seen = Inbox(), []

        async def show():
            seen.append("shown")

        async def handle():
            seen.append("handled")
            shown.append(asyncio.create_task(show()))

        shown = []
        await inbox.put(handle, 1)
        return seen

    assert asyncio.run(hear()) == ["handled", "shown"]
