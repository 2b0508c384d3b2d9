"""Choosing a relay, and bringing a table to it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tsvshare_widget.client import Link, upload
from tsvshare_widget.client.link import check_base
from tsvshare_widget.protocol import TableState
from tsvshare_widget.widget.convert.sources import Source

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay

Progress = Callable[[int, int | None], None]
"""Called with the bytes taken so far and how many there will be (None: nobody knows)."""

SHOW_BAR_AFTER = 1.0
"""Seconds after which a progress bar appears."""


def choose_relay(relay: str | None) -> tuple[str, EmbeddedRelay | None]:
    """The relay to use: the one named, ``TSVSHARE_RELAY``, or one embedded in this process.

    Returns its base URL, and the relay itself where it is embedded.
    """
    named = relay or os.environ.get("TSVSHARE_RELAY")
    if named:
        return check_base(named), None
    from tsvshare_widget.relay.embedded import get_relay

    embedded = get_relay()
    return check_base(embedded.url), embedded


def send(
    link: Link,
    source: Source,
    embedded: EmbeddedRelay | None,
    *,
    cid: str | None = None,
    timeout: float | None,
    on_progress: Progress | None = None,
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


@contextlib.contextmanager
def progress_bar(name: str, *, is_shown: bool) -> Iterator[Progress]:
    """A bar that shows the bytes sent, if it takes long."""
    from tqdm.auto import tqdm

    with tqdm(
        desc=name,
        unit="B",
        unit_scale=True,
        delay=SHOW_BAR_AFTER,
        leave=False,
        disable=not is_shown,
    ) as bar:

        def show(sent: int, total: int | None) -> None:
            bar.total = total
            bar.update(sent - bar.n)

        yield show


@contextlib.contextmanager
def percent_bar(name: str, *, is_shown: bool) -> Iterator[Callable[[float], None]]:
    """A bar that shows how far something is, between 0 and 1, if it takes long."""
    from tqdm.auto import tqdm

    with tqdm(
        desc=name,
        total=1.0,
        bar_format="{desc}: {percentage:3.0f}%|{bar}|",
        delay=SHOW_BAR_AFTER,
        leave=False,
        disable=not is_shown,
    ) as bar:

        def show(done: float) -> None:
            bar.update(done - bar.n)

        yield show
