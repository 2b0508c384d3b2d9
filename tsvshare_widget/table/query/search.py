"""Search: rows with a text in any of their cells, or in the cell of one column."""

from __future__ import annotations

import re

import numpy as np

from tsvshare_widget.query import Filter
from tsvshare_widget.table.columns.blocks import Block
from tsvshare_widget.table.lines.bitmaps import Flags, Positions, none
from tsvshare_widget.table.lines.syntax import BACKSLASH, CR, LF, Syntax

from .find_text import Finder


class Search:
    """Finds the rows in which a cell holds a text, both case-folded and in one normal form.

    Most rows are decided by their bytes in the file.  Rows are split into cells only where these
    are quoted or escaped in some ways, or the text has a character that separates cells.
    """

    def __init__(self, text: str, syntax: Syntax) -> None:
        self._syntax = syntax
        self._whole = Finder(text, caseless=True)
        pieces = re.split(f"[{re.escape(_special(syntax))}]", text)
        self._finder = Finder(max(pieces, key=len), caseless=True)
        self._exact = len(pieces) == 1

    def flag_rows(self, block: Block) -> Flags:
        """Flags of the rows of a block that hold the text."""
        if not block.is_whole or self._finder.is_empty:
            return np.array([self._is_in(block, row) for row in range(len(block))], np.bool_)
        hits = self._finder.places(block.data)
        rows = np.concatenate([_rows_at(block, places, size) for places, size in hits])
        found = np.zeros(len(block), np.bool_)
        found[rows] = True
        others = _rows_at(block, self._finder.other_places(block.data), 1)
        doubtful = [others, self._doubtful(block), none() if self._exact else rows]
        for row in np.unique(np.concatenate(doubtful)).tolist():
            found[row] = self._is_in(block, row)
        return found

    def _is_in(self, block: Block, row: int) -> bool:
        return any(map(self._whole.is_in, block.row(row)))

    def _doubtful(self, block: Block) -> Positions:
        """Rows with cells whose text is not in the file as it is, or not in one piece."""
        if self._syntax.quotes == "backslash":
            return _rows_at(block, np.flatnonzero(block.data == BACKSLASH), 1)
        if self._syntax.quoted and self._syntax.escape:
            return _rows_at(block, np.flatnonzero(block.data == self._syntax.escape[0]), 1)
        if self._syntax.quotes != "strict":
            return none()
        quote = self._syntax.quote[0]
        quotes = np.flatnonzero(block.data == quote)
        edges = (self._syntax.delimiter[0], quote, LF, CR)
        before, after = block.data[quotes - 1], block.data[quotes + 1]
        inside = ~np.isin(before, edges) & ~np.isin(after, edges)
        return _rows_at(block, quotes[inside], 1)


class SearchInColumn:
    """Finds the rows in which the cell of one column holds a text, without finding the cells."""

    def __init__(self, wanted: Filter, syntax: Syntax) -> None:
        """``wanted`` is a filter ``contains``."""
        assert isinstance(wanted.value, str)
        self._column = wanted.column
        self._finder = Finder(wanted.value, caseless=wanted.caseless)
        special = set(_special(syntax)) & set(wanted.value)
        self._simple = not special and not self._finder.is_empty

    def flag_rows(self, block: Block) -> Flags | None:
        """Flags of the rows of a block that hold the text; None if it takes the cells to know."""
        if not (self._simple and block.is_plain):
            return None
        found = np.zeros(len(block), np.bool_)
        for places, size in self._finder.places(block.data):
            found[self._rows_at(block, places, size)] = True
        others = self._rows_at(block, self._finder.other_places(block.data), 1)
        for row in np.unique(others).tolist():
            found[row] = self._finder.is_in(block.row(row)[self._column])
        return found

    def _rows_at(self, block: Block, places: Positions, size: int) -> Positions:
        """The rows that hold ``size`` bytes from one of these positions on in the column."""
        rows, places = _in_rows(block, places, size)
        inside: Positions = rows[block.numbers_at(rows, places) == self._column]
        return inside


def _special(syntax: Syntax) -> str:
    """Characters that may stand otherwise in the file than in a cell, or not only in cells."""
    special = syntax.delimiter.decode() + "\r\n\ufffd"
    if syntax.quoted:
        special += syntax.quote.decode() + syntax.escape.decode()
    return special + "\\" if syntax.quotes == "backslash" else special


def _rows_at(block: Block, places: Positions, size: int) -> Positions:
    """The rows that hold ``size`` bytes from one of these positions on."""
    return _in_rows(block, places, size)[0]


def _in_rows(block: Block, places: Positions, size: int) -> tuple[Positions, Positions]:
    """The rows that hold ``size`` bytes from one of these positions on, and these positions."""
    rows = np.searchsorted(block.starts, places, side="right") - 1
    inside = (rows >= 0) & (places + size <= block.stops[rows])
    return rows[inside], places[inside]
