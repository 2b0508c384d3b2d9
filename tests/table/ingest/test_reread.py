"""Tables that are read anew, and what is told of how they were read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tsvshare_widget.errors import BadTable, BadValue, NotFound
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

EVERYTHING = 10**9


def test_reread(make_table: Callable[..., Table]) -> None:
    data = b"a;b,c\n1;2,3\n"
    table = make_table(data)
    assert table.facts.dialect.delimiter == "\t"
    for delimiter, cells in ((";", [["1", "2,3"]]), (",", [["1;2", "3"]])):
        before = table.frozen()
        table.reread(ReadOptions(delimiter=delimiter))
        assert table.rows(0, 9, 0, 9).cells == cells
        assert table.facts.columns == 2
        assert before.rows(0, 9, 0, 9).cells != cells
        again = Table.open(table.raw_path.parent)
        assert again.facts == table.facts
        assert again.rows(0, 9, 0, 9).cells == cells
    assert table.raw_path.read_bytes() == data
    names = [path.name for path in table.raw_path.parent.iterdir()]
    assert len([name for name in names if name.startswith("rows")]) == 1


def test_reread_that_fails_changes_nothing(make_table: Callable[..., Table]) -> None:
    table = make_table(b"a\tb\n1\t2\n")
    facts, files = table.facts, sorted(table.raw_path.parent.iterdir())
    for options in (
        ReadOptions(encoding="no such"),
        ReadOptions(encoding="zlib"),
        ReadOptions(delimiter="ab"),
        ReadOptions(delimiter='"'),
        ReadOptions(skip=-1),
        ReadOptions(header_line=0),
        ReadOptions(header_line=2, header=False),
        ReadOptions(comments=("",)),
        ReadOptions(delimiter="\t|\t", quoting="excel"),
    ):
        with pytest.raises(BadValue):
            table.reread(options)
    assert table.facts == facts
    assert sorted(table.raw_path.parent.iterdir()) == files


def test_reread_of_a_file_that_cannot_be_read(make_table: Callable[..., Table]) -> None:
    table = make_table(b"a\tb\n1\t2\n\0\1\2\3", ReadOptions(encoding="utf-8"))
    facts = table.facts
    with pytest.raises(BadTable):
        table.reread(ReadOptions())
    assert table.facts == facts
    assert Table.open(table.raw_path.parent).facts == facts


def test_reread_after_one_that_was_killed(make_table: Callable[..., Table]) -> None:
    table = make_table(b"a;b\n1;2\n")
    folder = table.raw_path.parent
    (folder / "rows.1.u64").write_bytes(b"half of it")
    again = Table.open(folder)
    again.reread(ReadOptions(delimiter=";"))
    assert again.rows(0, 9, 0, 9).cells == [["1", "2"]]
    assert Table.open(folder).rows(0, 9, 0, 9).cells == [["1", "2"]]


def test_reread_of_what_is_not_there(make_table: Callable[..., Table], tmp_path: Path) -> None:
    unfinished = Table.create(tmp_path / "unfinished")
    with pytest.raises(ValueError, match="finished"):
        unfinished.reread(ReadOptions())
    unfinished.close()
    closed = make_table(b"a\tb\n")
    closed.close()
    with pytest.raises(NotFound):
        closed.reread(ReadOptions())


def test_closing_does_not_wait_for_a_reading(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t")
    for _ in range(40):
        table.feed_bytes(b"a;b\n" * 100_000)
    table.finish_input()
    raised: list[BaseException] = []

    def reread() -> None:
        try:
            table.reread(ReadOptions(delimiter=";"))
        except NotFound as error:
            raised.append(error)

    thread = threading.Thread(target=reread)
    thread.start()
    while not (tmp_path / "t" / "rows.1.u64").exists():
        time.sleep(0.001)
    table.close()
    assert thread.is_alive()
    thread.join()
    assert len(raised) == 1
    again = Table.open(tmp_path / "t")
    assert again.rows(0, 1, 0, 9).cells == [["a", "b"]]
