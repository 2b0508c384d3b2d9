"""Alternatives to the dialect that was found in a table's beginning, by the whole of it; pure."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from tsvshare_widget.read_options import Dialect, ReadOptions
from tsvshare_widget.table.dialect.sample import spoken_of
from tsvshare_widget.table.dialect.sniff import SAMPLE_BYTES
from tsvshare_widget.table.dialect.types_line import ANNOTATION
from tsvshare_widget.table.lines.syntax import WRAPPED

from .scan import Scan

_LITTLE_SHARE = 0.5
"""Share of rows with the usual number of cells, below which another delimiter is tried."""

_ONE_IN_CELLS = 10
"""Another quoting is tried if one in so many cells that start with a quote is not quoted."""


class Alternative(NamedTuple):
    """Another dialect, and why it may be the better one.

    It is if more rows have the same number of cells in it; ``or_equal``: also if as many have.
    """

    dialect: Dialect
    why: str
    or_equal: bool = False


def certain_alternatives(scan: Scan, options: ReadOptions) -> list[Alternative]:
    """At most one alternative, which is the better dialect in any case."""
    other = scan.other_encoding
    if other is not None and options.encoding is None:
        return [_alternative(scan, "encoding", other.why, encoding=other.encoding)]
    full = scan.full_comments - ("types" in scan.dialect.notes)
    annotated = ANNOTATION.decode() in scan.dialect.comments
    if full > 0 and not annotated and options.comments is None and scan.dialect.format is None:
        why = f"{full:,} rows start like the comments at the start"
        return [_alternative(scan, "comments", why, comments=(), types=())]
    return []


def possible_alternatives(scan: Scan, options: ReadOptions) -> list[Alternative]:
    """Alternatives that have to be tried; of several that are equally good, the first is taken."""
    dialect, evidence = scan.dialect, scan.evidence
    found = []
    may_be_quoted = dialect.delimiter != WRAPPED.decode()
    if options.quoting is None and dialect.format is None and may_be_quoted:
        found += _other_quotings(scan)
    if options.line_ends is None and evidence.lone_crs and _is_irregular(scan):
        why = f"CRs end rows as well: {evidence.lone_crs:,}"
        found.append(_alternative(scan, "line_ends", why, line_ends="mixed"))
    if (
        options.delimiter is None
        and dialect.delimiter != "\t"
        and scan.agreement[1] < _LITTLE_SHARE
    ):
        found.append(_alternative(scan, "delimiter", "tabs make more rows agree", delimiter="\t"))
    return found


def choose_alternative(before: Scan, tried: list[tuple[Alternative, Scan]]) -> int | None:
    """The number of the best alternative that was tried; None if the dialect before is better."""
    best, most = None, before.agreement
    for place, (alternative, after) in enumerate(tried):
        equal = best is None and alternative.or_equal and after.agreement == most
        if (after.agreement > most or equal) and not after.evidence.broken:
            best, most = place, after.agreement
    return best


def _other_quotings(scan: Scan) -> list[Alternative]:
    dialect, evidence = scan.dialect, scan.evidence
    counts = f"{evidence.quoted:,} cells are in quotes, {evidence.stray:,} only start with one"
    if dialect.quoting == "none":
        more = _alternative(
            scan, "quoting", "cells in quotes make more rows agree", quoting="excel"
        )
        return [more] if _is_irregular(scan) else []
    if dialect.quoting != "excel" or not evidence.quoted + evidence.stray:
        return []
    text = _alternative(scan, "quoting", counts, quoting="none")
    if dialect.strict:
        why = f"cells in quotes that go on after them: {evidence.broken:,}"
        careful = _alternative(scan, "quoting", why, strict=False)
        text = _alternative(scan, "quoting", why, quoting="none")
        many = scan.size > SAMPLE_BYTES and _ONE_IN_CELLS * evidence.broken >= evidence.quoted
        return [text._replace(or_equal=many), careful] if evidence.broken else []
    found = []
    if evidence.refused and _is_irregular(scan):
        why = f"cells in quotes hold whole lines: {evidence.refused:,}"
        found.append(_alternative(scan, "quoting", why, strict=True))
    if evidence.stray and _ONE_IN_CELLS * evidence.stray >= evidence.quoted:
        are_text = evidence.stray > evidence.quoted or not scan.has_doubled_quotes()
        found.append(text._replace(or_equal=are_text))
    return found


def _alternative(scan: Scan, about: str, why: str, **changes: object) -> Alternative:
    why += spoken_of(scan.lines, whole=True)
    notes = {**scan.dialect.notes, about: why, "reread": why}
    return Alternative(msgspec.structs.replace(scan.dialect, notes=notes, **changes), why)


def _is_irregular(scan: Scan) -> bool:
    return scan.agreement < (1.0, 1.0)
