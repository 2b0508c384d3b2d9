"""How much of a text is UTF-8, counted over all of it; pure.

A text is decoded only where it is damaged.  That it is not can be seen without: a byte that
continues a character stands where the first byte of one asks for it, and nowhere else.
"""

from __future__ import annotations

import codecs

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Scratch

DAMAGE = "\ufffd"
_REAL_DAMAGE = DAMAGE.encode()
_SLICE_BYTES = 1 << 18  # bytes looked at at once: so few that they stay in a processor's cache
_FIRST, _LAST = 0xC0, 0xF4  # bytes that start a character of several
_IMPOSSIBLE = (b"\xc0", b"\xc1")  # of these
_SECOND = ((0xE0, 0xA0, 0xBF), (0xED, 0x80, 0x9F), (0xF0, 0x90, 0xBF), (0xF4, 0x80, 0x8F))
"""First bytes after which not every byte that continues a character can stand, but a range."""


class Utf8Check:
    """Counts what is not UTF-8 in a text that comes in chunks.

    ``damage`` is how many U+FFFD it takes to show it as UTF-8.
    """

    def __init__(self) -> None:
        self.damage = 0
        self.is_ascii = True
        self._saved = 0
        self._open = b""  # the first bytes of a character that may go on
        self._shape = _Shape()

    @property
    def saved(self) -> int:
        """Bytes beyond the first of each character."""
        return self._saved + len(self._open)

    def check_bytes(self, data: bytes) -> None:
        """Take the next bytes."""
        for start in range(0, len(data), _SLICE_BYTES):
            part = self._open + data[start : start + _SLICE_BYTES]
            if not part.isascii():
                self.is_ascii = False
                whole = _whole_characters(part)
                self._open = part[whole:]
                self._count(part[:whole])

    def check_rest(self) -> None:
        """Take in that no bytes follow."""
        data, self._open = self._open, b""
        self._count(data)

    def _count(self, data: bytes) -> None:
        saved = self._shape.continued(data)
        if saved is None:
            text = data.decode("utf-8", "replace")
            saved = len(data) - len(text)
            self.damage += text.count(DAMAGE) - data.count(_REAL_DAMAGE)
        self._saved += saved


def _whole_characters(data: bytes) -> int:
    """How many bytes there are before a last character that may go on."""
    for start in range(max(0, len(data) - 3), len(data)):
        if data[start] >= _FIRST:
            _, used = codecs.utf_8_decode(data[start:], "replace", False)
            return start + used
    return len(data)


class _Shape:
    """Looks at which bytes continue a character; holds memory for that."""

    def __init__(self) -> None:
        self._found, self._asked, self._more = Scratch(), Scratch(), Scratch()

    def continued(self, data: bytes) -> int | None:
        """How many bytes continue a character; None if ``data``, whole characters, is no UTF-8."""
        block = np.frombuffer(data, np.uint8)
        top = int(block.max(initial=0))
        if top > _LAST or any(byte in data for byte in _IMPOSSIBLE):
            return None
        found, asked = self._found.flags(len(block) + 3), self._asked_for(block, top)
        np.less(block.view(np.int8), -0x40, out=found[: len(block)])  # from 0x80 to 0xBF
        found[len(block) :] = False
        if np.not_equal(asked, found, out=asked).any():
            return None
        if not all(_is_followed(data, block, *rule) for rule in _SECOND if rule[0] <= top):
            return None
        return int(np.count_nonzero(found))

    def _asked_for(self, block: Bytes, top: int) -> Flags:
        """Where a byte has to continue a character that starts one, two or three before."""
        size = len(block)
        asked, more = self._asked.flags(size + 3), self._more.flags(size)
        asked[:1] = asked[size:] = False
        np.greater_equal(block, _FIRST, out=asked[1 : size + 1])
        for distance, first in ((2, 0xE0), (3, 0xF0)):
            if top >= first:
                asked[distance : size + distance] |= np.greater_equal(block, first, out=more)
        return asked


def _is_followed(data: bytes, block: Bytes, first: int, low: int, high: int) -> bool:
    """Whether all bytes after ``first`` are in a range, in a text of the right shape."""
    if first.to_bytes() not in data:
        return True
    second = block[np.flatnonzero(block == first) + 1]
    return bool(second.min() >= low and second.max() <= high)
