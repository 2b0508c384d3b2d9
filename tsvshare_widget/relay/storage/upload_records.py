"""What is known of uploads that can go on, kept where their bytes are: in an object store.

So one goes on at another relay, or at the same one after a restart, from the last segment that was
stored on.
"""

from __future__ import annotations

import asyncio
import logging
import re

import msgspec

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.objects.manifest import folder_of
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.read_options import ReadOptions

log = logging.getLogger(__name__)

_ID = re.compile("[0-9a-f]{32}")


class UploadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One upload of ``total`` bytes to the document ``uuid``, whose bytes are in ``table_id``."""

    uuid: str
    table_id: str
    name: str
    total: int
    options: ReadOptions
    by: str | None


class UploadRecords:
    """The uploads of all relays on one store.  It belongs to the event loop's thread."""

    def __init__(self, objects: Objects) -> None:
        self.tables: set[str] = set()
        """Tables whose objects stay when a relay ends in the middle of their uploads."""
        self._objects = objects
        self._dropping: set[asyncio.Task[None]] = set()

    async def put(self, id: str, record: UploadRecord) -> None:
        """Keep what is known of an upload.  Raises :class:`Unavailable`."""
        self.tables.add(record.table_id)
        await self._objects.run(self._objects.put, _key(id), msgspec.json.encode(record))

    async def get(self, id: str) -> UploadRecord | None:
        """What is known of an upload; None if it is over.  Raises :class:`Unavailable`."""
        data = await self._objects.run(self._objects.get, _key(id)) if _ID.fullmatch(id) else None
        return None if data is None else msgspec.json.decode(data, type=UploadRecord)

    def drop(self, id: str, table_id: str) -> None:
        """Forget an upload, which has ended, soon."""
        self.tables.discard(table_id)
        task = asyncio.create_task(self._drop(id))
        self._dropping.add(task)
        task.add_done_callback(self._dropping.discard)

    async def segments(self, table_id: str) -> list[str]:
        """The names of the objects with the first bytes that came, in order, without a gap."""
        entries = await self._objects.run(self._objects.entries, f"{folder_of(table_id)}/raw")
        found, end = [], 0
        for entry in sorted(entries):
            if int(entry.key.rpartition("/")[2].partition("-")[0]) != end:
                break
            found.append(entry.key)
            end += entry.size
        return found

    async def delete_bytes(self, table_id: str) -> None:
        """Delete these objects, as far as that is possible now: they are somewhere else now."""
        try:
            await self._objects.run(self._objects.delete_all, folder_of(table_id))
        except TSVShareError as error:
            log.info("objects of %s stay until they are swept: %s", table_id, error)

    async def read(self, key: str) -> bytes:
        """The bytes of one of these; nothing if it is gone.  Raises :class:`Unavailable`."""
        return await self._objects.run(self._objects.get, key) or b""

    async def _drop(self, id: str) -> None:
        try:
            await self._objects.run(self._objects.delete, [_key(id)])
        except (TSVShareError, RuntimeError) as error:  # or the relay has ended
            log.info("the record of the upload %s stays: %s", id, error)


def _key(id: str) -> str:
    return f"uploads/{id}"
