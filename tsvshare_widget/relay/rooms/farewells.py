"""Why viewers of a document must not stay, and what they are told."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from tsvshare_widget.errors import Deleted, Moved, Revoked, TSVShareError
from tsvshare_widget.protocol import Close, ErrorMessage, encode
from tsvshare_widget.protocol import Moved as MovedMessage

from .viewers import Viewer

COME_BACK_MS = (200, 2000)
"""Between how many milliseconds viewers of a relay that goes come back: not all at once."""

COME_BACK_EACH_SECOND = 1000
"""Viewers that come back each second, at most: where there are many, the last ones wait longer."""


class Farewell(NamedTuple):
    """What viewers are told, in the words of either protocol, before they are put out.

    ``concerns`` says which of them; ``is_for_good``: nobody comes back to what they have seen.
    """

    live: tuple[bytes, ...]
    plain: bytes
    code: int
    reason: str
    concerns: Callable[[Viewer], bool]
    is_for_good: bool = False


def taken_back(error: Revoked, concerns: Callable[[Viewer], bool]) -> Farewell:
    """The link of some viewers does not lead here any more."""
    return _farewell(error, Close.REVOKED, concerns)


def deleted(error: Deleted) -> Farewell:
    """There is no such document any more."""
    return _farewell(error, Close.GONE, lambda _: True, is_for_good=True)


def moved(error: Moved, base: str, uuid: str) -> Farewell:
    """The document is on another relay; viewers of a version that knows of that follow it."""
    last = _farewell(error, Close.MOVED, lambda _: True, is_for_good=True)
    return last._replace(live=(*last.live, encode(MovedMessage(base=base, uuid=uuid))))


def _farewell(
    error: TSVShareError,
    code: int,
    concerns: Callable[[Viewer], bool],
    *,
    is_for_good: bool = False,
) -> Farewell:
    return Farewell(
        live=(encode(ErrorMessage(code=error.code, message=error.message)),),
        plain=encode({"error": error.message, "code": error.code}),
        code=code,
        reason=error.code,
        concerns=concerns,
        is_for_good=is_for_good,
    )


def come_back_ms(n_viewers: int) -> int:
    """After how many milliseconds one of so many viewers is asked to come back: at random."""
    first, last = COME_BACK_MS
    return random.randint(first, max(last, first + 1000 * n_viewers // COME_BACK_EACH_SECOND))
