"""A document and its tables as one stream of bytes: a tar, with a digest of all that is in it.

    archive.json          the document, its relay's time, and which tables it has
    tables/ID/raw ...     the files of a table, as they are in its folder
    digests.json          the SHA-256 of each of them

What was cut off has no digests, so it is never taken for a whole one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator, Set
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import msgspec

from tsvshare_widget.document import Document
from tsvshare_widget.errors import BadRequest, Damaged, UploadBroken
from tsvshare_widget.relay.objects.stored_table import PARTIAL, STORED
from tsvshare_widget.table.state import META

PIECE_BYTES = 1 << 20

MOST_JSON = 64 * 1024 * 1024
"""Bytes of what is said about the files, which is in memory."""

BLOCK = 512  # of a tar file

_NAME = re.compile(r"tables/([0-9A-Za-z_-]{1,64})/([0-9a-z][0-9a-z._]{0,60})")

HEAD, DIGESTS = "archive.json", "digests.json"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive begins with.

    ``clock`` is the time of the relay that the document is from; ``tables`` are the digests of what
    is known of each of its tables, which no two have in common but for one and the same.
    """

    document: Document
    clock: float
    tables: dict[str, str]


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What a relay says of a document without sending it, and its own public address, if any."""

    head: Head
    url: str | None


def digest_of_table(folder: Path) -> str:
    """What tells a table from all others, and from what it was before its last change.

    Raises OSError.
    """
    return hashlib.sha256((folder / META).read_bytes()).hexdigest()


def head_of(document: Document, clock: float, folder: Path) -> Head:
    """What is said of a document whose tables are in ``folder``.  Raises OSError."""
    tables = {each: digest_of_table(folder / each) for each in sorted(document.table_ids)}
    return Head(document=document, clock=clock, tables=tables)


def pack(head: Head, folder: Path, have: Set[str]) -> Generator[bytes]:
    """An archive, piece by piece, but for the tables that the other side has.

    All files are open from the first piece on: what is changed or deleted meanwhile is in it as it
    was.  Raises OSError.
    """
    with ExitStack() as held:
        files = [
            file
            for table_id in head.tables
            if table_id not in have
            for file in _open_files(held, folder / table_id)
        ]
        digests: dict[str, str] = {}
        yield from _packed(HEAD, msgspec.json.encode(head), digests)
        for name, file, size in files:
            yield from _pack_file(name, file, size, digests)
        yield from _packed(DIGESTS, msgspec.json.encode(digests), {})
        yield bytes(2 * BLOCK)


def _open_files(held: ExitStack, folder: Path) -> list[tuple[str, IO[bytes], int]]:
    """The files of a table: what is known of it first, for the others only grow."""
    found: list[tuple[str, IO[bytes], int]] = []
    paths = sorted(folder.iterdir(), key=lambda path: path.name != META)
    for path in paths:
        name = f"tables/{folder.name}/{path.name}"
        if path.name in (STORED, PARTIAL) or path.suffix in (".tmp", ".new"):
            continue
        if _NAME.fullmatch(name):
            file = held.enter_context(path.open("rb"))
            found.append((name, file, path.stat().st_size))
    return found


def _pack_file(name: str, file: IO[bytes], size: int, digests: dict[str, str]) -> Iterator[bytes]:
    yield _tar_header(name, size)
    seen, left = hashlib.sha256(), size
    while left and (piece := file.read(min(PIECE_BYTES, left))):
        seen.update(piece)
        left -= len(piece)
        yield piece
    if left:
        raise Damaged(f"{name} has become shorter while it was read")
    digests[name] = seen.hexdigest()
    if size % BLOCK:
        yield bytes(-size % BLOCK)


def _packed(name: str, data: bytes, digests: dict[str, str]) -> Iterator[bytes]:
    digests[name] = hashlib.sha256(data).hexdigest()
    yield _tar_header(name, len(data)) + data + bytes(-len(data) % BLOCK)


def _tar_header(name: str, size: int) -> bytes:
    import tarfile  # only here: few documents are ever handed over

    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


class Unpacker:
    """Takes an archive apart while it comes in: its tables are in ``folder``, by their ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.head: Head | None = None
        self._pending = bytearray()
        self._name = ""
        self._left = 0
        self._padding = 0
        self._data = bytearray()
        self._file: IO[bytes] | None = None
        self._seen: Any = None
        self._digests: dict[str, str] = {}
        self._said: dict[str, str] | None = None

    def feed(self, data: bytes) -> None:
        """Take in the next bytes.  Raises :class:`BadRequest` for what is no archive, OSError."""
        self._pending += data
        while self._said is None and self._step():
            pass

    def end(self) -> Head:
        """What it is of, once all has come.  Raises :class:`UploadBroken` if that is not so.

        Raises :class:`Damaged` if not all of it is as it was sent.
        """
        self.close()
        if self._said is None or self.head is None:
            raise UploadBroken("the document was cut off on its way; nothing was changed")
        wrong = [name for name, is_ in self._digests.items() if self._said.get(name) != is_]
        if wrong or self._said.keys() != self._digests.keys():
            named = (wrong or sorted(self._said.keys() ^ self._digests.keys()))[0]
            raise Damaged(f"{named} is not as it was sent; nothing was changed, send it again")
        return self.head

    def close(self) -> None:
        """Close the file that is being written."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _step(self) -> bool:
        """Take what can be taken of what has come; whether there may be more."""
        if self._name:
            return self._take()
        if len(self._pending) < self._padding + BLOCK:
            return False
        import tarfile

        block = bytes(self._pending[self._padding : self._padding + BLOCK])
        del self._pending[: self._padding + BLOCK]
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise BadRequest(f"this is not a document as relays send them: {error}") from error
        self._begin(info.name, info.size)
        return True

    def _begin(self, name: str, size: int) -> None:
        found = _NAME.fullmatch(name)
        if found is None and (name not in (HEAD, DIGESTS) or size > MOST_JSON):
            raise BadRequest("this is not a document as relays send them")
        if (name == HEAD) != (self.head is None):
            raise BadRequest(f"a document as relays send them begins with {HEAD}")
        self._name, self._left, self._padding = name, size, -size % BLOCK
        self._seen, self._data = hashlib.sha256(), bytearray()
        if found is not None:
            assert self.head is not None
            if found[1] not in self.head.tables:
                raise BadRequest(f"{name} is of no table of this document")
            (self.folder / found[1]).mkdir(parents=True, exist_ok=True)
            self._file = (self.folder / found[1] / found[2]).open("xb")

    def _take(self) -> bool:
        piece = bytes(self._pending[: self._left])
        del self._pending[: len(piece)]
        self._seen.update(piece)
        self._left -= len(piece)
        if self._file is not None:
            self._file.write(piece)
        else:
            self._data += piece
        if self._left:
            return False
        name, self._name = self._name, ""
        if name == DIGESTS:
            self._said = _decoded(self._data, dict[str, str])
            return False
        self._digests[name] = self._seen.hexdigest()
        if name == HEAD:
            self.head = _decoded(self._data, Head)
        self.close()
        return True


def _decoded(data: bytes | bytearray, kind: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise BadRequest(
            f"this is not a document as relays of this version send it: {error}"
        ) from (error)
