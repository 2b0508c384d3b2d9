"""A finished table that grows is the same as if all of it had come at once."""

from __future__ import annotations

import bz2
import gzip
import lzma
import resource
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import row_ends

from tsvshare_widget.errors import BadTable, NotFound, Stale
from tsvshare_widget.table import Facts, Table, Told, as_told

EVERYTHING = 10**9
LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "mixed": "\r\n"}
SAMPLE = b"gene\tscore\nTP53\t0.5\n"
GROWN = SAMPLE + b"BRCA1\t0.25\n"
MORE = b"BRCA1\t0.25\n"

Line = tuple[bool, list[str]]  # whether it is a comment; its cells


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


PACKERS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "none": (bytes, bytes),
    "gzip": (gzip.compress, gzip.decompress),
    "bzip2": (bz2.compress, bz2.decompress),
    "xz": (lzma.compress, lzma.decompress),
}


def fill(folder: Path, data: bytes, told: Told = Told()) -> Table:  # noqa: B008
    table = Table.create(folder, told=told)
    table.feed(data)
    table.finish()
    return table


def seen(table: Table) -> object:
    """All that can be seen of a table but the size of its file."""
    facts = table.facts
    return (
        (facts.rows, facts.columns, facts.census, facts.complete, facts.problem),
        table.names(0, EVERYTHING),
        table.rows(0, EVERYTHING, 0, EVERYTHING),
        table.line_numbers(0, EVERYTHING),
    )


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Table]]:
    tables: list[Table] = []

    def make(data: bytes, told: Told = Told()) -> Table:  # noqa: B008
        tables.append(fill(tmp_path / f"table{len(tables)}", data, told))
        return tables[-1]

    yield make
    for table in tables:
        table.close()


# --- as if it had come at once -----------------------------------------------------------------

messy_bytes = st.lists(
    st.sampled_from([b"\t", b"\n", b"\r\n", b'"', b"a", b"#", b"1", "é".encode(), b"\xff"]),
    max_size=60,
).map(b"".join)


@settings(max_examples=150, deadline=None)
@given(messy_bytes, st.data())
def test_any_bytes_cut_where_rows_end(data: bytes, draw: st.DataObject) -> None:
    told = Told(
        encoding="utf-8",
        line_ends="lf",
        delimiter="\t",
        quoting="excel",
        strict=False,
        header=draw.draw(st.booleans()),
        skip=0,
        comments=draw.draw(st.sampled_from([False, ("#",)])),
    )
    ends = [end for end in row_ends(data, quoting=True) if data[:end].endswith(b"\n")]
    chosen = draw.draw(st.lists(st.sampled_from(ends), max_size=3)) if ends else []
    cuts = [0, *sorted(chosen), len(data)]
    with TemporaryDirectory() as folder:
        whole = fill(Path(folder, "whole"), data, told)
        parts = fill(Path(folder, "parts"), data[: cuts[1]], told)
        for start, stop in pairwise(cuts[1:]):
            parts.append(data[start:stop])
        assert seen(parts) == seen(whole)
        assert parts.facts.bytes == len(data)
        assert parts.raw_path.read_bytes() == data
        assert seen(Table.open(Path(folder, "parts"))) == seen(whole)
        whole.close()
        parts.close()


letters = st.sampled_from(list("ab\"'\t,;|\n\r\\#N é東0 "))
cells = st.text(letters, max_size=6)
lines = st.lists(
    st.tuples(st.just(False), st.lists(cells, min_size=1, max_size=4))
    | st.tuples(st.just(True), st.lists(st.text("ab ", max_size=3), min_size=1, max_size=1)),
    max_size=8,
)
escapes = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})


def written(cell: str, quoting: str, delimiter: str) -> str:
    if quoting == "excel":
        return '"' + cell.replace('"', '""') + '"'
    if quoting == "backslash":
        return cell.translate(escapes).replace(delimiter, "\\" + delimiter)
    return "".join(sign for sign in cell if sign not in delimiter + "\r\n#")


def line_of(line: Line, quoting: str, delimiter: str) -> str:
    is_comment, row = line
    if is_comment:
        return "#" + row[0]
    text = delimiter.join(written(cell, quoting, delimiter) for cell in row)
    text = "x" + text if text.startswith("#") else text
    return text + "\t|" if delimiter == "\t|\t" else text


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(lines, min_size=1, max_size=4),
    st.sampled_from(["\t", ",", "|", "\t|\t"]),
    st.sampled_from(["excel", "none", "backslash"]),
    st.sampled_from(list(LINE_ENDS)),
    st.sampled_from(["utf-8", "utf-16", "utf-16-be", "latin-1", "gb18030", "shift_jis"]),
    st.sampled_from(list(PACKERS)),
    st.booleans(),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.integers(0, 3),
)
def test_every_dialect(
    parts: list[list[Line]],
    delimiter: str,
    quoting: str,
    line_ends: str,
    encoding: str,
    packer: str,
    header: bool,
    ended: list[bool],
    skip: int,
) -> None:
    """Lines of each part, of which the last one may have no line end; then the table adds one."""
    quoting = "none" if delimiter == "\t|\t" else quoting
    end, (pack, unpack) = LINE_ENDS[line_ends], PACKERS[packer]
    texts = ["".join(line_of(line, quoting, delimiter) + end for line in part) for part in parts]
    texts = [text.encode(encoding, "replace").decode(encoding) for text in texts]
    sent = [
        text if keep or (end + text).endswith(end + end) else text.removesuffix(end)
        for text, keep in zip(texts, ended, strict=False)
    ]
    told = Told(
        encoding=encoding,
        line_ends=line_ends,  # type: ignore[arg-type]
        delimiter=delimiter,
        quoting=quoting,  # type: ignore[arg-type]
        header=header,
        comments=("#",),
        skip=skip,
    )
    last = max((n for n, text in enumerate(texts) if text), default=0)
    expected = "".join([*texts[:last], sent[last]]).encode(encoding)
    with TemporaryDirectory() as folder:
        table = fill(Path(folder, "parts"), pack(sent[0].encode(encoding)), told)
        whole = fill(Path(folder, "whole"), pack(expected), as_told(table.facts.reading))
        for text in sent[1:]:
            table.append(text.encode(encoding))
        assert seen(table) == seen(whole)
        assert unpack(table.raw_path.read_bytes()) == expected
        assert table.facts.bytes == table.raw_path.stat().st_size
        before = seen(table)
        table.reread(as_told(table.facts.reading))
        assert seen(table) == before
        table.close()
        whole.close()


@pytest.mark.parametrize("packer", [*PACKERS, "zstd"])
def test_compressed_files_get_one_more_part(make: Callable[..., Table], packer: str) -> None:
    pack = zstd if packer == "zstd" else PACKERS[packer][0]
    table, whole = make(pack(SAMPLE)), make(pack(GROWN))
    table.append(MORE)
    assert seen(table) == seen(whole)
    assert table.facts.bytes == table.raw_path.stat().st_size
    again = make(table.raw_path.read_bytes())
    assert seen(again) == seen(whole)


def test_a_crlf_in_two_parts(make: Callable[..., Table]) -> None:
    told = Told(line_ends="mixed", delimiter="\t", header=False)
    table, whole = make(b"a\tb\r", told), make(b"a\tb\r\nc\r\n", told)
    table.append(b"\nc\r\n")
    assert seen(table) == seen(whole)


def test_wider_rows_make_more_columns(make: Callable[..., Table]) -> None:
    table = make(SAMPLE)
    table.append(b"a\tb\tc\td\n\n")
    assert table.facts.columns == 4
    assert table.names(0, 9) == ["gene", "score"]
    assert table.facts.census.long.lines == (3,)
    assert table.facts.census.blank.lines == (4,)


@pytest.mark.parametrize("first", [b"", b"\xef\xbb\xbf", b"# a comment", b"# a comment\n"])
def test_the_first_rows(make: Callable[..., Table], first: bytes) -> None:
    table = make(first, Told(comments=("#",), header=True))
    table.append(SAMPLE)
    assert table.names(0, 9) == ["gene", "score"]
    assert table.rows(0, 9, 0, 9).cells == [["TP53", "0.5"]]
    assert table.line_numbers(0, 9) == [first.count(b"#") + 2]


def test_nothing_to_append(make: Callable[..., Table]) -> None:
    table = make(b"a\tb\n1\t2")
    table.append(b"")
    table.append(b"\xef\xbb\xbf")
    assert table.raw_path.read_bytes() == b"a\tb\n1\t2"


# --- who reads meanwhile -----------------------------------------------------------------------


def test_earlier_moments_stay(make: Callable[..., Table]) -> None:
    table = make(SAMPLE + b"x\ty")
    frozen, moment, before = table.frozen(), table.moment(), seen(table)
    table.append(b"z\n" * 1000)
    assert seen(frozen) == before
    assert seen(Table.at(moment)) == before
    assert seen(Table.at(table.moment())) == seen(table) != before
    with pytest.raises(Stale):
        frozen.append(MORE)


def test_readers_see_whole_parts(make: Callable[..., Table]) -> None:
    part = 7
    table = make(b"n\n" + b"".join(b"%d\n" % n for n in range(part)))
    done = threading.Event()

    def look() -> int:
        looks = 0
        while not done.is_set() or not looks:
            now = table.frozen()
            rows = now.facts.rows
            assert rows % part == 0
            assert now.facts.census.rows == rows
            assert now.rows(0, EVERYTHING, 0, 9).cells == [[str(n)] for n in range(rows)]
            assert now.line_numbers(rows - 2, 9) == [rows, rows + 1]
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look) for _ in range(2)]
        try:
            for start in range(part, 100 * part, part):
                table.append(b"".join(b"%d\n" % n for n in range(start, start + part)))
        finally:
            done.set()
        assert all(future.result() for future in looking)


def test_several_at_once_take_turns(make: Callable[..., Table]) -> None:
    table = make(b"n\n")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: table.append(b"%d\n" % n * 3), range(60)))
    cells = [row[0] for row in table.rows(0, EVERYTHING, 0, 9).cells]
    assert cells[::3] == cells[1::3] == cells[2::3]
    assert sorted(map(int, cells[::3])) == list(range(60))


def test_appending_while_it_is_read_anew(make: Callable[..., Table]) -> None:
    table = make(b"n\tm\n" + b"1\t2\n" * 1000)
    with ThreadPoolExecutor(2) as pool:
        rereading = [pool.submit(table.reread, Told(header=bool(n % 2))) for n in range(20)]
        for _ in range(50):
            table.append(b"3\t4\n")
        for future in rereading:
            future.result()
    reading = table.facts.reading
    assert table.facts.rows == 1051 - reading.header
    assert seen(make(table.raw_path.read_bytes(), as_told(reading))) == seen(table)


# --- nothing is lost ---------------------------------------------------------------------------


def test_after_opening_again(make: Callable[..., Table], tmp_path: Path) -> None:
    make(SAMPLE).close()
    table = Table.open(tmp_path / "table0")
    table.append(MORE)
    assert seen(table) == seen(make(GROWN))
    assert seen(Table.open(tmp_path / "table0")) == seen(table)


@pytest.mark.parametrize("packer", list(PACKERS))
def test_killed_before_its_end(make: Callable[..., Table], tmp_path: Path, packer: str) -> None:
    """What was written goes as if it had never come, wherever it broke off."""
    table, before = make(PACKERS[packer][0](SAMPLE)), tmp_path / "before"
    shutil.copytree(tmp_path / "table0", before)
    table.append(b"# comment\n" + b"\nlost\tlost\tlost\n" * 5)
    for cut in (0, 3, 8):
        broken = tmp_path / f"broken{cut}"
        shutil.copytree(tmp_path / "table0", broken)
        shutil.copy(before / "meta.json", broken / "meta.json")
        for path in broken.glob("*.u64"):
            size = max(path.stat().st_size - cut, (before / path.name).stat().st_size)
            path.write_bytes(path.read_bytes()[:size])
        again = Table.open(broken)
        assert seen(again) == seen(Table.open(before))
        again.append(MORE)
        assert seen(again) == seen(make(PACKERS[packer][0](GROWN)))
        assert PACKERS[packer][1](again.raw_path.read_bytes()) == GROWN


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file of this process may become larger, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [1010, 2020])
def test_a_full_disk(make: Callable[..., Table], tmp_path: Path, size: int) -> None:
    """Of the file as it came, and of its index, which takes more."""
    table = make(b"n\n" + b"1\n" * 499)
    files = {path: path.read_bytes() for path in (tmp_path / "table0").iterdir()}
    before = seen(table)
    with files_up_to(size), pytest.raises(OSError, match="too large"):
        table.append(b"2\n" * 10 if size == 1010 else b"2\n" * 500)
    assert {path: path.read_bytes() for path in (tmp_path / "table0").iterdir()} == files
    assert seen(table) == before
    table.append(b"2\n")
    assert table.facts.rows == 500


def test_a_file_that_is_cut_off(make: Callable[..., Table]) -> None:
    table = make(SAMPLE)
    table.raw_path.write_bytes(SAMPLE[:-1])
    with pytest.raises(BadTable, match="raw of the table in table0 is cut off"):
        table.append(MORE)


# --- what cannot be appended -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "told", "more", "why"),
    [
        (gzip.compress(SAMPLE * 9)[:-9], Told(), MORE, "not whole: the gzip stream ends early"),
        (SAMPLE, Told(), gzip.compress(MORE), r"compressed \(gzip\): decompress it first"),
        (SAMPLE, Told(), b"PK\x03\x04...", "zip or Excel"),
        (b'a\t"b\n', Told(quoting="excel"), MORE, "ends inside a cell"),
        (b"a\tb\\", Told(quoting="backslash"), MORE, "ends inside a cell"),
    ],
)
def test_refused(
    make: Callable[..., Table], first: bytes, told: Told, more: bytes, why: str
) -> None:
    table = make(first, told)
    before = seen(table)
    with pytest.raises(BadTable, match=why):
        table.append(more)
    assert seen(table) == before
    assert table.raw_path.read_bytes() == first
    assert seen(Table.open(table.raw_path.parent)) == before


def test_stray_quotes_refuse_nothing(make: Callable[..., Table]) -> None:
    table = make(b'a\n"b\n', Told(quoting="excel", strict=False, header=False))
    table.append(b"c\n")
    assert table.rows(0, 9, 0, 9).cells == [["a"], ['"b'], ["c"]]


def test_only_finished_open_tables(tmp_path: Path, make: Callable[..., Table]) -> None:
    table = Table.create(tmp_path / "table")
    table.feed(SAMPLE)
    with pytest.raises(ValueError, match="once it is finished"):
        table.append(MORE)
    table.close()
    closed = make(SAMPLE)
    closed.close()
    with pytest.raises(NotFound):
        closed.append(MORE)


def test_facts_say_so(make: Callable[..., Table]) -> None:
    table = make(SAMPLE)
    before = table.facts
    table.append(MORE)
    after = table.facts
    assert (after.rows, after.bytes, after.complete) == (2, len(GROWN), True)
    assert isinstance(before, Facts)
    assert (before.rows, after.reading) == (1, before.reading)
