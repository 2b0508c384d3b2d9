"""Filters: which cells of a column pass."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import Filter, Value, compile_pattern
from tsvshare_widget.table.columns.column import Column
from tsvshare_widget.table.columns.dates import Dates, dates_of
from tsvshare_widget.table.columns.numbers import exactly, numbers_of
from tsvshare_widget.table.columns.text import folded
from tsvshare_widget.table.lines.bitmaps import Flags, Positions

from .find_text import Finder
from .normal_form import normal_form

Signs = NDArray[np.int8]
"""Results of comparing cells with a value: -1 below, 0 equal, 1 above."""

_EXACT_INTEGERS = 1 << 53  # all integers below are floats

CellFilter = Callable[[Column], Flags]
"""Flags the cells of a column that pass."""

_PASSES: MappingProxyType[str, Callable[[Signs], Flags]] = MappingProxyType(
    {
        "==": lambda signs: signs == 0,
        "<": lambda signs: signs < 0,
        "<=": lambda signs: signs <= 0,
        ">": lambda signs: signs > 0,
        ">=": lambda signs: signs >= 0,
    }
)


def compile_filter(wanted: Filter) -> CellFilter:
    """The function that applies a filter to cells.  Raises :class:`BadValue`."""
    op, value = wanted.op, wanted.value
    if op == "missing":
        return lambda column: column.missing
    if op == "present":
        return lambda column: ~column.missing
    if isinstance(value, tuple):
        return _one_of(wanted, value)
    assert value is not None
    if op == "!=":
        equal = _compared(wanted, value, _PASSES["=="])
        return lambda column: ~equal(column)
    if op in _PASSES:
        return _compared(wanted, value, _PASSES[op])
    assert isinstance(value, str)
    if op == "matches":
        return _matches_pattern(value, caseless=wanted.caseless)
    if op == "contains":
        return _contains_text(value, caseless=wanted.caseless)
    return _at_an_end(value, start=op == "startswith", caseless=wanted.caseless)


def compares_text(wanted: Filter) -> bool:
    """Whether a filter looks at cells as text, whatever they mean."""
    if wanted.op in ("missing", "present") or wanted.by != "auto":
        return False
    values = wanted.value if isinstance(wanted.value, tuple) else (wanted.value,)
    return all(isinstance(value, str) for value in values)


def is_meant_as_float(value: Value) -> TypeGuard[float]:
    """Whether a value compares with the floats of cells, as numbers in programs do.

    Integers that not every float can tell from the next one, and numbers in text, compare exactly.
    """
    if isinstance(value, str):
        return False
    return isinstance(value, float) or abs(value) < _EXACT_INTEGERS


# --- compared with values -----------------------------------------------------------------------


def _compared(wanted: Filter, value: Value, passes: Callable[[Signs], Flags]) -> CellFilter:
    if wanted.by == "date":
        return _compared_by_date(_date(str(value)), passes)
    if wanted.by == "number" or not isinstance(value, str):
        return _compared_by_number(value, passes)
    content = (value.casefold() if wanted.caseless else value).encode()

    def compare_text(column: Column) -> Flags:
        cells = folded(column) if wanted.caseless else column
        found: Flags = passes(_signs(cells, content)) & ~column.missing
        return found

    return compare_text


def _compared_by_date(date: Dates, passes: Callable[[Signs], Flags]) -> CellFilter:
    ticks, nanos = int(date.ticks[0]), int(date.nanos[0])

    def compare_dates(column: Column) -> Flags:
        found = dates_of(column, years=True)
        signs = _sign(found.ticks, ticks)
        same = signs == 0
        signs[same] = _sign(found.nanos[same], nanos)
        return passes(signs) & found.fits

    return compare_dates


def _compared_by_number(value: Value, passes: Callable[[Signs], Flags]) -> CellFilter:
    content = str(value).encode()
    exact, single = exactly(content), numbers_of(Column.of([content]))
    near, only_one = float(single.values[0]), bool(single.sure()[0])
    as_float, endless = is_meant_as_float(value), bool(single.endless[0])

    def compare_numbers(column: Column) -> Flags:
        found = numbers_of(column)
        signs = _sign(found.values, near)
        if as_float:
            return passes(signs) & found.fits
        doubtful = found.fits & (signs == 0) & ~(found.endless & endless)
        if only_one:
            doubtful &= ~found.sure()
        rows = np.flatnonzero(doubtful)
        numbers = map(exactly, column.only(rows).contents())
        signs[rows] = [(number > exact) - (number < exact) for number in numbers]
        return passes(signs) & found.fits

    return compare_numbers


def _sign(numbers: NDArray[Any], value: float) -> Signs:
    return (numbers > value).astype(np.int8) - (numbers < value)


def _signs(column: Column, content: bytes) -> Signs:
    """Compare the bytes of cells with ``content``."""
    signs = np.zeros(len(column.starts), np.int8)
    open_rows, place = np.arange(len(signs)), 0
    while len(open_rows) and place < max(len(content), 1):
        word = int.from_bytes(content[place : place + 8].ljust(8, b"\0"), "big")
        words = column.only(open_rows).words_at(place)
        signs[open_rows] = (words > word).astype(np.int8) - (words < word)
        open_rows, place = open_rows[words == word], place + 8
    sizes = column.sizes[open_rows]
    signs[open_rows] = (sizes > len(content)).astype(np.int8) - (sizes < len(content))
    return signs


def _date(text: str) -> Dates:
    found = dates_of(Column.of([text.strip().encode()]), years=True)
    if not found.fits[0]:
        raise BadValue(f"{text!r} is not a date: write it as in 2026-11-22 or 2026-11-22T09:30")
    return found


# --- one of several values ----------------------------------------------------------------------


def _one_of(wanted: Filter, values: tuple[Value, ...]) -> CellFilter:
    if wanted.by == "date":
        dates = [_date(str(value)) for value in values]
        return lambda column: _has_date(column, dates)
    texts, numbers, floats = list[bytes](), list[bytes](), list[float]()
    for value in values:
        if is_meant_as_float(value):
            floats.append(float(value))
        elif wanted.by == "number" or not isinstance(value, str):
            numbers.append(str(value).encode())
        else:
            texts.append((value.casefold() if wanted.caseless else value).encode())

    def is_listed(column: Column) -> Flags:
        found = np.zeros(len(column.starts), np.bool_)
        if texts:
            found |= _is_one_of(folded(column) if wanted.caseless else column, set(texts))
        if numbers or floats:
            found |= _has_number(column, numbers, floats)
        return found & ~column.missing

    return is_listed


def _has_date(column: Column, dates: list[Dates]) -> Flags:
    found = dates_of(column, years=True)
    has = np.zeros(len(found.fits), np.bool_)
    for nanos in {int(date.nanos[0]) for date in dates}:
        ticks = [int(date.ticks[0]) for date in dates if date.nanos[0] == nanos]
        has |= np.isin(found.ticks, ticks) & (found.nanos == nanos)
    return has & found.fits


def _has_number(column: Column, contents: list[bytes], floats: list[float]) -> Flags:
    """Flags of cells that are one of some numbers exactly, or have one of some floats."""
    found, values = numbers_of(column), numbers_of(Column.of(contents))
    has: Flags = np.isin(found.values, values.values) & found.fits
    unsure = ~values.sure()
    doubtful = has & (~found.sure() | np.isin(found.values, values.values[unsure]))
    rows = np.flatnonzero(doubtful)
    exact = set(map(exactly, contents))
    has[rows] = [exactly(content) in exact for content in column.only(rows).contents()]
    return has | (np.isin(found.values, floats) & found.fits)


def _is_one_of(column: Column, contents: set[bytes]) -> Flags:
    found = np.isin(column.sizes, sorted({len(content) for content in contents}))
    firsts = sorted({int.from_bytes(content[:8].ljust(8, b"\0"), "big") for content in contents})
    found &= np.isin(column.words_at(0), np.array(firsts, np.uint64), kind="sort")
    rows = np.flatnonzero(found)
    found[rows] = [content in contents for content in column.only(rows).contents()]
    return found


# --- parts of cells -----------------------------------------------------------------------------


def _at_an_end(text: str, *, start: bool, caseless: bool) -> CellFilter:
    content = (text.casefold() if caseless else text).encode()
    normal = normal_form(text, caseless=caseless)

    def is_at_end(cell: str) -> bool:
        other = normal_form(cell, caseless=caseless)
        return other.startswith(normal) if start else other.endswith(normal)

    def has_text_at_end(column: Column) -> Flags:
        cells = folded(column) if caseless else column
        if start:
            part = cells._replace(ends=np.minimum(cells.ends, cells.starts + len(content)))
        else:
            part = cells._replace(starts=np.maximum(cells.starts, cells.ends - len(content)))
        found: Flags = (_signs(part, content) == 0) & ~column.missing
        if not text.isascii():
            rows = column.not_ascii()
            rows = rows[~found[rows]]
            found[rows] = [is_at_end(cell) for cell in column.only(rows).texts()]
        return found

    return has_text_at_end


def _contains_text(text: str, *, caseless: bool) -> CellFilter:
    finder = Finder(text, caseless=caseless)

    def has_text(column: Column) -> Flags:
        if finder.is_empty:
            return ~column.missing
        found = np.zeros(len(column.starts), np.bool_)
        for places, size in finder.places(column.data):
            found |= _with_place(column, places, size)
        others = _with_place(column, finder.other_places(column.data), 1)
        rows = np.flatnonzero(others & ~found)
        found[rows] = [finder.is_in(cell) for cell in column.only(rows).texts()]
        return found

    return has_text


def _with_place(column: Column, places: Positions, size: int) -> Flags:
    """Flags of the cells that hold ``size`` bytes from one of these positions on."""
    if not len(places):
        return np.zeros(len(column.starts), np.bool_)
    next_one = np.append(places, len(column.data))[np.searchsorted(places, column.starts)]
    found: Flags = next_one + size <= column.ends
    return found


def _matches_pattern(pattern: str, *, caseless: bool) -> CellFilter:
    search = compile_pattern(pattern, caseless=caseless).search

    def matches(column: Column) -> Flags:
        cells = column.texts()
        found = {cell: search(cell) is not None for cell in set(cells)}
        passes: Flags = np.array([found[cell] for cell in cells], np.bool_) & ~column.missing
        return passes

    return matches
