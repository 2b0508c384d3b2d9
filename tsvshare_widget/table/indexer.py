"""Where rows end: bytes in, offsets out, chunk by chunk; pure (no files, no clocks).

A row ends at a line end that is not inside a quoted cell.  What a quoted cell is, is decided on
runs of quotes:

- Only a run of an odd number of quotes can open or close a quoted cell.
- A run opens if it stands at the start of a cell, and closes if a delimiter, a line end or the end
  of the data follows.

With ``careful`` quotes, an opening run and the very next odd run, if that one closes, make a quoted
cell, unless there are both a line end and a delimiter between them, or it is over ``MAX_QUOTED``
bytes from end to end: then the opening run is text, and the next one is looked at as if it were the
first.  So quotes in the middle of a cell, or opened and never closed, are text, and one stray quote
cannot swallow the rest of a file.  The rules look at most ``MAX_QUOTED`` bytes ahead.

With ``strict`` quotes an opening run and the very next odd run always make a quoted cell, whatever
stands between them and however much: what any program writes that quotes as Excel does reads back.
A run of more than ``MAX_QUOTED`` quotes is text.

With ``backslash`` a delimiter or line end after an odd number of backslashes is text.

What has to be remembered between chunks is bounded; how the data is cut into chunks never changes
the result.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from .marks import BACKSLASH, CR, LF, QUOTE, Marks
from .places import Bytes, Counts, Flags, Positions, bytes_at, every_other, none, places

Array = TypeVar("Array", NDArray[np.int64], NDArray[np.bool_])

MAX_QUOTED = 1 << 20
"""Bytes of the longest careful quoted cell, quotes included; a longer one is text."""


class Segments(NamedTuple):
    """Lines that have ended: rows and comment lines, in order.

    ``ends`` are the positions just after each one; ``lines`` is the number, from 0, of the line
    of the text that each starts on; ``comments`` says which are comments.  If cells are counted,
    ``widths`` are their numbers, and ``blanks`` says which lines have nothing but their end.
    """

    ends: Positions
    lines: Positions
    comments: Flags
    widths: Positions | None
    blanks: Flags | None


class _Runs(NamedTuple):
    """Odd runs of quotes, by position, with how many line ends and delimiters stand before each."""

    start: Positions
    end: Positions
    lines: Positions
    cells: Positions
    opens: Flags
    closes: Flags

    def after(self, earlier: _Runs) -> _Runs:
        """These runs, after ``earlier`` ones."""
        return _Runs._make(np.concatenate(pair) for pair in zip(earlier, self, strict=True))

    def last(self) -> _Runs:
        """The last run alone."""
        return _Runs._make(field[-1:] for field in self)


class _Held(NamedTuple):
    """Line ends that may be inside a quoted cell, and their numbers among all line ends.

    ``cells`` are the delimiters before each; ``crlf`` says whether a CR stands before it, and
    ``comments`` whether a comment follows.
    """

    ends: Positions
    numbers: Positions
    cells: Positions
    crlf: Flags
    comments: Flags

    @classmethod
    def joined(cls, parts: list[_Held]) -> _Held:
        """Several, one after the other."""
        return cls._make(np.concatenate(fields) for fields in zip(*parts, strict=True))

    def only(self, chosen: Flags | slice) -> _Held:
        """Some of them."""
        return _Held._make(field[chosen] for field in self)

    def split(self, count: int) -> tuple[_Held, _Held]:
        """The first ``count``, and the others."""
        return self.only(slice(count)), self.only(slice(count, None))


class _Quoted(NamedTuple):
    """Quoted cells: where they start and end, and how many delimiters are in them."""

    starts: Positions
    ends: Positions
    cells: Positions


class Evidence:
    """What the quotes and line ends of a text look like; counted over all of it.

    ``quoted`` cells; ``stray`` quotes that start a cell but quote nothing; of these, ``refused``
    ones, which do close, but hold a delimiter and a line end, or too much; ``broken`` cells that
    are strictly quoted, but go on after their closing quote, or never close.  ``lone_crs`` are CRs
    that end no row, nor stand before an LF that is looked for.
    """

    def __init__(self) -> None:
        self.quoted = self.stray = self.refused = self.broken = 0
        self.lone_crs = 0


class Indexer:
    """Finds the row ends in data that comes in chunks of any size.

    The first byte of the data stands at ``start``, on the line ``first_line``, from 0.  A line that
    starts with one of ``comments`` is a comment, the very first one excepted if ``header``.
    ``counting`` tells whether cells are counted; it may be changed to False between two chunks.
    """

    def __init__(
        self,
        marks: Marks,
        *,
        start: int = 0,
        first_line: int = 0,
        comments: tuple[bytes, ...] = (),
        header: bool = False,
        counting: bool = True,
    ) -> None:
        self.evidence = Evidence()
        self.counting = counting
        self.lines = first_line  # line ends so far, in quoted cells or not
        self._marks = marks
        self._comments = comments
        self._position = start  # of the first byte not scanned yet
        self._previous = LF if marks.ends != "cr" else CR  # the byte before it
        self._before = b""  # the last bytes scanned, if the delimiter has several
        self._cells = 0  # delimiters before the position
        self._quoted_cells = 0  # those of them that are in quoted cells
        self._last_end = start  # of the last segment
        self._last_line = first_line  # line ends before that
        self._last_cells = 0  # delimiters before that which separate cells
        self._last_comment = False  # whether the segment after that is a comment
        self._head: bytes | None = b"" if comments and not header else None  # a line's start, if
        # it is not known yet whether the line is a comment
        self._tail = b""  # end of the last chunk that the next one may change the meaning of
        self._open: _Runs | None = None  # a run that may open a quoted cell, until that is certain
        self._held: list[_Held] = []  # line ends since

    def feed(self, data: bytes | memoryview) -> Segments:
        """Take the next bytes; return the segments known to have ended by now."""
        if self._tail:
            only_quotes = self._marks.quoted and not bytes(data).strip(b'"')
            data, self._tail = self._tail + data, b""
            if only_quotes and not data.strip(b'"') and len(data) <= MAX_QUOTED:
                self._tail = data  # the same run goes on; no use to look at it again
                return nothing()
        return self._scan(np.frombuffer(data, np.uint8), final=False)

    def finish(self) -> Segments:
        """Take in that no bytes follow; return the segments not returned so far."""
        tail, self._tail = self._tail, b""
        found = self._scan(np.frombuffer(tail, np.uint8), final=True)
        if self._position == self._last_end:
            return found
        last_bytes = _Held(
            np.array([self._position - 1]),
            np.array([self.lines]),
            np.array([self._cells]),
            np.zeros(1, np.bool_),
            np.zeros(1, np.bool_),
        )
        last = self._segments(last_bytes, last_bytes.cells - self._quoted_cells, ended=False)
        if not len(found.ends):
            return last
        return Segments(
            np.concatenate((found.ends, last.ends)),
            np.concatenate((found.lines, last.lines)),
            np.concatenate((found.comments, last.comments)),
            _joined(found.widths, last.widths),
            _joined(found.blanks, last.blanks),
        )

    # --- what stands where ----------------------------------------------------------------------

    def _scan(self, data: Bytes, *, final: bool) -> Segments:
        if not len(data) and not final:
            return nothing()
        starts, ends = self._odd_runs(data, final=final)
        body = data[: len(data) - self._keep_tail(data, final=final)]
        is_line, is_cell = self._line_ends(body), None
        if self.counting or len(starts) or self._open is not None:
            is_cell = self._delimiters(body)
        if self._marks.quotes == "backslash":
            self._escape(body, is_line, is_cell)
        cells = Counts(is_cell) if is_cell is not None else None
        lines = places(is_line)
        held = _Held(
            lines + self._position,
            np.arange(self.lines, self.lines + len(lines)),
            (cells.before(lines) + self._cells) if cells is not None else lines,
            self._after_cr(body, lines),
            self._starts_comment(body, lines),
        )
        runs = self._runs(data, starts, ends, lines, cells) if len(starts) else _no_runs()
        self.lines += len(lines)
        self._cells += cells.total if cells is not None else 0
        self._position += len(body)
        self._previous = int(body[-1]) if len(body) else self._previous
        return self._settle(runs, held, final=final)

    def _line_ends(self, body: Bytes) -> Flags:
        if self._marks.ends != "any":
            one: Flags = body == (LF if self._marks.ends == "lf" else CR)
            return one
        is_end = body == LF
        lone = body == CR
        lone[:-1] &= ~is_end[1:]  # the last byte is no CR, unless it is the very last one
        either: Flags = is_end | lone
        return either

    def _delimiters(self, body: Bytes) -> Flags:
        first, *others = reversed(self._marks.delimiter)
        found: Flags = body == first
        if others:  # the place of its last byte counts
            padded = np.frombuffer(self._before.rjust(2, b"\0") + body.tobytes(), np.uint8)
            self._before = padded[-2:].tobytes()
            for distance, byte in enumerate(others, 1):
                found &= padded[2 - distance : len(padded) - distance] == byte
        return found

    def _escape(self, body: Bytes, is_line: Flags, is_cell: Flags | None) -> None:
        """Take back the flags of bytes after an odd number of backslashes."""
        is_backslash = body == BACKSLASH
        if not is_backslash.any():
            return
        found = np.flatnonzero(is_backslash)
        gaps = np.flatnonzero(np.diff(found) != 1)
        starts = found[np.concatenate(([0], gaps + 1))]
        ends = found[np.concatenate((gaps, [len(found) - 1]))] + 1
        after = ends[((ends - starts) & 1 == 1) & (ends < len(body))]
        is_line[after] = False
        if is_cell is not None:
            is_cell[after] = False

    def _after_cr(self, body: Bytes, lines: Positions) -> Flags:
        """Which line ends are the second half of a CRLF; counts the CRs that are no such half."""
        if not self.counting or self._marks.ends == "cr":
            return np.zeros(len(lines), np.bool_)
        is_cr = body == CR
        if not is_cr.any() and self._previous != CR:
            return np.zeros(len(lines), np.bool_)
        found: Flags = bytes_at(body, lines - 1, outside=self._previous) == CR
        if self._marks.ends == "any":
            crlf: Flags = found & (body[lines] == LF)
            return crlf
        self.evidence.lone_crs += int(np.count_nonzero(is_cr)) - int(np.count_nonzero(found))
        return found

    def _keep_tail(self, data: Bytes, *, final: bool) -> int:
        """How many bytes to look at again once more have come; they become the tail."""
        if not final and not self._tail and len(data):
            last = int(data[-1])
            if self._marks.ends == "any" and last == CR:
                self._tail = b"\r"
            if self._marks.quotes == "backslash" and last == BACKSLASH:
                others = np.flatnonzero(data != BACKSLASH)
                run = len(data) - (int(others[-1]) + 1 if len(others) else 0)
                self._tail = b"\\" * (run & 1)
        return len(self._tail)

    # --- comment lines --------------------------------------------------------------------------

    def _starts_comment(self, body: Bytes, lines: Positions) -> Flags:
        """After which line ends a comment starts; what is not known yet is False for now."""
        found = np.zeros(len(lines), np.bool_)
        if not self._comments:
            return found
        longest = max(map(len, self._comments))
        if self._head is not None and len(body):
            self._settle_head(self._head + body[:longest].tobytes())
        if not len(lines):
            return found
        after = lines + 1
        for comment in self._comments:
            same = np.ones(len(lines), np.bool_)
            for place, byte in enumerate(comment):
                same &= bytes_at(body, after + place, outside=LF) == byte
            found |= same
        rest = body[int(after[-1]) :][:longest].tobytes()
        undecided = not found[-1] and any(prefix.startswith(rest) for prefix in self._comments)
        self._head = rest if undecided else None
        return found

    def _settle_head(self, head: bytes) -> None:
        """Decide about the line that starts with ``head``, if that is enough to tell."""
        is_comment = head.startswith(self._comments)
        if not is_comment and any(prefix.startswith(head) for prefix in self._comments):
            self._head = head
            return
        self._head = None
        if self._held and len(self._held[-1].ends):
            self._held[-1].comments[-1] = is_comment
        else:
            self._last_comment = is_comment

    # --- quotes ---------------------------------------------------------------------------------

    def _odd_runs(self, data: Bytes, *, final: bool) -> tuple[Positions, Positions]:
        """Starts and ends of the odd runs in ``data``; a run that may go on becomes the tail."""
        if not self._marks.quoted:
            return none(), none()
        is_quote = data == QUOTE
        if not is_quote.any():  # a fraction of what looking for their places takes
            return none(), none()
        quotes = np.flatnonzero(is_quote)
        gaps = np.flatnonzero(np.diff(quotes) != 1)
        starts = quotes[np.concatenate(([0], gaps + 1))]
        ends = quotes[np.concatenate((gaps, [len(quotes) - 1]))] + 1
        possible = ends - starts <= MAX_QUOTED
        possible[0] &= not (starts[0] == 0 and self._previous == QUOTE)  # goes on from such a one
        reach = len(data) - int(data[-1] == CR)  # one byte more tells what a CR is
        if not final and ends[-1] == reach and possible[-1]:
            self._tail = data[starts[-1] :].tobytes()
            possible[-1] = False
        odd = possible & ((ends - starts) & 1 == 1)
        return starts[odd], ends[odd]

    def _runs(
        self,
        data: Bytes,
        starts: Positions,
        ends: Positions,
        lines: Positions,
        cells: Counts | None,
    ) -> _Runs:
        assert cells is not None
        opens, closes = self._roles(data, starts, ends)
        return _Runs(
            starts + self._position,
            ends + self._position,
            np.searchsorted(lines, starts) + self.lines,
            cells.before(starts) + self._cells,
            opens,
            closes,
        )

    def _roles(self, data: Bytes, starts: Positions, ends: Positions) -> tuple[Flags, Flags]:
        """Which runs may open a quoted cell, by the byte before, and which may close one."""
        delimiter, how = self._marks.delimiter[0], self._marks.ends
        end = CR if how == "cr" else LF
        before = bytes_at(data, starts - 1, outside=self._previous)
        after = bytes_at(data, ends, outside=end)
        opens = (before == delimiter) | (before == end)
        closes = (after == delimiter) | (after == end)
        if how == "lf":
            closes |= (after == CR) & (bytes_at(data, ends + 1, outside=QUOTE) == LF)
        elif how == "any":
            opens |= before == CR
            closes |= after == CR
        return opens, closes

    def _settle(self, runs: _Runs, held: _Held, *, final: bool) -> Segments:
        """Decide what the runs mean; return the segments that are certain by now."""
        if len(held.ends) or not self._held:
            self._held.append(held)
        if self._open is not None:
            if not len(runs.start) and not final and self._undecided(self._open):
                if self._marks.quotes == "strict":
                    self._held, self._head = [], None  # all of it is in a quoted cell
                return nothing()
            runs = runs.after(self._open)
            self._open = None
        if not len(runs.start):
            return self._release(_nothing_quoted())
        first = self._first_of_pairs(runs)
        last_is_free = not (len(first) and first[-1] == len(runs.start) - 2)
        if last_is_free and runs.opens[-1] and self._undecided(runs.last(), final=final):
            self._open = runs.last()
        self._take_evidence(runs, first, final=final)
        return self._release(
            _Quoted(runs.start[first], runs.end[first + 1], np.diff(runs.cells)[first])
        )

    def _first_of_pairs(self, runs: _Runs) -> Positions:
        """Which runs open a quoted cell that the next run closes."""
        if self._marks.quotes == "strict":
            return np.flatnonzero(every_other(runs.opens)[:-1])
        return np.flatnonzero(every_other(runs.opens[:-1] & runs.closes[1:] & _fits(runs)))

    def _undecided(self, run: _Runs, *, final: bool = False) -> bool:
        """Whether an opening run, with no odd run after it so far, can still make a cell."""
        if final or self._marks.quotes == "strict":
            return self._marks.quotes == "strict"  # to the end of the data, if need be
        too_long = self._position - int(run.start[0]) >= MAX_QUOTED
        mixed = self.lines > int(run.lines[0]) and self._cells > int(run.cells[0])
        return not (too_long or mixed)

    def _take_evidence(self, runs: _Runs, first: Positions, *, final: bool) -> None:
        """Count what the runs are, but for one that is still open."""
        evidence, used = self.evidence, np.zeros(len(runs.start), np.bool_)
        used[first] = used[first + 1] = True
        used[-1] |= self._open is not None
        stray = runs.opens & ~used
        evidence.quoted += len(first)
        evidence.stray += int(np.count_nonzero(stray))
        if self._marks.quotes == "strict":
            evidence.broken += int(np.count_nonzero(~runs.closes[first + 1]))
            evidence.broken += int(final and self._open is not None)
        else:
            refused = stray[:-1] & runs.closes[1:] & ~_fits(runs)
            evidence.refused += int(np.count_nonzero(refused))

    # --- segments -------------------------------------------------------------------------------

    def _release(self, quoted: _Quoted) -> Segments:
        """Segments out of the line ends held, but for those in quotes or after an open run."""
        held = self._held[0] if len(self._held) == 1 else _Held.joined(self._held)
        self._held = []
        if self._open is not None:
            certain = int(np.searchsorted(held.ends, self._open.start[0]))
            held, rest = held.split(certain)
            if self._marks.quotes != "strict":
                self._held = [rest]
            elif len(rest.ends):  # these are in a quoted cell for sure
                self._head = None
        cells = held.cells - self._quoted_cells
        if len(quoted.starts):
            before = np.searchsorted(quoted.starts, held.ends)
            cells -= np.concatenate(([0], np.cumsum(quoted.cells)))[before]
            self._quoted_cells += int(quoted.cells.sum())
            outside = before == np.searchsorted(quoted.ends, held.ends, side="right")
            held, cells = held.only(outside), cells[outside]
        return self._segments(held, cells)

    def _segments(self, held: _Held, cells: Positions, *, ended: bool = True) -> Segments:
        """Segments that end at line ends, or just end; ``cells`` are the delimiters before that."""
        if not len(held.ends):
            return nothing()
        ends = held.ends + 1
        lines = np.concatenate(([self._last_line], held.numbers[:-1] + 1))
        comments = np.concatenate(([self._last_comment], held.comments[:-1]))
        widths = blanks = None
        if self.counting:
            widths = np.diff(cells, prepend=self._last_cells) + 1
            sizes = np.diff(ends, prepend=self._last_end)
            blanks = ended & (sizes - held.crlf == 1)
            self._last_cells = int(cells[-1])
        self._last_end, self._last_line = int(ends[-1]), int(held.numbers[-1]) + 1
        self._last_comment = bool(held.comments[-1])
        return Segments(ends, lines, comments, widths, blanks)


def nothing() -> Segments:
    """No segments."""
    no_flags = np.empty(0, np.bool_)
    return Segments(none(), none(), no_flags, none(), no_flags)


def _joined(first: Array | None, last: Array | None) -> Array | None:
    return None if first is None or last is None else np.concatenate((first, last))


def _nothing_quoted() -> _Quoted:
    return _Quoted(none(), none(), none())


def _no_runs() -> _Runs:
    flags = np.empty(0, np.bool_)
    return _Runs(none(), none(), none(), none(), flags, flags)


def _fits(runs: _Runs) -> Flags:
    """Which runs can make a careful cell with the next one, by what is between them."""
    fits: Flags = (np.diff(runs.lines) == 0) | (np.diff(runs.cells) == 0)
    return fits & (runs.end[1:] - runs.start[:-1] <= MAX_QUOTED)
