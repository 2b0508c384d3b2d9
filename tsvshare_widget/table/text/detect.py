"""Encodings of unmarked text that is not UTF-8, where a detector is sure; pure.

The detector is chardet: by statistics of letters, it tells Shift_JIS, GB18030 and KOI8-R from one
another in a few lines.  Between encodings of western Europe it has little to go by in a table, so
those are left to the last resort.  It is imported only when a text is neither ASCII nor UTF-8.
"""

from __future__ import annotations

import codecs
import importlib
import re
from typing import NamedTuple

MOST_BYTES = 1 << 16
"""Bytes that are looked at: lines with others than ASCII."""

_LEAST_BYTES = 8  # others than ASCII, before anything is said
_LEAST_BESIDE = 0.6  # share of these that stand beside another one, as in words of other scripts
_LEAST_BESIDE_WIDE = 0.5  # the same, where the second byte of a character can be ASCII
_MOST_BROKEN = 0.01  # characters that may be damaged, of all that are not ASCII
_LEAST_CONFIDENCE_WIDE = 0.03
_LEAST_CONFIDENCE = 0.1  # where all bytes are letters, and scripts or alphabets share most of them

_WIDE = frozenset(("cp932", "euc_jp", "gb18030", "big5", "cp949"))
_SCRIPTS = """
koi8-r koi8-u cp1251 iso8859-5 cp1253 iso8859-7 cp1255 iso8859-8 cp1256 iso8859-6 cp874 tis-620
"""
_OTHER_SCRIPTS = frozenset(_SCRIPTS.split())
_OTHER_LATIN = frozenset(("cp1250", "iso8859-2", "cp1254", "iso8859-9", "cp1257", "iso8859-13"))
_WESTERN = frozenset(("cp1252", "iso8859-1", "iso8859-15"))
_ASKED = tuple(
    name.replace("iso8859", "iso-8859").replace("_", "-")
    for name in (*_WIDE, *_OTHER_SCRIPTS, *_OTHER_LATIN, *_WESTERN)
)
_USUAL = {"koi8-u": "koi8-r", "tis-620": "cp874"}
"""Encodings to be named in place of another one, where they say the same."""

_HIGH = bytes(range(0x80, 0x100))
_beside = re.compile(rb"[\x80-\xff]{2,}")


class Detected(NamedTuple):
    """An encoding by its Python name, and of how many bytes it was told."""

    encoding: str
    bytes: int


def detect_encoding(sample: bytes) -> Detected | None:
    """The encoding of a text that starts with ``sample``, which is neither ASCII nor UTF-8.

    None if that is not certain, or the detector is not installed.
    """
    lines = strange_lines(sample)
    others = len(lines) - len(lines.translate(None, _HIGH))
    if others < _LEAST_BYTES:
        return None
    try:
        found = importlib.import_module("chardet").detect(
            lines, include_encodings=_ASKED, prefer_superset=True
        )
        name = codecs.lookup(found["encoding"] or "").name
    except (ImportError, LookupError, ValueError):  # or an older detector
        return None
    encoding = _usual(name, lines)
    beside = sum(map(len, _beside.findall(lines))) / others
    if not _is_certain(encoding, found["confidence"], beside):
        return None
    damage = lines.decode(encoding, "replace").count("\ufffd")
    return Detected(encoding, others) if damage <= 1 + _MOST_BROKEN * others else None


def _is_certain(encoding: str, confidence: float, beside: float) -> bool:
    if encoding in _WIDE:
        return confidence >= _LEAST_CONFIDENCE_WIDE and beside >= _LEAST_BESIDE_WIDE
    if encoding in _OTHER_SCRIPTS:
        return confidence >= _LEAST_CONFIDENCE and beside >= _LEAST_BESIDE
    return encoding in _OTHER_LATIN and confidence >= _LEAST_CONFIDENCE


def _usual(encoding: str, lines: bytes) -> str:
    """The usual name of an encoding, if there is one by which these lines say the same."""
    usual = _USUAL.get(encoding, encoding)
    return (
        usual if lines.decode(usual, "replace") == lines.decode(encoding, "replace") else encoding
    )


def strange_lines(text: bytes) -> bytes:
    """The first lines of a text with bytes that are not ASCII, up to ``MOST_BYTES``."""
    lines = bytearray()
    for line in text.splitlines(keepends=True):
        lines += b"" if line.isascii() else line[: MOST_BYTES - len(lines)]
        if len(lines) >= MOST_BYTES:
            break
    return bytes(lines)
