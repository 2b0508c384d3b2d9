"""Memory that is free inside this process: kept for what comes next, and given back to the system.

By itself glibc gives back all that a block of rows took when the next one begins, as soon as that
is more than 128 KB, and the system has to find and clear each page of it again: half of what a
filter takes.  Elsewhere nothing is done.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from functools import cache

KEPT_BYTES = 1 << 24
"""At the end of each arena, which is what some of the threads take their memory from."""

LARGE_BYTES = 1 << 22
"""Of one array, from which on it comes from the system, and goes back there by itself."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_TOLD = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_memory() -> None:
    """Have this process keep what is free, up to some megabytes; to be called when it starts.

    Who started it may have told it something else.
    """
    tell = _in_c("mallopt")
    if tell is not None and not any(name in os.environ for name in _TOLD):
        tell(_M_MMAP_THRESHOLD, LARGE_BYTES)
        tell(_M_TRIM_THRESHOLD, KEPT_BYTES)


def give_back_memory() -> None:
    """Have the C library give back what it keeps for later; takes less than a millisecond.

    Pages and frames of all sizes come and go in several threads; glibc keeps what they leave, in
    pieces, and a relay would grow for hours by that.
    """
    trim = _in_c("malloc_trim")
    if trim is not None:
        trim(0)


@cache
def _in_c(name: str) -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), name, None)


class PieceMemory:
    """Memory for one piece of text after the other: the same as long as they are of one size.

    What is got anew for each piece glibc keeps for the thread, some megabytes for each; what is got
    once goes back to the system with this.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()

    def of(self, size: int) -> bytearray:
        """Memory for the next piece, with any bytes in it."""
        if len(self._bytes) != size:
            self._bytes = bytearray(size)
        return self._bytes
