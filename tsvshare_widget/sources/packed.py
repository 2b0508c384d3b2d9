"""Zip archives: the one file in them, or the one that was chosen."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from tsvshare_widget.errors import BadTable, BadValue

CHUNK_BYTES = 1 << 20

MOST_NAMED = 20
"""Files of an archive that an error names."""

ONE_OF_THEM = "member="

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading an archive raises that is broken, or packed in an unknown way."""

Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name, without folders, its size, and its bytes."""

    name: str
    size: int
    pieces: Iterator[bytes]


def is_workbook(open: Opener) -> bool:
    """Whether a zip archive is an Excel workbook.  Raises :class:`BadTable` for a broken one."""
    names = {info.filename for info in _list(open)}
    if "xl/workbook.xml" in names:
        return True
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise BadTable("this Office file is no Excel workbook (.xlsx): save the table as one")
    return False


def open_member(open: Opener, name: str, member: str | None) -> Member:
    """The one file in the archive ``name``, or the chosen ``member``.

    Raises :class:`BadValue` if it is not clear which is meant, and :class:`BadTable` for one that
    cannot be unpacked; also later, piece by piece.
    """
    files = [info for info in _list(open) if _is_file(info)]
    chosen = _choose(files, name, member)
    if chosen.flag_bits & 1:
        raise BadTable(f"{chosen.filename!r} in {name} needs a password: unpack it first")
    pieces = _read(open, chosen)
    return Member(PurePosixPath(chosen.filename).name, chosen.file_size, pieces)


def describe_archive(open: Opener) -> str:
    """What is in an archive, and how to say which file is meant.

    Raises :class:`BadTable` for a broken one.
    """
    files = [info for info in _list(open) if _is_file(info)]
    if not files:
        return "these bytes are a zip archive without a file"
    example = f"open {files[0].filename!r} by member={files[0].filename!r}"
    count = "1 file" if len(files) == 1 else f"{len(files):,} files"
    return f"these bytes are a zip archive of {count}: {_naming(files)}; {example}"


def _list(open: Opener) -> list[zipfile.ZipInfo]:
    try:
        with open() as file, zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except BROKEN as error:
        raise BadTable(f"this zip archive is broken: {error}") from error


def _is_file(info: zipfile.ZipInfo) -> bool:
    """Whether it is what people have put there, not what a system adds."""
    path = PurePosixPath(info.filename)
    return not (info.is_dir() or "__MACOSX" in path.parts or path.name.startswith("."))


def _choose(files: list[zipfile.ZipInfo], name: str, member: str | None) -> zipfile.ZipInfo:
    if member is None:
        if len(files) == 1:
            return files[0]
        if not files:
            raise BadTable(f"there is no file in {name}")
        example = files[0].filename
        raise BadValue(
            f"there are {len(files):,} files in {name}: {_naming(files)}; choose one by "
            f"{name}!{example} or member={example!r}"
        )
    found = [info for info in files if info.filename == member]
    found = found or [info for info in files if PurePosixPath(info.filename).name == member]
    if len(found) != 1:
        there_is = "there are several files" if found else "there is no file"
        raise BadValue(f"{there_is} {member!r} in {name}: {_naming(files)}")
    return found[0]


def _naming(files: list[zipfile.ZipInfo]) -> str:
    named = ", ".join(info.filename for info in files[:MOST_NAMED])
    more = len(files) - MOST_NAMED
    return named + (f" and {more:,} more" if more > 0 else "")


def _read(open: Opener, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with open() as file, zipfile.ZipFile(file) as archive, archive.open(info) as member:
            while piece := member.read(CHUNK_BYTES):
                yield piece
    except BROKEN as error:
        raise BadTable(f"{info.filename!r} cannot be unpacked: {error}") from error
