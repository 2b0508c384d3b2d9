"""Read options, checked before they are used; pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table.lines.syntax import WRAPPED
from tsvshare_widget.table.text.encoding import known_encoding

MOST_NAMES = 10_000
"""Column names that can be given, or found in a comment: they are part of each message of state."""

MOST_NAME_CHARACTERS = 1_000_000
"""Characters of such names in all."""

_NO_MARKS = "\0\r\n\t "  # of quotes and escapes

MOST_WORDS = 100
"""Words for nothing that can be given for the table, or for one column."""

MOST_WORD_CHARACTERS = 100

MOST_COLUMNS_WITH_WORDS = 1_000

MOST_COMMENTS = 32
"""Starts of comment lines that can be given: each line is compared with each of them."""

MOST_LINES_SKIPPED = (1 << 53) - 1
"""The largest number that JavaScript can tell from the next one."""

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
    options = _with_quotes(options)
    if delimiter == WRAPPED.decode() and options.quoting in ("excel", "backslash"):
        raise BadValue("with the delimiter tab, bar, tab no cell is quoted: use quoting 'none'")
    for name, number, least in (("skip", options.skip, 0), ("header_line", options.header_line, 1)):
        if number is not None and not least <= number <= MOST_LINES_SKIPPED:
            raise BadValue(f"{name} is a number from {least} to {MOST_LINES_SKIPPED:,}")
    if options.header_line is not None and options.header is False:
        raise BadValue("header_line names a header line, but header says that there is none")
    if isinstance(options.comments, tuple):
        _check_comments(options.comments)
    if options.names is not None and not may_be_names(options.names):
        raise BadValue(
            f"at most {MOST_NAMES:,} column names can be given, of {MOST_NAME_CHARACTERS:,} "
            f"characters in all, not {len(options.names):,} of {sum(map(len, options.names)):,}"
        )
    _check_missing(options)
    encoding = None if options.encoding is None else known_encoding(options.encoding)
    return msgspec.structs.replace(options, encoding=encoding)


def _with_quotes(options: ReadOptions) -> ReadOptions:
    """The options with what a quote and an escape that are told mean for the quoting.

    Raises :class:`BadValue` for what can be neither, or is something else already.
    """
    quote, escape = options.quote, options.escape
    for name, mark in (("quote", quote), ("escape", escape)):
        if mark is None or (name == "escape" and not mark):
            continue
        if len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in _NO_MARKS:
            raise BadValue(f"{name} is one ASCII character such as ' or \\, not {mark!r}")
        if mark == (options.delimiter or "\t"):
            raise BadValue(f"{name} and delimiter are the same character: {mark!r}")
    if escape and escape == (quote or '"'):
        escape = ""  # quotes are doubled, as they are anyway
    if quote is not None and options.quoting is None:
        options = msgspec.structs.replace(options, quoting="excel")
    return msgspec.structs.replace(options, escape=escape)


def may_be_names(names: Sequence[str]) -> bool:
    """Whether these are so few that they can be a part of each message of state."""
    return len(names) <= MOST_NAMES and sum(map(len, names)) <= MOST_NAME_CHARACTERS


def _check_missing(options: ReadOptions) -> None:
    columns = options.missing_in or ()
    if len(columns) > MOST_COLUMNS_WITH_WORDS:
        raise BadValue(
            f"words for missing can be given for up to {MOST_COLUMNS_WITH_WORDS:,} columns, "
            f"not {len(columns):,}"
        )
    for words in (options.missing or (), *(told.words for told in columns)):
        if len(words) > MOST_WORDS or any(len(word) > MOST_WORD_CHARACTERS for word in words):
            raise BadValue(
                f"up to {MOST_WORDS} words for missing can be given at once, of up to "
                f"{MOST_WORD_CHARACTERS} characters"
            )
    for told in columns:
        if isinstance(told.column, int) and not 0 <= told.column <= MOST_LINES_SKIPPED:
            raise BadValue(f"a column is meant by its name or its position, not {told.column}")
    if options.types is not None and len(options.types) > MOST_NAMES:
        raise BadValue(f"types can be given for up to {MOST_NAMES:,} columns")


def _check_comments(comments: tuple[str, ...]) -> None:
    if len(comments) > MOST_COMMENTS:
        raise BadValue(
            f"at most {MOST_COMMENTS} starts of comment lines can be given, not {len(comments):,}"
        )
    if any(map(_is_no_comment, comments)):
        raise BadValue("comments are the starts of comment lines, such as '#': 1 to 100 characters")


def _is_no_comment(start: str) -> bool:
    return not 1 <= len(start) <= 100 or "\n" in start or "\r" in start
