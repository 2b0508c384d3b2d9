"""What a stranger chooses, and what it may cost: columns, index, steps, re-readings."""

from __future__ import annotations

import bz2
import gzip
import itertools
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from table_fixture import SAMPLE, everything, fill

from tsvshare_widget.errors import BadTable, BadValue, Cancelled, TooLarge
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.dialect.options import MOST_COMMENTS, MOST_NAMES, check_options
from tsvshare_widget.table.ingest.limits import MAX_COLUMNS

MB = 1_000_000


def new(folder: Path, *, limit: int | None = None, options: ReadOptions | None = None) -> Table:
    return Table.create(folder, limit=limit, options=options or ReadOptions(), durable=False)


def files(table: Table) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in table.raw_path.parent.iterdir()}


# --- columns -------------------------------------------------------------------------------------


def test_as_many_columns_as_are_allowed(tmp_path: Path) -> None:
    row = b"\t" * (MAX_COLUMNS - 1) + b"\n"
    table = fill(tmp_path / "t", b"a" + row + row, ReadOptions(header=True))
    assert (table.facts.columns, table.facts.rows) == (MAX_COLUMNS, 1)
    table.close()


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("before", [b"", SAMPLE, SAMPLE * 3000])
def test_a_row_that_is_too_wide(tmp_path: Path, before: bytes, ended: bool) -> None:
    """Refused when it is known, not when all of it has come."""
    table = new(tmp_path / "t")
    packed = gzip.compress(before + b"\t" * (10 * MAX_COLUMNS) + b"\n" * ended, 1)
    steps = 0
    with pytest.raises(BadTable, match="1,000,000"):  # noqa: PT012
        for _ in table.feed_steps(packed):
            steps += 1
    assert steps < 8
    table.close()


def test_a_row_that_is_too_wide_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "wide.tsv"
    path.write_bytes(SAMPLE * 3000 + b"\t" * MAX_COLUMNS + b"\n" + SAMPLE)
    table = new(tmp_path / "t")
    with pytest.raises(BadTable, match="1,000,000"):  # noqa: PT012
        table.adopt(path, lambda facts: None, threading.Event())
        table.finish_input()
    table.close()


def test_wider_by_another_reading_or_by_appended_rows(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t", max_columns=3, durable=False)
    table.feed_bytes(b"a\tb\n1;2;3;4\t5\n")
    table.finish_input()
    before, there = everything(table), files(table)
    with pytest.raises(BadTable, match="more than 3 cells"):
        table.reread(ReadOptions(delimiter=";", header=True))
    for rows in (b"1\t2\t3\t4\n", b"1\t2\t3\t4", b"x\t1\n" * 100_000 + b"1\t2\t3\t4\n"):
        with pytest.raises(BadTable, match="more than 3 cells"):
            table.append_bytes(rows)
    assert (everything(table), files(table)) == (before, there)
    table.append_bytes(b"1\t2\t3\n")
    assert table.facts.columns == 3
    table.close()


def test_a_reading_that_is_too_wide_is_not_the_better_one(tmp_path: Path) -> None:
    """Tabs would be tried, because commas do not agree; but there are too many of them."""
    rows = b"a,b\n" * 20_000 + b"".join(b"x\t" * 60 + b"," * (n % 9) + b"\n" for n in range(40_000))
    with_tabs = fill(tmp_path / "with", rows)
    assert with_tabs.facts.dialect.delimiter == "\t"
    with_tabs.close()
    table = Table.create(tmp_path / "t", max_columns=50, durable=False)
    table.feed_bytes(rows)
    table.finish_input()
    assert (table.facts.dialect.delimiter, table.facts.columns) == (",", 9)
    assert {name for name in files(table) if "." in name and name[-5].isdigit()} == set()
    table.close()


@pytest.mark.parametrize("count", [MOST_NAMES, MOST_NAMES + 1])
def test_names_in_a_comment(make_table: Callable[..., Table], count: int) -> None:
    """They are a part of each message of state; more of them are no names."""
    names = "\t".join(f"c{n}" for n in range(count))
    row = "chr1\t1\t2\t" + "\t".join("x" * (count - 3)) + "\n"
    dialect = make_table(f"#{names}\n{row}".encode(), name="x.bed").facts.dialect
    assert dialect.names is None or len(dialect.names) == (count if count <= MOST_NAMES else 3)


def test_names_that_are_given() -> None:
    check_options(ReadOptions(names=("x" * 100,) * MOST_NAMES))
    for names in (("x",) * (MOST_NAMES + 1), ("x" * 101,) * MOST_NAMES):
        with pytest.raises(BadValue, match="10,000"):
            check_options(ReadOptions(names=names))


# --- the index -----------------------------------------------------------------------------------


def test_the_index_counts(tmp_path: Path) -> None:
    table = new(tmp_path / "t", limit=20 * MB)
    with pytest.raises(TooLarge, match="20,000,000"):
        table.feed_bytes(gzip.compress(b"\n" * 100 * MB, 9))
    assert sum(files(table).values()) < 30 * MB
    table.close()


def test_the_index_of_a_usual_table_does_not_matter(tmp_path: Path) -> None:
    data = b"123456\t7\n" * 300_000
    table = new(tmp_path / "t", limit=len(data))
    table.feed_bytes(data)
    table.finish_input()
    table.close()


def test_the_index_of_appended_rows_counts(tmp_path: Path) -> None:
    table = new(tmp_path / "t", limit=4 * MB)
    table.feed_bytes(SAMPLE)
    table.finish_input()
    before, there = everything(table), files(table)
    with pytest.raises(TooLarge, match="4,000,000"):
        table.append_bytes(b"\n" * MB)
    assert (everything(table), files(table)) == (before, there)
    table.close()
    again = Table.open(tmp_path / "t", limit=4 * MB, durable=False)
    with pytest.raises(TooLarge, match="4,000,000"):
        again.append_bytes(b"\n" * MB)
    again.close()


def test_the_index_of_another_reading_counts(tmp_path: Path) -> None:
    table = new(tmp_path / "t", limit=2 * MB)
    table.feed_bytes(SAMPLE * 10_000 + b"\r" * MB + b"\n1\t2\n")
    table.finish_input()
    before, there = everything(table), files(table)
    with pytest.raises(TooLarge, match="2,000,000"):
        table.reread(ReadOptions(line_ends="cr"))
    assert (everything(table), files(table)) == (before, there)
    table.close()


# --- steps ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_text_comes_in_small_steps(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    data = b"\n" * (30 * MB)
    table = new(tmp_path / "t", options=ReadOptions(skip=0, comments=False))
    rows = [0, *(table.facts.rows for _ in table.feed_steps(pack(data)))]
    assert max(after - before for before, after in itertools.pairwise(rows)) <= MB
    assert len(rows) > 30
    table.finish_input()
    assert table.facts.rows + table.facts.dialect.header == len(data)
    table.close()


@pytest.mark.slow
def test_text_that_comes_at_the_end(tmp_path: Path) -> None:
    """So few bytes of bzip2 are kept until there are more."""
    table = new(tmp_path / "t")
    table.feed_bytes(bz2.compress(b"\n" * (30 * MB)))
    assert count_checks(table.finish_input) > 30
    table.close()


@pytest.mark.slow
def test_memory_while_little_becomes_much(tmp_path: Path) -> None:
    packed = gzip.compress(b"\n" * (60 * MB), 9)
    table = new(tmp_path / "t")
    tracemalloc.start()
    try:
        table.feed_bytes(packed)
        table.finish_input()
        assert tracemalloc.get_traced_memory()[1] < 60 * MB
    finally:
        tracemalloc.stop()
    table.close()


def test_steps_are_the_same_as_all_at_once(tmp_path: Path) -> None:
    whole, steps = fill(tmp_path / "whole", SAMPLE * 10_000), new(tmp_path / "steps")
    for _ in steps.feed_steps(SAMPLE * 10_000):
        pass
    steps.finish_input()
    assert everything(whole) == everything(steps)
    whole.close()
    steps.close()


def test_who_stops_in_the_middle_cannot_go_on(tmp_path: Path) -> None:
    table = new(tmp_path / "t")
    next(table.feed_steps(SAMPLE * 100_000))
    with pytest.raises(ValueError, match="only in part"):
        table.feed_bytes(SAMPLE)
    with pytest.raises(ValueError, match="only in part"):
        table.finish_input()
    table.close()


# --- re-readings ---------------------------------------------------------------------------------


class Patience:
    """A check that gives up when it has been called ``calls`` times."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def __call__(self) -> None:
        self.calls -= 1
        if self.calls < 0:
            raise Cancelled("nobody waits any more")


def count_checks(work: Callable[[Callable[[], None]], None]) -> int:
    patience = Patience(10**9)
    work(patience)
    return 10**9 - patience.calls


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "options"),
    [
        (SAMPLE * 60_000, ReadOptions(delimiter=";")),
        (gzip.compress(SAMPLE * 60_000), ReadOptions(skip=5)),
        (SAMPLE * 30_000 + b'x\t"y\n' + SAMPLE * 20_000 + b'x\t"y" z\n', ReadOptions()),
        (SAMPLE * 30_000 + b"\xe9\n" * 60_000, ReadOptions()),
    ],
    ids=["told", "packed", "quotes", "not UTF-8"],  # what is packed now is other bytes than before
)
def test_a_rereading_can_be_stopped_anywhere(
    tmp_path: Path, data: bytes, options: ReadOptions
) -> None:
    table = fill(tmp_path / "t", data)
    before, there = everything(table), files(table)
    again = fill(tmp_path / "again", data)
    checks = count_checks(lambda check: again.reread(options, check))
    again.close()
    assert checks >= again.facts.bytes // MB
    for calls in {0, 1, 2, checks // 2, checks - 1}:
        with pytest.raises(Cancelled):
            table.reread(options, Patience(calls))
        assert (everything(table), files(table)) == (before, there)
    table.reread(options, Patience(checks))
    table.close()


def test_finishing_can_be_stopped(tmp_path: Path) -> None:
    data = SAMPLE * 30_000 + b"\xe9\n" * 60_000  # read once more, in another encoding

    def filled(name: str) -> Table:
        table = new(tmp_path / name)
        table.feed_bytes(data)
        return table

    table = filled("t")
    checks = count_checks(table.finish_input)
    assert (checks > 3, table.facts.dialect.encoding) == (True, "cp1252")
    table.close()
    for calls in range(checks):
        broken = filled(f"broken{calls}")
        with pytest.raises(Cancelled):
            broken.finish_input(Patience(calls))
        broken.close()
        assert not (tmp_path / f"broken{calls}" / "meta.json").exists()


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_appending_can_be_stopped(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    table = fill(tmp_path / "t", pack(SAMPLE))
    before, there = everything(table), files(table)
    rows = b"x\t1\n" * 500_000
    for calls in (0, 1, 5):
        with pytest.raises(Cancelled):
            table.append_bytes(rows, "token", Patience(calls))
        assert (everything(table), files(table)) == (before, there)
    table.append_bytes(rows)
    assert table.facts.rows == before[0].rows + 500_000
    table.close()


def test_comment_marks_are_few(make_table: Callable[..., Table]) -> None:
    table = make_table(SAMPLE)
    marks = tuple(f"#{n:04}" for n in range(4000))
    table.reread(ReadOptions(comments=marks[:MOST_COMMENTS]))
    with pytest.raises(BadValue, match="at most 32"):
        table.reread(ReadOptions(comments=marks[: MOST_COMMENTS + 1]))
    assert table.facts.dialect.comments == marks[:MOST_COMMENTS]


@pytest.mark.parametrize("number", [-1, 1 << 53, 1 << 70])
def test_lines_that_nobody_can_count(make_table: Callable[..., Table], number: int) -> None:
    for options in (ReadOptions(skip=number), ReadOptions(header_line=number)):
        with pytest.raises(BadValue, match="is a number from"):
            make_table(SAMPLE, options)


@pytest.mark.parametrize(
    "encoding",
    ["idna", "undefined", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "hz",
     "iso2022_jp", "charmap", "rot13", "hex", "zlib", "no such", "", "x" * 10_000, "\0", "\udc80"],
)  # fmt: skip
def test_no_encodings_of_text(make_table: Callable[..., Table], encoding: str) -> None:
    table = make_table(SAMPLE)
    for read in (table.reread, lambda options: make_table(SAMPLE, options)):
        with pytest.raises(BadValue, match="is no encoding") as raised:
            read(ReadOptions(encoding=encoding))
        assert repr(encoding[:40]) in raised.value.message
        assert len(raised.value.message) < 300


@pytest.mark.parametrize(
    ("encoding", "known"),
    [("UTF8", "utf-8"), ("ascii", "utf-8"), ("Latin1", "latin-1"), ("windows-1252", "cp1252"),
     ("cp037", "cp037"), ("ISO-8859-15", "iso8859-15"), ("sjis", "shift_jis"), ("EUC-KR", "euc_kr"),
     ("GB18030", "gb18030"), ("koi8-r", "koi8-r"), ("mac_roman", "mac-roman"), ("big5", "big5")],
)  # fmt: skip
def test_encodings_of_text(make_table: Callable[..., Table], encoding: str, known: str) -> None:
    data = SAMPLE.decode().encode(encoding)
    table = make_table(data, ReadOptions(encoding=encoding, delimiter="\t"))
    assert table.facts.dialect.encoding == known
    assert table.rows(0, 1, 0, 2).cells == [["TP53", "0.5"]]
