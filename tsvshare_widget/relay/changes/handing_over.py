"""Documents with all that is theirs, given to other relays and taken in from them or a backup."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from collections.abc import Awaitable, Callable, Generator, Set
from contextlib import closing
from functools import partial
from pathlib import Path

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, Over
from tsvshare_widget.errors import BadValue, Deleted, NotFound, NotYet, Stale, TSVShareError
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.storage.archive import Head, Unpacker, digest_of_table, head_of, pack
from tsvshare_widget.relay.storage.disk import DiskGuard, storage_error
from tsvshare_widget.relay.storage.documents import DocumentStore, version_of
from tsvshare_widget.relay.storage.tables import TableStore

from .documents import Documents, moved_error
from .links import OVER

CHECK_BYTES = 8 * 1024 * 1024
"""Between two looks at how full the disk is."""


class HandingOver:
    """Gives and takes documents of one relay.  Its methods belong to the event loop's thread.

    ``put_out`` sends those away whose link does not lead to a document any more.
    """

    def __init__(
        self,
        documents: Documents,
        store: DocumentStore,
        tables: TableStore,
        disk: DiskGuard,
        put_out: Callable[[str], Awaitable[None]],
    ) -> None:
        self._documents = documents
        self._store = store
        self._tables = tables
        self._disk = disk
        self._put_out = put_out

    async def head(self, uuid: str, hold: float = 0.0) -> Head:
        """What is said of a document here, and of all its tables; also of one that has moved.

        It does not change for ``hold`` seconds, or until it is led away.
        Raises :class:`NotFound`, and :class:`NotYet` while its table comes in or is read anew.
        """
        if hold:
            self._documents.hold(uuid, hold)
        document = await self._documents.load_stored(uuid)
        return await self._head(document, lambda _: None)

    async def pieces(self, asker: Asker, have: Set[str]) -> Generator[bytes]:
        """All of a document but the tables that the other side has; to be read in a thread.

        Raises as :meth:`head` does, and :class:`Moved`.
        """
        document = await self._documents.load_stored(asker.document)
        if document.moved is not None:
            raise moved_error(document.moved)
        held: list[str] = []

        def hold(table_id: str) -> None:
            self._tables.acquire(table_id)
            held.append(table_id)

        try:
            head = await self._head(document, hold, asker, have)
            pieces = pack(head, self._tables.folder, have)
            first = await asyncio.to_thread(next, pieces)  # opens all
        except OSError as error:
            raise storage_error(error) from error
        finally:
            for table_id in held:
                self._tables.release(table_id)
        return _after(first, pieces)

    async def _head(
        self,
        document: Document,
        hold: Callable[[str], None],
        asker: Asker | None = None,
        have: Set[str] = frozenset(),
    ) -> Head:
        for state in document.states:
            if state.table is not None and state.table.status in ("receiving", "rereading"):
                raise NotYet("its table is coming in, or read anew; try again when that is done")
        for table_id in document.table_ids:
            whole = asker is not None and table_id not in have
            await self._tables.prepare(table_id, whole=whole)
            hold(table_id)
        now = self._documents.now()
        return await asyncio.to_thread(head_of, document, now, self._tables.folder)

    async def take_in(self, uuid: str, over: Over) -> TakingIn:
        """What takes in a document.  Raises :class:`DiskFull` and :class:`Unavailable`."""
        self._disk.check()
        self._tables.check_takes()
        return TakingIn(self, uuid, over, self._disk, arriving(self._tables.folder))

    async def put(self, uuid: str, head: Head, folder: Path, over: Over) -> str:
        """Have a document that has come, with tables in ``folder``; what was here before.

        Raises :class:`BadValue`, :class:`Stale`, :class:`Deleted` and :class:`BadTable`.
        """
        document = head.document
        if document.uuid != uuid or document.moved is not None:
            raise BadValue("this is the archive of another document, or of one that has moved")
        if document.ends is not None and document.ends <= time.time():
            raise Deleted(OVER)
        there = await self._what_is_there(uuid, over)
        standing = docs.check_over(there, document, over)
        if standing == "same":
            return standing
        taken: dict[str, str] = {}
        try:
            for table_id, digest in head.tables.items():
                taken[table_id] = await self._take_table(folder, table_id, digest, there)
            await self._save(head, taken, there)
        except BaseException:
            for table_id in set(taken.values()) - _tables_of(there):
                self._tables.discard(table_id)
            raise
        finally:
            for table_id in taken.values():
                self._tables.release(table_id)
        if there is not None:
            await self._after(there, document, set(taken.values()))
        return standing

    async def _what_is_there(self, uuid: str, over: Over) -> Document | None:
        try:
            return await self._documents.load_stored(uuid)
        except Deleted as error:
            if over != "newer":
                raise Deleted(f"it was deleted there since ({error.message})") from None
        except NotFound:
            pass
        if over == "newer":
            await self._documents.remember_no_end(uuid)
        return None

    async def _take_table(
        self, folder: Path, table_id: str, digest: str, there: Document | None
    ) -> str:
        """The id of a table here, in use: one that is here, or that of what has come."""
        if (folder / table_id).is_dir():
            if await asyncio.to_thread(digest_of_table, folder / table_id) != digest:
                raise Stale(f"the table {table_id} has changed while it was sent; send it again")
            return await self._tables.adopt(table_id, folder / table_id)
        if table_id in _tables_of(there):
            await self._tables.prepare(table_id)
            here = await asyncio.to_thread(digest_of_table, self._tables.folder / table_id)
            if here == digest:
                self._tables.acquire(table_id)
                return table_id
        raise Stale(f"the table {table_id} is not here as it was said; send all of the document")

    async def _save(self, head: Head, taken: dict[str, str], there: Document | None) -> None:
        now = self._documents.now()
        document = docs.taken_over(
            head.document,
            epoch=secrets.token_hex(8),
            clock=head.clock,
            now=now,
            tables={old: new for old, new in taken.items() if old != new},
        )
        if not await self._store.save(document, version_of(there)):
            raise Stale(
                "it was changed there at this moment, or deleted less than a day ago; look again"
            )

    async def _after(self, there: Document, document: Document, tables: set[str]) -> None:
        for table_id in there.table_ids - tables:
            self._tables.discard(table_id)
        if there.key_hash != document.key_hash:
            await self._put_out(document.uuid)


class TakingIn:
    """An archive of one document that is coming in: see :class:`.body.Incoming`."""

    takes_much = False

    def __init__(
        self, parts: HandingOver, uuid: str, over: Over, disk: DiskGuard, folder: Path
    ) -> None:
        self.became = ""
        self.when_failed: Callable[[TSVShareError], object] = lambda error: None
        self._parts = parts
        self._uuid, self._over = uuid, over
        self._disk = disk
        self._unchecked = 0
        self._folder = folder / secrets.token_hex(8)
        self._unpacker = Unpacker(self._folder)

    async def receive(self, chunk: bytes) -> None:
        """Take in the next bytes."""
        try:
            self._unchecked += len(chunk)
            if self._unchecked >= CHECK_BYTES:
                self._disk.check()
                self._unchecked = 0
            await asyncio.to_thread(self._unpacker.feed, chunk)
        except OSError as error:
            failure = storage_error(error)
            self.when_failed(failure)
            raise failure from error
        except TSVShareError as error:
            self.when_failed(error)
            raise

    async def complete(self) -> None:
        """Have the document, once all of it is seen to be here.  Raises why it is not taken."""
        try:
            head = await asyncio.to_thread(self._unpacker.end)
            self.became = await self._parts.put(self._uuid, head, self._folder, self._over)
        except OSError as error:
            raise storage_error(error) from error
        finally:
            await self._clean_up()

    async def cancel(self, error: TSVShareError) -> None:
        """Give up."""
        await self._clean_up()

    async def break_off(self, error: TSVShareError) -> None:
        """Take in that its sender has gone before its end."""
        await self._clean_up()

    async def _clean_up(self) -> None:
        self._unpacker.close()
        await asyncio.to_thread(partial(shutil.rmtree, self._folder, ignore_errors=True))


def arriving(tables: Path) -> Path:
    """Where what comes in is, until it is whole: on the disk of the tables, and not among them."""
    return tables.with_name("arriving")


def _tables_of(document: Document | None) -> set[str]:
    return document.table_ids if document is not None else set()


def _after(first: bytes, pieces: Generator[bytes]) -> Generator[bytes]:
    with closing(pieces):
        yield first
        yield from pieces
