"""Uploads: what has a size and can be read again goes on after a loss, from where it was.

That is done by the relay's tus, by one ``PATCH`` after the other, each while a connection lasts.
Anything else, and what is small, goes in one request.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tsvshare_widget.errors import (
    BadTable,
    NotFound,
    Stale,
    TimedOut,
    TSVShareError,
    Unavailable,
    UploadBroken,
)
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions

from .http import CHUNK_BYTES, OnBytes, Uploadable, upload_whole
from .link import Link
from .parts import NoParts, begin_upload, end_upload, find_offset, send_rest

RESUMED_BYTES = 1 << 20
"""What is smaller is sent anew by who wants that."""

PAUSES = (0.3, 1.0, 3.0, 8.0, 15.0)
"""Seconds before each new try; the last one again and again."""

PASSING = (Unavailable, TimedOut, Stale, UploadBroken, NotFound)
"""What another try may cure; of :class:`NotFound` an upload that is forgotten, begun anew."""

GIVING_UP_SECONDS = 5.0
"""Seconds that a relay may take to hear that an upload has ended: it ends by itself, later."""

OnLoss = Callable[[int, TSVShareError], object]
"""Called with the bytes that the relay had, as far as is known, and why no more came."""


def upload(
    link: Link,
    source: Uploadable,
    *,
    name: str,
    options: ReadOptions = NO_OPTIONS,
    total: int | None = None,
    growing: bool = False,
    cid: str | None = None,
    on_progress: OnBytes | None = None,
    on_loss: OnLoss | None = None,
    timeout: float | None = 30.0,
    cancelled: threading.Event | None = None,
) -> TableState:
    """Send ``source`` to the document as its new table, and wait until it is read.

    ``source`` is a path, bytes, an open file (text is sent as UTF-8) or an iterable of bytes; it
    is streamed.  ``options`` is how to read it; ``total`` how many bytes an iterable has, if that
    is known; ``growing`` says that it comes as it is made, so that what has come stays if the rest
    does not; ``cid`` is the :attr:`Connection.cid` of who sends it.

    A path or bytes, if not small, go on after a loss: that is tried for ``timeout`` seconds in
    which no byte has come, and ``on_loss`` hears of each.

    Raises what the relay objects (``TooLarge``, ``Forbidden``, ``Superseded``, ``BadTable``...),
    also before everything is sent; :class:`UploadBroken` if a loss or ``cancelled`` ends it;
    ``OSError`` if the source cannot be read.
    """
    file = None if growing else _again_and_again(source)
    if file is not None and file.size >= RESUMED_BYTES:
        sending = _Sending(link, file, name, options, cid, on_progress, on_loss, timeout, cancelled)
        with contextlib.suppress(NoParts):
            return sending.run()
    return upload_whole(
        link,
        source,
        name=name,
        options=options,
        total=total,
        growing=growing,
        cid=cid,
        on_progress=on_progress,
        timeout=timeout,
        cancelled=cancelled,
    )


class _File:
    """Bytes that can be read from any place on, any number of times."""

    def __init__(self, where: Path | memoryview) -> None:
        self._where = where
        self.size = where.stat().st_size if isinstance(where, Path) else len(where)

    def read_from(self, offset: int) -> Iterator[bytes]:
        """The bytes from ``offset`` on, but for what was added since."""
        if isinstance(self._where, Path):
            with self._where.open("rb", buffering=0) as file:
                file.seek(offset)
                while offset < self.size:
                    piece = file.read(min(CHUNK_BYTES, self.size - offset))
                    if not piece:
                        raise BadTable("the file has become shorter while it was sent")
                    offset += len(piece)
                    yield piece
        else:
            for start in range(offset, self.size, CHUNK_BYTES):
                yield bytes(self._where[start : start + CHUNK_BYTES])


def _again_and_again(source: Uploadable) -> _File | None:
    """A source that can be read again; None for others."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        return _File(path) if path.is_file() else None
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _File(memoryview(source).cast("B"))
    return None


class _Sending:
    """One upload that goes on after losses."""

    def __init__(
        self,
        link: Link,
        file: _File,
        name: str,
        options: ReadOptions,
        cid: str | None,
        on_progress: OnBytes | None,
        on_loss: OnLoss | None,
        timeout: float | None,
        cancelled: threading.Event | None,
    ) -> None:
        self._link = link
        self._file = file
        self._name = name
        self._options = options
        self._cid = cid
        self._on_progress = on_progress
        self._on_loss = on_loss
        self._timeout = timeout
        self._cancelled = cancelled or threading.Event()
        self._upload: str | None = None
        self._confirmed = 0  # bytes that the relay has said to have
        self._sent = 0
        self._failures = 0  # since it had more
        self._lost_at = 0.0

    def run(self) -> TableState:
        """Send it all.  Raises as :func:`upload` does; what had come is deleted then."""
        # In no loop: what is wrong with the document, or cannot be reached at all, is said at once.
        self._begin()
        try:
            while True:
                try:
                    return self._go_on()
                except PASSING as error:
                    self._take_loss(error)
        except BaseException:
            self._give_up()
            raise

    def _begin(self) -> None:
        self._confirmed = 0
        self._upload = begin_upload(
            self._link,
            name=self._name,
            size=self._file.size,
            options=self._options,
            cid=self._cid,
            timeout=self._timeout,
        )

    def _go_on(self) -> TableState:
        if self._upload is None:
            self._begin()
        assert self._upload is not None
        start = self._confirmed
        if self._failures:
            start = find_offset(self._link, self._upload, timeout=self._timeout)
        if start > self._confirmed:
            self._confirmed, self._failures = start, 0
        return send_rest(
            self._link,
            self._upload,
            start,
            self._file.read_from(start),
            self._file.size,
            on_progress=lambda sent, _: self._report(start + sent),
            timeout=self._timeout,
            cancelled=self._cancelled,
        )

    def _report(self, sent: int) -> None:
        self._sent = sent
        if self._on_progress is not None:
            self._on_progress(sent, self._file.size)

    def _take_loss(self, error: TSVShareError) -> None:
        """Wait until the next try.  Raises ``error`` if there is none."""
        now = time.monotonic()
        if not self._failures:
            self._lost_at = now
        is_late = self._timeout is not None and now - self._lost_at > self._timeout
        is_forgotten = isinstance(error, NotFound)
        if self._cancelled.is_set() or is_late or (is_forgotten and self._upload is None):
            raise error
        if is_forgotten:
            self._upload = None
        if self._on_loss is not None and not isinstance(error, Stale):  # it was still coming in
            self._on_loss(self._sent, error)
        self._cancelled.wait(PAUSES[min(self._failures, len(PAUSES) - 1)])
        self._failures += 1
        if self._cancelled.is_set():
            raise UploadBroken(f"the upload was cancelled after {self._sent:,} bytes")

    def _give_up(self) -> None:
        """Let what has come be deleted, if the relay is there to hear of it."""
        if self._upload is not None:
            with contextlib.suppress(TSVShareError, OSError):
                end_upload(self._link, self._upload, timeout=GIVING_UP_SECONDS)
