"""The documents that somebody looks at here, as far as this relay has been told of them; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tsvshare_widget.document import Document

from .documents import Version


@dataclass
class _Known:
    """``heard`` is the version told last on the line; ``past`` are epochs that have ended."""

    since: float
    newest: Document | None = None
    heard: Version | None = None
    past: set[str] = field(default_factory=set)


class Followed:
    """The newest of each document that is followed; whatever is older is no news.

    What comes on different ways comes in any order: an answer, a message, what was stored here.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def begin(self, uuid: str, now: float) -> None:
        """Follow a document from now on, or still."""
        self._known.setdefault(uuid, _Known(now)).since = now

    def drop(self, uuid: str) -> None:
        """Follow a document no more."""
        self._known.pop(uuid, None)

    def __contains__(self, uuid: str) -> bool:
        return uuid in self._known

    def uuids(self, before: float | None = None) -> Iterable[str]:
        """All of them, or those that were last begun before a time."""
        known = self._known.items()
        return [uuid for uuid, each in known if before is None or each.since < before]

    def newest(self, uuid: str) -> Document | None:
        """The newest of a document; None if it is not followed, or was never seen."""
        known = self._known.get(uuid)
        return known.newest if known is not None else None

    def take(self, document: Document) -> bool:
        """Take in what was stored; whether it is news.  All is, of what is not followed."""
        known = self._known.get(document.uuid)
        if known is None:
            return True
        before = known.newest
        if document.epoch in known.past:
            return False
        if before is not None and before.epoch != document.epoch:
            known.past.add(before.epoch)
        elif before is not None and before.revision >= document.revision:
            return False
        known.newest = document
        return True

    def is_behind(self, stored: Document | None, known: Document) -> bool:
        """Whether what is stored is from before ``known``, which had been stored before.

        Then it was lost: all of the document, the end of it, or that it has another epoch.
        """
        if stored is None:
            return True
        if stored.epoch == known.epoch:
            return stored.revision < known.revision
        now = self._known.get(known.uuid)
        return now is not None and stored.epoch in now.past

    def missed_before(self, uuid: str, version: Version) -> bool:
        """Take note of a version told on the line; whether one before it was not."""
        known = self._known.get(uuid)
        if known is None:
            return False
        (epoch, revision), before = version, known.heard
        known.heard = version
        return before is not None and before[0] == epoch and revision > before[1] + 1

    def forget_heard(self) -> None:
        """The line was lost: what comes next has a gap before it, which is looked after."""
        for known in self._known.values():
            known.heard = None
