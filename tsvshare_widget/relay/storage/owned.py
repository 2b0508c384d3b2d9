"""The documents that this relay has, as it knows them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field

from tsvshare_widget.document import Document


@dataclass
class _Known:
    """``past`` are epochs that have ended."""

    newest: Document
    past: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Watch:
    """Whether a document was dropped since this began."""

    was_dropped: bool = False


class Owned:
    """The newest of each document; whatever is older is no news.

    What comes on different ways comes in any order: an answer, what was stored here.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._watches: dict[str, list[Watch]] = {}

    def __contains__(self, uuid: str) -> bool:
        return uuid in self._known

    def __len__(self) -> int:
        return len(self._known)

    def uuids(self) -> Iterable[str]:
        """All of them."""
        return self._known.keys()

    def drop(self, uuid: str) -> None:
        """Know a document no more."""
        self._known.pop(uuid, None)
        for watch in self._watches.get(uuid, ()):
            watch.was_dropped = True

    @contextmanager
    def watch(self, uuid: str) -> Iterator[Watch]:
        """While something is asked about a document: an answer from before it was dropped tells
        nothing of whose it is now.
        """
        watch = Watch()
        self._watches.setdefault(uuid, []).append(watch)
        try:
            yield watch
        finally:
            self._watches[uuid].remove(watch)
            if not self._watches[uuid]:
                del self._watches[uuid]

    def newest(self, uuid: str) -> Document | None:
        """The newest of a document; None if it is not this relay's."""
        known = self._known.get(uuid)
        return known.newest if known is not None else None

    def past(self, uuid: str) -> Set[str]:
        """The epochs of a document that have ended."""
        known = self._known.get(uuid)
        return known.past if known is not None else frozenset()

    def take(self, document: Document) -> bool:
        """Take in what was stored; whether it is news."""
        known = self._known.get(document.uuid)
        if known is None:
            self._known[document.uuid] = _Known(document)
            return True
        if document.epoch in known.past:
            return False
        if known.newest.epoch != document.epoch:
            known.past.add(known.newest.epoch)
        elif known.newest.revision >= document.revision:
            return False
        known.newest = document
        return True

    def end_epoch(self, uuid: str, epoch: str) -> None:
        """Take note that a document is not in this epoch any more, if it is in another one."""
        known = self._known.get(uuid)
        if known is not None and known.newest.epoch != epoch:
            known.past.add(epoch)

    def is_behind(self, stored: Document | None, known: Document) -> bool:
        """Whether what is stored is from before ``known``, which had been stored before.

        Then it was lost: all of the document, the end of it, or that it has another epoch.
        """
        if stored is None:
            return True
        if stored.epoch == known.epoch:
            return stored.revision < known.revision
        return stored.epoch in self.past(known.uuid)

    def is_newer(self, copy: Document, known: Document) -> bool:
        """Whether a copy is from after ``known``: a later one, or of an epoch unheard of here."""
        if copy.epoch == known.epoch:
            return copy.revision > known.revision
        return copy.epoch not in self.past(known.uuid)
