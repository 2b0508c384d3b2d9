"""The spool: the bytes of a table into its folder, raw and as scanned."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path
from queue import SimpleQueue
from typing import cast

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table.state import Facts, Snapshot, write_meta
from tsvshare_widget.table.storage.durability import sync_folder
from tsvshare_widget.table.storage.elsewhere import NOWHERE, Elsewhere
from tsvshare_widget.table.storage.files import Copy, WriteFile, clone_file
from tsvshare_widget.table.storage.memory import PieceMemory
from tsvshare_widget.table.text.compression import is_undecided
from tsvshare_widget.table.text.unpack import PIECE_BYTES

from .limits import Check, Limits
from .raw import Raw
from .reread import settle_dialect
from .stream import Stream

PROGRESS_SECONDS = 0.05
"""Seconds between two reports on a file that is adopted."""

_COPY_BYTES = 1 << 22  # that are copied at once
_PARTS_AHEAD = 1


class Spool:
    """Writes the bytes of one table into ``folder``, one thread at a time.

    ``snapshot`` is replaced by a newer one with each chunk; any thread may use it at any time.
    """

    def __init__(
        self,
        folder: Path,
        options: ReadOptions,
        name: str,
        limits: Limits,
        *,
        durable: bool,
        elsewhere: Elsewhere = NOWHERE,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._options = options
        self._name = name
        self._limits = limits
        self._durable = durable
        self._elsewhere = elsewhere
        self._raw = WriteFile(folder / "raw")
        self._received = 0
        self._head = b""  # the first bytes, until they tell the compression
        self._stream: Stream | None = None
        self._feeding = False  # whether some bytes have been taken in only in part
        self.snapshot = Snapshot(Facts(), None)

    def feed_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Add the next bytes.  Raises :class:`BadTable` and :class:`TooLarge`."""
        for _ in self.feed_steps(data):
            pass

    def feed_steps(self, data: bytes | bytearray | memoryview) -> Iterator[None]:
        """Add the next bytes step by step; see :meth:`tsvshare_widget.table.Table.feed_steps`."""
        self._check_whole()
        self._feeding = True
        view = memoryview(data)
        while len(view):
            piece, view = view[: self._piece_bytes], view[self._piece_bytes :]
            self._raw.write(piece)
            yield from self._take_piece(piece)
        self._feeding = False

    def adopt(self, source: Path, progress: Callable[[Facts], None], stop: threading.Event) -> None:
        """Copy a file in; see :meth:`tsvshare_widget.table.Table.adopt`."""
        raw = self._folder / "raw"
        reported, memory = 0.0, PieceMemory()
        with raw.open("rb", buffering=0) as file:
            for size in _arrivals(source, raw):
                while size > 0 and not stop.is_set():
                    chunk = self._read_piece(file, size, memory)
                    if not chunk:
                        break
                    size -= len(chunk)
                    for _ in self._take_piece(chunk, counting=False):
                        if time.monotonic() - reported >= PROGRESS_SECONDS:
                            progress(self.snapshot.facts)
                            reported = time.monotonic()
                        if stop.is_set():
                            break
                if stop.is_set():
                    break
        progress(self.snapshot.facts)

    def finish_input(self, check: Check) -> None:
        """Finish the table, for no more bytes come.  Raises :class:`BadTable` if it has no text."""
        self._check_whole()
        stream = self._end_text(check)
        raw = Raw(self._folder, self._name, self._limits, check)
        self._stream, reread = settle_dialect(raw, stream, self._options)
        snapshot = self._stream.snapshot(self._received, complete=True, reread=reread)
        write_meta(self._folder, snapshot, durable=self._durable, elsewhere=self._elsewhere)
        if self._durable:
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
        self.snapshot = snapshot

    def close(self) -> None:
        """Close the files; feeding raises ``ValueError`` from here on, reading ``NotFound``."""
        self._raw.close()
        if self._stream is not None:
            self._stream.close()

    def _end_text(self, check: Check) -> Stream:
        """Take in that no more bytes come, and count the lines."""
        check()
        for _ in self._start_stream() if self._stream is None else ():
            check()
        stream = self._stream
        assert stream is not None
        for _ in stream.ingest_rest():
            check()
        self._raw.close()
        self.snapshot = stream.snapshot(self._received)
        stream.scan.count_lines(check)
        return stream

    def _read_piece(self, file: FileIO, most: int, memory: PieceMemory) -> bytes:
        piece = memory.of(min(self._piece_bytes, most))
        size = file.readinto(piece)
        return cast("bytes", piece) if size == len(piece) else bytes(piece[:size])

    @property
    def _piece_bytes(self) -> int:
        return self._stream.scan.piece if self._stream is not None else PIECE_BYTES

    def _check_whole(self) -> None:
        if self._feeding:
            raise ValueError("bytes were taken in only in part before: this table is of no use")

    def _take_piece(self, piece: bytes | memoryview, *, counting: bool = True) -> Iterator[None]:
        self._received += len(piece)
        if self._stream is not None:
            self._stream.scan.counting = counting
            yield from self._unpack(self._stream, piece)
            return
        self._head += piece
        if not is_undecided(self._head):
            yield from self._start_stream()

    def _start_stream(self) -> Iterator[None]:
        stream = Stream(self._folder, 0, self._head, self._options, self._name, self._limits)
        self._stream = stream
        yield from self._unpack(stream, self._head)

    def _unpack(self, stream: Stream, data: bytes | memoryview) -> Iterator[None]:
        for _ in stream.ingest_bytes(data):
            self.snapshot = stream.snapshot(self._received)
            yield


def _arrivals(source: Path, raw: Path) -> Iterator[int]:
    """Copy ``source`` into ``raw`` part by part, and yield the size of each.

    The next parts are copied while the caller works on one.
    """
    if source.is_file() and clone_file(source, raw):
        yield raw.stat().st_size
        return
    ahead = _CopyAhead(Copy(source, raw))
    try:
        while size := ahead.next_size():
            yield size
    finally:
        ahead.stop()


class _CopyAhead:
    """Copies in a thread of its own, a few parts more than have been asked for.

    It is a daemon, and no executor's, which takes no more work once the program is ending.
    """

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._sizes: SimpleQueue[int | BaseException] = SimpleQueue()
        self._room = threading.Semaphore(_PARTS_AHEAD)
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="tsvshare-copy", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            copy.close()
            raise Unavailable("this computer has no thread to copy a file with") from error

    def next_size(self) -> int:
        """The size of the next part, once it is there; 0 at the end.  Raises ``OSError``."""
        self._room.release()
        found = self._sizes.get()
        if isinstance(found, BaseException):
            raise found
        return found

    def stop(self) -> None:
        """End the thread, and wait for that: it copies a part in no time."""
        self._is_over = True
        self._room.release()
        self._thread.join()

    def _run(self) -> None:
        try:
            size = 1
            while size:
                self._room.acquire()
                if self._is_over:
                    break
                size = self._copy.some(_COPY_BYTES)
                self._sizes.put(size)
        except BaseException as error:  # it is for who waits for the size
            self._sizes.put(error)
        finally:
            self._copy.close()
