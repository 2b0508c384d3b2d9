"""Rows in any order, and tables at a moment as another process reads them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_fixture import DIALECTS, EVERYTHING, any_bytes, cells_of, fill

from tsvshare_widget.errors import BadTable, NotFound, Stale
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Moment, Table


def elsewhere(table: Table) -> Table:
    """The table as a process reads it that was told of this moment."""
    return Table.at(msgspec.json.decode(msgspec.json.encode(table.moment()), type=Moment))


@pytest.mark.slow
@given(st.data(), any_bytes, st.sampled_from(sorted(DIALECTS)))
def test_rows_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, content: bytes, dialect: str
) -> None:
    table = fill(tmp_path_factory.mktemp("rows"), content, dialect)
    count = table.facts.rows
    if count:
        rows = data.draw(st.lists(st.integers(0, count - 1), max_size=9))
        start, stop = sorted(data.draw(st.tuples(st.integers(0, 4), st.integers(0, 6))))
        most = data.draw(st.sampled_from([1, 3, EVERYTHING]))
        ids = np.array(rows, np.int64)
        found, cells, lines = table.rows_at(ids, start, stop, most), cells_of(table), []
        assert found.cells == [[cell[:most] for cell in cells[row][start:stop]] for row in rows]
        for row in rows:
            lines += table.line_numbers(row, 1)
        assert table.line_numbers_at(ids) == lines
        assert table.span_at(ids) == sum(table.span(row, 1) for row in rows)
        assert table.rows(0, EVERYTHING, start, stop, most).cells == [
            [cell[:most] for cell in row[start:stop]] for row in cells
        ]
    table.close()


def test_rows_that_are_not_there(tmp_path: Path) -> None:
    table = fill(tmp_path, b"a\nb\n")
    for rows in ([2], [0, -1]):
        with pytest.raises(NotFound, match="there is no row"):
            table.rows_at(np.array(rows), 0, 1)
    assert table.rows_at(np.array([], np.int64), 0, 1).cells == []
    table.close()


def test_wide_rows_in_any_order(tmp_path: Path) -> None:
    cells = [[f"{row}.{column}" for column in range(12_000)] for row in range(9)]
    table = fill(tmp_path, "\n".join(map("\t".join, cells)).encode())
    for start in (0, 7_000, 11_999):
        found = table.rows_at(np.array([8, 0, 3]), start, start + 50)
        assert found.cells == [cells[row][start : start + 50] for row in (8, 0, 3)]
    table.close()


@given(any_bytes, st.sampled_from(sorted(DIALECTS)), st.booleans())
@pytest.mark.slow
def test_a_moment_is_the_table(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, dialect: str, header: bool
) -> None:
    table = fill(tmp_path_factory.mktemp("moment"), data, dialect, header=header)
    there = elsewhere(table)
    assert there.facts == table.facts
    assert cells_of(there) == cells_of(table)
    assert there.names(0, 9) == table.names(0, 9)
    assert there.line_numbers(0, EVERYTHING) == table.line_numbers(0, EVERYTHING)
    table.close()


def test_moments_of_a_table_that_grows(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "grows", options=ReadOptions(header=True))
    moments = [elsewhere(table)]
    for part in (b"n\n1\n", b"2\n", b"".join(b"%d\n" % number for number in range(50_000)), b"x\n"):
        table.feed_bytes(part)
        moments.append(elsewhere(table))
    table.finish_input()
    counts = [moment.facts.rows for moment in moments]
    assert counts == [0, 1, 2, 50_002, 50_003]
    assert moments[2].rows(0, 9, 0, 9).cells == [["1"], ["2"]]
    assert moments[3].rows(50_000, 9, 0, 9).cells == [["49998"], ["49999"]]
    assert moments[3].line_numbers(50_001, 9) == [50_003]
    assert cells_of(moments[4]) == cells_of(table)
    table.close()


def test_a_moment_before_another_reading(tmp_path: Path) -> None:
    table = fill(tmp_path, "a;b\nc;d\n".encode("utf-16"), "careful")
    moment = table.moment()
    table.reread(ReadOptions(encoding="utf-16", delimiter=";", header=False))
    with pytest.raises(Stale, match="read anew"):
        Table.at(moment)
    assert cells_of(elsewhere(table)) == [["a", "b"], ["c", "d"]]
    table.close()


def test_files_of_another_version(tmp_path: Path) -> None:
    table = fill(tmp_path, b"a\n")
    table.close()
    folder = next(tmp_path.iterdir())
    meta = folder / "meta.json"
    meta.write_bytes(meta.read_bytes().replace(b'"version":3', b'"version":2'))
    with pytest.raises(BadTable, match="another version: upload it again"):
        Table.open(folder)


def test_columns_by_parts_of_their_names(tmp_path: Path) -> None:
    table = fill(tmp_path, b"x gene\tgene\tGENE name\tother\tGene\n1\n", header=True)
    best = [(1, "gene"), (4, "Gene"), (2, "GENE name"), (0, "x gene")]
    assert table.find_columns("gEne", 9) == (4, best)
    assert table.find_columns("gene", 2) == (4, best[:2])
    assert table.find_columns("none", 9) == (0, [])
    assert table.columns_named(["gene", "Gene", "x gene"])[0] == (1, "gene")
    assert (0, "x gene") in table.columns_named(["gene", "x gene"])
    assert table.columns_named(["x gen"]) == []
    assert table.find_columns("", 2) == (5, [(0, "x gene"), (1, "gene")])
    table.close()


def test_columns_without_names(tmp_path: Path) -> None:
    table = fill(tmp_path, b"gene\n")
    assert table.find_columns("gene", 9) == (0, [])
    table.close()
