"""Columns: the cells of one column in many rows, as ranges in an array of bytes; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions, series

Words = NDArray[np.uint64]

PAD_BYTES = 32
"""Zero bytes at the end of the data of a column, after all of its cells."""

_NOT_ASCII = 0x80  # the first byte value that is not ASCII


class Column(NamedTuple):
    """The cells of one column: for each row, start and end of its cell in ``data``.

    The bytes are the cell's text in UTF-8: no quotes or escapes are left, and invalid bytes have
    become U+FFFD.  A missing cell is flagged, and has no bytes.  ``data`` ends with ``PAD_BYTES``
    zero bytes, so that a few bytes may be read from any position in a cell.
    """

    data: Bytes
    starts: Positions
    ends: Positions
    missing: Flags

    @classmethod
    def of(cls, contents: Sequence[bytes], missing: Flags | None = None) -> Column:
        """A column of these cells."""
        sizes = np.array([len(content) for content in contents], np.int64)
        ends = np.cumsum(sizes)
        data = np.frombuffer(b"".join([*contents, bytes(PAD_BYTES)]), np.uint8)
        none = np.zeros(len(contents), np.bool_)
        return cls(data, ends - sizes, ends, none if missing is None else missing)

    @property
    def sizes(self) -> Positions:
        """The sizes of the cells in bytes; 0 for an empty one and for a missing one."""
        sizes: Positions = self.ends - self.starts
        return sizes

    def only(self, chosen: Flags | Positions | slice) -> Column:
        """The column in the chosen rows."""
        return Column(self.data, self.starts[chosen], self.ends[chosen], self.missing[chosen])

    def contents(self) -> list[bytes]:
        """The bytes of all cells, none for a missing one."""
        data = self.data.tobytes()
        return [
            data[start:end]
            for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        ]

    def texts(self) -> list[str]:
        """The text of all cells, none for a missing one."""
        return [content.decode() for content in self.contents()]

    def replaced(self, rows: Positions, contents: Sequence[bytes]) -> Column:
        """The column with other contents in some of the rows."""
        if not len(rows):
            return self
        starts, ends = self.starts.copy(), self.ends.copy()
        begin = len(self.data) - PAD_BYTES
        after = np.cumsum([len(content) for content in contents]) + begin
        starts[rows[0]], starts[rows[1:]], ends[rows] = begin, after[:-1], after
        more = np.frombuffer(b"".join([*contents, bytes(PAD_BYTES)]), np.uint8)
        return Column(np.concatenate((self.data[:begin], more)), starts, ends, self.missing)

    def packed(self) -> Column:
        """The column with no bytes but those of its cells, in their order."""
        sizes = self.sizes
        ends = np.cumsum(sizes)
        size = int(ends[-1]) if len(ends) else 0
        data = np.zeros(size + PAD_BYTES, np.uint8)
        np.take(self.data, series(self.starts, sizes), out=data[:size], mode="clip")
        return Column(data, ends - sizes, ends, self.missing)

    def bytes_at(self, place: int) -> Bytes:
        """The byte of each cell at an offset from its start, which may be beyond its end."""
        found: Bytes = self.data[self.starts + place]
        return found

    def words_at(self, place: int) -> Words:
        """Eight bytes of each cell from an offset on, as one number that sorts as they do.

        Bytes beyond the end of the cell are 0.
        """
        if not len(self.starts):
            return np.empty(0, np.uint64)
        left = self.sizes
        if place:
            left -= place
            if int(left.max()) <= 0:
                return np.zeros(len(left), np.uint64)
            np.maximum(left, 0, out=left)
        np.minimum(left, 8, out=left)
        places = self.starts + place
        if place > PAD_BYTES - 8:
            places[left == 0] = 0  # it may be beyond the data
        everywhere: Words = np.ndarray((len(self.data) - 7,), "<u8", self.data.data, 0, (1,))
        words = everywhere[places]
        words.byteswap(inplace=True)
        words &= _KEPT[left]
        return words

    def having(self, flags: Flags) -> Positions:
        """The rows whose cells hold one of the flagged bytes of ``data``."""
        places = np.flatnonzero(flags)
        if not len(places):
            return places
        first = np.searchsorted(places, self.starts)
        first[first == len(places)] = -1
        found = places[first]
        return np.flatnonzero((found >= self.starts) & (found < self.ends))

    def not_ascii(self) -> Positions:
        """The rows whose cells hold bytes that are not ASCII."""
        return self.having(self.data >= _NOT_ASCII)


_KEPT: Words = np.array([(1 << 64) - (1 << 64 - 8 * kept) for kept in range(9)], np.uint64)
"""Masks that keep the first n of eight bytes, by n."""


def joined_columns(parts: Sequence[Column]) -> Column:
    """The cells of several packed columns."""
    sizes = [len(part.data) - PAD_BYTES for part in parts]
    begins = np.cumsum([0, *sizes[:-1]])
    data = np.concatenate([*(part.data[:-PAD_BYTES] for part in parts), parts[0].data[-PAD_BYTES:]])
    together = list(zip(parts, begins, strict=True))
    return Column(
        data,
        np.concatenate([part.starts + begin for part, begin in together]),
        np.concatenate([part.ends + begin for part, begin in together]),
        np.concatenate([part.missing for part in parts]),
    )
