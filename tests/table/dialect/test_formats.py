"""Formats that are known by name, recognised in the beginning of a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tsvshare_widget.errors import BadTable
from tsvshare_widget.read_options import ReadOptions, exact_options
from tsvshare_widget.table import Facts, Table
from tsvshare_widget.table.dialect.format_columns import MITAB as MITAB_COLUMNS
from tsvshare_widget.table.dialect.format_columns import PSL as PSL_COLUMNS

EVERYTHING = 10**9


BED = b"track name=x\nchr1\t1\t2\tn\t0\t+\nchr2\t3\t4\tm\t5\t-\n"
GAF = b"!gaf-version: 2.2\nUniProtKB" + b"\tx" * 16 + b"\n"
ZEEK = b"#separator \\x09\n#fields\tts\tuid\n#types\ttime\tstring\n1.5\tC1\n#close\tx\n"
PSL = b"\t".join([b"1"] * 8 + [b"+-", b"q", b"9", b"1", b"2", b"t", *[b"3"] * 4, *[b"1,2,"] * 3])
GTF = b"chr1\tx\texon\t1\t9\t.\t+\t.\t"
BLAST = b"q1\ts1\t98.5\t" + b"7\t" * 7 + b"1e-10\t 99.5\n"
PSL_NAMES = list(PSL_COLUMNS)
MITAB = b"a:b\tc:d" + b"\t-" * 4 + b'\tpsi-mi:"MI:0018"(x)' + b"\t-" * 39 + b"\n"
MITAB_NAMES = list(MITAB_COLUMNS)
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
        (GTF + b'exon_number 1; gene_id "x";\n', "", "GTF", ["seqname"]),
        (GTF + b"gene_id=x;transcript_id=y\n", "", "GTF", ["seqname"]),
        (GTF + b" ID 5; Name foo ;\n", "", "GTF", ["seqname"]),
        (GTF + b"ID=g;Name=x\n", "", "GFF", ["seqid"]),
        (GTF + b"ID=x\n##FASTA\n>chr1\n" + b"ACGT\n" * 20, "", "GFF", ["seqid"]),
        (b"##gff-version 3\n" + GTF + b"ID=x\n##FASTA\n>c\nAC\n", "", "GFF3", ["seqid"]),
        (b"!gpi-version: 1.2\nDB\tid\tsymbol\n", "", "GPI", ["DB", "DB Object ID"]),
        (b"!gpi-version: 2.1\nDB:id\tsymbol\n", "", "GPI", ["DB Object ID", "DB Object Symbol"]),
        (b"!gpi-version: 2.1\n", "", "GPI", ["DB Object ID", "DB Object Symbol"]),
        (b"!gaf-version: 2.2\n", "", "GAF", ["DB", "DB Object ID"]),
        (PSL + b"\tac,gt,\tac,gt,\n", "", "PSL", PSL_NAMES),
        (MITAB, "", "PSI-MITAB", MITAB_NAMES),
        (b"##gff-version 3\nc\t.\tgene\t1\t2\t.\t+\t.\tID=x\n", "", "GFF3", ["seqid"]),
    ],
)
def test_formats(
    make_table: Callable[..., Table],
    data: bytes,
    name: str,
    format: str | None,
    names: list[str] | None,
) -> None:
    table = make_table(data, name=name)
    assert table.facts.dialect.format == format
    if names is not None:
        assert (table.names(0, EVERYTHING) or [])[: len(names)] == names
        assert table.named_by == "format"
        assert not table.facts.dialect.header
    else:
        assert table.named_by in ("file", None)


def test_the_names_of_wide_rows() -> None:
    assert (PSL_NAMES[20:], len(MITAB_NAMES)) == (["tStarts", "qSeqs", "tSeqs"], 46)
    assert MITAB_NAMES[-1] == "Causal statement"


def test_sequences_after_a_gff_are_named(make_table: Callable[..., Table]) -> None:
    table = make_table(GTF + b"ID=x\n##FASTA\n>chr1\nACGT\n")
    assert table.facts.dialect.notes["format"] == "from line 2 on there are sequences, no rows"


SEQUENCES = b"##FASTA\n>chr1 first\nACGTACGT\nACGT\n\n>chr2\nTTTT"
GFF_ROW = b"chr1\tx\tgene\t%d\t99\t.\t+\t.\tID=%d\n"


@pytest.mark.parametrize("rows", [1, 30, 5_000])
@pytest.mark.parametrize("start", [b"##FASTA\n", b""])
@pytest.mark.parametrize("version", [b"##gff-version 3\n", b""])
def test_sequences_after_a_gff_are_no_rows(
    make_table: Callable[..., Table], rows: int, start: bytes, version: bytes
) -> None:
    body = version + b"".join(GFF_ROW % (n, n) for n in range(rows))
    data = body + SEQUENCES.replace(b"##FASTA\n", start)
    table = make_table(data)
    facts, line = table.facts, rows + 1 + bool(version)
    assert facts.dialect.notes["format"] == f"from line {line:,} on there are sequences, no rows"
    assert (facts.rows, facts.line_stats.short.count, facts.line_stats.blank.count) == (rows, 0, 0)
    assert table.cell(rows - 1, 8, 99).text == f"ID={rows - 1}"
    assert table.raw_path.read_bytes() == data
    with pytest.raises(BadTable, match="sequences"):
        table.append_bytes(GFF_ROW % (1, 1))
    before = facts.dialect
    table.reread(exact_options(before))
    assert (table.facts.rows, table.facts.dialect.until) == (rows, before.until)
    table.reread(ReadOptions(comments=False))
    assert table.facts.rows == len(data.splitlines())


def test_a_gff_without_sequences_takes_rows(make_table: Callable[..., Table]) -> None:
    table = make_table(b"##gff-version 3\n" + GFF_ROW % (1, 1))
    table.append_bytes(GFF_ROW % (2, 2))
    assert table.facts.rows == 2
    assert "sequences" not in table.facts.dialect.notes["format"]


def test_zeek_says_what_its_columns_are(make_table: Callable[..., Table]) -> None:
    data = b"#separator \\x09\n#fields\tts\tuid\torig_p\tn\n#types\ttime\tstring\tport\tcount\n"
    table = make_table(data + b"1.5\t17\t80\t3\n#close\tx\n")
    dialect = table.facts.dialect
    assert (dialect.format, dialect.types) == ("Zeek", ("auto", "text", "number", "number"))
    assert dialect.notes["types"] == "line 3 says what the columns are"


def test_a_format_can_be_given_or_denied(make_table: Callable[..., Table]) -> None:
    assert make_table(BED, ReadOptions(format="")).facts.dialect.format is None
    assert make_table(b"1\t2\t3\n", ReadOptions(format="BED")).names(0, 9) == [
        "chrom",
        "chromStart",
        "chromEnd",
    ]


def test_exact_options_give_the_same_dialect(make_table: Callable[..., Table]) -> None:
    for data in (BED, GAF, ZEEK, b'# x\na;b\n"1;2";3\n4;5\n#6\n'):
        table = make_table(data)
        before: Facts = table.facts
        rows, names = table.rows(0, 9, 0, 99), table.names(0, 99)
        table.reread(exact_options(before.dialect))
        assert table.facts.line_stats == before.line_stats
        assert (table.rows(0, 9, 0, 99), table.names(0, 99)) == (rows, names)
