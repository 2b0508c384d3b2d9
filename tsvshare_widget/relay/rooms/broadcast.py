"""One frame to all viewers of a document."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tsvshare_widget.document import Document

from .wire_frames import Frame

if TYPE_CHECKING:
    pass

from .viewers import Viewer

SLICE = 500
"""Viewers written to before others on the event loop get their turn."""


class Audience:
    """The viewers of one document who get the same frames."""

    def __init__(self, render: Callable[[Document], Awaitable[Frame | None]]) -> None:
        self._render = render
        self.viewers: dict[Viewer, None] = {}
        self.frame: Frame | None = None

    async def tell(self, document: Document) -> None:
        """Show ``document`` to all viewers, unless it looks the same to them as before."""
        if not self.viewers:
            self.frame = None
            return
        frame = await self._render(document)
        if frame is None:
            return  # what is to be shown comes with a newer one
        if self.frame is not None and frame.version == self.frame.version:
            return
        self.frame = frame
        await self.each(lambda viewer: viewer.show(frame))

    async def each(self, do: Callable[[Viewer], None]) -> None:
        """Do the same for all viewers, and let others have their turn in between."""
        for number, viewer in enumerate(list(self.viewers), 1):
            do(viewer)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def join(self, viewer: Viewer) -> None:
        """Send ``viewer`` all frames from now on."""
        viewer.audience = self
        self.viewers[viewer] = None
