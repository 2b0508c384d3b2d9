"""What the whole of a table says against the reading that was found in its beginning; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from .reading import Reading, Told
from .scan import Scan


class Doubt(NamedTuple):
    """Another reading, and why it may be the better one."""

    reading: Reading
    why: str

    def is_better(self, before: Scan, after: Scan) -> bool:
        """Whether more of the rows have the same number of cells by it, or no less and it is
        plainer.
        """
        if after.evidence.broken:
            return False
        old, new = (scan.irregular / max(1, scan.rows) for scan in (before, after))
        return new < old or (new == old and self.reading.quoting == "none")


def doubts_about(scan: Scan, told: Told, *, sure: bool) -> list[Doubt]:
    """Other readings that the whole text suggests: those that are ``sure``, or all others."""
    found = _sure(scan, told) if sure else _unsure(scan, told)
    return [
        Doubt(_changed(scan.reading, about, why, changes), why) for about, why, changes in found
    ]


Change = tuple[str, str, dict[str, object]]


def _changed(reading: Reading, about: str, why: str, changes: dict[str, object]) -> Reading:
    notes = {**reading.notes, about: why, "reread": why}
    return msgspec.structs.replace(reading, notes=notes, **changes)


def _sure(scan: Scan, told: Told) -> Iterator[Change]:
    other = scan.other_encoding
    many = f"{scan.full_comments:,} rows start like the comments at the start"
    if other is not None and told.encoding is None:
        yield "encoding", other.why, {"encoding": other.encoding}
    elif scan.full_comments and told.comments is None and scan.reading.format is None:
        yield "comments", many, {"comments": ()}


def _unsure(scan: Scan, told: Told) -> Iterator[Change]:
    reading, evidence = scan.reading, scan.evidence
    free = told.quoting is None and reading.format is None
    quoted = reading.quoting == "excel"
    if free and quoted and not reading.strict and evidence.stray > evidence.quoted:
        why = f"{evidence.stray:,} cells start with a quote and are not in quotes"
        yield "quoting", why, {"quoting": "none"}
    if free and quoted and reading.strict and evidence.broken:
        yield "quoting", "some cells in quotes go on after them", {"strict": False}
    if not scan.irregular:
        return
    if free and quoted and evidence.refused:
        why = f"{evidence.refused:,} cells in quotes hold whole lines"
        yield "quoting", why, {"strict": True}
    if free and reading.quoting == "none":
        yield "quoting", "cells in quotes make more rows agree", {"quoting": "excel"}
    if told.line_ends is None and evidence.lone_crs:
        why = f"{evidence.lone_crs:,} CRs end rows as well"
        yield "line_ends", why, {"line_ends": "mixed"}
    is_tab = reading.delimiter == "\t"
    if told.delimiter is None and not is_tab and 2 * scan.irregular > scan.rows:
        yield "delimiter", "tabs make more rows agree", {"delimiter": "\t"}
