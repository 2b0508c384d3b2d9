"""What can be opened, and a DataFrame as text."""

import io
import math
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.sources.addresses import is_link
from tsvshare_widget.sources.frame_text import write_frame
from tsvshare_widget.sources.recognise import recognise_source
from tsvshare_widget.widget.convert.reading import to_read_options


def found(source, **options: Any):
    name, index = options.pop("name", None), options.pop("index", None)
    how = to_read_options(cast(Any, options))
    return recognise_source(source, name=name, options=how, index=index)


def text_of(frame: pd.DataFrame, **options: Any) -> list[list[str]]:
    lines = b"".join(write_frame(frame, **options)).decode().splitlines()
    return [line.split("\t") for line in lines]


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


def of_library(library, name, **methods):
    """An object as one of another library looks."""
    kind = type(name, (), {"__module__": library, **methods})
    return kind()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (of_library("polars.dataframe.frame", "DataFrame"), "a DataFrame of polars.*to_pandas"),
        (of_library("polars.lazyframe.frame", "LazyFrame"), "LazyFrame of polars.*collect"),
        (of_library("pyspark.sql.dataframe", "DataFrame"), "DataFrame of pyspark.*toPandas"),
        (of_library("dask.dataframe.core", "DataFrame"), "DataFrame of dask.*compute"),
        (of_library("pyarrow.lib", "Table"), "Table of pyarrow.*to_pandas"),
        (of_library("_duckdb", "DuckDBPyRelation"), "DuckDBPyRelation of duckdb.*[.]df"),
        (of_library("new_frames", "Frame", to_pandas=print), "Frame of new_frames.*to_pandas"),
        (of_library("nothing_known", "DataFrame"), "a DataFrame of nothing_known: give a path"),
        (pd.Series([1]), "Series of pandas.*to_frame"),
        (["a"], "a list: .*lists of cells, or dictionaries"),
    ],
    ids=lambda source: type(source).__name__ if not isinstance(source, str) else "",
)
def test_tables_of_other_libraries_are_named_with_the_call_that_converts_them(source, says):
    with pytest.raises(TypeError, match=says):
        found(source)


@pytest.mark.parametrize(
    "text", ["a\tb\n1\t2\n", "one line\n", "a\tb", "x\0y", "a\rb", "a," * 9000]
)
def test_text_of_a_table_is_recognised_and_not_repeated(text):
    with pytest.raises(BadValue, match="looks like the table itself") as caught:
        found(text)
    assert "encode()" in str(caught.value)
    assert text not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_text_is_no_path():
    with pytest.raises(BadValue, match="not an empty text"):
        found("")


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


SCORES = pd.DataFrame({"chrom": ["1", "2", "1"], "x": [1, 2, 3]})


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (SCORES.groupby("chrom").sum(), [["chrom", "x"], ["1", "4"], ["2", "2"]]),
        (SCORES["chrom"].value_counts().to_frame(), [["chrom", "count"], ["1", "2"], ["2", "1"]]),
        (SCORES[SCORES.x > 1], [["", "chrom", "x"], ["1", "2", "2"], ["2", "1", "3"]]),
        (pd.DataFrame({"s": [5]}, index=["GENE1"]), [["", "s"], ["GENE1", "5"]]),
        (SCORES.rename_axis("id").head(1), [["id", "chrom", "x"], ["0", "1", "1"]]),
        (
            SCORES.set_index(["chrom", "x"]).assign(y=0).head(1),
            [["chrom", "x", "y"], ["1", "1", "0"]],
        ),
        (pd.DataFrame(index=pd.Index(["a"], name="x")), [["x"], ["a"]]),
        (
            pd.DataFrame({"v": [1]}, index=pd.to_datetime(["2020-01-01"])),
            [["", "v"], ["2020-01-01", "1"]],
        ),
        (pd.DataFrame({"x": [1]}, index=pd.Index(["k"], name="x")), [["x", "x"], ["k", "1"]]),
        (pd.DataFrame({"x": [1, 2]}, index=[0, 1]), [["x"], ["1"], ["2"]]),
    ],
)
def test_an_index_that_says_something_becomes_columns(
    frame: pd.DataFrame, text: list[list[str]]
) -> None:
    before = frame.copy()
    assert text_of(frame) == text
    pd.testing.assert_frame_equal(frame, before)
    bare = frame.to_csv(sep="\t", index=False, lineterminator="\n").splitlines()
    assert [*map("\t".join, text_of(frame, index=False))] == bare


def test_an_index_is_written_if_it_is_wanted_and_asked_for_frames_alone() -> None:
    assert text_of(SCORES, index=True)[:2] == [["", "chrom", "x"], ["0", "1", "1"]]
    body: Any = found(SCORES, index=True).body
    assert b"".join(body).startswith(b"\tchrom\tx\n")
    with pytest.raises(TypeError, match="index= goes with a DataFrame"):
        found(b"a\tb\n", index=True)


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (pd.MultiIndex.from_tuples([("a", "min"), ("a", "max")]), ["a / min", "a / max"]),
        (pd.MultiIndex.from_tuples([("chrom", ""), ("x", 1)]), ["chrom", "x / 1"]),
        (
            pd.MultiIndex.from_tuples([("a", None, 2), (math.nan, "b", "c")], names=[*"xyz"]),
            ["a / 2", "b / c"],
        ),
    ],
)
def test_levels_of_columns_become_one_name_each(columns: pd.MultiIndex, names: list[str]) -> None:
    frame = pd.DataFrame([[1, 20], [3, 100]], columns=columns)
    assert text_of(frame) == [names, ["1", "20"], ["3", "100"]]
    pivot = SCORES.pivot_table(index="chrom", values="x", aggfunc=["min", "max"])
    assert text_of(pivot)[:2] == [["chrom", "min / x", "max / x"], ["1", "1", "3"]]


def test_a_byte_order_mark_in_a_name_stays() -> None:
    body = b"".join(write_frame(pd.DataFrame({"\ufeffname": [1], "b": ["x"]})))
    assert body.decode() == '"\ufeffname"\t"b"\n1\t"x"\n'
