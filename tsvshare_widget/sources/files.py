"""Files: on a disk, in memory, open, or in a zip; those that are no text are read for their rows.

What a file is, is told by its first bytes, never by its name.
"""

from __future__ import annotations

import io
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from tsvshare_widget.errors import BadTable, BadValue
from tsvshare_widget.read_options import ReadOptions

from .cells import Rows, write_rows
from .columnar import read_arrow_file, read_arrow_stream, read_parquet
from .packed import ONE_OF_THEM, Member, describe_archive, is_workbook, open_member
from .source import AS_WRITTEN, Source, options_of_lists
from .workbook import read_workbook

HEAD_BYTES = 8

MEMORY_BYTES = 1 << 23
"""Bytes of a file without a place on the disk that are held in memory."""

COLUMNAR = (
    (b"PAR1", read_parquet),
    (b"ARROW1\0\0", read_arrow_file),
    (b"FEA1", read_arrow_file),
    (b"\xff\xff\xff\xff", read_arrow_stream),
)
"""The first bytes of files of columns, and how they are read."""

ZIP = b"PK\x03\x04"


class Bytes:
    """A file that can be opened any number of times; each time from its first byte on."""

    def __init__(self, where: Path | bytes | IO[bytes]) -> None:
        self._where = where

    def open(self) -> IO[bytes]:
        """Open it; who does closes it, or forgets it."""
        if isinstance(self._where, bytes):
            return io.BytesIO(self._where)
        file: Any = _Opened(self._where)
        return cast("IO[bytes]", file)


class _Opened(io.RawIOBase):
    """A file from its beginning on; one of somebody else's stays open."""

    def __init__(self, where: Path | IO[bytes]) -> None:
        self._is_ours = isinstance(where, Path)
        self._file = where.open("rb") if isinstance(where, Path) else where
        self._file.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        if self._is_ours and not self.closed:
            self._file.close()
        super().close()


def is_special(head: bytes) -> bool:
    """Whether a file with these first bytes is no text, and can be read all the same."""
    return head.startswith(ZIP) or any(head.startswith(magic) for magic, _ in COLUMNAR)


def read_special(
    file: Bytes, head: bytes, *, name: str, options: ReadOptions, member: str | None
) -> Source:
    """A file of which :func:`is_special` is true, as text.

    Raises :class:`BadValue` where a library is missing, for an archive of several files of which
    none was chosen, and for a ``member`` that is not there; :class:`BadTable` for one that is
    broken.
    """
    if head.startswith(ZIP):
        if is_workbook(file.open):
            names, how = options_of_lists(options)
            cells = Rows(names, read_workbook(file.open, member))
            return Source(write_rows(cells), name, options=how)
        return _of_member(open_member(file.open, name, member), options)
    refuse_member(member, name)
    read = next(read for magic, read in COLUMNAR if head.startswith(magic))
    rows: Rows = read(file.open)
    return Source(write_rows(rows), name, options=AS_WRITTEN)


def refuse_member(member: str | None, name: str) -> None:
    """Raise :class:`BadValue` if one of several was chosen where there is but one."""
    if member is not None:
        raise BadValue(f"{name} is one table: {ONE_OF_THEM} goes with a zip or Excel file")


def _of_member(member: Member, options: ReadOptions) -> Source:
    return read_pieces(
        member.pieces, name=member.name, options=options, member=None, total=member.size
    )


# --- where they are ----------------------------------------------------------------------------


def open_path(
    text: str | os.PathLike[str], *, name: str | None, options: ReadOptions, member: str | None
) -> Source:
    """A file on the disk; ``a.zip!b.tsv`` is a member of an archive.

    Raises ``OSError`` if it cannot be read, and as :func:`read_special` does.
    """
    path, member = _split_member(Path(text).expanduser(), member)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES) if path.is_file() else b""
    if is_special(head):
        called = name or path.name
        source = read_special(Bytes(path), head, name=called, options=options, member=member)
        return source.renamed(name)
    refuse_member(member, path.name)
    return Source(path, name or path.name, path, options)


def _split_member(path: Path, member: str | None) -> tuple[Path, str | None]:
    """An archive and what is meant of it, unless a file has that very name."""
    if member is None and "!" in str(path) and not path.exists():
        archive, _, inside = str(path).partition("!")
        if inside and Path(archive).is_file():
            return Path(archive), inside
    return path, member


def open_bytes(data: Any, *, name: str | None, options: ReadOptions, member: str | None) -> Source:
    """Bytes of a file; of a zip archive only if that is said, by its ``name`` or a ``member``.

    Raises :class:`BadTable` that lists what is in another one.
    """
    head = bytes(memoryview(data).cast("B")[:HEAD_BYTES])
    if not is_special(head):
        refuse_member(member, "this")
        return Source(data, name or "table.tsv", options=options)
    file = Bytes(bytes(data))
    is_said = member is not None or (name or "").lower().endswith(".zip")
    if not is_said and head.startswith(ZIP) and not is_workbook(file.open):
        raise BadTable(describe_archive(file.open))
    source = read_special(file, head, name=name or "table.tsv", options=options, member=member)
    return source.renamed(name)


def open_file(
    file: IO[Any], *, name: str | None, options: ReadOptions, member: str | None
) -> Source:
    """An open file, from where it is."""
    own = getattr(file, "name", None)
    called = name or (Path(own).name if isinstance(own, str) and own else "table.tsv")
    head = _peek(file)
    if is_special(head):
        source = read_special(Bytes(file), head, name=called, options=options, member=member)
        return source.renamed(name)
    refuse_member(member, called)
    return Source(file, called, options=options)


def _peek(file: IO[Any]) -> bytes:
    """The first bytes of a file that can go back to them; of any other, none."""
    try:
        if file.tell() != 0:
            return b""
        head = file.read(HEAD_BYTES)
        file.seek(0)
    except (OSError, AttributeError, ValueError):
        return b""
    return head if isinstance(head, bytes) else b""


def read_pieces(
    pieces: Iterator[bytes],
    *,
    name: str,
    options: ReadOptions,
    member: str | None,
    total: int | None = None,
) -> Source:
    """A file that comes piece by piece; one that is no text is taken to the disk for that."""
    begun, head = [], b""
    while len(head) < HEAD_BYTES and (piece := next(pieces, b"")):
        begun.append(piece)
        head += piece
    pieces = itertools.chain(begun, pieces)
    if is_special(head):
        return read_special(Bytes(_saved(pieces)), head, name=name, options=options, member=member)
    refuse_member(member, name)
    return Source(pieces, name, options=options, total=total)


class _Saved(tempfile.SpooledTemporaryFile[bytes]):
    """A file that goes when nobody needs it any more."""

    def __del__(self) -> None:
        self.close()


def _saved(pieces: Iterator[bytes]) -> IO[bytes]:
    file = _Saved(max_size=MEMORY_BYTES)
    file.writelines(pieces)
    return file
