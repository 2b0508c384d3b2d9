"""Uploads that go on after a loss: in parts, each of which begins where the last one ended.

Between two parts, and after a loss, everyone sees the old table again; with the next part the new
one shows from its first row.  What has come stays for a while, for whoever knows the upload's id.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from tsvshare_widget.errors import BadRequest, NotFound, Stale, TSVShareError, UploadBroken
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.storage.upload_records import UploadRecord, UploadRecords

from .incoming import Upload
from .uploads import Uploads


@dataclass(eq=False)
class Resumable:
    """One upload of ``total`` bytes to a document, under an id that nobody can guess.

    ``upload`` is None if it came to its end at another relay, or before a restart.
    """

    id: str
    uuid: str
    upload: Upload | None
    total: int
    part: Part | None = None
    """What is coming in now."""
    error: TSVShareError | None = None
    """Why it has ended, if it has not come to its end."""
    table: TableState | None = None
    timer: asyncio.TimerHandle | None = None

    @property
    def offset(self) -> int:
        """How many bytes have come."""
        return self.total if self.upload is None else self.upload.received

    @property
    def coming(self) -> Upload:
        """What takes in its bytes, while it is not over."""
        assert self.upload is not None
        return self.upload

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come."""
        return self.error is not None or self.table is not None


class ResumableUploads:
    """The uploads of a relay that can go on; each is kept for ``seconds`` after its last byte.

    Of one that says nothing between two parts everyone sees the old table after ``rest_seconds``.
    """

    def __init__(
        self,
        uploads: Uploads,
        records: UploadRecords | None,
        *,
        seconds: float,
        rest_seconds: float,
    ) -> None:
        """``records`` are where uploads are known that can go on at another relay."""
        self._uploads = uploads
        self._records = records
        self._resuming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._seconds = seconds
        self._rest_seconds = rest_seconds
        self._known: dict[str, Resumable] = {}
        self._stopped = False
        self._ending: set[asyncio.Task[None]] = set()

    async def begin(
        self, uuid: str, *, name: str, total: int, options: ReadOptions, by: str | None
    ) -> Resumable:
        """A new upload of ``total`` bytes.  Raises as :meth:`Uploads.begin` does."""
        upload = await self._uploads.begin(uuid, name=name, total=total, options=options, by=by)
        resumable = Resumable(secrets.token_hex(16), uuid, upload, total)
        if self._records is not None:
            record = UploadRecord(
                uuid=uuid,
                table_id=upload.table_id,
                name=name,
                total=total,
                options=options,
                by=by,
            )
            await self._record(self._records, resumable, record)
        self._known[resumable.id] = resumable
        self._watch(resumable)
        return resumable

    async def find(self, uuid: str, id: str) -> Resumable:
        """The upload of a document with this id; one that has failed raises why.

        One that another relay had goes on here, from what that has stored of it on.  Raises
        :class:`NotFound` if it is not known, or not any more.
        """
        if id not in self._known and self._records is not None:
            lock = self._resuming.setdefault(id, asyncio.Lock())
            async with lock:
                if id not in self._known:
                    await self._resume(self._records, uuid, id)
        found = self._known.get(id)
        if found is None or found.uuid != uuid:
            raise NotFound(
                "there is no such upload, or not any more: what has come of one is kept for "
                f"{self._seconds / 60:g} minutes; begin a new one"
            )
        if found.error is not None:
            raise found.error
        return found

    async def _resume(self, records: UploadRecords, uuid: str, id: str) -> None:
        """Take in once more what another relay has stored of an upload, if there is such a one."""
        record = await records.get(id)
        if record is None or record.uuid != uuid:
            return
        table = await self._uploads.arrived(uuid, record.table_id)
        if table is not None:  # it was done, and whoever sent it was not told
            self._known[id] = Resumable(id, uuid, None, record.total, table=table)
            self._forget_later(self._known[id])
            return
        upload = await self._uploads.begin(
            uuid, name=record.name, total=record.total, options=record.options, by=record.by
        )
        resumable = Resumable(id, uuid, upload, record.total)
        moved = msgspec.structs.replace(record, table_id=upload.table_id)
        try:
            for key in await records.segments(record.table_id):
                await upload.receive(await records.read(key))
        except TSVShareError as error:
            await upload.cancel(error)
            raise
        await self._record(records, resumable, moved)
        await records.delete_bytes(record.table_id)
        self._known[id] = resumable
        self.paused(resumable)

    async def _record(
        self, records: UploadRecords, resumable: Resumable, record: UploadRecord
    ) -> None:
        try:
            await records.put(resumable.id, record)
        except TSVShareError as error:
            records.drop(resumable.id, record.table_id)
            await resumable.coming.cancel(error)
            raise

    def take_part(self, resumable: Resumable, offset: int) -> Part:
        """Take in bytes from ``offset`` on.  Raises :class:`Stale` if they do not follow."""
        if resumable.part is not None:
            # Whoever comes back is faster than the loss of their connection is noticed.
            resumable.part.is_overtaken = True
            resumable.part = None
        if offset != resumable.offset:
            raise Stale(f"this upload goes on at byte {resumable.offset:,}, not at {offset:,}")
        if resumable.table is None:
            self._stop_timer(resumable)
            resumable.coming.show_again()
        resumable.part = Part(self, resumable)
        return resumable.part

    async def cancel(self, resumable: Resumable, error: TSVShareError) -> None:
        """Give an upload up: what has come is deleted."""
        self._stop_timer(resumable)
        if not resumable.is_over:
            resumable.error = error
            if self._records is not None and not self._stopped:
                self._records.drop(resumable.id, resumable.coming.table_id)
            await resumable.coming.cancel(error)
        self._forget_later(resumable)

    async def rest(self, resumable: Resumable) -> None:
        """Take in that no part is coming for now: everyone sees the old table again."""
        self._watch(resumable)
        await resumable.coming.hide()
        self._expire_later(resumable)

    def paused(self, resumable: Resumable) -> None:
        """Take in that a part has ended as it should: the next one may follow at once."""
        self._watch(resumable)
        self._later(resumable, self._rest_seconds, lambda: self.rest(resumable))

    def completed(self, resumable: Resumable, table: TableState) -> None:
        """Take in that all of it has come.

        What is recorded of it stays as long as it is known: whoever is not told may ask elsewhere.
        """
        resumable.table = table
        if self._records is not None:
            self._records.tables.discard(table.id)
        self._forget_later(resumable)

    async def stop(self) -> None:
        """Forget all; the uploads themselves are stopped by :class:`Uploads`."""
        self._stopped = True  # what is recorded of them goes on elsewhere
        for resumable in self._known.values():
            self._stop_timer(resumable)
        if self._ending:
            await asyncio.wait(self._ending)

    # --- time -----------------------------------------------------------------------------------

    def _watch(self, resumable: Resumable) -> None:
        """Hear of what ends an upload while none of its parts is coming in."""
        resumable.part = None
        if resumable.coming.error is not None:
            self._run(self.cancel(resumable, resumable.coming.error))
            return
        resumable.coming.when_failed = lambda error: self._run(self.cancel(resumable, error))
        self._expire_later(resumable)

    def _expire_later(self, resumable: Resumable) -> None:
        expired = UploadBroken("this upload broke off and was not resumed in time")
        self._later(resumable, self._seconds, lambda: self.cancel(resumable, expired))

    def _forget_later(self, resumable: Resumable) -> None:
        async def forget() -> None:
            self._known.pop(resumable.id, None)
            if self._records is not None and resumable.table is not None and not self._stopped:
                self._records.drop(resumable.id, resumable.table.id)

        self._later(resumable, self._seconds, forget)

    def _later(self, resumable: Resumable, seconds: float, work: Any) -> None:
        self._stop_timer(resumable)
        loop = asyncio.get_running_loop()
        resumable.timer = loop.call_later(seconds, lambda: self._run(work()))

    def _stop_timer(self, resumable: Resumable) -> None:
        if resumable.timer is not None:
            resumable.timer.cancel()
            resumable.timer = None

    def _run(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class Part:
    """The bytes of one request of an upload that can go on."""

    takes_much = True

    def __init__(self, uploads: ResumableUploads, resumable: Resumable) -> None:
        self._uploads = uploads
        self._resumable = resumable
        self.is_overtaken = False
        self._has_surplus = False

    async def receive(self, chunk: bytes | memoryview) -> None:
        """Take in the next bytes.  Raises as :meth:`Upload.receive` does."""
        resumable = self._resumable
        if self.is_overtaken:
            return
        if resumable.upload is None:
            self._has_surplus = True
            return
        if resumable.offset + len(chunk) > resumable.total:
            resumable.upload.fail(self._too_much())
        await resumable.upload.receive(chunk)

    def _too_much(self) -> TSVShareError:
        return BadRequest(f"this upload was said to have {self._resumable.total:,} bytes, not more")

    async def complete(self) -> TableState | None:
        """Take in the end of the request; the table, if that was the last."""
        resumable = self._resumable
        if self.is_overtaken:
            raise Stale("this part of the upload was begun anew")
        if self._has_surplus:
            raise self._too_much()
        if resumable.table is not None:  # whose answer was lost the last time
            return resumable.table
        if resumable.offset < resumable.total:
            self._uploads.paused(resumable)
            return None
        table = await resumable.coming.complete()
        resumable.part = None
        self._uploads.completed(resumable, table)
        return table

    async def cancel(self, error: TSVShareError) -> None:
        """End the upload, which has failed; one that goes on elsewhere does."""
        if not self.is_overtaken:
            await self._uploads.cancel(self._resumable, error)

    async def break_off(self, error: TSVShareError) -> None:
        """Take in that the connection was lost; the upload can go on from there."""
        if not self.is_overtaken and self._resumable.table is None:
            await self._uploads.rest(self._resumable)
