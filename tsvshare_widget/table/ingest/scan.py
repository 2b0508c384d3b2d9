"""The scan: decompressed bytes in, piece by piece; the dialect, a text in UTF-8 and its index out.

The dialect is decided on the first ``SAMPLE_BYTES``.  Until they have come, rows are read in memory
in the dialect that seems best by then, which is found anew each time the bytes have doubled; so
what is decided depends on the bytes, not on how they came.  Only then text and index go to files,
and from then on they only grow.  If the rows begin beyond the sample, because more lines are
skipped than it has, the dialect is decided once more on what follows these lines; there are no rows
before.
"""

from __future__ import annotations

import re
from typing import cast

import msgspec

from tsvshare_widget.read_options import Compression, Dialect, LineStats, ReadOptions
from tsvshare_widget.table.dialect.sniff import SAMPLE_BYTES, is_enough, is_row_there
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.line_stats import LineCounter
from tsvshare_widget.table.lines.quotes import Evidence
from tsvshare_widget.table.lines.segments import Segments
from tsvshare_widget.table.lines.skipping import LineSkipper
from tsvshare_widget.table.lines.syntax import syntax_of
from tsvshare_widget.table.state import TableFiles
from tsvshare_widget.table.storage.files import MemoryText, ReadFile, Text, WriteFile
from tsvshare_widget.table.storage.memory import PieceMemory
from tsvshare_widget.table.storage.row_index import RowIndex
from tsvshare_widget.table.text.detect import MOST_BYTES, strange_lines
from tsvshare_widget.table.text.encoding import (
    UTF8_BOM,
    EncodingFound,
    Recoder,
    Utf8Recoder,
    recoder,
    verdict,
)
from tsvshare_widget.table.text.unpack import PIECE_BYTES

from .finder import DialectFinder
from .limits import Check, Limits

_LARGE_PIECE_BYTES = 1 << 20
_DENSE_BYTES = 32  # a text is dense if a structural stands in so many bytes or fewer


class Scan:
    """Finds the dialect of a text, and indexes its rows.

    ``dialect`` is the best so far; ``text`` and ``index`` are by that dialect.  ``size`` is that of
    the text in bytes.
    """

    def __init__(
        self,
        how: ReadOptions | Dialect,
        name: str,
        compression: Compression,
        place: TableFiles,
        limits: Limits,
    ) -> None:
        """``how`` are options, or a dialect that is not to be found; ``name`` is the file's."""
        self.dialect = Dialect(header=False, compression=compression)
        self.text: Text = MemoryText()
        self.index = RowIndex.in_memory()
        self.size = 0
        self._finder = DialectFinder(how, name, compression)
        self._files = place
        self._limits = limits
        self._file: WriteFile | None = None  # for the text, if it has to be written
        self._recoder: Recoder = Utf8Recoder()
        self._indexer = Indexer(syntax_of(self.dialect))
        self._counter = LineCounter(header=False, before=0)
        self._sample: bytearray | None = bytearray()  # all so far; None: the dialect is decided
        self._enough = SAMPLE_BYTES
        self._look_again = 1
        self._begun = False
        self._skipper: LineSkipper | None = None  # None: the first row has been reached
        self._late: bytearray | None = None  # the rows so far, if they begin beyond the sample
        self._start = 0  # where the rows begin in the text
        self._before = 0  # the lines before them
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
    def lines(self) -> int:
        """The number of lines that have ended, or of all in a finished text."""
        return self._indexer.lines

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
        if not wanted and self._sample is None and self._skipper is None:
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
        quote = re.escape(self.dialect.quote.encode())
        doubled = rb"[%b]Q[^Q]*+(?:QQ[^Q]*+)++Q[%b]".replace(b"Q", quote) % (edge, edge)
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
        check = self._recoder.check
        found = verdict(check, self._strange_lines() if check.damage > check.saved else b"")
        return found if found.encoding != self.dialect.encoding else None

    def _strange_lines(self) -> bytes:
        """Lines of a finished text that are not ASCII, as many as tell its encoding."""
        lines = b""
        for start in range(0, self.size, _LARGE_PIECE_BYTES):
            lines += strange_lines(self.text.read(start, _LARGE_PIECE_BYTES))
            if len(lines) >= MOST_BYTES:
                break
        return lines

    # --- bytes in -------------------------------------------------------------------------------

    def scan_bytes(self, data: bytes) -> None:
        """Scan the next bytes.  Raises :class:`BadTable` if they are not text, and beyond limits
        that and :class:`TooLarge`.
        """
        if self._sample is None:
            self._add_text(self._recoder.recode_bytes(data))
            return
        self._sample += data
        while len(self._sample) >= self._enough:
            if self._finder.is_enough(bytes(self._sample[: self._enough])):
                self._decide(self._enough)
                return
            self._enough *= 2
        if len(self._sample) >= self._look_again:
            self._look_again = 2 * len(self._sample)
            self._look(bytes(self._sample))
        elif self._begun:
            self._add_text(self._recoder.recode_bytes(data))

    def scan_rest(self) -> None:
        """Scan the rest, now that no bytes follow.  Raises as :meth:`scan_bytes` does."""
        if self._sample is not None:
            self._decide(len(self._sample), whole=True)
        self._add_text(self._recoder.recode_rest())
        if self._late is not None:
            self._decide_late(len(self._late), whole=True)
        if self._skipper is not None:
            self._skipper.skip_rest()
            self._begin_rows(self._skipper, b"")
        self._add_segments(self._indexer.index_rest())
        self._note_end()
        self._end_writing()

    def close(self) -> None:
        """Write and read no more."""
        self._end_writing()
        self.index.close()
        self.text.close()

    def _note_end(self) -> None:
        line = self._indexer.end_line
        if line is not None:
            why = f"from line {line + 1:,} on there are sequences, no rows"
            notes = {**self.dialect.notes, "format": why}
            self.dialect = msgspec.structs.replace(self.dialect, notes=notes)

    def _end_writing(self) -> None:
        self.index.end_writing()
        if self._file is not None:
            self._file.close()

    def _add_text(self, text: bytes, start: int = 0) -> None:
        """Add the next bytes of the text, of which the first ``start`` are a byte order mark."""
        self.size += len(text)
        if isinstance(self.text, MemoryText):
            self.text.append_text(text)
        elif self._file is not None:
            self._file.write(text)
        rest: bytes | None = text[start:] if start else text
        if self._skipper is not None:
            rest = self._skipper.rest_of(text[start:])
            if rest is not None and self._late is None:
                self._begin_rows(self._skipper, rest)
                rest = None
        if rest is None:
            self._limits.check_size(self.size, self.index.size)
        elif self._late is None:
            self._add_rows(rest)
        else:
            self._gather(rest)

    def _add_rows(self, text: bytes) -> None:
        if text:
            self._add_segments(self._indexer.index_bytes(text))
            self._limits.check_columns(self._indexer.open_width)
        self._limits.check_size(self.size, self.index.size)

    def _add_segments(self, found: Segments) -> None:
        self._counter.add_segments(found)
        self._limits.check_columns(self._counter.widest)
        self.index.add_segments(found)

    def count_lines(self, check: Check) -> None:
        """Count the lines of a finished text, if that was not done while it came in."""
        if self.counting:
            return
        piece = self.piece
        self._indexer, self._counter = self._counters()
        if isinstance(self._recoder, Utf8Recoder):
            self._recoder = Utf8Recoder()
        memory = PieceMemory()
        for position in range(0, self.size, piece):
            check()
            text = memory.of(min(piece, self.size - position))
            self.text.read_into(position, memoryview(text))
            self._count(cast("bytes", text), max(0, self._start - position))
        self._recoder.recode_rest()
        self._counter.add_segments(self._indexer.index_rest())
        self._limits.check_columns(self._counter.widest)

    def _count(self, text: bytes, begin: int) -> None:
        """Count the lines of the next bytes, of which the rows start at ``begin``."""
        if isinstance(self._recoder, Utf8Recoder):
            self._recoder.recode_bytes(text)
        rows = text[begin:] if begin else text
        self._counter.add_segments(self._indexer.index_bytes(rows))
        self._limits.check_columns(self._counter.widest)

    # --- the dialect ----------------------------------------------------------------------------

    def _look(self, sample: bytes) -> None:
        """Read the bytes so far in memory, in the dialect that seems best by now."""
        if self._finder.may_be_text(sample):
            self.text, self.index = MemoryText(), RowIndex.in_memory()
            self._read_from_start(self._finder.dialect(sample, whole=False))

    def _decide(self, size: int, *, whole: bool = False) -> None:
        assert self._sample is not None
        dialect = self._finder.dialect(bytes(self._sample[:size]), whole=whole)
        path, is_new = self._files.text(dialect.encoding)
        self._file = WriteFile(path) if is_new else None
        self.text = ReadFile(path)
        self.index = RowIndex.create(self._files.folder, self._files.suffix)
        if dialect.skip and not (whole or self._finder.is_given):
            start = recoder(dialect.encoding).recode_bytes(bytes(self._sample[:size]))
            rest = LineSkipper(dialect.skip, syntax_of(dialect).ends).rest_of(start)
            self._late = None if is_row_there(rest) else bytearray()
        self._enough = SAMPLE_BYTES
        self._read_from_start(dialect)
        self._sample = None

    def _gather(self, text: bytes) -> None:
        """Keep the text after all skipped lines until it shows the dialect of the rows."""
        assert self._late is not None
        self._late += text
        while len(self._late) >= self._enough:
            if is_enough(bytes(self._late[: self._enough])):
                self._decide_late(self._enough)
                return
            self._enough *= 2

    def _decide_late(self, size: int, *, whole: bool = False) -> None:
        """Decide the dialect by the first bytes after the skipped lines, and read what is there.

        ``whole``: there are no more.
        """
        assert self._late is not None
        assert self._skipper is not None
        text, self._late = bytes(self._late), None
        if text:
            self.dialect = self._finder.dialect_after(text[:size], self.dialect, whole=whole)
            self._begin_rows(self._skipper, text)

    def _read_from_start(self, dialect: Dialect) -> None:
        """Read all bytes so far from their start, in this dialect."""
        self._begun = True
        self._recoder = recoder(dialect.encoding)
        text = self._recoder.recode_bytes(bytes(self._sample or b""))
        self._marked = text.startswith(UTF8_BOM)
        self.dialect, self.size = dialect, 0
        start = len(UTF8_BOM) if self._marked else 0
        self._skipper = LineSkipper(dialect.skip, syntax_of(dialect).ends, start)
        self._counter = LineCounter(header=dialect.header, before=0)
        self._add_text(text, start)

    def _begin_rows(self, skipper: LineSkipper, text: bytes) -> None:
        """Begin with the rows, now that all lines before them are skipped; ``text`` is the first.

        The lines are fewer than the dialect says if the text has not so many.
        """
        self._skipper = None
        self._start, self._before = skipper.position, skipper.skipped
        self._indexer, self._counter = self._counters()
        self.index.start_at(self._start)
        self._add_rows(text)

    def _counters(self) -> tuple[Indexer, LineCounter]:
        """An indexer and a counter for the rows, which begin at ``_start``."""
        dialect = self.dialect
        indexer = Indexer(
            syntax_of(dialect),
            start=self._start,
            first_line=self._before,
            comments=tuple(start.encode() for start in dialect.comments),
            until=tuple(start.encode() for start in dialect.until),
            header=dialect.header,
        )
        counter = LineCounter(
            header=dialect.header, before=self._before, row_names=dialect.row_names
        )
        return indexer, counter
