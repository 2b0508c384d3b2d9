"""Encodings: found by the beginning of a text, and turned into UTF-8 piece by piece; pure.

- A byte order mark decides.
- Without one, NUL bytes in every other place, and only there, are UTF-16, if that gives text with
  line ends or tabs in it.
- Anything else is UTF-8, perhaps damaged here and there: bytes that are not valid are shown as
  U+FFFD and counted.
- Only if more of it is damaged than not, it is another encoding: what :mod:`.detect` is sure of,
  else, as a last resort, a single-byte encoding of western Europe: Windows-1252, or Latin-1 if
  there are bytes that mean nothing in the former.
"""

from __future__ import annotations

import codecs
import sys
from encodings import normalize_encoding
from encodings.aliases import aliases
from typing import NamedTuple, Protocol

from tsvshare_widget.errors import BadValue

from .detect import detect_encoding
from .utf8 import DAMAGE, Utf8Check

BOM = "\ufeff"
"""The byte order mark, which is no part of a text."""

UTF8_BOM = BOM.encode()

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONGEST_NAME = 40  # characters
_CODE_PAGES = """
37 273 424 437 500 720 737 775 850 852 855 856 857 858 860 861 862 863 864 865 866 869 874 875 932
949 950 1006 1026 1125 1140 1250 1251 1252 1253 1254 1255 1256 1257 1258
"""
_NAMED = """
ascii latin_1 utf_8 utf_8_sig utf_16 utf_16_le utf_16_be
utf_32 utf_32_le utf_32_be
big5 big5hkscs gb2312 gbk gb18030 euc_jp euc_jis_2004 euc_jisx0213 euc_kr johab
shift_jis shift_jis_2004 shift_jisx0213 hp_roman8 koi8_r koi8_t koi8_u kz1048
mac_arabic mac_croatian mac_cyrillic mac_farsi mac_greek mac_iceland mac_latin2
mac_roman mac_romanian mac_turkish palmos ptcp154 tis_620
"""
_TEXT = frozenset(
    (
        *(f"cp{int(number):03}" for number in _CODE_PAGES.split()),
        *(f"iso8859_{part}" for part in range(1, 17) if part != 12),
        *_NAMED.split(),
    )
)
"""Python's modules for encodings of text whose characters do not depend on those before."""

_MOST_HALVES = 0.5  # of characters in UTF-16 that are ASCII, in a text that could be UTF-8, too
_NOT_IN_1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


MARK_NOTE = "a byte order mark says so"
"""Why an encoding is that of its mark."""


class EncodingFound(NamedTuple):
    """An encoding, by its Python name, and why."""

    encoding: str
    why: str


def find_encoding(sample: bytes) -> EncodingFound:
    """The encoding of a text that starts with ``sample``, which may be all of it."""
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return EncodingFound(encoding, MARK_NOTE)
    if b"\0" in sample:
        for encoding in ("utf-16-le", "utf-16-be"):
            if _is_utf16(sample, encoding):
                return EncodingFound(
                    encoding, "every other byte is NUL, as in UTF-16 without its mark"
                )
    check = Utf8Check()
    check.check_bytes(sample)
    if check.is_ascii:
        return EncodingFound("utf-8", "all characters are ASCII")
    return verdict(check, sample)


def _is_utf16(sample: bytes, encoding: str) -> bool:
    even = sample[: len(sample) & ~1]
    zeros = [even[place::2].count(0) for place in (0, 1)]
    high = zeros[1] if encoding == "utf-16-le" else zeros[0]
    least = len(even) // 16
    if _is_utf8(even):  # a text of 8 bits with NULs in it, unless nearly all are such halves
        least = max(1, int(_MOST_HALVES * len(even) / 2))
    if high < least or high != sum(zeros):
        return False
    text = even.decode(encoding, "replace").removesuffix(DAMAGE)
    return DAMAGE not in text and any(byte in text for byte in "\t\n\r")


def _is_utf8(sample: bytes) -> bool:
    """Whether a sample is UTF-8, but for a character at its end that may go on."""
    check = Utf8Check()
    check.check_bytes(sample)
    return not check.damage


def with_order(encoding: str, sample: bytes) -> str:
    """``encoding`` by a name with its byte order, that of a text that starts with ``sample``."""
    if encoding not in ("utf-16", "utf-32"):
        return encoding
    marked = {name for mark, name in _BOMS if sample.startswith(mark)}
    native = f"{encoding}-{'le' if sys.byteorder == 'little' else 'be'}"
    return next((name for name in marked if name.startswith(encoding)), native)


def verdict(check: Utf8Check, sample: bytes = b"") -> EncodingFound:
    """The encoding by what ``check`` has counted; ``sample`` decides if that is not UTF-8."""
    if check.damage <= check.saved:
        if check.damage:
            return EncodingFound("utf-8", "most of it is; bytes that are not are shown as \ufffd")
        return EncodingFound("utf-8", "all characters are UTF-8")
    detected = detect_encoding(sample)
    if detected is not None:
        why = f"{detected.bytes:,} bytes that are not ASCII are words in it, by their statistics"
        return EncodingFound(detected.encoding, why)
    encoding = "latin-1" if set(_NOT_IN_1252) & set(sample) else "cp1252"
    return EncodingFound(encoding, "a last resort: most of what is not ASCII is not UTF-8 either")


def known_encoding(name: str) -> str:
    """The Python name of an encoding of text.  Raises :class:`BadValue` for any other.

    Only of those in ``_TEXT``: other codecs of Python are no encodings of text, never end, take a
    time that grows with the square of the text, or mean something else by the same bytes in another
    place, so that nothing could be appended.  Those that do not exist are not looked for: Python
    would remember each of them for ever.
    """
    usual = normalize_encoding(name[:_LONGEST_NAME]).lower()
    module = aliases.get(usual, usual)
    if module not in _TEXT:
        raise BadValue(
            f"{name[:_LONGEST_NAME]!r} is no encoding that a table can be read in: use one such as "
            "utf-8, utf-16, latin-1, cp1252, shift_jis, euc_kr or gb18030"
        )
    found = codecs.lookup(module).name
    plain = {"utf-8-sig": "utf-8", "ascii": "utf-8", "iso8859-1": "latin-1"}
    return plain.get(found, found)


class Recoder(Protocol):
    """Turns the bytes of a text into UTF-8."""

    @property
    def damage(self) -> int:
        """The number of U+FFFD that stand for bytes which are nothing in the encoding."""

    def recode_bytes(self, data: bytes) -> bytes:
        """The next bytes in UTF-8, as far as they are whole characters."""

    def recode_rest(self) -> bytes:
        """The bytes that are left in UTF-8, now that none follow."""


class Utf8Recoder:
    """Passes on text that is in UTF-8 already; counts damage while ``counting``."""

    def __init__(self) -> None:
        self.check = Utf8Check()
        self.counting = True

    @property
    def damage(self) -> int:
        """See :class:`Recoder`."""
        return self.check.damage

    def recode_bytes(self, data: bytes) -> bytes:
        """See :class:`Recoder`."""
        if self.counting:
            self.check.check_bytes(data)
        return data

    def recode_rest(self) -> bytes:
        """See :class:`Recoder`."""
        if self.counting:
            self.check.check_rest()
        return b""


class CodecRecoder:
    """Recodes text that is in another encoding."""

    def __init__(self, encoding: str) -> None:
        self.damage = 0
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._started = False

    def recode_bytes(self, data: bytes) -> bytes:
        """See :class:`Recoder`."""
        return self._encode(self._decoder.decode(data))

    def recode_rest(self) -> bytes:
        """See :class:`Recoder`."""
        return self._encode(self._decoder.decode(b"", final=True))

    def _encode(self, text: str) -> bytes:
        self.damage += text.count(DAMAGE)
        if text and not self._started:
            self._started = True
            text = text.removeprefix(BOM)
        return text.encode("utf-8", "replace")


def recoder(encoding: str) -> Recoder:
    """A recoder for texts in ``encoding``."""
    return Utf8Recoder() if encoding == "utf-8" else CodecRecoder(encoding)
