"""Cells as numbers, many at once and exactly; pure.

A number is what :mod:`tsvshare_widget.number_syntax` calls one.  Up to 18 digits are taken apart by
numpy, all others by Python.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.number_syntax import BLANKS, NUMBER
from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions

from .column import Column, Words
from .text import lowered, without_blanks

Floats = NDArray[np.float64]

MOST_DIGITS = 18
"""Digits that fit into a mantissa, whatever they are."""

_LONGEST_BYTES = 24  # bytes of what numpy takes apart
_SURE = 1 << 53  # integers up to here are floats
_FEW = 10**15  # different numbers of fewer digits are different floats
_SMALL = 1e-300  # floats from here on towards 0 tell fewer digits apart
_MOST_POWER = 22  # powers of ten up to here are floats
_MOST_EXPONENT = 10**6
"""Exponents beyond are too large for any float, and not told apart."""

_POWERS: Floats = np.array([10.0**power for power in range(_MOST_POWER + 1)])
_PLUS, _MINUS, _POINT, _ZERO = b"+-.0"
_INFINITIES = {size: int.from_bytes(b"infinity"[:size].ljust(8, b"\0"), "big") for size in (3, 8)}
_IS_BLANK = np.isin(np.arange(256), list(BLANKS.encode()))
_MAY_BEGIN = _IS_BLANK | np.isin(np.arange(256), list(b"+-.0123456789iI"))


class Numbers(NamedTuple):
    """Cells as numbers: which ones ``fit``, and the float nearest to each; 0 for all others.

    Those that are ``exact`` are ``mantissas / 10 ** scales``; those that are ``endless`` are words
    for infinity, which is more than what is just too large for a float.
    """

    fits: Flags
    values: Floats
    mantissas: Positions
    scales: Positions
    exact: Flags
    endless: Flags

    def sure(self) -> Flags:
        """Which ones are the only number of their float, among those of which that can be said."""
        size = np.abs(self.values)
        few = self.exact & (np.abs(self.mantissas) < _FEW)
        sure: Flags = few & (size < np.inf) & ((size >= _SMALL) | (self.mantissas == 0))
        return sure


class _Digits(NamedTuple):
    """Cells that are digits with at most one point: their number without it, and after it.

    Those that have ``many`` digits would fit but for that.
    """

    fits: Flags
    mantissas: Positions
    decimals: Positions
    points: Flags
    many: Flags


def numbers_of(column: Column, words: Words | None = None) -> Numbers:
    """The cells as numbers; ``words`` are the first eight bytes of each, if they are known."""
    sizes = column.sizes
    digits = _digits(column, int(sizes.max(initial=0)), words)
    found = Numbers(
        digits.fits,
        np.zeros(len(sizes)),
        digits.mantissas,
        digits.decimals,
        digits.fits.copy(),
        np.zeros(len(sizes), np.bool_),
    )
    _set_values(found, column)
    rest = np.flatnonzero(~found.fits & (sizes > 0))
    rest = rest[_may_be_number(column.only(rest))]
    if len(rest):
        _set_rest(found, column.only(rest), rest)
    return found


def exactly(content: bytes) -> Decimal:
    """A cell that is a number, as one without any rounding."""
    found = _parsed(content)
    if found is None:
        raise ValueError(f"{content!r} is not a number")
    if found[1] is None:
        return Decimal(f"{found[3]}inf")
    sign, digits, power = Decimal(found[1]).as_tuple()
    assert isinstance(power, int)
    more = found[2] or "0"
    power += _MOST_EXPONENT * (-1 if more.startswith("-") else 1) if len(more) > 7 else int(more)
    return Decimal((sign, digits, power))


def _parsed(content: bytes) -> re.Match[str] | None:
    # What is not ASCII is no number, whatever it is taken for.
    return NUMBER.fullmatch(content.decode("latin-1"))


def _may_be_number(column: Column) -> Flags:
    may: Flags = _MAY_BEGIN[column.bytes_at(0)]
    return may


def _digits(column: Column, longest: int, words: Words | None = None) -> _Digits:
    """Take apart the cells that have no power of ten and no blanks."""
    sizes = column.sizes
    characters = _characters(column, max(1, min(longest, _LONGEST_BYTES)), words)
    negative = characters[0] == _MINUS
    signed = negative | (characters[0] == _PLUS)
    values = characters - np.uint8(_ZERO)
    is_digit, is_point = values < 10, characters == _POINT
    digits = _count(is_digit.view(np.uint8))
    points = _count(is_point.view(np.uint8))
    fits = (digits + points + signed == sizes) & (points <= 1) & (digits >= 1)
    many = fits & (digits > MOST_DIGITS)
    fits &= ~many
    mantissas = _mantissas(values, is_digit)
    after_point = np.zeros(len(sizes), np.int64)
    if points.any():
        places = np.arange(len(characters), dtype=np.uint8)[:, np.newaxis]
        np.subtract(sizes - 1, _count(is_point * places), out=after_point, where=points == 1)
    np.negative(mantissas, out=mantissas, where=negative)
    return _Digits(fits, mantissas, after_point, points > 0, many)


def _mantissas(values: Bytes, is_digit: NDArray[np.bool_]) -> Positions:
    """The digits of each cell as one number; ``values`` are those of all places.

    Two places at a time become one, in numbers as small as they fit into.
    """
    numbers: NDArray[Any] = values * is_digit
    factors: NDArray[Any] = is_digit * np.uint8(9) + np.uint8(1)  # of what stands before
    for kind in (np.uint8, np.uint16, np.uint32):
        numbers, factors = numbers.astype(kind, copy=False), factors.astype(kind, copy=False)
        last = factors[1::2]
        numbers = numbers[::2] * last + numbers[1::2]
        factors = factors[::2] * last
    found: Positions = numbers[0].astype(np.int64)
    for number, factor in zip(numbers[1:], factors[1:], strict=True):
        found *= factor
        found += number
    return found


def _count(parts: Bytes) -> Bytes:
    """The sums over all places, which stay small."""
    total: Bytes = np.add.reduce(parts, axis=0, dtype=np.uint8)
    return total


def _characters(column: Column, width: int, first: Words | None = None) -> Bytes:
    """The first bytes of all cells: an array for each place, 0 beyond the end of a cell.

    These are ``width`` places or some more: a multiple of eight.
    """
    found = np.empty(((width + 7) // 8 * 8, len(column.starts)), np.uint8)
    for place in range(0, width, 8):
        words = column.words_at(place) if place or first is None else first
        words = words.byteswap().view(np.uint8)
        found[place : place + 8] = words.reshape(-1, 8).T
    return found


def _set_values(found: Numbers, column: Column) -> None:
    """The floats of what has a mantissa, which is right only where it fits."""
    floats = found.mantissas.astype(np.float64)
    scales = np.clip(found.scales, -_MOST_POWER, _MOST_POWER)
    if (scales < 0).any():
        floats *= _POWERS[np.maximum(-scales, 0)]
    if (scales > 0).any():
        floats /= _POWERS[np.maximum(scales, 0)]
    np.copyto(found.values, floats, where=found.fits)
    small = (found.mantissas <= _SURE) & (found.mantissas >= -_SURE)
    sure = (small & (scales == found.scales)) | (found.scales == 0)
    doubtful = np.flatnonzero(found.fits & ~sure)
    found.values[doubtful] = [float(content) for content in column.only(doubtful).contents()]


def _set_rest(found: Numbers, column: Column, rows: Positions) -> None:
    """Take in which of the ``rows`` are numbers with blanks, powers of ten or many digits."""
    column = without_blanks(column)
    sizes = column.sizes
    fits, mantissas, scales, many = _with_powers(column)
    below, endless = _endless(column)
    part = Numbers(fits, np.zeros(len(rows)), mantissas, scales, fits.copy(), endless)
    _set_values(part, column)
    part.fits[endless], part.values[endless] = True, np.where(below[endless], -np.inf, np.inf)
    for row in np.flatnonzero(many | (sizes > _LONGEST_BYTES)).tolist():
        content = column.data[column.starts[row] : column.ends[row]].tobytes()
        if _parsed(content):
            part.fits[row], part.values[row] = True, float(content)
    for whole, field in zip(found, part, strict=True):
        whole[rows] = field


def _endless(column: Column) -> tuple[Flags, Flags]:
    """Which cells have a minus, and which are infinity."""
    sign = column.bytes_at(0)
    below = sign == _MINUS
    column = column._replace(starts=column.starts + (below | (sign == _PLUS)))
    sizes, words = column.sizes, lowered(column.words_at(0).view(np.uint8)).view(np.uint64)
    found = np.zeros(len(sizes), np.bool_)
    for size, word in _INFINITIES.items():
        found |= (sizes == size) & (words == word)
    return below, found


def _with_powers(column: Column) -> tuple[Flags, Positions, Positions, Flags]:
    """Which cells are digits and maybe a power of ten, their mantissas and scales.

    Also which ones would be, but for too many digits.
    """
    sizes = column.sizes
    longest = int(sizes.max(initial=0))
    characters = _characters(column, max(1, min(longest, _LONGEST_BYTES))) | np.uint8(0x20)
    is_e = characters == ord("e")
    e_at = np.where(is_e.any(axis=0), is_e.argmax(axis=0), sizes)
    before = column._replace(ends=column.starts + e_at)
    after = column._replace(starts=np.minimum(column.starts + e_at + 1, column.ends))
    base, power = _digits(before, longest), _digits(after, longest)
    with_power = e_at < sizes
    small = np.abs(power.mantissas) <= _MOST_EXPONENT
    power_fits = ~with_power | (power.fits & small & ~power.points)
    many = (base.fits | base.many) & (~with_power | ((power.fits | power.many) & ~power.points))
    fits = base.fits & power_fits
    scales = base.decimals - np.where(with_power, power.mantissas, 0)
    return fits, base.mantissas, scales, many & ~fits
