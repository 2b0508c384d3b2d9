"""A finished table that grows is the same as if all of it had come at once."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from append_fixture import GROWN, MORE, PACKERS, SAMPLE, seen, zstd
from hypothesis import given
from hypothesis import strategies as st
from reference import row_ends
from table_fixture import fill, making

from tsvshare_widget.errors import BadTable, NotFound
from tsvshare_widget.read_options import ReadOptions, exact_options
from tsvshare_widget.table import Table

LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "mixed": "\r\n"}

Line = tuple[bool, list[str]]  # whether it is a comment; its cells


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Table]]:
    with making(tmp_path) as make:
        yield make


# --- as if it had come at once -----------------------------------------------------------------

messy_bytes = st.lists(
    st.sampled_from([b"\t", b"\n", b"\r\n", b'"', b"a", b"#", b"1", "é".encode(), b"\xff"]),
    max_size=60,
).map(b"".join)


@given(messy_bytes, st.data())
def test_any_bytes_cut_where_rows_end(data: bytes, draw: st.DataObject) -> None:
    options = ReadOptions(
        encoding="utf-8",
        line_ends="lf",
        delimiter="\t",
        quoting="excel",
        strict=False,
        header=draw.draw(st.booleans()),
        skip=0,
        comments=draw.draw(st.just(False) | st.just(("#",))),
    )
    ends = [end for end in row_ends(data, quoting=True) if data[:end].endswith(b"\n")]
    chosen = draw.draw(st.lists(st.sampled_from(ends), max_size=3)) if ends else []
    cuts = [0, *sorted(chosen), len(data)]
    with TemporaryDirectory() as folder:
        whole = fill(Path(folder, "whole"), data, options)
        parts = fill(Path(folder, "parts"), data[: cuts[1]], options)
        for start, stop in pairwise(cuts[1:]):
            parts.append_bytes(data[start:stop])
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


@pytest.mark.slow
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
        text if keep or text == end or text.endswith(end * 2) else text.removesuffix(end)
        for text, keep in zip(texts, ended, strict=False)
    ]  # a last line that is blank is there only by its line end
    options = ReadOptions(
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
        table = fill(Path(folder, "parts"), pack(sent[0].encode(encoding)), options)
        whole = fill(Path(folder, "whole"), pack(expected), exact_options(table.facts.dialect))
        for text in sent[1:]:
            table.append_bytes(text.encode(encoding))
        assert seen(table) == seen(whole)
        assert unpack(table.raw_path.read_bytes()) == expected
        assert table.facts.bytes == table.raw_path.stat().st_size
        before = seen(table)
        table.reread(exact_options(table.facts.dialect))
        assert seen(table) == before
        table.close()
        whole.close()


@pytest.mark.parametrize("packer", [*PACKERS, "zstd"])
def test_compressed_files_get_one_more_part(make: Callable[..., Table], packer: str) -> None:
    pack = zstd if packer == "zstd" else PACKERS[packer][0]
    table, whole = make(pack(SAMPLE)), make(pack(GROWN))
    table.append_bytes(MORE)
    assert seen(table) == seen(whole)
    assert table.facts.bytes == table.raw_path.stat().st_size
    again = make(table.raw_path.read_bytes())
    assert seen(again) == seen(whole)


def test_a_crlf_in_two_parts(make: Callable[..., Table]) -> None:
    options = ReadOptions(line_ends="mixed", delimiter="\t", header=False)
    table, whole = make(b"a\tb\r", options), make(b"a\tb\r\nc\r\n", options)
    table.append_bytes(b"\nc\r\n")
    assert seen(table) == seen(whole)


def test_wider_rows_make_more_columns(make: Callable[..., Table]) -> None:
    table = make(SAMPLE)
    table.append_bytes(b"a\tb\tc\td\n\n")
    assert table.facts.columns == 4
    assert table.names(0, 9) == ["gene", "score"]
    assert table.facts.line_stats.long.lines == (3,)
    assert table.facts.line_stats.blank.lines == (4,)


@pytest.mark.parametrize("first", [b"", b"\xef\xbb\xbf", b"# a comment", b"# a comment\n"])
def test_the_first_rows(make: Callable[..., Table], first: bytes) -> None:
    table = make(first, ReadOptions(comments=("#",), header=True))
    table.append_bytes(SAMPLE)
    assert table.names(0, 9) == ["gene", "score"]
    assert table.rows(0, 9, 0, 9).cells == [["TP53", "0.5"]]
    assert table.line_numbers(0, 9) == [first.count(b"#") + 2]


def test_nothing_to_append(make: Callable[..., Table]) -> None:
    table = make(b"a\tb\n1\t2")
    table.append_bytes(b"")
    table.append_bytes(b"\xef\xbb\xbf")
    assert table.raw_path.read_bytes() == b"a\tb\n1\t2"


# --- what cannot be appended -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "options", "more", "why"),
    [
        (
            gzip.compress(SAMPLE * 9, mtime=0)[:-9],
            ReadOptions(),
            MORE,
            "not whole: the gzip stream ends early",
        ),
        (
            SAMPLE,
            ReadOptions(),
            gzip.compress(MORE, mtime=0),
            r"compressed \(gzip\): decompress it first",
        ),
        (SAMPLE, ReadOptions(), b"PK\x03\x04...", "zip or Excel"),
        (b'a\t"b\n', ReadOptions(quoting="excel"), MORE, "ends inside a cell"),
        (b"a\tb\\", ReadOptions(quoting="backslash"), MORE, "ends inside a cell"),
    ],
)
def test_refused(
    make: Callable[..., Table], first: bytes, options: ReadOptions, more: bytes, why: str
) -> None:
    table = make(first, options)
    before = seen(table)
    with pytest.raises(BadTable, match=why):
        table.append_bytes(more)
    assert seen(table) == before
    assert table.raw_path.read_bytes() == first
    assert seen(Table.open(table.raw_path.parent)) == before


def test_stray_quotes_refuse_nothing(make: Callable[..., Table]) -> None:
    table = make(b'a\n"b\n', ReadOptions(quoting="excel", strict=False, header=False))
    table.append_bytes(b"c\n")
    assert table.rows(0, 9, 0, 9).cells == [["a"], ['"b'], ["c"]]


def test_only_finished_open_tables(tmp_path: Path, make: Callable[..., Table]) -> None:
    table = Table.create(tmp_path / "table")
    table.feed_bytes(SAMPLE)
    with pytest.raises(ValueError, match="once it is finished"):
        table.append_bytes(MORE)
    table.close()
    closed = make(SAMPLE)
    closed.close()
    with pytest.raises(NotFound):
        closed.append_bytes(MORE)
