"""Bringing a table to its document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsvshare_widget.client import Link, OnBytes, upload
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
) -> TableState:
    """Make ``source`` the document's table and wait until it is read.

    A local file goes straight into an embedded relay's spool, everything else by HTTP.  What an
    iterator yields is sent as it comes, and stays if the rest does not.
    """
    if isinstance(source, Growing):
        try:
            return _upload(link, source.open(), cid, timeout, on_progress)
        finally:
            source.stop()
    if embedded is not None and source.path is not None:
        return embedded.open_path(
            link.uuid,
            link.key,
            source.path,
            name=source.name,
            options=source.options,
            on_progress=on_progress,
        )
    return _upload(link, source, cid, timeout, on_progress)


def _upload(
    link: Link,
    source: Source,
    cid: str | None,
    timeout: float | None,
    on_progress: OnBytes | None,
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
    )
