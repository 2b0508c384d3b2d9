"""One row's bytes -> its cells; pure.  The rules for quotes are those of :mod:`.indexer`.

A buffer is ``bytes`` or a memory map: a row may be too large to be copied.  A row is given by where
it starts and ends in its buffer, its line end left out (:func:`without_line_end`).
"""

from __future__ import annotations

import itertools
import mmap
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from .indexer import CR, LF, MAX_QUOTED, QUOTE, TAB

Buffer = bytes | mmap.mmap

_QUOTED = r'"([^"]*+(?:""[^"]*+)*+)"'
_quoted_cell = re.compile(f"{_QUOTED}(?=\\t|\\Z)".encode())
_cell_and_tab = re.compile(rf"(?:{_QUOTED}|([^\t]*+))\t")


class Span(NamedTuple):
    """Where the content of a cell stands in its buffer; quotes around it are left out."""

    start: int
    end: int
    quoted: bool


class Cell(NamedTuple):
    """A cell as it is shown: its text, its size in bytes in full, and whether the text is cut."""

    text: str
    bytes: int
    cut: bool


def without_line_end(buffer: Buffer, start: int, end: int) -> int:
    """Where a row ends without its LF or CRLF."""
    if end > start and buffer[end - 1] == LF:
        end -= 1
        if end > start and buffer[end - 1] == CR:
            end -= 1
    return end


def has_quoted(buffer: Buffer, start: int, end: int) -> bool:
    """Whether a cell of this row starts with a quote."""
    quote = buffer.find(b'"', start, end)  # many times as fast as to look for two bytes
    return quote >= 0 and (quote == start or buffer.find(b'\t"', quote - 1, end) >= 0)


def any_quoted(text: bytes) -> bool:
    """Whether a cell in some rows starts with a quote."""
    return has_quoted(text, 0, len(text)) or (b'"' in text and b'\n"' in text)


def split_quoted(row: str) -> list[str]:
    """The cells of a row of at most ``MAX_QUOTED`` bytes, some of which may be quoted."""
    found = _cell_and_tab.findall(row + "\t")
    return [quoted.replace('""', '"') or plain for quoted, plain in found]


def spans(buffer: Buffer, start: int, end: int, *, quoting: bool) -> Iterator[Span]:
    """The cells of a row, one after the other; an empty row has one empty cell."""
    while True:
        quoted = _match_quoted(buffer, start, end) if quoting else None
        if quoted is not None:
            stop = quoted
            yield Span(start + 1, stop - 1, True)
        else:
            tab = buffer.find(b"\t", start, end)
            stop = tab if tab >= 0 else end
            yield Span(start, stop, False)
        if stop == end:
            return
        start = stop + 1


def _match_quoted(buffer: Buffer, start: int, end: int) -> int | None:
    """Where the quoted cell at ``start`` ends, or None if there is none."""
    if start == end or buffer[start] != QUOTE:
        return None
    found = _quoted_cell.match(buffer, start, min(end, start + MAX_QUOTED + 1))
    if found is None or found.end() - start > MAX_QUOTED:
        return None
    return found.end()


def range_of_cells(
    buffer: Buffer, start: int, end: int, first: int, stop: int, *, quoting: bool
) -> tuple[int, int] | None:
    """Where the cells ``first`` to ``stop`` (half open) of a row start and end, as one range.

    None if the row has no cell ``first``, or none was asked for.  What follows is not looked at.
    """
    found = _range(_after_tab, buffer, start, end, first, stop)
    if quoting and found is not None and has_quoted(buffer, start, found[1]):
        return _range(_after_quoted, buffer, start, end, first, stop)
    return found


def _range(
    skip: Callable[[Buffer, int, int, int], int | None],
    buffer: Buffer,
    start: int,
    end: int,
    first: int,
    stop: int,
) -> tuple[int, int] | None:
    begin = skip(buffer, start, end, first) if stop > first else None
    if begin is None:
        return None
    after = skip(buffer, begin, end, stop - first)
    return begin, end if after is None else after - 1


def _after_quoted(buffer: Buffer, start: int, end: int, count: int) -> int | None:
    """Where the cell number ``count``, from 0, of a row starts, if quotes have to be looked at."""
    if count == 0:
        return start
    if end - start <= MAX_QUOTED:  # no quoted cell can be too long: one look at all of them
        many = re.compile(f"(?>(?>{_QUOTED}(?=\\t|\\Z)|[^\\t]*+)\\t){{{count}}}+".encode())
        found = many.match(buffer, start, end)
        return found and found.end()
    for span in itertools.islice(spans(buffer, start, end, quoting=True), count - 1, None):
        after = span.end + span.quoted + 1
        return after if after <= end else None
    return None


def _after_tab(buffer: Buffer, start: int, end: int, count: int) -> int | None:
    """The same if they need not; looked for in growing pieces."""
    piece = 1 << 12
    while count and start < end:
        size = min(piece, end - start)
        is_tab = np.frombuffer(buffer, np.uint8, size, start) == TAB
        tabs = int(np.count_nonzero(is_tab))
        if tabs >= count:
            return start + int(np.flatnonzero(is_tab)[count - 1]) + 1
        count -= tabs
        start += size
        piece = min(piece * 2, 1 << 15)
    return start if count == 0 else None


def show(buffer: Buffer, span: Span, most: int) -> Cell:
    """A cell as text of at most ``most`` characters; bytes that are not UTF-8 become U+FFFD.

    Only the bytes that are needed for that are decoded.
    """
    size = span.end - span.start
    content = bytes(buffer[span.start : min(span.end, span.start + 4 * most)])
    text = content.decode("utf-8", "replace")
    if span.quoted:
        text = text.replace('""', '"')
        size -= bytes(buffer[span.start : span.end]).count(b'""')
    return Cell(text[:most], size, len(text) > most or len(content) < span.end - span.start)
