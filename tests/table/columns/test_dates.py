"""Cells as dates, against Python's own."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from contract_fixture import contract
from hypothesis import example, given
from hypothesis import strategies as st
from query_fixture import as_column
from query_reference import nanoseconds

from tsvshare_widget.table.columns.dates import dates_of

moments = st.datetimes(
    min_value=datetime(2, 1, 1),
    max_value=datetime(9998, 1, 1),
    timezones=st.none()
    | st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
written = st.tuples(moments, st.sampled_from(["hours", "minutes", "seconds", "microseconds"])).map(
    lambda pair: pair[0].isoformat("T" if pair[0].day % 2 else " ", pair[1])
)
pieces = st.tuples(
    st.sampled_from(["2024", "1900", "0000", "20"]),
    st.sampled_from(["", "-02", "-13", "-2", "/02"]),
    st.sampled_from(["", "-29", "-30", "-00", "-01"]),
    st.sampled_from(["", "T10:30", " 23:59", "T24:00", "T9:30", "t10:30", "T10:60"]),
    st.sampled_from(["", ":00", ":60", ":61", ":0"]),
    st.sampled_from(["", ".1", ".1234567", ",123456789", ".", ".1234567890"]),
    st.sampled_from(["", "Z", "z", "+01", "-01:30", "+2359", "+24:00", "+01:60", "+1"]),
).map("".join)


@example(["2026-11-22T09:30:00.123456789+01:00", "2026-11-22T09:30:00.123456789+01:000", ""])
@example(["0001-01-01T00:00-0060", "0001-01-01T00:00-00:59"])
@given(st.lists(written | pieces | st.text("0123456789-T:Z+ ", max_size=25), max_size=20))
def test_as_python_reads_them(cells: list[str]) -> None:
    cells = [cell for cell in cells if not cell.startswith("0000")]  # a year Python has not
    found = dates_of(as_column(cells), years=True)
    seen = [
        100 * int(ticks) + int(nanos) if fits else None
        for fits, ticks, nanos in zip(*found, strict=True)
    ]
    assert seen == [nanoseconds(cell) for cell in cells]


def test_the_contract_with_the_front_end() -> None:
    cases = contract("dates")["texts"]
    found = dates_of(as_column([text for text, _ in cases]), years=True)
    assert found.fits.tolist() == [is_one for _, is_one in cases]


def test_years_are_dates_if_that_is_asked_for() -> None:
    column = as_column(["1999", "1999-12", None, "199"])
    assert dates_of(column, years=False).fits.tolist() == [False, True, False, False]
    found = dates_of(column, years=True)
    assert found.fits.tolist() == [True, True, False, False]
    assert found.seconds().tolist()[:2] == [915148800.0, 944006400.0]
