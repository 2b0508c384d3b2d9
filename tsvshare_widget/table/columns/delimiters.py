"""Delimiters that separate cells, found in a block of rows at once; pure.

The rules are those that :mod:`tsvshare_widget.table.cells.coded` applies to one row.  A block is an
array of bytes with the positions where rows start and stop in it, their line ends left out; bytes
between rows do not matter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions, every_other
from tsvshare_widget.table.lines.quotes import MAX_QUOTED_BYTES
from tsvshare_widget.table.lines.structurals import after_odd_runs
from tsvshare_widget.table.lines.syntax import BACKSLASH, WRAPPED, Syntax


class QuoteRuns(NamedTuple):
    """The quotes of a block: ``places`` are their positions, ``starts`` and ``ends`` those of runs.

    ``even`` flags runs of an even number of quotes, and ``opening`` those that open a quoted cell
    which a later run closes.  From ``unclosed`` on, all is in a quoted cell that never ends.
    """

    places: Positions
    starts: Positions
    ends: Positions
    even: Flags
    opening: Flags
    unclosed: int


def all_delimiters(data: Bytes, syntax: Syntax) -> Positions:
    """The positions where delimiters start, in quoted cells or not."""
    if syntax.delimiter != WRAPPED:
        return np.flatnonzero(data == syntax.delimiter[0])
    is_tab = data == WRAPPED[0]
    found = np.flatnonzero(is_tab[:-2] & (data[1:-1] == WRAPPED[1]) & is_tab[2:])
    return _without_overlaps(found)


def _without_overlaps(found: Positions) -> Positions:
    """Positions of wrapped delimiters, except for those that start where another one ends."""
    follows = np.zeros(len(found), np.bool_)
    follows[1:] = found[1:] - found[:-1] == len(WRAPPED) - 1
    return found[~every_other(follows)]


def find_quotes(
    data: Bytes, starts: Positions, stops: Positions, syntax: Syntax
) -> QuoteRuns | None:
    """The quotes in these rows, if there are any."""
    is_quote = data == syntax.quote[0]
    if syntax.escape:
        is_quote[after_odd_runs(data, syntax.escape[0])] = False
    places = np.flatnonzero(is_quote)
    rows = np.searchsorted(starts, places, side="right") - 1
    inside = (rows >= 0) & (places < stops[rows])
    places, rows = places[inside], rows[inside]
    if not len(places):
        return None
    breaks = np.flatnonzero((places[1:] != places[:-1] + 1) | (rows[1:] != rows[:-1]))
    first = np.concatenate(([0], breaks + 1))
    run_starts, rows = places[first], rows[first]
    run_ends = places[np.concatenate((breaks, [len(places) - 1]))] + 1
    opens = (run_starts == starts[rows]) | (data[run_starts - 1] == syntax.delimiter[0])
    closes = (run_ends == stops[rows]) | (data[run_ends] == syntax.delimiter[0])
    even = (run_ends - run_starts) & 1 == 0
    odd = np.flatnonzero(~even)
    opening, unclosed = np.zeros(len(even), np.bool_), len(data)
    if len(odd):
        pairs = opens[odd]
        pairs[:-1] &= rows[odd[1:]] == rows[odd[:-1]]
        if syntax.quotes == "careful":
            fits = run_ends[odd[1:]] - run_starts[odd[:-1]] <= MAX_QUOTED_BYTES
            pairs[:-1] &= closes[odd[1:]] & fits
            pairs[-1] = False
        opening[odd] = every_other(pairs)
        if opening[odd[-1]]:  # nothing closes it, which happens only where the text ends
            opening[odd[-1]], unclosed = False, int(run_starts[odd[-1]])
    return QuoteRuns(places, run_starts, run_ends, even, opening, unclosed)


def outside_quotes(delimiters: Positions, quotes: QuoteRuns) -> Positions:
    """The delimiters that are outside quoted cells."""
    delimiters = delimiters[: np.searchsorted(delimiters, quotes.unclosed)]
    odd = np.flatnonzero(~quotes.even)
    opening = np.flatnonzero(quotes.opening[odd])
    first = np.searchsorted(delimiters, quotes.starts[odd[opening]])
    last = np.searchsorted(delimiters, quotes.ends[odd[opening + 1]])
    sizes = last - first
    if not sizes.any():
        return delimiters
    before = np.cumsum(sizes) - sizes
    inside = np.repeat(first - before, sizes) + np.arange(sizes.sum())
    return np.delete(delimiters, inside)


def outside_escapes(data: Bytes, delimiters: Positions, starts: Positions) -> Positions:
    """The delimiters that no odd number of backslashes in their row precedes."""
    is_backslash = data == BACKSLASH
    some = np.flatnonzero(is_backslash[delimiters - 1] & (delimiters > 0))
    if not len(some):
        return delimiters
    after = delimiters[some]
    others = np.concatenate(([-1], np.flatnonzero(~is_backslash)))
    last = others[np.searchsorted(others, after) - 1]  # before it, and no backslash
    row_starts = starts[np.maximum(np.searchsorted(starts, after, side="right") - 1, 0)]
    odd = (after - np.maximum(last + 1, row_starts)) & 1 == 1
    return np.delete(delimiters, some[odd])


def count_between(places: Positions, starts: Positions, ends: Positions) -> Positions:
    """The number of ``places`` in each of some ranges (half open)."""
    counts: Positions = np.searchsorted(places, ends) - np.searchsorted(places, starts)
    return counts
