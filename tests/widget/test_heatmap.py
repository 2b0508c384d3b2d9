"""Heatmaps as people write them, and for everyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from relay_fixture import wait_for

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import Heatmap
from tsvshare_widget.widget.convert.colours import read_heatmap, write_heatmap
from tsvshare_widget.widget.convert.header import Header

HEADER = Header(["gene", "score", "column", "score 2"], 4)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, None),
        (False, None),
        (True, Heatmap()),
        ("table", Heatmap(scale="table")),
        ("column", Heatmap(columns=(2,))),  # it is called so
        ("score", Heatmap(columns=(1,))),
        (["score", 3, "score"], Heatmap(columns=(1, 3))),
        (
            {"columns": ["score"], "scale": "table", "low": 0, "high": 2.5},
            Heatmap(columns=(1,), scale="table", low=0, high=2.5),
        ),
        ({"columns": True, "low": -1}, Heatmap(low=-1)),
    ],
)
def test_forms(written: Any, read: Heatmap | None):
    assert read_heatmap(written, HEADER) == read
    assert read_heatmap(write_heatmap(read, HEADER), HEADER) == read


@pytest.mark.parametrize(
    "wrong",
    [
        ["none"],
        9,
        [],
        {"columns": "score", "scale": "row"},
        {"low": 2, "high": 1},
        {"low": float("inf")},
        {"colours": 1},
        2.5,
    ],
)
def test_nonsense(wrong: Any):
    with pytest.raises(BadValue):
        read_heatmap(wrong, HEADER)


def test_everyone_sees_it(share: Callable[..., Any]) -> None:
    widget = share(b"gene\tscore\nTP53\t1\nKRAS\t2\n")
    yours = share(widget.view_url)
    assert widget.heatmap is None
    widget.heatmap = ["score"]
    assert widget.heatmap == {"columns": ["score"], "scale": "column"}
    wait_for(lambda: yours.heatmap == {"columns": ["score"], "scale": "column"})
    widget.sort = "score"
    assert widget.rows[0] == ["TP53", "1"]
    assert widget.heatmap == {"columns": ["score"], "scale": "column"}
    # It goes with its columns, as far as a newer table has them; what names none goes on.
    widget.upload(b"note\tgene\tscore\nx\tTP53\t1\n")
    assert widget.heatmap == {"columns": ["score"], "scale": "column"}
    widget.sort = []
    widget.upload(b"other\n1\n")
    assert widget.heatmap is None
    widget.heatmap = "table"
    widget.upload(b"gene\tscore\nTP53\t1\n")
    assert widget.heatmap == {"scale": "table"}
    widget.heatmap = None
    assert widget.rows
    wait_for(lambda: yours.heatmap is None)
