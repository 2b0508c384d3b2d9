"""The disk of a relay: how full it may get, and what its errors are called."""

from __future__ import annotations

import errno
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from tsvshare_widget.errors import DiskFull, TSVShareError, Unavailable

LARGEST_RESERVE_BYTES = 100_000_000
"""What is kept free is a share of the disk, but not more than this."""

TRIAL_BYTES = 4096

OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


class DiskGuard:
    """Keeps a share of the disk free from tables, so that everything else can still be stored."""

    def __init__(self, folder: Path, reserve: float) -> None:
        self._folder = folder
        self._reserve = reserve

    def check(self, size: int = 0) -> None:
        """Raise :class:`DiskFull` if there is no room for ``size`` bytes more."""
        disk = shutil.disk_usage(self._folder)
        reserve = min(int(self._reserve * disk.total), LARGEST_RESERVE_BYTES)
        if disk.free - size < reserve:
            raise DiskFull(
                "the relay's disk is nearly full: there is no room for this now; whoever runs it "
                "can make some, or delete tables that are not needed"
            )

    def try_writing(self) -> None:
        """Raise the error that people would see if something were to be stored now.

        That is :class:`DiskFull` also where only uploads are refused; reads and writes the disk.
        """
        self.check()
        trial = self._folder.with_name(f"trial-{secrets.token_hex(4)}")
        try:
            trial.write_bytes(bytes(TRIAL_BYTES))
        except OSError as error:
            raise storage_error(error) from error
        finally:
            with suppress(OSError):
                trial.unlink(missing_ok=True)


def storage_error(error: OSError) -> TSVShareError:
    """The error that people see where something cannot be stored.

    Some of our own are OSErrors, too (Redis or the object store is away): they say it better.
    """
    if isinstance(error, TSVShareError):
        return error
    reason = error.strerror or str(error)
    if error.errno in OUT_OF_DESCRIPTORS:
        return Unavailable(
            "the relay has as many files and connections open as it may, so nothing was changed; "
            "try again in a moment"
        )
    if error.errno in _FULL:
        return DiskFull(f"the relay's disk is full, so nothing was changed ({reason})")
    return Unavailable(
        f"the relay's disk takes nothing just now, so nothing was changed ({reason})"
    )
