"""What everyone sees of an upload: the steps that one upload makes its document take."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import DiskFull, NotFound, Superseded, Unavailable
from tsvshare_widget.protocol import TableState
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.table import Table

from .documents import Documents, Shows
from .new_reading import NewReadings

log = logging.getLogger(__name__)


class Publisher:
    """Shows one table, which is on its way in, to those who look at its document.

    ``claim`` is called just before the table takes the place of another one, also each time that
    this is tried again; it raises if that must not be any more.
    """

    def __init__(
        self,
        documents: Documents,
        tables: TableStore,
        new_readings: NewReadings,
        *,
        uuid: str,
        table_id: str,
        by: str | None,
        claim: Callable[[], None],
    ) -> None:
        self._documents = documents
        self._tables = tables
        self._new_readings = new_readings
        self._uuid = uuid
        self._table_id = table_id
        self._by = by
        self._claim = claim
        self._shown: Table | None = None

    @property
    def shown(self) -> Table | None:
        """The moment of the table that everyone sees; None if they do not see it yet."""
        return self._shown

    async def show(self, state: TableState, moment: Table) -> None:
        """Let the document show the table as it is at ``moment``, and as ``state`` says."""
        if self._shown is None:
            await self._change(self._begin(state), moment)
        elif moment.facts.reread == self._shown.facts.reread:
            await self._change(partial(docs.grow_table, table=state, moved=None), moment)
        else:  # late evidence had it read anew
            moved = await self._move(self._shown, moment)
            await self._change(partial(docs.grow_table, table=state, moved=moved), moment)
        self._shown = moment

    async def show_end(self, state: TableState, moment: Table) -> None:
        """Let the document show, in one step, that the table has come to its end."""
        moved = found = None
        if self._shown is not None and moment.facts.reread != self._shown.facts.reread:
            moved = await self._move(self._shown, moment)
            found = await self._new_readings.find_again(self._uuid, state, moment)
        finish = partial(
            docs.finish_table,
            table=state,
            moved=moved,
            found=found,
            now=time.time(),
            undo_seconds=self._documents.undo_seconds,
        )
        begin = self._begin(state) if self._shown is None else lambda document: document
        after = await self._change(lambda document: finish(begin(document)), moment)
        if after.state.table is None or after.state.table.id != self._table_id:
            raise superseded()
        self._shown = moment

    async def revert(self) -> None:
        """Let the document show what it did before; the bytes of the table are dropped."""
        self._tables.discard(self._table_id)  # first: the disk may be full
        step = partial(docs.revert_table, table_id=self._table_id, now=time.time())
        try:
            await self._documents.change(self._uuid, step)
        except NotFound:
            return
        except (DiskFull, Unavailable) as error:
            log.warning("document %s: %s", self._uuid, error)
            await self._documents.show_unsaved(self._uuid)

    def _begin(self, state: TableState) -> Callable[[Document], Document]:
        self._claim()

        def step(document: Document) -> Document:
            # Asked for again when somebody else's change came first: maybe a newer upload.
            self._claim()
            return docs.show_table(document, state, by=self._by, now=time.time())

        return step

    async def _move(self, before: Table, after: Table) -> docs.Moved:
        return await self._new_readings.move(self._uuid, self._table_id, before, after)

    async def _change(self, step: Callable[[Document], Document], moment: Table) -> Document:
        return await self._documents.change(self._uuid, step, Shows(self._table_id, moment))


def superseded() -> Superseded:
    """The error of an upload that a newer one replaced."""
    return Superseded("a newer upload to this document took the place of this one")
