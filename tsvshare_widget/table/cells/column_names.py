"""Columns found by their names, or parts of these; pure."""

from __future__ import annotations

import heapq
from collections.abc import Sequence


def find_names(names: list[str], text: str, limit: int) -> tuple[int, list[tuple[int, str]]]:
    """The number of ``names`` with ``text`` in them, case-folded, and the best ``limit`` of them.

    Each comes with its position: first the names that equal it, then those that begin with it, then
    all others.
    """
    wanted = text.casefold()
    found = []
    for position, name in enumerate(names):
        folded = name.casefold()
        if wanted in folded:
            rank = 0 if folded == wanted else 1 if folded.startswith(wanted) else 2
            found.append((rank, position, name))
    best = heapq.nsmallest(limit, found)
    return len(found), [(position, name) for _, position, name in best]


def named_columns(names: list[str], wanted: Sequence[str]) -> list[tuple[int, str]]:
    """The columns called by the names ``wanted``, in their order; of the same name all of them."""
    places: dict[str, list[int]] = {name: [] for name in wanted}
    for position, name in enumerate(names):
        if name in places:
            places[name].append(position)
    return [(position, name) for name, found in places.items() for position in found]
