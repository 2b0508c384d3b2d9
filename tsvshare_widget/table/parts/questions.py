"""Views of large tables, by tasks of whoever does them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tsvshare_widget.query import Query
from tsvshare_widget.table.query.order import RowNumbers

from .executor import Executor, Held, Steps, take_all
from .narrow import narrow_table
from .rows import PART_BYTES, Place, cut_rows
from .sorting import sort_table


def find_rows_in_parts(
    executor: Executor,
    place: Place,
    query: Query,
    report_progress: Callable[[float], None],
    part_bytes: int = PART_BYTES,
) -> Iterator[RowNumbers]:
    """The rows of a view, in its order, some after the other.

    The same as :func:`..query.find_rows.find_rows` finds.  Raises what that does.
    """
    parts = cut_rows(place, part_bytes)
    if not parts:
        return
    is_narrow = bool(query.filters or query.search)
    steps = Steps(report_progress, is_narrow + 2 * bool(query.sort))
    chosen: Sequence[Held[RowNumbers] | None] = [None] * len(parts)
    if is_narrow:
        chosen = narrow_table(executor, place, parts, query, steps).rows
    if query.sort:
        yield from sort_table(executor, place, parts, query.sort, chosen, steps)
    else:
        yield from take_all(executor, [one for one in chosen if one is not None])
