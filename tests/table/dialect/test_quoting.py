"""Quotes: which there are, what is in them, and how they are written again."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions, exact_options
from tsvshare_widget.table import Table, encode_rows
from tsvshare_widget.table.columns.load import load_block
from tsvshare_widget.table.dialect.options import check_options

SINGLE = ReadOptions(quote="'")
ESCAPED = ReadOptions(quoting="excel", escape="\\")
COMMAS = ReadOptions(delimiter=",")
HEADLESS = ReadOptions(header=False)
BOTH = ReadOptions(quote="'", escape="\\")


def cells(table: Table) -> list[list[str]]:
    return [table.names(0, 99) or [], *table.rows(0, 99, 0, 99).cells]


@pytest.mark.parametrize("chunk", [1, 3, 1000])
@pytest.mark.parametrize(
    ("data", "options", "rows"),
    [
        # told
        (b"a\tb\n'x\ty'\t1\n", SINGLE, ["a b", "x\ty 1"]),
        (b"a\tb\n'it''s\n'\t\"1\n", SINGLE, ["a b", "it's\n \"1"]),
        (b"a\tb\n\"x'\t'1\t2'\n", SINGLE, ["a b", "\"x' 1\t2"]),
        (b'a\tb\n"x\\"\ty"\t1\n', ESCAPED, ["a b", 'x"\ty 1']),
        (b'a\tb\n"x\\\\"\t"\\n"\n', ESCAPED, ["a b", "x\\ \\n"]),
        (b'a\tb\n"\\"\\"\\""\t"x""y"\n', ESCAPED, ["a b", '""" x"y']),
        (b"a\tb\n'x\\'\t\\\\'\t1\n", BOTH, ["a b", "x'\t\\ 1"]),
        # found: a column has them, or only they close all
        (b"id\tn\n'a b'\t1\n'c'\t2\n''\t3\n'it''s'\t4\n", NO_OPTIONS, "id n|a b 1|c 2| 3|it's 4"),
        (b"a\tb\n1\t'x\ty'\n2\tz\n3\tw\n", NO_OPTIONS, "a b|1 x\ty|2 z|3 w"),
        (b"a\tb\n1\t'x\n'\n2\tz\n3\t'w'\n4\t'v'\n", NO_OPTIONS, "a b|1 x\n|2 z|3 w|4 v"),
        (b'a\tb\n"x \\"y\\"\tz"\t1\nq\t2\n', NO_OPTIONS, 'a b|x "y"\tz 1|q 2'),
        (b'a,b\n"x \\"y\\", z",1\n"q",2\nw,3\n', NO_OPTIONS, 'a b|x "y", z 1|q 2|w 3'),
        (b'"a","b"\n"\\"","1"\n"q","2"\n"w","3"\n', NO_OPTIONS, 'a b|" 1|q 2|w 3'),
        # and not
        (b"a\tb\n1\t'tis\n2\t'x'\n", NO_OPTIONS, "a b|1 'tis|2 'x'"),
        (b"a\tb\n1\tO'Neill\n2\td'Or\n", NO_OPTIONS, "a b|1 O'Neill|2 d'Or"),
        (b'a\tb\n"C:\\dir\\"\t1\n"x"\t2\n', NO_OPTIONS, "a b|C:\\dir\\ 1|x 2"),
        # the header alone
        (b'"a b"\tc\n1\t2\n', NO_OPTIONS, ["a b c", "1 2"]),
        (b'id\t"value, in mg"\n1\t2\n3\t4\n', NO_OPTIONS, "id value, in mg|1 2|3 4"),
        (b'id\t"n"\n' + b"1\t2\n" * 3, NO_OPTIONS, "id n|1 2|1 2|1 2"),
        # blanks after a closing quote
        (b'a\tb\n1\t"x" \n2\t"w"\n', NO_OPTIONS, "a b|1 x|2 w"),
        (b'A\t"B" \tC\nE\tF\t"G"  \n', ReadOptions(quoting="excel"), ["A B C", "E F G"]),
        (b'A\t"B\t" \tC\n"x"y\tF\tG\n', ReadOptions(quoting="excel"), ["A B\t C", "xy F G"]),
        # rows that are proven quoted
        (b'h1\th2\th3\n"a\tb"\t"c"\n"d\te"\t"f"\n', NO_OPTIONS, "h1 h2 h3|a\tb c|d\te f"),
        (b'h1\th2\n"a\tb\nc"\t"d"\n"e"\t"f"\n', NO_OPTIONS, "h1 h2|a\tb\nc d|e f"),
        (
            b'x,y,z\n"a,b","c"\n"d,e","f"\n"g,h","i"\n',
            ReadOptions(delimiter=","),
            "x y z|a,b c|d,e f|g,h i",
        ),
        (
            b'1\t"\t"\tPUNCT\n2\tword\tword\tNOUN\n',
            ReadOptions(header=False),
            '|1 " " PUNCT|2 word word NOUN',
        ),
        # formats that usually have no quotes
        (
            b'tconst\ttitle\nt1\t"a ""b"" c"\nt2\t"d\te"\n',
            NO_OPTIONS,
            'tconst title|t1 a "b" c|t2 d\te',
        ),
        (b'tconst\ttitle\nt1\t"x" y\nt2\t"z"\n', NO_OPTIONS, 'tconst title|t1 "x" y|t2 "z"'),
        (
            b'Entry\tEntry Name\tLength\nP1\t"a\nb"\t5\n',
            NO_OPTIONS,
            "Entry Entry Name Length|P1 a\nb 5",
        ),
        (b'?x\t?y\n"a"\t"b"\n"c"\t"d"\n', NO_OPTIONS, '?x ?y|"a" "b"|"c" "d"'),
    ],
)
def test_cells(
    make_table: Callable[..., Table],
    data: bytes,
    options: ReadOptions,
    rows: list[str] | str,
    chunk: int,
) -> None:
    table = make_table(data, options, chunk=chunk)
    wanted = rows.split("|") if isinstance(rows, str) else rows
    assert [" ".join(row) for row in cells(table)] == wanted
    for number, row in enumerate(table.rows(0, 99, 0, 99).cells):
        assert [table.cell(number, place, 99).text for place in range(len(row))] == row
    before = cells(table)
    table.reread(exact_options(table.facts.dialect))
    assert cells(table) == before


@pytest.mark.parametrize("options", [SINGLE, ESCAPED, BOTH])
def test_what_is_written_reads_back_however_it_is_read(
    make_table: Callable[..., Table], options: ReadOptions
) -> None:
    source = random.Random(3)
    options = ReadOptions(
        quoting="excel",
        quote=options.quote,
        escape=options.escape,
        encoding="utf-8",
        delimiter="\t",
        line_ends="lf",
        header=True,
        comments=False,
        skip=0,
    )
    table = make_table(b"a\tb\tc\n", options)
    rows = [
        ["".join(source.choices("'\"\\\t\nxy ,", k=source.randrange(5))) for _ in range(3)]
        for _ in range(300)
    ]
    table.append_bytes(encode_rows(rows, table.facts.dialect))
    assert table.rows(0, 999, 0, 9).cells == rows
    block = load_block(table._readable().contents, 0, len(rows))
    for place in range(3):
        contents = block.column(place).contents()
        assert [bytes(content).decode() for content in contents] == [row[place] for row in rows]
    again = make_table(table.raw_path.read_bytes(), options, chunk=7)
    assert again.rows(0, 999, 0, 9).cells == rows


@pytest.mark.parametrize(
    ("name", "mark"), [*itertools.product(("quote", "escape"), ("ab", "\n", "x", "\t", "é"))]
)
def test_what_can_be_no_mark(name: str, mark: str) -> None:
    with pytest.raises(BadValue, match=name):
        check_options(ReadOptions(**{name: mark}))  # type: ignore[arg-type]


def test_marks_are_told_apart_from_the_delimiter() -> None:
    with pytest.raises(BadValue, match="the same character"):
        check_options(ReadOptions(delimiter="'", quote="'"))
    assert check_options(ReadOptions(escape='"')).escape == ""
    assert check_options(SINGLE).quoting == "excel"
