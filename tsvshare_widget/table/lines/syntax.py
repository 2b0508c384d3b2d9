"""Syntax: what separates cells and rows, the part of a dialect that it takes to find them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tsvshare_widget.read_options import Dialect

QuoteRules = Literal["none", "careful", "strict", "backslash"]
"""How a cell can hold delimiters and line ends; :mod:`.indexer` has the rules."""

RowEnds = Literal["lf", "cr", "any"]
"""What ends a row: LF (CRs before it belong to it), CR, or each of LF, CRLF and CR."""

MOST_CRS = 16
"""CRs before an LF that belong to it; programs that write line ends as text twice make two."""

WRAPPED = b"\t|\t"
"""The one delimiter of several bytes: a tab and a bar follow each cell, the last one too."""

TAB, LF, CR, QUOTE, BACKSLASH = b'\t\n\r"\\'


class Syntax(NamedTuple):
    """The syntax of a text.

    ``delimiter`` is a single byte below 128, or ``WRAPPED``, which allows no quotes.  Where cells
    are quoted, ``quote`` is the byte around them, and ``escape`` one that makes it text, or empty.
    """

    delimiter: bytes = b"\t"
    quotes: QuoteRules = "none"
    ends: RowEnds = "lf"
    quote: bytes = b'"'
    escape: bytes = b""

    @property
    def quoted(self) -> bool:
        """Whether cells may be in quotes."""
        return self.quotes in ("careful", "strict")


def syntax_of(dialect: Dialect) -> Syntax:
    """The syntax of a dialect."""
    quotes: QuoteRules = "none"
    if dialect.quoting == "excel":
        quotes = "strict" if dialect.strict else "careful"
    elif dialect.quoting == "backslash":
        quotes = "backslash"
    ends: RowEnds = "lf"
    if dialect.line_ends in ("cr", "mixed"):
        ends = "cr" if dialect.line_ends == "cr" else "any"
    escape = (dialect.escape or "") if dialect.quoting == "excel" else ""
    return Syntax(dialect.delimiter.encode(), quotes, ends, dialect.quote.encode(), escape.encode())
