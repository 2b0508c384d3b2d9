"""Scalars: single values of Python, numpy and pandas, as cells and filters know them; pure.

Neither numpy nor pandas is imported: who has a value of theirs has done that.
"""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any, Literal

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import Value
from tsvshare_widget.sources.cells import is_nothing

MAX_EXACT_INTEGER = 1 << 53
"""Up to here every whole number is itself in JSON, wherever that is read."""

By = Literal["auto", "number", "date"]

_COARSE, _FINE = ("h", "m"), ("ps", "fs", "as")  # units of dates of numpy that no cell has


def read_value(value: Any) -> tuple[Value | None, By]:
    """A value of a filter as it is sent, and what that is.  Raises :class:`BadValue`."""
    if value is None or type(value) is str:
        return value, "auto"
    if is_nothing(value):
        raise BadValue(
            f"no cell compares with {value!r}: for cells that are not there say 'missing', for "
            "empty ones ('==', '')"
        )
    value = _of_python(value)
    if isinstance(value, str):
        return value, "auto"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat(), "date"
    if isinstance(value, bool):
        raise BadValue(f"{value} is no cell: give its text, such as '{value}'")
    if isinstance(value, float) and math.isfinite(value):
        return value, "auto"
    if isinstance(value, int) and abs(value) <= MAX_EXACT_INTEGER:
        return value, "auto"
    if isinstance(value, (int, float, decimal.Decimal)):
        return _digits_of(value), "number"
    if isinstance(value, _Date):
        return value.text, "date"
    raise BadValue(f"a filter compares with a text, a number or a date, not with {value!r}")


class _Date:
    """A date in text."""

    def __init__(self, text: str) -> None:
        self.text = text


def _of_python(value: Any) -> Any:
    """A value as one of Python, if it is one of numpy, or alone in an array."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind is None or not hasattr(value, "item"):
        return value
    if getattr(value, "size", 1) != 1:
        raise BadValue(f"a filter compares with one value, not with {value.size:,}: see 'in'")
    if getattr(value, "shape", ()):
        value = value.reshape(-1)[0] if hasattr(value, "reshape") else value.iloc[0]
        return _of_python(value)
    if kind == "M":
        return _Date(_date_of_numpy(value))
    if kind == "f":
        # In its own precision, as it is written into a table.
        return float(str(value)) if value.dtype.itemsize <= 8 else decimal.Decimal(str(value))
    if kind == "m":
        return value  # refused with its own words: numpy makes some of these a number
    return value.item()


def _date_of_numpy(value: Any) -> str:
    unit = str(value.dtype).partition("[")[2].rstrip("]").lstrip("0123456789")
    if unit in _COARSE:
        return str(value.astype("M8[s]"))
    exact = value.astype("M8[ns]") if unit in _FINE else value
    if exact != value:
        raise BadValue(f"{value} is finer than a nanosecond, which no cell is")
    return str(exact)


def _digits_of(value: int | float | decimal.Decimal) -> str:
    """A number in text; infinity as a word for it."""
    try:
        return str(value)
    except ValueError as error:
        raise BadValue("a filter cannot compare with a number of so many digits") from error
