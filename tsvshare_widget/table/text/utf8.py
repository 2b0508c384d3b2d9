"""UTF-8 validation: how much of a text is UTF-8, counted over all of it; pure.

Text is decoded only where it is damaged.  That it is valid can be seen without: continuation bytes
stand where the lead byte of a character asks for them, and nowhere else.
"""

from __future__ import annotations

import codecs

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Scratch

DAMAGE = "\ufffd"
_REAL_DAMAGE = DAMAGE.encode()
_SLICE_BYTES = 1 << 18  # checked at once: so few that they stay in a processor's cache
_FIRST, _LAST = 0xC0, 0xF4  # lead bytes of characters of several bytes
_IMPOSSIBLE = (b"\xc0", b"\xc1")  # of these
_SECOND = ((0xE0, 0xA0, 0xBF), (0xED, 0x80, 0x9F), (0xF0, 0x90, 0xBF), (0xF4, 0x80, 0x8F))
"""Lead bytes after which only a range of continuation bytes is valid."""


class Utf8Check:
    """Counts bytes that are not UTF-8 in a text that comes in chunks.

    ``damage`` is how many U+FFFD stand for them when the text is decoded.
    """

    def __init__(self) -> None:
        self.damage = 0
        self.is_ascii = True
        self._saved = 0
        self._open = b""  # the first bytes of a character that may go on
        self._shape = _Shape()

    @property
    def saved(self) -> int:
        """The number of continuation bytes, by which the text is longer than its characters."""
        return self._saved + len(self._open)

    def check_bytes(self, data: bytes) -> None:
        """Check the next bytes."""
        if not self._open and _is_ascii(data):
            return
        for start in range(0, len(data), _SLICE_BYTES):
            part = self._open + data[start : start + _SLICE_BYTES]
            if not part.isascii():
                self.is_ascii = False
                whole = _whole_characters(part)
                self._open = part[whole:]
                self._count(part[:whole])

    def check_rest(self) -> None:
        """Check the bytes that are left, now that none follow."""
        data, self._open = self._open, b""
        self._count(data)

    def _count(self, data: bytes) -> None:
        saved = self._shape.continued(data)
        if saved is None:
            text = data.decode("utf-8", "replace")
            saved = len(data) - len(text)
            self.damage += text.count(DAMAGE) - data.count(_REAL_DAMAGE)
        self._saved += saved


def _is_ascii(data: bytes) -> bool:
    """``data.isascii()``, in half the time."""
    return int(np.frombuffer(data, np.int8).min(initial=0)) >= 0


def _whole_characters(data: bytes) -> int:
    """The number of bytes before a last character that may go on."""
    for start in range(max(0, len(data) - 3), len(data)):
        if data[start] >= _FIRST:
            _, used = codecs.utf_8_decode(data[start:], "replace", False)
            return start + used
    return len(data)


class _Shape:
    """Compares continuation bytes with the lead bytes that ask for them; holds memory for that."""

    def __init__(self) -> None:
        self._found, self._asked, self._more = Scratch(), Scratch(), Scratch()

    def continued(self, data: bytes) -> int | None:
        """The number of continuation bytes in whole characters; None if they are no UTF-8."""
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
        """Flags of the bytes that a lead byte one, two or three before asks to be continuations."""
        size = len(block)
        asked, more = self._asked.flags(size + 3), self._more.flags(size)
        asked[:1] = asked[size:] = False
        np.greater_equal(block, _FIRST, out=asked[1 : size + 1])
        for distance, first in ((2, 0xE0), (3, 0xF0)):
            if top >= first:
                asked[distance : size + distance] |= np.greater_equal(block, first, out=more)
        return asked


def _is_followed(data: bytes, block: Bytes, first: int, low: int, high: int) -> bool:
    """Whether all bytes after lead bytes ``first`` are in a range; each must have one after it."""
    if first.to_bytes() not in data:
        return True
    second = block[np.flatnonzero(block == first) + 1]
    return bool(second.min() >= low and second.max() <= high)
