"""The stream: the bytes of a file, decompressed and scanned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tsvshare_widget.errors import BadTable, TooLarge
from tsvshare_widget.read_options import Dialect, ReadOptions
from tsvshare_widget.table.state import Contents, Facts, Snapshot, contents_of, table_files
from tsvshare_widget.table.text.compression import recognise

from .scan import Scan


class Stream:
    """Decompresses bytes and scans their text in one dialect, into one generation of files."""

    def __init__(
        self,
        folder: Path,
        generation: int,
        head: bytes,
        how: ReadOptions | Dialect,
        name: str,
        limit: int | None = None,
    ) -> None:
        """``head`` are the first bytes, by which the compression is found; they are ingested later.

        ``limit`` is the most bytes of text that are allowed.
        """
        compression, self._decompressor = recognise(head)
        self.generation = generation
        self._limit = limit
        self._contents: Contents | None = None
        place = table_files(folder, generation, verbatim=compression == "none")
        self.scan = Scan(how, name, compression, place)

    def ingest_bytes(self, data: bytes | memoryview) -> Iterator[None]:
        """Ingest the next bytes, in pieces; yields after each."""
        for text in self._decompressor.unpack_bytes(data):
            self._scan_text(text)
            yield
        yield

    def ingest_rest(self) -> None:
        """Ingest the rest, for no bytes follow.  Raises :class:`BadTable` if there is no text."""
        for text in self._decompressor.unpack_rest():
            self._scan_text(text)
        problem = self._decompressor.problem
        if problem is not None and self.scan.size == 0:
            raise BadTable(f"nothing of this file can be read: {problem[1]}")
        self.scan.scan_rest()

    def close(self) -> None:
        """Write no more."""
        self.scan.close()

    def snapshot(
        self, received: int, *, complete: bool = False, reread: str | None = None
    ) -> Snapshot:
        """The table at this moment; ``received`` is the number of bytes that have come."""
        scan, contents = self.scan, self._contents
        if contents is None or contents.text is not scan.text or contents.headers != scan.headers:
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
            problem=self._decompressor.problem,
            line_stats=scan.line_stats,
            reread=reread,
        )
        return Snapshot(facts, contents)

    def _scan_text(self, text: bytes) -> None:
        self.scan.scan_bytes(text)
        if self._limit is not None and self.scan.size > self._limit:
            raise TooLarge(f"the table is larger than {self._limit:,} bytes, the most allowed")
