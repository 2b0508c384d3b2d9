"""What people ask of a table, and what they are told of its columns; pure.

Parts of the messages of :mod:`tsvshare_widget.protocol`, and what the table's reader works on.
Columns are meant by position, from 0.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from .errors import BadValue
from .number_syntax import is_number

MAX_KEYS = 16
"""Columns a view is sorted by, at most."""

MAX_FILTERS = 64

MAX_GROUPED = 2
"""Columns by which rows are grouped, at most."""

MAX_TEXT = 1_000
"""Characters of a search or of one value in a filter."""

MAX_CHOICES = 1_000
"""Values in one filter ``in``."""

MAX_PATTERNS = 8
"""Regular expressions in one query."""

Spelling = Literal["thousands", "decimal_comma"]
"""How numbers are written that count as text unless they are asked for: 1,234.5 or 1.234,5."""

SortBy = Literal["auto", "number", "date", "text", "caseless", "natural"]
FilterOp = Literal[
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "contains",
    "startswith",
    "endswith",
    "matches",
    "in",
    "missing",
    "present",
]
Value = str | int | float


class Sort(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One column to sort by.

    ``by`` says what its cells are taken for: ``auto`` is what a line of the file says, else numbers
    if the column is numeric, dates if all of it are, else text by code point; ``caseless`` is text
    case-folded, ``natural`` has ``chr2`` before ``chr10``.  By ``number``, a column in which every
    cell is written as 1,234.5, or every one as 1.234,5, counts as numbers, too
    (:data:`Spelling`).  Cells that are missing, empty or do not fit come last, whichever the
    direction.  Rows that are equal in all columns keep the order of the file.
    """

    column: int
    direction: Literal["asc", "desc"] = "asc"
    by: SortBy = "auto"


class Filter(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the cells of one column must be like.

    A number in ``value`` compares with the cells that are numbers, as the floats that they are
    nearest to (but an integer from 2**53 on exactly), and a string verbatim, by code point; ``by``
    takes a string for an exact number or for an ISO 8601 date instead.  ``in`` has
    several values, ``missing`` and ``present`` have none.  ``matches`` is a regular expression as
    Python's ``re.search`` takes it.  ``caseless`` compares text case-folded.  A missing cell passes
    ``missing`` and ``!=`` alone; an empty one is ``== ""``.  A cell with a word that was told for
    missing counts as missing, but where text is compared.
    """

    column: int
    op: FilterOp
    value: Value | tuple[Value, ...] | None = None
    by: Literal["auto", "number", "date"] = "auto"
    caseless: bool = False


class Query(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which rows of a table, in which order: those that pass all filters and hold ``search``.

    ``sort`` names the first column first.  ``search`` is looked for in every cell, case-folded.
    An empty query is the table as it is in the file.
    """

    sort: tuple[Sort, ...] = ()
    filters: tuple[Filter, ...] = ()
    search: str = ""


EVERYTHING = Query()
"""The table as it is in the file."""


class Heatmap(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which columns are coloured by their numbers: ``columns``, or all that are of numbers.

    The scale goes from the least to the greatest number of each ``column``, or of all of them
    together (``table``); or from ``low`` to ``high`` where these are given.
    """

    columns: tuple[int, ...] | None = None
    scale: Literal["column", "table"] = "column"
    low: float | None = None
    high: float | None = None


class SavedView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be asked of a table, under a name that people gave it.

    ``names`` are those of columns that the query is about, as far as they have any: another table
    is asked about its columns of these names.  ``id`` stays the same under another name.
    """

    id: str
    name: str
    query: Query = EVERYTHING
    names: tuple[tuple[int, str], ...] = ()


MAX_HEATMAP = 1_000
"""Columns that a heatmap names, at most; it may be of all without naming any."""


class Histogram(Struct, frozen=True, kw_only=True):
    """Counts of values between neighbouring ``edges``, the last edge belonging to the last bin."""

    edges: list[float]
    counts: list[int]


class Profile(Struct, frozen=True, kw_only=True):
    """What the cells of one column are like, over ``rows`` rows.

    ``missing`` cells are absent, ``empty`` ones have nothing in them, ``na`` are words for that
    among numbers and dates (``NA``, ``null``, ``.``...), those that were told for it anywhere, and
    what is no number in a column that a line of the file says to be of numbers; ``na_words`` are
    the most frequent of these as they are written, and their counts.  ``kind`` is what all others
    are, and ``fitting`` how many these are.  ``distinct`` counts different cells, ``exact`` or as
    an estimate.  ``minimum`` and ``maximum`` are cells, verbatim.  ``mean``, ``median`` and the
    histogram's edges are numbers; of dates, seconds since 1970 in UTC.  ``top`` are the most
    frequent cells and their counts.  ``spelling``: what is text here are numbers if it is asked for
    as such, written so.
    """

    column: int
    kind: Literal["number", "date", "text", "empty"]
    rows: int
    missing: int = 0
    empty: int = 0
    na: int = 0
    na_words: list[tuple[str, int]] = msgspec.field(default_factory=list)
    fitting: int = 0
    distinct: int = 0
    exact: bool = True
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    median: float | None = None
    histogram: Histogram | None = None
    top: list[tuple[str, int]] = msgspec.field(default_factory=list)
    spelling: Spelling | None = None


class Group(Struct, frozen=True, kw_only=True):
    """Rows with the same ``cells``; None is one that is missing.

    ``numbers`` of these rows have a number in the column that was asked for, with this ``sum``,
    ``mean`` and ``median``; None if there is none.
    """

    cells: list[str | None]
    count: int
    numbers: int = 0
    sum: float | None = None
    mean: float | None = None
    median: float | None = None


class Groups(Struct, frozen=True, kw_only=True):
    """The largest of ``total`` groups of ``rows`` rows."""

    rows: int
    total: int
    groups: list[Group] = msgspec.field(default_factory=list)


class Points(Struct, frozen=True, kw_only=True):
    """Two columns of ``rows`` rows as numbers, or as seconds since 1970 where they are ``dates``.

    Rows without a number or a date in both have no point.
    """

    rows: int
    points: list[tuple[float, float]] = msgspec.field(default_factory=list)
    dates: tuple[bool, bool] = (False, False)


def check_grouping(by: Sequence[int], value: int | None, columns: int) -> None:
    """Raise :class:`BadValue` if a table with so many columns cannot be grouped like this."""
    if not 1 <= len(by) <= MAX_GROUPED or len(set(by)) < len(by):
        raise BadValue(f"rows are grouped by 1 to {MAX_GROUPED} different columns, not {len(by)}")
    for column in (*by, *(() if value is None else (value,))):
        _check_column(column, columns)


def check_query(query: Query, columns: int) -> Query:
    """``query`` if it can be asked of a table with so many columns.  Raises :class:`BadValue`.

    Cheap, whatever the query: regular expressions are not compiled here, which may take minutes.
    """
    if len(query.sort) > MAX_KEYS:
        raise BadValue(f"a view is sorted by up to {MAX_KEYS} columns, not {len(query.sort)}")
    if len(query.filters) > MAX_FILTERS:
        raise BadValue(f"a view has up to {MAX_FILTERS} filters, not {len(query.filters)}")
    sorted_by = [key.column for key in query.sort]
    for column in sorted_by:
        _check_column(column, columns)
        if sorted_by.count(column) > 1:
            raise BadValue(f"column {column + 1:,} is sorted by twice")
    for wanted in query.filters:
        _check_column(wanted.column, columns)
        _check_filter(wanted)
    if sum(wanted.op == "matches" for wanted in query.filters) > MAX_PATTERNS:
        raise BadValue(f"a view has up to {MAX_PATTERNS} filters with a regular expression")
    _check_text(query.search, "the search")
    return query


def check_heatmap(heatmap: Heatmap, columns: int) -> Heatmap:
    """``heatmap`` if a table with so many columns can have it.  Raises :class:`BadValue`."""
    named = heatmap.columns
    if named is not None:
        if not 0 < len(named) <= MAX_HEATMAP:
            raise BadValue(f"a heatmap is of 1 to {MAX_HEATMAP:,} columns, or of all of them")
        for column in named:
            _check_column(column, columns)
    ends = [end for end in (heatmap.low, heatmap.high) if end is not None]
    if not all(map(math.isfinite, ends)) or (len(ends) == 2 and ends[0] >= ends[1]):
        raise BadValue(
            "the scale of a heatmap goes from a low number to a higher one, not from "
            f"{heatmap.low} to {heatmap.high}"
        )
    return heatmap


def compile_pattern(pattern: str, *, caseless: bool = False) -> re.Pattern[str]:
    """A regular expression, ready to search with.  Raises :class:`BadValue`.

    It may take long: what somebody else wrote is compiled where that can be stopped.
    """
    try:
        return re.compile(pattern, re.IGNORECASE if caseless else 0)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadValue(f"{pattern!r} is not a regular expression: {error}") from error


ColumnKey = tuple[str | None, int]
"""What a column is known by in another table: its name, and which of that name it is, from 0.

One without a name is known by its place.
"""


def column_keys(names: Sequence[str] | None, columns: int) -> list[ColumnKey]:
    """What each column is known by, of a table with so many; of some the header has no name."""
    seen: Counter[str] = Counter()
    keys: list[ColumnKey] = []
    for name in (names or ())[:columns]:
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys + [(None, place) for place in range(len(keys), columns)]


def carry_query(query: Query, before: Sequence[ColumnKey], after: Sequence[ColumnKey]) -> Query:
    """What of a ``query`` of one table can be asked of another, where its columns may have moved.

    A search, which looks into all columns, stays if none of them is missing.  The twin of the front
    end is in js/src/protocol/query.ts; tests/golden/carrying.json has cases for both.
    """
    places = {key: place for place, key in enumerate(after)}
    moved = [places.get(key) for key in before]

    def place(column: int) -> int | None:
        return moved[column] if column < len(moved) else None

    return Query(
        sort=tuple(
            msgspec.structs.replace(key, column=to)
            for key in query.sort
            if (to := place(key.column)) is not None
        ),
        filters=tuple(
            msgspec.structs.replace(wanted, column=to)
            for wanted in query.filters
            if (to := place(wanted.column)) is not None
        ),
        search="" if None in moved else query.search,
    )


def carry_heatmap(
    heatmap: Heatmap, before: Sequence[ColumnKey], after: Sequence[ColumnKey]
) -> Heatmap | None:
    """A ``heatmap`` of columns of one table, for those that another has, too; None: for none."""
    places = {key: place for place, key in enumerate(after)}
    named = [before[column] for column in heatmap.columns or () if column < len(before)]
    columns = tuple(places[key] for key in named if key in places)
    return msgspec.structs.replace(heatmap, columns=columns) if columns else None


def count_parts(query: Query) -> int:
    """How many things are asked: columns sorted by, filters, a search."""
    return len(query.sort) + len(query.filters) + bool(query.search)


def count_in_words(query: Query) -> str:
    """What is asked, in words: ``a sort by 2 columns, a filter and a search``; nothing: empty."""
    parts = [
        *([f"a sort by {_count(len(query.sort), 'column')}"] if query.sort else []),
        *([_count(len(query.filters), "filter")] if query.filters else []),
        *(["a search"] if query.search else []),
    ]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _check_column(column: int, columns: int) -> None:
    if not 0 <= column < columns:
        raise BadValue(f"there is no column {column + 1:,}: this table has {columns:,}")


def _check_filter(wanted: Filter) -> None:
    value, op = wanted.value, wanted.op
    if op in ("missing", "present"):
        if value is not None:
            raise BadValue(f"the filter {op!r} takes no value")
    elif op == "in":
        if not isinstance(value, tuple):
            raise BadValue("the filter 'in' takes a list of values")
        if len(value) > MAX_CHOICES:
            raise BadValue(f"the filter 'in' takes up to {MAX_CHOICES:,} values")
        for choice in value:
            _check_value(choice, wanted)
    elif value is None or isinstance(value, tuple):
        raise BadValue(f"the filter {op!r} takes one value")
    else:
        _check_value(value, wanted)


def _check_value(value: Value, wanted: Filter) -> None:
    op = wanted.op
    if not isinstance(value, str):
        if op in ("contains", "startswith", "endswith", "matches"):
            raise BadValue(f"the filter {op!r} takes a text, not the number {value}")
        if isinstance(value, float) and not math.isfinite(value):
            raise BadValue(f"a filter cannot compare with {value}")
        return
    _check_text(value, f"the value of the filter {op!r}")
    if wanted.by == "number" and not is_number(value):
        raise BadValue(f"{value!r} is not a number")


def _check_text(text: str, what: str) -> None:
    if len(text) > MAX_TEXT:
        raise BadValue(f"{what} has {len(text):,} characters; up to {MAX_TEXT:,} are taken")
