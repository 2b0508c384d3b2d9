"""Sorted runs: the rows of a part in order, cut at borders, and merged with other runs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from tsvshare_widget.query import Sort, Spelling
from tsvshare_widget.table.columns.block_scan import BlockScan
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.query.order import Order, RowNumbers
from tsvshare_widget.table.query.sort_cells import Fit, Misfit, SortCells, attempts_at

from .keys import KeyValues, joined_values, read_dates, read_decimals, read_floats, read_text
from .narrow import row_numbers
from .rows import Place, Rows, opened

_BORDERS = 64
"""Rows of a run that may become borders: so ranges differ in size by a few percent."""

Border = tuple[Any, ...]
"""A place in the order of all rows, between two of them."""


class KeyPlan(NamedTuple):
    """What the cells of a key are taken for: an attempt out of :func:`attempts_at`.

    ``floats``: they are no decimals of a common power of ten.
    """

    key: Sort
    attempt: int = 0
    floats: bool = False
    spelling: Spelling | None = None

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.key.direction == "desc"


class Trouble(NamedTuple):
    """Why a part cannot be sorted as planned: a key that is not what it seemed to be."""

    key: int
    what: Literal["misfit", "floats"]


class RunFacts(NamedTuple):
    """What is to be known of a run; of each key what was seen, its scale and largest decimal."""

    total: int = 0
    size: int = 0
    trouble: Trouble | None = None
    fits: tuple[Fit, ...] = ()
    decimals: tuple[tuple[int, int] | None, ...] = ()
    borders: tuple[Border, ...] = ()


@dataclass(frozen=True)
class Run:
    """Rows in order, by their numbers in the table, and the values of their keys."""

    rows: RowNumbers
    keys: tuple[KeyValues, ...]

    def __sizeof__(self) -> int:
        """What an engine takes into account that keeps it in memory."""
        return self.rows.nbytes + sum(key.size for key in self.keys)

    def border(self, place: int, descending: Sequence[bool]) -> Border:
        """The border before one of its rows."""
        keys = zip(self.keys, descending, strict=True)
        values = (key.border(place, descending=backwards) for key, backwards in keys)
        return (*values, int(self.rows[place]))

    def comparable(self, place: int, descending: Sequence[bool]) -> Border:
        """What compares one of its rows with a border."""
        keys = zip(self.keys, descending, strict=True)
        values = (key.comparable(place, descending=backwards) for key, backwards in keys)
        return (*values, int(self.rows[place]))


EMPTY = Run(np.empty(0, np.uint32), ())


def sort_part(
    place: Place, rows: Rows, plans: Sequence[KeyPlan], chosen: RowNumbers | None
) -> tuple[RunFacts, Run]:
    """Task: the rows of a part in order, or the ``chosen`` ones of them."""
    with opened(place) as table:
        told = table.told
        wanted = None if chosen is None else chosen.astype(np.int64)
        scan = table.scan(rows, wanted)
        keys, fits = list[KeyValues](), list[Fit]()
        for number, plan in enumerate(plans):
            try:
                values, fit = _read_key(scan, plan, told)
            except Misfit:
                return RunFacts(trouble=Trouble(number, "misfit")), EMPTY
            if values is None:
                return RunFacts(trouble=Trouble(number, "floats")), EMPTY
            keys.append(values)
            fits.append(fit)
    numbers = np.arange(rows.first, rows.stop) if wanted is None else wanted
    run = _sorted(row_numbers(numbers, place.facts.rows), keys, plans)
    return _facts(run, fits, plans), run


def _read_key(scan: BlockScan, plan: KeyPlan, told: ToldColumns) -> tuple[KeyValues | None, Fit]:
    """The values of a key; None if they are no decimals, as planned.  Raises :class:`Misfit`."""
    column = plan.key.column
    by, fitting = attempts_at(plan.key, told.type_of(column))[plan.attempt]
    cells = SortCells(plan.key, told.nothing_in(column), fitting, plan.spelling)
    if by == "number":
        values = read_floats(scan, cells) if plan.floats else read_decimals(scan, cells)
    elif by == "date":
        values = read_dates(scan, cells)
    else:
        values = read_text(scan, cells, by)
    return values, cells.fit


def _sorted(rows: RowNumbers, keys: Sequence[KeyValues], plans: Sequence[KeyPlan]) -> Run:
    """Some rows in order; those that are equal, by their numbers."""
    order = Order(len(rows))
    for key, plan in zip(keys, plans, strict=True):
        key.refine(order, descending=plan.descending)
    order.refine(rows.astype(np.uint64))
    return Run(rows[order.rows], tuple(key.only(order.rows) for key in keys))


def _facts(run: Run, fits: Sequence[Fit], plans: Sequence[KeyPlan]) -> RunFacts:
    count, descending = len(run.rows), [plan.descending for plan in plans]
    places = np.linspace(0, count, min(count, _BORDERS), endpoint=False, dtype=np.int64)
    return RunFacts(
        total=count,
        size=run.__sizeof__(),
        fits=tuple(fits),
        decimals=tuple(
            None if key.scale is None else (key.scale, key.largest()) for key in run.keys
        ),
        borders=tuple(run.border(place, descending) for place in places.tolist()),
    )


def cut_run(run: Run, borders: Sequence[Border], plans: Sequence[KeyPlan]) -> list[Run]:
    """Task: a run in pieces, one before each border and one after the last."""
    descending = [plan.descending for plan in plans]
    places = range(len(run.rows))
    cuts = [
        bisect_left(places, border, key=lambda place: run.comparable(place, descending))
        for border in borders
    ]
    ends = zip([0, *cuts], [*cuts, len(run.rows)], strict=True)
    return [_piece(run, begin, end) for begin, end in ends]


def _piece(run: Run, begin: int, end: int) -> Run:
    if begin == end:
        return EMPTY
    chosen = slice(begin, end)
    return Run(run.rows[chosen].copy(), tuple(key.only(chosen) for key in run.keys))


def merge_pieces(pieces: list[Run], plans: Sequence[KeyPlan]) -> RowNumbers:
    """Task: the rows of all pieces between two borders, in order."""
    pieces = [piece for piece in pieces if len(piece.rows)]
    if not pieces:
        return EMPTY.rows
    rows = np.concatenate([piece.rows for piece in pieces])
    order = Order(len(rows))
    for number, plan in enumerate(plans):
        values = joined_values([piece.keys[number] for piece in pieces])
        values.refine(order, descending=plan.descending)
    order.refine(rows.astype(np.uint64))
    found: RowNumbers = rows[order.rows]
    return found
