"""Pending operations: what may be set, and when it is sent."""

import numpy as np
import pytest
from widget_fixture import known

from tsvshare_widget.client import Snapshot
from tsvshare_widget.errors import BadValue, Forbidden, NoSuchPage, Unavailable
from tsvshare_widget.protocol import (
    DocumentState,
)
from tsvshare_widget.widget.live.pending import PendingOp, check_number, check_right, is_due


def due(name, value, snapshot, *, is_opening=False, is_moving=False):
    return is_due(PendingOp(name, value), snapshot, is_opening=is_opening, is_moving=is_moving)


@pytest.mark.parametrize("value", ["3", 2.0, None, True, 0, -2, [1]])
def test_nonsense_is_refused_as_a_page(value):
    with pytest.raises(BadValue):
        check_number("page", value)


@pytest.mark.parametrize("value", [0, -1, 1001, "10"])
def test_nonsense_is_refused_as_a_page_size(value):
    with pytest.raises(BadValue):
        check_number("page_size", value)


def test_whole_numbers_of_any_kind_are_pages():
    assert check_number("page", np.int64(7)) == 7
    assert check_number("page", -1) == -1
    assert type(check_number("page_size", np.uint8(7))) is int


def test_a_page_that_is_there_is_turned_to_and_one_that_is_not_is_refused():
    assert due("page", 3, known())
    assert due("page", -1, known())
    with pytest.raises(NoSuchPage, match="pages 1 to 3"):
        due("page", 4, known())


def test_a_page_that_may_still_come_is_waited_for():
    assert not due("page", 4, known(status="receiving"))
    assert due("page", 2, known(status="receiving"))
    empty = known(state=DocumentState())
    assert not due("page", 4, empty, is_opening=True)
    assert not due("page_size", 10, empty, is_opening=True)
    with pytest.raises(NoSuchPage, match="page 1"):
        due("page", 4, empty)


def test_a_page_is_counted_in_the_page_size_set_before():
    assert not due("page", 50, known(), is_moving=True)


def test_nothing_is_sent_before_the_document_is_known():
    assert not due("page", 4, Snapshot())


def test_who_may_not_change_anything_hears_so_at_once():
    check_right(known())
    check_right(Snapshot())
    with pytest.raises(Forbidden, match="look-only"):
        check_right(known(role="look"))
    with pytest.raises(Unavailable, match="closed"):
        check_right(Snapshot(status="closed"))
