"""The dialect that is found in the beginning of a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tsvshare_widget.read_options import NO_OPTIONS, Dialect, LineCount, ReadOptions
from tsvshare_widget.table import Table, sniff


def found(data: bytes, name: str = "", options: ReadOptions = NO_OPTIONS) -> Dialect:
    return sniff(data, options, name)


# --- line ends, delimiters -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "line_ends"),
    [
        (b"a\tb\n1\t2\n", "lf"),
        (b"a\tb\r\n1\t2\r\n", "crlf"),
        (b"# x\na\tb\r\n1\t2\r\n", "crlf"),
        (b"a\tb\r1\t2\r", "cr"),
        (b'a\tb\r1\t"two\nlines"\r3\t4\r', "cr"),
        (b"a\tb\n1\t2\r3\t4\r\n5\t6\r", "mixed"),
        (b"a\tb\r\n1\tx\ry\r\n3\t4\r\n", "crlf"),  # a CR in a cell
        (b"a\tb\r\r\n1\t2\r\r\n3\t4\r\r\n", "crlf"),  # CRLF written as text once more
    ],
)
def test_line_ends(data: bytes, line_ends: str) -> None:
    assert found(data).line_ends == line_ends


@pytest.mark.parametrize(
    ("data", "delimiter"),
    [
        (b"a\tb\n1\t2\n", "\t"),
        (b"a,b,c\n1,2,3\n4,5,6\n", ","),
        (b'a;b\n1,5;"x;y"\n2,5;z\n3,5;w\n', ";"),
        (b"a|b|c\n1|2|3\n4|5|6\n", "|"),
        (b"a;b;c\n" + b"1,5;2,5;3,5\n" * 20, ";"),  # decimal commas
        (b"a,b\tc\n1,2\t3\n", "\t"),  # tabs before all
        (
            b"a,b\n1,x\ty\n" + b"2,z\n" * 5,
            ",",
        ),  # but for a few in cells, and none in the first line
        (b"title\n" + b"1,2\tx\n" * 9, "\t"),
        (b"one\ntwo\nthree\n", "\t"),
        (b"Doe, John\nRoe, Jane\nPoe, Jim\nMoe, Joe\n", "\t"),  # prose
        (b"a, b and c\nd\ne, f\n", "\t"),
        (b"a,b\n1,2\n", "\t"),  # too little to be sure
    ],
)
def test_delimiter(data: bytes, delimiter: str) -> None:
    assert found(data).delimiter == delimiter


def test_a_name_helps_a_delimiter() -> None:
    assert found(b"a,b\n1,2\n", "x.csv").delimiter == ","
    assert found(b"a\tb\n1\t2\n", "x.csv").delimiter == "\t"
    assert found(b"a;b\n1;2\n", options=ReadOptions(delimiter=";")).delimiter == ";"


# --- quoting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "quoting", "strict"),
    [
        (b'a\tb\n1\t"x\ty\nz"\n2\tw\n', "excel", True),  # a whole line in quotes
        (b'a\tb\n1\t"x" \n2\t"w"\n', "excel", True),  # blanks after the quote
        (b'a\tb\n1\t"x" \n2\tw\n', "none", False),  # and no cell that is in quotes for sure
        (b'a\tb\n1\t"x"@en\n2\t"y"@de\n', "none", False),
        (b'1\tx\t\\N\n2\t"y"\tz\n', "none", False),  # a database writes no quotes
        (b'1\tx\t\\N\n2\t"y""z"\tz\n', "excel", False),
        (b"1\ta\\\nb\tc\n2\td\te\n3\tf\tg\n", "backslash", False),
        (b'1\t"y"\tz\n\\.\n', "none", False),  # how COPY of PostgreSQL ends
        (b"1\ta\\nb\tc\n2\td\te\n3\tf\tg\n", "excel", False),  # no row needs it
        (b'a\tb\n"x" y\t"z"\n', "none", False),
        (b'a\tb\n1\t"x"\n' + b"2\ty\n" * 3, "none", False),  # why would a program do that?
        (b'a\tb\n1\t"x, y"\n' + b"2\ty\n" * 3, "excel", False),  # Excel does for commas
        (b'a\tb\n1\t""\n' + b"2\ty\n" * 3, "excel", False),
        (b'a,b\n1,"x"\n' + b"2,y\n" * 3, "excel", False),
        (b'a\tb\n1\t"x"\n2\ty\n3\tz\n', "excel", False),  # too little to be sure
        (b'1\t"\tO\n2\tx\tO\n3\t"\tO\n4\ty\tO\n', "none", False),  # quotes as words
        (b'"a"\t"b"\n"x" y\t"z"\n', "excel", False),  # a program that quotes names quotes all
        (b"a\tb\n" + b"1\tx\n" * 500 + b'2\t"y" z\n3\tx\n4\t"u"\n', "none", False),
        (b'!Series_title\t"a"\n\n"ID_REF"\t"G1"\n"x"\t1\n', "excel", False),
    ],
)
def test_quoting(data: bytes, quoting: str, strict: bool) -> None:
    dialect = found(data)
    assert (dialect.quoting, dialect.strict) == (quoting, strict)


# --- header, comments, preamble ------------------------------------------------------------------

TYPES = b"STRING" + b"\tINTEGER" * 7 + b"\n"
NAMES = b"\t".join(b"name%c" % letter for letter in b"abcdefgh") + b"\n"


@pytest.mark.parametrize(
    ("data", "skip", "header", "comments"),
    [
        (b"2024-01-01\tx\n2024-01-02\ty\n", 0, False, ()),
        (b"x\tx\na\ta\nb\tb\n", 0, False, ()),  # as many words for two names
        (b"x\t1\t2\t3\n", 0, True, ()),
        (b"1\t2\tx\n", 0, False, ()),  # mostly numbers, and nothing under them
        (b"AAACATACAACCAC\nAAACATTGAGCTAC\nAAACATTGATCAGC\n", 0, False, ()),
        (b"t\tw\t0\t1\t2\n" + b"0.1\tx\tword\t1\t34\n" * 3, 0, True, ()),  # numbered columns
        (b"a\tlemma\tx\n" + b"".join(b"%d\tlemma\tw\n" % n for n in range(9)), 0, False, ()),
        (b"\n\na\tb\n1\t2\n", 2, True, ()),
        (b"\n# c\n\na\tb\n1\t2\n", 3, True, ("#",)),
        (b"Milk\n\na\tb\tc\n" + b"1\t2\t3\n" * 6, 2, True, ()),
        (b"Milk\n\na\tb\n" + b"1\t2\n" * 6, 2, True, ()),
        (b"Milk\na\tb\n" + b"x\ty\n" * 6, 0, True, ()),  # two columns of words are no proof
        (b"ATF\t1.0\na\tb\tc\td\n" + b"1\t2\t3\t4\n" * 6, 1, True, ()),
        (b"a\tb\tc\n" + b"x\t1\t2\t3\n" * 6, 0, True, ()),  # as R writes row names
        (b'!Series_title\t"a"\n\n!Sample\t"1"\n"ID"\t"G1"\n"x"\t1\n', 3, True, ("!",)),
        (TYPES + NAMES + b"x\t1\t2\t3\t4\t5\t6\t7\n" * 6, 1, True, ()),
        (b"x\tA\tA\tA\tA\tG\tG\tG\n" * 6, 0, False, ()),
        (b"#a\tb\n# more\n1\t2\n3\t4\n", 0, True, ("#",)),
        (b"##x\n#a\tb\n1\t2\n", 1, True, ("##",)),
        (b"# x\n#a\tb\n1\t2\n", 1, True, ("#",)),
        (b"#x\t\n#y\t\n#a\tb\n1\t2\n", 2, True, ("#",)),  # comments filled up with tabs
        (b"#x\t\t\na\tb\tc\n1\t2\t3\n", 1, True, ("#",)),
        (b"#The a\tThe b\n#1\t1\na\tb\nx\t2\n", 2, True, ("#",)),  # the last one has no names
        (b"# x\na\tb\n#1\t2\n3\t4\n", 1, True, ()),  # a row that starts like a comment
        (b"% x\na\tb\n1\t2\n", 1, True, ("%",)),
        (b"#love\tx\n#hate\ty\n#joy\tz\n", 0, True, ()),  # nothing but such lines
    ],
)
def test_before_the_rows(data: bytes, skip: int, header: bool, comments: tuple[str, ...]) -> None:
    dialect = found(data)
    assert (dialect.skip, dialect.header, dialect.comments) == (skip, header, comments)
    assert dialect.header_line == (skip + 1 if header else None)


def test_a_later_line_can_be_given_as_the_header(make_table: Callable[..., Table]) -> None:
    table = make_table(b"int\tstr\nid\tname\n1\tx\n", ReadOptions(header_line=2))
    assert table.names(0, 9) == ["id", "name"]
    assert table.rows(0, 9, 0, 9).cells == [["1", "x"]]
    assert table.facts.line_stats.comments == LineCount(1, (1,))
    beyond = make_table(b"a\tb\n", ReadOptions(header_line=7))
    assert (beyond.facts.rows, beyond.names(0, 9)) == (0, None)


# --- encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding", "damage"),
    [
        ("\ufeffa\té\n1\t東\n".encode("utf-16-le"), "utf-16-le", 0),
        ("\ufeffa\té\n1\t東\n".encode("utf-16-be"), "utf-16-be", 0),
        ("a\tb\n1\té\n2\t東\n".encode("utf-16-le"), "utf-16-le", 0),
        ("a\tb\n1\té\n2\t東\n".encode("utf-16-be"), "utf-16-be", 0),
        ("\ufeffa\té\n1\t東\n".encode("utf-32"), "utf-32-le", 0),
        ("\ufeffa\té\n1\t東\n".encode(), "utf-8", 0),
        ("a\té\n1\t東\n".encode() + b"2\t\xe9\n", "utf-8", 1),
        ("a\té\n1\t\u20ac\n".encode("cp1252"), "cp1252", 0),
        ("a\té\n1\tü\x81\n".encode("latin-1"), "latin-1", 0),
    ],
)
def test_encodings(
    make_table: Callable[..., Table], data: bytes, encoding: str, damage: int
) -> None:
    table = make_table(data)
    facts = table.facts
    assert (facts.dialect.encoding, facts.line_stats.undecodable) == (encoding, damage)
    text = data.decode(encoding, "replace").removeprefix("\ufeff").split("\n")[1:-1]
    assert table.rows(0, 9, 0, 9).cells == [line.split("\t") for line in text]
    assert table.raw_path.read_bytes() == data


def test_an_encoding_can_be_given(make_table: Callable[..., Table]) -> None:
    table = make_table("a\tb\nч\tш\n".encode("koi8-r"), ReadOptions(encoding="KOI8-R"))
    assert table.facts.dialect.encoding == "koi8-r"
    assert table.rows(0, 9, 0, 9).cells == [["ч", "ш"]]
