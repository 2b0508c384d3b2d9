"""Columns found by parts of their names; pure."""

from __future__ import annotations

import heapq


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
