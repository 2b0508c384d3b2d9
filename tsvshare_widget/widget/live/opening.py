"""Bringing a table to its document."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tsvshare_widget.client import Link, OnBytes, upload
from tsvshare_widget.errors import UploadBroken
from tsvshare_widget.protocol import TableState
from tsvshare_widget.sources.growing import Growing
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
    if isinstance(source, Growing):
        try:
            return _upload(link, source.open(), cid, timeout, on_progress, cancelled)
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
    return _upload(link, source, cid, timeout, on_progress, cancelled)


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


def _upload(
    link: Link,
    source: Source,
    cid: str | None,
    timeout: float | None,
    on_progress: OnBytes | None,
    cancelled: threading.Event | None,
) -> TableState:
    return upload(
        link,
        source.body,
        name=source.name,
        options=source.options,
        total=source.total,
        growing=source.growing,
        cid=cid,
        on_progress=on_progress,
        timeout=timeout,
        cancelled=cancelled,
    )
