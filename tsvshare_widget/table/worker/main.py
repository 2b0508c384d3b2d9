"""The worker process, which does :mod:`.jobs`: ``python -m tsvshare_widget.table.worker.main``.

It ends when its standard input does, even in the middle of a job; and if a job makes no progress
for ``STALL_SECONDS``, so that no job that cannot be interrupted outlives a relay that was killed.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from tsvshare_widget.errors import DiskFull, Stale, TooMuchMemory, TSVShareError, Unavailable
from tsvshare_widget.table.groups.group import group_rows
from tsvshare_widget.table.parts.cluster import Cluster
from tsvshare_widget.table.query.hits import columns_with, nearest, places_of
from tsvshare_widget.table.state import snapshot_at
from tsvshare_widget.table.storage.memory import give_back_memory, keep_memory

from .jobs import (
    Advance,
    Answer,
    Failed,
    Grouped,
    GroupJob,
    Hit,
    HitJob,
    Job,
    ProfileJob,
    ViewJob,
)
from .row_ids import read_all
from .views import ALL_MEMORY, Means, find_profiles, find_view, table_here

ADVANCE_SECONDS = 0.1
"""Seconds between two reports of progress."""

MAX_HIT_COLUMNS = 100
"""Most cells of a row that are named as holding a text."""

STALL_SECONDS = 120
"""Seconds that a job may make no progress, unless the command line says otherwise."""

_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

_encode = msgspec.json.Encoder().encode


def do_job(job: Job, report_progress: Callable[[float], None], means: Means = ALL_MEMORY) -> Answer:
    """Do one job; ``report_progress`` is called with the share that is done, from 0 to 1."""
    try:
        match job:
            case ViewJob():
                return find_view(job, report_progress, means)
            case HitJob():
                return _hit(job)
            case GroupJob():
                return _group(job, report_progress)
            case ProfileJob():
                return find_profiles(job, report_progress, means)
    except TSVShareError as error:
        return Failed(code=error.code, message=error.message)
    except MemoryError:
        message = "this takes more memory than the relay allows: ask for less at once"
        return Failed(code=TooMuchMemory.code, message=message)
    except OSError as error:
        failed = _as_error(error, Path(job.moment.folder))
        return Failed(code=failed.code, message=failed.message)
    except Exception as error:
        traceback.print_exc()  # the relay keeps what comes there in its log
        return Failed(code=TSVShareError.code, message=f"this could not be found out: {error!r}")


def _as_error(error: OSError, folder: Path) -> TSVShareError:
    """The error for one of the system, at a job on the table in ``folder``.

    Only if a file of the table has gone, it was replaced, so that the job is to be asked again.
    """
    reason = error.strerror or str(error)
    if error.errno in _DISK_FULL:
        return DiskFull(
            f"there is no room on the relay's disk for the answer ({reason}): ask again when there "
            "is, or whoever runs the relay"
        )
    where = Path(str(error.filename))
    if isinstance(error, FileNotFoundError) and folder in where.parents:
        return Stale(f"the files of the table are gone: {reason}")
    return Unavailable(f"the relay cannot answer this now, its disk does not let it: {reason}")


def _hit(job: HitJob) -> Hit:
    view = None if job.ids is None else read_all(job.ids)
    places = places_of(read_all(job.found), view)
    if not len(places):
        return Hit(total=0)
    number = nearest(places, job.place, back=job.back)
    place = int(places[number])
    row = place if view is None else int(view[place])
    columns = columns_with(table_here(job.moment), row, job.text, MAX_HIT_COLUMNS)
    return Hit(total=len(places), number=number + 1, place=place, row=row, columns=columns)


def _group(job: GroupJob, report_progress: Callable[[float], None]) -> Grouped:
    rows = None if job.ids is None else read_all(job.ids)
    snapshot = snapshot_at(job.moment)
    return Grouped(groups=group_rows(snapshot, job.by, job.value, rows, report_progress))


class _Answers:
    """Writes answers, and progress not too often.

    The process ends if no progress is reported for ``stall`` seconds during a job.
    """

    def __init__(self, output: BinaryIO, stall: int) -> None:
        self._output = output
        self._stall = stall
        self._next = 0.0

    def expect_answers(self) -> None:
        """Start the stall timer: answers are due from now on."""
        if hasattr(signal, "alarm"):
            signal.alarm(self._stall)  # without a handler, this ends the process

    def expect_no_more(self) -> None:
        """Stop the stall timer: no answers are due any more."""
        if hasattr(signal, "alarm"):
            signal.alarm(0)

    def report_progress(self, done: float) -> None:
        """Report the share of the job that is done, and restart the stall timer."""
        self.expect_answers()
        now = time.monotonic()
        if now >= self._next:
            self._next = now + ADVANCE_SECONDS
            self.write_answer(Advance(done=done))

    def write_answer(self, answer: Answer) -> None:
        """Write one answer."""
        self._output.write(_encode(answer) + b"\n")
        self._output.flush()


def _limit_memory(size: int) -> None:
    """Limit this process to ``size`` bytes of memory more than it has now."""
    if sys.platform == "win32":
        return
    import resource

    statm = Path("/proc/self/statm")
    pages = int(statm.read_text().split()[5]) if statm.exists() else 0
    limit = size + pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _read_jobs(jobs: SimpleQueue[Job]) -> None:
    """Read jobs until the input ends; then end the process, whatever it does."""
    decoder = msgspec.json.Decoder(Job)
    for line in sys.stdin.buffer:
        jobs.put(decoder.decode(line))
    os._exit(0)


def main() -> None:
    """Do jobs until the input ends."""
    parser = argparse.ArgumentParser(prog="tsvshare_widget.table.worker.main")
    parser.add_argument("--memory", type=int, help="bytes of memory a job may take")
    parser.add_argument("--stall", type=int, default=STALL_SECONDS, help="seconds")
    parser.add_argument("--dask", metavar="ADDRESS", help="of a scheduler, for large tables")
    parser.add_argument("--dask-from", type=int, default=0, help="bytes of a large table")
    parser.add_argument("--dask-stored", action="store_true", help="it reads the object store")
    options = parser.parse_args()
    keep_memory()
    if options.memory:
        _limit_memory(options.memory)
    if hasattr(os, "nice"):
        os.nice(5)  # whoever turns pages goes first
    cluster = None
    if options.dask:
        cluster = Cluster(options.dask, options.dask_from, only_stored=options.dask_stored)
    means = Means(options.memory, cluster)
    jobs: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=_read_jobs, args=(jobs,), daemon=True).start()
    answers = _Answers(sys.stdout.buffer, options.stall)
    while True:
        job = jobs.get()
        answers.expect_answers()
        answers.write_answer(Advance(done=0.0))  # the time that it may take begins now
        answers.write_answer(do_job(job, answers.report_progress, means))
        answers.expect_no_more()
        give_back_memory()


if __name__ == "__main__":
    main()
