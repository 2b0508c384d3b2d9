"""A source sent to its document."""

from __future__ import annotations

import threading

from tsvshare_widget.client import Link, OnBytes, upload
from tsvshare_widget.client.uploading import OnLoss
from tsvshare_widget.protocol import TableState

from .source import Source


def send_source(
    link: Link,
    source: Source,
    *,
    cid: str | None = None,
    on_progress: OnBytes | None = None,
    on_loss: OnLoss | None = None,
    timeout: float | None,
    cancelled: threading.Event | None = None,
) -> TableState:
    """Make ``source`` the document's table, as :func:`tsvshare_widget.client.upload` does."""
    return upload(
        link,
        source.body,
        name=source.name,
        options=source.options,
        total=source.total,
        growing=source.growing,
        cid=cid,
        on_progress=on_progress,
        on_loss=on_loss,
        timeout=timeout,
        cancelled=cancelled,
    )
