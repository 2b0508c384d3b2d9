"""The folder of a relay: keeping a second relay out of it, and temporary ones."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tsvshare_widget.errors import Unavailable

LOCK = "lock"
PREFIX = "tsvshare-relay-"

YOUNG_SECONDS = 60.0
"""A temporary folder younger than this may not have been claimed yet by whoever made it."""


def temporary_folder() -> tuple[Path, Callable[[], None]]:
    """A new folder for this relay alone, and what removes it.

    A process that is killed leaves its folder behind, so those that nobody claims any more are
    removed here.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, Unavailable):
            _remove_if_left(folder)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    give_back = lock_folder(folder)

    def remove() -> None:
        give_back()
        ended = folder.with_name(f"{folder.name}-ended")
        try:
            folder.rename(ended)  # so that no thread that is still at work writes into it
        except OSError:  # on Windows, while it does
            ended = folder
        shutil.rmtree(ended, ignore_errors=True)

    return folder, remove


def _remove_if_left(folder: Path) -> None:
    """Remove a temporary folder of ours whose relay is gone.  Raises :class:`Unavailable`."""
    found = folder.lstat()
    is_ours = sys.platform == "win32" or found.st_uid == os.getuid()
    is_old = time.time() - found.st_mtime > YOUNG_SECONDS
    if is_ours and is_old and (folder / LOCK).is_file():
        lock_folder(folder)()
        shutil.rmtree(folder)


def lock_folder(folder: Path) -> Callable[[], None]:
    """Claim ``folder`` for this relay, made if it is missing; return what gives it back.

    The claim ends with the process, however that ends.  Raises :class:`Unavailable`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = _open_lock(folder / LOCK)
    try:
        _lock(handle)
    except OSError as error:
        os.close(handle)
        raise Unavailable(
            f"the folder {folder} is in use by another relay; stop that one or use another folder"
        ) from error
    return lambda: os.close(handle)


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a disk that takes nothing can still be read from
        return os.open(path, os.O_RDONLY)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
