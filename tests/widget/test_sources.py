"""What can be opened, and a DataFrame as text."""

import io
import math
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from tsvshare_widget.widget.convert.reading import to_read_options
from tsvshare_widget.widget.convert.sources import is_link, recognise_source, write_frame


def found(source, **options: Any):
    return recognise_source(
        source, name=options.pop("name", None), options=to_read_options(cast(Any, options))
    )


def test_names_come_from_the_source(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_bytes(b"a\tb\n")
    assert found(path).name == found(str(path)).name == "genes.tsv"
    assert found(path).path == path
    assert found(b"a\n").name == found(io.BytesIO(b"a\n")).name == "table.tsv"
    with path.open("rb") as file:
        assert found(file).name == "genes.tsv"
    assert found(path, name="mine.tsv").name == "mine.tsv"


def test_a_path_that_cannot_be_read_is_said_at_once(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.tsv"):
        found(tmp_path / "missing.tsv")
    with pytest.raises(IsADirectoryError):
        found(tmp_path)


@pytest.mark.parametrize("source", [3, ["a"], object()])
def test_what_is_no_table_is_named(source):
    with pytest.raises(TypeError, match=f"cannot open a {type(source).__name__}"):
        found(source)


def test_only_text_with_a_scheme_is_a_link():
    assert is_link("https://h/d/u")
    assert not is_link("genes.tsv")
    assert not is_link(b"https://h/d/u")


FRAME = pd.DataFrame(
    {
        "gene": ["TP53", 'say "hi"', None, "tab\there"],
        "score": [0.5, math.nan, 1e300, -3.0],
        "count": [1, 2, 3, 4],
        "when": pd.to_datetime(["2026-01-01 00:00", "2026-01-02 03:04", None, "2026-01-03 00:00"]),
        "note": ["", "two\nlines", "é", "007"],
    }
)


@pytest.mark.parametrize(
    "frame",
    [
        FRAME,
        FRAME.head(0),
        pd.DataFrame(),
        pd.DataFrame({"only": []}),
        pd.DataFrame({"x": np.arange(60_001), "y": "a"}),
    ],
    ids=["mixed", "no rows", "nothing", "one column", "long"],
)
def test_a_dataframe_becomes_text_by_pandas_own_rules(frame):
    expected = frame.to_csv(sep="\t", index=False, lineterminator="\n").encode()
    assert b"".join(write_frame(frame)) == expected


def test_a_dataframe_is_read_as_it_was_written():
    options = found(FRAME, header=False).options
    assert (options.header, options.quoting, options.comments) == (True, "excel", False)
    assert (options.delimiter, options.encoding) == ("\t", "utf-8")
