"""The stream: the bytes of a file, decompressed and scanned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from tsvshare_widget.errors import BadTable
from tsvshare_widget.read_options import Dialect, ReadOptions
from tsvshare_widget.table.lines.syntax import syntax_of
from tsvshare_widget.table.names import unknown_names
from tsvshare_widget.table.state import Contents, Facts, Snapshot, contents_of, table_files
from tsvshare_widget.table.text.compression import recognise
from tsvshare_widget.table.text.unpack import Problem, Uncompressed

from .limits import Limits
from .scan import Scan

MOST_SHOWN = 40
"""Columns that are named in a note, and characters of each name."""


class Stream:
    """Decompresses bytes and scans their text in one dialect, into one generation of files."""

    def __init__(
        self,
        folder: Path,
        generation: int,
        head: bytes,
        how: ReadOptions | Dialect,
        name: str,
        limits: Limits,
    ) -> None:
        """``head`` are the first bytes, that tell the compression; they come again later."""
        compression, self._decompressor = recognise(head)
        self._problem: Problem | None = None
        self.generation = generation
        self._contents: Contents | None = None
        place = table_files(folder, generation, verbatim=compression == "none")
        self.scan = Scan(how, name, compression, place, limits)

    def ingest_bytes(self, data: bytes | memoryview) -> Iterator[None]:
        """Ingest the next bytes, in pieces; yields between them, and at the end."""
        is_first = True
        for text in self._decompressor.unpack_bytes(data):
            if not is_first:
                yield
            is_first = False
            self.scan.scan_bytes(text)
        yield

    def ingest_rest(self) -> Iterator[None]:
        """Ingest the rest, for no bytes follow, in pieces; yields after each.

        Raises :class:`BadTable` if there is no text.
        """
        for text in self._decompressor.unpack_rest():
            self.scan.scan_bytes(text)
            yield
        self._problem = self._decompressor.problem
        self._decompressor = Uncompressed()  # of the other one, the memory is given back
        if self._problem is not None and self.scan.size == 0:
            raise BadTable(f"nothing of this file can be read: {self._problem[1]}")
        self.scan.scan_rest()

    def close(self) -> None:
        """Write and read no more."""
        self._decompressor = Uncompressed()
        self.scan.close()

    def snapshot(
        self, received: int, *, complete: bool = False, reread: str | None = None
    ) -> Snapshot:
        """The table at this moment; ``received`` is the number of bytes that have come."""
        scan, contents = self.scan, self._contents
        means = scan.text, scan.index, scan.headers, syntax_of(scan.dialect)
        if contents is None or means != (
            contents.text,
            contents.index,
            contents.headers,
            contents.syntax,
        ):
            contents = contents_of(
                scan.text, scan.index, scan.headers, scan.dialect, self.generation
            )
        self._contents = contents
        facts = Facts(
            bytes=received,
            rows=scan.rows,
            columns=scan.columns,
            dialect=scan.dialect,
            complete=complete,
            problem=self._problem or self._decompressor.problem,
            line_stats=scan.line_stats,
            reread=reread,
        )
        now = Snapshot(facts, contents)
        return _with_notes(now) if complete else now


def _with_notes(complete: Snapshot) -> Snapshot:
    """A complete table, with a note on what was told of columns that are not there."""
    unknown = unknown_names(complete)
    if not unknown:
        return complete
    some = ", ".join(repr(name[:MOST_SHOWN]) for name in unknown[:MOST_SHOWN])
    notes = {**complete.facts.dialect.notes, "missing": f"words were told for no column: {some}"}
    dialect = replace(complete.facts.dialect, notes=notes)
    return complete._replace(facts=replace(complete.facts, dialect=dialect))
