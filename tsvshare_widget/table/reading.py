"""How the bytes of a table are read, and what may be told about that beforehand; pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from tsvshare_widget.errors import BadValue

from .lines.syntax import WRAPPED, Ends, Marks, Quotes
from .text.compression import Compression
from .text.encoding import told_encoding

Quoting = Literal["none", "excel", "backslash"]
LineEnds = Literal["lf", "crlf", "cr", "mixed"]

MOST_NAMES = 10_000
"""Column names that can be told."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    r"""How the bytes of a table are read.

    - ``encoding`` is a Python name; ``line_ends`` says what ends a row: ``lf`` and ``crlf`` are
      read alike, an LF with or without a CR before it; ``mixed`` is each of LF, CRLF and CR.
    - ``delimiter`` is one character, or ``"\t|\t"``, where a tab and a bar follow each cell.
    - ``quoting``: ``excel`` cells may be in double quotes, doubled inside; ``strict`` says whether
      that holds for any opening quote, or only for those that are closed soon and well.
      ``backslash``: a delimiter or line end after a backslash is part of the cell.
    - ``skip`` is how many lines stand before the header line, or the first row without one.
    - ``header`` says whether a line names the columns as cells of a row, ``header_line`` which,
      from 1.  ``names`` are names that are not such a row: given by a format, or found in a
      comment, ``header_line`` then; there may be fewer than columns.
    - A line that starts with one of ``comments`` is left out, wherever it stands.
    - ``format`` is a format that is known by name.  ``notes`` says why, in a sentence for each of
      ``encoding``, ``line_ends``, ``delimiter``, ``quoting``, ``header`` and ``comments``.
    """

    encoding: str = "utf-8"
    compression: Compression = "none"
    line_ends: LineEnds = "lf"
    delimiter: str = "\t"
    quoting: Quoting = "excel"
    strict: bool = False
    header: bool = True
    header_line: int | None = None
    names: tuple[str, ...] | None = None
    skip: int = 0
    comments: tuple[str, ...] = ()
    format: str | None = None
    notes: dict[str, str] = {}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a table beforehand; None: find out.

    As in :class:`Reading`, but: ``comments`` may be False (there are none: every line is a row) or
    True (the lines at the start that look like comments are such).  ``header_line`` says that this
    line is the header.  ``quoting="excel"`` is strict unless ``strict`` is False.  ``names`` are
    used where there is no header.  ``format`` is a format's name, or ``""``: no known format.
    """

    encoding: str | None = None
    line_ends: LineEnds | None = None
    delimiter: str | None = None
    quoting: Quoting | None = None
    strict: bool | None = None
    header: bool | None = None
    header_line: int | None = None
    names: tuple[str, ...] | None = None
    skip: int | None = None
    comments: bool | tuple[str, ...] | None = None
    format: str | None = None


def as_told(reading: Reading) -> Told:
    """What to tell for a table to be read by exactly this reading."""
    return Told(
        encoding=reading.encoding,
        line_ends=reading.line_ends,
        delimiter=reading.delimiter,
        quoting=reading.quoting,
        strict=reading.strict,
        header=reading.header,
        names=reading.names,
        skip=reading.skip,
        comments=reading.comments,
        format=reading.format or "",
    )


def check_told(told: Told) -> Told:
    """``told``, with its encoding by its usual name.  Raises :class:`BadValue` if impossible."""
    delimiter = told.delimiter
    if delimiter is not None and delimiter != WRAPPED.decode():
        if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '\0\r\n"\\':
            raise BadValue(
                f"a delimiter is one ASCII character such as a tab or a comma, not {delimiter!r}"
            )
    if delimiter == WRAPPED.decode() and told.quoting in ("excel", "backslash"):
        raise BadValue("with the delimiter tab, bar, tab no cell is quoted: use quoting 'none'")
    for name, number, least in (("skip", told.skip, 0), ("header_line", told.header_line, 1)):
        if number is not None and number < least:
            raise BadValue(f"{name} is a number from {least}, not {number}")
    if told.header_line is not None and told.header is False:
        raise BadValue("header_line names a header line, but header says that there is none")
    if isinstance(told.comments, tuple) and any(map(_is_no_comment, told.comments)):
        raise BadValue("comments are the starts of comment lines, such as '#': 1 to 100 characters")
    if told.names is not None and len(told.names) > MOST_NAMES:
        raise BadValue(f"at most {MOST_NAMES:,} column names can be told, not {len(told.names):,}")
    encoding = None if told.encoding is None else told_encoding(told.encoding)
    return msgspec.structs.replace(told, encoding=encoding)


def _is_no_comment(start: str) -> bool:
    return not 1 <= len(start) <= 100 or "\n" in start or "\r" in start


def marks_of(reading: Reading) -> Marks:
    """What separates cells and rows by a reading."""
    quotes: Quotes = "none"
    if reading.quoting == "excel":
        quotes = "strict" if reading.strict else "careful"
    elif reading.quoting == "backslash":
        quotes = "backslash"
    ends: Ends = "lf"
    if reading.line_ends in ("cr", "mixed"):
        ends = "cr" if reading.line_ends == "cr" else "any"
    return Marks(reading.delimiter.encode(), quotes, ends)
