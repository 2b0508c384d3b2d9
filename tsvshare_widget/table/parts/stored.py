"""A table in an object store, of which a task reads what it needs: by ranges, into memory.

Credentials and endpoint are those in the environment of the process that does the task.
"""

from __future__ import annotations

from functools import lru_cache, partial
from threading import Lock

from tsvshare_widget.errors import NotFound, Stale, Unavailable
from tsvshare_widget.objects.manifest import (
    Manifest,
    Segment,
    decode_manifest,
    digest,
    folder_of,
    manifest_key,
    manifest_number,
    manifests_of,
    pieces,
    size_of,
)
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.table.state import Moment, contents_at, names_of_files
from tsvshare_widget.table.storage.ranged import RangedFile, RangedOffsets
from tsvshare_widget.table.storage.row_index import RowIndex

_LOOKS = 3
"""Times that a manifest is looked for, if each was replaced before it could be read."""


class StoredFiles:
    """The files of one table, as its newest manifest has them.  Any thread may use it."""

    def __init__(self, objects: Objects, table_id: str) -> None:
        self._objects = objects
        self._id = table_id
        self._manifest: Manifest | None = None
        self._lock = Lock()

    def size(self, name: str) -> int:
        """The bytes of a file, or -1 if there is none.  Raises :class:`Unavailable`."""
        segments = self._segments(name)
        return -1 if segments is None else size_of(segments)

    def open(self, name: str, size: int) -> RangedFile:
        """The first bytes of a file, so many."""
        return RangedFile(size, partial(self._fetch, name), self._objects.pool)

    def look(self) -> None:
        """See what is there now.  Raises :class:`Stale` and :class:`Unavailable`."""
        for _ in range(_LOOKS):
            entries = self._objects.entries(manifests_of(self._id))
            if not entries:
                raise Stale("this table is not in the object store any more; look again")
            newest = max(manifest_number(entry.key) for entry in entries)
            data = self._objects.get(manifest_key(self._id, newest))
            if data is not None:
                self._manifest = decode_manifest(data)
                return
        raise Unavailable("this table is being changed again and again; try again in a moment")

    def _segments(self, name: str) -> list[Segment] | None:
        with self._lock:
            if self._manifest is None:
                self.look()
            assert self._manifest is not None
            return self._manifest.files.get(name)

    def _fetch(self, name: str, start: int, size: int) -> bytes:
        """Bytes of a file, which stay the same, while the segments that hold them may not."""
        for again in (False, True):
            if again:
                with self._lock:
                    self.look()
            segments = self._segments(name)
            if segments is None or size_of(segments) < start + size:
                continue
            try:
                return self._read(name, segments, start, size)
            except NotFound:
                continue
        raise Stale("this table was read anew; look again")

    def _read(self, name: str, segments: list[Segment], start: int, size: int) -> bytes:
        found = []
        for piece in pieces(segments, start, size):
            key = f"{folder_of(self._id)}/{name}/{piece.segment.name}"
            data = self._objects.get_range(key, piece.offset, piece.size)
            if piece.size == piece.segment.size and digest(data) != piece.segment.digest:
                raise Unavailable(f"{key} has other bytes than were stored there")
            found.append(data)
        return found[0] if len(found) == 1 else b"".join(found)


class StoredContents:
    """A table in a store that is being read."""

    def __init__(self, moment: Moment, files: StoredFiles) -> None:
        """Raises :class:`Stale` if it is not there any more, and :class:`Unavailable`."""
        self._headers = moment.headers
        rows = moment.facts.rows + moment.headers
        names = names_of_files(moment)
        sizes = _sizes(files, [names.text, *names.lists], rows)
        text_size, *index_sizes = sizes
        lists = [
            RangedOffsets(files.open(name, size))
            for name, size in zip(names.lists, index_sizes, strict=True)
        ]
        self._text, self._bounds = files.open(names.text, text_size), lists[0]
        self._index = RowIndex.over(lists, index_sizes, rows)
        self.contents = contents_at(moment, self._text, self._index)

    def expect(self, first: int, stop: int) -> None:
        """Have rows come before they are read, in their order."""
        first, stop = first + self._headers, stop + self._headers
        self._bounds.file.expect(8 * first, 8 * (stop + 1))
        self._text.expect(self._index.row_end(first), self._index.row_end(stop))


def _sizes(files: StoredFiles, names: list[str], rows: int) -> list[int]:
    """The sizes of files, as soon as they have an index of so many rows."""
    for again in (False, True):
        if again:
            files.look()
        sizes = [files.size(name) for name in names]
        if min(sizes) >= 0 and RowIndex.has_rows(sizes[1:], rows):
            return sizes
    raise Stale("this table was read anew; look again")


# A process that does tasks keeps its connections, and what it knows of tables, from one task to the
# next.  They depend on nothing but the address and its environment.


@lru_cache(maxsize=4)
def _objects(url: str) -> Objects:
    return Objects(url)


@lru_cache(maxsize=64)
def _files(url: str, table_id: str) -> StoredFiles:
    return StoredFiles(_objects(url), table_id)


def open_stored(moment: Moment) -> StoredContents:
    """The table of a moment that is stored.  Raises as :class:`StoredContents` does."""
    assert moment.stored is not None
    return StoredContents(moment, _files(moment.stored.store, moment.stored.table))
