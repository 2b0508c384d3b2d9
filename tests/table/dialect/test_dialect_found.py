"""What is found out about a table, in its beginning and in all of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tsvshare_widget.read_options import Dialect, LineCount, ReadOptions, exact_options
from tsvshare_widget.table import Facts, Table, sniff

EVERYTHING = 10**9


@pytest.fixture
def make() -> Iterator[Callable[..., Table]]:
    """Tables out of their bytes."""
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as folder:

        def make(data: bytes, options: ReadOptions = ReadOptions(), name: str = "") -> Table:  # noqa: B008
            table = Table.create(Path(folder, str(len(tables))), options=options, name=name)
            tables.append(table)
            for start in range(0, len(data), 10_007):
                table.feed_bytes(data[start : start + 10_007])
            table.finish_input()
            return table

        yield make
        for table in tables:
            table.close()


def found(data: bytes, name: str = "", options: ReadOptions = ReadOptions()) -> Dialect:  # noqa: B008
    return sniff(data, options, name)


# --- line ends, delimiters ---------------------------------------------------------------------


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
        (b"a\tb\r\r\n1\t2\r\r\n3\t4\r\r\n", "mixed"),  # CRLF written as text once more
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


# --- quoting -----------------------------------------------------------------------------------


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
    reading = found(data)
    assert (reading.quoting, reading.strict) == (quoting, strict)


# --- header, comments, preamble ----------------------------------------------------------------

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
        (b"Milk\n\na\tb\n" + b"1\t2\n" * 6, 0, True, ()),  # two columns are no proof
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
    reading = found(data)
    assert (reading.skip, reading.header, reading.comments) == (skip, header, comments)
    assert reading.header_line == (skip + 1 if header else None)


def test_a_later_line_can_be_told_to_be_the_header(make: Callable[..., Table]) -> None:
    table = make(b"int\tstr\nid\tname\n1\tx\n", ReadOptions(header_line=2))
    assert table.names(0, 9) == ["id", "name"]
    assert table.rows(0, 9, 0, 9).cells == [["1", "x"]]
    assert table.facts.line_stats.comments == LineCount(1, (1,))
    beyond = make(b"a\tb\n", ReadOptions(header_line=7))
    assert (beyond.facts.rows, beyond.names(0, 9)) == (0, None)


# --- formats -----------------------------------------------------------------------------------

BED = b"track name=x\nchr1\t1\t2\tn\t0\t+\nchr2\t3\t4\tm\t5\t-\n"
GAF = b"!gaf-version: 2.2\nUniProtKB" + b"\tx" * 16 + b"\n"
ZEEK = b"#separator \\x09\n#fields\tts\tuid\n#types\ttime\tstring\n1.5\tC1\n#close\tx\n"
PSL = b"\t".join([b"1"] * 8 + [b"+-", b"q", b"9", b"1", b"2", b"t", *[b"3"] * 4, *[b"1,2,"] * 3])
BLAST = b"q1\ts1\t98.5\t" + b"7\t" * 7 + b"1e-10\t 99.5\n"
GENE_INFO = b"#Format: tax_id GeneID Symbol (tab is used as a separator)\n9\t12\tx\n9\t13\ty\n"


@pytest.mark.parametrize(
    ("data", "name", "format", "names"),
    [
        (BED, "", "BED", ["chrom", "chromStart", "chromEnd", "name", "score", "strand"]),
        (b"2L\t1\t2\tgene\n", "", "BED", ["chrom", "chromStart", "chromEnd", "name"]),
        (b"genome\t1\t2\n", "", None, None),
        (b"34\t110\t0\n44\t112\t0\n", "sub_physio.tsv.gz", None, None),
        (b"genome\t1\t2\n", "a.bed.gz", "BED", ["chrom", "chromStart", "chromEnd"]),
        (GAF, "", "GAF", ["DB", "DB Object ID"]),
        (ZEEK, "", "Zeek", ["ts", "uid"]),
        (GENE_INFO, "", "NCBI gene_info", ["tax_id", "GeneID", "Symbol"]),
        (b"@HD\tVN:1.6\nr\t0\tc\t1\t9\t5M\t*\t0\t0\tA\t*\tX:i:1\n", "", "SAM", ["QNAME"]),
        (b"1\t|\troot\t|\t\t|\tscientific name\t|\n", "", "NCBI taxdump names", ["tax_id"]),
        (b"1\ta\ta\tX\tX\t_\t0\troot\t_\t_\n\n", "", "CoNLL-U", ["ID", "FORM", "LEMMA"]),
        (b'tconst\tprimaryTitle\ntt1\t"x" y\n', "", "IMDb", None),
        (b"Entry\tEntry Name\tLength\nP1\tA\t5\n", "", "UniProt", None),
        (b"MTD\tmzTab-version\t1.0\nCOM\tx\nPRH\taccession\nPRT\tP1\n", "", "mzTab", None),
        (b"#version 2.4\nHugo_Symbol\tChrom\nTP53\t17\n", "", "MAF", None),
        (b"a\tb\n5s\t9n\nx\t1\n", "", "USGS RDB", None),
        (b"a\tb\nN\t5S\nx\t1\n", "", "USGS RDB", None),
        (b"a\tb\nx\t1\n5s\t9n\n", "", None, None),
        (b"##fileformat=VCFv4.2\n1\t135\t.\tC\n", "", "VCF", ["#CHROM", "POS", "ID", "REF"]),
        (b"#CHROM\tPOS\tID\tREF\tALT\n1\t135\t.\tC\tT\n", "", "VCF", None),
        (b"### a test\n" + ZEEK, "", "Zeek", ["ts", "uid"]),
        (b"1.5\tC1\t10.0.0.1\t68\t10.0.0.2\t67\tm\t-\t3.0\t7\n" * 2, "", None, None),
        (b"chr1\t600\t56\t60\t61\n", "a.fa.fai", "FASTA index", ["NAME", "LENGTH", "OFFSET"]),
        (b"chr1\t600\t56\n", "", None, None),
        (b"#chr\tfrom\tto\nchr1\t5\t6\n", "", "BED", ["chr", "from", "to"]),
        (PSL, "", "PSL", ["matches", "misMatches"]),
        (BLAST, "", "BLAST", ["query id", "subject id"]),
        (b"1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\n" * 2, "", None, None),
        (b"# FASTA 36\n# Fields: query id, subject id\n" + BLAST, "", "BLAST", ["query id"]),
        (b'a:b\tc:d\t-\t-\t-\t-\tpsi-mi:"MI:0018"(x)\n', "", "PSI-MITAB", ["ID(s) interactor A"]),
        (b"set\thttp://x\tA\tB\nother\t\tC\n", "x.gmt", "GMT", ["gene set", "description"]),
        (b"S\t1\tACGT\nS\t2\tAC\n", "x.gfa", "GFA", None),
        (b"chain 9 chr1 9 + 1 2 chr1 9 + 1 2 1\n5\t0\t1\n6\n", "", "UCSC chain", None),
        (b"MTD\tX-title\ty\nPRH\taccession\nPRT\tP1\n", "", "mzTab", None),
        (b"Hugo_Symbol\tSet\nTP53\t17\n", "", None, None),
        (b'node1\tnode2\tnode1;label\nQ1\tQ2\t"x"\n', "", "KGTK", None),
        (b"##gff-version 3\nc\t.\tgene\t1\t2\t.\t+\t.\tID=x\n", "", "GFF3", ["seqid"]),
    ],
)
def test_formats(
    make: Callable[..., Table], data: bytes, name: str, format: str | None, names: list[str] | None
) -> None:
    table = make(data, name=name)
    assert table.facts.dialect.format == format
    if names is not None:
        assert (table.names(0, EVERYTHING) or [])[: len(names)] == names
        assert table.named_by == "format"
        assert not table.facts.dialect.header
    else:
        assert table.named_by in ("file", None)


def test_a_format_can_be_told_or_denied(make: Callable[..., Table]) -> None:
    assert make(BED, ReadOptions(format="")).facts.dialect.format is None
    assert make(b"1\t2\t3\n", ReadOptions(format="BED")).names(0, 9) == [
        "chrom",
        "chromStart",
        "chromEnd",
    ]


# --- encodings ---------------------------------------------------------------------------------


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
def test_encodings(make: Callable[..., Table], data: bytes, encoding: str, damage: int) -> None:
    table = make(data)
    facts = table.facts
    assert (facts.dialect.encoding, facts.line_stats.undecodable) == (encoding, damage)
    text = data.decode(encoding, "replace").removeprefix("\ufeff").split("\n")[1:-1]
    assert table.rows(0, 9, 0, 9).cells == [line.split("\t") for line in text]
    assert table.raw_path.read_bytes() == data


def test_an_encoding_can_be_told(make: Callable[..., Table]) -> None:
    table = make("a\tb\nч\tш\n".encode("koi8-r"), ReadOptions(encoding="KOI8-R"))
    assert table.facts.dialect.encoding == "koi8-r"
    assert table.rows(0, 9, 0, 9).cells == [["ч", "ш"]]


# --- what the whole text says ------------------------------------------------------------------

REGULAR = b"".join(b"%d\tname %d\tx\n" % (n, n) for n in range(6000))
HEAD = b"id\tname\tnote\n" + REGULAR


def test_latin_1_that_shows_late(make: Callable[..., Table]) -> None:
    table = make(HEAD + "7\tcafé\tx\n".encode("latin-1"))
    facts = table.facts
    assert facts.dialect.encoding == "cp1252"
    assert facts.reread == facts.dialect.notes["encoding"]
    assert facts.line_stats.undecodable == 0
    assert table.rows(6000, 1, 0, 9).cells == [["7", "café", "x"]]
    options = make(HEAD + b"7\tcaf\xe9\tx\n", ReadOptions(encoding="utf-8"))
    assert (options.facts.reread, options.facts.line_stats.undecodable) == (None, 1)


def test_quotes_that_are_text_show_late(make: Callable[..., Table]) -> None:
    late = b"".join(b'%d\t"x"@en\t"y"\n' % n for n in range(9)) + b'1\t"\t"\n' * 20
    table = make(HEAD + late)
    assert table.facts.dialect.quoting == "none"
    assert table.facts.reread is not None
    assert table.rows(6000, 1, 0, 9).cells == [["0", '"x"@en', '"y"']]


def test_quotes_that_are_text_in_regular_rows_show_late(make: Callable[..., Table]) -> None:
    late = b"".join(b'%d\t"x"\ty\n%d\t"x" y\tz\n' % (n, n) for n in range(9))
    table = make(HEAD + late)
    assert table.facts.dialect.quoting == "none"
    assert table.rows(6000, 2, 0, 9).cells == [["0", '"x"', "y"], ["0", '"x" y', "z"]]
    doubled = make(HEAD + late + b'7\t"x ""y"""\tz\n')
    assert doubled.facts.dialect.quoting == "excel"
    assert doubled.facts.reread is None
    assert doubled.rows(6000, 1, 0, 9).cells == [["0", "x", "y"]]


def test_quotes_that_only_seem_strict_show_late(make: Callable[..., Table]) -> None:
    titles = b"".join(b'%d\t"x" y\tz\n' % n for n in range(6000))
    head = HEAD.replace(b"name 0", b'"name"').replace(b"name 1\t", b'"name" \t')
    assert found(head[:65_536]).strict
    table = make(head + titles)
    assert table.facts.dialect.quoting == "none"
    assert table.facts.reread is not None
    assert table.rows(6000, 1, 0, 9).cells == [["0", '"x" y', "z"]]


def test_lines_in_quotes_show_late(make: Callable[..., Table]) -> None:
    table = make(HEAD + b'7\t"a\tb\nc"\tx\n' * 3)
    assert table.facts.dialect.strict
    assert table.facts.reread is not None
    assert table.facts.rows == 6003
    assert table.rows(6002, 1, 0, 9).cells == [["7", "a\tb\nc", "x"]]
    assert table.line_numbers(6000, 3) == [6002, 6004, 6006]


def test_rows_that_start_like_comments_show_late(make: Callable[..., Table]) -> None:
    table = make(b"# made by hand\n" + HEAD + b"#7\tx\ty\n# no row\n")
    assert table.facts.dialect.comments == ()
    assert table.facts.reread is not None
    assert table.rows(6000, 9, 0, 9).cells == [["#7", "x", "y"], ["# no row"]]


def test_line_ends_that_show_late(make: Callable[..., Table]) -> None:
    table = make(HEAD + b"7\tx\ty\r8\tx\ty\r9\tx\ty\n")
    assert table.facts.dialect.line_ends == "mixed"
    assert table.rows(6000, 9, 0, 9).cells == [[n, "x", "y"] for n in "789"]


def test_a_regular_table_is_read_once(make: Callable[..., Table]) -> None:
    table = make(HEAD)
    assert table.facts.reread is None
    assert sorted(path.name for path in table.raw_path.parent.iterdir()) == [
        "gaps.u64",
        "lines.u64",
        "meta.json",
        "raw",
        "rows.u64",
    ]


# --- the census --------------------------------------------------------------------------------


def test_census(make: Callable[..., Table]) -> None:
    rows = [b"# c", b"a\tb\tc", b"1\t2", b"", b"1\t2\t3\t4", b"#\tx", b"1\t2\t3", b"\t", b"1"]
    table = make(b"\n".join(rows) + b"\n\n\n", ReadOptions(comments=("#",), quoting="none"))
    line_stats = table.facts.line_stats
    assert line_stats.rows == table.facts.rows == 8
    assert line_stats.width == 3
    assert line_stats.short == LineCount(3, (3, 8, 9))
    assert line_stats.long == LineCount(1, (5,))
    assert line_stats.blank == LineCount(3, (4, 10, 11))
    assert line_stats.comments == LineCount(2, (1, 6))
    assert table.line_numbers(0, 9) == [3, 4, 5, 7, 8, 9, 10, 11]
    assert [table.row_at_line(line) for line in range(1, 13)] == [
        0,
        0,
        0,
        1,
        2,
        2,
        3,
        4,
        5,
        6,
        7,
        7,
    ]
    assert table.facts.columns == 4


def test_only_the_first_lines_are_named(make: Callable[..., Table]) -> None:
    table = make(b"a\tb\n" + b"1\n" * 100_000)
    assert table.facts.line_stats.short == LineCount(100_000, (2, 3, 4, 5, 6))


def test_what_is_told_gives_the_same_reading(make: Callable[..., Table]) -> None:
    for data in (BED, GAF, ZEEK, b'# x\na;b\n"1;2";3\n4;5\n#6\n'):
        table = make(data)
        before: Facts = table.facts
        rows, names = table.rows(0, 9, 0, 99), table.names(0, 99)
        table.reread(exact_options(before.dialect))
        assert table.facts.line_stats == before.line_stats
        assert (table.rows(0, 9, 0, 99), table.names(0, 99)) == (rows, names)
