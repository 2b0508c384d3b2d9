"""The words of the command line that say how a file is to be read."""

from __future__ import annotations

import argparse

from tsvshare_widget.read_options import MissingIn, ReadOptions, delimiter_of

QUOTINGS = ("none", "excel", "backslash")


def add_read_options(parser: argparse.ArgumentParser) -> None:
    """Add what says how a file is to be read, and is found out otherwise."""
    group = parser.add_argument_group("how to read it (default: found out)")
    group.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        help="the first line names the columns, or does not",
    )
    group.add_argument(
        "--delimiter",
        type=delimiter_of,
        metavar="D",
        help='what is between cells: tab, comma, semicolon, pipe, or the character, such as ","',
    )
    group.add_argument(
        "--quoting",
        choices=QUOTINGS,
        help="cells in quotes as Excel writes them, backslash escapes as MySQL does, or neither",
    )
    group.add_argument(
        "--quote", metavar="CHAR", help='what cells are in instead of double quotes, such as "\'"'
    )
    group.add_argument(
        "--escape", metavar="CHAR", help="what stands before a quote in a cell, such as a backslash"
    )
    group.add_argument(
        "--row-names",
        action=argparse.BooleanOptionalAction,
        help="the header names the columns from the second one on, as R writes tables, or does not",
    )
    group.add_argument("--encoding", metavar="NAME", help="such as utf-8, utf-16 or latin-1")
    group.add_argument(
        "--comments",
        action="append",
        metavar="MARK",
        help="what lines of comment start with; may be repeated; none: there are no such lines",
    )
    group.add_argument(
        "--missing",
        action="append",
        metavar="WORD",
        help="what says that a cell has nothing in it; may be repeated; none: no word does",
    )
    group.add_argument(
        "--missing-in",
        action="append",
        nargs=2,
        metavar=("COLUMN", "WORD"),
        help="the same in one column, by name or by position from 0; may be repeated",
    )


def to_read_options(args: argparse.Namespace) -> ReadOptions:
    """The read options among the arguments."""
    marks: list[str] | None = args.comments
    words: list[str] | None = args.missing
    return ReadOptions(
        header=args.header,
        delimiter=args.delimiter,
        quoting=args.quoting,
        quote=args.quote,
        escape=args.escape,
        row_names=args.row_names,
        encoding=args.encoding,
        comments=None if marks is None else tuple(mark for mark in marks if mark != "none"),
        missing=None if words is None else tuple(word for word in words if word != "none"),
        missing_in=_missing_in(args.missing_in),
    )


def _missing_in(told: list[list[str]] | None) -> tuple[MissingIn, ...] | None:
    """The words for each column, of which each may be told several times."""
    if told is None:
        return None
    words: dict[str | int, tuple[str, ...]] = {}
    for name, word in told:
        column = int(name) if name.isdecimal() else name
        words[column] = (*words.get(column, ()), *([word] if word != "none" else []))
    return tuple(MissingIn(column=column, words=some) for column, some in words.items())
