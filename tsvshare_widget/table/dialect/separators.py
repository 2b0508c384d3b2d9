"""Line ends and quoting of a text, found in its beginning; pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from tsvshare_widget.read_options import LineEnds, Quoting
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.line_stats import LineCounter
from tsvshare_widget.table.lines.quotes import Evidence
from tsvshare_widget.table.lines.syntax import MOST_CRS, QuoteRules, RowEnds, Syntax

from .sample import (
    agreement,
    coded_cells,
    first_cells,
    lines_of,
    rows_of,
    usual_width,
)

_CLEAR_SHARE = 0.02  # more of the rows have to agree where the usual line ends are given up


_several_crs = re.compile(rb"\r{2,%d}\n" % MOST_CRS)
_closed = re.compile(rb'"[^"]*+(?:""[^"]*+)*+" *', re.DOTALL)


class LineEndsFound(NamedTuple):
    """Line ends, and why."""

    line_ends: LineEnds
    why: str


class QuotingFound(NamedTuple):
    """Quoting, whether by strict rules, and why."""

    quoting: Quoting
    strict: bool
    why: str


def find_line_ends(text: bytes, *, whole: bool) -> LineEndsFound:
    """The line ends of a text; ``whole``: it is all there is, else its beginning."""
    if not whole and text[-1:] == b"\r":
        text = text[:-1]  # the next byte tells what it is
    if b"\r\r\n" in text:
        text = _several_crs.sub(b"\r\n", text)
    crlf = text.count(b"\r\n")
    lf, cr = text.count(b"\n") - crlf, text.count(b"\r") - crlf
    usual: LineEnds = "crlf" if crlf > lf else "lf"
    if not cr:
        return LineEndsFound(usual, f"{_several(lf, 'LF')} and {_several(crlf, 'CRLF')}")
    if not lf + crlf:
        return LineEndsFound("cr", f"{_several(cr, 'CR')} and no LF")
    candidates: dict[LineEnds, RowEnds] = {usual: "lf"}
    if cr > lf and not crlf:
        candidates["cr"] = "cr"
    candidates["mixed"] = "any"
    scores = {name: _line_end_score(text, ends) for name, ends in candidates.items()}
    best = max(candidates, key=lambda name: scores[name])
    if scores[best] <= scores[usual] + _CLEAR_SHARE:
        return LineEndsFound(usual, f"{_several(cr, 'CR')} inside cells")
    return LineEndsFound(best, "so more rows have the same number of cells")


def _line_end_score(text: bytes, ends: RowEnds) -> float:
    delimiter = b"\t" if b"\t" in text else b","
    rows = rows_of(text, Syntax(delimiter, "careful", ends))
    return agreement(rows) if usual_width(rows) > 1 else 0.0


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}" if count else f"no {what}"


def find_quoting(
    text: bytes, syntax: Syntax, comments: tuple[bytes, ...], *, whole: bool
) -> QuotingFound:
    """The quoting of a text, the rest of whose syntax is known; ``comments`` are no rows.

    ``whole``: there is no more text.
    """

    def count_rows(quotes: QuoteRules) -> _Counted:
        return _count(text, syntax._replace(quotes=quotes), comments, whole=whole)

    (none, _), (careful, evidence) = count_rows("none"), count_rows("careful")
    if _has_escapes(text, syntax) and count_rows("backslash").agreement > max(none, careful):
        why = "a backslash before delimiters or line ends makes more rows agree"
        return QuotingFound("backslash", False, why)
    if not (evidence.quoted or evidence.stray or _has_empty_quotes(text, syntax)):
        return QuotingFound("excel", False, "none of the first cells is in quotes")
    if evidence.stray and (strict := count_rows("strict").agreement) >= max(none, careful):
        if _all_are_closed(text, syntax, of_one_line=strict == none):
            why = "each quote that starts a cell is closed where one ends"
            return QuotingFound("excel", True, why)
    if none <= careful and _has_quoted_names(text, syntax, comments):
        return QuotingFound("excel", False, "the cells of the first line are in quotes")
    if (evidence.stray or _has_database_words(text, syntax)) and not _needs_quotes(text, syntax):
        why = "no cell needs its quotes, and " + (
            f"{evidence.stray:,} that start with one are not in quotes"
            if evidence.stray
            else r"there is \N or \., as databases write it"
        )
        return QuotingFound("none", False, why)
    if none > careful:
        return QuotingFound("none", False, "quotes are text: so more rows agree")
    if none < careful:
        return QuotingFound("excel", False, "cells are in quotes: so more rows agree")
    if syntax.delimiter == b"\t" and _are_exceptions(text, syntax):
        return QuotingFound("none", False, "few cells of a column are in quotes, and none needs it")
    return by_counts(evidence)


class _Counted(NamedTuple):
    """Rows counted by one of the rules for quotes."""

    agreement: tuple[float, float]
    evidence: Evidence


def _count(text: bytes, syntax: Syntax, comments: tuple[bytes, ...], *, whole: bool) -> _Counted:
    """Count all rows of the text, except for one that may go on after it."""
    indexer, counter = Indexer(syntax, comments=comments), LineCounter(header=False, before=0)
    counter.add_segments(indexer.index_bytes(text))
    if whole:
        counter.add_segments(indexer.index_rest())
    return _Counted(counter.agreement, indexer.evidence)


def by_counts(evidence: Evidence) -> QuotingFound:
    """Quoting by how many of the cells that start with a quote are quoted cells."""
    quoted, stray = evidence.quoted, evidence.stray
    why = f"{quoted:,} cells are in quotes, {stray:,} only start with one"
    return QuotingFound("none" if stray > quoted else "excel", False, why)


def _all_are_closed(text: bytes, syntax: Syntax, *, of_one_line: bool) -> bool:
    """Whether all quotes by strict rules are closed, and followed by nothing but blanks.

    ``of_one_line``: no quoted cell may have several lines.  Where lines are good rows without
    quotes, those between quotes are rows as well, and the quotes are words.

    Blanks after quotes alone are no proof of quoted cells: one without blanks, or one that needs
    its quotes, has to exist as well.
    """
    cells = coded_cells(text, syntax._replace(quotes="strict"))
    proper = any(cell.endswith(b'"') for cell in cells) or _needs_quotes(text, syntax)
    if of_one_line and any(end in cell for cell in cells for end in (b"\n", b"\r")):
        return False
    return proper and all(_closed.fullmatch(cell) for cell in cells)


def _has_quoted_names(text: bytes, syntax: Syntax, comments: tuple[bytes, ...]) -> bool:
    """Whether each cell of the first row is quoted, as by a program that quotes all cells."""
    cells = first_cells(text, syntax._replace(quotes="careful"), comments)
    return len(cells) > 1 and all(cell.startswith(b'"') and len(cell) > 2 for cell in cells)


def _has_database_words(text: bytes, syntax: Syntax) -> bool:
    r"""Whether there are words that databases write: ``\N`` for no value, or a last line ``\.``."""
    lines = lines_of(text, syntax.ends)
    return lines[-1:] == [rb"\."] or any(rb"\N" in line.split(syntax.delimiter) for line in lines)


def _needs_quotes(text: bytes, syntax: Syntax) -> bool:
    """Whether some quoted cell could not be written without quotes."""
    needy = (syntax.delimiter, b"\n", b"\r", b'""')
    cells = coded_cells(text, syntax._replace(quotes="careful"))
    return any(part in cell[1:-1] for cell in cells for part in needy)


def _are_exceptions(text: bytes, syntax: Syntax) -> bool:
    """Whether no program would have quoted these cells, so that their quotes are text.

    A program quotes all cells of a column, or those whose content asks for it.  To be asked of
    tabs only: between other delimiters quotes are the rule, and exceptions prove nothing.
    """
    reasons = (syntax.delimiter, b"\n", b"\r", b'"', b",", b";")
    cells = coded_cells(text, syntax._replace(quotes="careful"))
    if not cells or any(len(cell) == 2 or any(map(cell[1:-1].count, reasons)) for cell in cells):
        return False
    plain, quoted = Counter[int](), Counter[int]()
    for line in lines_of(text, syntax.ends)[1:]:
        for column, cell in enumerate(line.split(syntax.delimiter)):
            (quoted if cell[:1] == b'"' else plain)[column] += bool(cell)
    return bool(quoted) and all(plain[column] > 2 * quoted[column] for column in quoted)


def _has_escapes(text: bytes, syntax: Syntax) -> bool:
    return any(b"\\" + structural in text for structural in (syntax.delimiter, b"\n", b"\r"))


def _has_empty_quotes(text: bytes, syntax: Syntax) -> bool:
    before = (syntax.delimiter, b"\n", b"\r")
    return text[:2] == b'""' or any(structural + b'""' in text for structural in before)
