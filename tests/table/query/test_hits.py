"""Where rows with a text stand in a view, which one comes next, and in which cells it is."""

import numpy as np
import pytest

from tsvshare_widget.table import Table
from tsvshare_widget.table.query.hits import columns_with, nearest, places_of
from tsvshare_widget.table.state import snapshot_at


def places(found, view=None):
    rows = None if view is None else np.array(view, np.int64)
    return places_of(np.array(found, np.int64), rows).tolist()


def test_in_the_table_rows_stand_where_they_are():
    assert places([2, 5, 9]) == [2, 5, 9]


def test_in_a_view_they_stand_where_it_has_them():
    assert places([2, 5, 9], [9, 0, 5, 7, 2]) == [0, 2, 4]
    assert places([2, 5, 900], [9, 0, 5, 7]) == [2]
    assert places([], [9, 0]) == []
    assert places([3], []) == []


@pytest.mark.parametrize(
    ("place", "back", "number"),
    [
        *[(0, False, 0), (2, False, 0), (3, False, 1), (10, False, 0), (99, False, 0)],
        *[(9, True, 2), (8, True, 1), (1, True, 2), (-1, True, 2), (2, True, 0)],
    ],
)
def test_the_next_one_is_here_or_further_on_and_begins_anew_at_the_end(place, back, number):
    assert nearest(np.array([2, 5, 9]), place, back=back) == number


def test_the_cells_of_a_row_are_found_however_long_they_are(tmp_path):
    long = "x" * 20_000
    table = Table.create(tmp_path / "t")
    table.feed_bytes(f"a\tb\tc\nnone\tStraße\t{long}STRASSE\nx\n".encode())
    table.finish_input()
    snapshot = snapshot_at(table.moment())
    assert columns_with(snapshot, 0, "strasse", 9) == [1, 2]
    assert columns_with(snapshot, 0, "strasse", 1) == [1]
    assert columns_with(snapshot, 1, "strasse", 9) == []
