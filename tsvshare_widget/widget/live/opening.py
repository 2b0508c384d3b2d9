"""Bringing a table to its document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsvshare_widget.client import Link, OnBytes, upload
from tsvshare_widget.protocol import TableState
from tsvshare_widget.widget.convert.sources import Source

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay


def send_table(
    link: Link,
    source: Source,
    embedded: EmbeddedRelay | None,
    *,
    cid: str | None = None,
    timeout: float | None,
    on_progress: OnBytes | None = None,
) -> TableState:
    """Make ``source`` the document's table and wait until it is read.

    A local file goes straight into an embedded relay's spool, everything else by HTTP.
    """
    if embedded is not None and source.path is not None:
        return embedded.open_path(
            link.uuid,
            link.key,
            source.path,
            name=source.name,
            options=source.options,
            on_progress=on_progress,
        )
    return upload(
        link,
        source.body,
        name=source.name,
        options=source.options,
        cid=cid,
        on_progress=on_progress,
        timeout=timeout,
    )
