"""Keeping a second relay out of a data folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from tsvshare_widget.errors import Unavailable


def lock_folder(folder: Path) -> Callable[[], None]:
    """Claim ``folder`` for this relay, made if it is missing; return what gives it back.

    The claim ends with the process, however that ends.  Raises :class:`Unavailable`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle)
    except OSError as error:
        os.close(handle)
        raise Unavailable(
            f"the folder {folder} is in use by another relay; stop that one or use another folder"
        ) from error
    return lambda: os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
