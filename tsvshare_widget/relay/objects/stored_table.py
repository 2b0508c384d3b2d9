"""One table in an object store and in a folder, of which the folder is a copy, maybe in part."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path

import msgspec

from tsvshare_widget.errors import NotFound, TSVShareError, Unavailable
from tsvshare_widget.objects.manifest import (
    SEGMENT_BYTES,
    Manifest,
    Segment,
    decode_manifest,
    digest,
    folder_of,
    kept_segments,
    manifest_key,
    manifest_number,
    manifests_of,
    size_of,
)
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.table.state import META
from tsvshare_widget.table.storage.durability import replace_file, sync_files
from tsvshare_widget.table.storage.files import open_file

from .parts import BLOCK_BYTES, FilePart, Reads

log = logging.getLogger(__name__)

STORED = "stored.json"
"""The file in a table's folder with the manifest that the folder is a copy of."""

PARTIAL = "partial"
"""The file that is there as long as some bytes of the others are not."""

GROWING = ("raw", "text", "rows.u64")
"""Files that grow while a table comes in, and whose segments are put meanwhile."""

FETCHED_BYTES = 32 * 1024 * 1024
"""That are fetched, when all of a table is, before it is looked whether that is wanted still."""

SMALL_BYTES = 1024 * 1024
"""Lists up to this are fetched with the first page, and tables after it, as a whole."""


class StoredTable:
    """A table in a store, and its ``folder``; methods wait for the network, but for properties."""

    def __init__(
        self, objects: Objects, folder: Path, table_id: str, reads: Reads | None = None
    ) -> None:
        self.folder = folder
        self.is_stale = False
        """Whether the folder is not what is in the store, so that it has to be laid out anew."""
        self._objects = objects
        self._reads = reads
        self._id = table_id
        self._prefix = folder_of(table_id)
        self._writer = secrets.token_hex(4)
        self._number = 0  # of segments that were put here
        self._manifest: Manifest | None = None
        self._parts: dict[str, FilePart] = {}
        self._ahead: dict[str, dict[int, Segment]] = {}  # by where they start in the file
        self._begun: dict[str, int] = {}  # where the next one starts that is put ahead
        self._lock = threading.Lock()
        self._changing = threading.Lock()

    @property
    def is_stored(self) -> bool:
        """Whether the store has it, so that the folder may go."""
        return self._manifest is not None

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in the folder."""
        return not self._parts

    @property
    def is_small(self) -> bool:
        """Whether what is fetched of it in parts is so little that all of it may come at once."""
        return sum(part.size for part in self._parts.values()) <= SMALL_BYTES

    @property
    def bytes_here(self) -> int:
        """About how many bytes of it are in the folder."""
        if self._parts:
            return sum(part.bytes_here for part in self._parts.values())
        with suppress(OSError):
            return sum(path.stat().st_size for path in self.folder.iterdir())
        return 0

    # --- reading --------------------------------------------------------------------------------

    def part(self, path: Path) -> FilePart | None:
        """See :class:`tsvshare_widget.table.storage.elsewhere.Elsewhere`."""
        return self._parts.get(path.name)

    def look(self) -> None:
        """See what the store has of it, and have the folder be a copy of that.

        Raises :class:`NotFound` if it is neither there nor here, and :class:`Unavailable`.
        """
        entries = self._objects.entries(manifests_of(self._id))
        numbers = [manifest_number(entry.key) for entry in entries]
        if not numbers:
            if not (self.folder / META).exists():
                raise NotFound(f"there is no finished table in {self._id}")
            return  # of a time without a store: it is put there with its next change
        known = self._manifest or self._read_known()
        if known is None or known.number != max(numbers):
            known = self._get(max(numbers))
        is_copied = self._meta_here() == bytes(known.meta) and not (self.folder / PARTIAL).exists()
        if is_copied or (self._parts and known is self._manifest and not self.is_stale):
            self._remember(known)
        else:
            self._lay_out(known)

    def fetch_beginning(self) -> None:
        """Have here what the first page is read from, in one round trip."""
        asked = []
        for name, part in self._parts.items():
            size = part.size if name[0] in "gl" and part.size <= SMALL_BYTES else BLOCK_BYTES
            if name != "raw" or "text" not in {other.partition(".")[0] for other in self._parts}:
                asked.append((part, size))
        threads = [threading.Thread(target=_need_quietly, args=one) for one in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def fetch_all(
        self,
        check: Callable[[], object] = lambda: None,
        progress: Callable[[float], object] = lambda done: None,
    ) -> None:
        """Have all of it here; what ``check`` raises ends that.  Raises :class:`Unavailable`."""
        parts = dict(self._parts)
        total, done = sum(part.size for part in parts.values()), 0
        for part in parts.values():
            for start in range(0, part.size, FETCHED_BYTES):
                check()
                part.need([start], [FETCHED_BYTES])
                done += min(FETCHED_BYTES, part.size - start)
                progress(done / total)
        with self._changing:
            if self._parts.keys() == parts.keys():
                sync_files(path for name in parts if (path := self.folder / name).exists())
                (self.folder / PARTIAL).unlink(missing_ok=True)
                self._parts = {}

    def _lay_out(self, manifest: Manifest) -> None:
        """Make files of which nothing is here, in place of those that are."""
        shutil.rmtree(self.folder, ignore_errors=True)
        # Not its parents: they are gone if the relay has ended meanwhile.
        self.folder.mkdir(exist_ok=True)
        (self.folder / PARTIAL).touch()
        parts = {}
        for name, segments in manifest.files.items():
            path = self.folder / name
            with path.open("wb") as file:
                file.truncate(size_of(segments))
            part = FilePart(self._objects, path, f"{self._prefix}/{name}", segments, self._reads)
            if part.size:
                parts[name] = part
        self._parts = parts
        self._remember(manifest)
        replace_file(self.folder / META, bytes(manifest.meta), durable=False)

    def _get(self, number: int) -> Manifest:
        data = self._objects.get(manifest_key(self._id, number))
        if data is None:
            raise Unavailable("this table is being changed by another relay; look again")
        return decode_manifest(data)

    def _read_known(self) -> Manifest | None:
        try:
            return decode_manifest((self.folder / STORED).read_bytes())
        except (OSError, TSVShareError):
            return None

    def _remember(self, manifest: Manifest) -> None:
        if self._manifest is not manifest or self.is_stale:
            replace_file(self.folder / STORED, msgspec.json.encode(manifest), durable=False)
        self._manifest, self.is_stale = manifest, False

    def _meta_here(self) -> bytes | None:
        try:
            return (self.folder / META).read_bytes()
        except FileNotFoundError:
            return None

    # --- writing --------------------------------------------------------------------------------

    @property
    def behind(self) -> int:
        """How many bytes have come in that are not on their way to the store."""
        return sum(_size_at(self.folder / name) - self._begun.get(name, 0) for name in GROWING)

    def put_next(self) -> bool:
        """Put the next segment of a table that is coming in; whether there was one.

        Raises :class:`Unavailable`.
        """
        with self._lock:
            for name in GROWING:
                start = self._begun.get(name, 0)
                if _size_at(self.folder / name) - start >= SEGMENT_BYTES:
                    self._begun[name] = start + SEGMENT_BYTES
                    break
            else:
                return False
        segment = self._put(name, start, SEGMENT_BYTES)
        with self._lock:
            self._ahead.setdefault(name, {})[start] = segment
        return True

    def keep(self, meta: bytes, sizes: dict[str, int]) -> None:
        """See :class:`tsvshare_widget.table.storage.elsewhere.Elsewhere`.

        Raises :class:`Unavailable`, also if another relay has changed the table.
        """
        with self._changing:
            before = self._manifest
            if before is not None and self._meta_here() != bytes(before.meta):
                self.is_stale = True
                raise Unavailable("this table is not as it was stored; try again in a moment")
            manifest = Manifest(
                number=before.number + 1 if before else 1,
                meta=msgspec.Raw(meta),
                files=self._put_files(before.files if before else self._put_ahead(), sizes),
                writer=self._writer,
            )
            data = msgspec.json.encode(manifest)
            if not self._objects.put_new(manifest_key(self._id, manifest.number), data):
                raise self._overtaken()
            if before is not None:
                self._check_newest(manifest.number)
            self._parts = {name: part for name, part in self._parts.items() if name in sizes}
            self._remember(manifest)
        self._delete_old(before, manifest)

    def delete(self) -> None:
        """Delete all that the store has of it.  Raises :class:`Unavailable`."""
        self._objects.delete_all(self._prefix)

    def _put_ahead(self) -> dict[str, list[Segment]]:
        """What has been put of each file so far, as far as nothing is missing in it."""
        found: dict[str, list[Segment]] = {}
        for name, segments in self._ahead.items():
            places = range(0, SEGMENT_BYTES * len(segments), SEGMENT_BYTES)
            found[name] = [segments[place] for place in places if place in segments]
            if len(found[name]) < len(segments):
                found[name] = []
        return found

    def _put_files(
        self, known: dict[str, list[Segment]], sizes: dict[str, int]
    ) -> dict[str, list[Segment]]:
        files: dict[str, list[Segment]] = {}
        running: list[Future[Segment]] = []
        for name, size in sizes.items():
            files[name] = kept_segments(known.get(name, []), size)
            start = size_of(files[name])
            for place in range(start, size, SEGMENT_BYTES):
                length = min(SEGMENT_BYTES, size - place)
                try:
                    running.append(self._objects.putting.submit(self._put, name, place, length))
                except RuntimeError as error:
                    raise Unavailable("the relay is going away; try again later") from error
        wait(running)
        for done in running:
            segment = done.result()
            files[segment.name.partition("/")[0]].append(segment)
        return {
            name: [_inside(segment) for segment in segments] for name, segments in files.items()
        }

    def _put(self, name: str, start: int, size: int) -> Segment:
        """Put a segment of a file."""
        file = open_file(self.folder / name, self)
        try:
            data = file.read(start, size)
        finally:
            file.close()
        with self._lock:
            self._number += 1
            inner = f"{start:013d}-{self._writer}-{self._number}"
        self._objects.put(f"{self._prefix}/{name}/{inner}", data)
        return Segment(f"{name}/{inner}", len(data), digest(data))

    def _check_newest(self, number: int) -> None:
        """Raise if there is a newer manifest: then the one that was put came too late."""
        entries = self._objects.entries(manifests_of(self._id))
        if max((manifest_number(entry.key) for entry in entries), default=0) > number:
            self._objects.delete([manifest_key(self._id, number)])
            raise self._overtaken()

    def _overtaken(self) -> Unavailable:
        self.is_stale = True
        return Unavailable("another relay has taken over this table; try again in a moment")

    def _delete_old(self, before: Manifest | None, now: Manifest) -> None:
        """Delete what is not needed any more, aside."""
        used = {segment.name for segments in now.files.values() for segment in segments}
        old = before.files if before else self._put_ahead()
        keys = [
            f"{self._prefix}/{name}/{segment.name.rpartition('/')[2]}"
            for name, segments in old.items()
            for segment in segments
            if segment.name.rpartition("/")[2] not in used
        ]
        if before is not None:
            keys.append(manifest_key(self._id, before.number))
        self._ahead = {}
        with suppress(RuntimeError):  # the relay ends
            self._objects.putting.submit(self._delete_quietly, keys)

    def _delete_quietly(self, keys: list[str]) -> None:
        try:
            self._objects.delete(keys)
        except TSVShareError as error:
            log.warning("objects of the table %s that are not needed stay: %s", self._id, error)


def _inside(segment: Segment) -> Segment:
    return msgspec.structs.replace(segment, name=segment.name.rpartition("/")[2])


def _size_at(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _need_quietly(part: FilePart, size: int) -> None:
    with suppress(TSVShareError):  # who reads it will hear of it
        part.need([0], [size])
