"""The FILE of a command line: a path, a pipe, or a file that is being written."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tsvshare_widget.errors import BadValue

from .tail import Follower

PIPE_CHUNK_BYTES = 1 << 16
"""Bytes taken from a pipe at once, at most; what is there is taken as it comes."""

Source = Path | Iterator[bytes] | Follower
"""A file as it is, what comes through a pipe, or a file that is being written."""


def open_source(file: str, *, follow: bool) -> Source:
    """What to upload: a regular file by its path, anything else as it comes.

    Raises ``OSError`` if it cannot be read, and :class:`BadValue` for a pipe that is to be
    followed.
    """
    path = Path(file)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "this is a folder, not a file", file)
    if file != "-" and (path.is_file() or not path.exists()):
        if follow:
            return Follower(path)
        path.open("rb").close()
        return path
    if follow:
        raise BadValue("--follow goes with a file: a pipe is shown as it grows without it")
    return _read_pipe(sys.stdin.fileno() if file == "-" else os.open(path, os.O_RDONLY))


def name_of(file: str) -> str:
    """The name that a table from FILE is shown with."""
    return "standard input" if file == "-" else Path(file).name


def _read_pipe(descriptor: int) -> Iterator[bytes]:
    """The bytes as they come.  Not through ``sys.stdin``: its lock, held, would spoil the exit."""
    while piece := os.read(descriptor, PIPE_CHUNK_BYTES):
        yield piece
