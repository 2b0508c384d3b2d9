"""Lengths of time as people write them; pure."""

from __future__ import annotations

import re

from tsvshare_widget.errors import BadValue

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}

# Whole words only: "6 months" is not six minutes, for things are deleted by such times.
_WRITTEN = re.compile(
    r"(\d+(?:\.\d+)?)\s*"
    r"(?:(s)(?:econds?|ecs?)?|(m)(?:inutes?|ins?)?|(h)(?:ours?|rs?)?|(d)(?:ays?)?|(w)(?:eeks?|ks?)?)"
)


def parse_duration(said: str | float) -> float:
    """Seconds out of ``"30d"``, ``"12h"``, ``"45m"``, ``"2 weeks"`` or a number of seconds.

    Raises :class:`BadValue` for anything else, such as a text without a unit, and for no time.
    """
    seconds = 0.0
    if isinstance(said, str):
        match = _WRITTEN.fullmatch(said.strip().lower())
        if match is not None:
            number, *units = match.groups()
            seconds = float(number) * UNITS[next(filter(None, units))]
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
