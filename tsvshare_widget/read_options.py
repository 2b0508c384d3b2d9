"""How a table is to be read, as people say it, and what is unusual in it, as they are told.

Parts of the messages of :mod:`tsvshare_widget.protocol`; pure.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct


class Count(Struct, frozen=True):
    """How many lines there are of a kind, and the line numbers of the first few, from 1."""

    count: int = 0
    lines: list[int] = msgspec.field(default_factory=list)


class Census(Struct, frozen=True, kw_only=True):
    """What is unusual about the lines of a table, counted over all of it.

    ``short`` and ``long`` rows have fewer or more cells than the header, or than the first row
    without one; ``undecodable`` bytes do not fit the encoding and show as U+FFFD.
    """

    short: Count = Count()
    long: Count = Count()
    blank: Count = Count()
    comments: Count = Count()
    undecodable: int = 0


class ReadAs(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How people say that a table is to be read; what is None is found out.

    Always the whole set: what one of them leaves out is found out again.  The fields are those of
    :class:`tsvshare_widget.table.Told`, which says what they mean.
    """

    encoding: str | None = None
    line_ends: Literal["lf", "crlf", "cr", "mixed"] | None = None
    delimiter: str | None = None
    quoting: Literal["none", "excel", "backslash"] | None = None
    strict: bool | None = None
    header: bool | None = None
    header_line: int | None = None
    names: tuple[str, ...] | None = None
    skip: int | None = None
    comments: bool | tuple[str, ...] | None = None
    format: str | None = None


FIND_OUT = ReadAs()
"""Nothing is told."""
