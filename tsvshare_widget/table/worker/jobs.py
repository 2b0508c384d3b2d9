"""Jobs and answers: the messages to a worker process and from it; pure.

A worker reads one job a line from its standard input and writes its answers, a line each, to its
standard output: an :class:`Advance` when it begins, any number of them, then a :class:`FoundRows`,
a :class:`Summary`, a :class:`Hit` or a :class:`Failed`.  It takes the next job when one is done,
and ends when its input does.  A job is cancelled by killing the process: the files of a table are
only ever read, and a file that it writes has no meaning before its answer.
"""

from __future__ import annotations

from msgspec import Struct

from tsvshare_widget.query import Groups, Profile, Query
from tsvshare_widget.table.state import Moment


class RowIds(Struct, frozen=True, kw_only=True):
    """The rows of a view: a file of ``count`` row ids, out of the first ``of_rows`` of a table.

    The file at ``path`` holds unsigned integers of ``width`` bytes, low byte first: row numbers
    from 0.
    """

    path: str
    count: int
    of_rows: int
    width: int


class ViewJob(Struct, frozen=True, kw_only=True, tag="view"):
    """Find the rows of ``query``, and write their ids to the file ``out``.

    ``earlier`` is the answer to the same query when the table had fewer rows, if that is known.
    """

    moment: Moment
    query: Query
    out: str
    earlier: RowIds | None = None


class ProfileJob(Struct, frozen=True, kw_only=True, tag="profile"):
    """Profile the columns from ``start`` to before ``stop``.

    Over the rows of a view or, without ``ids``, of the table.  Cells in a profile are cut after
    ``most`` characters.
    """

    moment: Moment
    start: int
    stop: int
    most: int
    ids: RowIds | None = None


class HitJob(Struct, frozen=True, kw_only=True, tag="hit"):
    """Find a hit of ``text`` among the rows of a view or, without ``ids``, of the table.

    ``found`` are the rows of the table that hold it.  From the row ``place`` of the view on it is
    the next one, or with ``back`` the last one up to there; beyond the end it begins anew.
    """

    moment: Moment
    text: str
    found: RowIds
    place: int
    back: bool
    ids: RowIds | None = None


class GroupJob(Struct, frozen=True, kw_only=True, tag="group"):
    """Group rows by the cells of the columns ``by``, and add up the numbers of ``value``.

    The rows of a view or, without ``ids``, of the table.
    """

    moment: Moment
    by: tuple[int, ...]
    value: int | None = None
    ids: RowIds | None = None


class Advance(Struct, frozen=True, kw_only=True, tag="advance"):
    """Progress: the share of the job that is done, from 0 to 1."""

    done: float


class FoundRows(Struct, frozen=True, kw_only=True, tag="rows"):
    """The answer to a :class:`ViewJob`."""

    ids: RowIds


class Summary(Struct, frozen=True, kw_only=True, tag="summary"):
    """The answer to a :class:`ProfileJob`."""

    profiles: list[Profile]


class Hit(Struct, frozen=True, kw_only=True, tag="hit"):
    """The answer to a :class:`HitJob`: which of how many rows, from 1; 0 of 0 if there are none.

    The row is at ``place`` in the view and ``row`` in the table; ``columns`` are the first of
    those whose cells hold the text.
    """

    total: int
    number: int = 0
    place: int = 0
    row: int = 0
    columns: list[int] = []


class Grouped(Struct, frozen=True, kw_only=True, tag="grouped"):
    """The answer to a :class:`GroupJob`."""

    groups: Groups


class Failed(Struct, frozen=True, kw_only=True, tag="failed"):
    """The job could not be done; ``code`` is that of an exception of :mod:`..errors`."""

    code: str
    message: str


Job = ViewJob | ProfileJob | HitJob | GroupJob
Found = FoundRows | Summary | Hit | Grouped
"""What comes of a job that could be done."""

Answer = Advance | Found | Failed
