"""Why a table is read as it is: each reason says of how many lines it speaks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

MakeTable = Callable[..., Table]

SPEAKS = re.compile(
    r"in all [\d,]+ lines|of the first [\d,]+ lines|in the first (?:[\d,]+ )?lines?|"
    r"in the only line|the first line says so|line [\d,]+ (?:says|on)|mark says so"
)
"""How a reason says where it is from."""

TABLES = {
    "tabs": (b"a\tb\n1\t2\n", None),
    "one line": (b"a\tb\n", None),
    "one column": (b"name\nAda\nBob\n", None),
    "commas": (b"a,b,c\n1,2,3\n4,5,6\n", None),
    "a hint": (b"sep=;\na;b\n1;2\n", None),
    "quotes": (b'"a"\t"b"\n"1\t2"\t"3"\n', None),
    "comments": (b"#x\n#y\na\tb\n1\t2\n3\t4\n", None),
    "titles": (b"Title\n\na\tb\tc\n1\t2\t3\n4\t5\t6\n7\t8\t9\n", None),
    "a mark": ("\ufeffa\tb\n1\t2\n".encode("utf-16"), None),
    "cyrillic": (bytes.fromhex("e8ecff09e3eef0eee40ac0edede009cceef1eae2e00a") * 9, None),
    "latin": ("é\tb\n1\t2\n".encode("latin-1"), None),
    "crs": (b"a\tb\r1\t2\r", None),
    "types": (b"id\tn\n#q2:types\tnumeric\nx\t1\n", None),
    "rows of names": (b"mpg\tcyl\nA\t21\t6\nB\t22\t4\n", None),
    "late commas": (b"a\tb\n" * 9_000 + b'"x\ny"\t1\n' * 99, None),
    "late bytes": (b"a\tb\n" * 40_000 + "é\tü\n".encode("latin-1") * 99, None),
    "long": (b"a\tb\n1\t2\n" * 40_000, None),
    "gff": (b"##gff-version 3\nc\tx\tgene\t1\t2\t.\t+\t.\tID=1\n##FASTA\n>c\nACGT\n", "GFF3"),
    "bed": (b"chr1\t1\t2\nchr1\t5\t9\n", "BED"),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_reason_says_of_how_many_lines_it_speaks(make_table: MakeTable, name: str) -> None:
    data, format = TABLES[name]
    dialect = make_table(data).facts.dialect
    assert dialect.format in (format, None)
    for about, why in dialect.notes.items():
        by_format = why == f"as {format} files are"
        assert SPEAKS.search(why) or by_format, (about, why)
    if format:
        assert "line" in dialect.notes["format"]


def test_what_was_told_speaks_of_no_lines(make_table: MakeTable) -> None:
    told = ReadOptions(
        encoding="utf-8", line_ends="lf", delimiter=",", quoting="none", header=True, comments=False
    )
    notes = make_table(b"a,b\n1,2\n", told).facts.dialect.notes
    assert set(notes.values()) == {"told"}


def test_the_sample_and_the_whole_are_told_apart(make_table: MakeTable) -> None:
    assert "in all 2 lines" in make_table(b"a\tb\n1\t2\n").facts.dialect.notes["quoting"]
    many = make_table(b"a\tb\n" + b"1\t2\n" * 99_999).facts.dialect.notes["quoting"]
    found = re.search(r"in the first ([\d,]+) lines", many)
    assert found is not None
    assert 1_000 < int(found[1].replace(",", "")) < 99_999
