"""How a table is to be read: told, or found in its beginning."""

from __future__ import annotations

import random

import pytest

from tsvshare_widget.errors import BadTable
from tsvshare_widget.read_options import Dialect, ReadOptions
from tsvshare_widget.table import sniff
from tsvshare_widget.table.dialect.sample import start_of_line
from tsvshare_widget.table.dialect.sniff import LARGEST_SAMPLE_BYTES, is_enough
from tsvshare_widget.table.lines.syntax import syntax_of
from tsvshare_widget.table.text.binary import check_text

GAF = b"!gaf-version: 2.2\n!\n! made by hand\n" + b"UniProtKB\tA0A023\tYAL019W\t20240101\n" * 2
VCF = (
    b"##fileformat=VCFv4.2\n"
    b'##INFO=<ID=DP,Description="a \t tab">\n'
    b"#CHROM\tPOS\tID\tREF\n"
    b"1\t10583\trs58\tG\n"
)


@pytest.mark.parametrize(
    ("sample", "header"),
    [
        (b"", False),
        (b"gene\tscore\nTP53\t0.5\n", True),
        (b"gene\tscore\n", True),
        (b"1\t2\n", False),  # numbers, and nothing below that they could name
        (b"rs58\tA\nrs1891\tC\nrs3\tT\n", False),
        (b"GO:0003674\tF\nGO:0005575\tC\n", False),
        (b"Q1\tscore\n7\t1.5\n8\t2.5\n", True),
        (b"a\tb\nc\td\n", True),  # IANA: the first line is the header
        (b"\tb\tc\n", True),
        (b"chr1\t100\t200\nchr2\t300\t400\n", False),  # BED
        (b"chr1\t100\t200\nchr2\t300\t400", False),  # the last line without its end
        (b"gene\t2019\t2020\nTP53\t5\t7\n", True),  # years over counts
        (b"who\t1990\nAnna\t1985\nBob\t2001\n", False),  # years over years
        (b"gene\t1\t2\t3\nTP53\t5\t7\t0\n", True),  # counted columns
        (b"sample\t1\t100\t9\nA\t5.23\t0\t4.7\nB\t0.3\t0\t1.2\n", True),  # ids over fractions
        (b"A\t1\t1\t1\nB\t0.5\t0.5\t0.5\nC\t0.5\t0.5\t0.5\n", False),
        (b"id\tvalue\n1\tNA\n2\t3.5\n", True),
        (b"1\tNA\n2\t3.5\n3\t1\n", False),
        (b"x\tna\n1.5\tNA\n", True),
        (b"a" * 5000 + b"\tb\nc\td\n", False),  # too long for a name
    ],
)
def test_header(sample: bytes, header: bool) -> None:
    assert sniff(sample, ReadOptions()).header is header
    for options in (True, False):
        assert sniff(sample, ReadOptions(header=options)).header is options


@pytest.mark.parametrize(
    ("sample", "skip", "header"),
    [
        (GAF, 3, False),
        (VCF, 2, True),
        (VCF[: VCF.index(b"1\t")], 2, True),  # no variants
        (b"#only comments\n#and more\n", 0, True),
        (b"# made today\ngene\tscore\nTP53\t0.5\n", 1, True),
        (b"# one\tand\ttwo\nchr1\t5\nchr1\t6\n", 1, False),  # other than the table
        (b"#one\tand\ttwo\nchr1\t5\nchr1\t6\n", 0, True),  # rows may be short
        (b"#id\tname\n1\tx\n", 0, True),
        (b"@HD\tVN:1.6\nr1\t0\tchr1\t5\nr2\t0\tchr1\t9\n", 1, False),  # SAM
        (b"\xef\xbb\xbf# with a byte order mark\na\tb\n1\t2\n", 1, True),
        (b"a\tb\n# not at the start\n", 0, True),
    ],
)
def test_comment_lines(sample: bytes, skip: int, header: bool) -> None:
    found = sniff(sample, ReadOptions())
    assert (found.skip, found.header) == (skip, header)
    assert sniff(sample, ReadOptions(comments=False)).skip == 0


def test_told_comments() -> None:
    sample = b"# a\tb\tc\tcomment\n#id\tname\n1\tx\n"
    assert sniff(sample, ReadOptions(comments=True)).skip == 1
    assert sniff(sample, ReadOptions(comments=True)).header is True
    options = sniff(VCF, ReadOptions(comments=False, header=False))
    assert (options.skip, options.comments, options.header) == (0, (), False)


def first_row_at(sample: bytes, dialect: Dialect) -> int:
    return start_of_line(sample, dialect.skip, syntax_of(dialect).ends)


def test_where_the_first_row_starts() -> None:
    assert first_row_at(VCF, sniff(VCF, ReadOptions())) == VCF.index(b"#CHROM")
    marked = b"\xef\xbb\xbf" + VCF
    assert first_row_at(marked, sniff(marked, ReadOptions())) == 3 + VCF.index(b"#CHROM")


@pytest.mark.parametrize(
    ("sample", "quoting"),
    [
        (b"a\tb\n1\t2\n", "excel"),
        (b'a\tb\n1\t"two\nlines"\n3\t4\n', "excel"),
        (b'a\tb\n1\t"with\ttab"\n3\t4\n', "excel"),
        (b'a\tb\n1\t"x"\n3\t"never closed\n', "none"),  # nothing needs the quotes
        (b'a\tb\n1\t"x ""y"""\n3\t"never closed\n', "excel"),
        (b'a\tb\n1\t"x" y\n3\t"never closed\n5\t"z"\n', "none"),
        (b'1\t"\t"\tPUNCT\n2\tword\tword\tNOUN\n', "none"),  # CoNLL-U: a quote is a word
        (b'a\tb\n1\t5" pipe\n', "excel"),
    ],
)
def test_quoting(sample: bytes, quoting: str) -> None:
    assert sniff(sample, ReadOptions()).quoting == quoting
    assert sniff(sample, ReadOptions(quoting="none")).quoting == "none"
    assert sniff(sample, ReadOptions(quoting="excel")).quoting == "excel"


@pytest.mark.parametrize(
    ("sample", "named"),
    [
        (b"PK\x03\x04\x14\x00", "xlsx"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PAR1\x15\x04\x15", "Parquet"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"\x7fELF\x02\x01", "ELF"),
        (b"a\tb\n1\t\x00\x01\x02\xff\n", "byte 7 is NUL"),
    ],
)
def test_what_is_not_text(sample: bytes, named: str) -> None:
    with pytest.raises(BadTable, match=named):
        check_text(sample)


def test_text_is_text() -> None:
    check_text(b"PAR1\tscore\nPKM\t1\n\xff\xe9\n")
    check_text(b"a\tb\n1\t\x00\n")


def test_long_comments_ask_for_more() -> None:
    contigs = b"".join(b"##contig=<ID=%d>\n" % n for n in range(10_000))
    assert not is_enough(contigs)
    assert not is_enough(contigs + b"#CHROM\tPO")
    assert not is_enough(contigs + b"#CHROM\tPOS\n1\t5\n")
    assert is_enough(contigs + b"#CHROM\tPOS\n" + b"1\t5\n" * 20)
    assert is_enough(b"#" * LARGEST_SAMPLE_BYTES)
    assert sniff(contigs + b"#CHROM\tPOS\n1\t5\n", ReadOptions()).skip == 10_000


@pytest.mark.slow
def test_any_text_gets_a_reading() -> None:
    source = random.Random(5)
    for _ in range(150):
        sample = bytes(source.choices(b'\t\n\r"#a1.\xef', k=source.randrange(200)))
        for comments in (None, True, False):
            found = sniff(sample, ReadOptions(comments=comments))
            assert 0 <= first_row_at(sample, found) <= len(sample)
