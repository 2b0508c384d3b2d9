"""Questions in parts: the same rows in the same order as at once, however they are cut."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from parts_fixture import (
    QUESTIONS,
    ROWS,
    hard_table,
    profiles_at_once,
    profiles_in_parts,
    rows_at_once,
    rows_in_parts,
)

from tsvshare_widget.errors import Stale
from tsvshare_widget.query import Query, Sort
from tsvshare_widget.table import Table
from tsvshare_widget.table.parts.local import IN_MEMORY_BYTES, LocalExecutor
from tsvshare_widget.table.parts.rows import cut_rows
from tsvshare_widget.table.worker.jobs import FoundRows, ViewJob
from tsvshare_widget.table.worker.main import do_job
from tsvshare_widget.table.worker.row_ids import read_all
from tsvshare_widget.table.worker.views import Means


def len_of(rows: list[int] | None) -> str:
    return "all" if rows is None else f"{len(rows)} rows"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    table = hard_table(tmp_path_factory.mktemp("parts"))
    yield table
    table.close()


@pytest.fixture
def executor() -> Iterator[LocalExecutor]:
    with LocalExecutor() as executor:
        yield executor


@pytest.mark.parametrize("query", QUESTIONS, ids=str)
def test_the_same_rows_as_at_once(table: Table, executor: LocalExecutor, query: Query) -> None:
    assert rows_in_parts(executor, table, query) == rows_at_once(table, query)


@pytest.mark.exhaustive
@pytest.mark.parametrize("part_bytes", [1, 500, 1 << 20])
def test_however_it_is_cut(table: Table, executor: LocalExecutor, part_bytes: int) -> None:
    query = Query(sort=(Sort(column=0), Sort(column=4, direction="desc")))
    assert rows_in_parts(executor, table, query, part_bytes) == rows_at_once(table, query)


@pytest.mark.parametrize(
    "rows", [None, [7, 3, 390, 11, 42], list(range(0, ROWS, 3)), []], ids=len_of
)
def test_the_same_profiles_as_at_once(
    table: Table, executor: LocalExecutor, rows: list[int] | None
) -> None:
    assert profiles_in_parts(executor, table, rows) == profiles_at_once(table, rows)


def test_parts_are_all_rows(table: Table) -> None:
    parts = cut_rows(table.moment(), 2_000)
    assert len(parts) > 5
    assert parts[0].first == 0
    assert parts[-1].stop == ROWS
    assert all(one.stop == other.first for one, other in itertools.pairwise(parts))
    assert all(part.first < part.stop for part in parts)


def test_what_waits_lies_in_files(executor: LocalExecutor) -> None:
    held = executor.start("make-zeros", np.zeros, IN_MEMORY_BYTES)
    assert executor.result(held).tolist() == [0] * IN_MEMORY_BYTES
    folder = Path(executor._folder.name)
    assert len(list(folder.iterdir())) == 1
    del held
    assert not list(folder.iterdir())


def test_progress_goes_from_0_to_1(table: Table, executor: LocalExecutor, tmp_path: Path) -> None:
    seen: list[float] = []
    job = ViewJob(moment=table.moment(), query=QUESTIONS[-2], out=str(tmp_path / "ids"))
    answer = do_job(job, seen.append, Means(memory=1))
    assert isinstance(answer, FoundRows)
    assert read_all(answer.ids).tolist() == rows_at_once(table, QUESTIONS[-2])
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_table_that_has_gone_is_stale(tmp_path: Path, executor: LocalExecutor) -> None:
    table = hard_table(tmp_path, 50)
    moment = table.moment()
    table.close()
    for path in Path(moment.folder).iterdir():
        path.unlink()
    with pytest.raises(Stale):
        cut_rows(moment)
