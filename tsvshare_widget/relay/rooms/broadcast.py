"""One frame to all viewers of a document who get the same ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TypeVar

from tsvshare_widget.relay.metrics import Metrics

from .at_once import sending
from .viewers import Viewer
from .wire_frames import Frame, deflated_frame

SLICE = 500
"""Viewers that are written to in one go, before other work on the event loop has its turn."""

V = TypeVar("V", bound=Viewer)


async def in_slices(viewers: Iterable[V]) -> AsyncIterator[list[V]]:
    """All viewers, some at a time; others have their turn in between."""
    everyone = list(viewers)
    for start in range(0, len(everyone), SLICE):
        if start:
            await asyncio.sleep(0)
        yield everyone[start : start + SLICE]


async def for_each_viewer(viewers: Iterable[V], do: Callable[[V], None]) -> None:
    """Do the same for all viewers, and let others have their turn in between."""
    async for some in in_slices(viewers):
        for viewer in some:
            do(viewer)


def in_order(viewers: Iterable[Viewer]) -> Iterator[tuple[bool, list[Viewer]]]:
    """Who is shown a frame, one group after the other, and whether each takes compressed ones.

    Editors are first: one of them has turned the page, and waits for it.
    """
    groups: tuple[list[Viewer], ...] = ([], [], [], [])
    for viewer in viewers:
        groups[2 * (viewer.role != "edit") + viewer.takes_deflated].append(viewer)
    return ((bool(n % 2), group) for n, group in enumerate(groups) if group)


class LastFrame:
    """Sends frames to viewers, unless one looks the same to them as the one before."""

    def __init__(self, metrics: Metrics) -> None:
        self._version: object = None
        self._metrics = metrics

    async def send_frame(self, viewers: Iterable[Viewer], frame: Frame) -> None:
        """Show ``frame`` to all ``viewers``: first to those who may turn pages."""
        if frame.version == self._version:
            return
        self._version = frame.version
        deflated = None
        for is_deflated, some in in_order(viewers):
            if is_deflated:
                deflated = deflated or frame._replace(data=deflated_frame(frame.data))
                await self._send(some, deflated)
            else:
                await self._send(some, frame)

    async def _send(self, viewers: list[Viewer], frame: Frame) -> None:
        size, taken = len(frame.data), 0
        with sending(frame.data, len(viewers)) as send:
            async for some in in_slices(viewers):
                for viewer in some:
                    # Mostly the network takes a frame at once, and there is no more to do.
                    stream = viewer.ready
                    n = send(stream) if stream is not None else 0
                    taken += n
                    if n < size:
                        viewer.show_frame(frame, n)
        self._metrics.count("bytes_sent", by=taken)

    def forget(self) -> None:
        """Nobody has been shown anything: send whatever comes next."""
        self._version = None
