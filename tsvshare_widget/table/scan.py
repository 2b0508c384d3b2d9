"""Text in, piece by piece; a reading and the offsets of the rows out.

The reading is decided on the first ``SAMPLE`` bytes of text.  Until they have come, the text is
read as seems best by then, and that is thought over each time it has doubled; so what is decided
depends on the bytes, not on how they came.  Only then the index is written to a file, and from then
on it only grows.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from .compression import Compression
from .dialect import SAMPLE, Reading, Told, check_text, first_row_at, is_enough, sniff
from .indexer import Indexer
from .offsets import FileOffsets, MemoryOffsets, Offsets


class Scan:
    """Finds out how a text is to be read, and where its rows are.

    ``reading`` is the best so far, ``offsets`` the index that goes with it; in the end it is
    written to ``path``.
    """

    def __init__(self, told: Told, compression: Compression, path: Path) -> None:
        self.reading = Reading(header=False, compression=compression)
        self.offsets: Offsets = MemoryOffsets()
        self._told = told
        self._path = path
        self._indexer = Indexer(quoting=False)
        self._sample: bytearray | None = (
            bytearray()
        )  # all text so far; None: the reading is decided
        self._enough = SAMPLE
        self._look_again = 1

    @property
    def headers(self) -> int:
        """How many rows in the index are the header: 1 or 0."""
        return min(self._indexer.rows, int(self.reading.header))

    @property
    def rows(self) -> int:
        """How many rows have ended, the header not counted."""
        return self._indexer.rows - self.headers

    @property
    def columns(self) -> int:
        """How many cells the widest row has, be it the header."""
        return self._indexer.widest

    def feed(self, text: bytes | memoryview) -> None:
        """Take the next bytes of text.  Raises :class:`BadTable` if they are not text."""
        if self._sample is None:
            self.offsets.append(self._indexer.feed(text))
            return
        self._sample += text
        while len(self._sample) >= self._enough:
            if is_enough(bytes(self._sample[: self._enough])):
                self._decide(self._enough)
                return
            self._enough *= 2
        if len(self._sample) >= self._look_again:
            self._look_again = 2 * len(self._sample)
            self._read_as(self._find_reading(len(self._sample)), MemoryOffsets())
        else:
            self.offsets.append(self._indexer.feed(text))

    def finish(self) -> None:
        """Take in that no text follows.  Raises :class:`BadTable` if what came is not text."""
        if self._sample is not None:
            self._decide(len(self._sample))
        self.offsets.append(self._indexer.finish())
        self.offsets.close()

    def close(self) -> None:
        """Write no more."""
        self.offsets.close()

    def _decide(self, size: int) -> None:
        self._read_as(self._find_reading(size), FileOffsets(self._path, grows=True))
        self._sample = None

    def _find_reading(self, size: int) -> Reading:
        assert self._sample is not None
        sample = bytes(self._sample[:size])
        check_text(sample)
        found = sniff(sample, self._told)
        return msgspec.structs.replace(found, compression=self.reading.compression)

    def _read_as(self, reading: Reading, offsets: Offsets) -> None:
        """Read all text so far again, from its start."""
        text = bytes(self._sample or b"")
        start = first_row_at(text, reading)
        self._indexer = Indexer(quoting=reading.quoting == "excel", start=start)
        self.reading, self.offsets = reading, offsets
        offsets.append(np.array([start]))
        offsets.append(self._indexer.feed(text[start:]))
