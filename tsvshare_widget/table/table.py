"""A table in a folder of its own: filled chunk by chunk, read at any place at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from weakref import WeakSet

from tsvshare_widget.errors import NotFound
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions
from tsvshare_widget.table.dialect.options import check_options

from .ingest.append import append_bytes
from .ingest.limits import DEFAULT_LIMITS, MAX_COLUMNS, Check, Limits, check_nothing
from .ingest.raw import Raw
from .ingest.reread import give_up, read_anew
from .ingest.spool import Spool
from .reader import TableReader
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
from .storage.durability import sync_folder
from .storage.elsewhere import NOWHERE, Elsewhere
from .storage.files import ReadFile, open_file


class _Life:
    """Whether a table has been closed, as it and all that is frozen of it know."""

    def __init__(self) -> None:
        self.over = False


class Table(TableReader):
    """The rows of one file, kept as they came.

    One thread at a time may fill a table, with :meth:`feed_bytes` or :meth:`adopt` and then
    :meth:`finish_input`.  Everything else may be called from any thread at any time; it sees the
    rows that are known at that moment.  Rows and columns count from 0; the header is not a row.
    """

    def __init__(
        self,
        folder: Path,
        spool: Spool | None,
        snapshot: Snapshot,
        name: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        durable: bool = True,
        elsewhere: Elsewhere = NOWHERE,
        life: _Life | None = None,
    ) -> None:
        """For the class methods and :meth:`frozen` alone."""
        self._folder = folder
        self._spool = spool  # while it may still be filled
        self._last = snapshot  # after that
        self._name = name
        self._limits = limits
        self._durable = durable
        self._elsewhere = elsewhere
        self._closed = False
        self._life = life or _Life()
        self._owns_files = life is None
        self._opened: WeakSet[Contents] = WeakSet()  # that somebody may still read
        self._changing = threading.Lock()  # held while bytes are appended or the file is reread
        self._swapping = threading.Lock()  # held while the last snapshot is replaced

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        options: ReadOptions = NO_OPTIONS,
        limit: int | None = None,
        max_columns: int = MAX_COLUMNS,
        name: str = "",
        durable: bool = True,
        elsewhere: Elsewhere = NOWHERE,
    ) -> Table:
        """Make an empty table in a folder of its own, which is created if need be.

        ``options`` say how to read it, as far as that is known; ``limit`` is the most bytes that
        its text may have, decompressed, and likewise its index of rows; ``max_columns`` is the most
        columns; ``name`` is that of the file, which can help to recognise a format.  What is
        ``durable`` outlasts a power cut from when it is finished, appended or read anew, which
        takes a little longer.  It is kept ``elsewhere`` too from then.  Raises :class:`BadValue` if
        the options are impossible.
        """
        limits = Limits(limit, max_columns)
        options = check_options(options)
        spool = Spool(folder, options, name, limits, durable=durable, elsewhere=elsewhere)
        first = spool.snapshot
        return cls(folder, spool, first, name, limits=limits, durable=durable, elsewhere=elsewhere)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        limit: int | None = None,
        max_columns: int = MAX_COLUMNS,
        name: str = "",
        durable: bool = True,
        elsewhere: Elsewhere = NOWHERE,
    ) -> Table:
        """Open a finished table in its folder.

        What is given is as for :meth:`create`; the limits hold for what is appended or read anew.
        What is not in the folder comes from ``elsewhere`` when it is read.  Raises
        :class:`NotFound` and :class:`BadTable`.
        """
        snapshot = open_snapshot(folder, elsewhere)
        limits = Limits(limit, max_columns)
        return cls(
            folder, None, snapshot, name, limits=limits, durable=durable, elsewhere=elsewhere
        )

    @classmethod
    def at(cls, moment: Moment) -> Table:
        """Open a table at a moment that another process has sent, only to be read.

        Raises :class:`Stale` if it has been reread since.
        """
        return cls(Path(moment.folder), None, snapshot_at(moment), "")

    # --- filling --------------------------------------------------------------------------------

    def feed_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Add the next bytes of the file.

        Raises :class:`BadTable` if this is no text or too wide, :class:`TooLarge` beyond the limit,
        and ``OSError`` if it cannot be written; the table is of no use then.
        """
        self._filling().feed_bytes(data)

    def feed_steps(self, data: bytes | bytearray | memoryview) -> Iterator[None]:
        """Add the next bytes of the file as one goes through this, at most 1 MB of text a step.

        A few compressed bytes may be a lot of text.  Whoever stops before the end cannot go on:
        the table is of no use then, and only to be closed.  Raises as :meth:`feed_bytes` does.
        """
        return self._filling().feed_steps(data)

    def adopt(self, source: Path, progress: Callable[[Facts], None], stop: threading.Event) -> None:
        """Add all bytes of the file ``source`` to this empty table, instead of :meth:`feed_bytes`.

        The file is cloned where the file system can, else copied; it may change afterwards.
        ``progress`` is called with the first rows, then some times a second, and at the end.
        Returns early once ``stop`` is set.  Raises as :meth:`feed_bytes` does, and ``OSError`` if
        the file cannot be read.
        """
        self._filling().adopt(source, progress, stop)

    def finish_input(self, check: Check = check_nothing) -> None:
        """Finish the table, for there are no more bytes; from now on it can also be opened.

        ``check`` is called at least once for each block of text that has to be read once more; what
        it raises ends this, and the table is of no use then.  A compressed file that is cut off or
        damaged is a ``problem`` in :attr:`facts`, or, if none of it can be read, raises
        :class:`BadTable`.
        """
        spool = self._filling()
        self._keep_open(spool.snapshot)
        try:
            spool.finish_input(check)
        finally:
            self._keep_open(spool.snapshot)
        self._last = spool.snapshot
        self._spool = None

    def reread(self, options: ReadOptions, check: Check = check_nothing) -> None:
        """Read a finished table anew; blocks until that is done.

        ``options`` are all that is given: what they leave open is found again.  Readers see the
        table as it was until then, and all of it changes at once.  The file stays as it came.
        ``check`` is called at least once for each block of text; what it raises ends this.
        Raises :class:`BadValue` if the options are impossible, :class:`BadTable` if there is no
        text by them or too many columns, and :class:`TooLarge` beyond the limit; the table stays as
        it was then.
        """
        options = check_options(options)
        with self._changing:
            before = self._finished()
            raw = self._raw(check)
            stream, reread = read_anew(raw, _generation(before) + 1, options)
            try:
                check()
                snapshot = stream.snapshot(before.facts.bytes, complete=True, reread=reread)
                write_meta(self._folder, snapshot, durable=self._durable, elsewhere=self._elsewhere)
            except BaseException:
                give_up(raw, stream)
                raise
            self._change(before, snapshot)

    def append_bytes(
        self, data: bytes, token: str | None = None, check: Check = check_nothing
    ) -> None:
        """Append bytes to a finished table, which has more rows by them.

        They continue the file in its dialect and encoding, but never compressed: in a compressed
        file they become one more part.  They begin a new row: if the last line has no line end, it
        gets one.  A byte order mark at their start is left out.  The dialect stays as it is.
        ``token`` is kept with them, as :attr:`last_append`.  The time depends on their number only,
        whatever the size of the table; but of a table without any row, all is read.  Readers see
        the table as it was until then, and all of it changes at once.  ``check`` is called at least
        once for each block of text; what it raises ends this.

        Raises :class:`BadTable` if nothing can be added: after a compressed file that is damaged,
        within an open cell, or more columns than allowed; :class:`TooLarge` beyond the limit; and
        ``OSError`` if it cannot be written.  Nothing has changed then.  But if the folder alone
        cannot be synced, the rows are there, and whether for good is not known: :attr:`last_append`
        tells who asks again.
        """
        with self._changing:
            before = self._finished()
            after = append_bytes(self._raw(check), before, data, token, durable=self._durable)
            if after is not before:
                self._change(before, after)

    def close(self) -> None:
        """Close the files, also those of all that is frozen; more than once does no harm.

        What reads just now comes to its end, or raises :class:`NotFound`.
        """
        with self._swapping:
            self._closed = True
            self._keep_open(self._last)
            self._last = Snapshot(self.facts, None)
        if self._spool is not None:
            self._spool.close()
            self._spool = None
        if self._owns_files:
            self._life.over = True
            for contents in list(self._opened):
                contents.close()

    def _finished(self) -> Snapshot:
        snapshot = self._readable()
        if self._spool is not None:
            raise ValueError("a table can be read anew or appended to once it is finished")
        return snapshot

    def _raw(self, check: Check) -> Raw:
        return Raw(self._folder, self._name, self._limits, check, self._elsewhere)

    def _change(self, before: Snapshot, after: Snapshot) -> None:
        """Let ``after``, which is on the disk but for its folder, be read instead of ``before``."""
        with self._swapping:
            self._keep_open(before)
            self._keep_open(after)
            self._readable()  # it may have been closed meanwhile
            self._last = after
        if self._durable:
            sync_folder(self._folder)
        if _generation(before) != _generation(after):
            remove_generation(self._folder, _generation(before))  # who reads it has it open

    def _keep_open(self, snapshot: Snapshot) -> None:
        """Remember what may be read until :meth:`close`, if not given up by all before."""
        if snapshot.contents is not None:
            self._opened.add(snapshot.contents)

    def _filling(self) -> Spool:
        if self._spool is None:
            raise ValueError("this table is finished or closed: no more bytes can be added")
        return self._spool

    # --- at one moment ---------------------------------------------------------------------------

    def frozen(self) -> Table:
        """The table at this moment: it does not change, and need not be closed.

        It can be read until the table is closed.
        """
        now, life = self._now(), self._life
        return Table(self._folder, None, now, self._name, elsewhere=self._elsewhere, life=life)

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

    def open_raw(self) -> ReadFile:
        """That file, to be read; it is to be closed."""
        return open_file(self.raw_path, self._elsewhere)

    def _now(self) -> Snapshot:
        spool = self._spool
        return spool.snapshot if spool is not None else self._last

    def _readable(self) -> Snapshot:
        if self._closed or self._life.over:
            raise NotFound("this table has been closed")
        return self._now()


def _generation(snapshot: Snapshot) -> int:
    return snapshot.contents.generation if snapshot.contents is not None else 0
