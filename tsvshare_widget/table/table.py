"""A table in a folder of its own: filled chunk by chunk, read at any place at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from tsvshare_widget.errors import NotFound
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions
from tsvshare_widget.table.dialect.options import check_options

from .ingest.append import append_bytes
from .ingest.reread import read_again, settle_dialect
from .ingest.spool import Spool
from .reader import TableReader
from .state import (
    Facts,
    Moment,
    Snapshot,
    last_append,
    moment_of,
    open_snapshot,
    remove_generation,
    snapshot_at,
    write_meta,
)


class Table(TableReader):
    """The rows of one file, kept as they came.

    One thread at a time may fill a table, with :meth:`feed_bytes` or :meth:`adopt` and then
    :meth:`finish_input`.  Everything else may be called from any thread at any time; it sees the
    rows that are known at that moment.  Rows and columns count from 0; the header is not a row.
    """

    def __init__(self, folder: Path, spool: Spool | None, snapshot: Snapshot, name: str) -> None:
        """For the class methods and :meth:`frozen` alone."""
        self._folder = folder
        self._spool = spool  # while it may still be filled
        self._last = snapshot  # after that
        self._name = name
        self._closed = False
        self._changing = threading.Lock()  # held while bytes are appended or the file is reread
        self._swapping = threading.Lock()  # held while the last snapshot is replaced

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        options: ReadOptions = NO_OPTIONS,
        limit: int | None = None,
        name: str = "",
    ) -> Table:
        """Make an empty table in a folder of its own, which is created if need be.

        ``options`` say how to read it, as far as that is known; ``limit`` is the most bytes that
        its text may have, decompressed; ``name`` is that of the file, which can help to recognise a
        format.  Raises :class:`BadValue` if the options are impossible.
        """
        spool = Spool(folder, check_options(options), name, limit)
        return cls(folder, spool, spool.snapshot, name)

    @classmethod
    def open(cls, folder: Path, *, name: str = "") -> Table:
        """Open a finished table in its folder.  Raises :class:`NotFound` and :class:`BadTable`."""
        return cls(folder, None, open_snapshot(folder), name)

    @classmethod
    def at(cls, moment: Moment) -> Table:
        """Open a table at a moment that another process has sent, only to be read.

        Raises :class:`Stale` if it has been reread since.
        """
        return cls(Path(moment.folder), None, snapshot_at(moment), "")

    # --- filling --------------------------------------------------------------------------------

    def feed_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Add the next bytes of the file.

        Raises :class:`BadTable` if this is no text, :class:`TooLarge` beyond the limit, and
        ``OSError`` if it cannot be written; the table is of no use then.
        """
        self._filling().feed_bytes(data)

    def adopt(self, source: Path, progress: Callable[[Facts], None], stop: threading.Event) -> None:
        """Add all bytes of the file ``source`` to this empty table, instead of :meth:`feed_bytes`.

        The file is cloned where the file system can, else copied; it may change afterwards.
        ``progress`` is called with the first rows, then some times a second, and at the end.
        Returns early once ``stop`` is set.  Raises as :meth:`feed_bytes` does, and ``OSError`` if
        the file cannot be read.
        """
        self._filling().adopt(source, progress, stop)

    def finish_input(self) -> None:
        """Finish the table, for there are no more bytes; from now on it can also be opened.

        A compressed file that is cut off or damaged is a ``problem`` in :attr:`facts`, or, if none
        of it can be read, raises :class:`BadTable`.
        """
        spool = self._filling()
        spool.finish_input()
        self._last = spool.snapshot
        self._spool = None

    def reread(self, options: ReadOptions) -> None:
        """Read a finished table anew; blocks until that is done.

        ``options`` are all that is given: what they leave open is found again.  Readers see the
        table as it was until then, and all of it changes at once.  The file stays as it came.
        Raises :class:`BadValue` if the options are impossible, and :class:`BadTable` if there is no
        text by them; the table stays as it was then.
        """
        options = check_options(options)
        with self._changing:
            before = self._finished()
            old = before.contents.generation if before.contents is not None else 0
            first = read_again(self._folder, old + 1, options, self._name)
            stream, reread = settle_dialect(self._folder, first, options, self._name)
            snapshot = stream.snapshot(before.facts.bytes, complete=True, reread=reread)
            write_meta(self._folder, snapshot)
            remove_generation(self._folder, old)  # who reads it has it open
            self._swap(snapshot)

    def append_bytes(self, data: bytes, token: str | None = None) -> None:
        """Append bytes to a finished table, which has more rows by them.

        They continue the file in its dialect and encoding, but never compressed: in a compressed
        file they become one more part.  They begin a new row: if the last line has no line end, it
        gets one.  A byte order mark at their start is left out.  The dialect stays as it is.
        ``token`` is kept with them, as :attr:`last_append`.  The time depends on their number only,
        whatever the size of the table; but of a table without any row, all is read.  Readers see
        the table as it was until then, and all of it changes at once.

        Raises :class:`BadTable` if nothing can be added: after a compressed file that is damaged,
        or within an open cell; and ``OSError`` if it cannot be written.  Nothing has changed then.
        """
        with self._changing:
            self._swap(append_bytes(self._folder, self._finished(), data, self._name, token))

    def close(self) -> None:
        """Close the files; more than once does no harm."""
        with self._swapping:
            self._closed = True
            self._last = Snapshot(self.facts, None)
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _finished(self) -> Snapshot:
        snapshot = self._readable()
        if self._spool is not None:
            raise ValueError("a table can be read anew or appended to once it is finished")
        return snapshot

    def _swap(self, snapshot: Snapshot) -> None:
        with self._swapping:
            self._readable()  # it may have been closed meanwhile
            self._last = snapshot

    def _filling(self) -> Spool:
        if self._spool is None:
            raise ValueError("this table is finished or closed: no more bytes can be added")
        return self._spool

    # --- at one moment ---------------------------------------------------------------------------

    def frozen(self) -> Table:
        """The table at this moment: it does not change, and need not be closed."""
        return Table(self._folder, None, self._now(), self._name)

    def moment(self) -> Moment:
        """The table at this moment, as a message for another process that is to read it."""
        return moment_of(self._folder, self._readable())

    @property
    def last_append(self) -> str | None:
        """The ``token`` of the last :meth:`append_bytes`, unless the table was reread since.

        It is written to disk in the same step as the rows.
        """
        return last_append(self._folder)

    @property
    def raw_path(self) -> Path:
        """The file with the bytes as they came."""
        return self._folder / "raw"

    def _now(self) -> Snapshot:
        spool = self._spool
        return spool.snapshot if spool is not None else self._last

    def _readable(self) -> Snapshot:
        if self._closed:
            raise NotFound("this table has been closed")
        return self._now()
