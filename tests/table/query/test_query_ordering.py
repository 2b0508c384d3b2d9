"""Rows put in order by words, finer and finer."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.table.query.order import Order

words = st.sampled_from([0, 1, 2, 1 << 20, (1 << 20) + 1, 1 << 63, (1 << 63) + 1, (1 << 64) - 1])
rounds = st.integers(0, 40).flatmap(
    lambda count: st.lists(
        st.tuples(
            st.lists(words, min_size=count, max_size=count),
            st.none() | st.lists(st.booleans(), min_size=count, max_size=count),
        ),
        min_size=1,
        max_size=3,
    )
)


@given(rounds)
def test_as_python_sorts(rounds: list[tuple[list[int], list[bool] | None]]) -> None:
    count = len(rounds[0][0])
    order = Order(count)
    keys: list[tuple[tuple[bool, int], ...]] = [()] * count
    for words, last in rounds:
        flags = [False] * count if last is None else last
        order.refine(np.array(words, np.uint64), None if last is None else np.array(last, np.bool_))
        keys = [
            (*key, (flag, 0 if flag else word))
            for key, word, flag in zip(keys, words, flags, strict=True)
        ]
        assert order.rows.tolist() == sorted(range(count), key=lambda row: keys[row])
        in_order = [keys[row] for row in order.rows.tolist()]
        pairs = zip(in_order, [None, *in_order], strict=False)
        assert order.tied.tolist() == [one == other for one, other in pairs]


def test_who_is_tied_with_whom() -> None:
    order = Order(6)
    order.refine(np.array([2, 1, 2, 1, 3, 2], np.uint64))
    for chosen, expected in (
        ([3], [1, 3]),
        ([0, 4], [0, 2, 5]),
        ([4], []),
        ([2, 1], [0, 1, 2, 3, 5]),
    ):
        flags = np.zeros(6, np.bool_)
        flags[chosen] = True
        assert order.tied_with(flags).tolist() == expected


def test_many_rows_are_stable() -> None:
    words = np.random.default_rng(1).integers(0, 1 << 63, 300_000).astype(np.uint64)
    words[::3] = words[0]
    order = Order(len(words))
    order.refine(words.copy())
    assert (order.rows == np.argsort(words, kind="stable")).all()
