"""Views found: here at once, here in parts where memory is short, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tsvshare_widget.table.parts.cluster import Cluster
from tsvshare_widget.table.parts.executor import Executor
from tsvshare_widget.table.parts.local import LocalExecutor
from tsvshare_widget.table.parts.questions import find_rows_in_parts
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import snapshot_at

from .jobs import FoundRows, ViewJob
from .row_ids import read_all, write_row_ids

SORTED_ROW_BYTES = 64
"""Memory, about, that a row takes while all rows of a table are sorted at once."""

ReportProgress = Callable[[float], None]


class Means(NamedTuple):
    """What a worker has to find views with: bytes of memory, if they are limited, and a cluster."""

    memory: int | None = None
    cluster: Cluster | None = None


ALL_MEMORY = Means()


def find_view(job: ViewJob, report_progress: ReportProgress, means: Means) -> FoundRows:
    """Do a job; ``report_progress`` is called with the share that is done, from 0 to 1."""
    cluster, done = means.cluster, 0.0

    def report(share: float) -> None:
        nonlocal done
        done = max(done, share)  # what is begun again has come as far before
        report_progress(done)

    def here() -> FoundRows:
        return _find_here(job, report, means.memory)

    if job.earlier is not None or cluster is None or not cluster.takes(job.moment, job.query):
        return here()
    return cluster.ask(
        job.moment, lambda executor: _in_parts(executor, job, report), here, lambda: report(done)
    )


def _find_here(job: ViewJob, report: ReportProgress, memory: int | None) -> FoundRows:
    facts = job.moment.facts
    if memory and job.query.sort and facts.rows * SORTED_ROW_BYTES > memory:
        with LocalExecutor() as executor:
            return _in_parts(executor, job, report)
    earlier, earlier_of = None, 0
    if job.earlier is not None:
        with suppress(FileNotFoundError):  # deleted meanwhile: all rows are looked at then
            earlier, earlier_of = read_all(job.earlier), job.earlier.of_rows
    rows = find_rows(snapshot_at(job.moment), job.query, report, earlier, earlier_of)
    return FoundRows(ids=write_row_ids(Path(job.out), [rows], facts.rows))


def _in_parts(executor: Executor, job: ViewJob, report: ReportProgress) -> FoundRows:
    parts = find_rows_in_parts(executor, job.moment, job.query, report)
    return FoundRows(ids=write_row_ids(Path(job.out), parts, job.moment.facts.rows))
