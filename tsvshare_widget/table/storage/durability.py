"""What is written stays: files and folders put on the disk itself, so that a power cut keeps them.

A file is there after a power cut if it was synced, and its name if its folder was, in this order.
A file that takes another one's place is synced first: there is the old one or the whole new one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)


def sync_files(paths: Iterable[Path]) -> None:
    """Put all that was written to these files, by whomever, on the disk."""
    for path in paths:
        _sync(path, os.O_RDWR | _BINARY)


def sync_folder(folder: Path) -> None:
    """Put the names of the files in a folder on the disk, where the system can."""
    if sys.platform != "win32":
        _sync(folder, os.O_RDONLY)


def replace_file(path: Path, data: bytes, *, durable: bool) -> None:
    """Write ``data`` to ``path`` in one step; if ``durable``, only its folder is left to sync.

    After an error the file is as before.
    """
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_bytes(data)
        if durable:
            sync_files([beside])
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        _full_sync(descriptor)
    finally:
        os.close(descriptor)


def _full_sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        try:  # fsync leaves it in the cache of the drive
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:  # not on this file system
            os.fsync(descriptor)
    else:
        os.fsync(descriptor)
