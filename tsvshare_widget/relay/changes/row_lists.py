"""Rows out of JSON text, some at a time, however many there are.

To decode all of it in one call would keep every other thread waiting for as long as that takes,
and lists of strings take many times the memory of their text.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from tsvshare_widget.errors import BadValue

PIECE_BYTES = 256 * 1024
"""Bytes of text that are decoded at a time, unless one row is longer."""

LONGEST_ROW = 8 * 1024 * 1024
"""Characters of one row; a longer one is refused."""

_space = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


def decode_rows(body: bytes) -> Iterator[list[list[str]]]:
    """The rows of a JSON list of lists of strings, in batches.  Raises :class:`BadValue`."""
    try:
        yield from _batches(_Text(body))
    except (ValueError, RecursionError) as error:
        raise BadValue(f"rows are given as a JSON list of lists of strings: {error}") from error


def _batches(text: _Text) -> Iterator[list[list[str]]]:
    text.expect("[")
    rows: list[list[str]] = []
    if text.sign() == "]":
        text.expect("]")
    else:
        while True:
            rows.append(text.row())
            if text.is_long:
                yield rows
                rows = []
            if text.expect(",]") == "]":
                break
    if text.sign():
        raise ValueError(f"after the list comes {text.sign()!r}")
    yield rows


class _Text:
    """JSON text that is decoded piece by piece, and where in it we are."""

    def __init__(self, body: bytes) -> None:
        self._body = memoryview(body)
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._since = 0

    @property
    def is_long(self) -> bool:
        """Whether as much as a piece has been read since this was so last."""
        if self._since < PIECE_BYTES:
            return False
        self._since = 0
        return True

    def sign(self) -> str:
        """The next sign that is no space; empty at the end."""
        while True:
            space = _space.match(self._text, self._at)
            assert space is not None
            self._move(space.end())
            if self._at < len(self._text) or not self._read_more():
                return self._text[self._at : self._at + 1]

    def expect(self, signs: str) -> str:
        """Pass the next sign, which is one of these."""
        found = self.sign()
        if not found or found not in signs:
            raise ValueError(f"where {' or '.join(signs)} is due comes {found or 'the end'!r}")
        self._move(self._at + 1)
        return found

    def row(self) -> list[str]:
        """The next value, which is a list of strings."""
        if self.sign() != "[":
            raise ValueError(f"where a row is due comes {self.sign() or 'the end'!r}")
        while True:
            try:
                row, end = _decoder.raw_decode(self._text, self._at)
                break
            except ValueError:
                if len(self._text) - self._at > LONGEST_ROW or not self._read_more():
                    raise
        if not _is_row(row):
            raise ValueError("a row holds something that is no string")
        self._move(end)
        return row

    def _move(self, to: int) -> None:
        self._since += to - self._at
        self._at = to

    def _read_more(self) -> bool:
        """Decode the next piece, as large as what is left of those before; whether there is one."""
        if not self._body:
            return False
        left = self._text[self._at :]
        size = max(PIECE_BYTES, len(left))
        more = self._utf8.decode(self._body[:size], final=len(self._body) <= size)
        self._body = self._body[size:]
        self._text, self._at = left + more, 0
        return True


def _is_row(row: Any) -> TypeGuard[list[str]]:
    return isinstance(row, list) and all(isinstance(cell, str) for cell in row)
