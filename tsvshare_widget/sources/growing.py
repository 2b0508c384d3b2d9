"""Iterators: tables whose rows come as they are made, each shown as soon as it is there.

What an iterator yields may be rows (lists of cells, or dictionaries by column), pieces of text or
bytes of a file, or tables (DataFrames, record batches), each with the columns of the first.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tsvshare_widget.errors import BadTable, BadValue
from tsvshare_widget.read_options import ReadOptions

from .cells import in_batches, to_text
from .plain import cells_by_name, cells_of_lists, is_row, names_of
from .source import AS_WRITTEN, Source, options_of_lists

MOST_WAITING = 1 << 23
"""Bytes, about, that are taken from an iterator before those before them are sent."""

ROW_BYTES = 1 << 10
"""What a row counts for."""

ReadTable = Callable[[Any], tuple[list[str], Iterator[bytes]]]
"""The names and the text of a table that an iterator yields.  Raises ``TypeError`` for others."""


def is_growing(source: object) -> bool:
    """Whether an object is an iterator, and no file; parts that pandas reads of one are."""
    is_of_pandas = type(source).__module__.partition(".")[0] == "pandas"
    return hasattr(type(source), "__next__") and (is_of_pandas or not hasattr(source, "read"))


class Growing:
    """The items of an iterator, which is gone through in a thread of its own.

    So what it does between two of them holds nobody up, and what is there is sent.
    """

    def __init__(self, items: Iterator[Any], name: str, options: ReadOptions, read: ReadTable):
        self.name = name
        self._items = items
        self._options = options
        self._read_table = read
        self._waiting: list[Any] = []
        self._weight = 0
        self._changed = threading.Condition()
        self._is_over = False
        self.error: BaseException | None = None
        """What the iterator has raised."""
        self.has_rows = False

    def open(self) -> Source:
        """The table, as soon as its first row is there.

        Raises what the iterator does, and :class:`BadValue` if it ends without a row.
        """
        batches = self.batches()
        first = next(batches, None)
        if first is None:
            raise BadValue("the iterator has ended without a row")
        self.has_rows = True
        return self._source(first[0], itertools.chain([first], batches))

    def stop(self) -> None:
        """Take no more: the table ends with what has come.  Idempotent."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    # --- in its own thread ---

    def _run(self) -> None:
        try:
            for item in self._items:
                if not self._put(item):
                    break
        except BaseException as error:  # whatever it is, it is for who waits for the rows
            self.error = error
        finally:
            with contextlib.suppress(Exception):
                getattr(self._items, "close", lambda: None)()
            self.stop()

    def _put(self, item: Any) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._weight < MOST_WAITING or self._is_over)
            if self._is_over:
                return False
            self._waiting.append(item)
            self._weight += _weight(item)
            self._changed.notify_all()
        return True

    # --- in the thread that sends ---

    def batches(self) -> Iterator[list[Any]]:
        """What has come, as soon as something has.  Raises what the iterator does."""
        threading.Thread(target=self._run, name="tsvshare-rows", daemon=True).start()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._is_over)
                batch, self._waiting, self._weight = self._waiting, [], 0
                self._changed.notify_all()
            if not batch:
                break
            yield batch
        if self.error is not None:
            raise self.error

    def _source(self, first: Any, batches: Iterator[list[Any]]) -> Source:
        if isinstance(first, (str, bytes, bytearray, memoryview)):
            return Source(_pieces(batches), self.name, options=self._options, growing=True)
        if not is_row(first):
            return Source(self._tables(batches), self.name, options=AS_WRITTEN, growing=True)
        names = names_of(first)
        if names is None:
            names, options = options_of_lists(self._options)
        else:
            options = AS_WRITTEN
        lines = _lines(batches, names, first)
        return Source(lines, self.name, options=options, growing=True)

    def _tables(self, batches: Iterator[list[Any]]) -> Iterator[bytes]:
        names: list[str] | None = None
        for table in itertools.chain.from_iterable(batches):
            own, text = self._read_table(table)
            if names is None:
                names = own
                yield to_text([names], is_first=True)
            elif own != names:
                raise BadTable(f"a table has other columns than the first one: {', '.join(own)}")
            yield from text


def _weight(item: Any) -> int:
    """How much of what may wait an item is; a table is all of it."""
    if isinstance(item, (str, bytes, bytearray, memoryview)):
        return len(item)
    return ROW_BYTES if is_row(item) else MOST_WAITING


def _pieces(batches: Iterator[list[Any]]) -> Iterator[bytes]:
    for batch in batches:
        yield b"".join(p.encode() if isinstance(p, str) else bytes(p) for p in batch)


def _lines(batches: Iterator[list[Any]], names: list[str] | None, first: Any) -> Iterator[bytes]:
    if names is not None:
        yield to_text([names], is_first=True)
    done = 0
    for batch in batches:
        if isinstance(first, Mapping):
            rows = cells_by_name(batch, names or [], done + 1)
        else:
            rows = cells_of_lists(batch, done + 1)
        for some in in_batches(rows, len(first)):
            yield to_text(some, is_first=names is None and not done)
            done += len(some)
