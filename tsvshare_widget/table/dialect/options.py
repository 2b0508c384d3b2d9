"""Read options, checked before they are used; pure."""

from __future__ import annotations

import msgspec

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table.lines.syntax import WRAPPED
from tsvshare_widget.table.text.encoding import known_encoding

MOST_NAMES = 10_000
"""Column names that can be given."""

GIVEN_NOTE = "told"
"""The note of a dialect for what was given by options; people see it."""


def check_options(options: ReadOptions) -> ReadOptions:
    """``options``, the encoding by its usual name.  Raises :class:`BadValue` if impossible."""
    delimiter = options.delimiter
    if delimiter is not None and delimiter != WRAPPED.decode():
        if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '\0\r\n"\\':
            raise BadValue(
                f"a delimiter is one ASCII character such as a tab or a comma, not {delimiter!r}"
            )
    if delimiter == WRAPPED.decode() and options.quoting in ("excel", "backslash"):
        raise BadValue("with the delimiter tab, bar, tab no cell is quoted: use quoting 'none'")
    for name, number, least in (("skip", options.skip, 0), ("header_line", options.header_line, 1)):
        if number is not None and number < least:
            raise BadValue(f"{name} is a number from {least}, not {number}")
    if options.header_line is not None and options.header is False:
        raise BadValue("header_line names a header line, but header says that there is none")
    if isinstance(options.comments, tuple) and any(map(_is_no_comment, options.comments)):
        raise BadValue("comments are the starts of comment lines, such as '#': 1 to 100 characters")
    if options.names is not None and len(options.names) > MOST_NAMES:
        raise BadValue(
            f"at most {MOST_NAMES:,} column names can be given, not {len(options.names):,}"
        )
    encoding = None if options.encoding is None else known_encoding(options.encoding)
    return msgspec.structs.replace(options, encoding=encoding)


def _is_no_comment(start: str) -> bool:
    return not 1 <= len(start) <= 100 or "\n" in start or "\r" in start
