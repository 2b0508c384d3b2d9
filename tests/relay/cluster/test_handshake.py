"""Relays of one cluster know each other, and nobody else."""

import asyncio
import socket

import pytest
from tls_fixture import TLS_CERT, TLS_KEY
from tornado.iostream import IOStream, SSLIOStream

from tsvshare_widget.relay.cluster.handshake import LENGTH, answer, call, certificate_in
from tsvshare_widget.relay.cluster.peer import _any_certificate
from tsvshare_widget.relay.listening import TlsFiles


def between(caller_knows, called_knows, *, tls=False, certificate=b"", secret_anew=None):
    """What comes of a handshake at both ends."""

    async def secret(is_anew):
        return secret_anew if is_anew and secret_anew else called_knows

    async def run():
        ends = socket.socketpair()
        caller: IOStream
        called: IOStream
        if tls:
            context = TlsFiles(TLS_CERT, TLS_KEY).context()
            accepted = context.wrap_socket(ends[1], server_side=True, do_handshake_on_connect=False)
            called = secured = SSLIOStream(accepted)
            shaken = secured.wait_for_handshake()
            caller = await IOStream(ends[0]).start_tls(False, _any_certificate())
            await shaken
        else:
            caller, called = map(IOStream, ends)
        asked = asyncio.gather(
            call(caller, "viewers", caller_knows),
            answer(called, certificate, secret),
            return_exceptions=True,
        )
        try:
            return await asked
        finally:
            caller.close()
            called.close()

    return asyncio.run(run())


def test_who_knows_the_secret_is_let_in():
    assert between("secret", "secret") == ["", "viewers"]


def test_who_does_not_is_not():
    assert between("wrong", "secret") == ["secret", None]


def test_a_secret_that_has_changed_is_asked_for_anew():
    assert between("new", "old", secret_anew="new") == ["", "viewers"]


def test_the_proof_is_of_the_certificate_that_is_shown():
    shown = certificate_in(TLS_CERT)
    assert between("secret", "secret", tls=True, certificate=shown) == ["", "viewers"]
    assert between("secret", "secret", tls=True, certificate=b"another") == ["secret", None]


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", LENGTH.pack(3) + b"abc"])
def test_who_says_something_else_is_turned_away(said):
    async def run():
        ends = [IOStream(end) for end in socket.socketpair()]
        await ends[0].write(said)
        try:
            await answer(ends[1], b"", lambda is_anew: asyncio.sleep(0, "secret"))
        finally:
            for end in ends:
                end.close()

    with pytest.raises(ConnectionError):
        asyncio.run(run())
