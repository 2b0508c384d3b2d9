"""Frames that wait for slow networks, limited in bytes for a document and in all.

All viewers of a document get the same frames, so each is counted once, however many it waits for.
A viewer that is slow holds the frame it is taking and the newest one; several that are slow each in
their own way may hold a different one each.  If that becomes too much, those who hold the oldest
frame lose their connection: they come back and get the newest one.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Protocol

from .wire_frames import Frame


class Holder(Protocol):
    """Somebody for whom frames wait."""

    def drop(self) -> None:
        """End the connection now: what waits for it is too much."""


class _Held:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame  # kept, so that its number stays its own
        self.holders: Counter[Holder] = Counter()


class HeldFrames:
    """The frames of one relay that wait: up to ``document`` bytes of each, ``total`` of all."""

    def __init__(self, total: int, document: int) -> None:
        self._total, self._document = total, document
        self.used = 0
        """How many bytes wait."""
        self._held: dict[str, OrderedDict[int, _Held]] = {}
        self._sizes: Counter[str] = Counter()

    def hold(self, frame: Frame, holder: Holder) -> None:
        """Count a frame that waits for ``holder``; if that is too much, drop who holds the oldest.

        Each time is to be followed by one :meth:`release`.
        """
        held = self._held.setdefault(frame.document, OrderedDict())
        number = id(frame.data)
        if number not in held:
            held[number] = _Held(frame)
            self._sizes[frame.document] += len(frame.data)
            self.used += len(frame.data)
        held[number].holders[holder] += 1
        while self._sizes[frame.document] > self._document and len(held) > 1:
            self._drop_oldest(frame.document)
        while self.used > self._total and len(self._sizes) > 1:
            self._drop_oldest(max(self._sizes, key=self._sizes.__getitem__))

    def release(self, frame: Frame, holder: Holder) -> None:
        """Take in that a frame waits for ``holder`` no more; one that is not held is no matter."""
        frames = self._held.get(frame.document)
        held = frames.get(id(frame.data)) if frames is not None else None
        if held is None or not held.holders[holder]:
            return
        held.holders[holder] -= 1
        if not +held.holders:
            self._forget(frame)

    def _drop_oldest(self, document: str) -> None:
        oldest = next(iter(self._held[document].values()))
        self._forget(oldest.frame)
        for holder in oldest.holders:
            holder.drop()

    def _forget(self, frame: Frame) -> None:
        document = frame.document
        del self._held[document][id(frame.data)]
        self._sizes[document] -= len(frame.data)
        self.used -= len(frame.data)
        if not self._held[document]:
            del self._held[document], self._sizes[document]
