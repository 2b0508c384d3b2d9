"""Heatmaps as people write them, to and from what is sent; pure.

w.heatmap = True                        # all columns of numbers, each by a scale of its own
w.heatmap = "table"                     # all of them by one scale
w.heatmap = ["score", "pvalue"]         # these columns; one alone needs no list
w.heatmap = {"columns": ["s1", "s2"], "scale": "table", "low": 0, "high": 10}
w.heatmap = None                        # no colours
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import Heatmap, check_heatmap

from .header import Header

_FORMS = (
    "a heatmap is True, 'column', 'table', a column, a list of columns, None, or "
    "{'columns': ..., 'scale': 'column' or 'table', 'low': ..., 'high': ...}"
)


def read_heatmap(value: Any, header: Header) -> Heatmap | None:
    """What ``w.heatmap`` was set to.  Raises :class:`BadValue`."""
    if value is None or value is False:
        return None
    if isinstance(value, Heatmap):
        return check_heatmap(value, header.total)
    return check_heatmap(_read(value, header), header.total)


def _read(value: Any, header: Header) -> Heatmap:
    if value is True:
        return Heatmap()
    if value in ("column", "table") and value not in (header.names or ()):
        return Heatmap(scale=value)
    if isinstance(value, Mapping):
        return _read_mapping(value, header)
    return Heatmap(columns=_columns(value, header))


def _read_mapping(value: Mapping[Any, Any], header: Header) -> Heatmap:
    fields = dict(value)
    columns = fields.pop("columns", None)
    if columns is not None and columns is not True:
        fields["columns"] = _columns(columns, header)
    try:
        return msgspec.convert(fields, Heatmap)
    except msgspec.ValidationError as error:
        raise BadValue(f"{_FORMS}; in {value!r}: {error}") from error


def _columns(value: Any, header: Header) -> tuple[int, ...]:
    some = [value] if isinstance(value, (str, int)) else value
    if not isinstance(some, (list, tuple)):
        raise BadValue(f"{_FORMS}; not {value!r}")
    return tuple(dict.fromkeys(header.position(column) for column in some))


def write_heatmap(heatmap: Any, header: Header) -> Any:
    """What ``w.heatmap`` reads as: a form that it can be set to again."""
    if heatmap is None or heatmap is UNSET:
        return None
    fields = msgspec.structs.asdict(heatmap)
    columns = fields.pop("columns")
    ends = {name: end for name in ("low", "high") if (end := fields[name]) is not None}
    named = {} if columns is None else {"columns": [header.label(column) for column in columns]}
    return {**named, "scale": heatmap.scale, **ends}
