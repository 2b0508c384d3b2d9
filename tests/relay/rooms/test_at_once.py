"""What a frame that is sent at once relies on in Tornado's streams, with real sockets."""

import asyncio
import functools
import os
import socket
import ssl
from contextlib import contextmanager
from pathlib import Path

import pytest
from tornado.iostream import SSLIOStream

from tsvshare_widget.relay.rooms.at_once import FILE_BYTES, FILE_VIEWERS, is_idle, sending
from tsvshare_widget.relay.streams import Memories, PlainStream

TLS = Path(__file__).parents[2] / "fixtures" / "tls"

SMALL, LARGE = b"a frame", bytes(range(256)) * (FILE_BYTES // 128)


def in_a_loop(test):
    """Run a test within an event loop of its own."""

    @functools.wraps(test)
    def run(**given):
        asyncio.run(test(**given))

    return run


@contextmanager
def ends():
    """A stream and the socket at its other end, with little room between them."""
    here, there = socket.socketpair()
    for end in (here, there):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        end.setblocking(False)
    stream = PlainStream(here, Memories())  # as those of viewers are
    yield stream, there
    stream.close()
    there.close()


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


async def read(there, size):
    data = b""
    while len(data) < size:
        data += await asyncio.get_running_loop().sock_recv(there, size - len(data))
    return data


@pytest.mark.parametrize("n_viewers", [1, FILE_VIEWERS])
@in_a_loop
async def test_a_frame_goes_out_whole_and_nothing_waits(n_viewers):
    with ends() as (stream, there):
        with sending(SMALL, n_viewers) as send:
            assert send(stream) == len(SMALL)
        assert await read(there, len(SMALL)) == SMALL
        assert is_idle(stream)


@pytest.mark.parametrize("n_viewers", [1, FILE_VIEWERS])
@in_a_loop
async def test_what_was_not_taken_follows_by_the_stream(n_viewers):
    with ends() as (stream, there):
        frame = LARGE * 20
        with sending(frame, n_viewers) as send:
            taken = send(stream)
            assert 0 < taken < len(frame)
            rest = stream.write(memoryview(frame)[taken:])
            assert not is_idle(stream)
            assert send(stream) == 0
        assert await read(there, len(frame)) == frame
        await rest
        assert is_idle(stream)


@in_a_loop
async def test_a_full_socket_takes_nothing():
    with ends() as (stream, _), sending(LARGE, 1) as send:
        while send(stream) == len(LARGE):
            pass
        assert send(stream) == 0


@in_a_loop
async def test_a_stream_that_is_closed_or_whose_other_end_has_gone_takes_nothing():
    with ends() as (stream, there):
        there.close()
        for n_viewers in (1, FILE_VIEWERS):
            with sending(LARGE, n_viewers) as send:
                assert send(stream) == 0
        stream.close()
        with sending(SMALL, 1) as send:
            assert send(stream) == 0


@in_a_loop
async def test_what_is_encrypted_is_left_to_the_stream():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    here, there = socket.socketpair()
    here.setblocking(False)
    wrapped = context.wrap_socket(here, server_side=True, do_handshake_on_connect=False)
    stream = SSLIOStream(wrapped)
    with sending(SMALL, 1) as send:
        assert send(stream) == 0
    stream.close()
    there.close()


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="files in memory are Linux's")
@in_a_loop
async def test_a_file_in_memory_is_closed_after_it():
    with ends() as (stream, _):
        before = open_files()
        with sending(LARGE, FILE_VIEWERS) as send:
            assert open_files() == before + 1
            send(stream)
        assert open_files() == before
