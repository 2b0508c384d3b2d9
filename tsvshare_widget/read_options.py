"""How the bytes of a table are read: what may be said of it, and what came of it; pure.

The one description of this for the whole package: the reader of tables works by it, and it travels
in the messages of :mod:`tsvshare_widget.protocol`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

Compression = Literal["none", "gzip", "bzip2", "xz", "zstd"]
LineEnds = Literal["lf", "crlf", "cr", "mixed"]
Quoting = Literal["none", "excel", "backslash"]
ColumnType = Literal["auto", "number", "date", "text"]


class MissingIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that say in one column that there is nothing.

    ``column`` is its name, whichever columns have that, or its position, from 0.
    """

    column: str | int
    words: tuple[str, ...]


class Dialect(Struct, frozen=True, kw_only=True):
    r"""How the bytes of a table are read.

    - ``encoding`` is a Python name; ``line_ends`` says what ends a row: ``lf`` and ``crlf`` are
      read alike, an LF with or without a CR before it; ``mixed`` is each of LF, CRLF and CR.
    - ``delimiter`` is one character, or ``"\t|\t"``, where a tab and a bar follow each cell.
    - ``quoting``: ``excel`` cells may be in quotes (``quote``), doubled inside or after ``escape``.
      ``strict`` says whether that holds for any opening quote, or only for those that are closed
      soon and well.  ``backslash``: a delimiter or line end after a backslash is part of the cell.
    - ``skip`` is how many lines stand before the header line, or the first row without one.
    - ``header`` says whether a line names the columns as cells of a row, ``header_line`` which,
      from 1; ``row_names``: it names those from the second one on, as R writes tables.  ``names``
      are names that are not such a row: given by a format, or found in a comment, ``header_line``
      then; there may be fewer than columns.
    - A line that starts with one of ``comments`` is left out, wherever it stands; and all from one
      on that starts with one of ``until``, as sequences in GFF files do.
    - ``missing`` are words for nothing, whichever the case of their letters and the type of the
      column; None: the usual ones (:data:`tsvshare_widget.number_syntax.NA_WORDS`), which are such
      among numbers and dates.  ``missing_in`` has the words of single columns, instead of these.
    - ``types`` is what the first columns are, as a line of the file says: ``auto`` if all their
      cells are.  It decides how they are sorted, aligned and summarised by default.
    - ``format`` is a format that is known by name.  ``notes`` says why, in a sentence for each of
      ``encoding``, ``line_ends``, ``delimiter``, ``quoting``, ``header`` and ``comments``.
    """

    encoding: str = "utf-8"
    compression: Compression = "none"
    line_ends: LineEnds = "lf"
    delimiter: str = "\t"
    quoting: Quoting = "excel"
    strict: bool = False
    quote: str = '"'
    escape: str | None = None
    header: bool = True
    header_line: int | None = None
    row_names: bool = False
    names: tuple[str, ...] | None = None
    skip: int = 0
    comments: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    missing: tuple[str, ...] | None = None
    missing_in: tuple[MissingIn, ...] = ()
    types: tuple[ColumnType, ...] = ()
    format: str | None = None
    notes: dict[str, str] = {}

    @property
    def rules(self) -> Dialect:
        """The same without its notes: what the cells of a table depend on.

        Notes may change while a table comes in, which is no other reading.
        """
        return msgspec.structs.replace(self, notes={}) if self.notes else self


NOT_READ = Dialect(header=False)
"""The dialect of a table of which nothing has come yet."""


class ReadOptions(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What is known about a table before it is read; None: find out.

    Always the whole set: what one of them leaves out is found out, also when a table is read anew.
    As in :class:`Dialect`, but: ``comments`` may be False (there are none: every line is a row) or
    True (the lines at the start that look like comments are such).  ``header_line`` says that this
    line is the header.  ``quoting="excel"`` is strict unless ``strict`` is False.  ``escape`` may
    be ``""``: there is none.  ``names`` are used where there is no header.  ``missing`` may be
    empty: no word is one for nothing.  ``format`` is a format's name, or ``""``: no known format.
    """

    encoding: str | None = None
    line_ends: LineEnds | None = None
    delimiter: str | None = None
    quoting: Quoting | None = None
    strict: bool | None = None
    quote: str | None = None
    escape: str | None = None
    header: bool | None = None
    header_line: int | None = None
    row_names: bool | None = None
    names: tuple[str, ...] | None = None
    skip: int | None = None
    comments: bool | tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None
    missing_in: tuple[MissingIn, ...] | None = None
    types: tuple[ColumnType, ...] | None = None
    format: str | None = None


DELIMITERS = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "bar": "|",
    "space": " ",
    "colon": ":",
}
"""Words for delimiters, for who cannot type one easily; none of them is a delimiter itself."""


def delimiter_of(word: str) -> str:
    """The delimiter that somebody means: by its word, or as it is."""
    return DELIMITERS.get(word.strip().lower() if len(word) > 1 else word, word)


NO_OPTIONS = ReadOptions()
"""All of it is found out."""


class LineCount(Struct, frozen=True):
    """How many lines there are of a kind, and the numbers, from 1, of the first few."""

    count: int = 0
    lines: tuple[int, ...] = ()


class LineStats(Struct, frozen=True, kw_only=True):
    """What the lines of a table are like, counted over all of it.

    ``rows`` have ended, the header not counted.  Of these, ``short`` and ``long`` ones have fewer
    or more than ``width`` cells, as many as the header or, without one, the first row has, and
    ``blank`` ones nothing at all.  ``comments`` are left out of the table, those
    before its first row counted in.  ``undecodable`` is how often bytes stand in the file that are
    nothing in its encoding, each shown as U+FFFD.
    """

    rows: int = 0
    width: int = 0
    short: LineCount = LineCount()
    long: LineCount = LineCount()
    blank: LineCount = LineCount()
    comments: LineCount = LineCount()
    undecodable: int = 0


def exact_options(dialect: Dialect) -> ReadOptions:
    """The options by which a table is read in exactly this dialect."""
    return ReadOptions(
        encoding=dialect.encoding,
        line_ends=dialect.line_ends,
        delimiter=dialect.delimiter,
        quoting=dialect.quoting,
        strict=dialect.strict,
        quote=dialect.quote,
        escape=dialect.escape or "",
        header=dialect.header,
        row_names=dialect.row_names,
        names=dialect.names,
        skip=dialect.skip,
        comments=dialect.comments,
        missing=dialect.missing,
        missing_in=dialect.missing_in,
        types=dialect.types,
        format=dialect.format or "",
    )


def missing_words(dialect: Dialect, column: int, name: str | None) -> tuple[str, ...] | None:
    """The words for nothing in a column that somebody told; None: the usual ones count.

    ``name`` is that of the column, if it has one.
    """
    for told in reversed(dialect.missing_in):
        if told.column == (name if isinstance(told.column, str) else column):
            return told.words
    return dialect.missing


def column_type(dialect: Dialect, column: int) -> ColumnType:
    """What a line of the file says that a column is."""
    return dialect.types[column] if column < len(dialect.types) else "auto"


def json_values(struct: Dialect | ReadOptions) -> dict[str, Any]:
    """The fields of a dialect, or the options that are given, as JSON has them."""
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(struct))
    return values
