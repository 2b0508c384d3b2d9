"""Text of cells, changed so that its bytes compare caseless or in natural order; pure."""

from __future__ import annotations

import re

import numpy as np

from tsvshare_widget.number_syntax import BLANKS
from tsvshare_widget.table.lines.bitmaps import Bytes

from .column import Column

_RUN = re.compile(rb"0*([0-9]+)")
_LARGEST_BYTE = 255
_IS_BLANK = np.isin(np.arange(256), list(BLANKS.encode()))


def without_blanks(column: Column) -> Column:
    """The cells without the blanks around them."""
    starts, ends = column.starts.copy(), column.ends.copy()
    while (blank := (starts < ends) & _IS_BLANK[column.data[starts]]).any():
        starts += blank
    while (blank := (starts < ends) & _IS_BLANK[column.data[ends - 1]]).any():
        ends -= blank
    return column._replace(starts=starts, ends=ends)


def lowered(data: Bytes) -> Bytes:
    """The bytes in lower case, as far as they are ASCII."""
    is_capital = data - np.uint8(ord("A")) < 26
    small: Bytes = data | (is_capital.view(np.uint8) << np.uint8(5))
    return small


def folded(column: Column) -> Column:
    """The cells case-folded, as :meth:`str.casefold` does."""
    rows = column.not_ascii()
    contents = column.only(rows).contents()
    small = column._replace(data=lowered(column.data))
    together = b"\0".join(contents)
    if together.count(b"\0") >= len(contents):  # some are in the cells
        return small.replaced(rows, [one.decode().casefold().encode() for one in contents])
    return small.replaced(rows, together.decode().casefold().encode().split(b"\0"))


def natural(column: Column) -> Column:
    """The cells with each run of digits changed so that it compares as a number.

    It becomes a digit 0, the number of its digits, and these.  The bytes are no text any more.
    """
    rows = column.having(column.data - np.uint8(ord("0")) < 10)
    contents = column.only(rows).contents()
    return column.replaced(rows, [_RUN.sub(_as_number, content) for content in contents])


def _as_number(found: re.Match[bytes]) -> bytes:
    digits = found[1]
    many, few = divmod(len(digits), _LARGEST_BYTE)
    return b"0" + bytes([_LARGEST_BYTE] * many + [few]) + digits
