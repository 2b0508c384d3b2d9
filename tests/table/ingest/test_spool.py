"""Bytes in, by chunks: what has come can be read, and the chunks never matter."""

from __future__ import annotations

import gzip
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import rows as reference_rows
from table_fixture import AS_TOLD, SAMPLE, everything, fill, making

from tsvshare_widget.errors import BadTable, NotFound, TooLarge
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Facts, Rows, Table, clone_file


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Table]]:
    with making(tmp_path) as make:
        yield make


# --- chunks ------------------------------------------------------------------------------------

messy_bytes = st.lists(
    st.sampled_from([b"\t", b"\n", b"\r\n", b'"', b"a", b"#", b"1", "é".encode(), b"\xff"]),
    max_size=80,
).map(b"".join)


@given(messy_bytes, st.integers(1, 20))
def test_chunks_never_matter(data: bytes, chunk: int) -> None:
    for options in (AS_TOLD, ReadOptions()):
        with TemporaryDirectory() as folder:
            whole = fill(Path(folder, "whole"), data, options=options)
            parts = fill(Path(folder, "parts"), data, chunk=chunk, options=options)
            found = everything(parts)
            assert found == everything(whole)
            if options is AS_TOLD:
                expected = reference_rows(data.removeprefix(b"\xef\xbb\xbf"), quoting=True)
                assert found[2].cells == expected
                assert found[0].columns == max(map(len, expected), default=0)
            whole.close()
            parts.close()


@pytest.mark.slow
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("chunk", [997, 65_536, 100_003])
def test_chunks_around_the_decision(make: Callable[..., Table], chunk: int, zipped: bool) -> None:
    source = random.Random(3)
    lines = [b"# %d" % n for n in range(9000)] + [b"id\tname\tnote"]
    for n in range(20_000):
        note = source.choice([b"x", b'"two\nlines"', b'5" pipe', b'"tab\there"', b'"open'])
        lines.append(b"%d\tname %d\t%s" % (n, n, note) + b"\textra" * (n == 15_000))
    data = b"\n".join(lines)
    data = gzip.compress(data, 1, mtime=0) if zipped else data
    parts, whole = make(data, chunk=chunk), make(data)
    assert everything(parts) == everything(whole)
    facts = whole.facts
    assert (facts.rows, facts.columns, facts.dialect.skip) == (20_000, 4, 9000)
    assert facts.bytes == len(data)
    assert whole.names(0, 9) == ["id", "name", "note"]
    assert whole.raw_path.read_bytes() == data


def test_rows_show_while_more_come(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t")
    assert table.facts == Facts()
    assert (table.names(0, 9), table.rows(0, 9, 0, 9)) == (None, Rows([], []))
    table.feed_bytes(b"gene\tscore\nTP53\t0.5\nBRC")
    assert (table.facts.rows, table.facts.columns, table.facts.complete) == (1, 2, False)
    assert table.names(0, 9) == ["gene", "score"]
    assert table.rows(0, 9, 0, 9).cells == [["TP53", "0.5"]]
    table.feed_bytes(b"A1\t0.25")
    assert table.facts.rows == 1
    table.finish_input()
    assert table.facts.complete
    assert table.rows(0, 9, 0, 9).cells == [["TP53", "0.5"], ["BRCA1", "0.25"]]
    table.close()


@pytest.mark.slow
def test_reading_while_feeding(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t", options=ReadOptions(header=False, comments=False))
    wrong: list[object] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            known = table.facts.rows
            numbers = range(max(0, known - 50), known)
            page = table.rows(numbers.start, len(numbers), 0, 9).cells
            if page != [[str(n), "x" * (n % 40)] for n in numbers]:
                wrong.append((known, page))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    data = b"".join(b"%d\t%s\n" % (n, b"x" * (n % 40)) for n in range(40_000))
    for start in range(0, len(data), 9973):
        table.feed_bytes(data[start : start + 9973])
    table.finish_input()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert table.facts.rows == 40_000
    table.close()


# --- what a file may be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "names", "cells"),
    [
        (b"", None, []),
        (b"\xef\xbb\xbf", None, []),
        (b"\tb\tc\n", ["", "b", "c"], []),
        (b"a\tb\n", ["a", "b"], []),
        (b"a\tb\n007\t1e5\n", ["a", "b"], [["007", "1e5"]]),
        (b"a\tb\n\n1\n1\t2\t3", ["a", "b"], [[""], ["1"], ["1", "2", "3"]]),
        (b"a\tb\r\n1\t2\r\n\r\n", ["a", "b"], [["1", "2"], [""]]),
        (b"a\tb\n1\t2\r", ["a", "b"], [["1", "2\r"]]),
        (b"a\tb\n1 \t NA\t\n", ["a", "b"], [["1 ", " NA", ""]]),
        (b"\xef\xbb\xbfa\n\xe9\xc3\xa9\n", ["a"], [["\ufffd\xe9"]]),
        (b"one\ntwo\nthree", ["one"], [["two"], ["three"]]),
    ],
)
def test_shapes(
    make: Callable[..., Table], data: bytes, names: list[str] | None, cells: list[list[str]]
) -> None:
    table = make(data)
    assert table.names(0, 9) == names
    assert table.rows(0, 99, 0, 9) == Rows(cells, [])
    assert table.facts.columns == max(map(len, [*cells, names or []]))


def test_leading_tab_kept_as_the_plain_protocol_reads_it(make: Callable[..., Table]) -> None:
    table = make(b"\tb\tc\n", options=ReadOptions(header=False, comments=False))
    assert table.rows(0, 9, 0, 9).cells == [["", "b", "c"]]


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14", b"a\x01\x00\x02\n", b"%PDF-1.7"])
@pytest.mark.parametrize("chunk", [1, 100])
def test_what_is_no_table(tmp_path: Path, data: bytes, chunk: int) -> None:
    with pytest.raises(BadTable):
        fill(tmp_path / "t", data, chunk=chunk)


def test_a_nul_far_inside_is_kept(make: Callable[..., Table]) -> None:
    table = make(b"a\tb\n" * 50_000 + b"\0\tx\n", options=ReadOptions(header=True))
    assert table.rows(49_999, 1, 0, 9).cells == [["\0", "x"]]


# --- lives -------------------------------------------------------------------------------------


ZIPPED = gzip.compress(SAMPLE, mtime=0)
CUT_OFF = gzip.compress(SAMPLE * 90, mtime=0)[:-9]


@pytest.mark.parametrize("data", [SAMPLE, b"", ZIPPED, CUT_OFF, b"a" * 70_000])
def test_open_again(make: Callable[..., Table], data: bytes) -> None:
    table = make(data)
    again = Table.open(table.raw_path.parent)
    assert everything(again) == everything(table)
    assert again.raw_path.read_bytes() == data
    again.close()


def test_open_what_is_not_there(make: Callable[..., Table], tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Table.open(tmp_path / "nothing")
    unfinished = Table.create(tmp_path / "unfinished")
    unfinished.feed_bytes(SAMPLE)
    unfinished.close()
    with pytest.raises(NotFound):
        Table.open(tmp_path / "unfinished")
    folder = make(SAMPLE).raw_path.parent
    (folder / "rows.u64").write_bytes(b"")
    with pytest.raises(BadTable):
        Table.open(folder)
    (folder / "meta.json").write_bytes(b"{}")
    with pytest.raises(BadTable):
        Table.open(folder)


def test_closed(tmp_path: Path) -> None:
    table = fill(tmp_path / "t", SAMPLE)
    facts = table.facts
    shutil.rmtree(tmp_path / "t")
    assert table.rows(0, 1, 0, 1).cells == [["TP53"]]  # a folder that is gone is no matter
    table.close()
    table.close()
    assert table.facts == facts
    with pytest.raises(NotFound):
        table.rows(0, 1, 0, 1)
    with pytest.raises(ValueError, match="finished or closed"):
        table.feed_bytes(b"more")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed on Linux")
def test_closing_lets_go_of_every_file(tmp_path: Path) -> None:
    def still_open() -> list[str]:
        links = [link for link in Path("/proc/self/fd").iterdir() if link.exists()]
        return [str(link.readlink()) for link in links if str(tmp_path) in str(link.readlink())]

    bomb = Table.create(tmp_path / "bomb", limit=1000)
    with pytest.raises(TooLarge):
        bomb.feed_bytes(gzip.compress(b"a" * 5000))
    finished = fill(tmp_path / "finished", gzip.compress(SAMPLE * 9000))
    unfinished = Table.create(tmp_path / "unfinished")
    unfinished.feed_bytes(SAMPLE * 9000)
    again = Table.open(tmp_path / "finished")
    assert len(still_open()) >= 8
    for table in (bomb, finished, unfinished, again):
        table.close()
    assert still_open() == []


# --- files that are opened here ----------------------------------------------------------------


DENSE = SAMPLE * 100_000
SPARSE = SAMPLE.replace(b"\n", b"x" * 99 + b"\n") * 9000


@pytest.mark.parametrize("data", [b"", SAMPLE, ZIPPED, DENSE, SPARSE])
def test_adopt(make: Callable[..., Table], tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "source.tsv"
    source.write_bytes(data)
    seen: list[Facts] = []
    table = Table.create(tmp_path / "t")
    table.adopt(source, seen.append, threading.Event())
    source.write_bytes(b"changed later")
    table.finish_input()
    assert everything(table) == everything(make(data))
    assert table.raw_path.read_bytes() == data
    assert seen[-1].bytes == len(data)
    assert [facts.bytes for facts in seen] == sorted(facts.bytes for facts in seen)
    table.close()


def test_adopt_stops(tmp_path: Path) -> None:
    source = tmp_path / "source.tsv"
    source.write_bytes(SAMPLE * 100_000)
    stop = threading.Event()
    table = Table.create(tmp_path / "t")
    table.adopt(source, lambda facts: stop.set(), stop)
    assert 0 < table.facts.bytes < source.stat().st_size
    table.close()


def test_adopt_what_is_not_there(tmp_path: Path) -> None:
    table = Table.create(tmp_path / "t")
    with pytest.raises(FileNotFoundError):
        table.adopt(tmp_path / "missing.tsv", lambda facts: None, threading.Event())
    table.close()


def test_clone(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(SAMPLE)
    cloned = clone_file(source, target)
    assert target.read_bytes() == (SAMPLE if cloned else b"")
