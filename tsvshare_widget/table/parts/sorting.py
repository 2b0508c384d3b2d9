"""A sort of a large table: sorted runs of its parts, and ranges of rows merged out of all runs.

What the cells of a column are, only all of them can tell.  So they are taken for what they seem to
be, and if a part finds that they are not, the runs are made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tsvshare_widget.query import Sort
from tsvshare_widget.table.query.order import RowNumbers
from tsvshare_widget.table.query.sort_cells import Fit, Misfit, attempts_at

from .executor import Executor, Held, Steps, take_all
from .narrow import spelling_of
from .rows import Place, Rows, opened
from .runs import Border, KeyPlan, Run, RunFacts, Trouble, cut_run, merge_pieces, sort_part

RANGE_BYTES = 1 << 26
"""Bytes of rows and their keys that are merged at once."""

_LARGEST = int(np.iinfo(np.int64).max)


class _Runs:
    """Makes the runs of all parts, as often as it takes."""

    def __init__(
        self,
        executor: Executor,
        place: Place,
        parts: list[Rows],
        keys: tuple[Sort, ...],
        chosen: Sequence[Held[RowNumbers] | None],
    ) -> None:
        self._executor = executor
        self._place = place
        self._parts = parts
        self._chosen = chosen
        self.plans = [KeyPlan(key) for key in keys]
        self._tried: set[int] = set()  # columns of which it is known how numbers are written
        with opened(place) as table:
            told = table.told
            types = [told.type_of(key.column) for key in keys]
        self._attempts = [attempts_at(key, kind) for key, kind in zip(keys, types, strict=True)]

    def make(self, steps: Steps) -> tuple[list[RunFacts], list[Held[Run]]]:
        """The runs, once all of them are what was planned."""
        while True:
            held: list[Held[Run]] = []
            facts: list[RunFacts] = []
            trouble = None
            for fact in steps.each(self._begin(held), len(self._parts)):
                facts.append(fact)
                trouble = fact.trouble
                if trouble is not None:
                    break
            trouble = trouble or self._trouble_of_all(facts)
            if trouble is not None:
                self._plan_anew(trouble)
            elif not self._respell(facts):
                return facts, held

    def _begin(self, held: list[Held[Run]]) -> Iterator[RunFacts]:
        """Start the runs; what the first one shows is waited for, as it may not be as planned."""
        plans, started = tuple(self.plans), list[Held[RunFacts]]()
        for rows, chosen in zip(self._parts, self._chosen, strict=True):
            pair = self._executor.start_split(
                "tsvshare-sort-part", 2, sort_part, self._place, rows, plans, chosen
            )
            held.append(pair[1])
            if len(held) == 1:
                yield self._executor.result(pair[0])
            else:
                started.append(pair[0])
        yield from take_all(self._executor, started)

    def _trouble_of_all(self, facts: list[RunFacts]) -> Trouble | None:
        """What shows only when all parts are known."""
        for number, plan in enumerate(self.plans):
            fitting = self._attempts[number][plan.attempt][1]
            try:
                self._fit(facts, number).check(fitting)
            except Misfit:
                return Trouble(number, "misfit")
            found = [each for fact in facts if (each := fact.decimals[number]) is not None]
            largest = max((scale for scale, _ in found), default=0)
            if any(most * 10 ** (largest - scale) > _LARGEST for scale, most in found):
                return Trouble(number, "floats")
        return None

    def _fit(self, facts: list[RunFacts], number: int) -> Fit:
        whole = Fit()
        for fact in facts:
            whole = whole.then(fact.fits[number])
        return whole

    def _plan_anew(self, trouble: Trouble) -> None:
        plan = self.plans[trouble.key]
        if trouble.what == "floats":
            self.plans[trouble.key] = plan._replace(floats=True)
        else:
            self.plans[trouble.key] = KeyPlan(plan.key, plan.attempt + 1)

    def _respell(self, facts: list[RunFacts]) -> bool:
        """Whether some cells are numbers in another spelling, and to be looked at again."""
        found = False
        for number, plan in enumerate(self.plans):
            if number in self._tried or not self._fit(facts, number).may_be_spelled:
                continue
            self._tried.add(number)
            spelling = spelling_of(self._executor, self._place, self._parts, plan.key.column)
            self.plans[number] = plan._replace(spelling=spelling, floats=False)
            found = found or spelling is not None
        return found


def sort_table(
    executor: Executor,
    place: Place,
    parts: list[Rows],
    keys: tuple[Sort, ...],
    chosen: Sequence[Held[RowNumbers] | None],
    steps: Steps,
) -> Iterator[RowNumbers]:
    """The rows of all parts, or the ``chosen`` ones of each, in order; some after the other."""
    runs = _Runs(executor, place, parts, keys, chosen)
    facts, held = runs.make(steps)
    steps.next_step()
    plans = tuple(runs.plans)
    borders = choose_borders(facts, range_count(facts, executor.width))
    pieces = [
        executor.start_split("tsvshare-cut-run", len(borders) + 1, cut_run, run, borders, plans)
        for run in held
    ]
    del held
    merged = [
        executor.start("tsvshare-merge-runs", merge_pieces, list(some), plans)
        for some in zip(*pieces, strict=True)
    ]
    del pieces
    count = len(merged)
    yield from steps.each(take_all(executor, merged), count)
    steps.next_step()


def range_count(facts: Sequence[RunFacts], width: int) -> int:
    """How many ranges the rows are merged in: few bytes each, and something to do for everybody."""
    size = sum(fact.size for fact in facts)
    return max(1, -(-size // RANGE_BYTES), width if len(facts) > 1 else 1)


def choose_borders(facts: Sequence[RunFacts], ranges: int) -> list[Border]:
    """Borders between so many ranges, which have about as many rows each."""
    weighed = [
        (border, fact.total / len(fact.borders)) for fact in facts for border in fact.borders
    ]
    weighed.sort(key=lambda one: one[0])
    total = sum(weight for _, weight in weighed)
    borders: list[Border] = []
    seen = 0.0
    for border, weight in weighed:
        if len(borders) + 1 < ranges and seen >= total * (len(borders) + 1) / ranges:
            borders.append(border)
        seen += weight
    return borders
