"""A table in a folder of its own: filled chunk by chunk, read at any place at any time."""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np

from tsvshare_widget.errors import NotFound
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions
from tsvshare_widget.table.dialect.options import check_options

from .cells.column_names import find_names
from .cells.pages import Rows, Window, read_cell, read_rows
from .cells.split import Cell
from .cells.verbatim import Verbatim, read_verbatim
from .ingest.append import append_bytes
from .ingest.reread import read_again, settle_dialect
from .ingest.spool import Spool
from .lines.bitmaps import Positions
from .state import (
    Contents,
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

CELL_CHARACTERS = 10_000
"""Characters after which a cell is cut, unless the caller says otherwise."""


class Table:
    """The rows of one file, kept as they came.

    One thread at a time may fill a table, with :meth:`feed_bytes` or :meth:`adopt` and then
    :meth:`finish_input`.  Everything else may be called from any thread at any time; it sees the rows
    that are known at that moment.  Rows and columns count from 0; the header is not a row.
    """

    def __init__(self, folder: Path, spool: Spool | None, snapshot: Snapshot, name: str) -> None:
        """For the class methods and :meth:`frozen` alone."""
        self._folder = folder
        self._spool = spool  # while it may still be filled
        self._last = snapshot  # after that
        self._name = name
        self._closed = False
        self._changing = threading.Lock()  # held by who appends or reads the file anew
        self._swapping = threading.Lock()  # held by who puts something in the place of the last

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        options: ReadOptions = NO_OPTIONS,
        limit: int | None = None,
        name: str = "",
    ) -> Table:
        """A new, empty table in a folder of its own, which is made if need be.

        ``options`` is what is known of how to read it; ``limit`` is how many bytes its text may
        have, decompressed; ``name`` is that of the file, which can help to recognise a format.
        Raises :class:`BadValue` if the options are impossible.
        """
        spool = Spool(folder, check_options(options), name, limit)
        return cls(folder, spool, spool.snapshot, name)

    @classmethod
    def open(cls, folder: Path, *, name: str = "") -> Table:
        """A finished table out of its folder.  Raises :class:`NotFound` and :class:`BadTable`."""
        return cls(folder, None, open_snapshot(folder), name)

    @classmethod
    def at(cls, moment: Moment) -> Table:
        """A table at a moment that another process tells of, only to be read.

        Raises :class:`Stale` if it has been read anew since.
        """
        return cls(Path(moment.folder), None, snapshot_at(moment), "")

    # --- filling --------------------------------------------------------------------------------

    def feed_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes of the file.

        Raises :class:`BadTable` if this is no text, :class:`TooLarge` beyond the limit, and
        ``OSError`` if it cannot be written; the table is of no use then.
        """
        self._filling().feed_bytes(data)

    def adopt(self, source: Path, progress: Callable[[Facts], None], stop: threading.Event) -> None:
        """Take all bytes of the file ``source`` into this empty table, in place of :meth:`feed_bytes`.

        The file is cloned where the file system can, else copied; it may change afterwards.
        ``progress`` is called with the first rows, then some times a second, and at the end.
        Returns early once ``stop`` is set.  Raises as :meth:`feed_bytes` does, and ``OSError`` if the
        file cannot be read.
        """
        self._filling().adopt(source, progress, stop)

    def finish_input(self) -> None:
        """Take in that there are no more bytes; from now on the table can also be opened.

        A compressed file that is cut off or damaged is a ``problem`` in :attr:`facts`, or, if none
        of it can be read, raises :class:`BadTable`.
        """
        spool = self._filling()
        spool.finish_input()
        self._last = spool.snapshot
        self._spool = None

    def reread(self, options: ReadOptions) -> None:
        """Read a finished table anew; blocks until that is done.

        ``options`` is all that is told now: what it leaves open is found out again.  Whoever reads
        rows meanwhile still sees the table as it was; then all of it changes at once.  The file
        stays as it came.  Raises :class:`BadValue` if what is told is impossible, and
        :class:`BadTable` if there is no text by that; the table stays as it was then.
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
        """Add bytes to the end of a finished table, after which it has the more rows.

        They continue the file, in its encoding and all else of its reading, but never compressed:
        of a compressed file they become one more part.  They begin a new row: if the last line has
        no line end, it gets one.  A byte order mark at their start is left out.  The reading stays
        as it is.  ``token`` is kept with them, as :attr:`last_append`.  Takes as long as their
        number, whatever the size of the table; of a table without any row, all is read.  Whoever
        reads rows meanwhile still sees the table as it was; then all of it changes at once.

        Raises :class:`BadTable` if nothing can be added: after a compressed file that is damaged,
        or within an open cell; and ``OSError`` if it cannot be written.  Nothing has changed then.
        """
        with self._changing:
            self._swap(append_bytes(self._folder, self._finished(), data, self._name, token))

    def close(self) -> None:
        """Let go of the files; once is enough, more often does no harm."""
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

    # --- reading --------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        """What is known of the table at this moment."""
        return self._now().facts

    def frozen(self) -> Table:
        """The table as it is at this moment: it does not change, and need not be closed."""
        return Table(self._folder, None, self._now(), self._name)

    def moment(self) -> Moment:
        """What another process has to be told to read the table as it is at this moment."""
        return moment_of(self._folder, self._readable())

    @property
    def named_by(self) -> Literal["file", "format"] | None:
        """Where the names of the columns are from: a line that is the header, or anything else."""
        facts, contents = self._now()
        if contents is not None and contents.headers:
            return "file"
        return None if facts.dialect.names is None else "format"

    @property
    def last_append(self) -> str | None:
        """The ``token`` of the last :meth:`append_bytes` to this finished table, unless read anew since.

        Kept on disk in the same step as the rows.
        """
        return last_append(self._folder)

    @property
    def raw_path(self) -> Path:
        """The file with the bytes as they came."""
        return self._folder / "raw"

    def names(self, start: int, stop: int, most: int = CELL_CHARACTERS) -> list[str] | None:
        """The names of the columns ``start`` to ``stop``, half open; None if there are none.

        They are the header's cells, or the ``names`` of the reading, of which there may be fewer
        than columns.
        """
        facts, contents = self._readable()
        if contents is not None and contents.headers:
            return _read_window(contents, 0, 1, Window(start, stop, most)).cells[0]
        names = facts.dialect.names
        return None if names is None else [name[:most] for name in names[start:stop]]

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
        return _read_window(contents, first + contents.headers, count, Window(start, stop, most))

    def rows_at(self, rows: Positions, start: int, stop: int, most: int = CELL_CHARACTERS) -> Rows:
        """The same of rows in any order.  Raises :class:`NotFound` if one is not there."""
        if not len(rows):
            return Rows([], [])
        _, contents, places = self._places(rows)
        bounds = contents.index.bounds_at(places)
        return read_rows(contents.text, bounds, Window(start, stop, most), contents.cells)

    def verbatim_at(self, rows: Positions) -> Verbatim | None:
        """These rows as they stand in the text, in any order; None if that is not of any use.

        Raises :class:`NotFound` if one is not there.
        """
        facts, contents, places = self._places(rows)
        valid = facts.complete and not facts.line_stats.undecodable
        bounds = contents.index.bounds_at(places)
        return read_verbatim(contents.text, bounds, contents.syntax, valid=valid)

    def span(self, first: int, count: int) -> int:
        """How many bytes of text these rows are; cheap, to decide where to read them."""
        facts, contents = self._readable()
        first, count = _clip(first, count, facts.rows)
        if contents is None or not count:
            return 0
        bounds = contents.index.bounds(contents.headers + first, count)
        return int(bounds.ends[-1] - bounds.starts[0])

    def span_at(self, rows: Positions) -> int:
        """How many bytes of text these rows are.  Raises :class:`NotFound` as :meth:`rows_at`."""
        _, contents, places = self._places(rows)
        bounds = contents.index.bounds_at(places)
        return int((bounds.ends - bounds.starts).sum())

    def line_number(self, row: int) -> int:
        """The line, from 1, of the text on which a row starts.  Raises :class:`NotFound`."""
        return self.line_numbers_at(np.array([row]))[0]

    def row_at_line(self, line: int) -> int:
        """The row that a line of the text, from 1, is part of.

        Before the first row, that one; after comments, the row before them.
        """
        return bisect.bisect_right(range(self.facts.rows), line, lo=1, key=self.line_number) - 1

    def line_numbers(self, first: int, count: int) -> list[int]:
        """The lines, from 1, of the text on which ``count`` rows from ``first`` start.

        Fewer where the table ends.  A row may be of several lines, and comments lie between rows.
        """
        first, count = _clip(first, count, self._readable().facts.rows)
        return self.line_numbers_at(np.arange(first, first + count))

    def line_numbers_at(self, rows: Positions) -> list[int]:
        """The same of rows in any order.  Raises :class:`NotFound` if one is not there."""
        if not len(rows):
            return []
        _, contents, places = self._places(rows)
        numbers: list[int] = (contents.index.lines(places) + 1).tolist()
        return numbers

    def find_columns(self, text: str, limit: int) -> tuple[int, list[tuple[int, str]]]:
        """How many columns have ``text`` in their names, and the first of them by position.

        Case-folded; those that are named just so come first, then those that begin with it.
        """
        names = self.names(0, self.facts.columns) or []
        return find_names(names, text, limit)

    def cell(self, row: int, column: int, most: int) -> Cell:
        """One cell, of at most ``most`` characters.  Raises :class:`NotFound` if there is none."""
        facts, contents = self._readable()
        found = None
        if contents is not None and 0 <= row < facts.rows and column >= 0:
            bounds = contents.index.bounds(contents.headers + row, 1)
            found = read_cell(contents.text, bounds, column, most, contents.cells)
        if found is None:
            raise NotFound(f"there is no cell in row {row + 1:,}, column {column + 1:,}")
        return found

    def _places(self, rows: Positions) -> tuple[Facts, Contents, Positions]:
        """What is known, what the rows are read from, and their places in the index."""
        facts, contents = self._readable()
        if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < facts.rows:
            wrong = rows[(rows < 0) | (rows >= facts.rows)]
            raise NotFound(f"there is no row {int(wrong[0]) + 1:,}")
        if contents is None:
            raise NotFound("there is no row yet")
        return facts, contents, rows + contents.headers

    def _now(self) -> Snapshot:
        spool = self._spool
        return spool.snapshot if spool is not None else self._last

    def _readable(self) -> Snapshot:
        if self._closed:
            raise NotFound("this table has been closed")
        return self._now()


def _read_window(contents: Contents, first: int, count: int, window: Window) -> Rows:
    """Rows of the index, the header being one of them."""
    bounds = contents.index.bounds(first, count)
    return read_rows(contents.text, bounds, window, contents.cells)


def _clip(first: int, count: int, known: int) -> tuple[int, int]:
    first = max(0, min(first, known))
    return first, max(0, min(count, known - first))
