"""Much at once: whoever brings much is read in large pieces, in order, and few at a time are."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
from collections.abc import Coroutine
from typing import Any

import pytest
from patience import PATIENCE
from tls_fixture import TLS_CERT, TLS_KEY, trusting
from tornado.iostream import IOStream, StreamClosedError

from tsvshare_widget.relay import streams
from tsvshare_widget.relay.streams import LARGE_BYTES, Memories, PlainStream, SecureStream

SMALL = 1 << 16
BODY = random.Random(20).randbytes(5 * LARGE_BYTES + 12_345)


def connected(memories: Memories) -> tuple[socket.socket, PlainStream]:
    """A sender, and the stream that reads what it sends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sender = socket.create_connection(listener.getsockname())
        receiver, _ = listener.accept()
    stream = PlainStream(receiver, memories, max_buffer_size=LARGE_BYTES)
    stream.may_bring_much = True
    return sender, stream


async def connected_by_tls(memories: Memories) -> tuple[socket.socket, PlainStream]:
    """The same with TLS."""
    sender, plain = connected(memories)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS_CERT, TLS_KEY)
    receiver = plain.socket.dup()
    plain.close()
    receiver.setblocking(False)
    wrapped = context.wrap_socket(receiver, server_side=True, do_handshake_on_connect=False)
    stream = SecureStream(wrapped, memories, max_buffer_size=LARGE_BYTES)
    stream.may_bring_much = True
    secured, _ = await asyncio.gather(
        asyncio.to_thread(trusting().wrap_socket, sender, server_hostname="localhost"),
        stream.wait_for_handshake(),
    )
    return secured, stream


async def piece_of(stream: PlainStream) -> bytes | memoryview:
    return await asyncio.wait_for(stream.read_bytes(LARGE_BYTES, partial=True), PATIENCE)


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(main)


@pytest.mark.parametrize("tls", [False, True])
def test_what_comes_fast_is_read_in_large_pieces_and_in_order(*, tls: bool) -> None:
    async def main() -> None:
        memories = Memories()
        sender, stream = await connected_by_tls(memories) if tls else connected(memories)
        sending = asyncio.create_task(asyncio.to_thread(sender.sendall, BODY))
        read = bytearray()
        is_borrowed = False
        while len(read) < len(BODY):
            piece = await piece_of(stream)
            is_borrowed |= isinstance(piece, memoryview)
            read += piece
        await sending
        sender.close()
        assert read == BODY  # with TLS in records of 16 KB
        assert is_borrowed
        with pytest.raises(StreamClosedError):
            await piece_of(stream)
        assert stream.closed()

    run(main())


def test_who_is_slow_takes_no_memory_and_gives_it_back() -> None:
    async def main() -> None:
        memories = Memories()
        sender, stream = connected(memories)
        with sender:
            sender.sendall(b"a few bytes")
            assert await piece_of(stream) == b"a few bytes"
            assert memories.taken == 0
            sender.sendall(bytes(SMALL))
            read = 0
            while read < SMALL:  # at once, unless the system delivers it in parts
                read += len(await piece_of(stream))
            sender.sendall(b"the end")
            assert bytes(await piece_of(stream)) == b"the end"
            assert memories.taken == 0
        stream.close()

    run(main())


def test_only_so_many_read_much_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_LARGE", 1)

    async def main() -> None:
        memories = Memories()
        both = [connected(memories) for _ in range(2)]
        sending = [asyncio.create_task(asyncio.to_thread(s.sendall, BODY)) for s, _ in both]
        for sender, stream in both:
            read = bytearray()
            while len(read) < len(BODY):
                read += await piece_of(stream)
                assert memories.taken <= 1
            assert read == BODY
            stream.close()
            sender.close()
        await asyncio.gather(*sending)

    run(main())


def test_another_read_gives_the_memory_back() -> None:
    async def main() -> None:
        memories = Memories()
        sender, stream = connected(memories)
        sending = asyncio.create_task(asyncio.to_thread(sender.sendall, BODY))
        read = 0
        while read < len(BODY):
            read += len(await piece_of(stream))
        await sending
        sender.sendall(b"a line\n")
        assert await asyncio.wait_for(stream.read_until(b"\n"), PATIENCE) == b"a line\n"
        sender.sendall(b"two")
        assert await asyncio.wait_for(stream.read_bytes(3), PATIENCE) == b"two"
        assert memories.taken == 0
        stream.close()
        sender.close()

    run(main())


def test_a_connection_takes_no_more_memory_than_one_of_tornado() -> None:
    """There are many of them: see ``__slots__``."""

    async def main() -> None:
        sender, stream = connected(Memories())
        usual = IOStream(socket.socket())
        assert vars(stream).keys() == vars(usual).keys()
        stream.close()
        usual.close()
        sender.close()

    run(main())
