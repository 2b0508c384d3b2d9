"""What a relay with a data folder keeps of its own runs: for how long it ran, and power cuts."""

from __future__ import annotations

import contextlib
import logging
import time
from pathlib import Path

import msgspec

from .files import replace_file

log = logging.getLogger(__name__)

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class _Record(msgspec.Struct, frozen=True):
    """``clock`` is the relay's own time, in seconds; see :class:`RunRecord`."""

    clock: float
    boot: str = ""
    cuts: int = 0
    running: bool = False


class RunRecord:
    """The relay's own clock, and how many power cuts its data has been through.

    The clock is the time of day at the first start, and goes on only while a relay runs: so neither
    a jump of the computer's clock nor a weekend without a relay makes a document look unused.  A
    start after a run that did not end well, on a computer that was started anew since, counts as a
    power cut: what was not synced may be lost.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        earlier = _read(path)
        boot = _boot_id()
        was_cut = earlier.running and (not boot or boot != earlier.boot)
        self.cuts = earlier.cuts + was_cut
        self._boot = boot
        self._began = time.monotonic()
        self._clock = earlier.clock
        self.save()

    def now(self) -> float:
        """The relay's own time."""
        return self._clock + time.monotonic() - self._began

    def save(self, *, running: bool = True) -> None:
        """Keep how late it is; on a disk that takes nothing, that is kept in memory alone."""
        if self._path is None:
            return
        record = _Record(clock=self.now(), boot=self._boot, cuts=self.cuts, running=running)
        try:
            replace_file(self._path, msgspec.json.encode(record), sync=True)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error.strerror or error)


def clock_at(path: Path) -> float:
    """How late it was by the clock of a relay when its record was kept at ``path``."""
    return _read(path).clock


def _read(path: Path | None) -> _Record:
    fresh = _Record(clock=time.time())
    if path is None:
        return fresh
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Record)
    except FileNotFoundError:
        return fresh
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s cannot be read: %s", path, error)
        return msgspec.structs.replace(fresh, cuts=1, running=True)
    return found


def cut_record(path: Path) -> bytes:
    """What is to be kept beside a copy of data whose record is at ``path``.

    The next run on the copy counts one more power cut: states that people saw may be missing.
    """
    earlier = _read(path)
    return msgspec.json.encode(
        msgspec.structs.replace(earlier, cuts=earlier.cuts + 1, running=False)
    )


def _boot_id() -> str:
    """What changes with each start of the computer; empty where that is not known."""
    with contextlib.suppress(OSError):
        return BOOT_ID.read_text("ascii").strip()
    return ""
