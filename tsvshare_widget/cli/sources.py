"""The FILE of a command line: a path, an address, a pipe, or a file that is being written."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.sources.addresses import is_address, open_address
from tsvshare_widget.sources.files import open_path
from tsvshare_widget.sources.source import Source

from .report import report_note
from .tail import Follower

PIPE_CHUNK_BYTES = 1 << 16
"""Bytes taken from a pipe at once, at most; what is there is taken as it comes."""

SILENCE_SECONDS = 60.0
"""Seconds that a web server may be silent."""


def open_source(
    file: str, *, follow: bool, options: ReadOptions, name: str | None = None
) -> Source | Follower:
    """What to upload: a file by its path or address, anything else as it comes.

    Raises ``OSError`` if it cannot be read, :class:`BadValue` for a pipe that is to be followed,
    and what is said by :mod:`tsvshare_widget.sources`.
    """
    path = Path(file)
    is_file = file != "-" and (path.is_file() or not path.exists())
    if follow:
        if is_address(file) or not (is_file or path.is_dir()):
            raise BadValue("--follow goes with a file: a pipe is shown as it grows without it")
        _refuse_folder(path)
        return Follower(path)
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        source = _open(file, is_file, options, name)
    for note in notes:
        report_note(str(note.message))
    return source


def _open(file: str, is_file: bool, options: ReadOptions, name: str | None) -> Source:
    if is_address(file):
        return open_address(file, name=name, options=options, member=None, timeout=SILENCE_SECONDS)
    _refuse_folder(Path(file))
    if is_file:
        return open_path(file, name=name, options=options, member=None)
    pipe = sys.stdin.fileno() if file == "-" else os.open(file, os.O_RDONLY)
    return Source(_read_pipe(pipe), name or name_of(file), options=options, growing=True)


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "this is a folder, not a file", str(path))


def name_of(file: str) -> str:
    """The name that a table from FILE is shown with, if it has no other."""
    return "standard input" if file == "-" else Path(file).name


def _read_pipe(descriptor: int) -> Iterator[bytes]:
    """The bytes as they come.  Not through ``sys.stdin``: its lock, held, would spoil the exit."""
    while piece := os.read(descriptor, PIPE_CHUNK_BYTES):
        yield piece
