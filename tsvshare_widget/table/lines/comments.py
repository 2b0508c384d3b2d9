"""Comment lines, found by how lines start; pure."""

from __future__ import annotations

import numpy as np

from .bitmaps import Bytes, Flags, Positions, bytes_at
from .syntax import LF


class CommentStarts:
    """Finds comment lines in data that comes in chunks.

    ``settled`` says whether the line at the end of the chunk before is a comment, if that became
    known with this chunk; else None.
    """

    def __init__(self, comments: tuple[bytes, ...], *, header: bool) -> None:
        """``header``: the first line is no comment, however it starts."""
        self.settled: bool | None = None
        # One that starts with another one finds nothing more.
        self._comments = tuple(
            comment
            for comment in dict.fromkeys(comments)
            if not any(comment != other and comment.startswith(other) for other in comments)
        )
        self._longest = max(map(len, comments), default=0)
        self._head: bytes | None = b"" if comments and not header else None  # of an open line

    def __bool__(self) -> bool:
        return bool(self._comments)

    def after(self, body: Bytes, lines: Positions) -> Flags:
        """Flags of the line ends that a comment follows; False while that is not known yet."""
        found = np.zeros(len(lines), np.bool_)
        self.settled = None
        if not self._comments:
            return found
        if self._head is not None and len(body):
            self._settle_head(self._head + body[: self._longest].tobytes())
        if not len(lines):
            return found
        for comment in self._comments:
            found[_followed_by(body, lines, comment)] = True
        rest = body[int(lines[-1]) + 1 :][: self._longest].tobytes()
        self._head = rest if not found[-1] and self._is_open(rest) else None
        return found

    def forget(self) -> None:
        """Drop what is known of an open line: the last line end stands inside a quoted cell."""
        self._head = None

    def _settle_head(self, head: bytes) -> None:
        is_comment = head.startswith(self._comments)
        if not is_comment and self._is_open(head):
            self._head = head
        else:
            self._head, self.settled = None, is_comment

    def _is_open(self, head: bytes) -> bool:
        return any(comment.startswith(head) for comment in self._comments)


def _followed_by(body: Bytes, lines: Positions, start: bytes) -> Positions:
    """The numbers of the line ends that ``start`` follows.

    Byte by byte, and only where all before are the same: the cost is bounded by the size of the
    text, whatever the lines are like.
    """
    numbers = np.arange(len(lines))
    for place, byte in enumerate(start, 1):
        numbers = numbers[bytes_at(body, lines[numbers] + place, outside=LF) == byte]
        if not len(numbers):
            break
    return numbers
