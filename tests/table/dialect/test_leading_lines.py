"""What stands before the rows: headers, titles, sections, hints and lines of types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions
from tsvshare_widget.table import Table, sniff
from tsvshare_widget.table.dialect.preamble import Lines, find_preamble
from tsvshare_widget.table.dialect.sample import Placed


def names(table: Table) -> list[str] | None:
    return table.names(0, 10**6)


def rows(table: Table) -> list[list[str]]:
    return table.rows(0, 9, 0, 10**6).cells


NUMBERS = b"".join(b"s%d\t%d\t%d\t%d\n" % (n, n, 2 * n, 3 * n) for n in range(9))
WIDE = [f"column {letter}" for letter in "abcdefghijklmnopqr"]
PICARD = b"## CLASS\ta.b.C\nX\tY\tZ\n1\t2\tq\n\n## H\tx\nn\tm\n" + b"1\t2\n" * 9
ASCENDING = b"".join(b"s%d\t%d.5\t%d.5\t%d.5\n" % (n, n, n + 9, n + 20) for n in range(1, 9))
TYPES_AS_DATA = (
    b"a\tb\nint\tstr\nint\tint\n",
    b"string\tint\nint\tstring\nx\ty\n",
    b"a\nint\nx\n",
)
JUMP = "\t".join(WIDE).encode() + b"\n"


@pytest.mark.parametrize(
    ("data", "named", "line"),
    [
        # names in quotes with line breaks
        (b'"Sample\nname"\tA\tB\tC\n' + NUMBERS, ["Sample\nname", "A", "B", "C"], 1),
        (b'id\tA\tB\t"C\n\nin mg"\n' + NUMBERS[:20], ["id", "A", "B", "C\n\nin mg"], 1),
        (b'id,"A\r\nin mg"\r\nx,1\r\ny,2\r\nz,3\r\n', ["id", "A\r\nin mg"], 1),
        (b'Report\n\nid\t"A\nmg"\tB\tC\n' + NUMBERS, ["id", "A\nmg", "B", "C"], 3),
        # comments that are no headers
        (b"#Run:\tx\nWell\tCt\nA\t1.5\nB\t2\n", ["Well", "Ct"], 2),
        (b"#Run:\tx\nWell\tGene\nA\tTP53\nB\tMDM2\n", ["Well", "Gene"], 2),
        (PICARD, ["X", "Y", "Z"], 2),
        (b"#1\t1\t9\nID\tSITE\tX\nP1\tlung\ta\nP2\tskin\tb\n", ["ID", "SITE", "X"], 2),
        (b"#Name\tMonths\n#STRING\tNUMBER\n#1\t1\nID\tOS\nP\t5\nQ\t7\n", ["ID", "OS"], 4),
        (b"# made by\tme\tat home\nname\tvalue\tunit\nA\t1\tmg\n", ["name", "value", "unit"], 2),
        (b"#chrom\tpos\nchr1\t5\nchr2\t6\n", ["#chrom", "pos"], 1),
        # titles, rows of nothing, jumps
        (b"Keywords\nof May\nword\tunit\tcount\na\tx\t1\nb\ty\t2\n", ["word", "unit", "count"], 3),
        (b"Report\t\t\nid\tx\ty\nA\t2\t3\nB\t3\t4\n", ["id", "x", "y"], 2),
        (b"\t\t\n \t \t\nid\tx\ty\nA\t2\t3\n", ["id", "x", "y"], 3),
        (b"Title\nn\tv\nx\t1\ny\t2\n", ["n", "v"], 2),
        (b"A report\n" + JUMP, WIDE, 2),
        (b"made\tin May\n" + JUMP + b"x\t" * 17 + b"y\n", WIDE, 2),
        (b"a\tb\nc\td\n" + JUMP + b"x\t" * 17 + b"y\n", WIDE, 3),
        # sections
        (b"[Header]\nA\t1\nB\t\tx\n[Data]\n" + b"n\tx\ty\tz\n" + NUMBERS, ["n", "x", "y", "z"], 5),
        (b"[Header]\na\tb\tc\td\te\n[Data]\nn\tx\n" + b"q\t1\n" * 7, ["n", "x"], 4),
        (b"[Header],,\nDate,x,\n[Data],,\nn,x,y\nA,1,2\nB,2,3\nC,3,4\n", ["n", "x", "y"], 4),
        (b"* a = b\n" * 25 + b"\n[Results]\nn\tx\ty\tz\n" + NUMBERS, ["n", "x", "y", "z"], 28),
        # comments of one cell between rows
        (b"# c\nid\tx\n" + b"#\n# note\nA\t1\n" * 5, ["id", "x"], 2),
        (b"# c\n" * 30 + b"id\tx\ty\nA\t1\t2\n", ["id", "x", "y"], 31),
        (b"# c\n#id\tx\n" + b"# note\n" * 9 + b"A\t1\nB\t2\n", ["#id", "x"], 2),
        # numbers that are names
        (b"id\t101\t205\t17\n" + b"A\t0\t1\t0\nB\t1\t1\t0\n" * 4, ["id", "101", "205", "17"], 1),
        (b"101\t205\t17\n" + b"0\t1\t0\n1\t1\t2\n" * 4, ["101", "205", "17"], 1),
        (b"id\t1\t2\t3\t4\t5\n" + b"A\t0\t1\t0\t1\t0\n" * 9, ["id", "1", "2", "3", "4", "5"], 1),
        # no rows
        (b"gene\tscore\n", ["gene", "score"], 1),
        (b"gene\tscore", ["gene", "score"], 1),
        (b"gene\t2019\t2020\n", ["gene", "2019", "2020"], 1),
        (b"# made today\n#gene\tscore\n", ["#gene", "score"], 2),
    ],
)
def test_the_header_is_found(
    make_table: Callable[..., Table], data: bytes, named: list[str], line: int
) -> None:
    table = make_table(data)
    assert (names(table), table.facts.dialect.header_line) == (named, line)


@pytest.mark.parametrize(
    "data",
    [
        b"x\t1\t2\t3\ny\t2\t3\t4\nz\t3\t4\t5\n",  # counts up
        b"row A1\tx\nrow A2\ty\nrow B\tz\nrow C\tu\nrow D\tv\n",
        b"s\t0\t10\t20\n" + ASCENDING,
        b"abacinate\tx\nabacuses\tz\nabalone\ty\nabandon\tq\nabandoned\tz\nabase\tx\nabash\ty\n",
        b"7\t1\t2\n8\t5\t9\n9\t2\t4\n",
    ],
)
def test_data_is_no_header(data: bytes) -> None:
    assert not sniff(data, NO_OPTIONS).header


@pytest.mark.parametrize(
    "data",
    [
        b"gene\tx\n" + b"".join(b"gene%d\ty\n" % n for n in range(9)),
        b"Code\tx\n" + b"".join(b"D%d\ty\n" % n for n in range(9)),
        b"word\tx\n" + b"x\ty\n" * 3,
        b"\tmpg\nA\t21\nB\t9\n",
    ],
)
def test_a_header_over_words_in_order(data: bytes) -> None:
    assert sniff(data, NO_OPTIONS).header


# --- row names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"mpg\tcyl\nA\t21\t6\n", ["", "mpg", "cyl"]),
        (b'"mpg"\t"cyl"\n"A"\t21\t6\n"B"\t9.5\t4\n', ["", "mpg", "cyl"]),
        (b"mpg\nA\t21\nB\t9\n", ["", "mpg"]),
        (b'"mpg","cyl"\n"A",21,6\n"B",9,4\n"C",7,4\n', ["", "mpg", "cyl"]),
        (b"# c\nmpg\tcyl\nA\t21\t6\nB\t9\t4\n", ["", "mpg", "cyl"]),
    ],
)
def test_row_names(make_table: Callable[..., Table], data: bytes, named: list[str]) -> None:
    table = make_table(data)
    assert names(table) == named
    assert table.names(1, 2) == ["mpg"]
    assert table.names(0, 1) == [""]
    assert table.facts.dialect.row_names
    assert (table.facts.columns, table.facts.line_stats.long.count) == (len(named), 0)
    assert table.find_columns("mpg", 9) == (1, [(1, "mpg")])
    told = make_table(data, ReadOptions(row_names=False))
    assert names(told) == named[1:]
    assert told.facts.line_stats.long.count == told.facts.rows


@pytest.mark.parametrize(
    "data",
    [
        b"a\tb\n1\t2\t\n3\t4\t\n",  # a tab at the end of each row
        b"a\tb\n1\t2\n3\t4\t5\n",  # one long row
        b"#a\tb\nx\t2\t3\ny\t4\t5\n",
        b"a\tb\n",
    ],
)
def test_no_row_names(make_table: Callable[..., Table], data: bytes) -> None:
    assert not make_table(data).facts.dialect.row_names


def test_row_names_can_be_told_where_there_are_no_rows(make_table: Callable[..., Table]) -> None:
    table = make_table(b"a\tb\n", ReadOptions(row_names=True, header=True))
    assert (names(table), table.facts.columns) == (["", "a", "b"], 3)


# --- hints ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "delimiter"),
    [
        (b"sep=;\nOne;Two\n1;2\n", ";"),
        (b"sep=\t\nOne\tTwo\n1\t2\n", "\t"),
        (b'"sep=\\t"\r\nOne\tTwo\r\n1\t2\r\n', "\t"),
        (b"SEP=,\r\nOne,Two\r\n1,2\r\n", ","),
        (b"\xef\xbb\xbfsep=|\nOne|Two\n1|2\n", "|"),
        (b"sep=;;\nOne;Two\n1;2\n", ";"),
    ],
)
def test_a_first_line_names_the_delimiter(
    make_table: Callable[..., Table], data: bytes, delimiter: str
) -> None:
    for options in (NO_OPTIONS, ReadOptions(delimiter=delimiter)):
        table = make_table(data, options)
        dialect = table.facts.dialect
        assert (dialect.delimiter, dialect.skip, dialect.header_line) == (delimiter, 1, 2)
        assert (names(table), rows(table)) == (["One", "Two"], [["1", "2"]])
    assert make_table(data).facts.dialect.notes["delimiter"] == "the first line says so"
    assert len(rows(make_table(data, ReadOptions(skip=0, header=False)))) == 3


def test_a_first_line_that_is_no_hint() -> None:
    assert sniff(b"sep=ab\nc\n", NO_OPTIONS).skip == 0
    assert sniff(b"sep=1\tx\nc\td\n", NO_OPTIONS).skip == 0


@pytest.mark.parametrize(
    ("data", "name", "delimiter", "skip"),
    [
        (b"wert\n" + b"1,5\n" * 5, "x.tsv", "\t", 0),
        (b"wert\n" + b"1,5\n" * 5, "", "\t", 0),
        (b"people\n" + b"".join(b"%d,%03d,001\n" % (n, n) for n in range(1, 9)), "", "\t", 0),
        (b"terms\n" + b"GO:1;GO:2\n" * 9, "go.tab.gz", "\t", 0),
        (b"a,b,c\n1,2,3\n4,5,6\n", "x.tsv", "\t", 0),
        (b"UTF-8\na,b,c\n1,2,3\n4,5,6\n", "q.csv", ",", 1),
        (b"Report\nof May\na,b\n1,2\n4,5\n", "q.csv", ",", 2),
        (b"Report\n\na;b;c\nx;1;2\ny;3;4\nz;5;6\n", "", ";", 2),
        (b"a,b\n1,5\n2,6\n3,7\n", "x.csv", ",", 0),
    ],
)
def test_one_column_or_several(data: bytes, name: str, delimiter: str, skip: int) -> None:
    dialect = sniff(data, NO_OPTIONS, name)
    assert (dialect.delimiter, dialect.skip) == (delimiter, skip)


# --- comments with names, lines of types ---------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "named", "line"),
    [
        (b"#name\tage\t\t\nx\t1\ny\t2\n", ["#name", "age"], 1),
        (b"## made today\n#a\tb\t\nx\t1\ny\t2\n", ["#a", "b"], 2),
        (b"# c\t\t\t\n# a\tb\t \t\nx\t1\ny\t2\n", ["# a", "b"], 2),
    ],
)
def test_empty_cells_at_the_end_of_a_comment_with_names(
    make_table: Callable[..., Table], data: bytes, named: list[str], line: int
) -> None:
    table = make_table(data)
    assert (names(table), table.facts.dialect.header_line) == (named, line)
    assert (table.facts.columns, rows(table)) == (2, [["x", "1"], ["y", "2"]])
    assert table.facts.line_stats.short.count == 0


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"sample-id\tage\n#q2:types\tnumeric\nx\t5\n", 2),
        (b"#SampleID\tage\n#Q2:Types\tnumeric\nx\t5\n", 2),
        (b"name\tage\nstring\tint\nx\t5\n", 2),
        (b"# c\nname\tage\n5s\t15n\nx\t5\n", 3),
        (b"Title\n\nid\tname\tage\nint\tvarchar\tfloat\n1\tx\t5\n2\ty\t6\n", 4),
    ],
)
def test_lines_of_types_are_no_rows(
    make_table: Callable[..., Table], data: bytes, line: int
) -> None:
    table = make_table(data)
    assert table.facts.dialect.notes["types"] == f"line {line} says what the columns are"
    assert rows(table)[0][-1] == "5"
    assert names(table)[-1] == "age"
    assert line in table.facts.line_stats.comments.lines


def test_words_for_types_can_be_data() -> None:
    for data in TYPES_AS_DATA:
        assert "types" not in sniff(data, NO_OPTIONS).notes


def test_twenty_rows_are_looked_at(make_table: Callable[..., Table]) -> None:
    """Rows so long that few are in the smallest sample; quotes only in a late one."""
    long = b"x" * 9_000
    data = b"id\ttext\n" + b"".join(b"%d\t%s\n" % (n, long) for n in range(12))
    table = make_table(data + b'13\t"a\tb\nc"\n' + b"14\tz\n" * 10)
    assert table.facts.reread is None
    assert table.rows(12, 1, 0, 9).cells == [["13", "a\tb\nc"]]


def lines_looked_at(text: bytes) -> int:
    """How many times cells of lines are counted or split while a text is sniffed."""

    class Counted(bytes):
        looks = 0

        def count(self, *given: object) -> int:
            Counted.looks += 1
            return super().count(*given)  # type: ignore[arg-type]

    found = Lines(
        [Counted(line) for line in text.splitlines()], 400, [Placed(400, ["1", "2"])], b"\t"
    )
    find_preamble(found, blank=True)
    return Counted.looks


def test_many_comments_are_looked_at_once_or_twice_each() -> None:
    assert lines_looked_at(b"# nothing\n" * 400 + b"1\t2\n" * 400) <= 4 * 800
