"""Filters and searches, part by part: the rows of each that pass."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.query import Query, Spelling
from tsvshare_widget.table.columns.block_scan import Part
from tsvshare_widget.table.columns.spelling import SpellingTrial, different_cells
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.query.narrowing import Narrowing
from tsvshare_widget.table.query.order import RowNumbers

from .executor import Executor, Held, Steps, take_all
from .rows import Place, Rows, opened

Spellings = tuple[Spelling | None, ...]


class Passed(NamedTuple):
    """How many rows of a part pass.

    Also for each filter whether cells that are no numbers may be such in another spelling.
    """

    total: int
    may_be_spelled: tuple[bool, ...]


def row_numbers(rows: Positions, of_rows: int) -> RowNumbers:
    """The numbers of some rows of a table that has so many, in little memory."""
    return rows.astype(np.uint32) if of_rows < 1 << 32 else rows


def narrow_rows(
    place: Place, rows: Rows, query: Query, spellings: Spellings
) -> tuple[Passed, RowNumbers]:
    """Task: the rows of a part that pass the filters and the search of a query."""
    with opened(place) as table:
        told = table.told
        narrowing = Narrowing(query, table.contents.syntax, told, spellings)

        def work(part: Part) -> Positions:
            return np.flatnonzero(narrowing.flag_rows(part.block))

        found = [begin + passing for begin, _, passing in table.scan(rows).each_block(work)]
        passing = np.concatenate(found) + rows.first
    spelled = tuple(one.may_be_spelled for one in narrowing.filters)
    return Passed(len(passing), spelled), row_numbers(passing, place.facts.rows)


def try_spelling(place: Place, rows: Rows, column: int) -> SpellingTrial:
    """Task: how all numbers in a column of a part may be written."""
    trial = SpellingTrial()
    with opened(place) as table:
        nothing = table.told.nothing_in(column)

        def work(part: Part) -> set[str]:
            return different_cells(part.block.column(column), nothing)

        for _, _, cells in table.scan(rows).each_block(work):
            trial.try_cells(cells)
            if not trial.possible:
                break
    return trial


def spelling_of(
    executor: Executor, place: Place, parts: list[Rows], column: int
) -> Spelling | None:
    """How all cells of a column are written as numbers; None if they are none."""
    name = "tsvshare-find-spelling"
    trials = [executor.start(name, try_spelling, place, rows, column) for rows in parts]
    whole = SpellingTrial()
    for trial in take_all(executor, trials):
        whole = whole.then(trial)
        if not whole.possible:
            break
    return whole.spelling


class Narrowed(NamedTuple):
    """The rows that pass, part by part, and how many these are."""

    rows: list[Held[RowNumbers]]
    counts: list[int]


def narrow_table(
    executor: Executor, place: Place, parts: list[Rows], query: Query, steps: Steps
) -> Narrowed:
    """The rows of a table that pass the filters and the search of a query."""
    name = "tsvshare-filter-rows" if query.filters else "tsvshare-search-rows"
    spellings: Spellings = (None,) * len(query.filters)

    def narrow() -> tuple[Narrowed, list[bool]]:
        pairs = [
            executor.start_split(name, 2, narrow_rows, place, rows, query, spellings)
            for rows in parts
        ]
        passed = list(steps.each(take_all(executor, [pair[0] for pair in pairs]), len(parts)))
        spelled = [
            any(flags) for flags in zip(*(one.may_be_spelled for one in passed), strict=True)
        ]
        return Narrowed([pair[1] for pair in pairs], [one.total for one in passed]), spelled

    found, spelled = narrow()
    if any(spelled):
        spellings = tuple(
            spelling_of(executor, place, parts, wanted.column) if may_be else None
            for wanted, may_be in zip(query.filters, spelled, strict=True)
        )
        if any(spellings):
            found, _ = narrow()
    steps.next_step()
    return found
