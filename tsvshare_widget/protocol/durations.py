"""Lengths of time as people write them; pure."""

from __future__ import annotations

import re

from tsvshare_widget.errors import BadValue

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}


def parse_duration(said: str | float) -> float:
    """Seconds out of ``"30d"``, ``"12h"``, ``"45m"``, ``"2w"`` or a number of seconds.

    Raises :class:`BadValue` for anything else, and for nothing at all.
    """
    seconds = 0.0
    if isinstance(said, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])?[a-z]*\s*", said.lower())
        if match is not None:
            seconds = float(match[1]) * UNITS[match[2] or "s"]
    elif not isinstance(said, bool):
        seconds = float(said)
    if not 0 < seconds < float("inf"):
        raise BadValue(f"{said!r} is not a length of time; one looks like 30d, 12h or 45m")
    return seconds


def describe_duration(seconds: float) -> str:
    """A length of time in words, in the largest unit that is a whole number of them."""
    for unit, word in (("d", "day"), ("h", "hour"), ("m", "minute")):
        number = seconds / UNITS[unit]
        if number >= 1 and number == int(number):
            return f"{number:,.0f} {word}" + ("" if number == 1 else "s")
    return f"{seconds:g} seconds"
