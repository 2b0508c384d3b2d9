"""Where the bytes of tables live: one folder for each table, opened while somebody reads it."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.asker import NOBODY, Asker
from tsvshare_widget.relay.metrics import NOTHING_COUNTED, Counts
from tsvshare_widget.relay.objects.ahead import Ahead
from tsvshare_widget.relay.threads import FairThreads
from tsvshare_widget.table import Table
from tsvshare_widget.table.state import Stored
from tsvshare_widget.table.storage.durability import sync_files, sync_folder
from tsvshare_widget.table.storage.elsewhere import NOWHERE, Elsewhere

from .deleter import Deleter
from .descriptors import most_descriptors
from .disk import OUT_OF_DESCRIPTORS, storage_error
from .moments import Moments
from .upload_records import UploadRecords

KEPT_OPEN = 1000
"""Tables that stay open though nobody reads them just now: the next page costs no opening.

Each takes some 6 KB; its document is one at which somebody looks.
"""

DESCRIPTORS_FOR_EACH = 16
"""For each of them the process may have so many files and connections open: else fewer stay open.

A table takes four.
"""


@dataclass
class _Open:
    """An open table."""

    table: Table
    users: int = 0
    unwanted: bool = False
    moments: Moments = field(default_factory=Moments)


class TableStore:
    """The tables of one relay.  Its methods belong to the event loop's thread.

    While a table grows or is read anew, it has moments of which documents may speak: that before,
    and, from just before a document changes (:meth:`offer`), that after.  A reader says which state
    of the table it is to read, and gets the moment that fits it (:meth:`use`).  So a page is never
    of another reading than its state, whenever the change reaches the reader.

    ``durable`` ones outlast a power cut; ``limit`` is how many bytes one may grow to.  So many as
    ``kept_open`` says stay open though nobody reads them just now.

    A table stays open, and its bytes stay on disk, while anybody uses it; so a page that is being
    read in another thread and a download under way are never cut off by an upload that replaces
    their table.
    """

    upload_records: UploadRecords | None = None
    """What is known of uploads that can go on elsewhere, if they can."""

    is_kept_elsewhere = False
    """Whether a table may be there, or have more rows there, than its folder has."""

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        limit: int | None = None,
        kept_open: int = KEPT_OPEN,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._durable = durable
        self._limit = limit
        self._open: dict[str, _Open] = {}
        self._idle: OrderedDict[str, None] = OrderedDict()
        self._closed = False
        self._deleter = Deleter()
        self._kept_open = min(kept_open, most_descriptors() // DESCRIPTORS_FOR_EACH)
        self.on_discard: Callable[[str], object] = lambda table_id: None

    def create(self, options: ReadOptions, limit: int, *, name: str = "") -> tuple[str, Table]:
        """A new, empty table and its id, in use until :meth:`release`.

        ``name`` is that of its file, here and elsewhere: it can help to recognise a format.
        Raises :class:`Unavailable` after :meth:`close`.
        """
        self._check_open()
        table_id = secrets.token_hex(8)
        table = self._with_descriptors(
            lambda: Table.create(
                self.folder / table_id,
                options=options,
                limit=limit,
                name=name,
                durable=self._durable,
                elsewhere=self._elsewhere(table_id),
            )
        )
        self._open[table_id] = _Open(table, users=1)
        return table_id, table

    def acquire(self, table_id: str, *, name: str = "") -> Table:
        """The table, in use until :meth:`release`.

        Raises :class:`NotFound`, and :class:`Unavailable` after :meth:`close` and if the relay has
        too many files open.
        """
        if table_id not in self._open:
            self._check_open()
            folder, elsewhere = self.folder / table_id, self._elsewhere(table_id)
            table = self._with_descriptors(
                lambda: Table.open(
                    folder,
                    name=name,
                    limit=self._limit,
                    durable=self._durable,
                    elsewhere=elsewhere,
                )
            )
            self._open[table_id] = _Open(table)
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
        entry.moments.clear()
        if self._closed:
            self._open.pop(table_id).table.close()
            return
        if entry.unwanted:
            self._remove(table_id)
            return
        if self._is_stale(table_id):
            self._open.pop(table_id).table.close()
            return
        self._idle[table_id] = None
        self.trim_idle(self._kept_open)

    # --- tables that are kept elsewhere too ------------------------------------------------------

    async def prepare(
        self,
        table_id: str,
        *,
        whole: bool = False,
        asker: Asker = NOBODY,
        on_advance: Callable[[float], object] = lambda _: None,
    ) -> None:
        """Have what is needed to open a table here, and if ``whole`` all of it.

        To be awaited just before a table is used.  ``on_advance`` is told what share has come.
        Here all tables are in their folders; see :class:`.cached_tables.CachedTableStore`.
        """

    def is_here(self, table_id: str) -> bool:
        """Whether a table can be read without waiting for a network."""
        return True

    def stored_at(self, table_id: str) -> Stored | None:
        """Where other computers can read a table that is open here; None: nowhere."""
        return None

    def threads_for(self, table_id: str, usual: FairThreads) -> FairThreads:
        """The threads to read a table in: the usual ones, if it is here."""
        return usual

    def ahead(self, table_id: str) -> Ahead:
        """What puts a new table where it is kept while it comes in."""
        return Ahead(None, None)

    def counted(self) -> Counts:
        """What was asked of the place where tables are kept."""
        return NOTHING_COUNTED

    async def check_place(self) -> None:
        """Raise :class:`Unavailable` if the place where tables are kept does not answer now."""

    def check_takes(self) -> None:
        """Raise :class:`Unavailable` if no table could be kept just now; cheap."""

    def _elsewhere(self, table_id: str) -> Elsewhere:
        return NOWHERE

    def _is_stale(self, table_id: str) -> bool:
        """Whether a table has to be opened anew to be what it is where it is kept."""
        return False

    # --- closing --------------------------------------------------------------------------------

    def trim_idle(self, most: int = 0) -> None:
        """Close tables that nobody reads just now, but for so many that were read last."""
        while len(self._idle) > most:
            oldest, _ = self._idle.popitem(last=False)
            self._open.pop(oldest).table.close()

    def close_idle(self, table_ids: Iterable[str]) -> None:
        """Close those of these tables that nobody reads: nobody looks at them any more."""
        for table_id in table_ids:
            if table_id in self._idle:
                del self._idle[table_id]
                self._open.pop(table_id).table.close()

    def _with_descriptors(self, open_table: Callable[[], Table]) -> Table:
        """What ``open_table`` returns; tables that only stay open give their descriptors for it."""
        try:
            return open_table()
        except OSError as error:
            if error.errno not in OUT_OF_DESCRIPTORS:
                raise
        self.trim_idle()
        try:
            return open_table()
        except OSError as error:
            raise storage_error(error) from error

    # --- moments --------------------------------------------------------------------------------

    @contextmanager
    def use(self, state: TableState) -> Iterator[Table]:
        """The table as ``state`` speaks of it, in use within the block; it does not change.

        Raises :class:`NotFound` if its bytes are gone, :class:`Stale` if they are read otherwise.
        """
        table = self.acquire(state.id, name=state.name)
        try:
            yield self._open[state.id].moments.of(table, state)
        finally:
            self.release(state.id)

    @contextmanager
    def use_newest(self, state: TableState) -> Iterator[Table]:
        """The table as it is on disk, whatever ``state`` says of it.  Raises :class:`NotFound`."""
        table = self.acquire(state.id, name=state.name)
        try:
            yield table.frozen()
        finally:
            self.release(state.id)

    @contextmanager
    def growing(self, state: TableState) -> Iterator[Table]:
        """The table itself, to be changed, while others read it as it was before.

        In use within the block.  Raises :class:`NotFound`.
        """
        table = self.acquire(state.id, name=state.name)
        self._open[state.id].moments.begin(table.frozen())
        try:
            yield table
        finally:
            self._open[state.id].moments.clear()
            self.release(state.id)

    def offer(self, table_id: str, moment: Table) -> AbstractContextManager[None]:
        """Let ``moment`` of a table in use be read, for a document that is about to speak of it.

        If the block succeeds, it takes the place of all earlier ones.
        """
        return self._open[table_id].moments.offer(moment)

    # --- tables that were made elsewhere --------------------------------------------------------

    async def adopt(self, table_id: str, folder: Path) -> str:
        """The id here of a finished table that came as a ``folder``, in use until :meth:`release`.

        It is another one if there is a table of this id.  Raises :class:`NotFound` and
        :class:`BadTable` for what is none, :class:`Unavailable` and OSError.
        """
        if self._durable:
            await asyncio.to_thread(_sync_all, folder)
        if not await asyncio.to_thread(self._is_free, table_id):
            table_id = secrets.token_hex(8)
        self._check_open()
        try:
            self._acquire_moved(table_id, folder)
        except BaseException:
            self._remove(table_id)
            raise
        try:
            await self._keep_adopted(table_id)
        except BaseException:
            self.discard(table_id)
            self.release(table_id)
            raise
        return table_id

    def _acquire_moved(self, table_id: str, folder: Path) -> None:
        # At once: what is in the folder of tables and not in use may be swept.
        folder.replace(self.folder / table_id)
        self.acquire(table_id)

    def _is_free(self, table_id: str) -> bool:
        return not (self.folder / table_id).exists()

    async def _keep_adopted(self, table_id: str) -> None:
        if self._durable:
            await asyncio.to_thread(sync_folder, self.folder)

    # --- deleting -------------------------------------------------------------------------------

    def discard(self, table_id: str) -> None:
        """Delete a table as soon as nobody uses it; ``on_discard`` is called first."""
        self.on_discard(table_id)
        entry = self._open.get(table_id)
        if entry is not None and entry.users:
            entry.unwanted = True
        else:
            self._remove(table_id)

    def keep(self, table_id: str) -> None:
        """Not delete a table after all, which is in use still."""
        self._open[table_id].unwanted = False

    async def unused(self) -> set[str]:
        """The ids of the tables on disk that nobody uses at this moment."""
        on_disk = await asyncio.to_thread(lambda: {path.name for path in self.folder.iterdir()})
        return on_disk - {table_id for table_id, entry in self._open.items() if entry.users}

    async def sweep(self, candidates: Iterable[str]) -> None:
        """Delete those of ``candidates`` that nobody has begun to use meanwhile."""
        for table_id in candidates:
            self.discard(table_id)
            await asyncio.sleep(0)

    def close(self) -> None:
        """Close all tables, those in use when that ends; none can be made or opened any more."""
        self._closed = True
        self.trim_idle()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("the relay is going away; try again later")

    def _remove(self, table_id: str) -> None:
        self._idle.pop(table_id, None)
        entry = self._open.pop(table_id, None)
        if entry is not None:
            entry.table.close()
        self._deleter.delete(self.folder / table_id)


def _sync_all(folder: Path) -> None:
    sync_files(folder.iterdir())
    sync_folder(folder)
