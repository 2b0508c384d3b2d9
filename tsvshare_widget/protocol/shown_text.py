"""Text of somebody else's choosing, made safe to show on a screen or in a terminal; pure."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that let text beside them run the other way, such as ``exe.gpj`` for ``jpg.exe``."""


def clean_text(text: str) -> str:
    """``text`` on one line, without what :func:`clean_name` leaves out.

    Space of any kind and length is one space: a terminal does nothing but show what is left.
    """
    return " ".join(part for word in text.split() if (part := clean_name(word)))


def clean_name(name: str) -> str:
    """``name`` without control characters and direction marks."""
    return "".join(sign for sign in name if _is_kept(sign))


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _TURNING
