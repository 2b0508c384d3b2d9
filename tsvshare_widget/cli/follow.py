"""Following a file that is being written: what it holds is shared, then what is added to it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

from tsvshare_widget.client import Appender, Link, upload
from tsvshare_widget.errors import NotYet, Stale, TSVShareError
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions

from .report import DONE, report_error, report_table
from .tail import Follower

POLL_SECONDS = 0.2
"""Seconds between two reads of a file that has not grown."""

RELAY_TIMEOUT_SECONDS = 300.0
"""Seconds that a relay may be silent, or out of reach."""


def follow_until_stopped(
    link: Link, follower: Follower, *, name: str, options: ReadOptions, stopped: threading.Event
) -> int:
    """Share a file that is being written until something ends that; the exit code.

    What is shown stays.  Raises what the relay objects before there is anything.
    """
    shown: list[TableState] = []

    def report(table: TableState) -> None:
        shown.append(table)
        report_table(table)

    with closing(follower):
        try:
            follow_file(
                link, follower, name=name, options=options, stopped=stopped, on_shown=report
            )
        except TSVShareError as error:
            if not shown:
                raise
            return report_error(str(error))
    return DONE


def follow_file(
    link: Link,
    follower: Follower,
    *,
    name: str,
    options: ReadOptions,
    stopped: threading.Event,
    on_shown: Callable[[TableState], object],
) -> None:
    """Share what ``follower`` reads until ``stopped``; ``on_shown`` hears of what was there first.

    Before the first line has come there is no table.  Raises what the relay objects.
    """
    first = _first_lines(follower, stopped)
    if first is None:
        return
    table = upload(link, first, name=name, options=options, timeout=RELAY_TIMEOUT_SECONDS)
    on_shown(table)
    follower.leave_out(table.dialect.header_line or 0)
    with closing(Appender(link)) as appender:
        for lines in _later_lines(follower, stopped):
            _append_lines(appender, lines, table.id, stopped)


def _first_lines(follower: Follower, stopped: threading.Event) -> Iterator[bytes] | None:
    """What the file holds, once there is something; None if it was stopped before."""
    for lines in _later_lines(follower, stopped):
        return itertools.chain([lines], follower.read_present())
    return None


def _later_lines(follower: Follower, stopped: threading.Event) -> Iterator[bytes]:
    """Lines as they come."""
    while not stopped.is_set():
        if lines := follower.read_lines():
            yield lines
        else:
            stopped.wait(POLL_SECONDS)


def _append_lines(appender: Appender, lines: bytes, table: str, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            appender.append(lines, table=table, timeout=RELAY_TIMEOUT_SECONDS)
            return
        except NotYet:  # somebody has it read anew: these lines are added when that is done
            stopped.wait(POLL_SECONDS)
        except Stale as error:
            raise Stale(
                "another table is shared here now: the file is not followed any longer"
            ) from error
