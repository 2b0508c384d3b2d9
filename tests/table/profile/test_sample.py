"""A sample is spread over the table, and its profile is that of its rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from profile_fixture import fill

from tsvshare_widget.table.profile import sample
from tsvshare_widget.table.profile.sample import profile_sample, spread


def test_numbers_are_spread_and_the_same_in_every_call():
    places = spread(1_000_000, 2000)
    assert (places == spread(1_000_000, 2000)).all()
    assert (np.diff(places) > 0).all()
    assert (places // 500 == np.arange(2000)).all()  # one in each part
    assert spread(5, 2000).tolist() == [0, 1, 2, 3, 4]
    assert spread(0).tolist() == []
    # What comes every 500 rows comes by chance.
    assert len(set((places % 500).tolist())) > 400


def test_the_profile_is_that_of_the_rows(tmp_path: Path):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.normal(size=9000).round(4), "y": rng.choice(["a", "b"], 9000)})
    table = fill(tmp_path / "table", frame.to_csv(sep="\t", index=False, header=False).encode())
    rows = spread(9000)
    count, (x, y) = profile_sample(table.snapshot(), range(2), rows, 200)
    some = frame.iloc[rows]
    assert count == x.rows == 2000
    assert x.mean == pytest.approx(some.x.mean())
    assert x.median == pytest.approx(some.x.median())
    assert x.histogram is not None
    expected, _ = np.histogram(some.x, x.histogram.edges)
    assert x.histogram.counts == expected.tolist()
    assert dict(y.top) == some.y.value_counts().to_dict()
    table.close()


def test_rows_of_many_bytes_are_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sample, "SAMPLE_BYTES", 10_000)
    lines = [f"{n}\t{'x' * 500}\n" for n in range(200)] + [f"9\t{'y' * 20_000}\n"]
    table = fill(tmp_path / "table", "".join(lines).encode())
    count, (numbers, _) = profile_sample(table.snapshot(), range(2), spread(201), 200)
    assert 10 <= count <= 20
    assert numbers.rows == numbers.fitting == count
    table.close()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel what is mapped")
def test_a_sample_leaves_the_index_out_of_memory(tmp_path: Path):
    table = fill(tmp_path / "table", b"".join(b"%d\n" % row for row in range(50_000)))
    count, (numbers,) = profile_sample(table.snapshot(), range(1), spread(50_000), 200)
    assert count == numbers.fitting == 2000
    assert str(tmp_path) not in Path("/proc/self/maps").read_text()
    table.close()


def test_a_sample_loads_nothing_large():
    code = (
        "import sys; from tsvshare_widget.table.profile.sample import spread; spread(10**6); "
        "assert 'numpy.random' not in sys.modules, 'eleven megabytes of each kernel'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
