"""Bytes in, chunk by chunk, into a folder; what has come can be read at once.

raw         the bytes as they came
text        the same decompressed; only if they were compressed
rows.u64    where each row starts, and where the last one ends, in the text
meta.json   what is known of the table; written last, so without it a table is not finished
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from tsvshare_widget.errors import BadTable, NotFound, TooLarge

from .compression import (
    PIECE,
    Compression,
    Decompressor,
    Problem,
    is_undecided,
    recognise,
)
from .dialect import Reading, Told
from .files import ReadFile, WriteFile, clone_file
from .offsets import FileOffsets, Offsets
from .scan import Scan

PROGRESS_SECONDS = 0.05
"""Between two reports on a file that is opened here."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a table: a snapshot that does not change.

    ``bytes`` have been received; they hold ``rows`` rows that have ended, the header not counted,
    of at most ``columns`` cells, the header counted.  ``complete``: no more will come.
    ``problem`` says, as a code and a sentence, what is wrong with the bytes; what stands before
    it is good.
    """

    bytes: int = 0
    rows: int = 0
    columns: int = 0
    reading: Reading = Reading(header=False)
    complete: bool = False
    problem: Problem | None = None


class Contents(NamedTuple):
    """What it takes to read a table: its text, the index of its rows, and whether cells are quoted.

    ``headers`` is how many rows at the start of the index, 1 or 0, are the header.
    """

    text: ReadFile
    offsets: Offsets
    headers: int
    quoting: bool


class Snapshot(NamedTuple):
    """A table at one moment; without contents before its first bytes have come."""

    facts: Facts
    contents: Contents | None


class _Meta(msgspec.Struct, frozen=True):
    facts: Facts
    headers: int
    version: int = 1


class Spool:
    """Takes the bytes of one table into ``folder``, one thread at a time.

    ``snapshot`` is replaced by a newer one with each chunk; any thread may take it at any time.
    """

    def __init__(self, folder: Path, told: Told, limit: int | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._told = told
        self._limit = limit
        self._raw = WriteFile(folder / "raw")
        self._received = 0
        self._head = b""  # the first bytes, until they tell the compression
        self._stream: _Stream | None = None
        self.snapshot = Snapshot(Facts(), None)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes.  Raises :class:`BadTable` and :class:`TooLarge`."""
        view = memoryview(data)
        for start in range(0, len(view), PIECE):
            piece = view[start : start + PIECE]
            self._raw.write(piece)
            self._take(piece)

    def adopt(self, source: Path, progress: Callable[[Facts], None], stop: threading.Event) -> None:
        """Take the bytes of a file; see :meth:`tsvshare_widget.table.Table.adopt`."""
        raw = self._folder / "raw"
        cloned = source.is_file() and clone_file(source, raw)
        reported = 0.0
        with (raw if cloned else source).open("rb", buffering=0) as file:
            while not stop.is_set() and (chunk := file.read(PIECE)):
                if not cloned:
                    self._raw.write(chunk)
                self._take(memoryview(chunk))
                if time.monotonic() - reported >= PROGRESS_SECONDS:
                    progress(self.snapshot.facts)
                    reported = time.monotonic()
        progress(self.snapshot.facts)

    def finish(self) -> None:
        """Take in that no more bytes come.  Raises :class:`BadTable` if none could be read."""
        stream = self._stream or self._begin()
        stream.finish()
        self.close()
        self._show(stream, complete=True)
        _write_meta(self._folder, self.snapshot)

    def close(self) -> None:
        """Write no more; feeding raises ``ValueError`` from here on."""
        self._raw.close()
        if self._stream is not None:
            self._stream.close()

    def _take(self, piece: memoryview) -> None:
        self._received += len(piece)
        if self._stream is not None:
            self._unpack(self._stream, piece)
            return
        self._head += piece
        if not is_undecided(self._head):
            self._begin()

    def _begin(self) -> _Stream:
        self._stream = _Stream(self._folder, self._told, *recognise(self._head))
        self._unpack(self._stream, self._head)
        return self._stream

    def _unpack(self, stream: _Stream, data: bytes | memoryview) -> None:
        for text in stream.decompressor.feed(data):
            stream.add(text)
            if self._limit is not None and stream.size > self._limit:
                raise TooLarge(f"the table is larger than {self._limit:,} bytes, the most allowed")
            self._show(stream)
        self._show(stream)

    def _show(self, stream: _Stream, *, complete: bool = False) -> None:
        scan = stream.scan
        facts = Facts(
            bytes=self._received,
            rows=scan.rows,
            columns=scan.columns,
            reading=scan.reading,
            complete=complete,
            problem=stream.decompressor.problem,
        )
        quoting = scan.reading.quoting == "excel"
        contents = Contents(stream.text, scan.offsets, scan.headers, quoting)
        self.snapshot = Snapshot(facts, contents)


class _Stream:
    """The way of bytes to rows, once their compression is known; ``size`` is that of the text."""

    def __init__(
        self, folder: Path, told: Told, compression: Compression, decompressor: Decompressor
    ) -> None:
        self.decompressor = decompressor
        self.size = 0
        path = folder / text_name(compression)
        self._copy = WriteFile(path) if compression != "none" else None
        self.text = ReadFile(path)
        self.scan = Scan(told, compression, folder / "rows.u64")

    def add(self, text: bytes | memoryview) -> None:
        self.size += len(text)
        if self._copy is not None:
            self._copy.write(text)
        self.scan.feed(text)

    def finish(self) -> None:
        self.decompressor.finish()
        problem = self.decompressor.problem
        if problem is not None and self.size == 0:
            raise BadTable(f"nothing of this file can be read: {problem[1]}")
        self.scan.finish()

    def close(self) -> None:
        self.scan.close()
        if self._copy is not None:
            self._copy.close()


# --- on disk -----------------------------------------------------------------------------------


def text_name(compression: Compression) -> str:
    """The file that holds the text of a table."""
    return "raw" if compression == "none" else "text"


def _write_meta(folder: Path, snapshot: Snapshot) -> None:
    headers = snapshot.contents.headers if snapshot.contents is not None else 0
    beside = folder / "meta.json.new"
    beside.write_bytes(msgspec.json.encode(_Meta(snapshot.facts, headers)))
    os.replace(beside, folder / "meta.json")


def open_snapshot(folder: Path) -> Snapshot:
    """A finished table out of its folder.  Raises :class:`NotFound` and :class:`BadTable`."""
    try:
        meta = msgspec.json.decode((folder / "meta.json").read_bytes(), type=_Meta)
        reading = meta.facts.reading
        text = ReadFile(folder / text_name(reading.compression))
        offsets = FileOffsets(folder / "rows.u64", grows=False)
        indexed = (folder / "rows.u64").stat().st_size // 8 - 1
        size = (folder / text_name(reading.compression)).stat().st_size
    except FileNotFoundError as error:
        raise NotFound(f"there is no finished table in {folder.name}") from error
    except msgspec.DecodeError as error:
        raise BadTable(f"the table in {folder.name} is damaged on disk: upload it again") from error
    if indexed != meta.facts.rows + meta.headers or offsets.read(indexed, 1)[0] != size:
        raise BadTable(f"the index of the table in {folder.name} is damaged: upload it again")
    contents = Contents(text, offsets, meta.headers, reading.quoting == "excel")
    return Snapshot(meta.facts, contents)
