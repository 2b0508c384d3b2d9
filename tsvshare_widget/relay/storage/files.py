"""Files that are there after a power cut: written, synced and put in place as a whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, data: bytes, *, sync: bool) -> None:
    """Put ``data`` in place of what is at ``path``, or leave that as it is.

    ``sync``: it is on the disk, and so is its name, when this returns.
    """
    draft = path.with_name(path.name + ".tmp")
    try:
        if sync:
            write_synced(draft, data)
        else:
            draft.write_bytes(data)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(path.parent)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file whose bytes, though not its name, are on the disk when this returns.

    Raises OSError, and there is no file then.
    """
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Have the names of the files in a folder on the disk; Windows does that by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
