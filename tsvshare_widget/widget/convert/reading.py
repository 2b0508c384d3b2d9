"""How a table is read: the options a notebook may give, and the report of what came of it; pure."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict

import msgspec
from msgspec import Struct

from tsvshare_widget.errors import BadValue
from tsvshare_widget.number_syntax import NA_WORDS
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import (
    ColumnType,
    LineCount,
    LineStats,
    ReadOptions,
    delimiter_of,
    json_values,
)

MissingWords = str | float | Iterable[str | float]
"""Words for nothing; a number is the word that it is written as."""


class ReadKeywords(TypedDict, total=False):
    r"""The read options as keyword arguments; what is left out or None is found out.

    ``header``: whether there is a header line, or, as a number, which line of the file it is (from
    1).  ``quoting``: ``"excel"`` (cells in double quotes may hold tabs and line ends), ``"none"``
    (quotes are data) or ``"backslash"`` (as MySQL and PostgreSQL write).  ``quote`` is what cells
    are in instead of double quotes, such as ``"'"``; ``escape`` what stands before a quote inside
    them where it is not doubled, such as ``"\\"``.  ``delimiter``: such as
    ``"\t"`` or ``","``, or a word: ``"tab"``, ``"comma"``, ``"semicolon"``, ``"pipe"``...;
    ``sep`` is the same.
    ``encoding``: any that Python knows.  ``comments``: what lines of comment
    start with, one mark or several; False: there are none.  ``skip``: lines before the header or
    the first row.  ``names``: of the columns, where there is no header.  ``missing``: the words
    that say that a cell has nothing in it, such as ``["-", "none given"]``, instead of the usual
    ones (NA, null, ...); ``[]``: there are none.  Or by column, ``{"age": ["-9"]}``, by name or by
    position; the key None is all others.  ``types``: what the first columns are, each ``"auto"``,
    ``"number"``, ``"date"`` or ``"text"``.  ``line_ends``, ``strict``
    and ``format`` are as in :class:`tsvshare_widget.read_options.ReadOptions`.
    """

    header: bool | int | None
    quoting: Literal["none", "excel", "backslash"] | None
    delimiter: str | None
    sep: str | None
    encoding: str | None
    comments: bool | str | Iterable[str] | None
    skip: int | None
    names: Iterable[str] | None
    missing: MissingWords | Mapping[str | int | None, MissingWords] | None
    types: Iterable[ColumnType] | None
    row_names: bool | None
    line_ends: Literal["lf", "crlf", "cr", "mixed"] | None
    strict: bool | None
    quote: str | None
    escape: str | None
    format: str | None


def to_read_options(given: ReadKeywords) -> ReadOptions:
    """The read options that were given, as they are sent.

    Raises ``TypeError`` for an option that does not exist, and :class:`BadValue` for a value that
    it cannot have.
    """
    unknown = given.keys() - ReadKeywords.__annotations__.keys()
    if unknown:
        raise TypeError(_unknown(min(unknown)))
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if "sep" in values:
        if "delimiter" in values:
            raise TypeError("sep= and delimiter= are the same: give one of them")
        values["delimiter"] = values.pop("sep")
    header = values.get("header")
    if isinstance(header, int) and not isinstance(header, bool):
        values |= {"header": True, "header_line": header}
    comments = values.get("comments")
    if isinstance(comments, str):
        values["comments"] = [comments]
    if isinstance(values.get("delimiter"), str):
        values["delimiter"] = delimiter_of(values["delimiter"])
    if "missing" in values:
        values |= _missing_options(values.pop("missing"))
    for name in ("comments", "names", "types"):
        if isinstance(values.get(name), Iterable):
            values[name] = list(values[name])
    try:
        return msgspec.convert(values, ReadOptions)
    except msgspec.ValidationError as error:
        reason = str(error).replace("`$.", "`")
        raise BadValue(f"a table cannot be read like this: {reason}") from error


OF_PANDAS = {
    "comment": "comments",
    "skiprows": "skip",
    "na_values": "missing",
    "quotechar": "quote",
    "escapechar": "escape",
    "dtype": "types",
    "filename": "name",
    "rows": "page_size",
    "server": "relay",
}
"""What other libraries call what is called otherwise here."""


def _unknown(name: str) -> str:
    """The sentence about an option that does not exist."""
    import difflib  # only here, where somebody has mistyped something

    known = OF_PANDAS.get(name) or next(
        iter(difflib.get_close_matches(name, ReadKeywords.__annotations__, 1)), None
    )
    hint = f"{known}= may be meant; " if known else ""
    return f"{name}= is not known; {hint}help(TSVShare) has the options"


def _missing_options(missing: Any) -> dict[str, Any]:
    """The options for words for nothing: of the table, and of single columns."""
    by_column = dict(missing) if isinstance(missing, Mapping) else {None: missing}
    whole = by_column.pop(None, None)
    options: dict[str, Any] = {} if whole is None else {"missing": _words(whole)}
    if by_column:
        options["missing_in"] = [
            {"column": _column(column), "words": _words(words)}
            for column, words in by_column.items()
        ]
    return options


def _column(column: object) -> object:
    """A column's name, or its position as a plain number."""
    if isinstance(column, str):
        return column
    try:
        return operator.index(column)  # type: ignore[arg-type]
    except TypeError as error:
        raise BadValue(f"missing= has columns by name or by position, not {column!r}") from error


def _words(words: Any) -> list[str]:
    one = isinstance(words, str) or not isinstance(words, Iterable)
    return [str(word) for word in ([words] if one else words)]


class LinesOfKind(Struct, frozen=True):
    """How many lines there are of a kind, and the numbers, from 1, of the first few."""

    count: int = 0
    lines: list[int] = []


class Reading(Struct, frozen=True, kw_only=True):
    """How the table was read and what is unusual in it; its ``repr`` is a report for people.

    ``quoting`` is ``none``, ``excel`` or ``backslash``; ``header_line`` the line of the file that
    is the header, from 1, or None; ``names`` are column names that stand in no row: they are from
    a comment on ``header_line``, or, without one, from the specification of the ``format``;
    ``comments`` what lines of comment start with, ``until`` a line from which on there are no rows;
    ``missing`` are the words that say that there is nothing, ``missing_in`` those of single
    columns; ``types`` what the first columns are, where a line of the file says so; ``notes`` why
    each of these was read so; ``told``
    the options that people gave.  ``short``, ``long``, ``blank`` and
    ``comment_lines`` are how many such lines there are, each with the numbers of the first few;
    ``undecodable`` how many bytes do not fit the encoding.
    """

    name: str
    rows: int
    columns: int
    compression: str = "none"
    encoding: str = "utf-8"
    line_ends: str = "lf"
    delimiter: str = "\t"
    quoting: str = "none"
    strict: bool = False
    quote: str = '"'
    escape: str | None = None
    header: bool = False
    header_line: int | None = None
    row_names: bool = False
    names: list[str] | None = None
    skip: int = 0
    comments: list[str] = []
    until: list[str] = []
    missing: list[str] = msgspec.field(default_factory=lambda: list(NA_WORDS))
    missing_in: dict[str | int, list[str]] = {}
    types: list[str] = []
    format: str | None = None
    notes: dict[str, str] = {}
    told: dict[str, Any] = {}
    short: LinesOfKind = LinesOfKind()
    long: LinesOfKind = LinesOfKind()
    blank: LinesOfKind = LinesOfKind()
    comment_lines: LinesOfKind = LinesOfKind()
    undecodable: int = 0

    def __repr__(self) -> str:
        return "\n".join([f"how {self.name!r} was read", *map(_line, self._facts()), *self._why()])

    def _facts(self) -> list[tuple[str, str]]:
        return [
            ("format", self.format or ""),
            ("delimiter", DELIMITERS.get(self.delimiter, repr(self.delimiter))),
            ("quoting", QUOTINGS.get(self.quoting, self.quoting) + self._marks()),
            ("encoding", self.encoding),
            ("line ends", LINE_ENDS.get(self.line_ends, self.line_ends)),
            ("compression", "" if self.compression == "none" else self.compression),
            ("header", self._header_in_words()),
            (
                "comments",
                f"lines that start with {' '.join(self.comments)}" if self.comments else "",
            ),
            ("missing", self._missing_in_words()),
            *([("types", _listed(self.types))] if self.types else []),
            ("rows", f"{self.rows:,} of up to {self.columns:,} cells"),
            ("short rows", _counted(self.short)),
            ("long rows", _counted(self.long)),
            ("blank lines", _counted(self.blank)),
            ("comment lines", _counted(self.comment_lines)),
            ("undecodable", f"{self.undecodable:,} bytes" if self.undecodable else ""),
            ("told", ", ".join(f"{name}={value!r}" for name, value in self.told.items())),
        ]

    def _marks(self) -> str:
        if self.quoting != "excel" or (self.quote, self.escape) == ('"', None):
            return ""
        return f" ({self.quote})" + (
            f", {self.escape} before quotes in them" if self.escape else ""
        )

    def _missing_in_words(self) -> str:
        usual = self.missing == [*NA_WORDS]
        whole = (
            f"among numbers and dates: {_listed(self.missing)}"
            if usual
            else (_listed(self.missing) or "no word")
        )
        parts = [f"in {column}: {_listed(words) or 'no word'}" for column, words in self._columns()]
        more = len(self.missing_in) - MOST_SHOWN
        return "; ".join([whole, *parts, *([f"in {more:,} more columns"] if more > 0 else [])])

    def _columns(self) -> list[tuple[str | int, list[str]]]:
        return list(self.missing_in.items())[:MOST_SHOWN]

    def _header_in_words(self) -> str:
        if self.header_line:
            comment = "" if self.header else ", a comment"
            shifted = ", from the second column on" if self.row_names else ""
            return f"line {self.header_line:,}{comment}{shifted}"
        if self.names:
            return f"none; the columns are named by {self.format or 'whoever told'}"
        return "the first line" if self.header else "none"

    def _why(self) -> list[str]:
        return ["why", *map(_line, self.notes.items())] if self.notes else []


DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe", "\t|\t": "tab, pipe, tab"}

QUOTINGS = {
    "none": "none: quotes are data",
    "excel": "as Excel writes: cells in double quotes",
    "backslash": "backslash escapes, as databases write",
}

MOST_SHOWN = 20
"""Words or columns that are named in a line of the report."""

LINE_ENDS = {"lf": "LF", "crlf": "CRLF", "cr": "CR", "mixed": "mixed"}


def describe_reading(table: TableState) -> Reading:
    """The report on how a table was read, out of its state."""
    known = json_values(table.dialect)
    known["missing"] = list(NA_WORDS) if known["missing"] is None else known["missing"]
    known["missing_in"] = {told.column: list(told.words) for told in table.dialect.missing_in}
    line_stats = table.line_stats or LineStats()
    return Reading(
        name=table.name,
        rows=table.rows,
        columns=table.columns,
        told=json_values(table.options),
        short=_as_list(line_stats.short),
        long=_as_list(line_stats.long),
        blank=_as_list(line_stats.blank),
        comment_lines=_as_list(line_stats.comments),
        undecodable=line_stats.undecodable,
        **known,
    )


def _line(fact: tuple[str, str]) -> str:
    name, said = fact
    return f"  {name.replace('_', ' '):<14} {said or 'none'}"


def _listed(words: list[str]) -> str:
    return " ".join(words[:MOST_SHOWN]) + (" ..." if len(words) > MOST_SHOWN else "")


def _as_list(counted: LineCount) -> LinesOfKind:
    return LinesOfKind(counted.count, list(counted.lines))


def _counted(count: LinesOfKind) -> str:
    if not count.count:
        return ""
    more = ", ..." if count.count > len(count.lines) else ""
    where = "line" if count.count == 1 else "lines"
    return f"{count.count:,} ({where} {', '.join(f'{n:,}' for n in count.lines)}{more})"
