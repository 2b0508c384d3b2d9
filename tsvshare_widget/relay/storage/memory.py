"""Memory that is free inside this process, given back to the system."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back_memory() -> None:
    """Have the C library give back what it keeps for later; takes less than a millisecond.

    Pages and frames of all sizes come and go in several threads; glibc keeps what they leave, in
    pieces, and a relay would grow for hours by that.  Elsewhere nothing is done.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
