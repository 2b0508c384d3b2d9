"""Rows sent to the end of a document's table, one request after the other over one connection."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import secrets
import threading
import time
from urllib.parse import urlencode

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.protocol import TableState, encode

from .http import connect, decode_answer, key_headers, own_errors
from .link import Link
from .peeking import has_answered

MAX_IDLE_SECONDS = 20.0
"""Seconds after which a connection is not used again: a proxy may be about to close it."""

RETRY_SECONDS = 0.5
"""Seconds between two attempts to reach a relay."""


class Appender:
    """Appends to one document; from any thread, one piece at a time.

    ``cid`` is the :attr:`Connection.cid` of who appends.
    """

    def __init__(self, link: Link, cid: str | None = None) -> None:
        self.link = link
        self._cid = cid or f"a{secrets.token_hex(6)}"
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0

    def append(
        self, more: bytes | list[list[str]], *, table: str, timeout: float | None = 30.0
    ) -> TableState:
        """Put ``more`` at the end of the table with this id; returns its state when it is there.

        Bytes are lines as they would stand in the file; rows of cells are written as the table is
        read.  A relay that cannot be reached is tried again for ``timeout`` seconds; nothing is
        added twice.  Raises what the relay objects (:class:`Stale` if that table was replaced,
        ``NotYet``, ``Forbidden``, ``TooLarge``, ``BadValue``...), :class:`Unavailable` and
        :class:`TimedOut`: only then it is not known whether the rows are there.
        """
        target = self._target(table, as_rows=not isinstance(more, bytes))
        body = more if isinstance(more, bytes) else encode(more)
        give_up = float("inf") if timeout is None else time.monotonic() + timeout
        with self._lock:
            while True:
                try:
                    return self._post(target, body, timeout)
                except Unavailable:
                    if time.monotonic() + RETRY_SECONDS > give_up:
                        raise
                time.sleep(RETRY_SECONDS)

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()

    def _target(self, table: str, *, as_rows: bool) -> str:
        query = {"table": table, "cid": self._cid, "id": f"{self._cid}:append{next(self._numbers)}"}
        if as_rows:
            query["format"] = "rows"
        return f"{self.link.path}/table?{urlencode(query)}"

    def _post(self, target: str, body: bytes, timeout: float | None) -> TableState:
        base = self.link.base
        headers = key_headers(self.link)
        with own_errors(base, timeout):
            try:
                connection = self._ready(timeout)
                connection.request("POST", target, body=body, headers=headers)
                response = connection.getresponse()
                state = decode_answer(base, response, TableState)
            except BaseException:
                self._drop()  # what may still come over it is no answer to the next request
                raise
        if response.will_close:
            self._drop()
        self._used = time.monotonic()
        return state

    def _ready(self, timeout: float | None) -> http.client.HTTPConnection:
        """The connection of the last time if it is as good as new, or else a new one."""
        kept = self._connection
        if kept is not None and kept.sock is not None:
            if time.monotonic() - self._used < MAX_IDLE_SECONDS and not has_answered(kept):
                kept.sock.settimeout(timeout)
                return kept
            self._drop()
        self._connection = connect(self.link.base, timeout)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
