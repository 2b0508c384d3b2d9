"""Lengths of time as people write them."""

from __future__ import annotations

import pytest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import parse_duration

MINUTE, DAY = 60.0, 86400.0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("45m", 45 * MINUTE),
        ("90 minutes", 90 * MINUTE),
        ("1.5 h", 90 * MINUTE),
        (" 3D ", 3 * DAY),
        ("1 day", DAY),
        ("2 weeks", 14 * DAY),
        ("30sec", 30.0),
        (90, 90.0),
    ],
)
def test_a_number_has_a_unit_and_a_number_alone_is_of_seconds(said: str | float, seconds: float):
    assert parse_duration(said) == seconds


@pytest.mark.parametrize(
    "said", ["90", "2x", "6months", "3mo", "5ms", "1 year", "0d", "d", "-1d", ""]
)
def test_no_other_unit_is_guessed_for_things_are_deleted_by_it(said: str):
    with pytest.raises(BadValue, match="30d, 12h or 45m"):
        parse_duration(said)
