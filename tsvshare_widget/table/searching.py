"""Rows that have a text in one of their cells, case-folded."""

from __future__ import annotations

import re

import numpy as np

from .blocks import Block
from .finding import Finder
from .marks import BACKSLASH, CR, LF, QUOTE, Marks
from .places import Flags, Positions, none


class Search:
    """Finds the rows in which a cell has a text, both case-folded.

    Most rows are decided on their bytes as they stand in the file.  Cells that are in quotes or
    escaped in some ways, and texts with a character that separates cells, take a look at the cells.
    """

    def __init__(self, text: str, marks: Marks) -> None:
        self._marks = marks
        self._text = text.casefold()
        pieces = re.split(f"[{re.escape(_special(marks))}]", text)
        self._finder = Finder(max(pieces, key=len), caseless=True)
        self._exact = len(pieces) == 1

    def rows(self, block: Block) -> Flags:
        """Which rows of a block have it."""
        if not (block.is_whole and self._finder.size):
            return np.array([self._is_in(block, row) for row in range(len(block))], np.bool_)
        hits = self._finder.places(block.data)
        rows = _rows_at(block, hits, self._finder.size)
        found = np.zeros(len(block), np.bool_)
        found[rows] = True
        others = _rows_at(block, self._finder.other_places(block.data), 1)
        doubtful = [others, self._doubtful(block), none() if self._exact else rows]
        for row in np.unique(np.concatenate(doubtful)).tolist():
            found[row] = self._is_in(block, row)
        return found

    def _is_in(self, block: Block, row: int) -> bool:
        return any(self._text in cell.casefold() for cell in block.row(row))

    def _doubtful(self, block: Block) -> Positions:
        """Rows with text that does not stand in the file as it is, or not in one piece."""
        if self._marks.quotes == "backslash":
            return _rows_at(block, np.flatnonzero(block.data == BACKSLASH), 1)
        if self._marks.quotes != "strict":
            return none()
        quotes = np.flatnonzero(block.data == QUOTE)
        edges = (self._marks.delimiter[0], QUOTE, LF, CR)
        before, after = block.data[quotes - 1], block.data[quotes + 1]
        inside = ~np.isin(before, edges) & ~np.isin(after, edges)
        return _rows_at(block, quotes[inside], 1)


def _special(marks: Marks) -> str:
    """Characters that may stand in a cell, but not so, or not only there, in the file."""
    special = marks.delimiter.decode() + "\r\n\ufffd"
    if marks.quoted:
        special += '"'
    return special + "\\" if marks.quotes == "backslash" else special


def _rows_at(block: Block, places: Positions, size: int) -> Positions:
    """The rows in which some bytes from these places are."""
    rows = np.searchsorted(block.starts, places, side="right") - 1
    inside = (rows >= 0) & (places + size <= block.stops[rows])
    return rows[inside]
