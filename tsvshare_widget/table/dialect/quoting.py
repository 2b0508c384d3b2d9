"""Quoting of a text, found in its beginning; pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from tsvshare_widget.read_options import Quoting
from tsvshare_widget.table.cells.coded import cells_of
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.line_stats import LineCounter
from tsvshare_widget.table.lines.quotes import Evidence
from tsvshare_widget.table.lines.syntax import QuoteRules, Syntax

from .sample import coded_cells, first_cells, lines_of, row_bounds

_LEAST_CELLS = 2  # of a column that are all in single quotes

_closed = re.compile(rb'"[^"]*+(?:""[^"]*+)*+" *', re.DOTALL)
_single = re.compile(rb"'[^']*+(?:''[^']*+)*+'")


class QuotingFound(NamedTuple):
    """Quoting, whether by strict rules, and why; the quote, and what makes one text if not that."""

    quoting: Quoting
    strict: bool
    why: str
    quote: str = '"'
    escape: str | None = None


def find_quoting(
    text: bytes, syntax: Syntax, comments: tuple[bytes, ...], *, whole: bool, marks: bool = True
) -> QuotingFound:
    """The quoting of a text, the rest of whose syntax is known; ``comments`` are no rows.

    ``whole``: there is no more text.  ``marks``: quotes and escapes may be others than usual.
    """
    found = marks and _other_marks(text, syntax, comments, whole=whole)
    return found or _usual_quoting(text, syntax, comments, whole=whole)


def _usual_quoting(
    text: bytes, syntax: Syntax, comments: tuple[bytes, ...], *, whole: bool
) -> QuotingFound:
    """The quoting by double quotes, which are doubled inside cells."""
    none_is_quoted = QuotingFound("excel", False, "none of the first cells is in quotes")
    if syntax.quote not in text and not _has_escapes(text, syntax):
        return none_is_quoted  # as counting would find

    def count_rows(quotes: QuoteRules) -> _Counted:
        return _count(text, syntax._replace(quotes=quotes), comments, whole=whole)

    (none, _), (careful, evidence) = count_rows("none"), count_rows("careful")
    if _has_escapes(text, syntax) and count_rows("backslash").agreement > max(none, careful):
        why = "a backslash before delimiters or line ends makes more rows agree"
        return QuotingFound("backslash", False, why)
    if not (evidence.quoted or evidence.stray or _has_empty_quotes(text, syntax)):
        return none_is_quoted
    if evidence.stray and (strict := count_rows("strict").agreement) >= max(none, careful):
        of_one_line = strict == none and not _are_quoted_rows(text, syntax, comments)
        if _all_are_closed(text, syntax, of_one_line=of_one_line):
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
    if not evidence.stray and _has_quoted_rows(text, syntax, comments):
        return QuotingFound("excel", False, "all cells of some rows are in quotes")
    if none > careful:
        return QuotingFound("none", False, "quotes are text: so more rows agree")
    if none < careful:
        return QuotingFound("excel", False, "cells are in quotes: so more rows agree")
    if syntax.delimiter == b"\t" and _are_exceptions(text, syntax):
        return QuotingFound("none", False, "few cells of a column are in quotes, and none needs it")
    return by_counts(evidence)


def are_whole_cells(
    text: bytes, syntax: Syntax, comments: tuple[bytes, ...], *, whole: bool, better: bool
) -> bool:
    """Whether all cells that start with a quote are in quotes, and some need them.

    ``better``: more rows have to agree by that.
    """
    none = _count(text, syntax, comments, whole=whole)
    careful = _count(text, syntax._replace(quotes="careful"), comments, whole=whole)
    if not careful.evidence.quoted or careful.evidence.stray:
        return False
    if better:
        return careful.agreement > none.agreement
    return careful.agreement >= none.agreement and _needs_quotes(text, syntax)


def _other_marks(
    text: bytes, syntax: Syntax, comments: tuple[bytes, ...], *, whole: bool
) -> QuotingFound | None:
    """Single quotes, or escapes in quoted cells, where only they make sense of the text."""

    def count_rows(quotes: QuoteRules, quote: bytes = b'"', escape: bytes = b"") -> _Counted:
        asked = syntax._replace(quotes=quotes, quote=quote, escape=escape)
        return _count(text, asked, comments, whole=whole)

    if b'\\"' in text:
        plain, escaped = count_rows("strict"), count_rows("strict", escape=b"\\")
        whole_now = escaped.evidence.quoted and not escaped.evidence.broken
        if whole_now and (plain.evidence.broken or plain.agreement < escaped.agreement):
            most = max(count_rows(rules).agreement for rules in ("none", "careful"))
            if escaped.agreement >= most:
                return QuotingFound("excel", True, "only escapes close all quotes", escape="\\")
    if b"'" not in text:
        return None
    usual, single = count_rows("careful").evidence, count_rows("careful", quote=b"'")
    if usual.quoted or usual.stray or not single.evidence.quoted:
        return None
    strict = count_rows("strict", quote=b"'")
    if not strict.evidence.broken and strict.agreement > count_rows("none").agreement:
        return QuotingFound("excel", True, "only single quotes make rows agree", quote="'")
    if not single.evidence.stray and _has_single_quotes(text, syntax, comments):
        return QuotingFound("excel", False, "a column is always in single quotes", quote="'")
    return None


def _has_single_quotes(text: bytes, syntax: Syntax, comments: tuple[bytes, ...]) -> bool:
    """Whether all cells of a column are in single quotes, but for its name and empty ones."""
    bounds = row_bounds(text, syntax, comments)[1:]
    rows = [text[start:end].split(syntax.delimiter) for start, end in bounds]
    columns: dict[int, list[bytes]] = {}
    for row in rows:
        for place, cell in enumerate(row):
            columns.setdefault(place, []).append(cell)
    filled = (list(filter(None, cells)) for cells in columns.values())
    return any(
        len(cells) >= _LEAST_CELLS and all(map(_single.fullmatch, cells)) for cells in filled
    )


def _are_quoted_rows(text: bytes, syntax: Syntax, comments: tuple[bytes, ...]) -> bool:
    """Whether all rows but the first have nothing but cells in quotes, by strict rules."""
    syntax = syntax._replace(quotes="strict")
    cells = cells_of(syntax)
    rows = [
        list(cells.spans(text, start, end)) for start, end in row_bounds(text, syntax, comments)[1:]
    ]
    return bool(rows) and all(len(row) > 1 and all(span.coded for span in row) for row in rows)


def _has_quoted_rows(text: bytes, syntax: Syntax, comments: tuple[bytes, ...]) -> bool:
    """Whether all cells of a row are in quotes, and one holds a delimiter between other text."""
    syntax = syntax._replace(quotes="careful")
    cells = cells_of(syntax)
    for start, end in row_bounds(text, syntax, comments):
        spans = list(cells.spans(text, start, end))
        contents = [text[span.start + 1 : span.end - 1] for span in spans if span.coded]
        if len(spans) == len(contents) > 1 and any(
            syntax.delimiter in content and content.strip() == content for content in contents
        ):
            return True
    return False


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

    Blanks after quotes alone are no proof of quoted cells where tabs separate cells: one without
    blanks, or one that needs its quotes, has to exist as well.
    """
    cells = coded_cells(text, syntax._replace(quotes="strict"))
    proper = syntax.delimiter != b"\t" or any(cell.endswith(b'"') for cell in cells)
    proper = proper or _needs_quotes(text, syntax)
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
