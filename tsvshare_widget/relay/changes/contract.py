"""What those who work on documents need of the hub they belong to, which knows them all."""

from __future__ import annotations

from typing import Protocol

from tsvshare_widget.document import Document, Found, Moved
from tsvshare_widget.protocol import TableState, Working
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.storage.documents import Step
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.table import Table


class Documents(Protocol):
    """The documents of one relay; see :class:`.hub.Hub`."""

    settings: Settings
    store: TableStore
    metrics: Metrics
    views: Views

    async def document(self, uuid: str) -> Document:
        """The newest snapshot of a document.  Raises :class:`NotFound`."""

    async def change(self, uuid: str, step: Step) -> Document:
        """Apply ``step`` to a document, store the outcome, tell everyone, and return it."""

    async def find_top_row(self, uuid: str, table_id: str, moved: Moved) -> None:
        """Find the row on top of a table in its new reading, off the event loop."""

    async def ask_again(self, uuid: str, table: TableState, data: Table) -> Found | None:
        """What comes of the shared query in a new reading of a table."""

    async def tell_work(self, uuid: str, message: Working) -> None:
        """Tell everyone who looks at a document what is under way."""

    def is_watched(self, uuid: str) -> bool:
        """Whether anybody looks at a document."""
