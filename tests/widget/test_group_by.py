"""Groups of rows in Python, beside those of pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tsvshare_widget.errors import BadValue


def test_groups_as_pandas_has_them(share: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "chrom": rng.choice(["chr1", "chr2", "chrX"], 400, p=[0.5, 0.3, 0.2]),
            "strand": rng.choice(["+", "-"], 400),
            "score": rng.normal(size=400).round(3),
            "length": rng.integers(1, 900, 400),
        }
    )
    w = share(frame)
    found = w.group_by("chrom", mean="score", sum=["score", "length"], progress=False)
    assert list(found) == ["chrom", "count", "score_sum", "length_sum", "score_mean"]
    expected = frame.groupby("chrom").agg(
        count=("score", "size"),
        score_sum=("score", "sum"),
        length_sum=("length", "sum"),
        score_mean=("score", "mean"),
    )
    got = found.set_index("chrom")
    pd.testing.assert_frame_equal(got.loc[expected.index], expected, check_dtype=False)
    assert list(found["count"]) == sorted(found["count"], reverse=True)
    both = w.group_by(["strand", "chrom"], median="score", progress=False)
    medians = frame.groupby(["strand", "chrom"]).score.median()
    for row in both.itertuples():
        assert row.score_median == pytest.approx(medians[row.strand, row.chrom])
    w.filters = ("chrom", "==", "chrX")
    only = w.group_by("chrom", view=True, progress=False)
    count = int((frame.chrom == "chrX").sum())
    assert only.to_dict("records") == [{"chrom": "chrX", "count": count}]
    assert only.attrs["groups"] == 1


def test_nonsense_raises(share: Callable[..., Any]) -> None:
    w = share(b"a\tb\n1\t2\n")
    for wrong in (["a", "b", "a"], "none", [], 7):
        with pytest.raises(BadValue):
            w.group_by(wrong, progress=False)
    with pytest.raises(BadValue):
        w.group_by("a", mean="none", progress=False)
