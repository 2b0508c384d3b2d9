"""The scan: decompressed bytes in, piece by piece; the dialect, a text in UTF-8 and its index out.

The dialect is decided on the first ``SAMPLE_BYTES``.  Until they have come, rows are read in memory
in the dialect that seems best by then, which is found anew each time the bytes have doubled; so
what is decided depends on the bytes, not on how they came.  Only then text and index go to files,
and from then on they only grow.
"""

from __future__ import annotations

import re

import msgspec

from tsvshare_widget.read_options import Compression, Dialect, LineStats, ReadOptions
from tsvshare_widget.table.dialect.options import GIVEN_NOTE
from tsvshare_widget.table.dialect.sniff import (
    LARGEST_SAMPLE_BYTES,
    SAMPLE_BYTES,
    first_row_at,
    is_enough,
    sniff,
)
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.line_stats import LineCounter
from tsvshare_widget.table.lines.quotes import Evidence
from tsvshare_widget.table.lines.segments import Segments
from tsvshare_widget.table.lines.syntax import syntax_of
from tsvshare_widget.table.state import TableFiles
from tsvshare_widget.table.storage.files import MemoryText, ReadFile, Text, WriteFile
from tsvshare_widget.table.storage.row_index import RowIndex
from tsvshare_widget.table.text.binary import check_no_binary, check_text
from tsvshare_widget.table.text.encoding import (
    UTF8_BOM,
    EncodingFound,
    Recoder,
    Utf8Recoder,
    find_encoding,
    recoder,
    verdict,
    with_order,
)
from tsvshare_widget.table.text.unpack import PIECE_BYTES

_LARGE_PIECE_BYTES = 1 << 20
_DENSE_BYTES = 32  # a text is dense if a structural stands in so many bytes or fewer


class Scan:
    """Finds the dialect of a text, and indexes its rows.

    ``dialect`` is the best so far; ``text`` and ``index`` are by that dialect.  ``size`` is that of
    the text in bytes.
    """

    def __init__(
        self, how: ReadOptions | Dialect, name: str, compression: Compression, place: TableFiles
    ) -> None:
        """``how`` are options, or a dialect that is not to be found; ``name`` is the file's."""
        self.dialect = Dialect(header=False, compression=compression)
        self.text: Text = MemoryText()
        self.index = RowIndex.in_memory()
        self.size = 0
        self._how = how
        self._name = name
        self._files = place
        self._file: WriteFile | None = None  # for the text, if it has to be written
        self._recoder: Recoder = Utf8Recoder()
        self._indexer = Indexer(syntax_of(self.dialect))
        self._counter = LineCounter(header=False, before=0)
        self._sample: bytearray | None = bytearray()  # all so far; None: the dialect is decided
        self._enough = SAMPLE_BYTES
        self._look_again = 1
        self._begun = False
        self._start = 0  # where the rows begin in the text
        self._marked = False  # whether a byte order mark tells the encoding

    # --- what is known --------------------------------------------------------------------------

    @property
    def headers(self) -> int:
        """The number of rows in the index that are the header: 1 or 0."""
        return min(self.index.rows, int(self.dialect.header))

    @property
    def rows(self) -> int:
        """The number of rows that have ended, the header not counted."""
        return self.index.rows - self.headers

    @property
    def columns(self) -> int:
        """The number of cells of the widest row, the header included."""
        return self._counter.widest

    @property
    def line_stats(self) -> LineStats:
        """The line statistics so far."""
        return self._counter.stats(self._recoder.damage)

    @property
    def counting(self) -> bool:
        """Whether lines are counted while bytes come in; if not, :meth:`count_lines` does it later.

        Once it is switched off it stays off; it cannot be before the dialect is decided.
        """
        return self._indexer.counting

    @counting.setter
    def counting(self, wanted: bool) -> None:
        if not wanted and self._sample is None:
            self._indexer.counting = False
            if isinstance(self._recoder, Utf8Recoder):
                self._recoder.counting = False

    @property
    def agreement(self) -> tuple[float, float]:
        """The shares of rows with the same number of cells; see :class:`LineCounter`."""
        return self._counter.agreement

    @property
    def full_comments(self) -> int:
        """The number of comment lines after the first row that have as many cells as it."""
        return self._counter.full_comments

    @property
    def evidence(self) -> Evidence:
        """Counts of quotes and line ends that speak for or against the dialect."""
        return self._indexer.evidence

    def has_doubled_quotes(self) -> bool:
        """Whether quoted cells hold doubled quotes, as programs write them; of a finished text."""
        edge = re.escape(self.dialect.delimiter.encode()) + rb"\r\n"
        doubled = rb'[%b]"[^"]*+(?:""[^"]*+)++"[%b]' % (edge, edge)
        starts = range(0, self.size, _LARGE_PIECE_BYTES)
        pieces = (self.text.read(start, _LARGE_PIECE_BYTES + PIECE_BYTES) for start in starts)
        return any(re.search(doubled, piece) for piece in pieces)

    @property
    def piece(self) -> int:
        """The best size of a piece of text to be scanned at once.

        Large enough to make up for the cost of each piece, and so small that a processor's cache
        holds all that is found in it.
        """
        structurals = self.index.rows + 2 * self.evidence.quoted
        return PIECE_BYTES if _DENSE_BYTES * structurals >= self.size else _LARGE_PIECE_BYTES

    @property
    def other_encoding(self) -> EncodingFound | None:
        """The encoding, if it turned out to be another than that of the dialect."""
        if not isinstance(self._recoder, Utf8Recoder) or self._marked:
            return None
        found = verdict(self._recoder.check)
        return found if found.encoding != self.dialect.encoding else None

    # --- bytes in -------------------------------------------------------------------------------

    def scan_bytes(self, data: bytes) -> None:
        """Scan the next bytes.  Raises :class:`BadTable` if they are not text."""
        if self._sample is None:
            self._add_text(self._recoder.recode_bytes(data))
            return
        self._sample += data
        while len(self._sample) >= self._enough:
            if self._is_enough(bytes(self._sample[: self._enough])):
                self._decide(self._enough)
                return
            self._enough *= 2
        if len(self._sample) >= self._look_again:
            self._look_again = 2 * len(self._sample)
            self._look(bytes(self._sample))
        elif self._begun:
            self._add_text(self._recoder.recode_bytes(data))

    def scan_rest(self) -> None:
        """Scan the rest, now that no bytes follow.  Raises :class:`BadTable` if it is not text."""
        if self._sample is not None:
            self._decide(len(self._sample), whole=True)
        self._add_text(self._recoder.recode_rest())
        self._add_segments(self._indexer.index_rest())
        self.close()

    def close(self) -> None:
        """Write no more."""
        self.index.close()
        if self._file is not None:
            self._file.close()

    def _add_text(self, text: bytes, start: int = 0) -> None:
        """Add the next bytes of the text; the rows begin at ``start`` in them."""
        self.size += len(text)
        if isinstance(self.text, MemoryText):
            self.text.append_text(text)
        elif self._file is not None:
            self._file.write(text)
        if len(text) > start:
            self._add_segments(self._indexer.index_bytes(text[start:]))

    def _add_segments(self, found: Segments) -> None:
        self._counter.add_segments(found)
        self.index.add_segments(found)

    def count_lines(self) -> None:
        """Count the lines of a finished text, if that was not done while it came in."""
        if self.counting:
            return
        piece = self.piece
        self._indexer, self._counter = self._counters(self._start)
        if isinstance(self._recoder, Utf8Recoder):
            self._recoder = Utf8Recoder()
        for position in range(0, self.size, piece):
            text = self.text.read(position, piece)
            if isinstance(self._recoder, Utf8Recoder):
                self._recoder.recode_bytes(text)
            begin = max(0, self._start - position)
            self._counter.add_segments(self._indexer.index_bytes(text[begin:]))
        self._recoder.recode_rest()
        self._counter.add_segments(self._indexer.index_rest())

    # --- the dialect ----------------------------------------------------------------------------

    def _look(self, sample: bytes) -> None:
        """Read the bytes so far in memory, in the dialect that seems best by now."""
        check_no_binary(sample)
        if b"\0" in sample and not self._may_have_nul(sample):
            return  # more of it may show that it is UTF-16
        self.text = MemoryText()
        self._read_from_start(self._find_dialect(sample, whole=False), RowIndex.in_memory())

    def _is_enough(self, sample: bytes) -> bool:
        encoding = self._find_encoding(sample).encoding
        skip = max(self._how.skip or 0, self._how.header_line or 0)
        text = recoder(encoding).recode_bytes(sample)
        return len(sample) >= LARGEST_SAMPLE_BYTES or is_enough(text, skip)

    def _decide(self, size: int, *, whole: bool = False) -> None:
        assert self._sample is not None
        dialect = self._find_dialect(bytes(self._sample[:size]), whole=whole)
        path, is_new = self._files.text(dialect.encoding)
        self._file = WriteFile(path) if is_new else None
        self.text = ReadFile(path)
        self._read_from_start(dialect, RowIndex.create(self._files.folder, self._files.suffix))
        self._sample = None

    def _may_have_nul(self, sample: bytes) -> bool:
        """Whether NUL bytes can be part of a text."""
        given = self._how.encoding is not None
        return given or self._find_encoding(sample).encoding.startswith(("utf-16", "utf-32"))

    def _find_encoding(self, sample: bytes) -> EncodingFound:
        if isinstance(self._how, ReadOptions) and self._how.encoding is None:
            return find_encoding(sample)
        return EncodingFound(with_order(self._how.encoding or "utf-8", sample), GIVEN_NOTE)

    def _find_dialect(self, sample: bytes, *, whole: bool) -> Dialect:
        if isinstance(self._how, Dialect):
            return self._how
        found = self._find_encoding(sample)
        check_no_binary(sample)
        if not self._may_have_nul(sample):
            check_text(sample)
        text = recoder(found.encoding).recode_bytes(sample)
        dialect = sniff(text, self._how, self._name, whole=whole)
        return msgspec.structs.replace(
            dialect,
            encoding=found.encoding,
            compression=self.dialect.compression,
            notes={"encoding": found.why, **dialect.notes},
        )

    def _read_from_start(self, dialect: Dialect, index: RowIndex) -> None:
        """Read all bytes so far from their start, in this dialect."""
        self._begun = True
        self._recoder = recoder(dialect.encoding)
        text = self._recoder.recode_bytes(bytes(self._sample or b""))
        self._marked = text.startswith(UTF8_BOM)
        start = first_row_at(text, dialect)
        self.dialect, self.index, self.size, self._start = dialect, index, 0, start
        self._indexer, self._counter = self._counters(start)
        index.start_at(start)
        self._add_text(text, start)

    def _counters(self, start: int) -> tuple[Indexer, LineCounter]:
        """An indexer and a counter for rows that begin at ``start``."""
        dialect = self.dialect
        indexer = Indexer(
            syntax_of(dialect),
            start=start,
            first_line=dialect.skip,
            comments=tuple(start.encode() for start in dialect.comments),
            header=dialect.header,
        )
        return indexer, LineCounter(header=dialect.header, before=dialect.skip)
