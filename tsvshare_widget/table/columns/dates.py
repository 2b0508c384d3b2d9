"""Dates: cells as dates, many at once; pure.

A date is written by ISO 8601: ``2026-11``, ``2026-11-22``, ``2026-11-22T09:30``, optionally with
seconds and a fraction of them, and optionally with a zone (``Z``, ``+01``, ``+0100``, ``+01:00``),
else it is in UTC; a blank may stand for the ``T``.  A year has four digits, and is a date by itself
only if that is asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions

from .column import Column
from .numbers import Floats

TICKS_PER_SECOND = 10**7
"""Ticks in a second: as many as leave room for the years 1 to 9999 in 64 bits."""

_LONGEST_BYTES = len("2026-11-22T09:30:00.123456789+01:00")
_TO_DAY_BYTES = len("2026-11-22")
_TO_MINUTE_BYTES = len("2026-11-22T09:30")
_TO_SECOND_BYTES = len("2026-11-22T09:30:00")
_MOST_DECIMALS = 9
_TICK_NANOS = 10**_MOST_DECIMALS // TICKS_PER_SECOND
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class Dates(NamedTuple):
    """Cells as dates: flags of those that ``fit``, and their ticks since the start of 1970.

    ``nanos`` are nanoseconds more than these, fewer than in a tick.
    """

    fits: Flags
    ticks: Positions
    nanos: Bytes

    def seconds(self) -> Floats:
        """The dates in seconds."""
        return self.ticks / TICKS_PER_SECOND


def dates_of(column: Column, *, years: bool) -> Dates:
    """The cells as dates; ``years``: four digits are a date."""
    sizes = column.sizes
    fits = (sizes <= _LONGEST_BYTES) & (
        (sizes >= len("2026-11")) | (years & (sizes == len("2026")))
    )
    ticks, nanos = np.zeros(len(sizes), np.int64), np.zeros(len(sizes), np.uint8)
    rows = np.flatnonzero(fits)
    if len(rows):
        fits[rows], ticks[rows], nanos[rows] = _parse(column.only(rows))
    return Dates(fits, np.where(fits, ticks, 0), nanos * fits)


class _Characters:
    """The characters of cells at offsets; ``fits`` flags cells in which all were as expected."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self.fits = np.ones(len(column.starts), np.bool_)

    def at(self, place: int | Positions) -> Bytes:
        found: Bytes = self._column.data[self._column.starts + place]
        return found

    def expect(self, place: int | Positions, characters: bytes, where: Flags) -> None:
        """Expect one of ``characters`` at an offset."""
        found = self.at(place)
        fits = np.zeros(len(found), np.bool_)
        for character in characters:
            fits |= found == character
        self.fits &= fits | ~where

    def number(self, place: int | Positions, digits: int, where: Flags) -> Positions:
        """Expect digits at an offset; returns their number, or 0."""
        total = np.zeros(len(self.fits), np.int64)
        for step in range(digits):
            digit = self.at(place + step) - np.uint8(ord("0"))
            self.fits &= (digit < 10) | ~where
            total = total * 10 + digit
        return np.where(where, total, 0)


def _parse(column: Column) -> tuple[Flags, Positions, Bytes]:
    characters = _Characters(column)
    zone, sizes = _zone(characters, column.sizes)
    everywhere = np.ones(len(sizes), np.bool_)
    has_month, has_day, has_time = sizes > 4, sizes > 7, sizes > _TO_DAY_BYTES
    year = characters.number(0, 4, everywhere)
    characters.expect(4, b"-", has_month)
    month = np.where(has_month, characters.number(5, 2, has_month), 1)
    characters.expect(7, b"-", has_day)
    day = np.where(has_day, characters.number(8, 2, has_day), 1)
    fits = (sizes == 4) | (sizes == 7) | (sizes == _TO_DAY_BYTES) | (sizes >= _TO_MINUTE_BYTES)
    fits &= _is_day(year, month, day)
    ticks = _days(year, month, day) * (86_400 * TICKS_PER_SECOND)
    nanos = np.zeros(len(sizes), np.uint8)
    if has_time.any():
        ticks += _time(characters, sizes, has_time) - zone * (60 * TICKS_PER_SECOND)
        nanos += _fraction(characters, sizes, has_time, ticks)
    return fits & characters.fits, ticks, nanos


def _zone(characters: _Characters, sizes: Positions) -> tuple[Positions, Positions]:
    """The minutes by which each cell is ahead of UTC, and the offset of its zone."""
    zone, rest = np.zeros(len(sizes), np.int64), sizes.copy()
    utc = (sizes > _TO_MINUTE_BYTES) & (characters.at(np.maximum(sizes - 1, 0)) == ord("Z"))
    rest -= utc
    for length, minutes_at in ((3, None), (5, 3), (6, 4)):
        place = np.maximum(sizes - length, 0)
        sign = characters.at(place)
        found = (sizes >= _TO_MINUTE_BYTES + length) & ((sign == ord("+")) | (sign == ord("-")))
        if not found.any():
            continue
        hours = characters.number(place + 1, 2, found)
        minutes = np.zeros_like(hours)
        if minutes_at is not None:
            minutes = characters.number(place + minutes_at, 2, found)
        if length == 6:
            characters.expect(place + 3, b":", found)
        characters.fits &= (hours < 24) & (minutes < 60)
        zone += np.where(sign == ord("-"), -1, 1) * (hours * 60 + minutes)
        rest -= length * found
    return zone, rest


def _time(characters: _Characters, sizes: Positions, where: Flags) -> Positions:
    """Ticks from midnight to the second."""
    seconds_too = where & (sizes > _TO_MINUTE_BYTES)
    characters.expect(_TO_DAY_BYTES, b"T ", where)
    hours = characters.number(11, 2, where)
    characters.expect(13, b":", where)
    minutes = characters.number(14, 2, where)
    characters.expect(_TO_MINUTE_BYTES, b":", seconds_too)
    seconds = characters.number(17, 2, seconds_too)
    characters.fits &= (hours < 24) & (minutes < 60) & (seconds <= 60)
    characters.fits &= ~seconds_too | (sizes >= _TO_SECOND_BYTES)
    return (hours * 3600 + minutes * 60 + seconds) * TICKS_PER_SECOND


def _fraction(
    characters: _Characters, sizes: Positions, where: Flags, ticks: Positions
) -> Bytes | int:
    """Add the fraction of the second to ``ticks``; returns the nanoseconds that are left over."""
    fraction = where & (sizes > _TO_SECOND_BYTES)
    if not fraction.any():
        return 0
    characters.expect(_TO_SECOND_BYTES, b".,", fraction)
    decimals = sizes - _TO_SECOND_BYTES - 1
    characters.fits &= ~fraction | ((decimals >= 1) & (decimals <= _MOST_DECIMALS))
    nanos = np.zeros(len(sizes), np.int64)
    for place in range(_MOST_DECIMALS):
        there = fraction & (decimals > place)
        digit = characters.number(_TO_SECOND_BYTES + 1 + place, 1, there)
        nanos += digit * 10 ** (_MOST_DECIMALS - 1 - place)
    ticks += nanos // _TICK_NANOS
    rest: Bytes = (nanos % _TICK_NANOS).astype(np.uint8)
    return rest


def _is_day(year: Positions, month: Positions, day: Positions) -> Flags:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    known = (month >= 1) & (month <= 12)
    days = _MONTH_DAYS[np.where(known, month, 0)] + (leap & (month == 2))
    found: Flags = known & (day >= 1) & (day <= days)
    return found


def _days(year: Positions, month: Positions, day: Positions) -> Positions:
    """Days since 1970 began, in the Gregorian calendar."""
    year = year - (month <= 2)  # a year that begins in March ends with its leap day
    month = (month + 9) % 12
    before = year * 365 + year // 4 - year // 100 + year // 400
    return before + (month * 153 + 2) // 5 + day - 1 - 719_468
