"""Bringing a table to its document."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tsvshare_widget.client import Link, OnBytes
from tsvshare_widget.errors import UploadBroken
from tsvshare_widget.protocol import TableState
from tsvshare_widget.sources.growing import Growing
from tsvshare_widget.sources.sending import send_source
from tsvshare_widget.sources.source import Source

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay


def send_table(
    link: Link,
    source: Source | Growing,
    embedded: EmbeddedRelay | None,
    *,
    cid: str | None = None,
    timeout: float | None,
    on_progress: OnBytes | None = None,
    cancelled: threading.Event | None = None,
) -> TableState:
    """Make ``source`` the document's table and wait until it is read.

    A local file goes straight into an embedded relay's spool, everything else by HTTP.  What an
    iterator yields is sent as it comes, and stays if the rest does not.
    """
    send = partial(
        send_source, cid=cid, timeout=timeout, on_progress=on_progress, cancelled=cancelled
    )
    if isinstance(source, Growing):
        try:
            return send(link, source.open())
        finally:
            source.stop()
    if embedded is not None and source.path is not None:
        return embedded.open_path(
            link.uuid,
            link.key,
            source.path,
            name=source.name,
            options=source.options,
            on_progress=_until(cancelled, on_progress),
        )
    return send(link, source)


def _until(
    cancelled: threading.Event | None, on_progress: OnBytes | None
) -> Callable[[int, int], None]:
    """Reports how far it is, and ends it once it is cancelled."""

    def report(done: int, total: int) -> None:
        if cancelled is not None and cancelled.is_set():
            raise UploadBroken(f"the upload was cancelled after {done:,} bytes")
        if on_progress is not None:
            on_progress(done, total)

    return report
