"""How the bytes of a table are to be read: told, or found in their beginning; pure.

What is found here, and on what evidence:

- **Text at all.**  NUL bytes, or the first bytes of a known binary format, are no table.
- **Comment lines** at the very start, with ``#``, ``!`` or ``@``, are skipped if they have fewer
  cells than the row after them.  The last one stays if it has as many: it is the header.
- **Quoting** is ``excel`` unless rows agree better on their number of cells without it, or, if that
  is equal, more cells start with a quote without being quoted cells than with being such.
- **Header**: the first line is one, as the IANA registration has it, unless a number stands in it
  over a column of numbers; see :func:`_is_header`.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from tsvshare_widget.errors import BadTable

from .cells import any_quoted, has_quoted, spans, split_quoted, without_line_end
from .compression import Compression
from .indexer import Indexer

SAMPLE = 1 << 16
"""Bytes of text on which a reading is decided, if there are as many."""

LARGEST_SAMPLE = 1 << 20
"""The same, if less than that shows nothing but comment lines."""

_BOM = b"\xef\xbb\xbf"
_COMMENT = (b"#", b"!", b"@")
_ROWS = 200  # rows looked at
_LONGEST_NAME = 1000  # bytes; a longer cell is nothing that people call a column
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_MISSING = frozenset(("", "NA", "NaN", "nan", "null", ".", "-", r"\N"))
_BINARY = (
    (
        b"PK\x03\x04",
        "a zip or Excel (xlsx) file: unpack it, or save the sheet as tab-separated text",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel (xls) or other Office file: save the sheet as tab-separated text",
    ),
    (b"%PDF-", "a PDF file: a table in it has to be exported as tab-separated text"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF89a", "a GIF image"),
    (b"PAR1\x15", "a Parquet file: write it as tab-separated text, for example with pandas"),
    (b"ARROW1\0", "an Arrow file: write it as tab-separated text, for example with pandas"),
    (b"SQLite format 3\0", "an SQLite database: export a table of it as tab-separated text"),
    (b"\x89HDF", "an HDF5 file: write a table of it as tab-separated text"),
    (b"\x7fELF", "a program (ELF)"),
    (b"BAM\1", "a BAM file: write it as SAM, for example with samtools view"),
    (b"7z\xbc\xaf", "a 7-Zip archive: unpack it first"),
    (b"\xff\xfe", "UTF-16 text, which is not read yet: save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text, which is not read yet: save it as UTF-8"),
)
"""First bytes, and what they are and what to do about it."""

Row = list[str]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the bytes of a table are read.

    ``skip`` is the number of lines before the header line, or before the first row without one.
    """

    encoding: str = "utf-8"
    compression: Compression = "none"
    delimiter: str = "\t"
    quoting: Literal["none", "excel"] = "excel"
    header: bool = True
    skip: int = 0


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a table beforehand; None: find out."""

    header: bool | None = None
    quoting: Literal["none", "excel"] | None = None
    comments: bool | None = None


def check_text(sample: bytes) -> None:
    """Raise :class:`BadTable` if the first bytes are not those of a text."""
    for magic, what in _BINARY:
        if sample.startswith(magic):
            raise BadTable(f"this is not a table but {what}")
    position = sample.find(b"\0")
    if position >= 0:
        raise BadTable(
            f"this is not text: byte {position + 1:,} is NUL. If it is a table in another encoding "
            "or format, save it as tab-separated UTF-8 text"
        )


def is_enough(sample: bytes) -> bool:
    """Whether ``sample``, of ``SAMPLE`` bytes or more, shows more than lines of comment."""
    whole_lines = _lines(sample)[:-1]
    return len(sample) >= LARGEST_SAMPLE or not all(map(_is_comment, whole_lines))


def sniff(sample: bytes, told: Told) -> Reading:
    """The reading of a table that starts with ``sample``: decompressed bytes, or all there are.

    What is told is taken as it is; compression is not visible here and left at its default.
    """
    skip, last_is_header = _find_comments(sample, told)
    text = sample[_start(sample, skip) :]
    quoting = told.quoting or _find_quoting(text)
    header = told.header
    if header is None:
        header = last_is_header or _is_header(_rows(text, quoting=quoting == "excel"))
    return Reading(quoting=quoting, header=header, skip=skip)


def first_row_at(sample: bytes, reading: Reading) -> int:
    """Where the header line, or the first row without one, starts in the decompressed bytes."""
    return _start(sample, reading.skip)


def _start(sample: bytes, lines: int) -> int:
    position = len(_BOM) if sample.startswith(_BOM) else 0
    for _ in range(lines):
        position = sample.find(b"\n", position) + 1 or len(sample)
    return position


def _lines(sample: bytes) -> list[bytes]:
    return sample.removeprefix(_BOM).split(b"\n")


# --- comment lines -----------------------------------------------------------------------------


def _is_comment(line: bytes) -> bool:
    return line.startswith(_COMMENT)


def _find_comments(sample: bytes, told: Told) -> tuple[int, bool]:
    """How many lines to skip at the start, and whether the line after them is a ``#`` header."""
    lines = _lines(sample.removesuffix(b"\n"))
    comments = list(itertools.takewhile(_is_comment, lines))
    if told.comments is False or not comments:
        return 0, False
    if len(comments) == len(lines):  # a header and no rows, perhaps: measured by itself
        width = _width(comments[-1])
    else:
        width = _width(lines[len(comments)])
    last_is_header = _width(comments[-1]) == width > 1
    if told.comments:
        return len(comments) - last_is_header, last_is_header
    narrow = sum(1 for _ in itertools.takewhile(lambda line: _width(line) < width, comments))
    return narrow, last_is_header and narrow == len(comments) - 1


def _width(line: bytes) -> int:
    return line.count(b"\t") + 1


# --- quoting -----------------------------------------------------------------------------------


def _find_quoting(text: bytes) -> Literal["none", "excel"]:
    if not any_quoted(text):
        return "excel"
    agreement = [_agreement(_rows(text, quoting=quoting)) for quoting in (False, True)]
    if agreement[0] != agreement[1]:
        return "excel" if agreement[1] > agreement[0] else "none"
    found = Counter(
        span.quoted
        for start, end in _row_bounds(text, quoting=True)
        for span in spans(text, start, end, quoting=True)
        if span.quoted or text[span.start : span.start + 1] == b'"'
    )
    return "none" if found[False] > found[True] else "excel"


def _agreement(rows: list[Row]) -> float:
    """The share of rows that have the most frequent number of cells."""
    widths = Counter(map(len, rows))
    return max(widths.values(), default=0) / max(1, len(rows))


def _row_bounds(text: bytes, *, quoting: bool) -> list[tuple[int, int]]:
    """Where the first rows of a sample start and end, without one that may go on after it."""
    indexer = Indexer(quoting=quoting)
    ends = [int(end) for part in (indexer.feed(text), indexer.finish()) for end in part[:_ROWS]]
    if len(ends) > 2 and not text.endswith(b"\n"):
        ends.pop()
    bounds = zip([0, *ends], ends, strict=False)
    return [(start, without_line_end(text, start, end)) for start, end in bounds][:_ROWS]


def _rows(text: bytes, *, quoting: bool) -> list[Row]:
    return [
        _cells(text, start, end, quoting=quoting)
        for start, end in _row_bounds(text, quoting=quoting)
    ]


def _cells(text: bytes, start: int, end: int, *, quoting: bool) -> Row:
    row = text[start:end].decode("utf-8", "replace")
    return split_quoted(row) if quoting and has_quoted(text, start, end) else row.split("\t")


# --- header ------------------------------------------------------------------------------------


def _is_header(rows: list[Row]) -> bool:
    """Whether the first row names the columns.

    It does unless one of its cells is longer than a name can be, or a number that stands over
    cells of which most are numbers.  But such numbers can be names, too: years over anything else,
    or, after a first cell that is no number, three or more different whole numbers that count from
    0 or 1 or stand over fractions.
    """
    if not rows or any(len(cell) > _LONGEST_NAME for cell in rows[0]):
        return False
    first, columns = rows[0], list(itertools.zip_longest(*rows[1:], fillvalue=""))
    numeric = [
        place
        for place, (cell, below) in enumerate(zip(first, columns, strict=False))
        if _is_number(cell) and _share(_is_number, below) > 0.5
    ]
    names = [first[place] for place in numeric]
    if all(map(_is_year, names)):
        return all(_share(_is_year, columns[place]) <= 0.5 for place in numeric)
    if _is_number(first[0]) or not 3 <= len(set(names)) == len(names):
        return False
    counts = [str(n) for n in range(len(names) + 1)]
    below = list(itertools.chain.from_iterable(columns[place] for place in numeric))
    over_fractions = all(map(str.isdecimal, names)) and _share(_is_fraction, below) > 0.5
    return over_fractions or names in (counts[1:], counts[:-1])


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _is_fraction(cell: str) -> bool:
    return "." in cell and _is_number(cell)


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdecimal() and "1800" <= cell <= "2100"


def _share(test: Callable[[str], bool], cells: Sequence[str]) -> float:
    """The share of the cells that pass, missing ones not counted."""
    there = [cell for cell in cells if cell not in _MISSING]
    return sum(map(test, there)) / max(1, len(there))
