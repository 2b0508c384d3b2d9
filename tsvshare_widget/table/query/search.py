"""Rows that have a text in one of their cells, or in that of one column."""

from __future__ import annotations

import re

import numpy as np

from tsvshare_widget.query import Filter
from tsvshare_widget.table.columns.blocks import Block
from tsvshare_widget.table.lines.bitmaps import Flags, Positions, none
from tsvshare_widget.table.lines.syntax import BACKSLASH, CR, LF, QUOTE, Syntax

from .find_text import Finder


class Search:
    """Finds the rows in which a cell has a text, both case-folded.

    Most rows are decided on their bytes as they stand in the file.  Cells that are in quotes or
    escaped in some ways, and texts with a character that separates cells, take a look at the cells.
    """

    def __init__(self, text: str, syntax: Syntax) -> None:
        self._syntax = syntax
        self._text = text.casefold()
        pieces = re.split(f"[{re.escape(_special(syntax))}]", text)
        self._finder = Finder(max(pieces, key=len), caseless=True)
        self._exact = len(pieces) == 1

    def flag_rows(self, block: Block) -> Flags:
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
        if self._syntax.quotes == "backslash":
            return _rows_at(block, np.flatnonzero(block.data == BACKSLASH), 1)
        if self._syntax.quotes != "strict":
            return none()
        quotes = np.flatnonzero(block.data == QUOTE)
        edges = (self._syntax.delimiter[0], QUOTE, LF, CR)
        before, after = block.data[quotes - 1], block.data[quotes + 1]
        inside = ~np.isin(before, edges) & ~np.isin(after, edges)
        return _rows_at(block, quotes[inside], 1)


class SearchInColumn:
    """Finds the rows in which the cell of one column has a text, where no cells need be found."""

    def __init__(self, wanted: Filter, syntax: Syntax) -> None:
        """``wanted`` is a filter of the kind ``contains``."""
        assert isinstance(wanted.value, str)
        self._column = wanted.column
        self._finder = Finder(wanted.value, caseless=wanted.caseless)
        special = set(_special(syntax)) & set(wanted.value)
        self._simple = not special and self._finder.size > 0

    def flag_rows(self, block: Block) -> Flags | None:
        """Which rows of a block have it; None if this has to be asked of the cells."""
        if not (self._simple and block.is_plain):
            return None
        found = np.zeros(len(block), np.bool_)
        found[self._rows_at(block, self._finder.places(block.data), self._finder.size)] = True
        others = self._rows_at(block, self._finder.other_places(block.data), 1)
        for row in np.unique(others).tolist():
            found[row] = self._finder.text in block.row(row)[self._column].casefold()
        return found

    def _rows_at(self, block: Block, places: Positions, size: int) -> Positions:
        """The rows in which some bytes from these places are, in the column."""
        rows, places = _in_rows(block, places, size)
        inside: Positions = rows[block.numbers_at(rows, places) == self._column]
        return inside


def _special(syntax: Syntax) -> str:
    """Characters that may stand in a cell, but not so, or not only there, in the file."""
    special = syntax.delimiter.decode() + "\r\n\ufffd"
    if syntax.quoted:
        special += '"'
    return special + "\\" if syntax.quotes == "backslash" else special


def _rows_at(block: Block, places: Positions, size: int) -> Positions:
    """The rows in which some bytes from these places are."""
    return _in_rows(block, places, size)[0]


def _in_rows(block: Block, places: Positions, size: int) -> tuple[Positions, Positions]:
    """The same, and these places."""
    rows = np.searchsorted(block.starts, places, side="right") - 1
    inside = (rows >= 0) & (places + size <= block.stops[rows])
    return rows[inside], places[inside]
