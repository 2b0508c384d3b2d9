"""Connections taken in, as long as there are file descriptors for them.

A process may have so many files and connections open, and no more.  The last ones are kept for
the relay's own files: who is in is served, and who comes later waits in the system's queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import ssl
from collections.abc import Callable
from typing import Any

from tornado.ioloop import IOLoop
from tornado.iostream import IOStream

from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.storage.descriptors import most_descriptors
from tsvshare_widget.relay.streams import Memories, PlainStream, SecureStream

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
"""Seconds until connections are taken in again, if there was no descriptor left."""

AT_ONCE = 2
"""Connections taken in before others have their turn."""

MOST_KEPT = 128
"""Descriptors kept for the relay's own files; a quarter of what there is, if that is less."""


class Acceptor:
    """Takes in the connections of ``listener``, each of which ``serve`` gets with its address.

    With ``tls`` nothing but that is spoken on them.  ``make_room`` is called if there are too many:
    it gives up descriptors that can be spared.
    """

    def __init__(
        self,
        listener: socket.socket,
        serve: Callable[[IOStream, Any], object],
        metrics: Metrics,
        *,
        max_buffer_size: int,
        make_room: Callable[[], object],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._listener = listener
        self._serve = serve
        self._metrics = metrics
        self._max_buffer_size = max_buffer_size
        self._memories = Memories()
        self._make_room = make_room
        self._tls = tls
        self._has_said = False
        self._later: asyncio.TimerHandle | None = None
        self._listening = False

    def start(self) -> None:
        """Begin to take in connections, or go on after a pause."""
        self._later = None
        self._listening = True
        IOLoop.current().add_handler(self._listener, self._accept, IOLoop.READ)

    def stop(self) -> None:
        """Listen no more."""
        if self._later is not None:
            self._later.cancel()
        self._stop_listening()
        self._listener.close()

    def _stop_listening(self) -> None:
        if self._listening:
            self._listening = False
            IOLoop.current().remove_handler(self._listener)

    def _accept(self, *_: object) -> None:
        for _number in range(AT_ONCE):
            if not self._listening:
                return
            try:
                self._check_descriptors()
                connection, address = self._listener.accept()
            except BlockingIOError:
                self._has_said = False
                return
            except (ConnectionError, InterruptedError):
                continue  # who came has gone already
            except OSError as error:
                self._pause(error)
                return
            with contextlib.suppress(OSError):  # who came has gone already
                self._serve(self._stream(connection), address)

    def _stream(self, connection: socket.socket) -> IOStream:
        kind = PlainStream
        if self._tls is not None:
            kind = SecureStream
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return kind(connection, self._memories, max_buffer_size=self._max_buffer_size)

    def _check_descriptors(self) -> None:
        """Raise :class:`OSError` if the next descriptor is one of those kept for files."""
        most = most_descriptors()
        lowest_free = os.dup(self._listener.fileno())
        os.close(lowest_free)
        if lowest_free >= most - min(MOST_KEPT, most // 4):
            raise OSError(f"{most} files and connections may be open, and the rest is kept")

    def _pause(self, error: OSError) -> None:
        self._metrics.count("accept_pauses")
        if not self._has_said:
            self._has_said = True
            log.warning(
                "no more connections are taken in until some have gone: %s. The limit is that of "
                "open files (ulimit -n)",
                error,
            )
        self._make_room()
        self._stop_listening()
        self._later = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self.start)
