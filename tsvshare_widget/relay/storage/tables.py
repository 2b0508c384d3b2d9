"""Where the bytes of tables live: one folder for each table, opened while somebody reads it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

KEPT_OPEN = 64
"""Tables nobody reads just now that stay open, so that the next page costs no opening."""


@dataclass
class _Open:
    table: Table
    users: int = 0
    unwanted: bool = False
    shown: Table | None = None


class TableStore:
    """The tables of one relay.  Its methods belong to the event loop's thread.

    Whoever filled or read anew a table says by :meth:`show` which moment of it the documents speak
    of; that is what others read, so that a page is never of another reading than its state.

    A table stays open, and its bytes stay on disk, while anybody uses it; so a page that is being
    read in another thread and a download under way are never cut off by an upload that replaces
    their table.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._open: dict[str, _Open] = {}
        self._idle: OrderedDict[str, None] = OrderedDict()
        self._closed = False
        self.on_discard: Callable[[str], object] = lambda table_id: None

    def create(self, options: ReadOptions, limit: int, *, name: str = "") -> tuple[str, Table]:
        """A new, empty table and its id, in use until :meth:`release`.

        ``name`` is that of its file, here and elsewhere: it can help to recognise a format.
        Raises :class:`Unavailable` after :meth:`close`.
        """
        self._check_open()
        table_id = secrets.token_hex(8)
        table = Table.create(self.folder / table_id, options=options, limit=limit, name=name)
        self._open[table_id] = _Open(table, users=1)
        return table_id, table

    def acquire(self, table_id: str, *, name: str = "") -> Table:
        """The table, in use until :meth:`release`.

        Raises :class:`NotFound`, and :class:`Unavailable` after :meth:`close`.
        """
        if table_id not in self._open:
            self._check_open()
            self._open[table_id] = _Open(Table.open(self.folder / table_id, name=name))
        self._idle.pop(table_id, None)
        entry = self._open[table_id]
        entry.users += 1
        return entry.table

    def has_more(self, table_id: str, size: int) -> bool:
        """Whether the file of a table has more than ``size`` bytes on disk; cheap."""
        try:
            return (self.folder / table_id / "raw").stat().st_size > size
        except FileNotFoundError:
            return False

    def release(self, table_id: str) -> None:
        """End one use of a table."""
        entry = self._open[table_id]
        entry.users -= 1
        if entry.users:
            return
        entry.shown = None
        if self._closed:
            self._open.pop(table_id).table.close()
            return
        if entry.unwanted:
            self._remove(table_id)
            return
        self._idle[table_id] = None
        if len(self._idle) > KEPT_OPEN:
            oldest, _ = self._idle.popitem(last=False)
            self._open.pop(oldest).table.close()

    @contextmanager
    def use(self, table_id: str, *, name: str = "") -> Iterator[Table]:
        """The table as it is shown, in use within the block; it does not change meanwhile.

        Raises :class:`NotFound`.
        """
        table = self.acquire(table_id, name=name)
        try:
            yield self._open[table_id].shown or table.frozen()
        finally:
            self.release(table_id)

    def show(self, table_id: str, moment: Table | None) -> None:
        """Let :meth:`use` give ``moment`` of a table in use; None: always the newest one."""
        self._open[table_id].shown = moment

    def discard(self, table_id: str) -> None:
        """Delete a table as soon as nobody uses it; ``on_discard`` is told of it first."""
        self.on_discard(table_id)
        entry = self._open.get(table_id)
        if entry is not None and entry.users:
            entry.unwanted = True
        else:
            self._remove(table_id)

    def unused(self) -> set[str]:
        """The ids of the tables on disk that nobody uses at this moment."""
        in_use = {table_id for table_id, entry in self._open.items() if entry.users}
        return {folder.name for folder in self.folder.iterdir()} - in_use

    async def sweep(self, candidates: Iterable[str]) -> None:
        """Delete those of ``candidates`` that nobody has begun to use meanwhile."""
        for table_id in candidates:
            self.discard(table_id)
            await asyncio.sleep(0)

    def close(self) -> None:
        """Close all tables, those in use when that ends; none can be made or opened any more."""
        self._closed = True
        for table_id in self._idle:
            self._open.pop(table_id).table.close()
        self._idle.clear()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("the relay is going away; try again later")

    def _remove(self, table_id: str) -> None:
        self._idle.pop(table_id, None)
        entry = self._open.pop(table_id, None)
        if entry is not None:
            entry.table.close()
        _delete_aside(self.folder / table_id)


def _delete_aside(folder: Path) -> None:
    # Unlinking gigabytes takes the file system a while.  A thread of its own, because the pool of
    # the event loop takes no more work once the interpreter is going down.
    threading.Thread(target=shutil.rmtree, args=(folder, True), daemon=True).start()
