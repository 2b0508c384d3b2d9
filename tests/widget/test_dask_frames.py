"""DataFrames of Dask, into a document and out of it, partition by partition."""

import gc
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from patience import PATIENCE

from tsvshare_widget.errors import NotYet
from tsvshare_widget.sources.partitioned import is_partitioned, write_partitions
from tsvshare_widget.widget.convert import partitions

dataframe = pytest.importorskip("dask.dataframe", reason="needs dask[dataframe]")

FRAME = pd.DataFrame({"a": range(10), "b": [f"x\t{n}" for n in range(10)]})


def test_partitions_come_in_their_order(share):
    frame = dataframe.from_pandas(FRAME, npartitions=3)
    assert is_partitioned(frame)
    assert not is_partitioned(frame["a"])
    assert not is_partitioned(FRAME)
    widget = share(frame)
    assert widget.columns == ["a", "b"]
    assert widget.wait(PATIENCE).rows == [[str(n), f"x\t{n}"] for n in range(10)]
    widget.upload(frame[frame["a"] > 7])
    assert widget.wait(PATIENCE).rows == [["8", "x\t8"], ["9", "x\t9"]]


def test_an_index_with_a_name_becomes_a_column(share):
    frame = dataframe.from_pandas(FRAME.set_index("b"), npartitions=2)
    widget = share(frame)
    assert widget.columns == ["b", "a"]
    assert share(frame, index=False).columns == ["a"]


def test_one_partition_at_a_time():
    computed = []

    def make(number):
        computed.append(number)
        return pd.DataFrame({"n": [number]})

    frame = dataframe.from_map(make, range(5), meta=pd.DataFrame({"n": [0]}))
    computed.clear()
    pieces = write_partitions(frame)
    assert next(pieces) == b"n\n0\n"
    assert computed == [0]
    assert b"".join(pieces) == b"1\n2\n3\n4\n"


def test_the_view_goes_out_with_its_partitions(share, monkeypatch):
    monkeypatch.setattr(partitions, "PARTITION_BYTES", 2_000)
    lines = ["id\tname", *(f"00{n % 50}\t{'' if n % 3 else 'é'}" for n in range(1_000)), "short"]
    widget = share("\n".join(lines).encode())
    widget.sort = [("id", "desc")]
    widget.filters = [("id", "!=", "007")]
    frame = widget.to_dask()
    assert frame.npartitions > 3
    assert frame.known_divisions
    want = widget.to_pandas(view=True, dtype=str)
    pd.testing.assert_frame_equal(frame.compute(), want.astype(frame.dtypes.to_dict()))
    assert frame.partitions[1].compute().index[0] == frame.divisions[1]
    whole = widget.to_dask(view=False).compute()
    assert whole["id"].tolist() == [line.split("\t")[0] for line in lines[1:]]
    assert whole["name"].isna().sum() == 1


def test_the_copy_goes_with_the_frame(share, tmp_path):
    widget = share(b"a\n1\n2\n")
    frame = widget.to_dask(folder=tmp_path)
    more = frame[frame["a"] == "2"]
    assert len(list(tmp_path.iterdir())) == 1
    del frame
    gc.collect()
    assert more.compute()["a"].tolist() == ["2"]
    del more
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_what_has_no_rows(share):
    widget = share(b"a\tb\n")
    frame = widget.to_dask()
    assert (list(frame.columns), len(frame)) == (["a", "b"], 0)
    before = set(Path(tempfile.gettempdir()).iterdir())
    with pytest.raises(NotYet):
        share().to_dask(timeout=0.1)
    assert set(Path(tempfile.gettempdir()).iterdir()) >= before
