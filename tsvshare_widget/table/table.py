"""A table in a folder of its own: filled chunk by chunk, read at any place at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from tsvshare_widget.errors import NotFound

from .cells import Cell
from .dialect import Told
from .pages import Rows, Window, read_cell, read_rows
from .spool import Contents, Facts, Snapshot, Spool, open_snapshot

CELL_CHARACTERS = 10_000
"""Characters after which a cell is cut, unless the caller says otherwise."""

_NOTHING = Told()


class Table:
    """The rows of one file, kept as they came.

    One thread at a time may fill a table, with :meth:`feed` or :meth:`adopt` and then
    :meth:`finish`.  Everything else may be called from any thread at any time; it sees the rows
    that are known at that moment.  Rows and columns count from 0; the header is not a row.
    """

    def __init__(self, folder: Path, spool: Spool | None, snapshot: Snapshot) -> None:
        """For :meth:`create` and :meth:`open` alone."""
        self._folder = folder
        self._spool = spool  # while it may still be filled
        self._last = snapshot  # after that
        self._closed = False

    @classmethod
    def create(cls, folder: Path, *, told: Told = _NOTHING, limit: int | None = None) -> Table:
        """A new, empty table in a folder of its own, which is made if need be.

        ``told`` is what is known of how to read it; ``limit`` is how many bytes its text may have,
        decompressed.
        """
        spool = Spool(folder, told, limit)
        return cls(folder, spool, spool.snapshot)

    @classmethod
    def open(cls, folder: Path) -> Table:
        """A finished table out of its folder.  Raises :class:`NotFound` and :class:`BadTable`."""
        return cls(folder, None, open_snapshot(folder))

    # --- filling --------------------------------------------------------------------------------

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes of the file.

        Raises :class:`BadTable` if this is no text, :class:`TooLarge` beyond the limit, and
        ``OSError`` if it cannot be written; the table is of no use then.
        """
        self._filling().feed(data)

    def adopt(self, source: Path, progress: Callable[[Facts], None], stop: threading.Event) -> None:
        """Take all bytes of the file ``source`` into this empty table, in place of :meth:`feed`.

        The file is cloned where the file system can, else copied; it may change afterwards.
        ``progress`` is called with the first rows, then some times a second, and at the end.
        Returns early once ``stop`` is set.  Raises as :meth:`feed` does, and ``OSError`` if the
        file cannot be read.
        """
        self._filling().adopt(source, progress, stop)

    def finish(self) -> None:
        """Take in that there are no more bytes; from now on the table can also be opened.

        A compressed file that is cut off or damaged is a ``problem`` in :attr:`facts`, or, if none
        of it can be read, raises :class:`BadTable`.
        """
        spool = self._filling()
        spool.finish()
        self._last = spool.snapshot
        self._spool = None

    def close(self) -> None:
        """Let go of the files; once is enough, more often does no harm."""
        self._closed = True
        self._last = Snapshot(self.facts, None)
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _filling(self) -> Spool:
        if self._spool is None:
            raise ValueError("this table is finished or closed: no more bytes can be added")
        return self._spool

    # --- reading --------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        """What is known of the table at this moment."""
        return self._now().facts

    @property
    def raw_path(self) -> Path:
        """The file with the bytes as they came."""
        return self._folder / "raw"

    def names(self, start: int, stop: int, most: int = CELL_CHARACTERS) -> list[str] | None:
        """The header's cells ``start`` to ``stop``, half open; None if there is no header."""
        contents = self._readable().contents
        if contents is None or not contents.headers:
            return None
        return _read(contents, 0, 1, Window(start, stop, most)).cells[0]

    def rows(
        self, first: int, count: int, start: int, stop: int, most: int = CELL_CHARACTERS
    ) -> Rows:
        """The cells ``start`` to ``stop`` (half open) of ``count`` rows from ``first``.

        Fewer rows where the table ends, fewer cells where a row does.  Cells of more than ``most``
        characters are cut, and named as such.
        """
        facts, contents = self._readable()
        first, count = _clip(first, count, facts.rows)
        if contents is None or not count:
            return Rows([], [])
        return _read(contents, first + contents.headers, count, Window(start, stop, most))

    def span(self, first: int, count: int) -> int:
        """How many bytes of text these rows are; cheap, to decide where to read them."""
        facts, contents = self._readable()
        first, count = _clip(first, count, facts.rows)
        if contents is None or not count:
            return 0
        begin, end = (
            int(contents.offsets.read(contents.headers + row, 1)[0])
            for row in (first, first + count)
        )
        return end - begin

    def cell(self, row: int, column: int, most: int) -> Cell:
        """One cell, of at most ``most`` characters.  Raises :class:`NotFound` if there is none."""
        facts, contents = self._readable()
        found = None
        if contents is not None and 0 <= row < facts.rows and column >= 0:
            offsets = contents.offsets.read(contents.headers + row, 2)
            found = read_cell(contents.text, offsets, column, most, quoting=contents.quoting)
        if found is None:
            raise NotFound(f"there is no cell in row {row + 1:,}, column {column + 1:,}")
        return found

    def _now(self) -> Snapshot:
        spool = self._spool
        return spool.snapshot if spool is not None else self._last

    def _readable(self) -> Snapshot:
        if self._closed:
            raise NotFound("this table has been closed")
        return self._now()


def _read(contents: Contents, first: int, count: int, window: Window) -> Rows:
    """Rows of the index, the header being one of them."""
    offsets = contents.offsets.read(first, count + 1)
    return read_rows(contents.text, offsets, window, quoting=contents.quoting)


def _clip(first: int, count: int, known: int) -> tuple[int, int]:
    first = max(0, min(first, known))
    return first, max(0, min(count, known - first))
