"""Queries answered: the rows of a view, in its order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tsvshare_widget.query import Query
from tsvshare_widget.table.columns.block_scan import BlockScan, Part, StepProgress
from tsvshare_widget.table.columns.spelling import find_spelling
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.state import Snapshot

from .narrowing import Narrowing
from .order import RowNumbers
from .sort import sort_rows


def find_rows(
    snapshot: Snapshot,
    query: Query,
    report_progress: Callable[[float], None],
    earlier: Positions | None = None,
    earlier_of: int = 0,
) -> RowNumbers:
    """The rows of a view, in its order.

    ``report_progress`` is called with the share that is done, from 0 to 1.  Without a sort,
    ``earlier`` may be the result of the same query for the first ``earlier_of`` rows.  Raises
    :class:`BadValue`, and :class:`TooMuchMemory` if a cell is too large.
    """
    facts, contents = snapshot
    if contents is None or not facts.rows:
        return np.empty(0, np.int64)
    narrow = bool(query.filters or query.search)
    progress = StepProgress(report_progress, narrow + len(query.sort))
    chosen: Positions | None = None
    told = ToldColumns(snapshot)
    if narrow:
        is_spelled = any(wanted.by == "number" for wanted in query.filters)
        start = 0 if earlier is None or query.sort or is_spelled else earlier_of
        narrowing = Narrowing(query, contents.syntax, told)
        chosen = _passing(BlockScan(contents, start, facts.rows, progress), narrowing)
        progress.next_step()
        if start and earlier is not None:
            return np.concatenate((earlier, chosen + start))
    scan = BlockScan(contents, 0, facts.rows, progress, chosen)
    rows = sort_rows(scan, query.sort, told, progress.next_step).rows
    return rows if chosen is None else chosen[rows]


def _passing(scan: BlockScan, narrowing: Narrowing) -> Positions:
    """The rows that pass all filters and the search."""

    def work(part: Part) -> Positions:
        return np.flatnonzero(narrowing.flag_rows(part.block))

    def passing() -> Positions:
        return np.concatenate([begin + found for begin, _, found in scan.each_block(work)])

    found = passing()
    # Cells that are no numbers may be such in the spelling that all of their column has.
    for one in narrowing.filters:
        if one.may_be_spelled:
            one.spelling = find_spelling(scan, one.column, one.nothing)
    return passing() if any(one.spelling for one in narrowing.filters) else found
