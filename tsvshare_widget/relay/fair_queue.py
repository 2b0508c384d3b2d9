"""Whose turn it is among those who wait for the same thing: no threads, no event loop.

Work waits on behalf of askers: viewers of documents.  The document that has least at work goes
first, in it the viewer that has least; among equals whoever has waited longest since the last turn;
and what one viewer asks for goes in the order in which it was asked for.  What a turn costs depends
on how much is at work, not on how much waits.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Generic, TypeVar

from .asker import Asker

K = TypeVar("K")
W = TypeVar("W")


class _Turns(Generic[K]):
    """Who waits, in the order of their last turns, and how much is at work for whom."""

    def __init__(self) -> None:
        self.waiting: OrderedDict[K, None] = OrderedDict()
        self.at_work: Counter[K] = Counter()

    def first(self) -> K:
        """Who is next."""
        for key in self.waiting:  # passes only those for whom something is at work
            if not self.at_work[key]:
                return key
        return min(self.waiting, key=self.at_work.__getitem__)

    def begin(self, key: K) -> None:
        """Take in that ``key`` has had a turn."""
        self.at_work[key] += 1
        self.waiting.move_to_end(key)

    def end(self, key: K) -> None:
        """Take in that what was begun at a turn of ``key`` has come to its end."""
        self.at_work[key] -= 1
        if not self.at_work[key]:
            del self.at_work[key]


class FairQueue(Generic[W]):
    """What waits, each once, and for whom something is at work."""

    def __init__(self) -> None:
        self._works: dict[Asker, OrderedDict[W, None]] = {}
        self._viewers: dict[str, _Turns[Asker]] = {}
        self._documents = _Turns[str]()

    def __bool__(self) -> bool:
        return bool(self._works)

    def put(self, asker: Asker, work: W) -> None:
        """Let ``work`` wait."""
        self._works.setdefault(asker, OrderedDict())[work] = None
        self._viewers.setdefault(asker.document, _Turns()).waiting.setdefault(asker)
        self._documents.waiting.setdefault(asker.document)

    def take(self) -> W:
        """What is next.  It is at work from now on, until :meth:`end`; the queue is not empty."""
        document = self._documents.first()
        asker = self._viewers[document].first()
        work = next(iter(self._works[asker]))
        self._documents.begin(document)
        self._viewers[document].begin(asker)
        self.drop(asker, work)
        return work

    def end(self, asker: Asker) -> None:
        """Take in that something that was taken is at work no more."""
        self._documents.end(asker.document)
        self._viewers[asker.document].end(asker)
        self._forget(asker.document)

    def drop(self, asker: Asker, work: W) -> None:
        """Let ``work`` wait no more, if it does."""
        works = self._works.get(asker, OrderedDict())
        works.pop(work, None)
        if asker in self._works and not works:
            del self._works[asker]
            del self._viewers[asker.document].waiting[asker]
            self._forget(asker.document)

    def _forget(self, document: str) -> None:
        viewers = self._viewers[document]
        if not viewers.waiting:
            self._documents.waiting.pop(document, None)
            if not viewers.at_work:
                del self._viewers[document]
