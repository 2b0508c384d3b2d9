"""Who is there: what the others may know of each viewer, and showing them when it changes."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Collection, Iterable

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_NAME, MAX_PEOPLE, Person, Place, Presence, encode
from tsvshare_widget.protocol.shown_text import clean_text

from .broadcast import for_each_viewer
from .viewers import Viewer
from .wire_frames import text_frame

PRESENCE_SECONDS = 0.5
"""Seconds between two messages of who is there, at least."""

SECONDS_FOR_EACH = 0.0005
"""Seconds for each viewer: a large room is shown who is there less often, and costs no more."""

MOST_PAGES = 2**53


def clean_name(name: str | None) -> str | None:
    """A name that is safe to show beside others: of one line, not too long; None if there is none.

    Control characters and direction marks are left out, and space of any length is one space.
    """
    if name is None:
        return None
    shown = clean_text(name)[:MAX_NAME].rstrip()
    return shown if any(map(str.isprintable, shown)) else None


def check_place(at: Place | None) -> Place | None:
    """A place where somebody says they are.  Raises :class:`BadValue` if it cannot be."""
    if at is not None and not 1 <= at.page <= at.n_pages <= MOST_PAGES:
        raise BadValue("somebody's place is a page from 1 to the number of pages there are")
    return at


def people(viewers: Iterable[Viewer]) -> list[Person]:
    """Those to be named, at most ``MAX_PEOPLE``: named ones and editors first, then as they came.

    Of two connections with the same ``cid`` one that may edit counts, else the later one: somebody
    comes back before the relay knows that the earlier connection is lost.
    """
    first = heapq.nsmallest(MAX_PEOPLE, viewers, key=_rank)
    found: dict[str, Viewer] = {}
    for viewer in first:
        cid = viewer.cid
        if cid is not None and (viewer.role == "edit" or not _is_editor(found.get(cid))):
            found[cid] = viewer
    return [
        Person(cid=cid, role=viewer.role, name=viewer.name, at=viewer.at)
        for cid, viewer in found.items()
    ]


def _is_editor(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.role == "edit"


def _rank(viewer: Viewer) -> tuple[bool, float]:
    return viewer.name is None and viewer.role != "edit", viewer.opened


class PresenceBoard:
    """Who is in a room, shown to its ``live`` viewers; ``count`` is how many look on in all.

    Those connected to other processes (``far``) are among the people, and are shown them there.
    ``has_news`` is true while something has changed that nobody has been shown.
    """

    def __init__(
        self, live: Collection[Viewer], far: Collection[Viewer], count: Callable[[], int]
    ) -> None:
        self._frame = b""
        self._live, self._far = live, far
        self._count = count
        self.has_news = False
        self._announcing: asyncio.Task[None] | None = None

    def changed(self) -> None:
        """Take note that somebody came, went, or said something about themselves."""
        self.has_news = True
        if self._announcing is None or self._announcing.done():
            self._announcing = asyncio.create_task(self._announce())

    def remind(self, viewer: Viewer) -> None:
        """Show it to one who missed it, unless all are shown anew soon."""
        if not self.has_news:
            viewer.show_presence(self._frame)

    async def _announce(self) -> None:
        while self.has_news and self._live:
            self.has_news = False
            everyone = [*self._live, *self._far]
            apart = sum(viewer.at is not None for viewer in everyone)
            message = Presence(viewers=self._count(), people=people(everyone), apart=apart)
            self._frame = text_frame(encode(message))
            await for_each_viewer(self._live, lambda viewer: viewer.show_presence(self._frame))
            await asyncio.sleep(max(PRESENCE_SECONDS, SECONDS_FOR_EACH * len(everyone)))
