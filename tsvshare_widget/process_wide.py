"""What there is one of in a process, whichever modules of the package are reloaded."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


def process_wide(
    name: str, make: Callable[[], T], is_usable: Callable[[T], bool] = lambda _: True
) -> T:
    """The one thing of this process that is called ``name``.

    ``make`` makes it when it is first asked for, and again once the one there is not usable any
    more: a forked child has no copy of a thread.

    It is kept in a module made for it, for a global of one of ours would be a new one after
    ``importlib.reload`` and ``%autoreload``.
    """
    holder_name = f"_tsvshare_{name}"
    holder: Any = sys.modules.setdefault(holder_name, ModuleType(holder_name))
    # It may be taken again by who has it: an object that ends just now may ask for the same.
    lock: threading.RLock = holder.__dict__.setdefault("lock", threading.RLock())
    with lock:
        known: T | None = holder.__dict__.get("thing")
        if known is None or not is_usable(known):
            known = holder.thing = make()
        return known
