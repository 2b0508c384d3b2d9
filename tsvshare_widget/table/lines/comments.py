"""Which lines of a text start as comments do; pure."""

from __future__ import annotations

import numpy as np

from .bitmaps import Bytes, Flags, Positions, bytes_at
from .syntax import LF


class CommentStarts:
    """Looks at the starts of lines, in data that comes in chunks.

    ``settled`` is what is known by the newest chunk of the last line before it, if that was open.
    """

    def __init__(self, comments: tuple[bytes, ...], *, header: bool) -> None:
        """``header``: the first line is no comment, however it starts."""
        self.settled: bool | None = None
        self._comments = comments
        self._longest = max(map(len, comments), default=0)
        self._head: bytes | None = b"" if comments and not header else None  # of an open line

    def __bool__(self) -> bool:
        return bool(self._comments)

    def after(self, body: Bytes, lines: Positions) -> Flags:
        """After which line ends in ``body`` a comment starts; False as long as that is open."""
        found = np.zeros(len(lines), np.bool_)
        self.settled = None
        if not self._comments:
            return found
        if self._head is not None and len(body):
            self._settle_head(self._head + body[: self._longest].tobytes())
        if not len(lines):
            return found
        for comment in self._comments:
            same = np.ones(len(lines), np.bool_)
            for place, byte in enumerate(comment, 1):
                same &= bytes_at(body, lines + place, outside=LF) == byte
            found |= same
        rest = body[int(lines[-1]) + 1 :][: self._longest].tobytes()
        self._head = rest if not found[-1] and self._is_open(rest) else None
        return found

    def forget(self) -> None:
        """Take in that the last line end was none."""
        self._head = None

    def _settle_head(self, head: bytes) -> None:
        is_comment = head.startswith(self._comments)
        if not is_comment and self._is_open(head):
            self._head = head
        else:
            self._head, self.settled = None, is_comment

    def _is_open(self, head: bytes) -> bool:
        return any(comment.startswith(head) for comment in self._comments)
