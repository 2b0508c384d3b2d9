"""What processes say to each other: in order, and of what stands for itself only the newest."""

import asyncio
import contextlib
import socket
import sys

import pytest

from tsvshare_widget.relay.edges import channel as channel_module
from tsvshare_widget.relay.edges.channel import Channel, ProcessPipe

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")


def between(talk):
    """Run ``talk`` with both ends of a channel."""

    async def run():
        ends = [await asyncio.open_unix_connection(sock=end) for end in socket.socketpair()]
        one, other = (Channel(ProcessPipe(*end)) for end in ends)
        try:
            await talk(one, other)
        finally:
            await asyncio.gather(one.close(), other.close())

    asyncio.run(run())


async def heard(channel, number):
    found = []
    async with contextlib.aclosing(channel.messages()) as messages:
        async for message in messages:
            found.append(message)
            if len(found) == number:
                break
    return found


def test_messages_come_whole_and_in_order():
    async def talk(one, other):
        said = [b"", b"a", b"x" * 3_000_000, b"b"]
        for message in said:
            one.send(message)
        assert await heard(other, len(said)) == said

    between(talk)


def test_of_snapshots_that_wait_the_newest_goes_in_the_place_of_the_first():
    async def talk(one, other):
        one.send_newest("page", b"1")
        one.send(b"joined")
        one.send_newest("page", b"2")
        one.send_newest("people", b"3")
        one.send_newest("page", b"4")
        assert await heard(other, 3) == [b"4", b"joined", b"3"]
        one.send_newest("page", b"5")
        assert await heard(other, 1) == [b"5"]

    between(talk)


def test_who_takes_nothing_is_owed_little():
    async def talk(one, other):
        for number in range(100):
            one.send_newest("page", bytes([number]) * 1_500_000)
            await asyncio.sleep(0)
        assert one.has_much
        assert one._bytes < 10_000_000
        *_, last = await heard(other, 2)
        assert last[0] == 99
        assert not one.has_much

    between(talk)


def test_what_was_said_goes_out_before_the_end():
    async def talk(one, other):
        one.send(b"x" * 3_000_000)
        one.send(b"bye")
        hearing = asyncio.create_task(heard(other, 3))
        await one.close()
        assert [len(message) for message in await hearing] == [3_000_000, 3]

    between(talk)


def test_a_line_on_which_nothing_is_said_is_ended(monkeypatch):
    monkeypatch.setattr(channel_module, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(channel_module, "SILENT_SECONDS", 0.1)

    async def talk(one, other):
        await asyncio.gather(one.end_with_silence(b"beat"), heard(one, 1))
        assert (await heard(other, 2)) == [b"beat", b"beat"]

    between(talk)
