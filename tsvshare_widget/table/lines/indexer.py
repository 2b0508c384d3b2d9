"""The indexer: bytes in, offsets of row ends out, chunk by chunk; pure (no files, no clocks).

A row ends at a line end that is not inside a quoted cell.  Quoted cells are found by runs of
quotes:

- Only a run of an odd number of quotes can open or close one.
- A run opens if it stands at the start of a cell, and closes if a delimiter, a line end or the end
  of the data follows.

By ``careful`` rules, an opening run and the very next odd run, if that one closes, make a quoted
cell, unless there are both a line end and a delimiter between them, or it is over
``MAX_QUOTED_BYTES`` bytes from end to end: then the opening run is text, and the next one is looked
at as if it were the first.  So quotes in the middle of a cell, or opened and never closed, are
text, and one stray quote cannot swallow the rest of a file.  The rules look at most
``MAX_QUOTED_BYTES`` bytes ahead.

By ``strict`` rules an opening run and the very next odd run always make a quoted cell, whatever
stands between them and however much: what any program writes that quotes as Excel does reads back.
A run of more than ``MAX_QUOTED_BYTES`` quotes is text.

An ``escape`` makes a quote after it text, by both rules.

By ``backslash`` rules a delimiter or line end after an odd number of backslashes is text.

What has to be remembered between chunks is bounded; how the data is cut into chunks never changes
the result.
"""

from __future__ import annotations

import numpy as np

from .bitmaps import Bytes, Counts, Flags, Positions
from .comments import CommentStarts
from .quotes import (
    MAX_QUOTED_BYTES,
    Evidence,
    Quoted,
    Runs,
    first_of_pairs,
    odd_runs,
    roles,
    roughly_counted,
)
from .segments import HeldLineEnds, Segments, no_segments, steps_between, without_quoted
from .structurals import Lines, Structurals
from .syntax import CR, LF, MOST_CRS, Syntax
from .table_end import TableEnd


class Indexer:
    """Finds rows and comment lines in data that comes in chunks of any size.

    The first byte of the data stands at ``start``, on the line ``first_line``, from 0.  A line that
    starts with one of ``comments`` is a comment, except for the very first one if ``header``; from
    one on that starts with one of ``until``, there are no rows.  ``counting`` says whether cells
    are counted; it may be set to False between two chunks.
    """

    def __init__(
        self,
        syntax: Syntax,
        *,
        start: int = 0,
        first_line: int = 0,
        comments: tuple[bytes, ...] = (),
        until: tuple[bytes, ...] = (),
        header: bool = False,
        counting: bool = True,
    ) -> None:
        self.evidence = Evidence()
        self._table_end = TableEnd(until)
        self.counting = counting
        self._syntax = syntax
        self._structurals = Structurals(syntax)
        self._comments = CommentStarts(comments, header=header)
        self._position = start  # of the first byte not scanned yet
        self._previous = CR if syntax.ends == "cr" else LF  # the byte before it
        self._last = b""  # the last bytes before it
        self._lines = first_line  # line ends before the position, in quoted cells or not
        self._cells = 0  # likewise delimiters
        self._quoted_cells = 0  # those of them that are in quoted cells
        self._last_end = start  # of the last segment
        self._last_line = first_line  # line ends before that
        self._last_cells = 0  # delimiters before that which separate cells
        self._last_comment = False  # whether the segment after that is a comment
        self._tail = b""  # end of the last chunk that the next one may change the meaning of
        self._open: Runs | None = None  # a run that may open a quoted cell, until that is certain
        self._held: list[HeldLineEnds] = []  # line ends since

    def index_bytes(self, data: bytes) -> Segments:
        """The segments that the next bytes of the data end for certain."""
        data = self._table_end.before(data)
        if self._tail:
            data, self._tail = self._tail + data, b""
            if (
                self._syntax.quoted
                and len(data) <= MAX_QUOTED_BYTES
                and not data.strip(self._syntax.quote)
            ):
                self._tail = data  # the same run goes on; no use to look at it again
                return no_segments()
        return self._scan(data, final=False)

    def index_rest(self) -> Segments:
        """The segments not returned so far, now that no bytes follow."""
        tail, self._tail = self._tail + self._table_end.rest(), b""
        found = self._scan(tail, final=True)
        if self._position == self._last_end:
            return found
        cells = np.array([self._cells]) if self._open is None else self._open.cells
        position, no = np.array([self._position - 1]), np.zeros(1, np.bool_)
        last = HeldLineEnds(
            position, np.array([self._lines]), cells - self._quoted_cells, no.astype(np.int64), no
        )
        return found.then(self._segments(last, ended=False))

    @property
    def open_width(self) -> int:
        """At most as many cells as the row has so far that has not ended; 0 if that is unknown.

        Not while cells are not counted, nor while line ends or delimiters may be inside a quoted
        cell.
        """
        if not self.counting or self._open is not None or self._held:
            return 0
        return self._cells - self._quoted_cells - self._last_cells + 1

    @property
    def lines(self) -> int:
        """The number of lines so far; of finished data, one without a line end counts as well."""
        return self._lines + (self._position > self._last_end)

    @property
    def end_line(self) -> int | None:
        """The line, from 0, from which on there are no rows; None if none has been reached."""
        return self._lines if self._table_end.is_reached else None

    # --- structurals ----------------------------------------------------------------------------

    def _scan(self, data: bytes, *, final: bool) -> Segments:
        if not data and not final:
            return no_segments()
        block = np.frombuffer(data, np.uint8)
        quotes = self._structurals.quotes(data, block)
        starts, ends, left = odd_runs(
            block, quotes, self._previous, self._syntax.quote[0], final=final
        )
        left = left or (0 if final else self._structurals.unclear_end(data))
        if left:
            data, self._tail = data[:-left], data[-left:]
        body = block[: len(data)]
        escaped = self._structurals.escaped(data, body)
        lines = self._structurals.lines(data, body, escaped)
        cells = self._structurals.cells(body, escaped, final=final) if self.counting else None
        runs, more = None, self._cells_in(data, cells)
        if len(starts):
            opens, closes = roles(block, starts, ends, self._previous, self._syntax)
            before = np.searchsorted(lines.positions, starts)
            found = Runs(starts, ends, before, starts, opens, closes)
            inner, more = self._cells_at(data, found, cells)
            runs = found.moved(self._position, self._lines, inner + self._cells)
        self._hold(data, body, lines, cells)
        self._lines += lines.total
        self._cells += more
        self._position += len(data)
        self._previous = data[-1] if data else self._previous
        if self._syntax.escape and data.endswith(self._syntax.escape + self._syntax.quote):
            self._previous = data[-2]  # no quote, but the text of a cell
        self._last = (self._last + data[-MOST_CRS:])[-MOST_CRS:]
        return self._settle(runs, final=final)

    def _cells_at(self, data: bytes, runs: Runs, cells: Counts | None) -> tuple[Positions, int]:
        """The number of delimiters in ``data`` before each run, and in all."""
        if cells is not None:
            return cells.before(runs.start), cells.total
        return roughly_counted(data, runs, self._syntax)

    def _cells_in(self, data: bytes, cells: Counts | None) -> int:
        """The number of delimiters in ``data``; if they are not counted, whether there are any."""
        if cells is not None:
            return cells.total
        return int(self._open is not None and self._syntax.delimiter in data)

    def _hold(self, data: bytes, body: Bytes, lines: Lines, cells: Counts | None) -> None:
        """Hold line ends back until it is certain that they are outside quoted cells."""
        ends = lines.positions
        before = ends
        if cells is not None:
            before = cells.before(ends)
            before += self._cells
        held = HeldLineEnds(
            ends + self._position,
            lines.numbers + self._lines,
            before,
            self._crs_before(data, body, ends),
            self._comments.after(body, ends),
        )
        if self._comments.settled is not None:
            if self._held and len(self._held[-1].ends):
                self._held[-1].comments[-1] = self._comments.settled
            else:
                self._last_comment = self._comments.settled
        if len(ends) or not self._held:
            self._held.append(held)

    def _crs_before(self, data: bytes, body: Bytes, ends: Positions) -> Positions:
        """The number of CRs that each LF takes; counts the CRs that none takes as evidence."""
        found = np.zeros(len(ends), np.int64)
        has_cr = self.counting and (b"\r" in data or self._last.endswith(b"\r"))
        if not has_cr or self._syntax.ends == "cr":
            return found
        taken: Flags = body[ends] == LF
        known = np.frombuffer(self._last.rjust(MOST_CRS, b"\0") + data, np.uint8)
        for distance in range(1, MOST_CRS + 1):
            taken &= known[ends + MOST_CRS - distance] == CR
            if not taken.any():
                break
            found += taken
        if self._syntax.ends == "lf":
            self.evidence.lone_crs += self._structurals.count_byte(body, CR) - int(found.sum())
        return found

    # --- quotes ---------------------------------------------------------------------------------

    def _settle(self, runs: Runs | None, *, final: bool) -> Segments:
        """Decide which runs make quoted cells; return the segments that are certain by that."""
        if self._open is not None:
            if runs is None and self._undecided(self._open, final=final):
                if final:
                    self.evidence.broken += 1  # it never closes
                self._drop_if_inside()
                return no_segments()
            runs = self._open if runs is None else runs.after(self._open)
            self._open = None
        if runs is None:
            return self._release(None)
        first = first_of_pairs(runs, self._syntax)
        last_is_free = not (len(first) and first[-1] == len(runs.start) - 2)
        if last_is_free and runs.opens[-1] and self._undecided(runs.last(), final=final):
            self._open = runs.last()
            self.evidence.broken += final
        self.evidence.count_runs(runs, first, self._syntax, opened=self._open is not None)
        if not len(first):
            return self._release(None)
        return self._release(Quoted.between(runs, first))

    def _undecided(self, run: Runs, *, final: bool) -> bool:
        """Whether an opening run, with no odd run after it so far, can still make a quoted cell."""
        if final or self._syntax.quotes == "strict":
            return self._syntax.quotes == "strict"  # to the end of the data, if need be
        too_long = self._position - int(run.start[0]) >= MAX_QUOTED_BYTES
        mixed = self._lines > int(run.lines[0]) and self._cells > int(run.cells[0])
        return not (too_long or mixed)

    def _drop_if_inside(self) -> None:
        """Drop the line ends after an open run, if they are inside a quoted cell in any case."""
        if self._syntax.quotes == "strict" and self._held:
            self._held = []
            self._comments.forget()

    # --- segments -------------------------------------------------------------------------------

    def _release(self, quoted: Quoted | None) -> Segments:
        """Segments out of the held line ends, except for those in quotes or after an open run."""
        held = self._held[0] if len(self._held) == 1 else HeldLineEnds.joined(self._held)
        self._held = []
        if self._open is not None:
            certain = int(np.searchsorted(held.ends, self._open.start[0]))
            held, rest = held.only(slice(certain)), held.only(slice(certain, None))
            if len(rest.ends):
                self._held = [rest]
                self._drop_if_inside()
        if self._quoted_cells:
            held = held._replace(cells=held.cells - self._quoted_cells)
        if quoted is not None:
            self._quoted_cells += int(quoted.cells.sum())
            held = without_quoted(held, quoted, counting=self.counting)
        return self._segments(held)

    def _segments(self, held: HeldLineEnds, *, ended: bool = True) -> Segments:
        """Segments that end at these positions; ``ended``: with a line end.

        Delimiters in quoted cells are not counted any more.
        """
        if not len(held.ends):
            return no_segments()
        ends, widths, blanks = held.ends + 1, None, None
        lines, comments = np.empty_like(ends), np.empty_like(held.comments)
        lines[0], comments[0] = self._last_line, self._last_comment
        np.add(held.numbers[:-1], 1, out=lines[1:])
        comments[1:] = held.comments[:-1]
        if self.counting:
            widths = steps_between(held.cells, self._last_cells)
            widths += 1
            blanks = (widths == 1) & ended
            if blanks.any():
                blanks &= steps_between(ends, self._last_end) - held.crs == 1
            self._last_cells = int(held.cells[-1])
        self._last_end, self._last_line = int(ends[-1]), int(held.numbers[-1]) + 1
        self._last_comment = bool(held.comments[-1])
        return Segments(ends, lines, comments, widths, blanks)
