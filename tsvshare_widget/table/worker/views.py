"""Views and profiles: found here at once, in parts where memory is short, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from tsvshare_widget.query import EVERYTHING, Profile
from tsvshare_widget.table.parts.cluster import Cluster
from tsvshare_widget.table.parts.executor import Executor
from tsvshare_widget.table.parts.local import LocalExecutor
from tsvshare_widget.table.parts.profiling import profile_in_parts
from tsvshare_widget.table.parts.questions import find_rows_in_parts
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import Moment, Snapshot, snapshot_at

from .jobs import FoundRows, ProfileJob, Summary, ViewJob
from .row_ids import read_all, write_row_ids

SORTED_ROW_BYTES = 64
"""Memory, about, that a row takes while all rows of a table are sorted at once."""

ReportProgress = Callable[[float], None]


class Means(NamedTuple):
    """What a worker has to answer with: bytes of memory, if they are limited, and a cluster."""

    memory: int | None = None
    cluster: Cluster | None = None


ALL_MEMORY = Means()


def find_view(job: ViewJob, report_progress: ReportProgress, means: Means) -> FoundRows:
    """Do a job; ``report_progress`` is called with the share that is done, from 0 to 1."""
    report = _Report(report_progress)

    def here() -> FoundRows:
        return _find_here(job, report, means.memory)

    cluster = means.cluster
    if job.earlier is not None or cluster is None or not cluster.takes(job.moment, job.query):
        return here()
    return cluster.ask(
        job.moment,
        lambda executor: _in_parts(executor, job.moment, job, report),
        here,
        report.repeat,
    )


def find_profiles(job: ProfileJob, report_progress: ReportProgress, means: Means) -> Summary:
    """Do a job; ``report_progress`` is called with the share that is done, from 0 to 1."""
    report = _Report(report_progress)
    rows = None if job.ids is None else read_all(job.ids)
    columns = range(job.start, job.stop)

    def here() -> list[Profile]:
        return profile_columns(
            table_here(job.moment, in_order=True), columns, rows, job.most, report
        )

    cluster = means.cluster
    if cluster is None or not cluster.takes(job.moment, EVERYTHING):
        return Summary(profiles=here())
    found = cluster.ask(
        job.moment,
        lambda executor: profile_in_parts(executor, job.moment, columns, rows, job.most, report),
        here,
        report.repeat,
    )
    return Summary(profiles=found)


class _Report:
    """Reports progress that is not taken back where something is begun again."""

    def __init__(self, report_progress: ReportProgress) -> None:
        self._report_progress = report_progress
        self._done = 0.0

    def __call__(self, done: float) -> None:
        self._done = max(self._done, done)
        self._report_progress(self._done)

    def repeat(self) -> None:
        """Report what was reported: it goes on."""
        self._report_progress(self._done)


def _find_here(job: ViewJob, report: ReportProgress, memory: int | None) -> FoundRows:
    facts = job.moment.facts
    if memory and job.query.sort and facts.rows * SORTED_ROW_BYTES > memory:
        with LocalExecutor() as executor:
            return _in_parts(executor, _near(job.moment), job, report)
    earlier, earlier_of = None, 0
    if job.earlier is not None:
        with suppress(FileNotFoundError):  # deleted meanwhile: all rows are looked at then
            earlier, earlier_of = read_all(job.earlier), job.earlier.of_rows
    rows = find_rows(table_here(job.moment, in_order=True), job.query, report, earlier, earlier_of)
    return FoundRows(ids=write_row_ids(Path(job.out), [rows], facts.rows))


def _near(moment: Moment) -> Moment:
    """The same, to be read from the folder if all of the table has come there."""
    is_here = moment.stored is None or not moment.stored.only
    return msgspec.structs.replace(moment, stored=None) if is_here else moment


def table_here(moment: Moment, *, in_order: bool = False) -> Snapshot:
    """The table out of its folder, or out of the store if not all of it has come here.

    ``in_order``: all rows are going to be read.  Raises :class:`Stale` and :class:`Unavailable`.
    """
    moment = _near(moment)
    if moment.stored is None or not moment.facts.rows:
        return snapshot_at(moment)
    from tsvshare_widget.table.parts.stored import open_stored

    stored = open_stored(moment)
    if in_order:
        stored.expect(0, moment.facts.rows)
    return Snapshot(moment.facts, stored.contents)


def _in_parts(
    executor: Executor, moment: Moment, job: ViewJob, report: ReportProgress
) -> FoundRows:
    parts = find_rows_in_parts(executor, moment, job.query, report)
    return FoundRows(ids=write_row_ids(Path(job.out), parts, moment.facts.rows))
